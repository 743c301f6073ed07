"""What an easy-read profile says: ideas in their order, each with one picture and sentences of at most twelve words and names.

Every number is a published one. What the profile tells as a rate or an interval is told here as more, less or cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.area.answers import ask_address
from app.area.change_over_time import Change, change_over_time
from app.area.glance import key_categories
from app.area.profile import Figure, figure_of
from app.look import wording
from core.languages.spoken import mark, say
from published.count_change import change_of
from published.release import TOTAL, Category, Place, Release


@dataclass(frozen=True)
class Idea:
    """icon: a picture of app.easy.pictures. links: words and address of each."""

    icon: str
    sentences: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    heading: str
    ideas: tuple[Idea, ...]


_BESIDE = {
    1: mark("There is clearly more of it here than in %(place)s."),
    -1: mark("There is clearly less of it here than in %(place)s."),
    0: mark("We cannot tell it apart from %(place)s."),
}
_CHANGED = {"rose": mark("There is clearly more of it than before."), "fell": mark("There is clearly less of it than before.")}
_NOT_CLEAR = mark("We cannot tell if it went up or down.")
CANNOT = (
    ("ear", (mark("Many crimes are never told to the police."), mark("They are not in the numbers."))),
    ("question", (mark("The numbers do not say why it happens."),)),
    ("people", (mark("The numbers are about places."), mark("They say nothing about any one person."))),
    ("shield", (mark("Some numbers are small."), mark("We hide them, so that nobody is found out."))),
)


def easy_profile(release: Release, place: Place) -> tuple[Part, ...]:
    """The parts of a place's page: what it is about, violence first, all crime, what numbers cannot say, how to ask."""
    view = release.for_place(place)
    change = change_over_time(view, place)
    kinds = [c for c in key_categories(view) if figure_of(view, place, c.category).cell is not None]
    return (
        Part(say("This page"), _about(view, place)),
        *(Part(c.label, _kind(view, place, c, change)) for c in kinds),
        Part(say("What numbers cannot say"), tuple(Idea(icon, tuple(map(say, said))) for icon, said in CANNOT)),
        Part(say("What you can do"), _do(place)),
    )


def _about(release: Release, place: Place) -> tuple[Idea, ...]:
    last = wording.month(release.covered.period.end)
    months = release.covered.loaded or len(release.covered.period)
    people = (say("%(count)s people live here.", count=f"{place.residents:,}"),) if place.residents else ()
    return (
        Idea("place", (say("It is about %(place)s.", place=place.label), *people)),
        Idea("list", (say("The police keep a list of crimes."), say("We count what is on the list."))),
        Idea("calendar", (say("We counted %(months)s months.", months=months), say("The last one is %(month)s.", month=last))),
    )


def _kind(release: Release, place: Place, category: Category, change: Change | None) -> tuple[Idea, ...]:
    figure = figure_of(release, place, category.category)
    found = [Idea("list" if category.kind == TOTAL else "count", _number(figure))]
    wider = release.wider(place)
    side = release.beside(place, wider, category.category)
    if wider is not None and side is not None:
        found.append(Idea("scales", (say("We look at how many people live in each place."), say(_BESIDE[side], place=wider.label))))
    way = _way(category, change)
    if way:
        found.append(Idea("arrows", (way,)))
    return tuple(found)


def _number(figure: Figure) -> tuple[str, ...]:
    if figure.count is not None:
        return (say("The police wrote down %(number)s.", number=f"{figure.count:,}"),)
    if figure.cell is not None and figure.cell.ends is not None:
        low, high = figure.cell.ends
        if low == high:
            return (say("The police wrote down %(number)s.", number=f"{low:,}"),)
        return (say("It is a number from %(low)s to %(high)s.", low=f"{low:,}", high=f"{high:,}"), say("We do not say which."))
    return (say("We do not show this number."), say("That keeps people safe."))


def _way(category: Category, change: Change | None) -> str:
    """Whether it clearly rose or fell since the release before; '' where there is nothing to compare."""
    row = None if change is None else next((r for r in change.rows if r.category.category == category.category), None)
    if change is None or row is None:
        return ""
    (before, now), (then, current) = (s.covered.loaded for s in change.spans[-2:]), row.figures[-2:]
    found = change_of(then.cell, before, current.cell, now)
    if found is None:
        return ""
    return say(_CHANGED[found.way]) if found.beyond and found.way in _CHANGED else say(_NOT_CLEAR)


def _do(place: Place) -> tuple[Idea, ...]:
    at = f"{place.geography}/{place.code}"
    return (
        Idea("phone", (say("Are you in danger? Call 999."), say("To tell of a crime, call 101."))),
        Idea(
            "question",
            (say("Is a number wrong? Do you have a question?"), say("You can ask us. You give no name.")),
            ((say("Ask us"), ask_address(place)),),
        ),
        Idea(
            "letter",
            (say("We can tell you when there is news."),),
            ((say("Get news"), f"/news?about={place.geography}.{place.code}"),),
        ),
        Idea("book", (say("There is a longer page, too."),), ((say("The longer page"), f"/area/{at}"),)),
    )

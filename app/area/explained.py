"""Where one published figure comes from: what was counted, over which months and places, from which files, and how it is protected.

All of it is read from the release. Of a withheld figure nothing is said that its symbol, its range and the figures around it do not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.area.change_over_time import ChangeRow, change_over_time
from app.area.glance import KeyFigure, key_figures
from app.area.profile import Figure, figure_of, statistical
from app.area.suppliers import sources_of
from app.area.time_line import Line, time_lines
from app.area.why_withheld import why_withheld
from app.look import wording
from core.languages.spoken import called, say
from published.release import OVERLAY, PARTITION, TOTAL, Category, Place, Release, Source


@dataclass(frozen=True)
class Part:
    """A sum that the figure is a part of, or that is made of it: what it is called and what stands there."""

    words: str
    figure: Figure
    place: Place
    category: Category


@dataclass(frozen=True)
class Explained:
    """Everything that the page of a figure says. key: the figure as a profile's first screen has it."""

    place: Place
    category: Category
    figure: Figure
    key: KeyFigure
    counted: tuple[str, ...]
    people: str
    protected: str
    parts: tuple[Part, ...]
    boundaries: tuple[str, ...]
    counted_from: tuple[Source, ...]
    others: tuple[Source, ...]
    change: ChangeRow | None
    lines: tuple[Line, ...]


def explained(release: Release, place: Place, category: Category) -> Explained | None:
    """None where nothing was published. release: as it is for the level of the place."""
    figure = figure_of(release, place, category.category)
    if figure.cell is None:
        return None
    change = change_over_time(release, place)
    (key,) = key_figures(release, place, change, (category,))
    # a source with months is one of records that were counted; others say where places lie and who lives there
    sources = sources_of(release, place)
    records = tuple(s for s in sources if s.period is not None)
    return Explained(
        place,
        category,
        figure,
        key,
        _counted(release, category),
        _people(place, figure),
        why_withheld(release, place, category, figure) or _shown(release),
        _parts(release, place, category),
        _boundaries(release, place),
        records,
        tuple(s for s in sources if s not in records),
        None if change is None else next((r for r in change.rows if r.category.category == category.category), None),
        () if change is None else time_lines(change, [category.category]),
    )


def _counted(release: Release, category: Category) -> tuple[str, ...]:
    kinds = _publishers_kinds(release, category)
    said = [category.description] if category.description else []
    if kinds:
        said.append(say("The police call it: %(kinds)s.", kinds=wording.listed(kinds)))
    if category.kind == TOTAL:
        said.append(say("It is the total of all kinds."))
    elif category.kind == OVERLAY:
        said.append(say("It cuts across the other kinds, so it is no part of the total of its own."))
    said.append(
        say(
            "Each record counts once, in the month that the police give it. The months are %(period)s.",
            period=release.covered.in_sentence,
        )
    )
    return tuple(said)


def _publishers_kinds(release: Release, category: Category) -> list[str]:
    layout = release.certificate.get("layout")
    groups = layout.get("groups") if isinstance(layout, Mapping) else None
    found = groups.get(category.category) if isinstance(groups, Mapping) else None
    return sorted(called(str(kind)) for kind in found) if isinstance(found, list | tuple) else []


def _people(place: Place, figure: Figure) -> str:
    if not place.residents:
        return say("It is not known how many people live here, so there is no rate.")
    reference = f" ({wording.reference(place.residents_reference)})" if place.residents_reference else ""
    values = {"people": f"{place.residents:,}", "reference": reference}
    if figure.count is not None:
        return say(
            "%(people)s people live here%(reference)s. The rate is the number divided by these people, times 1,000.", **values
        )
    return say(
        "%(people)s people live here%(reference)s. The rate is each end of the range divided by these people, times 1,000.",
        **values,
    )


def _shown(release: Release) -> str:
    return say(
        "The number is printed as it is. It is 0, or %(least)s or more, and with all other figures of the release it gives no"
        " small number away. That was tried before the release.",
        least=release.threshold,
    )


def _parts(release: Release, place: Place, category: Category) -> tuple[Part, ...]:
    """The sums that an outsider would start from: all of them are published figures."""
    found = []
    total = release.total
    if total is not None and category.kind == PARTITION:
        found.append((say("all kinds together in %(place)s, of which it is one", place=place.label), place, total))
    found += [
        (say("the same kind in %(wider)s, of which %(place)s is a part", wider=wider.label, place=place.label), wider, category)
        for wider in release.around(place)
    ]
    parts = ((words, at, of, figure_of(release, at, of.category)) for words, at, of in found)
    return tuple(Part(words, figure, at, of) for words, at, of, figure in parts if figure.cell is not None)


def _boundaries(release: Release, place: Place) -> tuple[str, ...]:
    named = {"statistical": statistical(release, place), "code": place.code}
    return (
        say("The area is %(statistical)s %(code)s, boundaries of %(edition)s.", **named, edition=place.edition)
        if place.edition
        else say("The area is %(statistical)s %(code)s.", **named),
        say(
            "The police give each record a point on the map near the true place. The point says in which area the record is counted. So"
            " nothing had to be carried over from older boundaries, and a record near an edge can be counted next door."
        ),
    )

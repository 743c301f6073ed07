"""How often something came of a search, on the public page of stop and search: by district, and by ethnic group over the whole area.

Which searches these are is a group of the release (analytics/release/search_plan.toml); nothing is defined here. A share stands only where
both of its figures are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.area.profile import Figure
from app.area.ways_on import searches_address
from app.look.markup import Cell, Table
from app.region.search_shares import FEWEST, MOST_UNKNOWN, count_of, figure_cell, known_enough, ranged, share_of
from core.languages.spoken import called, mark, say
from core.proportion import Difference, Proportion, difference, proportion
from published.release import Place
from published.searches import (
    CAME_OF_IT,
    ETHNICITY,
    ETHNICITY_CAME_OF_IT,
    LINK,
    NOT_STATED,
    OUTCOME,
    PublishedSearches,
    SearchGroup,
)

# no share of searches that something came of where what was done is not said, or has no name here, of more than this share
MOST_UNNAMED = 0.05
MEANS = mark(
    "Something came of a search if anything other than “no further action” is on record: an arrest, a charge, a caution, a warning, a"
    " penalty or an agreement. A search can find something and still end in no further action. And an arrest can have to do with something"
    " else."
)
OUTCOME_TEST = (
    mark("If less comes of the searches of one group, they may have been made on weaker grounds. This is called the outcome test."),
    mark(
        "It can mislead both ways: a share is an average of sure and unsure searches, and unfair choices would show in the unsure ones alone."
    ),
)
_WIDTH, _ROW, _HEAD = 400, 46, 6


@dataclass(frozen=True)
class Finds:
    """by_place: the whole area and the districts. ethnicity, chart: of the whole area, None and '' on the page of a district."""

    said: tuple[str, ...]
    by_place: Table
    compared: tuple[str, ...]
    ethnicity: Table | None
    chart: Markup


def finds_of(found: PublishedSearches, place: Place, places: Sequence[Place]) -> Finds | None:
    """None where the release was made before these figures were in the plan. places: all with figures, the whole area first."""
    came = _came(found)
    if came is None:
        return None
    groups = found.of(ETHNICITY_CAME_OF_IT)
    here = bool(groups) and found.cell(place.geography, place.code, groups[0]) is not None
    return Finds(
        said=_said(found, place, came),
        by_place=_by_place(found, places, came),
        compared=compared(found, place) if here else (),
        ethnicity=_ethnicity(found, place) if here else None,
        chart=_chart(found, place) if here else Markup(),
    )


def came_share(found: PublishedSearches, place: Place) -> Proportion | None:
    """Of all searches of a place those that something came of."""
    came = _came(found)
    return None if came is None or not _named_enough(found, place) else share_of(found, place, came)


def group_share(found: PublishedSearches, place: Place, ethnicity: str) -> Proportion | None:
    """Of the searches of an ethnic group those that something came of."""
    came, whole = _of_group(found, ethnicity)
    return None if came is None or whole is None or not _named_enough(found, place) else share_of(found, place, came, whole)


def beside_white(found: PublishedSearches, place: Place, ethnicity: str) -> Difference | None:
    """The share of a group less that of White people; None where one of them is not given, or too many searches have no ethnic group."""
    if ethnicity in ("white", NOT_STATED) or not known_enough(found, place):
        return None
    own, white = group_share(found, place, ethnicity), group_share(found, place, "white")
    return None if own is None or white is None else difference(own, white)


def found_share(found: PublishedSearches, place: Place) -> Proportion | None:
    """Of the searches of which the force says it, those that found what was looked for; None where it leaves it open too often."""
    yes, no, unsaid = (_link(found, place, name) for name in ("yes", "no", "not_said"))
    if yes is None or no is None or unsaid is None or yes + no < FEWEST or unsaid > MOST_UNKNOWN * (yes + no + unsaid):
        return None
    return proportion(yes, yes + no)


def _came(found: PublishedSearches) -> SearchGroup | None:
    return next(iter(found.of(CAME_OF_IT)), None)


def _of_group(found: PublishedSearches, ethnicity: str) -> tuple[SearchGroup | None, SearchGroup | None]:
    """Its searches that something came of, and all of them."""
    came, whole = (
        next((g for g in found.of(field) if g.ethnicity == ethnicity), None) for field in (ETHNICITY_CAME_OF_IT, ETHNICITY)
    )
    return came, whole


def _named_enough(found: PublishedSearches, place: Place) -> bool:
    """Whether outcomes without a name, which are the last group of outcomes, are few, also where only the most that they can be is known."""
    cell, whole = found.cell(place.geography, place.code, found.of(OUTCOME)[-1]), count_of(found, place, found.all)
    if cell is None or not whole:
        return False
    most = cell.highest if cell.count is None else cell.count
    return most is not None and most <= MOST_UNNAMED * whole


def _link(found: PublishedSearches, place: Place, name: str) -> int | None:
    group = next((g for g in found.of(LINK) if g.category == f"{LINK}_{name}"), None)
    return None if group is None else count_of(found, place, group)


def _said(found: PublishedSearches, place: Place, came: SearchGroup) -> tuple[str, ...]:
    share = came_share(found, place)
    if share is not None:
        first = say(
            "Something came of %(share)s of the searches in %(place)s (%(lowest)s to %(highest)s).",
            place=place.label, **_percents(share),
        )  # fmt: skip
    elif count_of(found, place, came) is None or count_of(found, place, found.all) is None:
        first = say("In how many searches in %(place)s something came of it is held back, to protect people.", place=place.label)
    elif not _named_enough(found, place):
        first = say("What was done is not said of too many searches in %(place)s, so no share is given.", place=place.label)
    else:
        first = say("There were too few searches in %(place)s to give a share.", place=place.label)
    return (first, _said_of_the_link(found, place)) if found.of(LINK) else (first,)


def _said_of_the_link(found: PublishedSearches, place: Place) -> str:
    share = found_share(found, place)
    yes, no, unsaid = (_link(found, place, name) for name in ("yes", "no", "not_said"))
    if yes is None or no is None or unsaid is None:
        return say("How often searches found what was looked for is held back here, to protect people.")
    open_ = proportion(unsaid, yes + no + unsaid)
    if share is not None and open_ is not None:
        return say(
            "Of those where the police say it, %(share)s found what was looked for (%(lowest)s to %(highest)s). Of %(open)s they do not say"
            " it.",
            open=_percent(open_.share), **_percents(share),
        )  # fmt: skip
    if open_ is not None and open_.share > MOST_UNKNOWN:
        return say(
            "How often searches found what was looked for cannot be said: of %(open)s of them the police do not say it. A share is given"
            " where that is a quarter at most.",
            open=_percent(open_.share),
        )
    return say("There were too few searches to say how often they found what was looked for.")


def compared(found: PublishedSearches, place: Place) -> tuple[str, ...]:
    """Each group whose share differs from that of White people beyond chance, or that there is none, or why none is compared."""
    if not known_enough(found, place):
        return (say("Too many searches have no known ethnic group, or how many is held back, so groups are not compared."),)
    shown = [(g, d) for g in found.of(ETHNICITY) if (d := beside_white(found, place, g.ethnicity)) is not None]
    if not shown:
        return (say("Too few figures are shown to compare groups."),)
    said = []
    for group, by in shown:
        if by.lower > 0 or by.upper < 0:
            own, white = group_share(found, place, group.ethnicity), group_share(found, place, "white")
            message = (
                mark(
                    "%(group)s: something came of %(own)s of searches. White: %(white)s."
                    " The share is higher, by more than chance alone would give."
                )
                if by.by > 0
                else mark(
                    "%(group)s: something came of %(own)s of searches. White: %(white)s."
                    " The share is lower, by more than chance alone would give."
                )
            )
            shares = {name: _percent(of.share) for name, of in (("own", own), ("white", white)) if of is not None}
            said.append(say(message, group=called(group.label), **shares))
    return tuple(said) or (say("No group differs from White people by more than chance would give."),)


def _by_place(found: PublishedSearches, places: Sequence[Place], came: SearchGroup) -> Table:
    rows = []
    for place in places:
        rows.append(
            [
                Cell(place.label, link=searches_address(place)),
                figure_cell(found, place, found.all),
                figure_cell(found, place, came),
                _share_cell(came_share(found, place)),
            ]
        )
    columns = [
        Cell(say("Where")), Cell(say("Searches"), number=True), Cell(say("Something came of it"), number=True),
        Cell(say("Share"), number=True),
    ]  # fmt: skip
    notes = {ranged(found, place, (found.all, came)) for place in places}
    caption = say("Searches that something came of, by district, %(period)s", period=found.covered)
    return Table(caption + max(notes, key=len, default=""), columns, rows, narrow=True)


def _ethnicity(found: PublishedSearches, place: Place) -> Table:
    rows = []
    for group in found.of(ETHNICITY):
        came, _ = _of_group(found, group.ethnicity)
        by = beside_white(found, place, group.ethnicity)
        instead = "" if group.ethnicity == NOT_STATED else say("not shown")
        beside = (
            Cell(say("0 (compared with)"), number=True)
            if group.ethnicity == "white"
            else Cell(instead, number=True)
            if by is None
            else Cell(
                _points(by.by),
                (say("%(lowest)s to %(highest)s", lowest=_points(by.lower), highest=_points(by.upper)),),
                number=True,
            )
        )
        of = say("of %(searches)s", searches=figure_cell(found, place, group).text)
        rows.append(
            [
                Cell(called(group.label)),
                Cell("" if came is None else figure_cell(found, place, came).text, (of,), number=True),
                _share_cell(group_share(found, place, group.ethnicity)),
                beside,
            ]
        )
    columns = [
        Cell(say("Ethnic group")), Cell(say("Something came of it"), number=True), Cell(say("Share"), number=True),
        Cell(say("Points more than White"), number=True),
    ]  # fmt: skip
    caption = say("What came of searches by ethnic group, %(place)s, %(period)s.", place=place.label, period=found.covered)
    means = say("Points: by how many in a hundred searches the share is higher; with − it is lower")
    notes = ranged(found, place, (*found.of(ETHNICITY), *found.of(ETHNICITY_CAME_OF_IT)))
    return Table(f"{caption} {means}{notes}", columns, rows, scrolls=say("What came of searches by ethnic group"))


def _chart(found: PublishedSearches, place: Place) -> Markup:
    """A dot for each share and a line for what chance could make of it; the words of each row stand over it."""
    groups = found.of(ETHNICITY)
    shares = [group_share(found, place, g.ethnicity) for g in groups]
    top = max((s.upper for s in shares if s is not None), default=0.0)
    if not top:
        return Markup()
    # to the next tenth, so that the axis ends in a round number
    top = min(1.0, -(-top * 10 // 1) / 10)
    across = (_WIDTH - 20) / top
    parts = []
    for i, (group, share) in enumerate(zip(groups, shares, strict=True)):
        y = _HEAD + i * _ROW
        words = called(group.label)
        if share is None:
            came, whole = _of_group(found, group.ethnicity)
            cells = [Figure(found.cell(place.geography, place.code, g)) for g in (came, whole) if g is not None]
            why = say("no share: a figure is held back") if any(f.withheld for f in cells) else say("no share: too few searches")
            parts.append(
                f'<text x="8" y="{y + 14}">{escape(words)}</text><text class="when" x="8" y="{y + 31}">{escape(why)}</text>'
            )
            continue
        low, middle, high = (8 + v * across for v in (share.lower, share.share, share.upper))
        parts.append(
            f'<text x="8" y="{y + 14}">{escape(words)}: {_percent(share.share)}</text>'
            f'<path class="chance" d="M{low:.1f} {y + 27}H{max(high, low + 1):.1f}"/>'
            f'<circle class="dot" cx="{middle:.1f}" cy="{y + 27}" r="5"/>'
        )
    height = _HEAD + len(groups) * _ROW + 20
    foot = f'<path class="axis" d="M8 {height - 20}H{_WIDTH - 12}"/><text class="when" x="8" y="{height - 4}">0%</text>'
    foot += f'<text class="when" x="{_WIDTH - 12}" y="{height - 4}" text-anchor="end">{_percent(top)}</text>'
    label = say(
        "Share of searches that something came of, by ethnic group, with what chance could make of it. The table holds the same figures."
    )
    # every number is ours and the words are escaped
    return Markup(  # noqa: S704
        f'<svg class="hg-line hg-beside" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}{foot}</svg>"
    )


def _share_cell(share: Proportion | None) -> Cell:
    if share is None:
        return Cell(say("not shown"), number=True)
    return Cell(
        _percent(share.share),
        (say("%(lowest)s to %(highest)s", lowest=_percent(share.lower), highest=_percent(share.upper)),),
        number=True,
    )


def _percents(share: Proportion) -> dict[str, str]:
    return {"share": _percent(share.share), "lowest": _percent(share.lower), "highest": _percent(share.upper)}


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _points(by: float) -> str:
    """Hundredths with a sign: '+2.1', '−0.7'."""
    rounded = round(100 * by, 1)
    return "0.0" if not rounded else f"{'+' if rounded > 0 else '−'}{abs(rounded):.1f}"

"""The tables of risk overlaps: where factors fall together, one neighbourhood explained, the whole region, kinds of places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.look import wording
from app.look.markup import Cell, Table
from app.look.wording import HANDLING
from app.overlaps import report
from app.overlaps.report import Chosen
from app.overlaps.store import Analysis, Join, Kind, Level, Neighbourhood, SimilarRate, Tally
from app.person.store import Patch
from core.periods import CoveredPeriod


def together_tables(
    places: Sequence[Neighbourhood], chosen: Sequence[Chosen], analysis: Analysis, joins: Mapping[str, Join], patch: Patch
) -> tuple[Table, ...]:
    """The places that have all factors chosen, then those that may; a table of none is left out."""
    here = [p for p in places if report.meets_all(p, chosen)]
    perhaps = [p for p in places if report.may_meet_all(p, chosen)]
    columns = [Cell("Place"), Cell("How sure"), Cell("What protects there")]
    return tuple(
        Table(
            f"Neighbourhoods of {patch.name} {what}, by name. {HANDLING}",
            columns,
            [_together_row(p, chosen, analysis, joins.get(p.code)) for p in found],
        )
        for found, what in ((here, "that have them all"), (perhaps, "that may have them all, because an interval reaches across"))
        if found
    )


def _together_row(place: Neighbourhood, chosen: Sequence[Chosen], analysis: Analysis, join: Join | None) -> list[Cell]:
    found = report.strengths(place, analysis)
    protects = wording.listed([found[0], *(s.lower() for s in found[1:])]) if found else "nothing that these data show"
    return [Cell(place.name, (place.code,)), Cell(report.sure_words(place, chosen), (report.join_words(join),)), Cell(protects)]


def factor_table(place: Neighbourhood, analysis: Analysis, side: str, levels: Mapping[str, Level], title: str) -> Table:
    """Every factor of a side, those that the place meets first."""
    lines = sorted(report.factor_lines(place, analysis, side, levels), key=lambda line: not line.meets)
    rows = [[Cell(line.factor.label, (line.factor.caution,)), Cell(line.stand, (line.value,))] for line in lines]
    return Table(f"{title} of {place.name}: which thresholds it meets, with its value", [Cell("Factor"), Cell("Here")], rows)


def similar_table(place: Neighbourhood, rates: Sequence[SimilarRate], covered: CoveredPeriod) -> Table:
    factor = covered.per_year
    rows = [
        [
            Cell(r.label, (report.similar_words(r),)),
            Cell(wording.rate(r.rate), (wording.a_year(r.rate, covered), f"{r.incidents:,} recorded"), number=True),
            Cell(_quarters(r, 1.0), () if factor is None else (f"{_quarters(r, factor)} a year",), number=True),
        ]
        for r in rates
    ]
    caption = (
        f"{place.name} beside its {rates[0].areas} most similar neighbourhoods, {covered.in_sentence}: recorded per 1,000 residents over"
        f" {covered.over}. {HANDLING}"
    )
    columns = [Cell("Kind, and how it compares"), Cell("Here", number=True), Cell("Middle half of similar", number=True)]
    return Table(caption, columns, rows)


def _quarters(rate: SimilarRate, factor: float) -> str:
    return f"{wording.rate(rate.lower_quarter * factor)} to {wording.rate(rate.upper_quarter * factor)}"


def tally_table(tallies: Sequence[Tally], side: str, title: str, analysis: Analysis) -> Table | None:
    """How many places of the region have so many factors of a side at once; None where nothing of that side was counted."""
    of_side = [t for t in tallies if t.side == side]
    if not of_side:
        return None
    rows = [
        [
            Cell(f"{t.at_least} or more"),
            Cell(f"{t.meeting:,}", number=True),
            Cell(f"{t.expected_lower:,.0f} to {t.expected_upper:,.0f}", number=True),
            Cell(report.tally_words(t)),
        ]
        for t in of_side
    ]
    caption = (
        f"Neighbourhoods with so many of the {of_side[0].factors} {title} that have data, each at its usual threshold,"
        f" {analysis.covered}"
    )
    columns = [Cell("At once"), Cell("Places", number=True), Cell("By chance (95%)", number=True), Cell("So")]
    return Table(caption, columns, rows)


def kinds_table(kinds: Sequence[Kind], here: Sequence[str], patch: Patch) -> Table:
    """here: the kind of each neighbourhood of the patch."""
    rows = [
        [
            Cell(k.name.replace(" ", "\u00a0")),
            Cell(k.description, (f"{k.places:,} in the region, {k.places_firm:,} of them firmly",)),
            Cell(f"{here.count(k.type_id):,}", number=True),
        ]
        for k in kinds
    ]
    caption = (
        f"Neighbourhoods that are alike, wherever they lie, and how many of {patch.name} are of each kind. A letter is in order of how many"
        " there are in the region, and says nothing of worth"
    )
    return Table(caption, [Cell("Kind"), Cell("What it is like"), Cell("Here", number=True)], rows)

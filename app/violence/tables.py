"""The dashboard's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.look import wording
from app.look.markup import Cell, Table
from app.outcomes import report as outcome_report
from app.violence.content import Dashboard, PlaceRow
from app.violence.control import Point
from app.violence.partners import Series
from core.poisson import SIDES


def months_table(of: Dashboard) -> Table:
    return by_month(f"{of.title} by month", "Recorded", of.drawn, of.missing, of.points)


def by_month(
    caption: str,
    what: str,
    counts: Mapping[date, float],
    missing: Sequence[date],
    of_points: Sequence[Point],
    *,
    percent: bool = False,
) -> Table:
    """What was counted of each month beside its usual range, newest first; a missing month has a row of its own. percent: shares."""
    figure = "{:.1f}%".format if percent else "{:,}".format
    limit = "{:.0f}%".format if percent else "{:,.0f}".format
    columns = [Cell("Month"), Cell(what, number=True), Cell("Usual range", number=True), Cell("Stands out")]
    points = {p.month: p for p in of_points}
    rows = []
    for month in sorted([*counts, *missing], reverse=True):
        if month not in counts:
            rows.append([Cell(wording.month(month)), Cell("missing", number=True), Cell("", number=True), Cell("")])
            continue
        p = points.get(month)
        usual = "" if p is None else f"{limit(p.lower)} to {limit(p.upper)}"
        rows.append(
            [
                Cell(wording.month(month)),
                Cell(figure(counts[month]), number=True),
                Cell(usual, number=True),
                Cell("" if p is None or not p.signal else f"{'more' if p.side > 0 else 'fewer'}: {p.signal}"),
            ]
        )
    return Table(caption, columns, rows, narrow=True, scrolls="Months")


def kinds_table(of: Dashboard) -> Table:
    columns = [Cell("Kind, as the police publish it"), Cell("Newest 12 months", number=True)]
    rows = [[Cell(k.name), Cell(f"{k.now:,}", number=True)] for k in of.kinds]
    if of.before is not None:
        columns.append(Cell("Against the 12 before"))
        rows = [[*row, Cell(_sentence(k.change))] for row, k in zip(rows, of.kinds, strict=True)]
    return Table(f"Kinds, {of.now}", columns, rows, narrow=True)


def parts_table(of: Dashboard) -> Table:
    columns = [
        Cell(of.parts_are[:-1]),
        Cell("Recorded", number=True),
        Cell("A year per 1,000", number=True),
        Cell("Beside the whole"),
    ]
    if of.before is not None:
        columns.append(Cell("Against the 12 months before"))
    rows = [_part(r, compared=of.before is not None) for r in of.parts]
    return Table(f"{of.parts_are}, {of.now}", columns, rows, scrolls=of.parts_are)


def _part(row: PlaceRow, *, compared: bool) -> list[Cell]:
    rate = Cell("no population", number=True)
    if row.rate is not None:
        rate = Cell(wording.rate(row.rate.per_1000), (f"({wording.interval(row.rate)})",), number=True)
    side = SIDES[row.side] if row.rate is not None else ""
    change = [Cell(_sentence(row.change))] if compared else []
    return [Cell(row.name), Cell(f"{row.now:,}", number=True), rate, Cell(side), *change]


def outcomes_table(of: Dashboard) -> Table:
    columns = [Cell("Outcome"), Cell("Crimes", number=True), Cell("Share", number=True)]
    rows = [
        [
            Cell(s.kind.label),
            Cell(f"{s.share.part:,}", number=True),
            Cell(outcome_report.percent(s.share), (outcome_report.limits(s.share),), number=True),
        ]
        for s in of.outcomes
    ]
    return Table(f"What became of crimes of {of.outcomes_of}", columns, rows, narrow=True)


def partners_table(series: Sequence[Series]) -> Table:
    """What is supplied and what is not, a row each."""
    columns = [Cell("Record"), Cell("Supplied"), Cell("Events", number=True)]
    rows = []
    for one in series:
        if not one.supplied:
            rows.append([Cell(one.name), Cell("not\u00a0supplied"), Cell("", number=True)])
            continue
        first, last = min(one.events), max(one.events)
        said = wording.listed([f"{c} {n:,}" for c, n in one.categories])
        supplied = Cell(f"{wording.month(first)} to {wording.month(last)}", (said,))
        rows.append([Cell(one.name), supplied, Cell(f"{sum(one.events.values()):,}", number=True)])
    return Table("What partners record of violence", columns, rows, narrow=True)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"

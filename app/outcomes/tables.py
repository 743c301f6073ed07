"""The tables of outcomes: shares by kind, the publisher's words, waiting, kinds of crime, districts, months, the files behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.hotspots.store import Group
from app.look import wording
from app.look.markup import Cell, Table
from app.look.wording import HANDLING
from app.outcomes import report
from app.outcomes.report import KindShare
from app.outcomes.store import Month, MonthCount, Outcome, RecordSource
from app.outcomes.words import CHARGED, NO_SUSPECT, NONE_YET, OUT_OF_COURT
from core.periods import CoveredPeriod, Period
from core.proportion import proportion
from core.waiting_time import Waited

_COLUMNS = (CHARGED, OUT_OF_COURT, NO_SUSPECT, NONE_YET)
_HEADS = (Cell("Crimes", number=True), *(Cell(kind.label, number=True) for kind in _COLUMNS))
_SUBJECTS = {
    "crimes": "Crimes, by month",
    "outcomes": "Outcomes of crimes, by month",
    "searches": "Stop and search, by month",
    "residents": "Residents by ethnic group",
}


def shares_table(shares: Sequence[KindShare], caption: str) -> Table:
    rows = [
        [
            Cell(s.kind.label, (s.kind.meaning,)),
            Cell(f"{s.share.part:,}", number=True),
            Cell(report.percent(s.share), (report.limits(s.share),), number=True),
        ]
        for s in shares
    ]
    text = f"{caption}: {shares[0].share.whole:,} crimes; the newest outcome of each, share with its 95% interval. {HANDLING}"
    return Table(text, [Cell("Outcome"), Cell("Crimes", number=True), Cell("Share", number=True)], rows)


def words_table(shares: Sequence[KindShare], caption: str) -> Table:
    rows = [[Cell(w), Cell(s.kind.label), Cell(f"{n:,}", number=True)] for s in shares for w, n in s.words]
    return Table(caption, [Cell("Outcome as published"), Cell("Counted here as"), Cell("Crimes", number=True)], rows)


def waiting_table(waited: Sequence[Waited], caption: str) -> Table:
    rows = [
        [
            Cell("same month" if w.months == 0 else wording.plural(w.months, "month")),
            Cell(f"{100 * w.share:.1f}%", (f"{100 * w.lower:.1f}% to {100 * w.upper:.1f}%",), number=True),
            Cell(f"{w.watched:,}", number=True),
        ]
        for w in waited
    ]
    columns = [Cell("Within"), Cell("Had an outcome", number=True), Cell("Followed so long", number=True)]
    note = "Only months are published, so a wait is counted in whole months. Crimes followed for less count for as long as they were followed"
    return Table(f"{caption}. {note} (Kaplan-Meier, 95% interval).", columns, rows)


def kinds_table(rows: Sequence[Outcome], groups: Sequence[Group], district: str, where: str, period: str) -> Table:
    """A row a kind of crime, all of them last."""
    cells = [
        [Cell(report.crimes_label(g)), *_cells(report.crimes_by_outcome(rows, g.categories, district))]
        for g in sorted(groups, key=lambda g: g.kind == "total")
    ]
    caption = f"{where[:1].upper()}{where[1:]}, crimes of {period}; share with its 95% interval"
    return Table(caption, [Cell("Kind"), *_HEADS], cells, scrolls="Outcomes by kind of crime")


def districts_table(rows: Sequence[Outcome], group: Group, names: Mapping[str, str], period: str) -> Table:
    cells = [[Cell(name), *_cells(report.crimes_by_outcome(rows, group.categories, code))] for code, name in names.items()]
    caption = f"{report.crimes_label(group)}, crimes of {period}, by name; share with its 95% interval"
    return Table(caption, [Cell("District"), *_HEADS], cells, scrolls="Outcomes by district")


def _cells(crimes: Counter[str]) -> list[Cell]:
    total = sum(crimes.values())
    shares = [report.kind_share(crimes, kind) for kind in _COLUMNS]
    return [Cell(f"{total:,}", number=True)] + [Cell(report.percent(s), (report.limits(s),), number=True) for s in shares]


def months_table(months: Sequence[Month], counts: Sequence[MonthCount], group: Group, where: str) -> Table:
    counts = [c for c in counts if c.category in group.categories]
    rows = []
    for month in sorted(months, key=lambda m: m.month, reverse=True):
        name = Cell(wording.month(month.month))
        if month.followed_to is None:
            rows.append([name, Cell("not followed"), Cell("[x]", number=True), Cell("[x]", number=True)])
            continue
        crimes = sum(c.crimes for c in counts if c.month == month.month)
        without = proportion(sum(c.without_outcome for c in counts if c.month == month.month), crimes)
        after = "own month only" if month.months_after == 0 else f"{wording.plural(month.months_after, 'month')} after"
        rows.append([name, Cell(after), Cell(f"{crimes:,}", number=True), Cell(report.percent(without), number=True)])
    columns = [Cell("Month of the crime"), Cell("Followed"), Cell("Crimes", number=True), Cell("No outcome", number=True)]
    caption = f"{report.crimes_label(group)} in {where}, latest first. Months are to be compared only where they were followed equally long"
    return Table(caption, columns, rows)


def sources_table(sources: Sequence[RecordSource], made: datetime, held: Mapping[str, Sequence[date]]) -> Table:
    """held: the months that were loaded, by the subject of a source that comes by month."""
    rows = []
    for s in sources:
        span = s.edition
        if s.first_month is not None and s.last_month is not None:
            there = held.get(s.subject)
            span = str(CoveredPeriod.of(Period(s.first_month, s.last_month), there or (), noted=there is not None))
        files = f"{wording.plural(s.files, 'file')}, {s.rows_in:,} rows, {s.rows_rejected:,} rejected, loaded {wording.day(s.loaded_at)}"
        rows.append([Cell(_SUBJECTS.get(s.subject, s.subject), (span,)), Cell(s.publisher, (s.licence,)), Cell(files)])
    return Table(f"Files behind this page, counted on {wording.day(made)}", [Cell("What"), Cell("Publisher"), Cell("Files")], rows)

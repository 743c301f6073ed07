"""Searches month by month: counts of every loaded month, the usual range, what stands out, and which months are missing. No drawing here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.look.csv_text import csv_text
from app.look.markup import Table
from app.look.wording import HANDLING
from app.searches.store import MonthOfSearches, SearchMonth
from app.violence.control import Point, points_of
from app.violence.tables import by_month
from core.periods import Period

COLUMNS = (
    "place",
    "place_code",
    "month",
    "searches",
    "found",
    "link_known",
    "usual",
    "usual_lower",
    "usual_upper",
    "note",
    "handling",
)


@dataclass(frozen=True)
class Trend:
    """counts: of each loaded month, 0 where nothing was searched; missing: months between the first and the last that were not loaded."""

    counts: dict[date, int]
    found: dict[date, MonthOfSearches]
    points: tuple[Point, ...]
    missing: tuple[date, ...]

    @property
    def standing_out(self) -> tuple[Point, ...]:
        return tuple(p for p in self.points if p.signal)


def trend_of(loaded: Sequence[SearchMonth], rows: Sequence[MonthOfSearches], period: Period) -> Trend:
    """Of the months of a span. The usual range is that of the span, too."""
    of = {r.month: r for r in rows}
    held = [m.month for m in loaded if period.start <= m.month <= period.end]
    counts = {m: of[m].stops if m in of else 0 for m in held}
    missing = tuple(m for m in period.months() if m not in counts)
    return Trend(counts, {m: of[m] for m in held if m in of}, points_of(counts), missing)


def table_of(trend: Trend, caption: str) -> Table:
    return by_month(caption, "Searches", trend.counts, trend.missing, trend.points)


def csv_of(trend: Trend, place: str, code: str) -> str:
    points = {p.month: p for p in trend.points}
    rows: list[tuple[object, ...]] = []
    for month in sorted([*trend.counts, *trend.missing]):
        p, of = points.get(month), trend.found.get(month)
        there = month in trend.counts
        limits = (round(p.usual, 1), round(p.lower, 1), round(p.upper, 1)) if p is not None else (None, None, None)
        note = (p.signal if p is not None else "") if there else "month not loaded"
        known = (of.found, of.found_known) if of is not None else (0, 0) if there else (None, None)
        rows.append((place, code or "*", month, trend.counts.get(month), *known, *limits, note, HANDLING))
    return csv_text(COLUMNS, rows)

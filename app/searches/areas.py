"""Searches by local area: what the map and its table say. No drawing here.

A local area (MSOA, some 8,000 people) is the smallest place that searches are counted in. A share of fewer than ten searches is not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.look import wording
from app.look.classes import Classes, classes_of
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea
from app.look.markup import Cell, LegendEntry, Table
from app.look.palette import NO_DATA_FILL, Palette
from app.look.rate_interval import rate_where_known
from app.look.wording import HANDLING
from app.outcomes.report import limits, percent
from app.searches.report import FoundRate
from app.searches.store import AreaOfSearches
from core.periods import CoveredPeriod
from core.poisson import Rate

RATE, FOUND = "rate", "found"
SHOWN_AS = {RATE: "Searches per 1,000 residents", FOUND: "Found what was looked for, in percent"}
COLUMNS = (
    "local_area", "name", "district", "period_start", "period_end", "months_loaded", "months_missing", "searches", "rate_per_1000",
    "lower_per_1000", "upper_per_1000", "found", "link_known", "found_share", "found_lower_95", "found_upper_95", "note", "handling",
)  # fmt: skip


@dataclass(frozen=True)
class AreaRow:
    """rate: per 1,000 residents over the months loaded, None where there is no population."""

    code: str
    district: str
    found: FoundRate
    rate: Rate | None
    outline: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        return self.found.name


def rows_of(areas: Sequence[AreaOfSearches], covered: CoveredPeriod) -> tuple[AreaRow, ...]:
    """None where no month of the span is loaded: nothing is then said of any place."""
    if not covered.loaded:
        return ()
    return tuple(
        AreaRow(
            a.code,
            a.lad_code,
            FoundRate(a.name, a.stops, a.found, a.found_known),
            rate_where_known(a.stops, a.residents),
            a.outline,
        )
        for a in areas
    )


def value_of(row: AreaRow, measure: str) -> float | None:
    if measure == RATE:
        return None if row.rate is None else row.rate.per_1000
    share = row.found.share
    return None if share is None else 100 * share.share


def legend_of(rows: Sequence[AreaRow], measure: str, palette: Palette) -> tuple[LegendEntry, ...]:
    classes = _classes(rows, measure)
    labels = classes.labels()
    entries = [LegendEntry("none", palette.neutral), *map(LegendEntry, labels, palette.sequential[-len(labels) :])]
    if any(value_of(r, measure) is None for r in rows):
        entries.append(LegendEntry("no population" if measure == RATE else "too few, or not known", look="no-data"))
    return tuple(entries)


def map_areas(rows: Sequence[AreaRow], measure: str, palette: Palette) -> tuple[MapArea, ...]:
    classes = _classes(rows, measure)
    ramp = palette.sequential[-len(classes.labels()) :]
    drawn = []
    for row in rows:
        value = value_of(row, measure)
        if row.outline is None:
            continue
        fill = NO_DATA_FILL if value is None else ramp[classes.index(value)] if value > 0 else palette.neutral
        drawn.append(MapArea(row.code, row.outline, fill, _words(row), dashed=value is None))
    return tuple(drawn)


def table_of(rows: Sequence[AreaRow], caption: str, covered: CoveredPeriod) -> Table:
    columns = [
        Cell("Local area"),
        Cell("Searches", number=True),
        Cell("Per 1,000 residents", (f"over {covered.over}",), number=True),
        Cell("Found", number=True),
    ]
    cells = []
    for row in rows:
        rate = Cell("not known", number=True) if row.rate is None else Cell(
            wording.rate(row.rate.per_1000), (f"({wording.interval(row.rate)})", wording.a_year(row.rate.per_1000, covered)), number=True
        )  # fmt: skip
        share = row.found.share
        found = (
            Cell(percent(share), (limits(share),), number=True) if share else Cell("not shown", (row.found.why_not,), number=True)
        )
        cells.append([Cell(row.name, (row.code,)), Cell(f"{row.found.stops:,}", number=True), rate, found])
    return Table(f"{caption}. By name, with 95% intervals. {HANDLING}", columns, cells, scrolls="Searches by local area")


def csv_of(rows: Sequence[AreaRow], covered: CoveredPeriod) -> str:
    taken = []
    for r in rows:
        rate = (None, None, None) if r.rate is None else tuple(round(v, 4) for v in (r.rate.per_1000, r.rate.lower, r.rate.upper))
        s = r.found.share
        share = (None, None, None) if s is None else tuple(round(v, 4) for v in (s.share, s.lower, s.upper))
        taken.append(
            (
                r.code, r.name, r.district, covered.period.start, covered.last_day, covered.loaded_listed, covered.gaps_listed, r.found.stops,
                *rate, r.found.found, r.found.known, *share, r.found.why_not, HANDLING,
            )
        )  # fmt: skip
    return csv_text(COLUMNS, taken)


def _classes(rows: Sequence[AreaRow], measure: str) -> Classes:
    return classes_of([v for r in rows if (v := value_of(r, measure))])


def _words(row: AreaRow) -> str:
    said = wording.plural(row.found.stops, "search", "searches")
    if row.rate is not None:
        said += f"; {wording.rate(row.rate.per_1000)} per 1,000 residents ({wording.interval(row.rate)})"
    share = row.found.share
    found = f"Found in {percent(share)} ({limits(share)})" if share else f"How often found: {row.found.why_not}"
    return f"{row.name}. {said}. {found}"

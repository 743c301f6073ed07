"""An indicator over the places of a patch, period by period: one figure where the places can be put together, else the middle of them.

Counts with what they are of add up over places, so they make one share or rate with its interval. Deciles, ranks and scores do not: of
several places the one in the middle is said, and between which two the middle half of them lies.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from app.look import wording
from app.look.markup import Cell, Table, Tile
from app.outcomes.report import FEWEST
from app.own_dashboard.store import Given
from app.violence.control import FEWEST as FEWEST_PERIODS
from app.violence.control import limits_of
from app.violence.spans import way_of
from core.poisson import count_limits, rate_per_1000
from core.proportion import proportion

_RARE = 0.01
_COUNTED = ("count", "percent", "per_1000")


@dataclass(frozen=True)
class PeriodFigure:
    """An indicator in a period. value None where too few stand behind it; lower, upper: what interval says; of: what stands behind it."""

    period: str
    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    interval: str
    of: str


def periods_of(rows: Iterable[Given], unit: str) -> tuple[PeriodFigure, ...]:
    """Oldest first."""
    held = [r for r in rows if r.value is not None or r.numerator is not None]
    return tuple(_figure(period, list(some), unit) for period, some in groupby(held, key=lambda r: r.period))


def _figure(period: str, rows: list[Given], unit: str) -> PeriodFigure:
    places = wording.plural(len(rows), wording.GEOGRAPHY.get(rows[0].geography, "place"))
    parts = [r.numerator if r.numerator is not None else r.value if unit == "count" else None for r in rows]
    wholes = [r.denominator for r in rows]
    if unit in _COUNTED and all(p is not None for p in parts):
        part = sum(p for p in parts if p is not None)
        if all(w for w in wholes):
            return _share(period, part, sum(w for w in wholes if w), unit, places)
        if unit == "count":
            lower, upper = count_limits(round(part))
            return PeriodFigure(period, part, lower, upper, "number", "95% interval", places)
    values = sorted(r.value for r in rows if r.value is not None)
    if not values:
        return PeriodFigure(period, None, None, None, unit or "value", "", places)
    if len(values) < 4:
        # of one place its own; of two or three all that there are
        lowest, highest = (values[0], values[-1]) if len(values) > 1 else (None, None)
        return PeriodFigure(period, statistics.median(values), lowest, highest, unit or "value", "lowest and highest", places)
    quarters = statistics.quantiles(values, n=4, method="inclusive")
    return PeriodFigure(period, statistics.median(values), quarters[0], quarters[2], unit or "value", "middle half", places)


def _share(period: str, part: float, whole: float, unit: str, places: str) -> PeriodFigure:
    of = f"{part:,.0f} of {whole:,.0f} in {places}"
    if whole < FEWEST:
        return PeriodFigure(period, None, None, None, "percent", "", f"too few (under {FEWEST})")
    # of what is rare a percent says nothing
    if unit == "per_1000" or part < _RARE * whole:
        rate = rate_per_1000(round(part), whole)
        return PeriodFigure(period, rate.per_1000, rate.lower, rate.upper, "per 1,000", "95% interval", of)
    found = proportion(round(part), round(whole)) if round(part) <= round(whole) else None
    if found is None:
        return PeriodFigure(period, 100 * part / whole, None, None, "percent", "", of)
    return PeriodFigure(period, 100 * found.share, 100 * found.lower, 100 * found.upper, "percent", "95% interval", of)


def figure_of(periods: Sequence[PeriodFigure]) -> Tile:
    """The newest period as a tile."""
    newest = periods[-1]
    notes = [f"{newest.period}, {newest.of}."]
    between = _between(newest)
    if between:
        notes.append(f"{wording.capitalised(newest.interval)}: {between}.")
    notes.append(_trend(periods))
    return Tile(f"Newest: {newest.period}", _said(newest.value, newest.unit), tuple(notes))


def _trend(periods: Sequence[PeriodFigure]) -> str:
    known = [p for p in periods if p.value is not None]
    if len(known) < 2:
        return "One period is loaded, so there is no trend yet."
    before, now = known[-2], known[-1]
    moved = f"{_said(before.value, before.unit)} in {before.period}, {_said(now.value, now.unit)} in {now.period}."
    limits = _limits(known)
    if limits is None:
        return f"{moved} A usual range takes {FEWEST_PERIODS} periods."
    lower, upper = limits
    value = now.value or 0.0
    way = way_of(value, lower, upper)
    return f"{moved} That is {way} its usual range, {_said(lower, now.unit)} to {_said(upper, now.unit)}."


def _limits(known: Sequence[PeriodFigure]) -> tuple[float, float] | None:
    """The limits of an individuals chart, as of months (app.violence.control)."""
    values = [p.value for p in known if p.value is not None]
    if len(values) < FEWEST_PERIODS:
        return None
    found = limits_of(values, [abs(b - a) for a, b in pairwise(values)])
    return found.lower, found.upper


def periods_table(caption: str, periods: Sequence[PeriodFigure]) -> Table:
    """Newest first."""
    columns = [Cell("Period"), Cell("Figure", number=True), Cell("Of"), Cell("Between", number=True)]
    rows = [
        [Cell(p.period), Cell(_said(p.value, p.unit), number=True), Cell(p.of), _range(p)]
        for p in reversed(periods)
    ]  # fmt: skip
    return Table(caption, columns, rows, narrow=True, scrolls="Periods")


def _range(p: PeriodFigure) -> Cell:
    between = _between(p)
    return Cell(between, (p.interval,) if between else (), number=True)


def _between(p: PeriodFigure) -> str:
    if p.lower is None or p.upper is None:
        return ""
    return f"{_said(p.lower, p.unit).removesuffix(' per 1,000')} to {_said(p.upper, p.unit)}"


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "too few"
    if unit == "percent":
        return f"{value:.1f}%"
    if unit == "per 1,000":
        return f"{value:,.1f} per 1,000"
    return f"{value:,.0f}" if float(value).is_integer() or unit == "number" else f"{value:,.1f}"

"""What a span of months comes to: its sum, its rate a year, and how a value stands to a range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.periods import CoveredPeriod
from core.poisson import Rate


def total_of(counts: Mapping[date, int], covered: CoveredPeriod) -> int:
    """Of the months of a span."""
    return sum(n for m, n in counts.items() if covered.period.start <= m <= covered.period.end)


def a_year(of: Rate | None, covered: CoveredPeriod) -> Rate | None:
    """A rate over the loaded months of a span as one a year; None stays None."""
    return of if of is None or covered.per_year is None else of.times(covered.per_year)


def way_of(value: float, lower: float, upper: float) -> str:
    """'above', 'below' or 'within' a range."""
    return "above" if value > upper else "below" if value < lower else "within"

"""Control limits of a monthly series: which months stand out from those around them.

An individuals chart (XmR) of the number a day: the centre is the mean, the limits lie 2.66 mean moving ranges to either side (Wheeler,
Understanding Variation, 2nd edition, 2000). A number a day, because a February is a tenth shorter than a March. The moving range is between
neighbouring months that were both loaded, so a gap makes none. Three signals, which are Wheeler's: a month outside the limits; three of four
months in a row that lie nearer to a limit than to the centre, on one side; eight months in a row on one side of the centre. A gap ends a row.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from core.periods import runs_of

# 3 / 1.128, the mean range of two normal values in standard deviations
FACTOR = 2.66
# of fewer months the limits are too unsure to judge by
FEWEST = 10
# and of months long ago they say how much was recorded then
NEWEST = 36
OUTSIDE, NEAR, RUN = "outside the limits", "three of four months near one limit", "eight months in a row on one side"
_ROW = 8


@dataclass(frozen=True)
class Limits:
    """Centre and limits of a series, in its own unit; lower is not below 0."""

    centre: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Point:
    """A loaded month: its count, and what its days give at the centre and at the limits. signal: '' for none; side: 1 above, -1 below.

    Of a share (levels_of) count is its percent.
    """

    month: date
    count: float
    usual: float
    lower: float
    upper: float
    signal: str
    side: int


def limits_of(values: Sequence[float], ranges: Sequence[float]) -> Limits:
    """values: the series; ranges: the absolute differences of neighbours."""
    centre = sum(values) / len(values)
    reach = FACTOR * sum(ranges) / len(ranges)
    return Limits(centre, max(0.0, centre - reach), centre + reach)


def points_of(counts: Mapping[date, float]) -> tuple[Point, ...]:
    """Each loaded month with its limits and its signal. Empty where there are fewer than FEWEST months, or no two that are neighbours."""
    return _judged(counts, {m: monthrange(m.year, m.month)[1] for m in counts}, math.inf)


def levels_of(percents: Mapping[date, float]) -> tuple[Point, ...]:
    """The same of a share in percent: no number a day, and no limit above the whole."""
    return _judged(percents, dict.fromkeys(percents, 1), 100.0)


def _judged(values: Mapping[date, float], days: Mapping[date, int], most: float) -> tuple[Point, ...]:
    months = sorted(values)
    daily = {m: values[m] / days[m] for m in months}
    rows = [list(run.months()) for run in runs_of(months)]
    ranges = [abs(daily[b] - daily[a]) for row in rows for a, b in pairwise(row)]
    if len(months) < FEWEST or not ranges:
        return ()
    found = limits_of(list(daily.values()), ranges)
    signals = {m: s for row in rows for m, s in zip(row, _signals([daily[m] for m in row], found), strict=True)}
    made = []
    for m in months:
        side = (daily[m] > found.centre) - (daily[m] < found.centre)
        usual, lower, upper = found.centre * days[m], found.lower * days[m], min(most, found.upper * days[m])
        made.append(Point(m, values[m], usual, lower, upper, signals[m], side if signals[m] else 0))
    return tuple(made)


def _signals(row: Sequence[float], limits: Limits) -> list[str]:
    """Of months in a row, none missing between them."""
    found = [""] * len(row)
    sides = [(v > limits.centre) - (v < limits.centre) for v in row]
    near = [
        s * (v > (limits.centre + limits.upper) / 2 or v < (limits.centre + limits.lower) / 2)
        for s, v in zip(sides, row, strict=True)
    ]
    for last in range(_ROW - 1, len(row)):
        window = range(last - _ROW + 1, last + 1)
        if abs(sum(sides[i] for i in window)) == _ROW:
            for i in window:
                found[i] = RUN
    for last in range(3, len(row)):
        window = range(last - 3, last + 1)
        for side in (1, -1):
            those = [i for i in window if near[i] == side]
            if len(those) >= 3:
                for i in those:
                    found[i] = NEAR
    for i, value in enumerate(row):
        if not limits.lower <= value <= limits.upper:
            found[i] = OUTSIDE
    return found

"""Seasons in monthly counts: which calendar months run above or below the average of their own years, beyond chance.

For years y and calendar months m with d days, expected without a season is the year's total shared out by days, so a year that is busier
throughout is no season and neither is February's length. The ratio of a calendar month is what was recorded over what was expected, all
years together. Years differ by more than chance, so the interval and the test use the dispersion of months about their season
(quasi-Poisson): ratio x exp(+-1.96 sqrt(phi / recorded)), and an F test of all months together.

A season needs years to repeat in. Fewer than FEWEST_YEARS years that each hold at least FEWEST_MONTHS months give no season, because what
would be called one is that year's own course. A month that was not loaded is left out of its year, never taken as 0.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy
from numpy.typing import NDArray

from core.errors import InternalError

Floats = NDArray[np.float64]

FEWEST_YEARS = 2
FEWEST_MONTHS = 9
LEVEL = 0.95


@dataclass(frozen=True)
class Season:
    """All (12,), January first; NaN for a calendar month that no year holds, or where nothing was recorded.

    years: in how many of the years used the month is held. recorded: in those. p_value: of the months together; NaN where it cannot be asked.
    """

    ratio: Floats
    lower: Floats
    upper: Floats
    recorded: NDArray[np.int64]
    years: NDArray[np.int64]
    p_value: float


def years_used(months: Sequence[date]) -> tuple[int, ...]:
    """Calendar years with enough loaded months to have a course of their own; empty where they are too few for a season."""
    held = sorted({m.year for m in months})
    enough = tuple(y for y in held if sum(m.year == y for m in months) >= FEWEST_MONTHS)
    return enough if len(enough) >= FEWEST_YEARS else ()


def season(counts: NDArray[np.int64], months: Sequence[date]) -> Season | None:
    """The season of counts (months,) of loaded months; None where there are too few years."""
    if len(counts) != len(months) or len(set(months)) != len(months):
        raise InternalError("season: counts and months do not fit, or a month is given twice")
    years = years_used(months)
    if not years:
        return None
    kept = [i for i, m in enumerate(months) if m.year in years]
    y = np.array([counts[i] for i in kept], dtype=np.float64)
    year = np.array([years.index(months[i].year) for i in kept])
    month = np.array([months[i].month - 1 for i in kept])
    days = np.array([monthrange(months[i].year, months[i].month)[1] for i in kept], dtype=np.float64)
    # expected without a season: the year's total by days held
    flat = days * (np.bincount(year, y) / np.bincount(year, days))[year]
    recorded, without = np.bincount(month, y, 12), np.bincount(month, flat, 12)
    held = np.bincount(month, minlength=12)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(without > 0, recorded / without, np.nan)
    # with the season: the months' ratios, scaled so that each year keeps its total
    shaped = days * np.nan_to_num(ratio)[month]
    fitted = shaped * (np.bincount(year, y) / np.maximum(np.bincount(year, shaped), 1e-12))[year]
    free = len(y) - int((held > 0).sum()) - len(years) + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        phi = float(np.where(fitted > 0, (y - fitted) ** 2 / fitted, 0.0).sum() / free) if free > 0 else np.nan
        explained = float(np.where(flat > 0, (fitted - flat) ** 2 / flat, 0.0).sum())
        # months that vary less than chance say nothing of certainty: chance is the least that is allowed for
        error = np.sqrt(max(phi, 1.0) / recorded) if np.isfinite(phi) else np.full(12, np.nan)
        z = scipy.stats.norm.ppf(0.5 + LEVEL / 2)
        lower, upper = ratio * np.exp(-z * error), ratio * np.exp(z * error)
    kinds = int((held > 0).sum()) - 1
    p = (
        float(scipy.stats.f.sf(explained / kinds / max(phi, 1.0), kinds, free))
        if free > 0 and kinds > 0 and y.sum()
        else float("nan")
    )
    empty = recorded == 0
    return Season(
        ratio, np.where(empty, np.nan, lower), np.where(empty, np.nan, upper), recorded.astype(np.int64), held.astype(np.int64), p
    )

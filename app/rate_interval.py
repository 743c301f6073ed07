"""A rate per 1,000 residents with its 95% interval, from a published count and published residents.

Limits of the count: exact Poisson below 10, Byar's approximation from 10 up, as PHEindicatormethods::phe_rate does (Public Health
England, Technical Guide: Confidence Intervals, 2018). They speak of chance in the count only, not of what was never reported.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959963984540054


@dataclass(frozen=True)
class Rate:
    """Per 1,000 residents over the months that were loaded."""

    value: float
    lower: float
    upper: float

    def overlaps(self, other: Rate) -> bool:
        return self.lower <= other.upper and other.lower <= self.upper


def count_limits(count: int) -> tuple[float, float]:
    """95% limits of a Poisson count; ValueError for a negative one."""
    if count < 0:
        raise ValueError("a count is not negative")
    if count < 10:
        from scipy.stats import chi2

        lower = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
        return lower, float(chi2.ppf(0.975, 2 * (count + 1))) / 2
    upper_count = count + 1
    return (
        count * (1 - 1 / (9 * count) - _Z / (3 * math.sqrt(count))) ** 3,
        upper_count * (1 - 1 / (9 * upper_count) + _Z / (3 * math.sqrt(upper_count))) ** 3,
    )


def rate_per_1000(count: int | None, residents: int | None) -> Rate | None:
    """None where the count is withheld or there is no population to divide by."""
    if count is None or not residents:
        return None
    lower, upper = count_limits(count)
    return Rate(1000 * count / residents, 1000 * lower / residents, 1000 * upper / residents)

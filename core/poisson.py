"""Limits of a count and of its rate: Byar's approximation from 10 upwards, exact Poisson below.

The rule and its threshold are those of the Office for Health Improvement and Disparities' package PHEindicatormethods
(`phe_rate`): Byar's method for counts of 10 and more, the exact (chi-squared) limits for smaller ones. Byar's formula is in
Breslow and Day, Statistical Methods in Cancer Research, volume II (IARC, 1987), page 69.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.errors import InternalError

BYAR_FROM = 10
# the 97.5% point of the standard normal distribution
_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Rate:
    """A rate per 1,000 people with its 95% limits."""

    per_1000: float
    lower: float
    upper: float

    def times(self, factor: float) -> Rate:
        """The same rate over another length of time."""
        return Rate(self.per_1000 * factor, self.lower * factor, self.upper * factor)


def count_limits(count: int) -> tuple[float, float]:
    """The 95% limits of the mean of a Poisson count."""
    if count < 0:
        raise InternalError("a count below zero has no limits")
    if count < BYAR_FROM:
        from scipy.stats import chi2

        lower = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
        return lower, float(chi2.ppf(0.975, 2 * count + 2)) / 2
    lower = count * (1 - 1 / (9 * count) - _Z_95 / (3 * math.sqrt(count))) ** 3
    above = count + 1
    return lower, above * (1 - 1 / (9 * above) + _Z_95 / (3 * math.sqrt(above))) ** 3


def rate_per_1000(count: int, people: float) -> Rate:
    """Rate per 1,000 people with 95% limits; the population counts as known. InternalError where there are no people."""
    if people <= 0:
        raise InternalError("a rate needs a population above zero")
    lower, upper = count_limits(count)
    scale = 1000 / people
    return Rate(count * scale, lower * scale, upper * scale)

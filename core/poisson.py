"""Limits of a count and of its rate: Byar's approximation from 10 upwards, exact Poisson below. How a place stands beside the area around it.

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
_TAIL = 0.025


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


@dataclass(frozen=True)
class Counted:
    """What was counted among so many people: the count twice, or the ends of the range in which a withheld one lies."""

    lowest: int
    highest: int
    people: float


# how a place stands beside the area around it, wherever that is said
SIDES = {1: "clearly higher", -1: "clearly lower", 0: "not clearly different"}


def beside_whole(part: Counted, whole: Counted) -> int:
    """1 where the rate of a part is higher than that of the whole by more than chance would give at the 5% level, -1 where lower, else 0.

    What was counted in a part was counted in its whole too. So it is no test whether two intervals touch, which is too cautious always, or
    whether one includes the other's rate, which is so where the part is a large one. The part's rate is that of the whole exactly where it
    is that of the rest, and for that the test is known: given the count of the whole, that of the part is binomial with its share of the
    people (Przyborowski and Wilenski 1940, Biometrika 31, 313-323). Each side takes 2.5%, as the limits of a rate do. Where the part is
    small, this is the same as to ask whether its exact interval includes the rate of the whole (decision 0113).

    Of a range the end that speaks against a difference is taken, of either. InternalError where one has no people.
    """
    if min(part.people, whole.people) <= 0:
        raise InternalError("a rate needs a population above zero")
    if part.people >= whole.people:
        return 0
    share = part.people / whole.people
    if _at_least(part.lowest, whole.highest, share) < _TAIL:
        return 1
    # as few in the part is as many in the rest
    fewest = max(whole.lowest, part.highest)
    return -1 if _at_least(fewest - part.highest, fewest, 1 - share) < _TAIL else 0


def _at_least(count: int, of: int, share: float) -> float:
    """The chance of count or more among so many that each fall there with this chance."""
    if count <= 0:
        return 1.0
    from scipy.special import betainc

    # areas that cross a border may hold more than what lies inside it
    return float(betainc(count, max(of - count, 0) + 1, share))

"""Limits of a count and of its rate: Byar's approximation from 10 upwards, exact Poisson below. How a place stands beside the area around it,
and a rate that allows for the ages of its people.

The rule and its threshold are those of the Office for Health Improvement and Disparities' package PHEindicatormethods
(`phe_rate`): Byar's method for counts of 10 and more, the exact (chi-squared) limits for smaller ones. Byar's formula is in
Breslow and Day, Statistical Methods in Cancer Research, volume II (IARC, 1987), page 69.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
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
        # the chi-squared limits, as scipy.stats has them to the last digit: that package takes a second to import
        from scipy.special import gammaincinv

        lower = float(gammaincinv(count, _TAIL)) if count else 0.0
        return lower, float(gammaincinv(count + 1, 1 - _TAIL))
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


# the first year of each band of five years (the last is open), and how many of the standard population are in it
EUROPE_2013: Mapping[int, int] = {
    0: 5_000, 5: 5_500, 10: 5_500, 15: 5_500, 20: 6_000, 25: 6_000, 30: 6_500, 35: 7_000, 40: 7_000, 45: 7_000, 50: 7_000, 55: 6_500,
    60: 6_000, 65: 5_500, 70: 5_000, 75: 4_000, 80: 2_500, 85: 1_500, 90: 1_000,
}  # fmt: skip
FEWEST_STANDARDISED = 10


def standardised_per_1000(
    events: Mapping[int, int], people: Mapping[int, float], standard: Mapping[int, float] = EUROPE_2013
) -> Rate | None:
    """A directly standardised rate per 1,000 with 95% limits: what a place would have if its people were of a standard population's ages.

    events, people: by the first year of each band; a band without an event may be left out. It is what PHEindicatormethods does
    (calculate_dsr): the European Standard Population of 2013 in nineteen bands of five years, and limits by Dobson, Kuulasmaa, Eberle and
    Scherer (1991, Statistics in Medicine 10, 457-462) around those of the whole count. From fewer than ten events there is none (Morris,
    Tan, Fryers and Bestwick 2018, Population Health Metrics 16, 19).

    None where there are fewer than FEWEST_STANDARDISED events, or nobody lives in a band: what happens to people of that age is not known.
    InternalError for events of an age that the standard does not have.
    """
    if not set(events) <= set(standard) or min(events.values(), default=0) < 0:
        raise InternalError("events need the bands of the standard population, and are counts")
    total = sum(events.values())
    if total < FEWEST_STANDARDISED or any(people.get(band, 0.0) <= 0 for band in standard):
        return None
    whole = sum(standard.values())
    weights = {band: standard[band] / (whole * people[band]) for band in standard}
    rate = sum(weights[band] * n for band, n in events.items())
    # the variance of a weighted sum of Poisson counts, beside that of their plain sum, which is the sum itself
    stretch = math.sqrt(sum(weights[band] ** 2 * n for band, n in events.items()) / total)
    lower, upper = count_limits(total)
    return Rate(1000 * rate, 1000 * (rate + stretch * (lower - total)), 1000 * (rate + stretch * (upper - total)))


def band_words(first: int) -> str:
    """'15 to 19', '90 and over'."""
    return "90 and over" if first == max(EUROPE_2013) else f"{first} to {first + 4}"

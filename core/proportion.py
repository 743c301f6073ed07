"""A share of a count with its 95% score interval, the difference of two shares and the ratio of two rates with theirs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.errors import InternalError

# the 97.5% point of the standard normal distribution
_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Proportion:
    """part of whole; share and its limits are fractions of 1."""

    part: int
    whole: int
    share: float
    lower: float
    upper: float


def proportion(part: int, whole: int) -> Proportion | None:
    """With Wilson's 95% score interval (1927, J. Am. Stat. Assoc. 22, 209-212), which keeps within 0 and 1; None of nothing."""
    if not 0 <= part <= whole:
        raise InternalError("a share needs a part from 0 to the whole")
    if not whole:
        return None
    share = part / whole
    middle = (share + _Z_95**2 / (2 * whole)) / (1 + _Z_95**2 / whole)
    half = _Z_95 / (1 + _Z_95**2 / whole) * math.sqrt(share * (1 - share) / whole + _Z_95**2 / (4 * whole**2))
    return Proportion(part, whole, share, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class Difference:
    """One share less another, with 95% limits; fractions of 1."""

    by: float
    lower: float
    upper: float


def difference(one: Proportion, other: Proportion) -> Difference:
    """Of two independent shares, with the interval that squares and adds their Wilson limits.

    Newcombe 1998, Statistics in Medicine 17, 873-890, method 10.
    """
    by = one.share - other.share
    down = math.hypot(one.share - one.lower, other.upper - other.share)
    up = math.hypot(one.upper - one.share, other.share - other.lower)
    return Difference(by, by - down, by + up)


@dataclass(frozen=True)
class Ratio:
    """How many times as often, with 95% limits."""

    times: float
    lower: float
    upper: float


def rate_ratio(events: int, people: float, other_events: int, other_people: float) -> Ratio | None:
    """(events / people) / (other_events / other_people); the logarithm is normal with variance 1/events + 1/other_events.

    Rothman, Greenland and Lash, Modern Epidemiology, 3rd edition, chapter 14. None where a count or a population is zero.
    """
    if min(events, other_events) <= 0 or min(people, other_people) <= 0:
        return None
    return _around((events / people) / (other_events / other_people), 1 / events + 1 / other_events)


def pooled_rate_ratio(numerator: float, denominator: float, variance: float) -> Ratio | None:
    """Mantel-Haenszel ratio of rates from its sums over strata; None where a sum is zero.

    With a and b events of either group, n and m their people and t = n + m in each stratum: numerator = sum a m / t,
    denominator = sum b n / t, variance = sum (a + b) n m / t^2; the logarithm's variance is variance / (numerator denominator)
    (Greenland and Robins 1985, Biometrics 41, 55-68).
    """
    if numerator <= 0 or denominator <= 0:
        return None
    return _around(numerator / denominator, variance / (numerator * denominator))


def _around(times: float, variance_of_logarithm: float) -> Ratio:
    factor = math.exp(_Z_95 * math.sqrt(variance_of_logarithm))
    return Ratio(times, times / factor, times * factor)

"""Expected counts put right by months that came before, and how many incidents a place may see: intervals of single counts.

Calibration: expected counts stay as they are, or a factor a group makes them agree with what came in total. Which of the two is chosen by
months that came before: the factor of the first of them is asked about the next, month after month, and is used where that helped (Poisson
likelihood). Interval: quantiles of a negative binomial of mean m and variance m + c m^2, c by moments over the same months
(docs/decisions/0100).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy import special

from core.errors import InternalError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INTERVAL = 0.90
# months of the kind foretold that a calibration needs: below it counts stay as they are
FEWEST_CALIBRATED = 2
# a twentieth of the region's mean, so that a place without a count is not said to be sure of none
_MIXED_IN = 0.05


@dataclass(frozen=True)
class Seen:
    """Sums over the places of a month, or of several: of what was foretold and what came, their squares and their product; each (groups,)."""

    foretold: Floats
    came: Floats
    foretold_squared: Floats
    came_squared: Floats
    product: Floats

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            self.foretold + other.foretold,
            self.came + other.came,
            self.foretold_squared + other.foretold_squared,
            self.came_squared + other.came_squared,
            self.product + other.product,
        )

    @property
    def factor(self) -> Floats:
        """What came over what was foretold; 1 where either is nothing."""
        held = (self.foretold > 0) & (self.came > 0)
        return np.asarray(np.divide(self.came, self.foretold, out=np.ones_like(self.came), where=held))


def seen(foretold: Floats, came: Floats) -> Seen:
    """One month as sums; both (n x groups)."""
    if foretold.shape != came.shape or foretold.ndim != 2:
        raise InternalError(f"calibration: foretold {foretold.shape} and what came {came.shape} do not fit")
    squares = (np.einsum("ng,ng->g", one, other) for one, other in ((foretold, foretold), (came, came), (foretold, came)))
    return Seen(foretold.sum(axis=0), came.sum(axis=0), *squares)


@dataclass(frozen=True)
class Calibration:
    """expected = factor * foretold; variation: c of the variance m + c m^2. Each (groups,)."""

    factor: Floats
    variation: Floats

    def interval(self, expected: Floats, *, inside: float = INTERVAL) -> tuple[Ints, Ints]:
        """Least and most incidents of a predictive interval of that probability or more, both included; each (n x groups)."""
        low, high = (count_quantile(expected, self.variation, q) for q in ((1.0 - inside) / 2.0, (1.0 + inside) / 2.0))
        return low, high


def calibrate(months: Sequence[Seen], *, kind: Sequence[bool]) -> Calibration:
    """Fit by months that came before, in order, one of them at least. kind: which of them are months of the kind that is foretold.

    The factor is of those alone, the variation of all.
    """
    every = list(accumulate(months))[-1]
    alike = [month for month, same in zip(months, kind, strict=True) if same]
    factor = np.ones(len(every.came))
    if len(alike) >= FEWEST_CALIBRATED:
        before = list(accumulate(alike))
        helped = sum(_helped(known.factor, after) for known, after in zip(before[:-1], alike[1:], strict=True))
        factor = np.where(helped > 0, before[-1].factor, 1.0)
    beyond = every.came_squared - 2.0 * factor * every.product + factor**2 * every.foretold_squared - factor * every.foretold
    scale = factor**2 * every.foretold_squared
    variation = np.divide(beyond, scale, out=np.zeros_like(scale), where=scale > 0)
    return Calibration(factor, np.maximum(variation, 0.0))


def _helped(factor: Floats, after: Seen) -> Floats:
    """How much more likely a factor made what came, (groups,): the gain in Poisson log likelihood."""
    return np.asarray(after.came * np.log(factor) - (factor - 1.0) * after.foretold)


def count_quantile(mean: Floats, variation: Floats, q: float) -> Ints:
    """Quantile of a negative binomial of mean (n x groups) and variance mean + variation * mean^2 (groups,); Poisson where that is 0.

    A quantile is above k where the mean is above that at which k and less has probability q: so the means of all k are worked out once.
    """
    found = np.zeros(mean.shape, dtype=np.int64)
    for group, c in enumerate(variation):
        column = mean[:, group]
        most = 8
        while (reached := _means_of_quantile(most, float(c), q))[-1] < column.max(initial=0.0):
            most *= 2
        found[:, group] = np.searchsorted(reached, column, side="left")
    return found


def _means_of_quantile(most: int, c: float, q: float) -> Floats:
    """The means at which 0, 1, ... most incidents or fewer have probability q."""
    k = np.arange(most + 1, dtype=np.float64)
    if c <= 0:
        return np.asarray(special.gammainccinv(k + 1.0, q))
    part = special.betaincinv(1.0 / c, k + 1.0, q)
    return np.asarray((1.0 / part - 1.0) / c)


def with_some_of_the_region(usual: Floats) -> Floats:
    """Mean counts (n x groups) with a twentieth of the region's mean mixed in; the order of places by count is kept."""
    return np.asarray((1.0 - _MIXED_IN) * usual + _MIXED_IN * usual.mean(axis=0))

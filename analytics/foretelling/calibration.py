"""Expected counts put right by months that came before, and how many incidents a place may see: intervals of single counts.

Calibration: Poisson regression of what came on the logarithm of what was foretold, an intercept and a slope a group (Cox 1958, Biometrika 45,
562-565). Interval: quantiles of a negative binomial of mean m and variance m + c m^2, c by moments over the same months. Both are fitted on
months before the one foretold (docs/decisions/0100).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.errors import InternalError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INTERVAL = 0.90
# a twentieth of the region's mean, so that a count of 0 has a logarithm and the order of places stays
_MIXED_IN = 0.05
_ROUNDS = 50
_CLOSE = 1e-9


@dataclass(frozen=True)
class Calibration:
    """expected = exp(intercept) * foretold ** slope; variation: c of the variance m + c m^2. Each (groups,)."""

    intercept: Floats
    slope: Floats
    variation: Floats

    def expected(self, foretold: Floats) -> Floats:
        """Calibrated counts, (n x groups); nothing foretold stays nothing. Slopes are above 0, so the order of places is kept."""
        found = np.exp(self.intercept) * np.power(foretold, self.slope, out=np.zeros_like(foretold), where=foretold > 0)
        return np.asarray(np.where(foretold > 0, found, 0.0))

    def interval(self, expected: Floats, *, inside: float = INTERVAL) -> tuple[Ints, Ints]:
        """Least and most incidents of a predictive interval of that probability or more, both included; each (n x groups)."""
        low, high = (count_quantile(expected, self.variation, q) for q in ((1.0 - inside) / 2.0, (1.0 + inside) / 2.0))
        return low, high


def count_quantile(mean: Floats, variation: Floats, q: float) -> Ints:
    """Quantile of a negative binomial of mean (n x groups) and variance mean + variation * mean^2 (groups,); Poisson where that is 0."""
    found = np.zeros(mean.shape, dtype=np.int64)
    for group, c in enumerate(variation):
        column = mean[:, group]
        if c > 0:
            found[:, group] = stats.nbinom.ppf(q, 1.0 / c, 1.0 / (1.0 + c * column))
        else:
            found[:, group] = stats.poisson.ppf(q, column)
    # a count that must be 0 has no lower quantile: SciPy says -1
    return np.maximum(found, 0)


def with_logarithm(usual: Floats) -> Floats:
    """Mean counts (n x groups) with a twentieth of the region's mean mixed in; the order of places is kept."""
    return np.asarray((1.0 - _MIXED_IN) * usual + _MIXED_IN * usual.mean(axis=0))


def calibrate(foretold: Floats, came: Floats) -> Calibration:
    """Fit by months that came before: both (rows x groups), a row a place and month. Rows that foretold nothing are left out.

    Where no slope can be fitted, or it is not above 0, the slope is 1 and the totals alone are made to agree.
    """
    if foretold.shape != came.shape or foretold.ndim != 2:
        raise InternalError(f"calibration: foretold {foretold.shape} and what came {came.shape} do not fit")
    groups = foretold.shape[1]
    intercept, slope, variation = np.zeros(groups), np.ones(groups), np.zeros(groups)
    for group in range(groups):
        held = foretold[:, group] > 0
        x, y = np.log(foretold[held, group]), came[held, group]
        if not y.sum() > 0:
            continue
        intercept[group], slope[group] = _poisson_line(x, y)
        mean = np.exp(intercept[group] + slope[group] * x)
        variation[group] = max(0.0, float(((y - mean) ** 2 - mean).sum() / (mean**2).sum()))
    return Calibration(intercept, slope, variation)


def _poisson_line(x: Floats, y: Floats) -> tuple[float, float]:
    """Intercept and slope of log E(y) = a + b x by Newton's method, from the line of slope 1."""
    level = float(np.log(y.sum() / np.exp(x).sum()))
    a, b = level, 1.0
    for _ in range(_ROUNDS):
        mean = np.exp(np.clip(a + b * x, -700.0, 700.0))
        gradient = np.array([(y - mean).sum(), (x * (y - mean)).sum()])
        information = np.array([[mean.sum(), (x * mean).sum()], [(x * mean).sum(), (x * x * mean).sum()]])
        # places that all foretell the same have no slope
        if np.linalg.det(information) <= _CLOSE * max(1.0, information[0, 0]) * max(1.0, information[1, 1]):
            return level, 1.0
        step = np.linalg.solve(information, gradient)
        a, b = a + float(step[0]), b + float(step[1])
        if np.abs(step).max() < _CLOSE:
            break
    else:
        return level, 1.0
    return (a, b) if b > 0 else (level, 1.0)

"""Mann-Kendall trend test of many series at once, with the correction for ties.

For a series x_1 .. x_T, S is the number of pairs that rise less the number that fall. Under "no trend" S has mean 0 and variance
[T(T-1)(2T+5) - sum over tied groups of g(g-1)(2g+5)] / 18, and z = (S - sign(S)) / sqrt(variance) is close to a standard normal
(Mann 1945, Econometrica 13, 245-259; Kendall 1975, Rank Correlation Methods; Hipel and McLeod 1994, chapter 23). The 1 taken off is the
continuity correction: S moves in steps of 2. Esri's space-time tools describe the same z, variance with ties included, without saying
whether they correct for continuity; we do, as R's `trend` and `Kendall` and Python's pymannkendall do.

The test supposes that the steps of a series are independent of each other. Where they are not, see analytics.emerging.overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from core.errors import InternalError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]

# The exact distribution is offered up to this length; at 40 steps the normal p is within 0.0025 of it, at 10 within 0.010.
LONGEST_EXACT = 40


@dataclass(frozen=True)
class MannKendall:
    """One row a series, all of shape (n,).

    s, variance: as above. z, p: normal approximation, two-sided. A series without variance (constant) has z = 0 and p = 1; a series
    with a missing value has NaN. p_exact: two-sided p from the exact distribution of S, NaN where a series has ties or is longer
    than LONGEST_EXACT. tau: Kendall's tau-b against time, in -1 .. 1; NaN for a constant series.
    """

    s: Ints
    variance: Floats
    z: Floats
    p: Floats
    p_exact: Floats
    tau: Floats

    def trend(self, alpha: float) -> Signs:
        """1 rising, -1 falling, 0 neither at the two-sided level alpha (p <= alpha by the normal approximation)."""
        return trend_of(self.s, self.p, alpha)


def trend_of(s: Ints, p: Floats, alpha: float) -> Signs:
    """The sign of S where p <= alpha, else 0; a missing p is no trend."""
    return np.where(p <= alpha, np.sign(s), 0).astype(np.int8)


def mann_kendall(series: Floats, *, tie_tolerance: float = 0.0) -> MannKendall:
    """Test each row of series (n x T), in order of time.

    tie_tolerance: neighbours in size that lie no further apart than this are the same value (sums of the same numbers in another
    order differ in their last digits, and would count as a rise or a fall). InternalError unless series is two-dimensional, T >= 2.
    """
    series = np.asarray(series, dtype=np.float64)
    if series.ndim != 2 or series.shape[1] < 2:
        raise InternalError(f"Mann-Kendall: wants (series x at least 2 steps), got {series.shape}")
    n, steps = series.shape
    missing = np.isnan(series).any(axis=1)
    ranks = _dense_ranks(series, tie_tolerance)
    s = np.zeros(n, dtype=np.int64)
    # size of the tied group that each value stands in
    group = np.ones((n, steps), dtype=np.int64)
    for lag in range(1, steps):
        change = np.sign(ranks[:, lag:] - ranks[:, :-lag])
        s += change.sum(axis=1, dtype=np.int64)
        same = change == 0
        group[:, lag:] += same
        group[:, :-lag] += same
    # a group of g adds g(g-1)(2g+5); each of its g members adds (g-1)(2g+5)
    ties = ((group - 1) * (2 * group + 5)).sum(axis=1)
    variance = (steps * (steps - 1) * (2 * steps + 5) - ties) / 18.0
    pairs = steps * (steps - 1) / 2.0
    tied_pairs = (group - 1).sum(axis=1) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(variance > 0, (s - np.sign(s)) / np.sqrt(variance), 0.0)
        tau = s / np.sqrt((pairs - tied_pairs) * pairs)
    p = 2.0 * ndtr(-np.abs(z))
    p_exact = np.full(n, np.nan)
    if steps <= LONGEST_EXACT:
        p_exact = np.where((group == 1).all(axis=1), _exact_tail(steps)[np.abs(s)], np.nan)
    for column in (z, p, p_exact, tau):
        column[missing] = np.nan
    s[missing] = 0
    return MannKendall(s=s, variance=variance, z=z, p=p, p_exact=p_exact, tau=tau)


def _dense_ranks(series: Floats, tolerance: float) -> NDArray[np.int16 | np.int32]:
    """Ranks by row, equal for values of one chain of steps no larger than the tolerance, so that ties are transitive."""
    order = np.argsort(series, axis=1, kind="stable")
    ordered = np.take_along_axis(series, order, axis=1)
    rises = np.zeros(series.shape, dtype=np.int16 if series.shape[1] < 2**15 else np.int32)
    with np.errstate(invalid="ignore"):
        rises[:, 1:] = np.diff(ordered, axis=1) > tolerance
    ranks = np.empty_like(rises)
    np.put_along_axis(ranks, order, np.cumsum(rises, axis=1, dtype=rises.dtype), axis=1)
    return ranks


@cache
def _exact_tail(steps: int) -> Floats:
    """Position |s| holds the two-sided probability P(|S| >= |s|) of a series of distinct values, every order equally likely.

    S = pairs - 2 x inversions, and the number of inversions of a random order is a sum of independent uniforms on 0 .. k.
    """
    pairs = steps * (steps - 1) // 2
    chance = np.ones(1)
    for k in range(1, steps):
        chance = np.convolve(chance, np.full(k + 1, 1.0 / (k + 1)))
    s = np.abs(pairs - 2 * np.arange(pairs + 1))
    by_size = np.bincount(s, weights=chance, minlength=pairs + 1)
    tail = np.cumsum(by_size[::-1])[::-1]
    return np.minimum(tail, 1.0)

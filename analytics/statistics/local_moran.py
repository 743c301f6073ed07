"""Local Moran's I of many maps at once: which places are like their neighbours, and which stand out against them.

For values x of one map, z the standardised values (division by n) and w row-standardised weights without the place itself,

    I_i = (n - 1) z_i sum_j w_ij z_j / sum z^2

Anselin (1995), Geographical Analysis 27, 93-115, in the scaling of PySAL; equal to esda.Moran_Local to 1e-9 (a test). Its moments are Sokal,
Oden and Thomson (1998), Geographical Analysis 30, 331-354: under the conditional null (the place keeps its value, the rest is shuffled)
and the total one. Counts over a population at risk are compared by the rate index of Assuncao and Reis (1999), Statistics in
Medicine 18, 2147-2162, because a plain rate from few people is far from the mean by chance alone.

p by permutation is that of the conditional null. With z_i held, I_i is a constant times the sum of the neighbours' values, so "how often
would shuffled neighbours give so extreme an I_i" is the question that `analytics.statistics.gi_star_permutation` already answers for all
places and maps at once; nothing needs to be drawn again. Two-sided, where esda's pseudo p is the smaller side.

A quadrant (high-high, low-low, high-low, low-high) is a label only where q, after false discovery control over the places of the map,
is small enough; everywhere else the label is "not significant".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.statistics.false_discovery import q_values
from analytics.statistics.gi_star import Bools, Floats, check_star_weights, two_sided_p
from analytics.statistics.gi_star_permutation import permutation_p
from core.errors import InternalError

Quadrants = NDArray[np.int8]


class Quadrant(IntEnum):
    """Own value and neighbours' mean against the map's mean; the numbers are esda's."""

    NOT_SIGNIFICANT = 0
    HIGH_HIGH = 1
    LOW_HIGH = 2
    LOW_LOW = 3
    HIGH_LOW = 4

    @property
    def label(self) -> str:
        """'high among high' and so on; a high-low place is an outlier, not a hot spot."""
        return _LABELS[self]


_LABELS = {
    Quadrant.NOT_SIGNIFICANT: "not significant",
    Quadrant.HIGH_HIGH: "high among high",
    Quadrant.LOW_HIGH: "low among high",
    Quadrant.LOW_LOW: "low among low",
    Quadrant.HIGH_LOW: "high among low",
}


@dataclass(frozen=True)
class LocalMoran:
    """All (n x m). NaN (quadrant 0) in a constant map and for a place without neighbours: there is nothing to test.

    i: the statistic. expected, variance, z: conditional null. quadrant: where the place lies, whether significant or not.
    p: two-sided, by permutation or, without permutations, normal. q: after Benjamini-Hochberg over the places of each map.
    """

    i: Floats
    expected: Floats
    variance: Floats
    z: Floats
    p: Floats
    q: Floats
    quadrant: Quadrants
    permutations: int
    seed: int | None

    def labels(self, alpha: float = 0.05) -> Quadrants:
        """Quadrants where q <= alpha, else NOT_SIGNIFICANT; the only labels that belong on a map."""
        return np.where(self.q <= alpha, self.quadrant, Quadrant.NOT_SIGNIFICANT).astype(np.int8)


def local_moran(values: Floats, weights: sparse.csr_matrix, *, permutations: int = 0, seed: int | None = None) -> LocalMoran:
    """Local Moran of values (n x m) on binary star weights (n x n), as every map here uses; the star itself is taken off.

    permutations: 0 for the normal approximation. InternalError for shapes that do not fit, missing values, weights that are not binary,
    or permutations without a seed.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    check_star_weights(weights, len(values) if values.ndim == 2 else -1)
    if not np.isfinite(values).all():
        raise InternalError("local Moran: a value is missing; a place without a value must be left out of the study area")
    if not (weights.data == 1.0).all():
        raise InternalError("local Moran needs binary weights; they are row-standardised here")
    n = len(values)
    if n < 3:
        raise InternalError(f"local Moran: {n} places are too few")
    neighbours = np.diff(weights.indptr).astype(np.float64) - 1.0
    alone = neighbours == 0
    constant = values.max(axis=0) == values.min(axis=0)
    untestable = alone[:, None] | constant

    z = _standardised(values, constant)
    lag = (weights @ z - z) / np.where(alone, np.nan, neighbours)[:, None]
    i = (n - 1) * z * lag / (z**2).sum(axis=0)
    expected, variance = conditional_moments(z, neighbours)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (i - expected) / np.sqrt(variance)
    if permutations:
        if seed is None:
            raise InternalError("local Moran: permutations need a seed")
        p = permutation_p(values, weights, permutations=permutations, seed=seed, null="conditional")
    else:
        p = two_sided_p(score)
    p = np.where(untestable, np.nan, p)
    quadrant = np.select(
        [untestable, (z > 0) & (lag > 0), (z <= 0) & (lag > 0), (z <= 0) & (lag <= 0)],
        [Quadrant.NOT_SIGNIFICANT, Quadrant.HIGH_HIGH, Quadrant.LOW_HIGH, Quadrant.LOW_LOW],
        Quadrant.HIGH_LOW,
    ).astype(np.int8)
    return LocalMoran(i, expected, variance, score, p, q_values(p), quadrant, permutations, seed if permutations else None)


def rate_index(events: Floats, people: Floats) -> Floats:
    """Deviation of each rate from the region's, in standard deviations that a place of its population would have; (n x m).

    The variance between places is estimated by moments; where that and the sampling variance add up to less than zero, the sampling
    variance alone is used, as Assuncao and Reis advise. InternalError for a place without people: it has no rate.
    """
    events = np.asarray(events, dtype=np.float64)
    people = np.asarray(people, dtype=np.float64)
    if events.ndim != 2 or people.shape != (len(events),):
        raise InternalError(f"rate index: events {events.shape} and people {people.shape} do not fit")
    if not (np.isfinite(events).all() and (events >= 0).all() and np.isfinite(people).all() and (people > 0).all()):
        raise InternalError("rate index: a place has no people, or a count is missing or below 0")
    base = people[:, None]
    total = people.sum()
    rate = events / base
    mean = events.sum(axis=0) / total
    between = (base * (rate - mean) ** 2).sum(axis=0) / total - mean / (total / len(people))
    sampling = mean / base
    variance = between + sampling
    variance = np.where(variance < 0, sampling, variance)
    # a map without a single event is constant: every deviation is 0
    return np.asarray(np.divide(rate - mean, np.sqrt(variance), out=np.zeros_like(rate), where=variance > 0))


def conditional_moments(z: Floats, neighbours: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of I_i given z_i, equations A7 and A8 of Sokal and others (1998), for row-standardised binary weights.

    z: (n x m) standardised values; neighbours: (n,) how many each place has. Both results are (n x m); NaN without neighbours.
    """
    n = len(z)
    second = (z**2).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        sum_of_squares = np.where(neighbours > 0, 1.0 / neighbours, np.nan)[:, None]
        expected = -(z**2) / ((n - 1) * second)
        variance = (z / second) ** 2 * (n / (n - 2)) * (sum_of_squares - 1.0 / (n - 1)) * (second - z**2 / (n - 1))
    return np.asarray(np.where(np.isnan(sum_of_squares), np.nan, expected)), np.asarray(variance)


def _standardised(values: Floats, constant: Bools) -> Floats:
    """(x - mean) / standard deviation with division by n, map by map; NaN for constant maps, whose deviation is rounding noise."""
    centred = values - values.mean(axis=0)
    deviation = np.sqrt((centred**2).mean(axis=0))
    deviation[constant] = np.nan
    return np.asarray(centred / deviation)

"""How many places have two properties at once, and how many would if the two had nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from analytics.statistics.spectral_randomisation import spectral_surrogates
from core.errors import InternalError

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """What chance gives: mean, the central 95% interval, and a two-sided p of what was observed."""

    mean: float
    lower: float
    upper: float
    p: float


def independent(places: int, first: int, second: int, both: int) -> Expected:
    """Chance as if every place were drawn by itself: the hypergeometric distribution, exact. Too sure where both properties cluster."""
    law = hypergeom(places, first, second)
    tail = min(float(law.cdf(both)), float(law.sf(both - 1)))
    return Expected(first * second / places, float(law.ppf(0.025)), float(law.ppf(0.975)), min(1.0, 2.0 * tail))


def shuffled_regions(score: Floats, chosen: int, patterns: Floats, *, maps: int, seed: int) -> Bools:
    """(n x maps): in each random map the `chosen` places of the highest score, where scores cluster as they really do.

    score (n): any number that orders the places; its ranks are used, as normal scores, so that no outlier carries a pattern.
    patterns: the spatial_patterns of the weights between the places.
    """
    n = len(score)
    if not 0 <= chosen <= n:
        raise InternalError("shuffled regions: more places to choose than there are")
    surrogates = spectral_surrogates(normal_scores(score), patterns, maps=maps, seed=seed)
    picked = np.zeros((n, maps), dtype=bool)
    if chosen:
        top = np.argpartition(-surrogates, chosen - 1, axis=0)[:chosen]
        np.put_along_axis(picked, top, True, axis=0)
    return picked


def normal_scores(score: Floats) -> Floats:
    """The normal quantiles of the ranks; ties share the mean rank."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(score) - 0.5) / len(score)))


def clustered(second: Bools, both: int, shuffled: Bools) -> Expected:
    """Chance where the first property keeps its clustering: the overlap of `second` (n) with each of the random maps (n x maps)."""
    overlaps = second.astype(np.float64) @ shuffled
    maps = len(overlaps)
    tail = min(int((overlaps >= both).sum()), int((overlaps <= both).sum()))
    lower, upper = np.quantile(overlaps, [0.025, 0.975], method="inverted_cdf")
    return Expected(float(overlaps.mean()), float(lower), float(upper), min(1.0, 2.0 * (tail + 1) / (maps + 1)))

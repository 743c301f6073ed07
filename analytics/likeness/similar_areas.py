"""Similar areas: for each neighbourhood those most like it in what it is, so that what is recorded in it can be compared fairly.

Nearest neighbours in Euclidean distance over declared characteristics, each as normal scores of its ranks and of equal weight. Recorded
incidents are not among the characteristics: a place must not be compared with places chosen for the same number of incidents.
Characteristics that move together (the domains of deprivation) weigh more together, and the page that shows the comparison names them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist

from analytics.overlaps.values import Floats
from core.errors import InternalError

# two places are close where they are nearer than nine in ten pairs of places of the region
CLOSE_SHARE = 0.10


@dataclass(frozen=True)
class Similar:
    """other, distance (n x areas): the nearest first; ties by position. close_within: the distance up to which a pair counts as close."""

    other: NDArray[np.int64]
    distance: Floats
    close_within: float


@dataclass(frozen=True)
class Comparison:
    """All (n). Rates of the similar areas: quarters and median of their rates, and their rate together. ratio: own rate to theirs together,
    with the exact conditional 95% interval of two Poisson counts; NaN where they have none."""

    rate: Floats
    lower_quarter: Floats
    median: Floats
    upper_quarter: Floats
    together: Floats
    ratio: Floats
    ratio_lower: Floats
    ratio_upper: Floats


def similar_areas(scores: Floats, areas: int) -> Similar:
    """The `areas` nearest of each place (n x characteristics). InternalError where a score is missing or there are too few places."""
    n = len(scores)
    if n <= areas or not np.isfinite(scores).all():
        raise InternalError(f"similar areas: {n} places are too few, or a score is missing")
    distance, other = cKDTree(scores).query(scores, k=areas + 1)
    kept_distance, kept = np.empty((n, areas)), np.empty((n, areas), dtype=np.int64)
    for i in range(n):
        order = np.lexsort((other[i], distance[i]))
        # the place itself is among the nearest, except behind as many places exactly alike
        others = [k for k in order if other[i, k] != i][:areas]
        kept[i], kept_distance[i] = other[i, others], distance[i, others]
    return Similar(kept, kept_distance, float(np.quantile(pdist(scores), CLOSE_SHARE)))


def compare(events: Floats, people: Floats, other: NDArray[np.int64]) -> Comparison:
    """Own rate beside those of similar areas, per person. events, people (n); NaN for a place, or similar areas, without people."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(people > 0, events / people, np.nan)
        lower, median, upper = np.nanquantile(rate[other], [0.25, 0.5, 0.75], axis=1)
        there, there_people = events[other].sum(axis=1), people[other].sum(axis=1)
        together = there / there_people
        ratio, low, high = rate_ratio(events, people, there, there_people)
    return Comparison(rate, lower, median, upper, together, ratio, low, high)


def rate_ratio(events: Floats, people: Floats, there: Floats, there_people: Floats) -> tuple[Floats, Floats, Floats]:
    """Ratio of two rates with its exact conditional 95% interval (Clopper-Pearson on the share of all events that are in the first).

    Przyborowski and Wilenski (1940), Biometrika 31, 313-323. NaN where either has no people or the second no event; no upper limit is
    infinite there, because nothing can be said.
    """
    sayable = (people > 0) & (there_people > 0) & (there > 0)
    scale = np.where(sayable, there_people / np.where(people > 0, people, 1.0), np.nan)
    total = events + there
    low_share = np.where(events > 0, scipy.stats.beta.ppf(0.025, np.maximum(events, 1e-9), there + 1), 0.0)
    high_share = scipy.stats.beta.ppf(0.975, events + 1, np.maximum(there, 1e-9))
    share = np.divide(events, total, out=np.zeros_like(total), where=total > 0)

    def odds(of: Floats) -> Floats:
        return np.asarray(np.where(sayable, of / (1 - of) * scale, np.nan))

    return odds(share), odds(low_share), odds(high_share)

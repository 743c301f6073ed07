"""Empirical-Bayes smoothing of small-area rates: a rate from few people is pulled towards the rate of the whole region.

Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40(2), 283-294, the global
estimator; esda.smoothing.Empirical_Bayes is the same where the variance between places is positive. Where the rates vary no more than
chance alone would make them, the estimated variance is negative: Marshall sets it to zero, so every place gets the region's rate
(esda lets the weight go negative and overshoots).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import InternalError

Floats = NDArray[np.float64]


def empirical_bayes(events: Floats, people: Floats) -> Floats:
    """Smoothed rates per person, (n x m), from events (n x m) and people (n).

    A place with no people gets the region's rate, the limit of the estimator as the population falls to zero.
    InternalError for negative or missing input, or a region with no people.
    """
    events = np.asarray(events, dtype=np.float64)
    people = np.asarray(people, dtype=np.float64)
    if not (np.isfinite(events).all() and np.isfinite(people).all() and (events >= 0).all() and (people >= 0).all()):
        raise InternalError("empirical Bayes: counts and populations must be there and not negative")
    total = people.sum()
    if total <= 0:
        raise InternalError("empirical Bayes: the region has no people")
    lived_in = people > 0
    counted, base = events[lived_in], people[lived_in, None]
    mean = counted.sum(axis=0) / total
    rate = counted / base
    between = (base * (rate - mean) ** 2).sum(axis=0) / total - mean / base.mean()
    between = np.maximum(between, 0.0)
    denominator = between + mean / base
    weight = np.divide(
        np.broadcast_to(between, denominator.shape), denominator, out=np.zeros_like(denominator), where=denominator > 0
    )
    smoothed = np.broadcast_to(mean, events.shape).copy()
    smoothed[lived_in] = weight * rate + (1.0 - weight) * mean
    return smoothed

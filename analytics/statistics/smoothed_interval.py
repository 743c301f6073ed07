"""An interval for a smoothed rate: how far the rate of a small place can be from what was counted in it.

Marshall's estimator (`analytics.statistics.smoothing`) is the mean of a gamma posterior: with the mean m and the variance A of rates
between places, a place of n people and y events has the posterior Gamma(m^2/A + y, m/A + n). Its quantiles are the interval, as in
Clayton and Kaldor (1987), Biometrics 43, 671-681. m and A are taken as known, so the interval is a little too narrow where there are few
places.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from analytics.statistics.smoothing import empirical_bayes
from core.errors import InternalError

Floats = NDArray[np.float64]


def smoothed_rates(events: Floats, people: Floats, *, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Smoothed rate per person with its limits, each (n), from events (n) and people (n); NaN for a place without people.

    Where rates vary no more than chance makes them, every place has the region's rate and the interval is that point.
    """
    lived_in = people > 0
    if not lived_in.any():
        raise InternalError("smoothed rates: the region has no people")
    base = people[lived_in]
    mean, between = _moments(events[lived_in], base)
    rate = np.where(lived_in, empirical_bayes(events[:, None], people)[:, 0], np.nan)
    lower, upper = rate.copy(), rate.copy()
    if between > 0 and mean > 0:
        shape, scale = mean**2 / between + events[lived_in], 1.0 / (mean / between + base)
        lower[lived_in] = scipy.stats.gamma.ppf((1 - level) / 2, shape, scale=scale)
        upper[lived_in] = scipy.stats.gamma.ppf((1 + level) / 2, shape, scale=scale)
    return rate, lower, upper


def _moments(events: Floats, people: Floats) -> tuple[float, float]:
    total = people.sum()
    mean = events.sum() / total
    between = (people * (events / people - mean) ** 2).sum() / total - mean / people.mean()
    return float(mean), float(max(between, 0.0))

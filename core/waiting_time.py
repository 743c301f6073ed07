"""How long it took until something happened, where what is watched for a shorter time counts for as long as it was watched."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import InternalError


@dataclass(frozen=True)
class Waited:
    """Share that it had happened to within so many whole months, with 95% limits; watched: how many were watched at least so long."""

    months: int
    share: float
    lower: float
    upper: float
    watched: int


def share_within(happened: Mapping[int, int], not_yet: Mapping[int, int]) -> tuple[Waited, ...]:
    """One row a whole month from 0 to the longest that anything was watched.

    happened: how many by the months that it took; not_yet: how many by the months that they were watched without it. Kaplan-Meier estimate
    with Greenwood's variance on the log-log scale (Kalbfleisch and Prentice 1980), by scipy.stats.ecdf. () of nothing.
    """
    if any(n < 0 or m < 0 for counted in (happened, not_yet) for m, n in counted.items()):
        raise InternalError("months and counts are never below zero")
    months = np.array([*happened, *not_yet], dtype=np.int64)
    counts = np.array([*happened.values(), *not_yet.values()], dtype=np.int64)
    if counts.sum() == 0:
        return ()
    from scipy.stats import CensoredData, ecdf

    censored = np.repeat(np.arange(len(months)) >= len(happened), counts)
    found = ecdf(CensoredData.right_censored(np.repeat(months, counts).astype(float), censored)).cdf
    with warnings.catch_warnings():
        # where nothing or everything happened the log-log limits are not defined; the share is then 0 or 1, and said without an interval
        warnings.simplefilter("ignore", RuntimeWarning)
        limits = found.confidence_interval(method="log-log")
    rows = []
    for month in range(int(months[counts > 0].max()) + 1):
        share = float(found.evaluate(month))
        lower, upper = float(limits.low.evaluate(month)), float(limits.high.evaluate(month))
        if not (np.isfinite(lower) and np.isfinite(upper)):
            lower = upper = share
        rows.append(Waited(month, share, lower, upper, int(counts[months >= month].sum())))
    return tuple(rows)

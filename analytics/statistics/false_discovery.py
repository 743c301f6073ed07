"""False discovery rate over the places of a map: Benjamini-Hochberg q values, and the class that a place gets from them.

Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300. A q value is the smallest rate at which
the step-up procedure would call the place significant, so one column answers for 90, 95 and 99%. The correction runs over the places
of one slice (one group, one period, one geography); nothing is corrected over groups or periods, and the method page says so.
Neighbouring Gi* values depend on each other positively, under which the procedure keeps its rate (Benjamini and Yekutieli 2001).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# percent certainty offered, the strictest first
CERTAINTIES = (99, 95, 90)


def q_values(p: Floats) -> Floats:
    """Benjamini-Hochberg adjusted p, column by column of (n x m). NaN is no test: it gets NaN and does not count."""
    p = np.asarray(p, dtype=np.float64)
    # map after map in memory: sorting along a row is many times quicker than down a column
    table = np.ascontiguousarray(p.reshape(len(p), -1).T)
    # NaN sorts last, so the tests of a map are its first ones; equal p get equal q in whatever order they stand
    order = np.argsort(table, axis=1)
    adjusted = np.take_along_axis(table, order, axis=1)
    missing = np.isnan(adjusted)
    tested = table.shape[1] - missing.sum(axis=1, keepdims=True)
    adjusted *= tested
    adjusted /= np.arange(1, table.shape[1] + 1, dtype=np.float64)
    adjusted[missing] = np.inf
    adjusted = np.minimum.accumulate(adjusted[:, ::-1], axis=1)[:, ::-1]
    adjusted = np.minimum(adjusted, 1.0)
    adjusted[missing] = np.nan
    # not into the table, which can be the caller's own p
    q = np.empty_like(table)
    np.put_along_axis(q, order, adjusted, axis=1)
    return np.ascontiguousarray(q.T).reshape(p.shape)


def certainty_of(q: Floats) -> NDArray[np.int16]:
    """99, 95, 90 or 0: the strictest percent at which a place is significant after the correction. NaN gives 0."""
    certainty = np.zeros(q.shape, dtype=np.int16)
    for percent in reversed(CERTAINTIES):
        certainty[q <= (100 - percent) / 100] = percent
    return certainty

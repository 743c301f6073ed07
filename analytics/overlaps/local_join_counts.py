"""Multivariate local join counts: a place that meets every condition, and how many of its neighbours do too.

Anselin and Li (2019), Journal of Geographical Systems 21, 189-210; the count is that of esda.Join_Counts_Local_MV. Two kinds of chance:

    shuffled   the place keeps what it has and its neighbours are drawn from all others. The count is then hypergeometric, so p is exact
               where esda draws permutations. It finds every cluster, also that of factors which cluster each by itself.
    clustered  each factor lies elsewhere, clustered as it is (`analytics.overlaps.chance`). Only a place where the factors come
               together more than their own clustering explains is rare under it. This is the p that a page shows.

Both are one-sided: more joins than chance. A place without a join has no test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from analytics.overlaps.levels import Bools
from analytics.overlaps.values import Floats
from analytics.statistics.false_discovery import q_values
from analytics.statistics.gi_star import check_star_weights

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class LocalJoins:
    """place: positions that meet every condition. The rest goes with place; p and q are NaN where joins is 0."""

    place: Ints
    neighbours: Ints
    joins: Ints
    p_shuffled: Floats
    p: Floats
    q: Floats


def local_join_counts(meets: Bools, weights: sparse.csr_matrix, drawn: Bools) -> LocalJoins:
    """meets (n): which places meet every condition. weights: binary star weights. drawn (n x maps): the same in each random map."""
    n = len(meets)
    check_star_weights(weights, n)
    place = np.flatnonzero(meets)
    rows = weights[place]
    neighbours = np.diff(rows.indptr).astype(np.int64) - 1
    joins = (rows @ meets.astype(np.int64)).astype(np.int64) - 1
    p_shuffled, p = np.full(len(place), np.nan), np.full(len(place), np.nan)
    tested = joins > 0
    p_shuffled[tested] = scipy.stats.hypergeom.sf(joins[tested] - 1, n - 1, len(place) - 1, neighbours[tested])
    if tested.any():
        # a random map counts where the place itself meets every condition and so many of its neighbours do
        around = rows[tested] @ drawn.astype(np.float32) - 1
        often = (drawn[place[tested]] & (around >= joins[tested, None])).sum(axis=1)
        p[tested] = (often + 1) / (drawn.shape[1] + 1)
    return LocalJoins(place, neighbours, joins, p_shuffled, p, q_values(p))

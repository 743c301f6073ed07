"""Would a hot spot stay hot without one location? The map tested again for each location that is taken off, at the cost of one test.

Taking a location off changes one value of a map of n places. Of the permutations that the map is tested by, only those whose draw holds
that place get another sum: with 9,999 draws of 7 from 2,000 places, some 35. So the ranks of the map as it is are put right by those few,
for the few places whose p can reach the cut-off at all; and Benjamini-Hochberg needs no more than how many places have each p below it.
The answer is the one that testing each changed map by itself gives, with the same draws (a test holds that).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import sparse

from analytics.statistics.gi_star import Bools, Floats, getis_ord_gi_star
from analytics.statistics.gi_star_permutation import TIE, draw, permutation_ranks

Ints = NDArray[np.int64]


class Map(NamedTuple):
    """The map as it is. values: log(1 + counts); observed: sums over each place and its neighbours; low, high: the ranks of these;
    sizes: places in each sum; indptr, indices: which (CSR)."""

    values: Floats
    observed: Floats
    low: Ints
    high: Ints
    testable: Bools
    sizes: Ints
    indptr: Ints
    indices: Ints


class Draws(NamedTuple):
    """The permutations. sums: of the first k places of each draw, (k x draws), as drawn; ordered: each k in order of size.

    begins, row, position: where each place occurs, draws and positions, place after place.
    """

    sums: Floats
    ordered: Floats
    begins: Ints
    row: Ints
    position: Ints


class Removals(NamedTuple):
    """Locations taken off. changed, new: the place of each and its value without it; asked: the places asked about, location after
    location; asked_begins: where those of each begin."""

    changed: Ints
    new: Floats
    asked: Ints
    asked_begins: Ints


def still_hot(
    counts: Floats,
    weights: sparse.csr_matrix,
    changed: Ints,
    less: Floats,
    asked: Ints,
    which: Ints,
    *,
    permutations: int,
    seed: int,
    alpha: float,
) -> Bools:
    """Which places are hot (q at most alpha, z above 0) on the map of log(1 + counts) from which one location was taken off.

    counts: (n,). weights: (n x n) binary star weights, symmetric. changed, less: (r,) the place of each location taken off, and its
    incidents. asked, which: (a,) places asked about, and which of the r locations is off. The result is (a,).
    """
    values = np.log1p(np.asarray(counts, dtype=np.float64))
    base = getis_ord_gi_star(values[:, None], weights)
    if base.degenerate[0]:
        return np.zeros(len(asked), dtype=bool)
    low, high = permutation_ranks(values[:, None], weights, permutations=permutations, seed=seed)
    sizes = np.diff(weights.indptr).astype(np.int64)
    tested = Map(
        values, np.asarray(weights @ values), low[:, 0], high[:, 0], ~base.untestable, sizes,
        weights.indptr.astype(np.int64), weights.indices.astype(np.int64),
    )  # fmt: skip
    order = np.argsort(which, kind="stable")
    removals = Removals(
        changed.astype(np.int64),
        np.log1p(np.asarray(counts, dtype=np.float64)[changed] - less),
        asked[order].astype(np.int64),
        np.searchsorted(which[order], np.arange(len(changed) + 1)).astype(np.int64),
    )
    answers = _still_hot(tested, _draws(values, int(sizes.max()), permutations, seed), removals, alpha, TIE)
    result = np.empty(len(asked), dtype=bool)
    result[order] = answers
    return result


def _draws(values: Floats, most: int, permutations: int, seed: int) -> Draws:
    n = len(values)
    draws = draw(n, most, permutations, seed)
    sums = np.zeros((draws.shape[1] + 1, permutations))
    np.cumsum(values[draws].T, axis=0, out=sums[1:])
    occurrence = np.argsort(draws, axis=None, kind="stable")
    begins = np.searchsorted(draws.ravel()[occurrence], np.arange(n + 1))
    row, position = np.divmod(occurrence, draws.shape[1])
    return Draws(sums, np.sort(sums, axis=1), begins.astype(np.int64), row.astype(np.int64), position.astype(np.int64))


@njit(cache=True, parallel=True)
def _still_hot(tested_map, draws, removals, alpha, tie_size):  # type: ignore[no-untyped-def]
    values, observed, low, high, testable, sizes, indptr, indices = tested_map
    sums, ordered, begins, row, position = draws
    changed, new, asked, asked_begins = removals
    n = len(values)
    permutations = sums.shape[1]
    tested = testable.sum()
    total = values.sum()
    spread = np.abs(values).sum()
    # rank of the largest p that the procedure can reject
    last = int(np.floor(alpha * (permutations + 1) / 2.0)) - 1
    answers = np.zeros(len(asked), dtype=np.bool_)
    for r in prange(len(changed)):
        b = changed[r]
        delta = new[r] - values[b]
        tie = tie_size * max(1.0, spread + abs(new[r]) - abs(values[b]))
        most = begins[b + 1] - begins[b]
        near = np.zeros(n, dtype=np.bool_)
        for c in range(indptr[b], indptr[b + 1]):
            near[indices[c]] = True
        ranks = np.full(n, permutations, dtype=np.int64)
        having = np.zeros(last + 2, dtype=np.int64)
        for i in range(n):
            if not testable[i] or (not near[i] and min(low[i], high[i]) > last + most):
                continue
            k = sizes[i]
            own = observed[i] + (delta if near[i] else 0.0)
            below, above = low[i], high[i]
            if near[i]:
                below = np.searchsorted(ordered[k], own + tie, side="right")
                above = permutations - np.searchsorted(ordered[k], own - tie, side="left")
            for c in range(begins[b], begins[b + 1]):
                if position[c] < k:
                    was = sums[k, row[c]]
                    now = was + delta
                    below += int(now <= own + tie) - int(was <= own + tie)
                    above += int(now >= own - tie) - int(was >= own - tie)
            ranks[i] = min(below, above)
            if ranks[i] <= last:
                having[ranks[i]] += 1
        cut = -1
        as_small = 0
        for j in range(last + 1):
            as_small += having[j]
            if having[j] and 2.0 * (j + 1.0) / (permutations + 1.0) * tested / as_small <= alpha:
                cut = j
        mean = (total + delta) / n
        for a in range(asked_begins[r], asked_begins[r + 1]):
            i = asked[a]
            own = observed[i] + (delta if near[i] else 0.0)
            answers[a] = ranks[i] <= cut and own > sizes[i] * mean
    return answers

"""Permutation p values of Gi*: how often would shuffled values give a neighbourhood of that size so extreme a sum?

Two null models, both two-sided:

    total        every place's value is shuffled, its own too. This is the null whose mean and variance Gi*'s closed form uses; the
                 permutations replace its normal shape, which skewed counts do not have (docs/decisions/0030). The flow uses it.
    conditional  place i keeps its value, its k_i neighbours are drawn from the other n - 1 places: esda's pseudo p. It asks
                 only about the neighbours, so it finds less.

As in esda one set of draws serves every place, so a permutation costs one row of draws instead of one a place:

    draw r lists places in random order, none twice. The sum of its first k values is a shuffled neighbourhood for every place
    with k neighbours: sort those sums once, then look each place up by bisection. In the conditional null the first k draws *that
    are not i* count; only for the few places that occur in the draw itself is the shared sum put right.

So 999 permutations of 1,485 places cost 999 x k_max x log instead of 999 x 1,485 x k. Binary weights only.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from analytics.statistics.gi_star import Floats, check_star_weights
from core.errors import InternalError

Null = Literal["total", "conditional"]
Counts = NDArray[np.int64]

# relative size below which two sums are the same sum in another order
TIE = 1e-12


def permutation_p(values: Floats, weights: sparse.csr_matrix, *, permutations: int, seed: int, null: Null = "total") -> Floats:
    """Two-sided p, (n x m): 2 (min(low, high) + 1) / (permutations + 1), at most 1; ties count on both sides.

    NaN for constant slices. With the conditional null, half of it is esda's "directed" p within Monte Carlo error.
    """
    low, high = permutation_ranks(values, weights, permutations=permutations, seed=seed, null=null)
    p = np.minimum(1.0, 2.0 * (np.minimum(low, high) + 1.0) / (permutations + 1.0))
    p[:, values.max(axis=0) == values.min(axis=0)] = np.nan
    return p


def permutation_ranks(
    values: Floats, weights: sparse.csr_matrix, *, permutations: int, seed: int, null: Null = "total"
) -> tuple[Counts, Counts]:
    """How many permutations gave a sum at or below, and at or above, the observed one; both (n x m)."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    n = len(values)
    check_star_weights(weights, n)
    if not (weights.data == 1.0).all():
        raise InternalError("Gi* by permutation needs binary weights")
    if permutations < 1:
        raise InternalError("Gi* by permutation needs at least one permutation")
    conditional = null == "conditional"
    sizes = np.diff(weights.indptr).astype(np.int64) - conditional
    longest = int(sizes.max()) + conditional
    if longest > n:
        raise InternalError("Gi* by permutation: a neighbourhood holds every place")
    observed = weights @ values - values if conditional else weights @ values
    draws = draw(n, longest, permutations, seed)
    # draw after draw in memory, for they are added one at a time
    by_position = np.ascontiguousarray(draws.T)
    groups = {int(size): np.flatnonzero(sizes == size) for size in np.unique(sizes)}
    low, high = np.empty((values.shape[1], n), dtype=np.int64), np.empty((values.shape[1], n), dtype=np.int64)

    def one_map(s: int) -> None:
        x, seen = np.ascontiguousarray(values[:, s]), np.ascontiguousarray(observed[:, s])
        tie = TIE * max(1.0, float(np.abs(x).sum()))
        low[s], high[s] = _ranks(x, seen, groups, by_position, tie)
        if conditional:
            _put_right(x, seen, sizes, draws, tie, low[s], high[s])

    # NumPy sorts with the processor's widest registers, many times quicker than a compiled loop of ours, and lets other threads run
    with ThreadPoolExecutor(max_workers=numba.get_num_threads()) as pool:
        list(pool.map(one_map, range(values.shape[1])))
    return np.ascontiguousarray(low.T), np.ascontiguousarray(high.T)


def draw(n: int, size: int, permutations: int, seed: int) -> NDArray[np.int32]:
    """(permutations x size) places, no place twice in a row; every ordered sample equally likely."""
    rng = np.random.default_rng(seed)
    order = np.arange(n, dtype=np.int32)
    draws = np.empty((permutations, size), dtype=np.int32)
    # in blocks, so that a national run does not hold all its uniform numbers at once
    for start in range(0, permutations, 65_536):
        block = draws[start : start + 65_536]
        _shuffle(order, rng.random(block.shape), block)
    return draws


@njit(cache=True)
def _shuffle(order, uniform, draws):  # type: ignore[no-untyped-def]
    """The first steps of a Fisher-Yates shuffle a row; a row starts from the order the last one left, for any order will do."""
    n = len(order)
    for r in range(draws.shape[0]):
        for t in range(draws.shape[1]):
            other = t + int(uniform[r, t] * (n - t))
            order[t], order[other] = order[other], order[t]
            draws[r, t] = order[t]


def _ranks(
    x: Floats, observed: Floats, groups: Mapping[int, Counts], by_position: NDArray[np.int32], tie: float
) -> tuple[Counts, Counts]:
    """One map: x, observed (n,); groups: the places whose sum has so many draws; by_position: (longest x permutations)."""
    longest, permutations = by_position.shape
    low, high = np.empty(len(x), dtype=np.int64), np.empty(len(x), dtype=np.int64)
    sums = np.zeros(permutations)
    for count in range(longest + 1):
        # sums holds the first `count` draws of each permutation
        if count in groups:
            places = groups[count]
            ordered = np.sort(sums)
            low[places] = ordered.searchsorted(observed[places] + tie, side="right")
            high[places] = permutations - ordered.searchsorted(observed[places] - tie, side="left")
        if count < longest:
            sums += x.take(by_position[count])
    return low, high


@njit(cache=True, nogil=True)
def _put_right(x, observed, sizes, draws, tie, low, high):  # type: ignore[no-untyped-def]
    """The conditional null, in place: a place that occurs in a draw itself has the sum of the first k others."""
    permutations, longest = draws.shape
    running = np.zeros(longest + 1)
    for r in range(permutations):
        for t in range(longest):
            running[t + 1] = running[t] + x[draws[r, t]]
        for t in range(longest):
            i = draws[r, t]
            k = sizes[i]
            if t < k:
                shared = running[k]
                own = running[k + 1] - x[i]
                below = observed[i] + tie
                above = observed[i] - tie
                low[i] += (own <= below) - (shared <= below)
                high[i] += (own >= above) - (shared >= above)

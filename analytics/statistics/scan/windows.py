"""The zones that a scan tries: around each place, the places in order of nearness, as far as a limit allows.

A zone is the first k places of a centre's order. Circles order by distance between points in metres; rings by steps on a graph of
neighbours, so a zone follows the shape of the areas and never leaps a river that the graph does not cross.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from core.errors import InternalError, UserError

Floats = NDArray[np.float64]

# distances closer than this are the same distance: the circle that reaches one place reaches the other too
SAME_DISTANCE_M = 1e-6
# above this many places an order of all places by all places is refused, because it would not fit in memory
LARGEST_FULL_ORDER = 20_000


@dataclass(frozen=True)
class Windows:
    """order: places, centre after centre; those of centre i stand at offsets[i] .. offsets[i + 1]. closes: whether a zone may end at
    that position (not between places at the same distance or in the same ring). reach: metres, or rings, to that position.

    kind: "circle" or "ring". max_share: the largest share of the weight (cases or population) that a zone may hold.
    """

    order: NDArray[np.int32]
    offsets: NDArray[np.int64]
    closes: NDArray[np.bool_]
    reach: Floats
    kind: str
    max_share: float

    @property
    def places(self) -> int:
        return len(self.offsets) - 1

    @property
    def zones(self) -> int:
        """How many zones are tried."""
        return int(self.closes.sum())

    def members(self, position: int) -> NDArray[np.int32]:
        """The places of the zone that ends at this position, nearest first."""
        centre = int(np.searchsorted(self.offsets, position, side="right")) - 1
        return self.order[self.offsets[centre] : position + 1]


def circular_windows(
    points_m: Floats, weight: Floats, *, max_share: float = 0.5, radius_m: float | None = None, most_places: int | None = None
) -> Windows:
    """Circles around each of points_m (n x 2, metres, EPSG:27700), up to max_share of the weight (n,), a radius, a number of places.

    weight: cases of each place for the permutation scan, population or expected cases for the Poisson scan. UserError where the
    places are too many for circles without limit of places.
    """
    points_m = np.asarray(points_m, dtype=np.float64)
    n = len(points_m)
    check_weight(weight, n, max_share)
    reach = n if most_places is None else min(most_places, n)
    if n > LARGEST_FULL_ORDER and reach > LARGEST_FULL_ORDER:
        raise UserError(f"a scan of {n:,} places needs a limit", hint="give most_places, or scan a part of the area")
    tree = cKDTree(points_m)
    orders, reaches = [], []
    block = max(1, 4_000_000 // max(reach, 1))
    for start in range(0, n, block):
        # one more than wanted, to see whether the last is tied with what lies beyond
        distance, index = tree.query(points_m[start : start + block], k=min(reach + 1, n))
        distance = distance.reshape(len(distance), -1)
        index = index.reshape(distance.shape)
        for d, places in zip(distance, index, strict=True):
            # ties in a fixed order, whatever the tree's
            by_distance = np.lexsort((places, np.round(d / SAME_DISTANCE_M)))
            orders.append(places[by_distance].astype(np.int32))
            reaches.append(d[by_distance])
    return _limit(orders, reaches, SAME_DISTANCE_M, np.asarray(weight, dtype=np.float64), max_share, radius_m, reach, "circle")


def ring_windows(neighbours: sparse.csr_matrix, weight: Floats, *, max_share: float = 0.5, max_order: int | None = None) -> Windows:
    """Neighbour orders on a graph: each place, then its neighbours, then theirs; a zone is a whole number of rings.

    neighbours: (n x n) sparse, symmetric, such as analytics.neighbours.weights gives; the diagonal is not looked at.
    """
    n = neighbours.shape[0]
    check_weight(weight, n, max_share)
    if neighbours.shape != (n, n):
        raise InternalError(f"rings: neighbours are {neighbours.shape}")
    links = sparse.csr_matrix(neighbours)
    orders, reaches = [], []
    for centre in range(n):
        order, rings = _rings_around(links.indptr, links.indices, centre, np.asarray(weight), max_share, max_order)
        orders.append(order)
        reaches.append(rings)
    return _limit(orders, reaches, 0.5, np.asarray(weight, dtype=np.float64), max_share, max_order, n, "ring")


def check_weight(weight: Floats, n: int, max_share: float) -> None:
    """InternalError for a weight that does not fit or holds no weight; UserError for a share outside 0 .. 1."""
    weight = np.asarray(weight)
    if weight.shape != (n,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise InternalError(f"scan windows: the weight has shape {weight.shape} or a value below 0, {n} places are given")
    if weight.sum() <= 0:
        raise UserError("there is nothing to scan: no place has a case or a population", hint="choose another group or period")
    if not 0 < max_share <= 1:
        raise UserError(f"the largest share of a zone must lie between 0 and 1, it is {max_share}")


def _rings_around(
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
    centre: int,
    weight: Floats,
    max_share: float,
    max_order: int | None,
) -> tuple[NDArray[np.int32], Floats]:
    """Places ring by ring and the ring of each, one ring further than the limit, so that the cut is made in one place."""
    seen = np.zeros(len(weight), dtype=bool)
    seen[centre] = True
    ring = np.array([centre], dtype=np.int32)
    order, rings = [ring], [np.zeros(1)]
    held, limit, number = float(weight[centre]), max_share * float(weight.sum()), 0
    while held <= limit and (max_order is None or number < max_order):
        near = np.unique(np.concatenate([indices[indptr[j] : indptr[j + 1]] for j in ring]))
        ring = near[~seen[near]].astype(np.int32)
        if not len(ring):
            break
        seen[ring] = True
        number += 1
        held += float(weight[ring].sum())
        order.append(ring)
        rings.append(np.full(len(ring), float(number)))
    return np.concatenate(order), np.concatenate(rings)


def _limit(
    orders: list[NDArray[np.int32]],
    reaches: list[Floats],
    same: float,
    weight: Floats,
    max_share: float,
    furthest: float | None,
    most_places: int,
    kind: str,
) -> Windows:
    """Mark where zones may end, and cut each order after its last zone within the limits."""
    limit = max_share * weight.sum() * (1 + 1e-12)
    kept_orders, kept_reaches, kept_closes, lengths = [], [], [], []
    for order, reach in zip(orders, reaches, strict=True):
        closes = np.ones(len(order), dtype=bool)
        closes[:-1] = np.diff(reach) > same
        closes &= np.cumsum(weight[order]) <= limit
        closes[most_places:] = False
        if len(order) > most_places and reach[most_places] - reach[most_places - 1] <= same:
            closes[most_places - 1] = False
        if furthest is not None:
            closes &= reach <= furthest + same
        last = int(np.flatnonzero(closes)[-1]) + 1 if closes.any() else 0
        kept_orders.append(order[:last])
        kept_reaches.append(reach[:last])
        kept_closes.append(closes[:last])
        lengths.append(last)
    return Windows(
        order=np.concatenate(kept_orders),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        closes=np.concatenate(kept_closes),
        reach=np.concatenate(kept_reaches),
        kind=kind,
        max_share=max_share,
    )

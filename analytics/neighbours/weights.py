"""Who is a neighbour of whom: binary spatial weights with the place itself included (the star), as sparse matrices.

Two kinds: contiguity of areas, with a tolerance for how their boundaries were drawn, and rings of H3 cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from core.errors import InternalError

# Boundaries generalised area by area leave slivers between neighbours; those that ONS publishes are generalised together and need
# none of this (Thames Valley, super-generalised: the same 8,652 pairs at 0 and at 1 m; 18 false ones, across rivers, at 5 m).
CONTIGUITY_TOLERANCE_M = 1.0


@dataclass(frozen=True)
class SpatialWeights:
    """matrix: (n x n) binary CSR, symmetric, ones on the diagonal; rows stand in the order of the places that were given.

    islands: positions that touch nobody. joined: whether each island was given its nearest place as a neighbour.
    components: how many groups of places have no link between them.
    """

    matrix: sparse.csr_matrix
    islands: tuple[int, ...]
    joined: bool
    components: int

    @property
    def mean_neighbours(self) -> float:
        """Neighbours a place, itself not counted."""
        n = self.matrix.shape[0]
        return float(self.matrix.nnz - n) / n if n else 0.0


def contiguity(areas: NDArray[np.object_], *, tolerance_m: float = CONTIGUITY_TOLERANCE_M) -> SpatialWeights:
    """Queen contiguity of polygons in a metric CRS: neighbours share a point, or lie within the tolerance of one another.

    An area that touches nobody (an island, or a place whose neighbours lie outside the region) gets the nearest area as its
    neighbour, and that area gets it. InternalError for a missing or empty polygon.
    """
    if len(areas) == 0 or shapely.is_missing(areas).any() or shapely.is_empty(areas).any():
        raise InternalError("contiguity: a place has no outline")
    tree = shapely.STRtree(areas)
    left, right = tree.query(areas, predicate="dwithin", distance=tolerance_m)
    degree = np.bincount(left, minlength=len(areas))
    islands = np.flatnonzero(degree <= 1)
    if len(islands) and len(areas) > 1:
        nearest = [_nearest_other(tree, areas, int(i)) for i in islands]
        left = np.concatenate([left, islands, nearest])
        right = np.concatenate([right, nearest, islands])
    return _weights(left, right, len(areas), islands, joined=True)


def _nearest_other(tree: shapely.STRtree, areas: NDArray[np.object_], i: int) -> int:
    """The position of the area nearest to area i, itself left out; the smallest position among equals."""
    found = tree.query_nearest(areas[i], exclusive=True, all_matches=True)
    others = found[found != i]
    return int(others.min())


def hexagon_rings(cells: Sequence[int], *, rings: int = 1) -> SpatialWeights:
    """Cells within so many steps on the H3 grid, among the cells given; a cell whose ring is empty stays alone.

    A lone hexagon is not joined to a far one: its Gi* is that of its own value, and the randomisation test of one value is valid.
    """
    position = {cell: i for i, cell in enumerate(cells)}
    if len(position) != len(cells):
        raise InternalError("hexagon rings: a cell was given twice")
    left: list[int] = []
    right: list[int] = []
    for i, cell in enumerate(cells):
        near = [position[other] for other in h3.grid_disk(cell, rings) if other in position]
        left.extend([i] * len(near))
        right.extend(near)
    pairs = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    islands = np.flatnonzero(np.bincount(pairs[0], minlength=len(cells)) <= 1)
    return _weights(*pairs, len(cells), islands, joined=False)


def _weights(
    left: NDArray[np.int64], right: NDArray[np.int64], n: int, islands: NDArray[np.int64], *, joined: bool
) -> SpatialWeights:
    matrix = sparse.csr_matrix((np.ones(len(left)), (left, right)), shape=(n, n))
    matrix = matrix.maximum(matrix.T).tocsr()
    # the same pair can be found twice; a weight is there or it is not
    matrix.data[:] = 1.0
    matrix.sort_indices()
    components, _ = sparse.csgraph.connected_components(matrix, directed=False)
    return SpatialWeights(matrix, tuple(int(i) for i in islands), joined, int(components))

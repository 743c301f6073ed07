"""A hexagon grid in EPSG:27700 of any cell area, shifted and turned at will: what would the map say had the grid been laid elsewhere?

Cells are exactly equal in area. A cell is a pair of axial whole numbers (q, r); pointy tops before turning. The nearest centre is found by
rounding in cube coordinates, where q + r + s = 0 (Amit Patel, "Hexagonal Grids", redblobgames.com).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from core.errors import InternalError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# one ring: the cell itself and the six around it
_RING = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)], dtype=np.int64)
# corners of a cell about its centre, anticlockwise, in half widths east and half sides north
_CORNERS = np.array([(1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2)], dtype=np.int64)
# a key of one number a cell: axial coordinates of any grid over Great Britain stay far within 2^20
_HALF = 1 << 20


@dataclass(frozen=True)
class HexagonGrid:
    """cell_km2: area of each cell. shift_m: of the origin, (east, north). turn: anticlockwise, in radians (60 degrees is the same grid)."""

    cell_km2: float
    shift_m: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0

    @property
    def side_m(self) -> float:
        """Side of a cell: area = 3 sqrt(3) / 2 side^2."""
        return float(np.sqrt(2e6 * self.cell_km2 / (3.0 * np.sqrt(3.0))))

    def cells_at(self, points_m: Floats) -> Ints:
        """A key of the cell of each point; points are (n x 2), metres in EPSG:27700."""
        if points_m.ndim != 2 or points_m.shape[1] != 2 or not np.isfinite(points_m).all():
            raise InternalError("hexagon grid: points are not (n x 2) finite metres")
        x, y = self._turned(points_m - np.asarray(self.shift_m), -self.turn)
        q = (np.sqrt(3.0) / 3.0 * x - y / 3.0) / self.side_m
        r = (2.0 / 3.0 * y) / self.side_m
        s = -q - r
        rounded = [np.rint(axis) for axis in (q, r, s)]
        off = [np.abs(whole - axis) for whole, axis in zip(rounded, (q, r, s), strict=True)]
        # the coordinate that was rounded the furthest follows from the other two
        q_whole = np.where((off[0] > off[1]) & (off[0] > off[2]), -rounded[1] - rounded[2], rounded[0])
        r_whole = np.where((off[1] >= off[0]) & (off[1] > off[2]), -rounded[0] - rounded[2], rounded[1])
        return key(q_whole.astype(np.int64), r_whole.astype(np.int64))

    def centres(self, cells: Ints) -> Floats:
        """Centre of each cell, (n x 2), metres in EPSG:27700."""
        q, r = axial(cells)
        flat = np.column_stack([np.sqrt(3.0) * (q + r / 2.0), 1.5 * r]) * self.side_m
        x, y = self._turned(flat, self.turn)
        return np.asarray(np.column_stack([x, y]) + np.asarray(self.shift_m))

    def outlines(self, cells: Ints) -> NDArray[np.object_]:
        """Polygon of each cell, metres in EPSG:27700. Neighbours have the very same corners, because corners are counted in whole steps."""
        q, r = axial(cells)
        east = (2 * q + r)[:, None] + _CORNERS[:, 0]
        north = (3 * r)[:, None] + _CORNERS[:, 1]
        flat = np.column_stack([east.ravel() * (np.sqrt(3.0) / 2.0), north.ravel() / 2.0]) * self.side_m
        x, y = self._turned(flat, self.turn)
        corners = np.column_stack([x, y]) + np.asarray(self.shift_m)
        return np.asarray(shapely.polygons(corners.reshape(len(cells), len(_CORNERS), 2)))

    @staticmethod
    def _turned(points: Floats, angle: float) -> tuple[Floats, Floats]:
        cos, sin = np.cos(angle), np.sin(angle)
        return cos * points[:, 0] - sin * points[:, 1], sin * points[:, 0] + cos * points[:, 1]


def rings(cells: Ints) -> sparse.csr_matrix:
    """Binary star weights of cells: each with itself and the direct neighbours that are among the cells. Cells must rise."""
    if len(cells) > 1 and not (np.diff(cells) > 0).all():
        raise InternalError("hexagon grid: cells are not in rising order, or one is given twice")
    q, r = axial(cells)
    left, right = [], []
    for dq, dr in _RING:
        wanted = key(q + dq, r + dr)
        at = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
        found = np.flatnonzero(cells[at] == wanted)
        left.append(found)
        right.append(at[found])
    rows, columns = np.concatenate(left), np.concatenate(right)
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(cells), len(cells)))
    matrix.sort_indices()
    return matrix


def other_grids(cell_km2: float, number: int, *, seed: int) -> tuple[HexagonGrid, ...]:
    """So many grids of one cell area, shifted by up to a cell and turned by up to 60 degrees at random; beyond that a grid repeats."""
    rng = np.random.default_rng(seed)
    reach = 2.0 * HexagonGrid(cell_km2).side_m
    draws = rng.random((number, 3))
    return tuple(HexagonGrid(cell_km2, (float(a * reach), float(b * reach)), float(c * np.pi / 3.0)) for a, b, c in draws)


def key(q: Ints, r: Ints) -> Ints:
    """The key of each cell by its axial coordinates; cells in rising order of key stand in rising order of (q, r)."""
    return (q + _HALF) * (2 * _HALF) + (r + _HALF)


def axial(cells: Ints) -> tuple[Ints, Ints]:
    """Axial coordinates (q, r) of each cell."""
    return cells // (2 * _HALF) - _HALF, cells % (2 * _HALF) - _HALF

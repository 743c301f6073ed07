"""H3 cells: of points, over a region, and as outlines in EPSG:27700.

H3 is computed once for each distinct location (h3 4 has no vectorised call; about 1 microsecond each), so a million incidents on
50,000 anchor points cost 50 milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat

import h3.api.basic_int as h3
import numpy as np
import numpy.typing as npt
import shapely

from boundaries.projection import to_national_grid, to_wgs84
from core.errors import InternalError

FINEST = 9
COARSER = (8, 7)

_Cells = npt.NDArray[np.int64]
_Float = npt.NDArray[np.float64]


def cells_at(lon: npt.ArrayLike, lat: npt.ArrayLike, resolution: int = FINEST) -> _Cells:
    """H3 cell of each point, as BIGINT."""
    lats, lons = np.asarray(lat, float).tolist(), np.asarray(lon, float).tolist()
    if len(lats) != len(lons):
        raise InternalError(f"points: {len(lats)} latitudes and {len(lons)} longitudes")
    return np.fromiter(map(h3.latlng_to_cell, lats, lons, repeat(resolution)), dtype=np.int64, count=len(lats))


def parent_of(cell: int, resolution: int) -> int:
    """The cell of a coarser resolution (or itself at its own) that H3 counts a cell to."""
    return int(h3.cell_to_parent(cell, resolution))


def parents_of(cells: Iterable[int], resolution: int) -> set[int]:
    """Cells of a coarser resolution that H3 counts the given ones to."""
    return {h3.cell_to_parent(cell, resolution) for cell in cells}


def ring_one(cells: Iterable[int]) -> set[int]:
    """The given cells with their direct neighbours."""
    return {near for cell in cells for near in h3.grid_disk(int(cell), 1)}


def cells_over(bounds: tuple[float, float, float, float], resolution: int) -> list[int]:
    """Every cell whose centre lies in a box of EPSG:27700 (and some just outside it, because the box is not one in degrees)."""
    west, south, east, north = bounds
    # the box's edges are curves in degrees: a point every twentieth keeps the error far below a cell, and a margin takes the rest
    steps = np.linspace(0.0, 1.0, 21)
    margin = 0.01 * max(east - west, north - south) + 1_000.0
    xs = np.concatenate(
        [west - margin + steps * (east - west + 2 * margin)] * 2 + [np.full(21, west - margin), np.full(21, east + margin)]
    )
    ys = np.concatenate(
        [np.full(21, south - margin), np.full(21, north + margin)] + [south - margin + steps * (north - south + 2 * margin)] * 2
    )
    lon, lat = to_wgs84(xs, ys)
    box = h3.LatLngPoly([(lat.min(), lon.min()), (lat.min(), lon.max()), (lat.max(), lon.max()), (lat.max(), lon.min())])
    return [int(cell) for cell in h3.h3shape_to_cells(box, resolution)]


def centres_of(cells: Iterable[int]) -> tuple[_Float, _Float]:
    """Easting and northing of the cells' centres."""
    lat, lon = np.array([h3.cell_to_latlng(int(cell)) for cell in cells], dtype=float).reshape(-1, 2).T
    return to_national_grid(lon, lat)


def outlines_of(cells: Iterable[int]) -> npt.NDArray[np.object_]:
    """Outlines of the cells in EPSG:27700; their area there is the cell's exact area in m2 as used for densities."""
    rings = [h3.cell_to_boundary(int(cell)) for cell in cells]
    if not rings:
        return np.empty(0, dtype=object)
    lengths = np.fromiter(map(len, rings), dtype=np.int64, count=len(rings))
    numbers = chain.from_iterable(chain.from_iterable(rings))
    corners = np.fromiter(numbers, dtype=float, count=2 * int(lengths.sum())).reshape(-1, 2)
    easting, northing = to_national_grid(corners[:, 1], corners[:, 0])
    ring_number = np.repeat(np.arange(len(rings)), lengths)
    linear = shapely.linearrings(np.column_stack([easting, northing]), indices=ring_number)
    return np.asarray(shapely.polygons(linear), dtype=object)

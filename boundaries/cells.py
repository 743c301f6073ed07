"""The H3 cells in use: place.h3_cell, each with its district, its outline and its area.

At resolutions 8 and 7 every cell of the region, at 9 the cells with a location and their neighbours. A cell belongs to the district that
its centre lies in. A cell with a location (or above one) whose centre lies outside the region goes to the nearest district, so that no
counted incident lacks its cell; other cells outside are no part of the study area.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from sqlalchemy import Connection

from boundaries import hexagons
from boundaries.areas import read_areas, require_index
from boundaries.point_in_area import AreaIndex
from core.contracts import LAD_2022, Geography
from core.db import copy_arrow, fetch, fetch_arrow, run_statement
from core.db.geometry import ewkb
from core.db.tables import H3_CELL

_Cells = npt.NDArray[np.int64]


def store_cells(connection: Connection, outlines: dict[Geography, str], touched: _Cells) -> dict[int, int]:
    """Add the cells that are wanted and not there; how many there are then, by resolution. Cells of other outlines must be gone.

    outlines: the hash of each geography's outlines (boundaries.areas.outline_fingerprints). touched: cells of resolution 9 in which a
    location of the region lies that was not placed before.
    """
    index = require_index(connection, LAD_2022, outlines)
    held = fetch_arrow(connection, "boundaries/cells", {"cell": pa.int64()})["cell"].to_numpy()
    touched = np.unique(touched)
    added = 0
    for resolution in (hexagons.FINEST, *hexagons.COARSER):
        if resolution == hexagons.FINEST:
            needed, candidates = set(touched.tolist()), hexagons.ring_one(touched.tolist())
        else:
            needed = hexagons.parents_of(touched.tolist(), resolution)
            # the whole region once; afterwards it is there
            candidates = needed if len(held) else needed | set(hexagons.cells_over(tuple(index.bounds), resolution))
        missing = np.setdiff1d(_sorted(candidates), held)
        rows = _with_district(connection, missing, np.isin(missing, _sorted(needed)), resolution, index)
        added += copy_arrow(connection, "place", "h3_cell", rows, exact=True)
    if added:
        run_statement(connection, "boundaries/measure_cells")
    return count_cells(connection)


def count_cells(connection: Connection) -> dict[int, int]:
    """How many cells are in use, by resolution."""
    rows = fetch(connection, "boundaries/cell_counts")
    return {int(r): int(n) for r, n in zip(rows["resolution"], rows["cells"], strict=True)}


def _sorted(cells: set[int]) -> _Cells:
    return np.sort(np.fromiter(cells, dtype=np.int64, count=len(cells)))


def _with_district(
    connection: Connection, cells: _Cells, needed: npt.NDArray[np.bool_], resolution: int, index: AreaIndex
) -> pa.Table:
    """Rows of place.h3_cell for those cells whose centre lies in a district or that are needed."""
    easting, northing = hexagons.centres_of(cells)
    district = index.assign(easting, northing)
    keep = (district >= 0) | needed
    kept, district = cells[keep], district[keep]
    outside = np.flatnonzero(district < 0)
    if outside.size:
        outlines = read_areas(connection, LAD_2022).geometry.reindex(index.codes).to_numpy()
        centres = shapely.points(easting[keep][outside], northing[keep][outside])
        district[outside] = shapely.STRtree(outlines).nearest(centres)
    shapes = hexagons.outlines_of(kept)
    return pa.table(
        {
            "cell": kept,
            "resolution": pa.repeat(pa.scalar(resolution, pa.int16()), len(kept)),
            "lad_code": pa.array(index.codes, pa.string()).take(pa.array(district)),
            "area_m2": shapely.area(shapes),
            "geom": pa.array(ewkb(H3_CELL.c.geom, shapes), pa.binary()),
        }
    )

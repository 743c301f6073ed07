"""The place stage: every distinct location gets its areas and its H3 cell, once.

Reads record.location and place.area; writes place.location_place and place.h3_cell. Rows of earlier runs stay as long as the outlines
they were made with do: a fingerprint of all LSOA outlines and parents stands in the stage's run, and another fingerprint places
everything anew. HOMEGROUND_COMPUTE_ENGINE says where the work on arrays runs; the rows are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from boundaries import hexagons
from boundaries.areas import index_of, read_areas, read_parents, read_region
from boundaries.place_arrays import LsoaIndexes, place_in_tasks
from boundaries.point_in_area import AreaIndex
from boundaries.projection import transformation
from core.contracts import BRITISH_NATIONAL_GRID, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021
from core.db import copy_frame, fetch, run_statement, truncate
from core.provenance import finish_run, start_run
from core.settings import ComputeSettings


@dataclass(frozen=True)
class PlacementReport:
    """newly_placed: locations of this run; the four counts after it are of all locations; cells: by resolution."""

    newly_placed: int
    placed: int
    in_region: int
    near_region: int
    nowhere: int
    outlines_changed: bool
    cells: dict[int, int]
    projection: str
    projection_accuracy_m: float


def place_locations(connection: Connection) -> PlacementReport:
    """Place every location that has no place yet, or all of them where the outlines changed since the last run.

    district and MSOA come from the exact-fit parents of the LSOA 2021, and only inside the region: lad22_code IS NULL says "outside".
    UserError where the region or the LSOA 2021 outlines are not loaded.
    """
    run_statement(connection, "transform/boundaries_prefer_hash_joins")
    region = read_region(connection)
    fingerprint = str(fetch(connection, "queries/boundaries_lsoa_fingerprint")["fingerprint"].iloc[0])
    last = fetch(connection, "queries/boundaries_last_fingerprint")
    changed = last.empty or last["fingerprint"].iloc[0] != fingerprint
    how = transformation()
    run_id = start_run(
        connection, "place", seed=None, parameters={"outlines": fingerprint, "projection": how.description}, delivery_ids=()
    )
    if changed:
        truncate(connection, "place", "location_place")
    lsoa21 = index_of(read_areas(connection, LSOA_2021), LSOA_2021)
    old = read_areas(connection, LSOA_2011)
    lsoa11 = index_of(old, LSOA_2011) if not old.empty else None
    locations = fetch(connection, "queries/boundaries_unplaced_locations")
    if not locations.empty:
        placed = _placed(locations, lsoa11, lsoa21, ComputeSettings())
        districts = placed["lsoa21_code"].map(read_parents(connection, LSOA_2021, LAD_2022))
        inside = districts.isin(region.districts)
        placed["lad22_code"] = districts.where(inside, None)
        placed["msoa21_code"] = placed["lsoa21_code"].map(read_parents(connection, LSOA_2021, MSOA_2021)).where(inside, None)
        copy_frame(connection, "place", "location_place", placed)
    cells = _store_cells(connection) if changed or not locations.empty else _count_cells(connection)
    finish_run(connection, run_id)
    counts = fetch(connection, "queries/boundaries_placed_counts").iloc[0]
    return PlacementReport(
        newly_placed=len(locations),
        placed=int(counts["placed"]),
        in_region=int(counts["in_region"]),
        near_region=int(counts["near"]),
        nowhere=int(counts["nowhere"]),
        outlines_changed=bool(changed),
        cells=cells,
        projection=how.description,
        projection_accuracy_m=how.accuracy_m,
    )


def _placed(locations: pd.DataFrame, lsoa11: AreaIndex | None, lsoa21: AreaIndex, compute: ComputeSettings) -> pd.DataFrame:
    lon, lat = (locations[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    placed = place_in_tasks(LsoaIndexes(lsoa11, lsoa21), lon, lat, compute)
    return pd.DataFrame(
        {
            "location_id": locations["location_id"],
            "easting": placed.easting,
            "northing": placed.northing,
            "lsoa11_code": lsoa11.codes_of(placed.lsoa11) if lsoa11 is not None else None,
            "lsoa21_code": lsoa21.codes_of(placed.lsoa21),
            "h3_r9": placed.h3_cell,
        }
    )


def _store_cells(connection: Connection) -> dict[int, int]:
    """Write place.h3_cell: at resolutions 8 and 7 every cell of the region, at 9 the cells with a location and their neighbours.

    A cell belongs to the district that its centre lies in. A cell with a location (or above one) whose centre lies outside the region
    goes to the nearest district, so that no counted incident lacks its cell; other cells outside are no part of the study area.
    """
    districts = read_areas(connection, LAD_2022)
    index = index_of(districts, LAD_2022)
    touched = [int(cell) for cell in fetch(connection, "queries/boundaries_touched_cells")["cell"]]
    frames = []
    for resolution in (hexagons.FINEST, *hexagons.COARSER):
        if resolution == hexagons.FINEST:
            needed, candidates = set(touched), hexagons.ring_one(touched)
        else:
            needed = hexagons.parents_of(touched, resolution)
            candidates = needed | set(hexagons.cells_over(tuple(index.bounds), resolution))
        frames.append(
            _cells_with_district(sorted(candidates), needed, resolution, index, districts.geometry.reindex(index.codes).to_numpy())
        )
    cells = pd.concat(frames, ignore_index=True)
    truncate(connection, "place", "h3_cell")
    copy_frame(connection, "place", "h3_cell", cells)
    return {int(r): int(n) for r, n in cells.groupby("resolution").size().items()}


def _cells_with_district(
    cells: list[int], needed: set[int], resolution: int, index: AreaIndex, outlines: np.ndarray
) -> pd.DataFrame:
    """Rows of place.h3_cell for those cells whose centre lies in a district or that are needed. outlines in the order of index.codes."""
    easting, northing = hexagons.centres_of(cells)
    district = index.assign(easting, northing)
    keep = (district >= 0) | np.isin(np.array(cells, dtype=np.int64), np.fromiter(needed, dtype=np.int64, count=len(needed)))
    kept = np.array(cells, dtype=np.int64)[keep]
    district = district[keep]
    outside = np.flatnonzero(district < 0)
    if outside.size:
        centres = shapely.points(easting[keep][outside], northing[keep][outside])
        district[outside] = shapely.STRtree(outlines).nearest(centres)
    shapes = hexagons.outlines_of(kept)
    return pd.DataFrame(
        {
            "cell": kept,
            "resolution": resolution,
            "lad_code": np.asarray(index.codes, dtype=object)[district],
            "area_m2": shapely.area(shapes),
            "geom": shapely.to_wkb(shapely.set_srid(shapes, BRITISH_NATIONAL_GRID), hex=True, include_srid=True),
        }
    )


def _count_cells(connection: Connection) -> dict[int, int]:
    rows = fetch(connection, "queries/boundaries_cell_counts")
    return {int(r): int(n) for r, n in zip(rows["resolution"], rows["cells"], strict=True)}

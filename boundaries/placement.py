"""The place stage: every distinct location gets its areas and its H3 cell, once.

Reads record.location and place.area; writes place.location_place and place.h3_cell. Rows of earlier runs stay as long as the outlines
they were made with do: a fingerprint of all LSOA outlines and parents stands in the stage's run, and another fingerprint places
everything anew. HOMEGROUND_COMPUTE_ENGINE says where the work on arrays runs; the rows are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from boundaries.areas import Region, outline_fingerprints, read_index, read_parents, read_region, require_index
from boundaries.cells import count_cells, store_cells
from boundaries.place_arrays import LsoaIndexes, place_in_tasks
from boundaries.point_in_area import OUTSIDE_ALL
from boundaries.projection import transformation
from core.contracts import LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021, Geography
from core.db import copy_arrow, fetch, fetch_arrow, run_statement, truncate
from core.provenance import finish_run, start_run
from core.settings import ComputeSettings

_LOCATION = {"location_id": pa.int64(), "lon": pa.float64(), "lat": pa.float64()}


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
    run_statement(connection, "boundaries/prefer_hash_joins")
    region = read_region(connection)
    outlines = outline_fingerprints(connection)
    fingerprint = _fingerprint(connection, outlines)
    last = fetch(connection, "boundaries/last_fingerprint")
    changed = last.empty or last["fingerprint"].iloc[0] != fingerprint
    how = transformation()
    run_id = start_run(
        connection, "place", seed=None, parameters={"outlines": fingerprint, "projection": how.description}, delivery_ids=()
    )
    if changed:
        truncate(connection, "place", "location_place", "h3_cell")
    lsoa21 = require_index(connection, LSOA_2021, outlines)
    locations = fetch_arrow(connection, "boundaries/unplaced_locations", _LOCATION)
    touched = np.zeros(0, dtype=np.int64)
    if locations.num_rows:
        indexes = LsoaIndexes(read_index(connection, LSOA_2011, outlines), lsoa21)
        placed = _placed(connection, locations, indexes, region)
        _store(connection, placed)
        touched = placed["h3_r9"].filter(pc.is_valid(placed["lad22_code"])).to_numpy()
    cells = store_cells(connection, outlines, touched) if changed or locations.num_rows else count_cells(connection)
    finish_run(connection, run_id)
    counts = fetch(connection, "boundaries/placed_counts").iloc[0]
    return PlacementReport(
        newly_placed=locations.num_rows,
        placed=int(counts["placed"]),
        in_region=int(counts["in_region"]),
        near_region=int(counts["near"]),
        nowhere=int(counts["nowhere"]),
        outlines_changed=bool(changed),
        cells=cells,
        projection=how.description,
        projection_accuracy_m=how.accuracy_m,
    )


def _store(connection: Connection, placed: pa.Table) -> None:
    """Add rows to place.location_place; where they are half of all locations or more, its keys are laid aside meanwhile."""
    most = 2 * placed.num_rows >= int(fetch(connection, "boundaries/location_count")["locations"].iloc[0])
    if most:
        run_statement(connection, "boundaries/place_without_keys")
    copy_arrow(connection, "place", "location_place", placed, exact=True)
    if most:
        run_statement(connection, "boundaries/place_with_keys")


def _fingerprint(connection: Connection, outlines: dict[Geography, str]) -> str:
    """A hash of every LSOA outline and of the parents, which changes when any placed point might move."""
    parents = str(fetch(connection, "boundaries/parents_fingerprint")["fingerprint"].iloc[0])
    lsoas = [outlines.get(LSOA_2011, ""), outlines.get(LSOA_2021, "")]
    return hashlib.sha256("|".join([*lsoas, parents]).encode()).hexdigest()


def _placed(connection: Connection, locations: pa.Table, indexes: LsoaIndexes, region: Region) -> pa.Table:
    """Rows of place.location_place."""
    lon, lat = (locations[name].to_numpy() for name in ("lon", "lat"))
    placed = place_in_tasks(indexes, lon, lat, ComputeSettings())
    codes = indexes.lsoa21.codes
    districts = read_parents(connection, LSOA_2021, LAD_2022).reindex(codes)
    inside = districts.isin(region.districts)
    msoas = read_parents(connection, LSOA_2021, MSOA_2021).reindex(codes)
    return pa.table(
        {
            "location_id": locations["location_id"],
            "easting": placed.easting,
            "northing": placed.northing,
            "lsoa11_code": _named((), placed.lsoa11) if indexes.lsoa11 is None else _named(indexes.lsoa11.codes, placed.lsoa11),
            "lsoa21_code": _named(codes, placed.lsoa21),
            "msoa21_code": _named(msoas.where(inside, None), placed.lsoa21),
            "lad22_code": _named(districts.where(inside, None), placed.lsoa21),
            "h3_r9": placed.h3_cell,
        }
    )


def _named(names: Iterable[str | None], numbers: npt.NDArray[np.int32]) -> pa.Array:
    """The name of each number; null for OUTSIDE_ALL."""
    # pandas writes None as NaN where a column has nothing else
    named = pa.array([name if isinstance(name, str) else None for name in names], pa.string())
    return named.take(pa.array(numbers, mask=numbers == OUTSIDE_ALL))

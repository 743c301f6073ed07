"""Areas: rows of place.area, with a boundary or (detail 0) with a name alone.

A national file is thinned to the region's own areas and those within 10 km of them, so that a point just over the border still finds
its place; every valid feature counts as accepted, and the notes say how many were kept.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection

from core import db
from core.contracts import BRITISH_NATIONAL_GRID, LAD_2022, said_name
from feeds.catalogue.writes import AreaWrite
from feeds.reading.rows import Mask, Rows, Screening, is_empty, is_in, repeats
from feeds.reading.vector import as_multipolygons, ewkb_hex, repair, to_national_grid
from feeds.shapes.shape import Arrival, Notes, constant, kept_in_region, merge, nothing_kept, screen_codes

NEARBY_M = 10_000


def screen(rows: Rows, write: AreaWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A boundary needs a code, a polygon with an area, and to stand once in the file; a list of names may repeat its areas."""
    screen_codes(rows, write.code, screening)
    screening.reject(is_empty(rows.text(write.name)), write.name, "no name")
    if rows.geometry is not None:
        import shapely

        for reason in sorted(set(rows.faults.values())):
            at_fault = np.zeros(len(rows), dtype=bool)
            at_fault[[i for i, why in rows.faults.items() if why == reason]] = True
            screening.reject(at_fault, write.code, reason)
        screening.reject(
            shapely.is_missing(rows.geometry) | ~(shapely.area(rows.geometry) > 0), write.code, "no polygon with an area"
        )
        screening.reject(repeats(rows.text(write.code)), write.code, "repeated code")
    return {}


def store(rows: Rows, write: AreaWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """Put the areas that are kept in place, unless a more detailed boundary stands there."""
    if rows.geometry is None:
        rows = rows.where(~repeats(rows.text(write.code)))
    kept, notes = _kept(rows, write, arrival)
    notes |= nothing_kept(int(kept.sum()), len(rows))
    rows = rows.where(kept)
    count = len(rows)
    columns = {
        "geography": constant(write.geography, count),
        "edition": constant(write.edition, count),
        "code": rows.text(write.code),
        "name": _names(rows.text(write.name), write.geography),
        "detail": constant(write.detail, count),
        "delivery_id": constant(delivery_id, count),
    }
    if rows.geometry is not None:
        import shapely

        # projecting can fold a sliver over itself, so what is stored is looked at once more
        geometry = as_multipolygons(repair(to_national_grid(rows.geometry, rows.epsg))[0])
        columns |= {"area_m2": pa.array(shapely.area(geometry)), "geom": ewkb_hex(geometry)}
    stands = merge(arrival.connection, "area", pa.table(columns), arrival)
    if rows.geometry is not None and stands < count:
        notes["told"] = [f"{count - stands:,} of {count:,} areas not put in place, because as fine an outline stands"]
    return notes | {"areas_kept": count, "areas_in_place": stands}


def _names(names: pa.Array, geography: str) -> pa.Array:
    """Of districts as a sentence says them; of force areas as the lookup has them, because the settings name one so."""
    if geography != LAD_2022.level:
        return names
    return pa.array([said_name(name) for name in names.to_pylist()], pa.string())


def _kept(rows: Rows, write: AreaWrite, arrival: Arrival) -> tuple[Mask, Notes]:
    if write.keep != "nearby" or rows.geometry is None:
        return kept_in_region(rows, write.code, write.geography, write.edition, write.keep, arrival.scope)
    import shapely

    region = arrival.scope.region_codes.get((write.geography, write.edition))
    ours = is_in(rows.text(write.code), region) if region else np.zeros(len(rows), dtype=bool)
    if write.geography == "force":
        names = rows.text(write.name)
        ours = is_in(names, [n for n in names.unique().to_pylist() if n and arrival.scope.region.is_area(n)])
    if ours.all():
        return ours, {"kept": "areas of the region"}
    outline = arrival.scope.outline
    near = to_national_grid(rows.geometry[ours], rows.epsg) if ours.any() else np.array([outline] if outline is not None else [])
    if not len(near):
        return np.ones(len(rows), dtype=bool), {"kept": "all areas (the region is not known yet)"}
    at = np.flatnonzero(_overlap(shapely.bounds(rows.geometry), _surroundings(near, rows.epsg)) & ~ours)
    candidates = to_national_grid(rows.geometry[at], rows.epsg)
    touching = shapely.STRtree(near).query(candidates, predicate="dwithin", distance=NEARBY_M)[0]
    ours[at[np.unique(touching)]] = True
    return ours, {"kept": f"areas of the region and those within {NEARBY_M // 1000} km of it"}


def _surroundings(near: npt.NDArray[np.object_], epsg: int) -> tuple[float, float, float, float]:
    """The box, in a file's own coordinate system, outside which nothing is within 10 km of these areas (EPSG:27700)."""
    import shapely
    from pyproj import Transformer

    west, south, east, north = shapely.total_bounds(near) + np.array([-1, -1, 1, 1]) * NEARBY_M
    if epsg == BRITISH_NATIONAL_GRID:
        return float(west), float(south), float(east), float(north)
    box: tuple[float, float, float, float] = Transformer.from_crs(BRITISH_NATIONAL_GRID, epsg, always_xy=True).transform_bounds(
        west, south, east, north
    )
    return box


def _overlap(bounds: npt.NDArray[np.float64], box: tuple[float, float, float, float]) -> Mask:
    west, south, east, north = box
    inside: Mask = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return inside


def remove(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the areas that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/area", {"delivery_id": delivery_id})

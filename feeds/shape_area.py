"""Areas: rows of place.area, with a boundary or (detail 0) with a name alone.

A national file is thinned to the region's own areas and those within 10 km of them, so that a point just over the border still finds
its place; every valid feature counts as accepted, and the notes say how many were kept.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from core import db
from feeds.catalogue import AreaWrite
from feeds.rows import Mask, Rows, Screening, is_empty, is_in, repeats
from feeds.shape import Arrival, Notes, constant, kept_in_region, merge, screen_codes
from feeds.vector import ewkb_hex

NEARBY_M = 10_000


def screen(rows: Rows, write: AreaWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A boundary needs a code, a polygon with an area, and to stand once in the file; a list of names may repeat its areas."""
    screen_codes(rows, write.code, screening)
    screening.reject(is_empty(rows.text(write.name)), write.name, "no name")
    if rows.geometry is not None:
        import shapely

        screening.reject(shapely.is_missing(rows.geometry) | ~(shapely.area(rows.geometry) > 0), write.code, "no polygon with an area")
        screening.reject(repeats(rows.text(write.code)), write.code, "repeated code")
    return {}


def store(rows: Rows, write: AreaWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """Put the areas that are kept in place, unless a more detailed boundary stands there."""
    if rows.geometry is None:
        rows = rows.where(~repeats(rows.text(write.code)))
    kept, notes = _kept(rows, write, arrival)
    rows = rows.where(kept)
    count = len(rows)
    columns = {
        "geography": constant(write.geography, count),
        "edition": constant(write.edition, count),
        "code": rows.text(write.code),
        "name": rows.text(write.name),
        "detail": constant(write.detail, count),
        "delivery_id": constant(delivery_id, count),
    }
    if rows.geometry is not None:
        import shapely

        columns |= {"area_m2": pa.array(shapely.area(rows.geometry)), "geom": ewkb_hex(rows.geometry)}
    stands = merge(arrival.connection, "area", pa.table(columns), arrival)
    return notes | {"areas_kept": count, "areas_in_place": stands}


def _kept(rows: Rows, write: AreaWrite, arrival: Arrival) -> tuple[Mask, Notes]:
    if write.keep != "nearby" or rows.geometry is None:
        return kept_in_region(rows, write.code, write.geography, write.edition, write.keep, arrival.scope)
    import shapely

    region = arrival.scope.region_codes.get((write.geography, write.edition))
    ours = is_in(rows.text(write.code), region) if region else np.zeros(len(rows), dtype=bool)
    if ours.all():
        return ours, {"kept": "areas of the region"}
    near = rows.geometry[ours] if ours.any() else np.array([g for g in [arrival.scope.outline] if g is not None])
    if write.geography == "force" and arrival.scope.outline is None:
        near = rows.geometry[is_in(rows.text(write.name), [arrival.scope.region.force_area_name])]
    if not len(near):
        return np.ones(len(rows), dtype=bool), {"kept": "all areas (the region is not known yet)"}
    west, south, east, north = shapely.total_bounds(near)
    bounds = shapely.bounds(rows.geometry)
    candidates = (
        (bounds[:, 0] <= east + NEARBY_M) & (bounds[:, 2] >= west - NEARBY_M) & (bounds[:, 1] <= north + NEARBY_M) & (bounds[:, 3] >= south - NEARBY_M)
    )
    at = np.flatnonzero(candidates & ~ours)
    touching = shapely.STRtree(near).query(rows.geometry[at], predicate="dwithin", distance=NEARBY_M)[0]
    ours[at[np.unique(touching)]] = True
    return ours, {"kept": f"areas of the region and those within {NEARBY_M // 1000} km of it"}


def remove(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the areas that stand from a retired delivery."""
    db.run_statement(connection, "queries/feeds_delete_area", {"delivery_id": delivery_id})

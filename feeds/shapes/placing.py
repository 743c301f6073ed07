"""How a row of records comes to its place: by its point, else by its postcode, else by an area code, else it is unplaced.

A row without a place is kept and counted as unplaced. A row whose coordinates cannot be true is rejected, because the publisher gave
a place and it is wrong: keeping it unplaced would hide the fault, keeping it placed would draw it (docs/decisions/0010).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.contracts import WGS84
from feeds.catalogue.writes import PrintedArea
from feeds.reading.rows import Mask, Rows, Screening, is_empty, is_in, mask_of, numbers
from feeds.shapes.point import POSTCODE_PATTERN, compact
from feeds.shapes.shape import CODE_PATTERN, Arrival, Notes

# the finest first
WAYS = ("unplaced", "point", "postcode", "area code")
UNPLACED, BY_POINT, BY_POSTCODE, BY_CODE = range(4)
Ways = np.ndarray[Any, np.dtype[np.int8]]
Degrees = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class Placed(Protocol):
    """What a target shape of records says of places: columns ('' = none), the points' coordinate system, how far one may lie."""

    @property
    def x(self) -> str: ...
    @property
    def y(self) -> str: ...
    @property
    def crs(self) -> int: ...
    @property
    def postcode(self) -> str: ...
    @property
    def area(self) -> PrintedArea | None: ...
    @property
    def furthest_km(self) -> int: ...


def way_to_place(rows: Rows, write: Placed, arrival: Arrival) -> Ways:
    """Which of its ways to a place each row has. A postcode that is not held is none."""
    way: Ways = np.full(len(rows), UNPLACED, dtype=np.int8)
    if write.area is not None:
        way[~is_empty(rows.text(write.area.column))] = BY_CODE
    if write.postcode:
        way[is_in(compact(rows.text(write.postcode)), list(arrival.scope.postcode_points.index))] = BY_POSTCODE
    way[~without_point(rows, write)] = BY_POINT
    return way


def without_point(rows: Rows, write: Placed) -> Mask:
    if not write.x:
        return np.ones(len(rows), dtype=bool)
    return is_empty(rows.text(write.x)) & is_empty(rows.text(write.y))


def screen_places(rows: Rows, write: Placed, screening: Screening, arrival: Arrival) -> Notes:
    """A point must be possible, a postcode written as one, an area code of its edition. A postcode not held is counted, not rejected."""
    if write.x:
        _screen_point(rows, write, screening, arrival)
    notes: Notes = {}
    if write.postcode:
        key = compact(rows.text(write.postcode))
        given = ~is_empty(key)
        screening.reject(given & ~mask_of(pc.match_substring_regex(key, POSTCODE_PATTERN)), write.postcode, "not a postcode")
        held = is_in(key, list(arrival.scope.postcode_points.index))
        notes["postcodes_not_held"] = int((given & ~held & screening.accepted).sum())
    if write.area is not None:
        texts = rows.text(write.area.column)
        given = ~is_empty(texts)
        written = mask_of(pc.match_substring_regex(texts, CODE_PATTERN))
        screening.reject(given & ~written, write.area.column, "not an area code (a letter and eight digits)")
        known = arrival.scope.known_codes.get((write.area.geography, write.area.edition))
        if known:
            reason = f"not a code of {write.area.geography} {write.area.edition}"
            screening.reject(given & ~is_in(texts, known), write.area.column, reason)
    return notes


def _screen_point(rows: Rows, write: Placed, screening: Screening, arrival: Arrival) -> None:
    given = ~without_point(rows, write)
    x, y = numbers(rows.text(write.x)), numbers(rows.text(write.y))
    screening.reject(given & np.isnan(x), write.x, "not a number")
    screening.reject(given & np.isnan(y), write.y, "not a number")
    both = given & ~np.isnan(x) & ~np.isnan(y)
    screening.reject(both & (x == 0) & (y == 0), write.x, "coordinates are 0,0")
    longitude, latitude = degrees(rows, write)
    box = arrival.scope.plausible_box(write.furthest_km)
    with np.errstate(invalid="ignore"):
        inside = (longitude >= box.west) & (longitude <= box.east) & (latitude >= box.south) & (latitude <= box.north)
    screening.reject(both & ~inside, write.x, f"coordinates are more than {write.furthest_km} km from the region")


def degrees(rows: Rows, write: Placed) -> Degrees:
    """Longitude and latitude; eastings and northings are transformed and rounded to about a centimetre, so that equal points stay equal."""
    x, y = numbers(rows.text(write.x)), numbers(rows.text(write.y))
    if write.crs == WGS84:
        return x, y
    from pyproj import Transformer

    longitude, latitude = Transformer.from_crs(write.crs, WGS84, always_xy=True).transform(x, y)
    return np.round(longitude, 7), np.round(latitude, 7)


def location_ids(rows: Rows, write: Placed, arrival: Arrival) -> pa.Array:
    """The store's id of each row's point, its own or its postcode's; null for rows without one. New points are added to record.location."""
    way = way_to_place(rows, write, arrival)
    placed = (way == BY_POINT) | (way == BY_POSTCODE)
    if not placed.any():
        return pa.nulls(len(rows), pa.int64())
    longitude, latitude = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if write.x:
        longitude, latitude = degrees(rows, write)
    if write.postcode and (at := np.flatnonzero(way == BY_POSTCODE)).size:
        points = arrival.scope.postcode_points.loc[compact(rows.text(write.postcode)).take(pa.array(at)).to_pylist()]
        # Arrow's memory is not to be written into
        longitude, latitude = np.array(longitude), np.array(latitude)
        longitude[at], latitude[at] = points["lon"].to_numpy(), points["lat"].to_numpy()
    point, distinct = pd.factorize(longitude[placed] + 1j * latitude[placed])
    known = arrival.scope.locations.ids_of(arrival.connection, distinct)
    ids = np.zeros(len(rows), dtype=np.int64)
    ids[placed] = known[point]
    return pa.array(ids, mask=~placed)

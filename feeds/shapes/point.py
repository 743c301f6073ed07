"""Addresses: postcodes (place.postcode) and services (record.service). Coordinates are EPSG:27700."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from core import db
from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from feeds.catalogue.writes import PostcodeWrite, ServiceWrite
from feeds.reading.rows import Mask, Rows, Screening, is_empty, is_in, mask_of, numbers, repeats
from feeds.reading.vector import PLAUSIBLE
from feeds.shapes.shape import Arrival, Notes, clashes, constant, merge, nothing_kept

# an outward code of two to four characters and an inward code of a digit and two letters
POSTCODE_PATTERN = r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"


def compact(texts: pa.Array) -> pa.Array:
    """Postcodes as the store keys them: upper case, no spaces."""
    return pc.utf8_upper(pc.replace_substring(texts, " ", ""))


def display(compacted: pa.Array) -> pa.Array:
    """Postcodes as people write them: a space before the last three characters."""
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(compacted, 0, -3), pc.utf8_slice_codeunits(compacted, -3), " ")


def screen_postcode(rows: Rows, write: PostcodeWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A well-formed postcode, once, with coordinates inside Great Britain where the feed gives any (0,0 is the publisher's 'none')."""
    key = compact(rows.text(write.postcode))
    screening.reject(~mask_of(pc.match_substring_regex(key, POSTCODE_PATTERN)), write.postcode, "not a postcode")
    screening.reject(repeats(key), write.postcode, "repeated postcode")
    if write.easting:
        east, north = numbers(rows.text(write.easting)), numbers(rows.text(write.northing))
        # a directory of every postcode that ever was has none for some of them; their areas are known all the same
        without = (
            is_empty(rows.text(write.easting)) & is_empty(rows.text(write.northing)) & bool(write.lsoa11_code or write.lsoa21_code)
        )
        screening.reject(~without & (np.isnan(east) | np.isnan(north)), write.easting, "not a number")
        screening.reject((east == 0) & (north == 0), write.easting, "coordinates are 0,0: the publisher has none for it")
        low_x, low_y, high_x, high_y = PLAUSIBLE[BRITISH_NATIONAL_GRID]
        with np.errstate(invalid="ignore"):
            inside = (east >= low_x) & (east <= high_x) & (north >= low_y) & (north <= high_y)
        screening.reject(~inside & ~without, write.easting, "coordinates outside Great Britain")
    return {}


def store_postcode(rows: Rows, write: PostcodeWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """Fill this feed's columns of each postcode of the region."""
    notes: Notes = {}
    if write.keep == "region" and write.district and (districts := arrival.scope.region_districts):
        ours = is_in(rows.text(write.district), districts)
        notes = {"kept": "postcodes of the region's districts"} | nothing_kept(int(ours.sum()), len(rows))
        rows = rows.where(ours)
    key, count = compact(rows.text(write.postcode)), len(rows)

    def optional(column: str) -> pa.Array:
        if not column:
            return pa.nulls(count, pa.string())
        values = rows.text(column)
        return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)

    columns = {"postcode": key, "display": display(key)}
    if write.easting:
        for name, column in (("easting", write.easting), ("northing", write.northing)):
            figures = numbers(rows.text(column))
            columns[name] = pa.array(figures, mask=np.isnan(figures))
    columns |= {"lsoa11_code": optional(write.lsoa11_code), "lsoa21_code": optional(write.lsoa21_code)}
    if write.terminated:
        columns["terminated"] = pa.array(~is_empty(rows.text(write.terminated)))
    staged = pa.table(columns | {"delivery_id": constant(delivery_id, count)})
    merge(arrival.connection, "postcode", staged, arrival, says_terminated=bool(write.terminated))
    return notes | {"rows_kept": count}


def screen_service(rows: Rows, write: ServiceWrite, screening: Screening, arrival: Arrival) -> Notes:
    """An identifier, once, and a name; without a postcode, no point that cannot be true. One with neither is kept: it is only unplaced."""
    screening.reject(is_empty(rows.text(write.identifier)), write.identifier, "no identifier")
    screening.reject(repeats(rows.text(write.identifier)), write.identifier, "repeated identifier")
    screening.reject(is_empty(rows.text(write.name)), write.name, "no name")
    if write.statuses:
        screening.reject(~is_in(rows.text(write.status), list(write.statuses)), write.status, "not a status of this feed")
    points = [pair for pair in ((write.easting, write.northing), (write.longitude, write.latitude)) if pair[0]]
    if points:
        given = ~np.logical_and.reduce([is_empty(rows.text(column)) for pair in points for column in pair])
        wrong = given & np.isnan(_own_points(rows, write)[0]) & is_empty(_postcodes(rows, write))
        screening.reject(wrong, points[0][0], "coordinates are no point in Great Britain, and there is no postcode")
    return {}


def store_service(rows: Rows, write: ServiceWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """Services of the region, by their postcode; those that have none, by their point. Their point is their own, else their postcode's."""
    notes: Notes = {}
    if write.keep == "region":
        ours, how = _in_region(rows, write, arrival)
        notes |= how | nothing_kept(int(ours.sum()), len(rows))
        rows = rows.where(ours)
    key = _postcodes(rows, write)
    count = len(rows)
    east, north = _own_points(rows, write)
    without = np.isnan(east)
    status = (
        pa.array([write.statuses[s] for s in rows.text(write.status).to_pylist()], pa.string())
        if write.statuses
        else constant("open", count)
    )
    staged = pa.table(
        {
            "service_id": rows.text(write.identifier),
            "kind": constant(write.kind, count),
            "name": rows.text(write.name),
            "postcode": pc.if_else(pc.equal(key, ""), pa.scalar(None, pa.string()), key),
            "status": status,
            "easting": pa.array(east, mask=without),
            "northing": pa.array(north, mask=without),
            "delivery_id": constant(delivery_id, count),
        }
    )
    connection = arrival.connection
    db.run_statement(connection, "feeds/stage/service")
    db.copy_arrow(connection, "", "feeds_service", staged)
    by_postcode = db.run_statement(connection, "feeds/place_services_by_postcode")
    notes |= clashes(connection, "service", count, arrival)
    db.run_statement(connection, "feeds/merge/service", {"feed": arrival.feed.id, "slot": arrival.slot})
    db.drop_temporary(connection, "feeds_service")
    return notes | {"rows_kept": count, "placed_by_own_point": int((~without).sum()), "placed_by_postcode": by_postcode}


def _postcodes(rows: Rows, write: ServiceWrite) -> pa.Array:
    """Postcodes as the store keys them; '' for each row of a feed that has none."""
    return compact(rows.text(write.postcode)) if write.postcode else constant("", len(rows))


def _in_region(rows: Rows, write: ServiceWrite, arrival: Arrival) -> tuple[Mask, Notes]:
    """Rows at a postcode that is held, and rows without a postcode whose point lies within the region's boundary.

    Whichever of the two the store does not know yet, it leaves nothing out by it. A row with neither postcode nor point cannot be told to
    be of the region: the notes say how many were left out.
    """
    key = _postcodes(rows, write)
    without_postcode = is_empty(key)
    ours: Mask = np.ones(len(rows), dtype=bool)
    notes: Notes = {}
    if write.postcode and (held := arrival.scope.postcodes):
        ours = without_postcode | is_in(key, held)
        notes["kept"] = "services at the region's postcodes"
    if not without_postcode.any():
        return ours, notes
    outline = arrival.scope.outline
    if outline is None:
        # by the postcodes alone, where any are held
        return (ours & ~without_postcode, notes) if notes else (ours, {"kept": "everywhere (the region is not known yet)"})
    import shapely

    east, north = _own_points(rows, write)
    shapely.prepare(outline)
    ours &= ~without_postcode | shapely.contains_xy(outline, east, north)
    both = "services at the region's postcodes, and those without one inside its boundary"
    notes["kept"] = both if notes else "services inside the region's boundary"
    notes["left_out_without_place"] = int((without_postcode & np.isnan(east)).sum())
    return ours, notes


def _own_points(rows: Rows, write: ServiceWrite) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Easting and northing by the feed's own columns; NaN where they hold none that can be true."""
    east, north = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if write.longitude:
        from pyproj import Transformer

        longitude, latitude = numbers(rows.text(write.longitude)), numbers(rows.text(write.latitude))
        good = _within(longitude, latitude, WGS84)
        x, y = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True).transform(longitude, latitude)
        east, north = np.where(good, x, np.nan), np.where(good, y, np.nan)
    if write.easting:
        x, y = numbers(rows.text(write.easting)), numbers(rows.text(write.northing))
        # a point so near to the grid's origin lies in the sea: those are degrees in the wrong columns, or 0,0
        good = _within(x, y, BRITISH_NATIONAL_GRID) & ((np.abs(x) > 180) | (np.abs(y) > 180))
        east, north = np.where(good, x, east), np.where(good, y, north)
    return east, north


def _within(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], crs: int) -> Mask:
    low_x, low_y, high_x, high_y = PLAUSIBLE[crs]
    with np.errstate(invalid="ignore"):
        inside: Mask = (x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y)
    return inside


def remove_postcode(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Nothing to take out: a postcode stays after a redelivery that no longer lists it (see feeds_merge_postcode)."""


def remove_service(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the services that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/service", {"delivery_id": delivery_id})

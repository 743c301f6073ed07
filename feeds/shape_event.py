"""Events: rows of record.incident (recorded crime) or record.event (partners), their points once each in record.location.

A row without a place is kept and counted as unplaced. A row whose coordinates cannot be true is rejected, because the publisher gave
a place and it is wrong: keeping it unplaced would hide the fault, keeping it placed would draw it (docs/decisions/0010).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from core import db
from core.contracts import WGS84
from core.errors import FeedError
from feeds.rows import Mask, Rows, Screening, is_empty, is_in, mask_of, numbers, repeats
from feeds.shape import CODE_PATTERN, Arrival, Notes, constant
from feeds.shape_point import POSTCODE_PATTERN, compact
from feeds.writes import EventWrite

Months = np.ndarray[Any, np.dtype[np.datetime64[Any]]]

# the printed area code is compared with our own join later, so editions are counted here and never joined on
_PRINTED_EDITIONS = (("lsoa", "2011"), ("lsoa", "2021"))


def screen(rows: Rows, write: EventWrite, screening: Screening, arrival: Arrival) -> Notes:
    """Reasons against rows, in this order: month, force, category, coordinates, printed area, repeated identifier."""
    _screen_month(rows, write, screening, arrival)
    _screen_force(rows, write, screening, arrival)
    if write.categories:
        screening.reject(~is_in(rows.text(write.category), write.categories), write.category, "not a category of this feed")
    else:
        screening.reject(is_empty(rows.text(write.category)), write.category, "no category")
    if write.x:
        _screen_point(rows, write, screening, arrival)
    notes: Notes = _screen_other_places(rows, write, screening, arrival)
    if write.printed_area:
        printed = rows.text(write.printed_area)
        wrong = ~is_empty(printed) & ~mask_of(pc.match_substring_regex(printed, CODE_PATTERN))
        screening.reject(wrong, write.printed_area, "not an area code (a letter and eight digits)")
        notes |= _printed_editions(printed, screening.accepted, arrival)
    if write.identifier:
        # of rows that stand otherwise: a rejected first row must not take its repeat with it
        again = _repeats_among(rows.text(write.identifier), screening.accepted)
        notes["repeated_identifiers"] = screening.reject(again, write.identifier, f"repeated {write.identifier_title}")
    way = _way_to_place(rows, write, arrival)
    standing = screening.accepted
    notes["unplaced"] = int(((way == UNPLACED) & standing).sum())
    if write.postcode or write.area is not None:
        notes["placed_by"] = {name: int(((way == number) & standing).sum()) for number, name in enumerate(_WAYS) if number}
    return notes


# how a row comes to its place, the finest first
_WAYS = ("unplaced", "point", "postcode", "area code")
UNPLACED, BY_POINT, BY_POSTCODE, BY_CODE = range(4)
Ways = np.ndarray[Any, np.dtype[np.int8]]


def _way_to_place(rows: Rows, write: EventWrite, arrival: Arrival) -> Ways:
    """Which of its ways to a place each row has. A postcode that is not held is none."""
    way: Ways = np.full(len(rows), UNPLACED, dtype=np.int8)
    if write.area is not None:
        way[~is_empty(rows.text(write.area.column))] = BY_CODE
    if write.postcode:
        way[is_in(compact(rows.text(write.postcode)), list(arrival.scope.postcode_points.index))] = BY_POSTCODE
    way[~_without_point(rows, write)] = BY_POINT
    return way


def _screen_other_places(rows: Rows, write: EventWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A postcode must be written as one, an area code be of its edition. A postcode that is not held is counted, not rejected."""
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


def _screen_month(rows: Rows, write: EventWrite, screening: Screening, arrival: Arrival) -> None:
    texts = rows.text(write.month)
    if arrival.month is not None and "%d" in write.month_format:
        months = _months(texts, write.month_format)
        screening.reject(np.isnat(months), write.month, f"not a date written as {write.month_format}")
        screening.reject(
            months != np.datetime64(arrival.month, "D"), write.month, f"not the month of the file, {arrival.month:%Y-%m}"
        )
        return
    if arrival.month is not None:
        expected = arrival.month.strftime(write.month_format)
        screening.reject(~mask_of(pc.equal(texts, expected)), write.month, f"not the month of the file, {arrival.month:%Y-%m}")
        return
    screening.reject(np.isnat(_months(texts, write.month_format)), write.month, f"not a date written as {write.month_format}")


def _months(texts: pa.Array, written: str) -> Months:
    """The first day of each text's month; NaT where it is not written as declared. Distinct texts are parsed once."""
    encoded = pc.dictionary_encode(texts)
    parsed: list[date | None] = []
    for value in encoded.dictionary.to_pylist():
        try:
            parsed.append(datetime.strptime(value, written).date().replace(day=1))  # noqa: DTZ007 - a date, not a moment
        except ValueError:
            parsed.append(None)
    months: Months = np.array(parsed, dtype="datetime64[D]")[encoded.indices.to_numpy()]
    return months


def _screen_force(rows: Rows, write: EventWrite, screening: Screening, arrival: Arrival) -> None:
    if not write.force:
        return
    ours = arrival.scope.region.force_name
    elsewhere = ~mask_of(pc.equal(rows.text(write.force), ours))
    if len(rows) and elsewhere.all():
        raise FeedError(
            f"the file is of another force: no row's {write.force!r} is {ours}",
            where=arrival.label,
            hint="this installation serves one force area (HOMEGROUND_REGION_FORCE_NAME); leave files of other forces out.",
        )
    screening.reject(elsewhere, write.force, "belongs to another force")


def _without_point(rows: Rows, write: EventWrite) -> Mask:
    if not write.x:
        return np.ones(len(rows), dtype=bool)
    return is_empty(rows.text(write.x)) & is_empty(rows.text(write.y))


def _screen_point(rows: Rows, write: EventWrite, screening: Screening, arrival: Arrival) -> None:
    given = ~_without_point(rows, write)
    x, y = numbers(rows.text(write.x)), numbers(rows.text(write.y))
    screening.reject(given & np.isnan(x), write.x, "not a number")
    screening.reject(given & np.isnan(y), write.y, "not a number")
    both = given & ~np.isnan(x) & ~np.isnan(y)
    screening.reject(both & (x == 0) & (y == 0), write.x, "coordinates are 0,0")
    longitude, latitude = _degrees(x, y, write)
    box = arrival.scope.plausible_box(write.furthest_km)
    with np.errstate(invalid="ignore"):
        inside = (longitude >= box.west) & (longitude <= box.east) & (latitude >= box.south) & (latitude <= box.north)
    screening.reject(both & ~inside, write.x, f"coordinates are more than {write.furthest_km} km from the region")


def _degrees(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], write: EventWrite
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitude and latitude; eastings and northings are transformed and rounded to about a centimetre, so that equal points stay equal."""
    if write.crs == WGS84:
        return x, y
    from pyproj import Transformer

    longitude, latitude = Transformer.from_crs(write.crs, WGS84, always_xy=True).transform(x, y)
    return np.round(longitude, 7), np.round(latitude, 7)


def _repeats_among(identifiers: pa.Array, standing: Mask) -> Mask:
    """Rows, among those that stand, whose identifier an earlier standing row has."""
    at = np.flatnonzero(standing)
    again = np.zeros(len(standing), dtype=bool)
    again[at[repeats(identifiers.take(pa.array(at)))]] = True
    return again


def _printed_editions(printed: pa.Array, standing: Mask, arrival: Arrival) -> Notes:
    """How many printed codes each edition knows; the share is what tells a file's edition, and unknown codes are counted."""
    given = ~is_empty(printed) & standing
    notes: Notes = {"printed_codes": int(given.sum())}
    known_to_any = np.zeros(len(given), dtype=bool)
    for geography, edition in _PRINTED_EDITIONS:
        codes = arrival.scope.known_codes.get((geography, edition))
        if codes:
            known = is_in(printed, codes) & given
            notes[f"printed_in_{geography}_{edition}"] = int(known.sum())
            known_to_any |= known
    if len(notes) > 1:
        notes["printed_unknown"] = int((given & ~known_to_any).sum())
    return notes


def span(rows: Rows, write: EventWrite) -> tuple[date | None, date | None]:
    """First and last month of rows whose months can be read."""
    months = _months(rows.text(write.month), write.month_format)
    return (months.min().astype(object), months.max().astype(object)) if len(months) else (None, None)


def store(rows: Rows, write: EventWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """COPY the incidents; their distinct points are added to record.location first."""
    connection, count = arrival.connection, len(rows)
    if arrival.month is not None:
        months: Months = np.full(count, np.datetime64(arrival.month, "D"))
    else:
        months = _months(rows.text(write.month), write.month_format)
    if write.series == "partner":
        return _store_partner(rows, write, delivery_id, months, arrival)
    for month in np.unique(months):
        db.fetch(connection, "queries/feeds_ensure_month", {"month": month.astype(object)})

    def optional(column: str) -> pa.Array:
        if not column:
            return pa.nulls(count, pa.string())
        values = rows.text(column)
        return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)

    staged = pa.table(
        {
            "delivery_id": constant(delivery_id, count),
            "line": pa.array(rows.line),
            "month": pa.array(months, pa.date32()),
            "crime_id": optional(write.identifier),
            "category": rows.text(write.category),
            "location_id": _location_ids(rows, write, arrival),
            "location_label": optional(write.label),
            "printed_lsoa": optional(write.printed_area),
            "outcome": optional(write.outcome),
            "reported_by": optional(write.reported_by),
        }
    )
    db.copy_arrow(connection, "record", "incident", staged)
    return {}


def _store_partner(rows: Rows, write: EventWrite, delivery_id: int, months: Months, arrival: Arrival) -> Notes:
    """COPY a partner's events. Of a row no more is kept than what, when and where: no identifier, no words."""
    count = len(rows)
    codes, editions = pa.nulls(count, pa.string()), pa.nulls(count, pa.string())
    if write.area is not None:
        by_code = pa.array(_way_to_place(rows, write, arrival) == BY_CODE)
        none = pa.scalar(None, pa.string())
        codes = pc.if_else(by_code, rows.text(write.area.column), none)
        editions = pc.if_else(by_code, pa.scalar(write.area.edition), none)
    staged = pa.table(
        {
            "delivery_id": constant(delivery_id, count),
            "line": pa.array(rows.line),
            "feed": constant(arrival.feed.id, count),
            "month": pa.array(months, pa.date32()),
            "category": rows.text(write.category),
            "location_id": _location_ids(rows, write, arrival),
            "lsoa_code": codes,
            "lsoa_edition": editions,
        }
    )
    db.copy_arrow(arrival.connection, "record", "event", staged)
    return {}


def _location_ids(rows: Rows, write: EventWrite, arrival: Arrival) -> pa.Array:
    """The store's id of each row's point, its own or its postcode's; null for rows without one."""
    connection = arrival.connection
    way = _way_to_place(rows, write, arrival)
    placed = (way == BY_POINT) | (way == BY_POSTCODE)
    if not placed.any():
        return pa.nulls(len(rows), pa.int64())
    longitude, latitude = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if write.x:
        longitude, latitude = _degrees(numbers(rows.text(write.x)), numbers(rows.text(write.y)), write)
    if write.postcode and (at := np.flatnonzero(way == BY_POSTCODE)).size:
        points = arrival.scope.postcode_points.loc[compact(rows.text(write.postcode)).take(pa.array(at)).to_pylist()]
        # Arrow's memory is not to be written into
        longitude, latitude = np.array(longitude), np.array(latitude)
        longitude[at], latitude[at] = points["lon"].to_numpy(), points["lat"].to_numpy()
    longitude, latitude = longitude[placed], latitude[placed]
    # complex numbers make pairs that pandas hashes in one pass
    point, distinct = pd.factorize(longitude + 1j * latitude)
    db.run_statement(connection, "queries/feeds_stage_location")
    staged = pa.table({"point": pa.array(np.arange(len(distinct), dtype=np.int32)), "lon": distinct.real, "lat": distinct.imag})
    db.copy_arrow(connection, "", "feeds_location", staged)
    connection.exec_driver_sql("ANALYZE feeds_location")
    db.run_statement(connection, "queries/feeds_merge_location")
    known = db.fetch(connection, "queries/feeds_location_ids")
    connection.exec_driver_sql("DROP TABLE feeds_location")
    ids = np.zeros(len(rows), dtype=np.int64)
    ids[placed] = known["location_id"].to_numpy()[point]
    return pa.array(ids, mask=~placed)


def remove(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the incidents and partner's events of a retired delivery."""
    db.run_statement(connection, "queries/feeds_delete_event", {"delivery_id": delivery_id})
    db.run_statement(
        connection, "queries/feeds_delete_incident", {"delivery_id": delivery_id, "period_start": start, "period_end": end}
    )

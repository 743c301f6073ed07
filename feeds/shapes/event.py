"""Events: rows of record.incident (recorded crime) or record.event (partners).

Their points stand once each in record.location (feeds.shapes.placing).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from core import db
from core.errors import FeedError
from feeds.catalogue.writes import EventWrite
from feeds.reading.rows import Mask, Rows, Screening, is_empty, is_in, mask_of, repeats
from feeds.shapes.event_times import week_times
from feeds.shapes.placing import BY_CODE, UNPLACED, WAYS, location_ids, screen_places, way_to_place
from feeds.shapes.shape import CODE_PATTERN, Arrival, Notes, constant

Months = np.ndarray[Any, np.dtype[np.datetime64[Any]]]

# super output areas of 2011 in Northern Ireland, which have codes of their own
_NORTHERN_IRELAND = r"^95[A-Z]{2}\d{2}[SW]\d$"
# nothing that is counted by place is older: police.uk begins in December 2010, and partners' systems not long before
EARLIEST = date(1990, 1, 1)
# the printed area code is compared with our own join later, so editions are counted here and never joined on
_PRINTED_EDITIONS = (("lsoa", "2011"), ("lsoa", "2021"))


def screen(rows: Rows, write: EventWrite, screening: Screening, arrival: Arrival) -> Notes:
    """Reasons against rows, in this order: month, force, category, place, printed area, repeated identifier."""
    screen_month(rows.text(write.month), write.month, write.month_format, screening, arrival)
    if write.force:
        screen_force(rows, write.force, screening, arrival)
    notes: Notes = {}
    if write.categories:
        notes |= screen_listed(rows, write.category, write.categories, "not a category of this feed", screening)
    else:
        screening.reject(is_empty(rows.text(write.category)), write.category, "no category")
    if former := [name for name in write.former_categories if is_in(rows.text(write.category), [name]).any()]:
        notes["former_categories"] = former
    notes |= screen_places(rows, write, screening, arrival)
    if write.printed_area:
        printed = rows.text(write.printed_area)
        wrong = ~is_empty(printed) & ~mask_of(pc.match_substring_regex(printed, f"{CODE_PATTERN}|{_NORTHERN_IRELAND}"))
        screening.reject(wrong, write.printed_area, "not an area code (a letter and eight digits)")
        notes |= _printed_editions(printed, screening.accepted, arrival)
    if write.identifier:
        # of rows that stand otherwise: a rejected first row must not take its repeat with it
        again = repeats_among(screening.accepted, rows.text(write.identifier))
        notes["repeated_identifiers"] = screening.reject(again, write.identifier, f"repeated {write.identifier_title}")
    way = way_to_place(rows, write, arrival)
    standing = screening.accepted
    notes["unplaced"] = int(((way == UNPLACED) & standing).sum())
    if write.postcode or write.area is not None:
        notes["placed_by"] = {name: int(((way == number) & standing).sum()) for number, name in enumerate(WAYS) if number}
    return notes


def screen_listed(rows: Rows, column: str, listed: list[str], reason: str, screening: Screening) -> Notes:
    """Reject rows whose text is not in the feed's list, and note how many they are: a renamed category takes all of its rows with it."""
    count = screening.reject(~is_in(rows.text(column), listed), column, reason)
    return {"not_in_list": count} if count else {}


def screen_month(texts: pa.Array, column: str, written: str, screening: Screening, arrival: Arrival) -> None:
    """Reject rows whose month cannot be read, or is not that of the file."""
    if arrival.month is not None and "%d" in written:
        months = months_of(texts, written)
        screening.reject(np.isnat(months), column, f"not a date written as {written}")
        screening.reject(months != np.datetime64(arrival.month, "D"), column, f"not the month of the file, {arrival.month:%Y-%m}")
        return
    if arrival.month is not None:
        expected = arrival.month.strftime(written)
        screening.reject(~mask_of(pc.equal(texts, expected)), column, f"not the month of the file, {arrival.month:%Y-%m}")
        return
    months = months_of(texts, written)
    screening.reject(np.isnat(months), column, f"not a date written as {written}")
    screen_when(months, column, screening)


def screen_when(months: Months, column: str, screening: Screening) -> None:
    """Reject rows of a month that has not come yet, or so long ago that a year was mistyped."""
    with np.errstate(invalid="ignore"):
        screening.reject(months > np.datetime64(this_month(), "D"), column, "a date that has not come yet")
        screening.reject(months < np.datetime64(EARLIEST, "D"), column, f"a date before {EARLIEST:%Y}")


def this_month() -> date:
    """The first day of the month by the calendar; a day into the next one still counts, because clocks differ."""
    return (datetime.now(UTC) + timedelta(days=1)).date().replace(day=1)


def months_of(texts: pa.Array, written: str) -> Months:
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


def screen_force(rows: Rows, column: str, screening: Screening, arrival: Arrival) -> None:
    """Reject rows of another force; FeedError where every row is of one."""
    ours = arrival.scope.region.force_name
    elsewhere = ~mask_of(pc.equal(rows.text(column), ours))
    if len(rows) and elsewhere.all():
        raise FeedError(
            f"the file is of another force: no row's {column!r} is {ours}",
            where=arrival.label,
            hint="this installation serves one force area (HOMEGROUND_REGION_FORCE_NAME); leave files of other forces out.",
        )
    screening.reject(elsewhere, column, "belongs to another force")


def repeats_among(standing: Mask, *keys: pa.Array) -> Mask:
    """Rows, among those that stand, whose key an earlier standing row has."""
    at = np.flatnonzero(standing)
    again = np.zeros(len(standing), dtype=bool)
    again[at[repeats(*(key.take(pa.array(at)) for key in keys))]] = True
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
    months = months_of(rows.text(write.month), write.month_format)
    return (months.min().astype(object), months.max().astype(object)) if len(months) else (None, None)


def delivered_months(texts: pa.Array, written: str, arrival: Arrival) -> Months:
    """The month of each row: that of the file, or the row's own."""
    if arrival.month is not None:
        return np.full(len(texts), np.datetime64(arrival.month, "D"))
    return months_of(texts, written)


def optional(rows: Rows, column: str) -> pa.Array:
    """A column with null for an empty text; all null where the feed has no such column."""
    if not column:
        return pa.nulls(len(rows), pa.string())
    values = rows.text(column)
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


def store(rows: Rows, write: EventWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """COPY the incidents; their distinct points are added to record.location first."""
    connection, count = arrival.connection, len(rows)
    months = delivered_months(rows.text(write.month), write.month_format, arrival)
    if write.series == "partner":
        return _store_partner(rows, write, delivery_id, months, arrival)
    listed = [month.astype(object) for month in np.unique(months)]
    for month in listed:
        db.run_statement(connection, "feeds/ensure_month", {"month": month})
    staged = pa.table(
        {
            "delivery_id": constant(delivery_id, count),
            "line": pa.array(rows.line),
            "month": pa.array(months, pa.date32()),
            "crime_id": optional(rows, write.identifier),
            "category": rows.text(write.category),
            "location_id": location_ids(rows, write, arrival),
            "location_label": optional(rows, write.label),
            "printed_lsoa": optional(rows, write.printed_area),
            "outcome": optional(rows, write.outcome),
            "reported_by": optional(rows, write.reported_by),
        }
    )
    if count:
        db.run_statement(connection, "feeds/months_written", {"months": ",".join(map(str, listed))})
        db.copy_arrow(connection, "record", "incident", staged, exact=True)
    return {}


def _store_partner(rows: Rows, write: EventWrite, delivery_id: int, months: Months, arrival: Arrival) -> Notes:
    """COPY a partner's events. Of a row no more is kept than what, when (month, weekday, hour) and where: no identifier, no words."""
    count = len(rows)
    weekday, hour = week_times(rows, write)
    codes, editions = pa.nulls(count, pa.string()), pa.nulls(count, pa.string())
    if write.area is not None:
        by_code = pa.array(way_to_place(rows, write, arrival) == BY_CODE)
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
            "location_id": location_ids(rows, write, arrival),
            "lsoa_code": codes,
            "lsoa_edition": editions,
            "weekday": weekday,
            "hour": hour,
        }
    )
    db.copy_arrow(arrival.connection, "record", "event", staged)
    return {}


def remove(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the incidents, those set aside as repeats among them, and partner's events of a retired delivery."""
    db.run_statement(connection, "feeds/delete/event", {"delivery_id": delivery_id})
    db.run_statement(connection, "feeds/delete/repeated", {"delivery_id": delivery_id})
    db.run_statement(connection, "feeds/delete/incident", {"delivery_id": delivery_id, "period_start": start, "period_end": end})

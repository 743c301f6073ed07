"""What became of crimes (record.outcome), and stop and search (record.stop).

Outcomes are joined to crimes by Crime ID when they are counted, never here: months and outcomes arrive in any order.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from core import db
from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from feeds.catalogue.writes_police import OutcomeWrite, StopWrite
from feeds.reading.rows import Mask, Rows, Screening, is_empty, is_in
from feeds.shapes.event import (
    Months,
    delivered_months,
    months_of,
    optional,
    repeats_among,
    screen_force,
    screen_listed,
    screen_month,
    screen_when,
)
from feeds.shapes.placing import UNPLACED, degrees, location_ids, screen_places, way_to_place
from feeds.shapes.shape import Arrival, Notes, constant

# a month file holds the searches of a month by the clock on the wall, and prints them in UTC
_CLOCK = ZoneInfo("Europe/London")
_YES, _NO = ("True", "TRUE", "true"), ("False", "FALSE", "false")


def screen_outcome(rows: Rows, write: OutcomeWrite, screening: Screening, arrival: Arrival) -> Notes:
    """Reasons against rows, in this order: month, force, outcome, no identifier, the same outcome of the same crime again."""
    screen_month(rows.text(write.month), write.month, write.month_format, screening, arrival)
    if write.force:
        screen_force(rows, write.force, screening, arrival)
    notes = screen_listed(rows, write.outcome, write.outcomes, "not an outcome of this feed", screening)
    screening.reject(is_empty(rows.text(write.identifier)), write.identifier, f"no {write.identifier_title}")
    again = repeats_among(screening.accepted, rows.text(write.identifier), rows.text(write.outcome))
    repeated = screening.reject(again, write.identifier, f"repeated {write.identifier_title} with the same outcome")
    return notes | {"repeated_outcomes": repeated}


def store_outcome(rows: Rows, write: OutcomeWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """COPY the outcomes."""
    months = delivered_months(rows.text(write.month), write.month_format, arrival)
    staged = pa.table(
        {
            "delivery_id": constant(delivery_id, len(rows)),
            "line": pa.array(rows.line),
            "month": pa.array(months, pa.date32()),
            "crime_id": rows.text(write.identifier),
            "outcome": rows.text(write.outcome),
        }
    )
    db.copy_arrow(arrival.connection, "record", "outcome", staged)
    return {}


def span_outcome(rows: Rows, write: OutcomeWrite) -> tuple[date | None, date | None]:
    """First and last month of rows whose months can be read."""
    return _ends(months_of(rows.text(write.month), write.month_format))


def screen_stop(rows: Rows, write: StopWrite, screening: Screening, arrival: Arrival) -> Notes:
    """Reasons against rows, in this order: moment, month, yes or no, place, alike in every field."""
    months, _ = _moments(rows, write)
    screening.reject(np.isnat(months), write.moment, "not a moment in ISO 8601 with its offset")
    screen_when(months, write.moment, screening)
    if arrival.month is not None:
        wrong = months != np.datetime64(arrival.month, "D")
        screening.reject(wrong, write.moment, f"not in the month of the file, {arrival.month:%Y-%m}, by clocks in London")
    for column in filter(None, write.flags.values()):
        screening.reject(~is_in(rows.text(column), [*_YES, *_NO, ""]), column, "neither True nor False")
    notes: Notes = screen_places(rows, write, screening, arrival)
    if write.alike == "reject":
        every = [rows.text(c) for c in rows.table.column_names]
        # an empty field is a value like another when whole rows are compared
        same = repeats_among(screening.accepted, pc.binary_join_element_wise(*every, "\x1f"))
        notes["alike_in_every_field"] = screening.reject(same, write.moment, "alike in every field to a row before it")
    notes["unplaced"] = int(((way_to_place(rows, write, arrival) == UNPLACED) & screening.accepted).sum())
    return notes


def store_stop(rows: Rows, write: StopWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """COPY the searches: month and hour, never the minute."""
    notes: Notes = {}
    if write.keep == "region" and (inside := _in_region(rows, write, arrival)) is not None:
        notes["rows_outside_region"] = int((~inside).sum())
        rows = rows.where(inside)
    months, hours = _moments(rows, write)
    columns = {
        "delivery_id": constant(delivery_id, len(rows)),
        "line": pa.array(rows.line),
        "month": pa.array(months, pa.date32()),
        "hour": pa.array(hours, pa.int16()),
    }
    columns |= {name: optional(rows, column) for name, column in write.texts.items()}
    columns |= {name: _flags(rows, column) for name, column in write.flags.items()}
    staged = pa.table(columns | {"location_id": location_ids(rows, write, arrival)})
    db.copy_arrow(arrival.connection, "record", "stop", staged)
    return notes | {"rows_kept": len(rows)}


def span_stop(rows: Rows, write: StopWrite) -> tuple[date | None, date | None]:
    """First and last month of rows whose moments can be read."""
    return _ends(_moments(rows, write)[0])


def _ends(months: Months) -> tuple[date | None, date | None]:
    return (months.min().astype(object), months.max().astype(object)) if len(months) else (None, None)


def _moments(rows: Rows, write: StopWrite) -> tuple[Months, np.ndarray[tuple[int], np.dtype[np.int16]]]:
    """Month (NaT where the moment cannot be read) and hour of each row by clocks in London."""
    encoded = pc.dictionary_encode(rows.text(write.moment))
    months: list[date | None] = []
    hours: list[int] = []
    for text in encoded.dictionary.to_pylist():
        local = _local(text)
        months.append(None if local is None else local.date().replace(day=1))
        hours.append(0 if local is None else local.hour)
    at = encoded.indices.to_numpy()
    return np.array(months, dtype="datetime64[D]")[at], np.array(hours, dtype=np.int16)[at]


def _local(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # a moment without an offset could be an hour off, and at a month's edge in another month
    return None if moment.tzinfo is None else moment.astimezone(_CLOCK)


def _flags(rows: Rows, column: str) -> pa.Array:
    if not column:
        return pa.nulls(len(rows), pa.bool_())
    texts = rows.text(column)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.bool_()), pc.is_in(texts, value_set=pa.array(_YES)))


def _in_region(rows: Rows, write: StopWrite, arrival: Arrival) -> Mask | None:
    """Rows whose point lies within the force area's boundary; None while the store has none."""
    outline = arrival.scope.outline
    if outline is None:
        return None
    import shapely
    from pyproj import Transformer

    longitude, latitude = degrees(rows, write)
    x, y = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True).transform(longitude, latitude)
    shapely.prepare(outline)
    inside: Mask = shapely.contains_xy(outline, x, y)
    return inside


def remove_outcome(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the outcomes of a retired delivery."""
    db.run_statement(connection, "feeds/delete/outcome", {"delivery_id": delivery_id})


def remove_stop(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the searches of a retired delivery."""
    db.run_statement(connection, "feeds/delete/stop", {"delivery_id": delivery_id})

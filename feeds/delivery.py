"""One delivery into the store: recognised bytes in, one transaction, rows in = accepted + rejected.

The same bytes again change nothing. Other bytes for the same slot take the place of the delivery in force within one transaction.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from core import db
from core.audit import record_event
from core.db import Role
from core.errors import FeedError, InternalError
from core.periods import month_from_text
from feeds import shape_area, shape_event, shape_lookup, shape_measure, shape_point
from feeds.catalogue import Feed
from feeds.recognise import Recognised
from feeds.report import FileResult
from feeds.rows import Rows, Screening
from feeds.scope import Scope
from feeds.shape import Arrival, Notes
from feeds.tabular import read_table
from feeds.vector import read_features

# target shape -> (screen, store, remove)
SHAPES: dict[str, tuple[Any, Any, Any]] = {
    "parent": (shape_lookup.screen_parent, shape_lookup.store_parent, shape_lookup.remove_parent),
    "edition_change": (shape_lookup.screen_change, shape_lookup.store_change, shape_lookup.remove_change),
    "area": (shape_area.screen, shape_area.store, shape_area.remove),
    "postcode": (shape_point.screen_postcode, shape_point.store_postcode, shape_point.remove_postcode),
    "population": (shape_measure.screen_population, shape_measure.store_population, shape_measure.remove_population),
    "indicator": (shape_measure.screen_indicator, shape_measure.store_indicator, shape_measure.remove_indicator),
    "service": (shape_point.screen_service, shape_point.store_service, shape_point.remove_service),
    "event": (shape_event.screen, shape_event.store, shape_event.remove),
}


def load_delivery(found: Recognised, scope: Scope, *, actor: str, again: bool = False) -> FileResult:
    """Load one recognised file. Raises FeedError where it is refused, DatabaseUnavailable and UserError where the store fails.

    again: take up bytes that an earlier delivery of the slot already had and a later one replaced.
    """
    feed = found.feed
    if feed is None:
        raise InternalError("a file without a feed cannot be loaded")
    started = time.perf_counter()
    label = found.source.label
    data = found.source.read()
    sha256 = hashlib.sha256(data).hexdigest()
    with db.transaction(Role.PIPELINE) as connection:
        db.fetch(connection, "queries/feeds_slot_lock", {"key": f"{feed.id} {found.slot}"})
        before = db.fetch(connection, "queries/feeds_deliveries_of_slot", {"feed": feed.id, "slot": found.slot, "sha256": sha256})
        in_force = before[before["status"] == "loaded"]
        if (in_force["sha256"] == sha256).any():
            return FileResult(label, feed.id, "unchanged", seconds=time.perf_counter() - started)
        if not again and (before["sha256"] == sha256).any():
            return FileResult(
                label,
                feed.id,
                "unchanged",
                seconds=time.perf_counter() - started,
                message="a later delivery has already taken its place",
            )
        rows = read_features(data, feed, label) if feed.read.format == "vector" else read_table(data, feed, label)
        arrival = Arrival(feed, found.slot, label, _month_of(found), scope, connection)
        replaced = [(int(r.delivery_id), r.period_start, r.period_end) for r in in_force.itertuples()]
        result = _store(rows, arrival, data, sha256, replaced, actor)
    return replace(result, seconds=time.perf_counter() - started)


def _month_of(found: Recognised) -> date | None:
    if found.feed is None or found.feed.period.rule != "file_name":
        return None
    try:
        return month_from_text(found.groups["month"])
    except ValueError as error:
        raise FeedError(
            "the file's name holds no month", where=found.source.label, hint="name it as published, with YYYY-MM."
        ) from error


def _store(
    rows: Rows, arrival: Arrival, data: bytes, sha256: str, replaced: list[tuple[int, date | None, date | None]], actor: str
) -> FileResult:
    feed, connection = arrival.feed, arrival.connection
    screening = Screening(rows)
    notes: Notes = {"columns_not_used": _not_used(rows, feed), **rows.remarks}
    for write in feed.writes:
        notes |= SHAPES[write.shape][0](rows, write, screening, arrival)
    accepted = _selected(rows, feed, screening.accepted, notes)
    unplaced = int(notes.pop("unplaced", 0))
    rejected = screening.rejected_count
    if rejected == rows.rows_in:
        first = screening.rejected_rows()[0]
        at = f"{first.field} {first.reason}".strip()
        raise FeedError(
            f"every one of its {rejected:,} rows would be rejected; the first, line {first.line}: {at}",
            where=arrival.label,
            hint="the file is not what its name or columns say; nothing was stored.",
        )
    start, end = _span(rows, feed, arrival, screening)
    for old, _, _ in replaced:
        db.run_statement(connection, "queries/feeds_retire_delivery", {"delivery_id": old})
    values = {
        "feed": feed.id, "file_name": arrival.label, "sha256": sha256, "byte_size": len(data), "publisher": feed.publisher,
        "licence": feed.licence, "edition": feed.edition, "slot": arrival.slot, "period_start": start, "period_end": end,
        "rows_in": rows.rows_in, "rows_accepted": rows.rows_in - rejected, "rows_rejected": rejected, "rows_unplaced": unplaced,
        "notes": json.dumps(notes),
    }  # fmt: skip
    delivery_id = int(db.fetch(connection, "queries/feeds_insert_delivery", values)["delivery_id"].iloc[0])
    for old, old_start, old_end in replaced:
        db.run_statement(connection, "queries/feeds_name_successor", {"delivery_id": old, "successor": delivery_id})
        db.run_statement(connection, "queries/feeds_delete_rejected", {"delivery_id": old})
        for shape in dict.fromkeys(w.shape for w in feed.writes):
            SHAPES[shape][2](connection, old, old_start, old_end)
    _store_rejected(connection, delivery_id, screening)
    shown: Notes = {}
    for write in feed.writes:
        shown |= SHAPES[write.shape][1](accepted, write, delivery_id, arrival)
    if shown:
        db.run_statement(connection, "queries/feeds_note_delivery", {"delivery_id": delivery_id, "notes": json.dumps(shown)})
    detail = {
        "delivery_id": delivery_id,
        "sha256": sha256,
        "rows_in": rows.rows_in,
        "rows_rejected": rejected,
        "replaced": [r[0] for r in replaced],
    }
    record_event(connection, actor=actor, action="load", subject=f"{feed.id} {arrival.slot}", detail=detail)
    return FileResult(
        arrival.label, feed.id, "loaded", rows.rows_in, rows.rows_in - rejected, rejected, unplaced, delivery_id=delivery_id
    )


def _not_used(rows: Rows, feed: Feed) -> list[str]:
    """Columns that the catalogue does not name: a publisher's new column is seen here first."""
    return sorted(set(rows.table.column_names) - set(feed.required_columns))[:200]


def _selected(rows: Rows, feed: Feed, accepted: np.ndarray[Any, np.dtype[np.bool_]], notes: Notes) -> Rows:
    """The accepted rows that the feed wants; those it leaves out are counted, not rejected: nothing is wrong with them."""
    from feeds.rows import is_in

    wanted = accepted.copy()
    for only in feed.only:
        wanted &= is_in(rows.text(only.column), only.values)
    if feed.only:
        notes["rows_left_out"] = int((accepted & ~wanted).sum())
    return rows if wanted.all() else rows.where(wanted)


def _span(rows: Rows, feed: Feed, arrival: Arrival, screening: Screening) -> tuple[date | None, date | None]:
    """First and last month of a delivery of events; none for others."""
    if arrival.month is not None:
        return arrival.month, arrival.month
    for write in feed.writes:
        if write.shape == "event":
            return shape_event.span(rows.where(screening.accepted), write)
    return None, None


def _store_rejected(connection: Connection, delivery_id: int, screening: Screening) -> None:
    bad = screening.rejected_rows()
    if not bad:
        return
    staged = pa.table(
        {
            "delivery_id": pa.array([delivery_id] * len(bad), pa.int64()),
            "line": [r.line for r in bad],
            "field": [r.field for r in bad],
            "reason": [r.reason for r in bad],
            "row_text": [r.row_text for r in bad],
        }
    )
    db.copy_arrow(connection, "raw", "rejected_row", staged)

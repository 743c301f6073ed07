"""One delivery into the store: recognised bytes in, one transaction, rows in = accepted + rejected.

The same bytes again change nothing. Other bytes for the same slot take the place of the delivery in force within one transaction. A
delivery unlike those before it is held (feeds.loading.hold) and leaves everything else as it was.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy import Connection, Engine

from core import db
from core.audit import record_event
from core.contracts import BRITISH_NATIONAL_GRID
from core.db import Role
from core.errors import FeedError, InternalError
from core.periods import month_from_text
from feeds.catalogue.agreement import require_in_force
from feeds.catalogue.feed import Feed
from feeds.loading.hold import profile_of, reasons_to_hold, withdraw_held, write_held
from feeds.loading.refusal import refusals
from feeds.loading.report import FileResult, Status
from feeds.reading.many_layers import cut_to_box, read_many_layers
from feeds.reading.recognise import Recognised
from feeds.reading.rows import MOST_REJECTED, Mask, Rows, Screening, too_many_rejected
from feeds.reading.tabular import read_table
from feeds.reading.texts import trimmed
from feeds.reading.vector import read_features
from feeds.shapes.background import NEARBY_M
from feeds.shapes.checks import screen_columns
from feeds.shapes.event import EARLIEST, this_month
from feeds.shapes.scope import Scope
from feeds.shapes.shape import Arrival, Notes, Span
from feeds.shapes.targets import SHAPES

if TYPE_CHECKING:
    import pandas as pd

# a GeoPackage of the background larger than this is cut to the region before it is read
_LARGE_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Prepared:
    """A delivery that was read, and screened unless its bytes seemed to be known. seconds: how long that took."""

    arrival: Arrival
    groups: dict[str, str]
    data: bytes
    sha256: str
    screened: Screened | None
    seconds: float


def prepare(found: Recognised, scope: Scope, known: frozenset[str] = frozenset()) -> Prepared:
    """Read one recognised file and screen its rows. No transaction is open: while one delivery is stored, the next is prepared.

    known: hashes of bytes that are likely to be in the store already, and need not be taken apart. Raises FeedError for a file that is
    refused.
    """
    if found.feed is None:
        raise InternalError("a file without a feed cannot be loaded")
    with refusals(found.source.label):
        return _prepare(found, found.feed, scope, known)


def _prepare(found: Recognised, feed: Feed, scope: Scope, known: frozenset[str]) -> Prepared:
    started = time.perf_counter()
    label = found.source.label
    require_in_force(feed.agreement, feed.id, datetime.now(UTC).date())
    data = _bytes_of(found, feed, scope)
    sha256 = hashlib.sha256(data).hexdigest()
    arrival = Arrival(feed, found.slot, label, None, scope)
    screened = None
    if sha256 not in known:
        arrival = replace(arrival, month=month_of(feed, found.groups, label))
        screened = screen(data, arrival)
    return Prepared(arrival, found.groups, data, sha256, screened, time.perf_counter() - started)


def _bytes_of(found: Recognised, feed: Feed, scope: Scope) -> bytes:
    """The bytes of a file; of a large GeoPackage of the background what lies in the region's box, once its boundary is known."""
    source, write = found.source, feed.background
    of_grid = feed.read.crs == [BRITISH_NATIONAL_GRID]
    if write is None or not (source.is_geopackage and of_grid) or source.path.stat().st_size < _LARGE_BYTES:
        return source.read()
    outline = scope.outline
    if outline is None:
        return source.read()
    west, south, east, north = outline.bounds
    return cut_to_box(
        source.path, feed, write, (west - NEARBY_M, south - NEARBY_M, east + NEARBY_M, north + NEARBY_M), source.label
    )


def load_prepared(prepared: Prepared, *, actor: str, again: bool = False, pool: Engine | None = None) -> FileResult:
    """Store a prepared delivery, in one transaction. Raises FeedError where it is refused, DatabaseUnavailable and UserError where the
    store fails.

    again: take up bytes that an earlier delivery of the slot already had and a later one replaced. pool: as for db.transaction.
    """
    with refusals(prepared.arrival.label):
        return _load_prepared(prepared, actor, again, pool)


def _load_prepared(prepared: Prepared, actor: str, again: bool, pool: Engine | None) -> FileResult:
    started = time.perf_counter()
    arrival, sha256 = prepared.arrival, prepared.sha256
    feed, locations = arrival.feed, arrival.scope.locations
    try:
        with db.transaction(Role.PIPELINE, pool=pool) as connection:
            db.run_statement(connection, "feeds/slot_lock", {"key": f"{feed.id} {arrival.slot}"})
            values = {"feed": feed.id, "slot": arrival.slot, "sha256": sha256}
            before = db.fetch(connection, "feeds/deliveries_of_slot", values)
            if known := _already_known(before, sha256, again):
                spent = prepared.seconds + time.perf_counter() - started
                return FileResult(arrival.label, feed.id, known[0], seconds=spent, message=known[1])
            arrival = replace(arrival, month=month_of(feed, prepared.groups, arrival.label)).within(connection)
            incoming = Incoming(prepared.data, sha256, prepared.groups, _standing(before))
            result = store(incoming, arrival, actor, prepared.screened)
        locations.keep()
    finally:
        locations.forget()
    return replace(result, seconds=prepared.seconds + time.perf_counter() - started)


@dataclass(frozen=True)
class Incoming:
    """Bytes that are about to be stored. replaced: what is in force in the slot, as (delivery, first month, last month).

    released: the held delivery that a steward accepted, whose row becomes the loaded one; its bytes are not weighed again.
    """

    data: bytes
    sha256: str
    groups: dict[str, str]
    replaced: list[tuple[int, date | None, date | None]]
    released: int | None = None


def _already_known(before: pd.DataFrame, sha256: str, again: bool) -> tuple[Status, str] | None:
    """Why bytes that were offered before are not taken up: they are in force, wait, were refused, or were replaced since."""
    same = before[before["sha256"] == sha256]
    if same.empty:
        return None
    standing = set(same["status"])
    if "loaded" in standing:
        return "unchanged", ""
    if "held" in standing:
        return "held", f"waits for a steward as delivery {int(same.loc[same['status'] == 'held', 'delivery_id'].iloc[0])}"
    if again:
        return None
    if same["status"].iloc[0] == "refused":
        return "unchanged", f"a steward refused it as delivery {int(same['delivery_id'].iloc[0])}"
    return "unchanged", "a later delivery has already taken its place"


def in_force(arrival: Arrival, sha256: str) -> list[tuple[int, date | None, date | None]]:
    """What stands in the slot now, as (delivery, first month, last month)."""
    values = {"feed": arrival.feed.id, "slot": arrival.slot, "sha256": sha256}
    return _standing(db.fetch(arrival.connection, "feeds/deliveries_of_slot", values))


def _standing(before: pd.DataFrame) -> list[tuple[int, date | None, date | None]]:
    return [(int(r.delivery_id), r.period_start, r.period_end) for r in before[before["status"] == "loaded"].itertuples()]


def month_of(feed: Feed, groups: Mapping[str, str], label: str) -> date | None:
    """The month that a file's name says, for feeds whose names say one."""
    if feed.period.rule != "file_name":
        return None
    try:
        month = month_from_text(groups["month"])
    except (ValueError, KeyError) as error:
        raise FeedError("the file's name holds no month", where=label, hint="name it as published, with YYYY-MM.") from error
    if not EARLIEST <= month <= this_month():
        raise FeedError(
            f"the file's name says {month:%Y-%m}, {'which has not come yet' if month > EARLIEST else 'which is too long ago'}",
            where=label,
            hint="look at what it holds, and name it after its month.",
        )
    return month


@dataclass(frozen=True)
class Screened:
    """Rows with the reasons against some of them; accepted: those that the feed wants and that stand; start, end: their months."""

    rows: Rows
    screening: Screening
    accepted: Rows
    unplaced: int
    start: date | None
    end: date | None
    notes: Notes


def screen(data: bytes, arrival: Arrival) -> Screened:
    """Take the bytes apart and screen every row. FeedError where every row would be rejected."""
    feed = arrival.feed
    rows = trimmed(_read(data, feed, arrival.label), arrival.label)
    screening = Screening(rows)
    notes: Notes = {"title": feed.title, "columns_not_used": _not_used(rows, feed), "sensitivity": feed.sensitivity, **rows.remarks}
    for write in feed.writes:
        notes |= SHAPES[write.shape].screen(rows, write, screening, arrival)
    screen_columns(rows, feed.checks, screening, arrival.scope)
    accepted = _selected(rows, feed, screening.accepted, notes)
    unplaced = notes.pop("unplaced", 0)
    if not isinstance(unplaced, int):
        raise InternalError(f"{arrival.label}: the number of unplaced rows is a {type(unplaced).__name__}")
    if screening.rejected_count == rows.rows_in:
        first = screening.first_rejected()
        at = f"{first.field} {first.reason}".strip()
        raise FeedError(
            f"every one of its {rows.rows_in:,} rows would be rejected; the first, line {first.line}: {at}",
            where=arrival.label,
            hint="the file is not what its name or columns say; nothing was stored.",
        )
    if screening.rejected_count > MOST_REJECTED:
        first = screening.first_rejected()
        raise too_many_rejected(screening.rejected_count, f"line {first.line}, {first.field} {first.reason}", arrival.label)
    return Screened(rows, screening, accepted, unplaced, *_span(rows, feed, arrival, screening), notes)


def _read(data: bytes, feed: Feed, label: str) -> Rows:
    if (background := feed.background) is not None:
        return read_many_layers(data, feed, background, label)
    return (read_features if feed.read.format == "vector" else read_table)(data, feed, label)


def store(incoming: Incoming, arrival: Arrival, actor: str, screened: Screened | None = None) -> FileResult:
    """Store one delivery inside the caller's transaction, or hold it; screened first where it was not. FeedError where it is refused."""
    feed, connection, data = arrival.feed, arrival.connection, incoming.data
    found = screened or screen(data, arrival)
    rows, screening, accepted, unplaced = found.rows, found.screening, found.accepted, found.unplaced
    start, end, notes = found.start, found.end, found.notes
    rejected = screening.rejected_count
    profile = profile_of(accepted, feed, rejected, unplaced, start, end)
    notes["profile"] = profile.to_notes()
    values: dict[str, Any] = {
        "feed": feed.id, "file_name": arrival.label, "sha256": incoming.sha256, "byte_size": len(data), "publisher": feed.publisher,
        "licence": feed.terms, "edition": feed.edition, "slot": arrival.slot, "period_start": start, "period_end": end,
        "rows_in": rows.rows_in, "rows_accepted": rows.rows_in - rejected, "rows_rejected": rejected, "rows_unplaced": unplaced,
    }  # fmt: skip
    counts = (rows.rows_in, rows.rows_in - rejected, rejected, unplaced)
    if incoming.released is None and (reasons := reasons_to_hold(profile, arrival, end, notes)):
        delivery_id = write_held(arrival, values, notes, reasons, incoming.data, incoming.groups, actor=actor)
        message = f"{'; '.join(reasons)}. Delivery {delivery_id}: see 'homeground feeds held'"
        return FileResult(arrival.label, feed.id, "held", *counts, delivery_id=delivery_id, message=message)
    for old, _, _ in incoming.replaced:
        db.run_statement(connection, "feeds/retire_delivery", {"delivery_id": old})
    if incoming.released is None:
        added = db.fetch(connection, "feeds/insert_delivery", values | {"notes": json.dumps(notes), "status": "loaded"})
        delivery_id = int(added["delivery_id"].iloc[0])
        withdraw_held(arrival, successor=delivery_id)
    else:
        delivery_id = incoming.released
        db.run_statement(connection, "feeds/release_held", values | {"notes": json.dumps(notes), "delivery_id": delivery_id})
    for old, old_start, old_end in incoming.replaced:
        db.run_statement(connection, "feeds/name_successor", {"delivery_id": old, "successor": delivery_id})
        db.run_statement(connection, "feeds/delete/rejected", {"delivery_id": old})
        for shape in dict.fromkeys(w.shape for w in feed.writes):
            SHAPES[shape].remove(connection, old, old_start, old_end)
    _store_rejected(connection, delivery_id, screening)
    shown: Notes = {}
    told = _told(notes)
    for write in feed.writes:
        stored = SHAPES[write.shape].store(accepted, write, delivery_id, arrival)
        told += _told(stored)
        shown |= stored
    if told:
        shown["told"] = told
    if shown:
        db.run_statement(connection, "feeds/note_delivery", {"delivery_id": delivery_id, "notes": json.dumps(shown)})
    detail = {
        "delivery_id": delivery_id,
        "sha256": incoming.sha256,
        "rows_in": rows.rows_in,
        "rows_rejected": rejected,
        "replaced": [r[0] for r in incoming.replaced],
    }
    record_event(connection, actor=actor, action="load", subject=f"{feed.id} {arrival.slot}", detail=detail)
    return FileResult(arrival.label, feed.id, "loaded", *counts, delivery_id=delivery_id, message="; ".join(told))


def _told(notes: Notes) -> list[str]:
    """What of the notes a person should see at once."""
    told = notes.get("told", [])
    return [str(line) for line in told] if isinstance(told, list) else []


def _not_used(rows: Rows, feed: Feed) -> list[str]:
    """Columns that the catalogue does not name: a publisher's new column is seen here first."""
    return sorted(set(rows.table.column_names) - set(feed.required_columns))[:200]


def _selected(rows: Rows, feed: Feed, accepted: Mask, notes: Notes) -> Rows:
    """The accepted rows that the feed wants; those it leaves out are counted, not rejected: nothing is wrong with them."""
    from feeds.reading.rows import is_in

    wanted = accepted.copy()
    for only in feed.only:
        wanted &= is_in(rows.text(only.column), only.values)
    if feed.only:
        notes["rows_left_out"] = int((accepted & ~wanted).sum())
    return rows if wanted.all() else rows.where(wanted)


def _span(rows: Rows, feed: Feed, arrival: Arrival, screening: Screening) -> Span:
    """First and last month of a delivery of records; none for others."""
    if arrival.month is not None:
        return arrival.month, arrival.month
    for write in feed.writes:
        if (found := SHAPES[write.shape].span(rows, screening.accepted, write)) is not None:
            return found
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

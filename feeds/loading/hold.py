"""Holding a delivery: why, and putting it aside with its bytes so that a steward can accept or refuse it (feeds.loading.steward).

A held delivery changes nothing else: what is in force in its slot stays in force.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow.compute as pc

from core import db
from core.audit import record_event
from core.errors import FeedError
from core.periods import Period
from feeds.catalogue.feed import Feed
from feeds.catalogue.shift import USUAL_OF, Profile, shifts
from feeds.catalogue.writes import Write
from feeds.reading.rows import Rows
from feeds.shapes.shape import Arrival, Notes

# the share of rows with a category that is not listed from which a delivery is held, of at least so many rows; and of fewer
_MOST_LOST, _FEW, _MOST_LOST_OF_FEW = 0.05, 10, 0.5
# what PostgreSQL takes as one value, and a driver can send, with room to spare
_LARGEST_HELD_BYTES = 256 * 1024**2


def profile_of(accepted: Rows, feed: Feed, rejected: int, unplaced: int, start: date | None, end: date | None) -> Profile:
    """The delivery in numbers: categories are counted for events, months for deliveries that have any."""
    categories: dict[str, int] = {}
    for write in feed.writes:
        column = _category_column(write)
        if column:
            counted = pc.value_counts(accepted.text(column)).to_pylist()
            categories = {str(c["values"]): int(c["counts"]) for c in counted}
            break
    months = len(Period(start, end)) if start is not None and end is not None else 1
    return Profile(len(accepted), months, unplaced, rejected, categories)


def _category_column(write: Write) -> str:
    if write.shape == "event":
        return write.category
    if write.shape == "outcome":
        return write.outcome
    return write.object_of_search if write.shape == "stop" else ""


def reasons_to_hold(profile: Profile, arrival: Arrival, newest: date | None, notes: Notes) -> list[str]:
    """Why a steward should look first; empty where the delivery may be loaded. notes: what screening counted."""
    feed = arrival.feed
    found = _of_other_categories(profile, notes)
    if feed.fresh_within_days is not None and newest is not None:
        age = (datetime.now(UTC).date() - _month_end(newest)).days
        if age > feed.fresh_within_days:
            found.append(f"its newest month ended {age} days ago; {feed.fresh_within_days} are expected")
    if feed.watched.watch:
        found += shifts(profile, _earlier(arrival), feed.watched)
    return found


def _of_other_categories(profile: Profile, notes: Notes) -> list[str]:
    """Rows that would be lost because their category is not in the feed's list: an older or a newer list, rather than faulty rows."""
    lost, rows_in = notes.get("not_in_list", 0), profile.rows + profile.rejected
    former = notes.get("former_categories")
    if isinstance(former, list) and former:
        # these names stand in the catalogue: they are no values of a record
        return [f"it has names of categories from before ({', '.join(former)}), whose rows would be lost or could not be compared"]
    if not isinstance(lost, int) or lost <= rows_in * (_MOST_LOST if lost >= _FEW else _MOST_LOST_OF_FEW):
        return []
    return [f"{lost:,} of its {rows_in:,} rows have a category that is not in the feed's list, and would be lost"]


def _month_end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _earlier(arrival: Arrival) -> list[Profile]:
    """Profiles of deliveries of the same series, the nearest in time first.

    A month is compared with other months of its series; a delivery that tells of no month, with those that it replaces.
    """
    values = {"feed": arrival.feed.id, "slot": arrival.slot, "month": arrival.month}
    rows = db.fetch(arrival.connection, "feeds/earlier_profiles", values)
    series = _series(arrival.slot, arrival.month)
    alike = [r for r in rows.itertuples() if _series(r.slot, r.period_start if arrival.month else None) == series]
    return [Profile.from_notes(r.profile) for r in alike[:USUAL_OF]]


def _series(slot: str, month: date | None) -> str:
    return slot if month is None else slot.replace(f"{month:%Y-%m}", "")


def write_held(
    arrival: Arrival,
    values: Mapping[str, Any],
    notes: Notes,
    reasons: list[str],
    data: bytes,
    groups: Mapping[str, str],
    *,
    actor: str,
) -> int:
    """Put a delivery aside with its bytes; one that waited for the same slot gives way. Returns its id."""
    packed = gzip.compress(data, compresslevel=6, mtime=0)
    if len(packed) > _LARGEST_HELD_BYTES:
        raise FeedError(
            f"should wait for a steward ({'; '.join(reasons)}), and is too large to be kept aside",
            where=arrival.label,
            hint="split it by period, or widen the feed's shift rule in the catalogue for this load.",
        )
    connection = arrival.connection
    withdraw_held(arrival, successor=None)
    row = dict(values) | {"notes": json.dumps(notes | {"held": reasons}), "status": "held"}
    delivery_id = int(db.fetch(connection, "feeds/insert_delivery", row)["delivery_id"].iloc[0])
    kept = {"delivery_id": delivery_id, "content": packed, "name_groups": json.dumps(dict(groups))}
    db.run_statement(connection, "feeds/insert_held_file", kept)
    detail = {"delivery_id": delivery_id, "sha256": values["sha256"], "reasons": reasons}
    record_event(connection, actor=actor, action="hold", subject=f"{arrival.feed.id} {arrival.slot}", detail=detail)
    return delivery_id


def withdraw_held(arrival: Arrival, *, successor: int | None) -> None:
    """A delivery that waited for a slot gives way to newer bytes for it, and its own are dropped."""
    values = {"feed": arrival.feed.id, "slot": arrival.slot}
    db.run_statement(arrival.connection, "feeds/drop_held_files", values)
    db.run_statement(arrival.connection, "feeds/withdraw_held", values | {"successor": successor})

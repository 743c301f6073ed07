"""Which months have to be counted anew: those that were written to since, or all where what counts rest on is another.

Triggers note every statement that changes incidents, by month, and the few tables beside them that decide where an incident lies
(sql/functions/record_note_written.sql). What a count has seen of that stands in record.counted_month. So a month that is added costs what it
holds, however many there are before it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from core.db import fetch, replace_rows, scalar
from core.db.written import ANY_MONTH, read_marks
from core.provenance import VERSION

# from this share of all months on it is quicker to count all: the indexes are then built once, of sorted rows
_LARGE_SHARE = 0.5


@dataclass(frozen=True)
class Counted:
    """What was read of a month: its deliveries and its publisher's categories."""

    mark: str
    deliveries: tuple[int, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """months: to be counted, None for every month there is; kept: the others, as they were counted. events: whether partners' are too.

    marks: of every month that was written to, as it stood before anything else was read.
    """

    months: tuple[date, ...] | None
    kept: dict[date, Counted]
    events: bool
    marks: dict[str, str]
    events_mark: str
    basis: str


def find_changed(connection: Connection) -> Changed:
    """Compare what was written with what was counted. What is written while the count goes on is news to the next one."""
    written = read_marks(connection)
    marks = written.get("incident", {})
    counted = fetch(connection, "counts/months_counted")
    basis = _basis(
        connection, [marks.get(ANY_MONTH, ""), *(json.dumps(written.get(what)) for what in ("location_place", "edition_change"))]
    )
    events_mark = written.get("event", {}).get(ANY_MONTH, "")
    alike = counted[counted["basis"] == basis]
    of_events = alike[alike["month"] == ANY_MONTH]
    months = alike[alike["month"] != ANY_MONTH]
    present = pd.Series([marks.get(month, "") for month in months["month"]], index=months.index, dtype=object)
    stands = months[months["standing"] & (months["mark"] == present)]
    changed = {*marks, *months["month"]} - {ANY_MONTH, *stands["month"]}
    events = of_events.empty or of_events["mark"].iloc[0] != events_mark
    if stands.empty or len(changed) >= _LARGE_SHARE * (len(changed) + len(stands)):
        return Changed(None, {}, True, marks, events_mark, basis)
    kept = {
        date.fromisoformat(row.month): Counted(row.mark, tuple(row.deliveries), tuple(row.categories))
        for row in stands.itertuples()
    }
    return Changed(tuple(sorted(map(date.fromisoformat, changed))), kept, events, marks, events_mark, basis)


def note_counted(connection: Connection, changed: Changed, incidents: pd.DataFrame) -> None:
    """Keep what this count has seen. incidents: rows of sql/counts/incident_summary, of the months that were counted."""
    seen = dict(changed.kept)
    listed = incidents["month"].unique() if changed.months is None else changed.months
    # a month that was written to and holds nothing now was seen as well
    written = [date.fromisoformat(month) for month in changed.marks if month != ANY_MONTH]
    for month in sorted({*listed, *(written if changed.months is None else ())}):
        rows = incidents[incidents["month"] == month]
        deliveries = sorted({int(delivery) for delivery in rows["delivery_id"]})
        seen[month] = Counted(changed.marks.get(month.isoformat(), ""), tuple(deliveries), tuple(sorted(set(rows["category"]))))
    rows_kept = [
        (month.isoformat(), one.mark, changed.basis, json.dumps(one.deliveries), json.dumps(one.categories))
        for month, one in seen.items()
    ]
    rows_kept.append((ANY_MONTH, changed.events_mark, changed.basis, "[]", "[]"))
    columns = ["month", "mark", "basis", "deliveries", "categories"]
    replace_rows(connection, "record", "counted_month", pd.DataFrame(rows_kept, columns=columns), where={})


def _basis(connection: Connection, written: list[str]) -> str:
    """A hash of what every count rests on beside the incidents: where locations lie, which areas lie in which, and how it is counted."""
    parents = str(scalar(connection, "boundaries/parents_fingerprint"))
    return hashlib.sha256("\n".join([VERSION, parents, *written]).encode()).hexdigest()

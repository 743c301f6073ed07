"""One crime is one crime, across month files too: an incident whose Crime ID stands in an earlier month is set aside.

Inside a file a repeated Crime ID is rejected when the file is loaded. Between files it can only be seen when all of them are there, and the
answer changes when a month is taken back or replaced. So each run looks at the months that were written to since the last one, and at every
crime that stands in one of them. What is set aside keeps its row in record.repeated_incident: rows accepted = rows in record.incident + rows
set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from core import db
from core.db.written import ANY_MONTH, read_marks


@dataclass(frozen=True)
class RepeatsReport:
    """rows: incidents set aside now; crimes: how many crimes they repeat; earlier_rows: how many were set aside before."""

    rows: int
    crimes: int
    earlier_rows: int


def set_repeats_aside(connection: Connection) -> RepeatsReport:
    """Leave every Crime ID in the first month that it stands in, and set its later rows aside."""
    # a load that comes in between would be half seen
    db.run_statement(connection, "feeds/lock_incidents")
    _, earlier = _aside(connection)
    everything, months = _changed(connection)
    if everything or months:
        back = db.fetch(connection, "feeds/bring_repeats_back", {"months": None if everything else months})["months"].iloc[0]
        looked_at = {"months": None if everything else sorted({*months, *back})}
        repeats = db.fetch(connection, "feeds/repeats", looked_at)
        if len(repeats):
            values = {"crimes": repeats["crime_id"].tolist(), "first_months": repeats["first_month"].tolist()}
            db.run_statement(connection, "feeds/set_repeats_aside", values)
        # what this run itself wrote is not news to the next one
        marks = pd.DataFrame(_marks(connection).items(), columns=["month", "mark"])
        db.replace_rows(connection, "record", "compared_month", marks, where={})
    crimes, rows = _aside(connection)
    return RepeatsReport(rows, crimes, earlier)


def _aside(connection: Connection) -> tuple[int, int]:
    """How many crimes have incidents set aside, and how many those are."""
    found = db.fetch(connection, "feeds/repeated_crimes").iloc[0]
    return int(found["crimes"]), int(found["incidents"])


def _marks(connection: Connection) -> dict[str, str]:
    return read_marks(connection).get("incident", {})


def _changed(connection: Connection) -> tuple[bool, list[date]]:
    """Whether every month has to be looked at, and else which: those that were written to since the last run."""
    now = _marks(connection)
    before = dict(db.fetch(connection, "feeds/compared_months").itertuples(index=False))
    # a store that was filled before writes were noted has never been looked at like this
    everything = not before or before.get(ANY_MONTH) != now.get(ANY_MONTH)
    return everything, [
        date.fromisoformat(month) for month, mark in now.items() if month != ANY_MONTH and before.get(month) != mark
    ]

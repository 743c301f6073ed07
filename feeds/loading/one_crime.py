"""One crime is one crime, across month files too: an incident whose Crime ID stands in an earlier month is set aside.

Inside a file a repeated Crime ID is rejected when the file is loaded. Between files it can only be seen when all of them are there, and the
answer changes when a month is taken back or replaced, so it is found anew each time from what stands. What is set aside keeps its row in
record.repeated_incident: rows accepted = rows in record.incident + rows set aside.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from core import db


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
    earlier = db.run_statement(connection, "feeds/bring_repeats_back")
    rows = db.run_statement(connection, "feeds/set_repeats_aside")
    crimes = int(db.fetch(connection, "feeds/repeated_crimes")["crimes"].iloc[0])
    return RepeatsReport(rows, crimes, earlier)

"""Which months were written to, as triggers note it (sql/functions/record_note_written.sql): what has changed since is asked in one way."""

from __future__ import annotations

from sqlalchemy import Connection

from core.db.read import fetch

# of a write that did not say which months it was to; of partners' events, which are counted as a whole
ANY_MONTH = "-infinity"


def read_marks(connection: Connection) -> dict[str, dict[str, str]]:
    """Of each table that counts are made of, a mark of each month (YYYY-MM-DD) that was written to: another after each write."""
    marks: dict[str, dict[str, str]] = {}
    for row in fetch(connection, "run/written").itertuples():
        marks.setdefault(row.what, {})[row.month] = row.mark
    return marks

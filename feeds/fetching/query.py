"""A feed that is a query on a partner's PostgreSQL: its rows become a CSV file, which loads as any other.

The address comes from the settings by name, never from the catalogue. The query runs in a read-only transaction through a server-side cursor,
which takes one SELECT and nothing else, under a statement timeout. The same rows in the same order are the same bytes, hence the same
delivery: a query should say ORDER BY.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core import db
from core.errors import FeedError, UserError
from core.settings import PartnerSettings
from feeds.catalogue.source import DatabaseSource

_BATCH = 10_000


def pull_query(source: DatabaseSource, folder: Path, settings: PartnerSettings | None = None) -> tuple[Path, bool]:
    """Run the query and write its rows into the folder; the path, and whether its bytes are new.

    Raises UserError where the settings do not name the database, DatabaseUnavailable where it does not answer, FeedError where the query
    fails or gives too many rows. No message holds a value or the address.
    """
    known = (settings or PartnerSettings()).databases or {}
    if source.database not in known:
        raise UserError(
            f"no address is known for the partner's database {source.database!r}",
            where="HOMEGROUND_PARTNER_DATABASES",
            hint='set it to {"' + source.database + '": "postgresql://user:password@host/name"}.',
        )
    data = _rows_as_csv(source, known[source.database].get_secret_value())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / source.file_name
    if path.is_file() and path.read_bytes() == data:
        return path, False
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
    return path, True


def _rows_as_csv(source: DatabaseSource, address: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    count = 0
    try:
        with db.read_elsewhere(address, source.database, timeout_s=source.timeout_s) as connection:
            result = connection.execute(text(source.statement), dict(source.parameters))
            writer.writerow(result.keys())
            for batch in result.partitions(_BATCH):
                count += len(batch)
                if count > source.most_rows:
                    raise FeedError(
                        f"the query gives more than {source.most_rows:,} rows",
                        where=source.database,
                        hint="narrow it, or raise source.most_rows in the catalogue.",
                    )
                writer.writerows([_as_text(v) for v in row] for row in batch)
    except SQLAlchemyError as error:
        code = getattr(getattr(error, "orig", None), "pgcode", None) or "unknown"
        what = "the query ran out of time" if code == "57014" else f"the query failed (SQLSTATE {code})"
        raise FeedError(what, where=source.database, hint="run it by hand against the partner's database.") from None
    return buffer.getvalue().encode()


def _as_text(value: object) -> str:
    """A value as PostgreSQL's own CSV would write it, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)

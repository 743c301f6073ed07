"""What a database holds, in a form that two databases or two moments can be compared by."""

from __future__ import annotations

from sqlalchemy import Connection, text

from core import db
from core.db import Role

_SCHEMAS = "('raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'counted')"
# numbers that count up and moments at which something was made: two runs with the same results differ in them
_OF_THE_RUN = (
    "'{run_id,started_at,finished_at,loaded_at,made_at,built_at,published_at,at,event_id,hash,previous_hash,delivery_id,release_id,"
    "valid_until,expires_at,built,created_at}'::TEXT[]"
)


def tables(connection: Connection) -> list[str]:
    found = connection.execute(
        text(f"SELECT oid::REGCLASS::TEXT FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_SCHEMAS} AND relkind = 'r'")
    )
    return sorted(str(row[0]) for row in found)


# which stored versions of its rows a table has: while that is the same, so is every row
_VERSIONS = (
    "SELECT {name}::REGCLASS::TEXT, pg_relation_filenode({name}::REGCLASS)::TEXT, count(*),"
    " sum(hashtidextended(ctid, xmin::TEXT::BIGINT)) FROM {table}"
)


class Contents:
    """Rows and a fingerprint of every table, read again only where its stored rows are others than when it was read last."""

    def __init__(self) -> None:
        self._read: dict[tuple[object, ...], tuple[object, ...]] = {}

    def now(self, *, exact: bool = True, without: tuple[str, ...] = ()) -> dict[str, tuple[object, ...]]:
        """exact: to the last column; else without what one run of the same has unlike another.

        Rows of analysis.run that note whole runs (core.provenance.noted_run) are left out: they are there to differ.
        """
        with db.transaction(Role.OWNER) as connection:
            names = [t for t in tables(connection) if t not in without]
            versions = " UNION ALL ".join(_VERSIONS.format(name=f"'{t}'", table=t) for t in names)
            marked = {str(row[0]): (*row, exact) for row in connection.execute(text(versions))}
            for table in names:
                if marked[table] not in self._read:
                    self._read[marked[table]] = _rows(connection, table, exact)
            return {table: self._read[marked[table]] for table in names}


def _rows(connection: Connection, table: str, exact: bool) -> tuple[object, ...]:
    # a sum of hashes of rows is the same in whatever order they come; to sort them takes longest
    row = "t::TEXT" if exact else f"(to_jsonb(t) - {_OF_THE_RUN})::TEXT"
    noted = "WHERE stage NOT LIKE 'run:%'" if table == "analysis.run" else ""
    hashed = ", ".join(f"sum(hashtextextended({row}, {seed})::NUMERIC)" for seed in (1, 2))
    return tuple(connection.execute(text(f"SELECT count(*), {hashed} FROM {table} AS t {noted}")).one())


def contents(*, exact: bool = True, without: tuple[str, ...] = ()) -> dict[str, tuple[object, ...]]:
    """Rows and a fingerprint of every table, once."""
    return Contents().now(exact=exact, without=without)

"""What a database holds, in a form that two databases or two moments can be compared by."""

from __future__ import annotations

from sqlalchemy import text

from core import db
from core.db import Role

_SCHEMAS = "('raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'counted')"
# numbers that count up and moments at which something was made: two runs with the same results differ in them
_OF_THE_RUN = (
    "'{run_id,started_at,finished_at,loaded_at,made_at,built_at,published_at,at,event_id,hash,previous_hash,delivery_id,release_id,"
    "valid_until,expires_at,built,created_at}'::TEXT[]"
)


def tables() -> list[str]:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(
            text(f"SELECT oid::REGCLASS::TEXT FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_SCHEMAS} AND relkind = 'r'")
        )
        return sorted(str(row[0]) for row in found)


def contents(*, exact: bool = True, without: tuple[str, ...] = ()) -> dict[str, tuple[object, ...]]:
    """Rows and a fingerprint of every table. exact: to the last column; else without what one run of the same has unlike another.

    Rows of analysis.run that note whole runs (core.provenance.noted_run) are left out: they are there to differ.
    """
    found = {}
    with db.transaction(Role.OWNER) as connection:
        for table in tables():
            if table in without:
                continue
            row = "t::TEXT" if exact else f"(to_jsonb(t) - {_OF_THE_RUN})::TEXT"
            noted = "WHERE stage NOT LIKE 'run:%'" if table == "analysis.run" else ""
            query = f"SELECT count(*), md5(string_agg({row}, '|' ORDER BY {row})) FROM {table} AS t {noted}"
            found[table] = tuple(connection.execute(text(query)).one())
    return found

"""What each database credential can and cannot do, tried on every table there is."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import db
from core.audit import first_broken_link, record_event
from core.db import Role
from core.paths import SQL_ROOT

pytestmark = pytest.mark.database


def every_relation() -> list[tuple[str, str]]:
    with db.transaction(Role.OWNER) as connection:
        rows = connection.execute(
            text(
                "SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
            )
        )
        return [(r.nspname, r.relname) for r in rows]


def can(role: Role, statement: str) -> bool:
    try:
        with db.transaction(role, districts="*" if role is Role.PROFESSIONAL else None) as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        assert "permission denied" in str(error.orig), error
        return False
    return True


@pytest.fixture
def with_a_partition(database: str) -> str:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("SELECT record.ensure_month('2025-01-01')"))
    return database


def test_the_community_credential_reads_published_and_nothing_else(with_a_partition: str) -> None:
    relations = every_relation()
    assert {"raw", "place", "record", "analysis", "published", "audit", "public"} <= {schema for schema, _ in relations}
    readable = {(s, t) for s, t in relations if can(Role.COMMUNITY, f'SELECT * FROM "{s}"."{t}" LIMIT 1')}
    # answers to what residents asked are public as the figures are; what was asked is not
    assert {schema for schema, _ in readable} == {"published", "answered"}
    assert readable == {(s, t) for s, t in relations if s in ("published", "answered")}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO published.postcode VALUES ('A', 'A', 'A')",
        "DELETE FROM published.value",
        "UPDATE published.release SET status = 'withdrawn'",
        "CREATE TABLE published.mine (a INTEGER)",
        "CREATE TABLE public.mine (a INTEGER)",
        "SELECT audit.record('a', 'b', 'c', '{}')",
        "SELECT record.ensure_month('2025-01-01')",
    ],
)
def test_the_community_credential_writes_nothing(database: str, statement: str) -> None:
    assert not can(Role.COMMUNITY, statement)


def test_the_professional_credential_reads_no_record_and_no_single_location(with_a_partition: str) -> None:
    readable = {(s, t) for s, t in every_relation() if can(Role.PROFESSIONAL, f'SELECT * FROM "{s}"."{t}" LIMIT 1')}
    assert {s for s, _ in readable} <= {"analysis", "answered", "person", "place", "problem", "published", "public", "steward"}
    # of which row-level security shows each person their own rows
    assert {t for s, t in readable if s == "person"} == {
        "brief_batch",
        "brief_file",
        "brief_words",
        "dashboard",
        "dashboard_copy",
        "patch",
        "setting",
    }
    assert ("place", "location_place") not in readable
    assert ("analysis", "hotspot") in readable


def test_the_pipeline_cannot_change_what_was_published(database: str) -> None:
    assert not can(Role.PIPELINE, "UPDATE published.value SET count = 0")
    assert not can(Role.PIPELINE, "DELETE FROM published.value")
    assert not can(Role.PIPELINE, "DELETE FROM published.release")
    assert not can(Role.PIPELINE, "UPDATE published.release SET certificate = '{}'")
    assert can(Role.PIPELINE, "UPDATE published.release SET status = 'withdrawn'")


def test_a_professional_sees_only_their_own_districts(database: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(
            text(
                "INSERT INTO analysis.count_month (geography, edition, code, lad_code, category, month, incidents) VALUES"
                " ('lsoa', '2021', 'E01', 'D1', 'Burglary', '2025-01-01', 3), ('lsoa', '2021', 'E02', 'D2', 'Burglary', '2025-01-01', 4)"
            )
        )

    def seen(districts: str | None) -> set[str]:
        with db.transaction(Role.PROFESSIONAL, districts=districts) as connection:
            return {r.lad_code for r in connection.execute(text("SELECT lad_code FROM analysis.count_month"))}

    assert seen("D1") == {"D1"}
    assert seen("D1,D2") == {"D1", "D2"}
    assert seen("*") == {"D1", "D2"}
    assert seen("") == set()
    assert seen(None) == set()
    assert seen("D") == set()


def test_a_new_table_of_districts_is_guarded_by_default(database: str) -> None:
    """Every table of the analysis that has a lad_code is read through it; those that are not, are named in sql/grants.sql."""
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("CREATE TABLE analysis.of_tomorrow (lad_code TEXT NOT NULL, figure INTEGER NOT NULL)"))
        db.run_script(connection, (SQL_ROOT / "grants.sql").read_text(encoding="utf-8"))
        open_to_all = connection.execute(
            text(
                "SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON c.oid = a.attrelid WHERE a.attname = 'lad_code'"
                " AND c.relnamespace = 'analysis'::REGNAMESPACE AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity"
            )
        ).scalars()
        assert list(open_to_all) == []
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("INSERT INTO analysis.of_tomorrow VALUES ('D1', 1), ('D2', 2)"))
    with db.transaction(Role.PROFESSIONAL, districts="D2") as connection:
        assert connection.execute(text("SELECT figure FROM analysis.of_tomorrow")).scalars().all() == [2]


def test_the_audit_trail_cannot_be_changed_and_shows_it_when_it_was(database: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        for n in range(5):
            record_event(connection, actor="tester", action="try", subject=str(n), detail={"n": n})
        assert first_broken_link(connection) is None
    for statement in ("UPDATE audit.event SET actor = 'x'", "DELETE FROM audit.event", "TRUNCATE audit.event"):
        with pytest.raises(DBAPIError, match="append-only"), db.transaction(Role.OWNER) as connection:
            connection.execute(text(statement))
        assert not can(Role.PIPELINE, statement)
    with db.transaction(Role.OWNER) as connection:
        # somebody with the server in their hands can switch the trigger off; the chain then shows where
        connection.execute(text("ALTER TABLE audit.event DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE audit.event SET subject = 'altered' WHERE event_id = 3"))
        assert first_broken_link(connection) == 3


def test_a_removed_event_breaks_the_chain(database: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        for n in range(4):
            record_event(connection, actor="tester", action="try", subject=str(n))
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("ALTER TABLE audit.event DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM audit.event WHERE event_id = 2"))
        assert first_broken_link(connection) == 3

"""What a credential of ours can take from the others: connections, disk, locks; and what it learns of tables that it may not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg2
import pytest
from sqlalchemy import text

from core import db, migrate
from core.audit import record_event
from core.db import Role
from core.errors import DatabaseUnavailable, UserError
from tests.builders.shared_server import LIMITS
from tests.security.conftest import ATTACKERS, Attacker, attacking

pytestmark = pytest.mark.database

READERS = (Role.PROFESSIONAL, Role.COMMUNITY)
LIMIT = 6
# an account that is no superuser may not take from everybody what PostgreSQL gives everybody (docs/security.md)
CLOSED = ("private", "superuser")


@pytest.fixture
def few_connections(attacked: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for limit in LIMITS:
            patch.setenv(limit, str(LIMIT))
        db.dispose_engines()
        migrate.prepare()
        yield
    migrate.prepare()


@pytest.mark.parametrize("role", ATTACKERS)
def test_a_role_that_takes_every_connection_locks_nobody_else_out(attacked: str, few_connections: None, role: Role) -> None:
    with ExitStack() as ends:
        taken = 0
        with pytest.raises(psycopg2.OperationalError, match="too many connections for role"):
            while taken < 300:
                ends.enter_context(attacking(role))
                taken += 1
        assert taken <= LIMIT
        with pytest.raises(DatabaseUnavailable, match=r"raise HOMEGROUND_LIMIT_\.\.\._CONNECTIONS"), db.transaction(role):
            pass
        for other in set(ATTACKERS) - {role}:
            with attacking(other) as still:
                assert still.run("SELECT 1") == [(1,)]
        migrate.prepare()


def test_more_connections_than_the_server_has_are_refused(attacked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("HOMEGROUND_LIMIT_COMMUNITY_CONNECTIONS", "5000")
        with pytest.raises(UserError, match=r"may take 5\d\d\d connections together"):
            migrate.prepare()


@pytest.mark.slow
@pytest.mark.parametrize("role", READERS)
def test_a_statement_a_wait_and_an_idle_transaction_have_an_end(attacked: str, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("HOMEGROUND_LIMIT_STATEMENT_S", "2")
        patch.setenv("HOMEGROUND_LIMIT_LOCK_S", "1")
        patch.setenv("HOMEGROUND_LIMIT_IDLE_S", "1")
        migrate.prepare()
    db.dispose_engines()
    try:
        with attacking(role) as idle:
            # its second passes while the others wait for theirs, which takes three
            idle.run("BEGIN")
            with pytest.raises(DatabaseUnavailable, match="the database is busy"), db.transaction(role) as connection:
                connection.execute(text("SELECT pg_sleep(20)"))
            with attacking(Role.OWNER) as owner, attacking(role) as waiting:
                owner.run("BEGIN; LOCK TABLE published.release IN ACCESS EXCLUSIVE MODE")
                assert "lock timeout" in waiting.tried("SELECT * FROM published.release")
            assert "idle-in-transaction timeout" in idle.tried("SELECT 1") or idle.gone
    finally:
        migrate.prepare()
        db.dispose_engines()


@pytest.mark.parametrize("role", ATTACKERS)
def test_no_large_object_fills_the_disk(attacked: str, role: Role) -> None:
    with attacking(role) as attacker:
        said = [
            attacker.tried(statement)
            for statement in (
                "SELECT lo_from_bytea(0, convert_to(repeat('x', 1000), 'UTF8'))",
                "SELECT lo_creat(-1)",
                "SELECT lo_create(0)",
                "SELECT lo_put(1, 0, 'x')",
            )
        ]
        count = attacker.run("SELECT count(*) FROM pg_largeobject_metadata")[0][0]
    if attacked in CLOSED:
        assert all("permission denied" in words for words in said), said
        assert count == 0


@pytest.mark.parametrize("role", READERS)
def test_no_lock_of_a_reader_holds_up_the_audit_trail_or_a_load(attacked: str, role: Role) -> None:
    with attacking(role) as attacker:
        # the keys that functions and migrations once waited for
        said = [attacker.tried(f"SELECT pg_advisory_lock({key})") for key in (7305810, 7305811, 7305812)]
        if attacked in CLOSED:
            assert all("permission denied" in words for words in said)
        assert "permission denied" in attacker.tried("SELECT * FROM audit.head FOR UPDATE")
        assert "permission denied" in attacker.tried("BEGIN; LOCK TABLE audit.head IN ACCESS SHARE MODE")
        attacker.tried("ROLLBACK")
        assert "permission denied" in attacker.tried("BEGIN; LOCK TABLE audit.event IN SHARE MODE")
        with db.transaction(Role.PIPELINE) as connection:
            connection.execute(text("SET LOCAL statement_timeout = '5s'"))
            assert record_event(connection, actor="x", action="try", subject="held up") > 0
            connection.execute(text("SELECT record.ensure_month('2033-03-01')"))
        migrate.prepare()


def test_the_pipelines_own_locks_still_work(attacked: str) -> None:
    with attacking(Role.PIPELINE) as attacker:
        assert attacker.run("SELECT pg_try_advisory_lock(1)") == [(True,)]


def test_two_loads_make_the_same_month(attacked: str) -> None:
    """The second waits for the first, whose advisory lock it once waited for."""
    with attacking(Role.PIPELINE) as first, attacking(Role.PIPELINE) as second:
        first.run("BEGIN; SELECT record.ensure_month('2034-04-01')")
        assert "lock timeout" in second.tried("SET lock_timeout = '200ms'; SELECT record.ensure_month('2034-04-01')")
        first.run("COMMIT")
        assert not second.tried("SELECT record.ensure_month('2034-04-01')")


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT reltuples FROM pg_class WHERE relname = 'incident_2035_05'",
        "SELECT relpages FROM pg_class WHERE relname = 'incident_2035_05'",
        "SELECT * FROM pg_class",
        "SELECT c FROM pg_class AS c",
        "SELECT n_live_tup FROM pg_stat_all_tables WHERE relname = 'incident_2035_05'",
        "SELECT n_tup_ins FROM pg_stat_user_tables",
        "SELECT n_tup_ins FROM pg_stat_xact_all_tables",
        "SELECT * FROM pg_statio_all_tables",
        "SELECT pg_stat_get_live_tuples('record.incident_2035_05'::REGCLASS)",
        "SELECT pg_stat_get_tuples_inserted('record.incident_2035_05'::REGCLASS::OID)",
        "SELECT pg_relation_size(c.oid) FROM pg_class AS c WHERE c.relname = 'incident_2035_05'",
        "SELECT pg_total_relation_size(c.oid) FROM pg_class AS c WHERE c.relname = 'incident_2035_05'",
        "SELECT pg_database_size(current_database())",
        "SELECT tup_inserted FROM pg_stat_database",
        "SELECT * FROM pg_statistic",
        "SELECT count(*) FROM record.incident_2035_05",
        "EXPLAIN SELECT * FROM record.incident_2035_05",
    ],
)
def test_no_catalogue_tells_how_many_rows_a_closed_table_has(attacked: str, a_month: None, role: Role, statement: str) -> None:
    if attacked not in CLOSED and "record.incident" not in statement.rpartition("FROM")[2] and "pg_statistic" not in statement:
        pytest.skip("an account that is no superuser cannot close the catalogue; docs/security.md says so")
    with attacking(role) as attacker:
        said = attacker.tried(statement)
        assert "permission denied" in said, said


@pytest.fixture(scope="module")
def a_month(attacked: str) -> None:
    """A month of 1,234 records whose number the planner knows."""
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("SELECT record.ensure_month('2035-05-01')"))
        connection.execute(
            text(
                "INSERT INTO record.incident (delivery_id, line, month, category)"
                " SELECT 1, n, '2035-05-01', 'Robbery' FROM generate_series(1, 1234) AS n"
            )
        )
        connection.execute(text("SELECT record.refresh_statistics('record')"))
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT reltuples FROM pg_class WHERE relname = 'incident_2035_05'"
        assert connection.execute(text(query)).scalar_one() == 1234


@pytest.mark.parametrize("role", READERS)
def test_statistics_of_columns_are_those_of_tables_one_may_read(attacked: str, a_month: None, role: Role) -> None:
    with attacking(role) as attacker:
        found = {row[0] for row in attacker.run("SELECT DISTINCT schemaname FROM pg_stats")}
    assert found <= {"pg_catalog", "information_schema", "published", "place", "public"}


@pytest.mark.parametrize("role", READERS)
def test_what_programmes_ask_of_the_catalogue_is_still_answered(attacked: str, role: Role) -> None:
    """Reflection, the search for a table, the driver's types, PostGIS: with the columns that are left."""
    from sqlalchemy import MetaData, Table, inspect

    with db.transaction(role) as connection:
        inspector = inspect(connection)
        assert "value" in inspector.get_table_names(schema="published")
        table = Table("place", MetaData(), schema="published", autoload_with=connection)
        assert {"place_code", "geom"} & set(table.columns.keys()) == {"place_code", "geom"}
        assert connection.execute(text("SELECT count(*) FROM pg_class")).scalar_one() > 100
        assert connection.execute(text("SELECT to_regclass('published.value') IS NOT NULL")).scalar_one()
        assert connection.execute(text("SELECT st_astext(st_point(1, 2))")).scalar_one() == "POINT(1 2)"
        assert connection.execute(text("SELECT count(*) FROM pg_tables")).scalar_one() > 50
        assert connection.execute(text("SELECT count(*) FROM pg_stat_activity")).scalar_one() > 0


@pytest.mark.parametrize("role", ATTACKERS)
def test_what_a_role_changed_of_itself_is_put_right(attacked: str, role: Role) -> None:
    """PostgreSQL lets a role set its own password and defaults; the next migration sets them back, and the owner needs neither."""
    with attacking(role) as attacker:
        for statement in (
            "ALTER ROLE CURRENT_USER SET search_path = 'pg_temp'",
            "ALTER ROLE CURRENT_USER SET statement_timeout = 0",
            "ALTER ROLE CURRENT_USER PASSWORD 'taken-over'",
        ):
            attacker.tried(statement)
        assert "must be" in attacker.tried("ALTER ROLE CURRENT_USER CONNECTION LIMIT -1") or "denied" in attacker.tried(
            "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1"
        )
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        Attacker(role)
    migrate.prepare()
    with attacking(role) as again:
        assert again.run("SHOW search_path") == [('"$user", public',)]
        assert again.run("SHOW statement_timeout") == [("0" if role is Role.PIPELINE else "1min",)]


@pytest.mark.parametrize("role", READERS)
def test_temporary_files_of_a_reader_have_an_end(attacked: str, role: Role) -> None:
    with attacking(role) as attacker:
        if attacked in CLOSED:
            assert attacker.run("SHOW temp_file_limit") == [("512MB",)]
        assert "permission denied" in attacker.tried("SET temp_file_limit = -1")

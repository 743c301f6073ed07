"""Any SQL under a credential of ours stays under that credential: no function lends it the rights of who made it, and no object of a
session stands in for one of the server's."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db, migrate
from core.db import Role
from core.db.credentials import url_for
from core.errors import UserError
from core.settings import LimitSettings
from tests.builders.shared_server import statement_of_the_server
from tests.security.conftest import ATTACKERS, OURS, Attacker, attacking, server_of

pytestmark = pytest.mark.database

# what the functions' own texts name, each of which a session may try to put an object of its own before
_TYPES = ("text", "int4", "int8", "float8", "date", "timestamptz", "bool", "jsonb", "interval", "regclass", "regnamespace", "uuid")
_TABLES = (
    "pg_class", "event", "incident", "risk_model", "risk_model_decision", "count_month", "question", "rule", "ended", "proposal",
    "verdict", "outcome", "candidate", "task", "release", "withdrawal", "file", "writing", "plan", "response", "commitment", "kept",
    "result", "category", "category_group", "place", "area_parent", "value", "dashboard",
)  # fmt: skip


def plant(attacker: Attacker) -> None:
    """Types and tables of the session by names that a function may use, with a check that tells whose rights it ran with."""
    for kind in _TYPES:
        attacker.tried(
            f"CREATE FUNCTION pg_temp.evil(v pg_catalog.{kind}) RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$ BEGIN"
            " IF current_user <> session_user THEN RAISE EXCEPTION 'RAN AS % (superuser: %), incidents read: %', current_user,"
            " (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user), (SELECT count(*) FROM record.incident); END IF;"
            " RETURN TRUE; END $$"
        )
        attacker.tried(f"CREATE DOMAIN pg_temp.{kind} AS pg_catalog.{kind} CHECK (pg_temp.evil(value))")
    for table in _TABLES:
        attacker.tried(
            f"CREATE TEMP VIEW {table} AS SELECT pg_temp.evil('x'::pg_catalog.text) AS relname, * FROM pg_catalog.pg_class"
        )


def calls_of(role: Role) -> list[str]:
    """A call of each function that runs with its owner's rights and that the role may call."""
    with db.transaction(Role.OWNER) as connection:
        rows = connection.execute(
            text(
                "SELECT p.oid::REGPROC::TEXT AS name, coalesce(array_agg(t.typname::TEXT ORDER BY a.n)"
                " FILTER (WHERE a.type IS NOT NULL), '{}') AS types FROM pg_proc AS p"
                " LEFT JOIN LATERAL unnest(p.proargtypes) WITH ORDINALITY AS a (type, n) ON TRUE"
                " LEFT JOIN pg_type AS t ON t.oid = a.type"
                " WHERE p.prosecdef AND has_function_privilege(:role, p.oid, 'EXECUTE') GROUP BY p.oid"
            ),
            {"role": role.value},
        ).all()
    # a function with an argument of another kind ends this test, so that it is thought of here
    given = {"text": "'record'", "jsonb": "'{}'", "date": "'2031-01-01'", "int4": "1", "int8": "1", "float8": "1", "bool": "TRUE"}
    return [f"SELECT {r.name}({', '.join(f'{given[t]}::pg_catalog.{t}' for t in r.types)})" for r in rows]


@pytest.mark.parametrize("role", ATTACKERS)
def test_no_object_of_a_session_runs_with_the_rights_of_another(attacked: str, role: Role) -> None:
    with attacking(role) as attacker:
        plant(attacker)
        # the professional role writes events of this person alone
        attacker.run("SET homeground.person = 'record'")
        said = {call: attacker.tried(call) for call in calls_of(role)}
        said["by schema"] = attacker.tried("SELECT audit.record('x', 'x', 'x', '{}')")
        # the functions that run with their owner's rights for the role that takes questions in: triggers
        said["by trigger"] = attacker.tried(
            "INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, words)"
            " VALUES ('0000-0000', repeat('0', 64), 'question', 'lsoa', 'x', 'why is it so')"
        )
        said["by address"] = attacker.tried(
            "INSERT INTO asked.alert (address, geography, place_code, language) VALUES ('a@place.example', 'lsoa', 'x', 'en')"
        )
        said["by link"] = attacker.tried("INSERT INTO asked.alert_step (step, token) VALUES ('confirm', 'x')")
    assert {call: words for call, words in said.items() if "RAN AS" in words} == {}
    # the attack was tried at all: the functions that the role may call ran to their end
    if role is Role.QUESTIONS:
        assert "no such place was published" in said["by trigger"]
        assert "no such place was published" in said["by address"]
        assert "that link leads nowhere" in said["by link"]
    elif role is not Role.COMMUNITY:
        assert [call for call, words in said.items() if not words], said


@pytest.mark.parametrize("role", ATTACKERS)
def test_no_program_of_the_server_is_run_and_no_file_of_it_read(attacked: str, role: Role) -> None:
    with attacking(role) as attacker:
        for statement in (
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "COPY (SELECT 1) TO '/tmp/homeground-written'",
            "SELECT pg_read_file('PG_VERSION')",
            "SET ROLE homeground_keeper",
            "SET ROLE homeground_owner",
            "SET SESSION AUTHORIZATION homeground_owner",
            "CREATE EXTENSION dblink",
            "CREATE LANGUAGE plperlu",
            "ALTER ROLE CURRENT_USER SUPERUSER",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION public.evil() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'",
        ):
            assert attacker.tried(statement), statement


def test_a_session_of_a_reader_makes_no_temporary_object(attacked: str) -> None:
    for role in (Role.PROFESSIONAL, Role.COMMUNITY, Role.QUESTIONS):
        with attacking(role) as attacker:
            assert "permission denied to create temporary tables" in attacker.tried("CREATE TEMP TABLE mine (a INTEGER)")
            assert attacker.tried("CREATE FUNCTION pg_temp.mine() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'")
    with attacking(Role.PIPELINE) as attacker:
        assert not attacker.tried("CREATE TEMP TABLE mine (a INTEGER)")


def test_every_function_looks_in_the_session_last(attacked: str) -> None:
    """Of those that run with their owner's rights and that we may call, and of those that run as triggers of our tables."""
    with db.transaction(Role.OWNER) as connection:
        rows = connection.execute(
            text(
                "SELECT p.proname, n.nspname, p.prosecdef,"
                " (SELECT split_part(c, '=', 2) FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%') AS path"
                " FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
                " WHERE (p.prosecdef AND EXISTS"
                " (SELECT FROM unnest(cast(:roles AS TEXT[])) AS role WHERE has_function_privilege(role, p.oid, 'EXECUTE')))"
                " OR (p.prorettype = 'trigger'::REGTYPE AND n.nspname = ANY (:ours))"
            ),
            {"roles": [role.value for role in ATTACKERS], "ours": list(OURS)},
        ).all()
    assert {r.nspname for r in rows if r.prosecdef} >= {"audit", "record", "analysis"}
    found = {r.proname for r in rows if not (r.path or "").endswith(", pg_temp")}
    # PostGIS's own, in compiled code without a query; an account that is no superuser cannot close it
    assert found == ({"st_estimatedextent"} if attacked == "operator" else set())


def not_the_keepers() -> list[tuple[str, str, str]]:
    """What of ours somebody else owns: kind, name, owner."""
    with db.transaction(Role.OWNER) as connection:
        owners = connection.execute(
            text(
                "WITH ours AS (SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = ANY (:ours)), owned AS ("
                " SELECT 'schema' AS kind, nspname::TEXT AS name, nspowner AS owner FROM ours"
                " UNION ALL SELECT 'table', c.oid::REGCLASS::TEXT, c.relowner FROM pg_class AS c JOIN ours ON ours.oid = c.relnamespace"
                " UNION ALL SELECT 'function', p.oid::REGPROCEDURE::TEXT, p.proowner"
                " FROM pg_proc AS p JOIN ours ON ours.oid = p.pronamespace"
                " UNION ALL SELECT 'type', t.oid::REGTYPE::TEXT, t.typowner FROM pg_type AS t JOIN ours ON ours.oid = t.typnamespace"
                " UNION ALL SELECT 'table', relname::TEXT, relowner FROM pg_class WHERE relname = 'homeground_migration')"
                " SELECT kind, name, owner::REGROLE::TEXT AS owner FROM owned"
            ),
            {"ours": list(OURS)},
        ).all()
    assert len(owners) > 200
    return [(o.kind, o.name, o.owner) for o in owners if o.owner != "homeground_keeper"]


def test_what_is_ours_belongs_to_a_role_that_is_no_superuser_and_cannot_log_in(attacked: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        role = connection.execute(text("SELECT * FROM pg_roles WHERE rolname = 'homeground_keeper'")).one()
        assert not (role.rolsuper or role.rolcreaterole or role.rolcreatedb or role.rolcanlogin or role.rolbypassrls)
        # nobody but whoever migrates is a member of it
        members = connection.execute(
            text("SELECT member::REGROLE::TEXT FROM pg_auth_members WHERE roleid = 'homeground_keeper'::REGROLE")
        ).scalars()
        assert set(members) <= {"operator"}
    assert not_the_keepers() == []


def test_a_database_from_before_there_was_a_keeper_is_handed_over(attacked: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("REASSIGN OWNED BY homeground_keeper TO CURRENT_USER"))
    assert len(not_the_keepers()) > 200
    assert migrate.prepare() == []
    assert not_the_keepers() == []


@pytest.mark.parametrize("right", ["BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION", "SUPERUSER"])
def test_a_role_that_is_too_strong_is_refused(attacked: str, own_server: Path, right: str) -> None:
    """A credential that somebody gave such a right would pass every other guard."""
    statement_of_the_server(server_of(own_server), f"ALTER ROLE homeground_community {right}")
    try:
        with pytest.raises(UserError, match="homeground_community has more rights than it may have"):
            migrate.prepare()
    finally:
        statement_of_the_server(server_of(own_server), f"ALTER ROLE homeground_community NO{right}")
    migrate.prepare()


def test_a_role_that_is_a_member_of_another_is_refused(attacked: str, own_server: Path) -> None:
    statement_of_the_server(server_of(own_server), "GRANT homeground_keeper TO homeground_professional")
    try:
        with pytest.raises(UserError, match="homeground_professional has more rights than it may have"):
            migrate.prepare()
    finally:
        statement_of_the_server(server_of(own_server), "REVOKE homeground_keeper FROM homeground_professional")


def test_a_role_that_cannot_be_set_shows_no_password(attacked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver's error holds its statement, and that the password."""
    refused_by_the_server = LimitSettings.model_construct(**{**LimitSettings().model_dump(), "community_connections": -5})
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "LimitSettings", lambda: refused_by_the_server)
        with pytest.raises(UserError, match=r"homeground_community cannot be set .*invalid connection limit") as refused:
            migrate.prepare()
    shown = "".join(traceback.format_exception(refused.value))
    for role in ATTACKERS:
        assert str(url_for(role).password) not in shown


def test_an_account_that_may_not_make_roles_is_told_so(attacked: str, own_server: Path) -> None:
    if attacked != "operator":
        pytest.skip("a superuser may make every role")
    statement_of_the_server(server_of(own_server), "ALTER ROLE operator NOCREATEROLE")
    try:
        with pytest.raises(UserError, match="may not make roles"):
            migrate.prepare()
    finally:
        statement_of_the_server(server_of(own_server), "ALTER ROLE operator CREATEROLE")

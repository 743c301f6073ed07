"""Two counties and a hub on one server of their own: who enters which database with which rights, and the way from releases to one portal."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg2
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from core import db, local_postgis, migrate
from core.db import Role, parse_url
from core.db.credentials import url_for
from core.errors import DatabaseUnavailable, UserError
from core.settings import DatabaseSettings
from homeground.group.environment import environment_of, environment_of_owner
from homeground.group.file import ROLES, Group, Member, load_group
from homeground.group.prepare import prepare
from homeground.group.run import Outcome, hand_over
from homeground.group.server import make_databases
from published.release import current_release
from tests.builders import release_county
from tests.builders.crates.neighbours import CODES, NAMES, WHOLE
from tests.builders.release_county import PERIOD, fill_county
from tests.builders.shared_server import LIMITS, statement_of_the_server
from tests.conftest import Command

pytestmark = pytest.mark.database

_FILE = f'[group]\ncode = "{WHOLE}"\nname = "Two counties"\n' + "".join(
    f'[[force]]\nslug = "{name.lower()}"\nname = "{name} Police"\ncode = "{code}"\nsynthetic = true\n'
    for name, code in list(zip(NAMES, CODES, strict=True))[:2]
)
_QUICK = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"


@dataclass(frozen=True)
class Prepared:
    """A server with a group. said: what preparing it said."""

    file: Path
    group: Group
    settings: DatabaseSettings
    said: list[str]


@pytest.fixture(scope="module")
def prepared(cluster: DatabaseSettings) -> Iterator[Prepared]:
    folder = Path(tempfile.mkdtemp(prefix="hg-group-"))
    folder.chmod(0o755)
    file = folder / "group.toml"
    file.write_text(_FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        db.dispose_engines()
        for name in (*LIMITS, "HOMEGROUND_DATABASE_NAME"):
            patch.delenv(name, raising=False)
        patch.setenv("HOMEGROUND_STATE_DIR", str(folder / "op"))
        settings = DatabaseSettings()
        made = local_postgis.up(settings)
        local_postgis.down(settings)
        with (made.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
            handle.write(_QUICK)
        said: list[str] = []
        try:
            group = load_group(file, settings.state_dir)
            prepare(group, settings, say=said.append)
            yield Prepared(file, group, settings, said)
        finally:
            db.dispose_engines()
            local_postgis.down(settings)
            shutil.rmtree(folder, ignore_errors=True)
    db.dispose_engines()


def entered(member: Member, role: Role, database: str | None = None) -> Any:
    """A session of a login, in its own database or in another, each statement by itself."""
    address = parse_url(environment_of(member, role, {})[f"HOMEGROUND_{role.name}_URL"])
    session = psycopg2.connect(
        user=address.username, password=address.password, dbname=database or address.database, host=address.query["host"],
        port=address.query["port"], connect_timeout=60,
    )  # fmt: skip
    session.autocommit = True
    return session


@contextmanager
def session_of(member: Member, role: Role) -> Iterator[Any]:
    session = entered(member, role)
    try:
        yield session.cursor()
    finally:
        session.close()


def refused(cursor: Any, statement: str) -> str:
    """What the server said against a statement; '' where it did as it was told."""
    try:
        cursor.execute(statement)
    except psycopg2.Error as error:
        return str(error)
    return ""


@contextmanager
def environment(named: dict[str, str]) -> Iterator[None]:
    """The code under test has these settings and no other."""
    with pytest.MonkeyPatch.context() as patch:
        db.dispose_engines()
        for name in [n for n in os.environ if n.startswith("HOMEGROUND_")]:
            patch.delenv(name)
        for name, value in named.items():
            if name.startswith("HOMEGROUND_"):
                patch.setenv(name, value)
        try:
            yield
        finally:
            db.dispose_engines()


def test_each_login_enters_its_own_database_and_no_other(prepared: Prepared) -> None:
    databases = [*(m.database for m in prepared.group.members), "postgres", "template1"]
    for member in prepared.group.members:
        for role in ROLES:
            for database in databases:
                if database == member.database:
                    entered(member, role).close()
                    continue
                with pytest.raises(psycopg2.OperationalError, match="User does not have CONNECT privilege"):
                    entered(member, role, database)


def test_nobody_logs_in_as_the_roles_that_own_the_rights(prepared: Prepared) -> None:
    """Not with a password that a session of a force gave such a role either."""
    north = prepared.group.forces[0]
    with session_of(north, Role.PIPELINE) as cursor:
        assert refused(cursor, "ALTER ROLE homeground_pipeline PASSWORD 'known'") == ""
    address = parse_url(environment_of(north, Role.PIPELINE, {})["HOMEGROUND_PIPELINE_URL"])
    for role in ROLES:
        for member in prepared.group.members:
            with pytest.raises(psycopg2.OperationalError, match=r"not permitted to log in|password authentication failed"):
                psycopg2.connect(user=role.value, password="known", dbname=member.database, host=address.query["host"], port=5432)


_RIGHTS = (
    "SELECT n.nspname || '.' || c.relname, p FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p"
    " WHERE c.relkind IN ('r', 'p', 'v') AND has_table_privilege({role}, c.oid, p)"
    " UNION ALL SELECT n.nspname || '.' || f.proname || '(' || f.pronargs || ')', 'EXECUTE' FROM pg_proc AS f"
    " JOIN pg_namespace AS n ON n.oid = f.pronamespace WHERE has_function_privilege({role}, f.oid, 'EXECUTE')"
    " UNION ALL SELECT s.nspname, p FROM pg_namespace AS s CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS p"
    " WHERE has_schema_privilege({role}, s.oid, p)"
    " UNION ALL SELECT 'temporary objects', 'TEMPORARY' WHERE has_database_privilege({role}, current_database(), 'TEMPORARY')"
)


@pytest.fixture(scope="module")
def of_one_force(cluster: DatabaseSettings, make_database: Callable[..., str]) -> dict[Role, list[tuple[str, str]]]:
    """The rights of each role in an installation of one force."""
    address = url_for(Role.OWNER, cluster).set(database=make_database("of_one_force"))
    server = create_engine(address, poolclass=NullPool)
    with server.connect() as connection:
        return {
            role: sorted(tuple(r) for r in connection.exec_driver_sql(_RIGHTS.format(role=f"'{role.value}'").replace("%", "%%")))
            for role in ROLES
        }


@pytest.mark.parametrize("role", ROLES)
def test_in_its_own_database_a_login_has_the_rights_of_its_role(
    prepared: Prepared, of_one_force: dict[Role, list[tuple[str, str]]], role: Role
) -> None:
    for member in prepared.group.members:
        with session_of(member, role) as cursor:
            cursor.execute(
                "SELECT current_user, session_user, current_setting('statement_timeout'), current_setting('lock_timeout')"
            )
            limits = ("0", "0") if role is Role.PIPELINE else ("1min", "30s")
            assert cursor.fetchone() == (role.value, member.login(role), *limits)
            cursor.execute(_RIGHTS.format(role="current_user"))
            assert sorted(cursor.fetchall()) == of_one_force[role] and len(of_one_force[role]) > 1000
            # whatever a session lays down, it gets no other role, and by itself it has no right
            assert not refused(cursor, "RESET ROLE") and not refused(cursor, "DISCARD ALL")
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() in {(role.value,), (member.login(role),)}
            others = {
                "homeground_keeper",
                "homeground_owner",
                *(r.value for r in ROLES),
                *(m.login(role) for m in prepared.group.members),
            }
            for other in sorted(others - {role.value, member.login(role)}):
                assert "permission denied to set role" in refused(cursor, f"SET ROLE {other}")
            assert refused(cursor, "SET ROLE NONE") == ""
            assert "permission denied for schema" in refused(cursor, "SELECT count(*) FROM published.release")
            assert "permission denied" in refused(cursor, "CREATE TEMP TABLE mine (a INTEGER)")


def test_an_event_of_a_forces_professional_bears_the_person_of_its_session(prepared: Prepared) -> None:
    """The functions that ask who called know a login of a force for what it is."""
    north = prepared.group.forces[0]
    with session_of(north, Role.PROFESSIONAL) as cursor:
        assert "bears the person of its session" in refused(cursor, "SELECT audit.record('somebody', 'view', 'x', '{}')")
        assert refused(cursor, "SET homeground.person = 'me'; SELECT audit.record('me', 'view', 'x', '{}')") == ""
        assert "bears the person of its session" in refused(cursor, "SELECT audit.record('somebody', 'view', 'x', '{}')")
        paper = "SELECT asked.add_paper('me', '0000-0000', repeat('0', 64), 'question', 'lsoa', 'x', NULL, 'why')"
        assert "no such place for this person" in refused(cursor, paper)
    with session_of(north, Role.PIPELINE) as cursor:
        assert refused(cursor, "SELECT audit.record('command line', 'view', 'x', '{}')") == ""
        cursor.execute("SELECT DISTINCT credential FROM audit.event WHERE action = 'view' ORDER BY 1")
        assert cursor.fetchall() == [(north.login(Role.PIPELINE),), (north.login(Role.PROFESSIONAL),)]


def test_a_session_ends_none_of_another_force_and_reads_nothing_of_what_it_does(prepared: Prepared) -> None:
    north, mid = prepared.group.forces
    with session_of(mid, Role.PIPELINE) as theirs, session_of(north, Role.PIPELINE) as ours:
        theirs.execute("SELECT pg_backend_pid()")
        (number,) = theirs.fetchone()
        for reset in ("", "SET ROLE NONE; "):
            assert "must be a member of the role" in refused(ours, f"{reset}SELECT pg_terminate_backend({number})")
        ours.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [number])
        assert ours.fetchone() == ("<insufficient privilege>",)
        theirs.execute("SELECT 1")


def test_preparing_does_not_wait_for_ever_for_a_session_of_a_force(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles and databases are rows of the server, and an open transaction of any force may lock some of them."""
    north, mid = prepared.group.forces
    monkeypatch.setattr(migrate, "GROUP_WAITS", "200ms")
    for role, statement in (
        (Role.COMMUNITY, "ALTER ROLE homeground_community PASSWORD 'x'"),
        (Role.PIPELINE, f"GRANT TEMPORARY ON DATABASE {mid.database} TO {north.login(Role.PIPELINE)}"),
    ):
        with session_of(north, role) as cursor:
            assert refused(cursor, "BEGIN") == "" and refused(cursor, statement) == ""
            with pytest.raises(
                UserError, match=rf"keeps its transaction open; open are: {north.login(role)} in northshire, process \d+"
            ):
                make_databases(prepared.group, prepared.settings, say=lambda line: None)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("HOMEGROUND_DATABASE_NAME", mid.database)
                db.dispose_engines()
                with pytest.raises(DatabaseUnavailable, match="the database is busy"):
                    migrate.prepare()
                db.dispose_engines()


def test_a_force_that_the_file_no_longer_names_is_said(prepared: Prepared) -> None:
    said: list[str] = []
    group = replace(prepared.group, forces=prepared.group.forces[:1])
    make_databases(group, prepared.settings, say=said.append)
    (line,) = said
    assert "the file names no force of homeground_community_midshire, " in line and "may still enter the database midshire" in line


def test_an_installation_of_one_force_is_not_made_on_the_server_of_a_group(prepared: Prepared) -> None:
    statement_of_the_server(prepared.settings, "CREATE DATABASE of_one_force")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOMEGROUND_DATABASE_NAME", "of_one_force")
            db.dispose_engines()
            with pytest.raises(UserError, match="this server is that of a group of forces"):
                migrate.prepare()
            db.dispose_engines()
    finally:
        statement_of_the_server(prepared.settings, "DROP DATABASE of_one_force")


def test_a_group_is_not_made_on_the_server_of_an_installation(prepared: Prepared, tmp_path: Path) -> None:
    statement_of_the_server(prepared.settings, "CREATE DATABASE of_another")
    statement_of_the_server(prepared.settings, "GRANT CONNECT ON DATABASE of_another TO homeground_community")
    said: list[str] = []
    try:
        with pytest.raises(
            UserError, match=r"a group has a server to itself.*homeground_community may enter the database of_another"
        ):
            make_databases(prepared.group, prepared.settings, say=said.append)
    finally:
        statement_of_the_server(prepared.settings, "DROP DATABASE of_another")
    assert said == []


def test_the_server_is_not_started_anew_under_those_who_use_it(prepared: Prepared, tmp_path: Path) -> None:
    more = tmp_path / "group.toml"
    more.write_text(_FILE + '[[force]]\nslug = "southshire"\nname = "Southshire Police"\ncode = "E23900003"\n', encoding="utf-8")
    with session_of(prepared.group.forces[0], Role.PIPELINE) as cursor:
        with pytest.raises(UserError, match=r"room for 260 connections, and [1-9]\d* sessions are open"):
            make_databases(load_group(more, prepared.settings.state_dir), prepared.settings, say=lambda line: None)
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = 'southshire'")
        assert cursor.fetchone() == (0,)


def restored(member: Member, settings: DatabaseSettings, homeground: Command, file: Path) -> None:
    """The database of a force goes, and comes back from a backup, as docs/group.md says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEGROUND_DATABASE_NAME", member.database)
        assert homeground("db", "backup", str(file)).returncode == 0
        db.dispose_engines()
        statement_of_the_server(settings, f"DROP DATABASE {member.database}")
        statement_of_the_server(settings, f"CREATE DATABASE {member.database}")
        statement_of_the_server(settings, f"GRANT CONNECT ON DATABASE {member.database} TO homeground_group")
        done = homeground("db", "restore", str(file))
        assert done.returncode == 0 and "'homeground group as FORCE audit verify'" in done.stdout, done.stderr
        db.dispose_engines()


def kept(folder: Path) -> dict[str, bytes]:
    """Passwords, keys, addresses and whom the hub trusts, by file."""
    kinds = (".password", ".pem", ".env", ".toml")
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.suffix in kinds}


@pytest.mark.slow
def test_preparing_again_keeps_what_is_there_and_puts_right_what_was_changed(
    prepared: Prepared, homeground: Command, tmp_path: Path
) -> None:
    group, settings = prepared.group, prepared.settings
    north, mid = group.forces
    before = kept(settings.state_dir / "group")
    restored(mid, settings, homeground, tmp_path / "mid.dump")
    # a database that was made anew lets nobody in yet, and that is said of this force alone
    done = homeground("group", "status", str(prepared.file))
    assert done.returncode == 0 and "no files are loaded" in done.stdout and "the database does not answer" in done.stdout
    assert len(before) == 3 * 8 + 2 + 1 and prepared.said[0].startswith(
        "the server was started anew, with room for 200 connections"
    )
    for statement in (
        f"GRANT CONNECT ON DATABASE {mid.database} TO {north.login(Role.PIPELINE)}, homeground_community, public",
        f"ALTER ROLE {north.login(Role.PIPELINE)} INHERIT CONNECTION LIMIT -1 PASSWORD 'another'",
        f"ALTER ROLE {north.login(Role.COMMUNITY)} IN DATABASE {north.database} RESET role",
        "ALTER ROLE homeground_pipeline LOGIN",
    ):
        statement_of_the_server(settings, statement)
    said: list[str] = []
    prepare(group, settings, say=said.append)
    assert said == [*(f"{m.slug}: ready" for m in group.members)]
    assert kept(settings.state_dir / "group") == before
    test_each_login_enters_its_own_database_and_no_other(prepared)
    test_nobody_logs_in_as_the_roles_that_own_the_rights(prepared)
    for member in (north, mid):
        with session_of(member, Role.COMMUNITY) as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("homeground_community",)
    statement_of_the_server(settings, f"GRANT homeground_pipeline TO {north.login(Role.COMMUNITY)}")
    try:
        with pytest.raises(UserError, match=r"homeground_community_northshire has more rights than it may have"):
            prepare(group, settings, say=said.append)
    finally:
        statement_of_the_server(settings, f"REVOKE homeground_pipeline FROM {north.login(Role.COMMUNITY)}")


def publish_a_county(prepared: Prepared, number: int) -> None:
    """Rows of an invented county as the analysis leaves them, put there by the owner; a release of them by the force's own login."""
    member, plain = prepared.group.forces[number], release_county.lsoas()
    renamed = {c: plain[c].str.replace(r"99(?=\d{4}$)", str(50 + number), regex=True) for c in ("code", "msoa", "lad")}

    def lsoas() -> pd.DataFrame:
        return plain.assign(**renamed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release_county, "lsoas", lsoas)
        patch.setattr(release_county, "FORCE", CODES[number])
        with environment(environment_of_owner(member, prepared.settings)), db.transaction(Role.OWNER) as connection:
            fill_county(connection, seed=5 + number)
    with environment(environment_of(member, Role.PIPELINE)), db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        publish(connection, audit_release(candidate), candidate=candidate, actor="test")


@pytest.mark.slow
def test_forces_publish_and_one_hub_shows_them_while_a_force_that_fails_bars_no_other(
    prepared: Prepared, homeground: Command
) -> None:
    mid = prepared.group.forces[1]
    file = str(prepared.file)
    done = homeground("group", "status", file)
    assert done.stdout.count("no files are loaded") == 2
    publish_a_county(prepared, 0)
    # two side by side: one has nothing to hand over
    done = homeground("group", "run", file, "--crates-only", "--at-once", "2")
    assert done.returncode == 2
    assert "FAILED midshire: release export failed: no release is published, so there is no crate" in done.stdout
    assert "hub: took in northshire" in done.stdout and "1 of 2 forces failed" in done.stderr
    # a step that fails is quoted with what it said, and no later one is begun
    done = homeground("group", "run", file, "--only", "midshire")
    assert done.returncode == 2 and "midshire: analyse failed: " in done.stderr and "the region is not known yet" in done.stderr
    assert "northshire" not in done.stdout and "release publish" not in done.stdout
    publish_a_county(prepared, 1)
    done = homeground("group", "run", file, "--crates-only", "--only", "midshire")
    assert done.returncode == 0, done.stderr
    assert "hub: took in midshire" in done.stdout
    with environment(environment_of(prepared.group.hub, Role.COMMUNITY)):
        shown = current_release(Role.COMMUNITY)
    assert shown is not None and [s.name for s in shown.suppliers] == ["Midshire Police", "Northshire Police"]
    parts = [shown.cells["force", code, "all_recorded"].count for code in CODES[:2]]
    assert None not in parts and shown.cells["all", WHOLE, "all_recorded"].count == sum(p for p in parts if p is not None)
    done = homeground("group", "status", file)
    assert [line.split()[-1] for line in done.stdout.splitlines()[1:]] == ["nothing", "nothing"]
    # who was taken out of the hub by its operator does not come back by itself
    with environment(environment_of(prepared.group.hub, Role.PIPELINE)):
        assert homeground("hub", "remove", mid.code, "--reason", "The partnership ended.").returncode == 0
    said: list[str] = []
    handed = [Outcome(force, force.crates / "release-1") for force in prepared.group.forces]
    assert hand_over(prepared.group, handed, coarsen=False, say=said.append) == []
    assert said == [
        "northshire: the hub has its newest crate",
        "midshire: not handed over, because the hub's operator took it out: The partnership ended.",
    ]
    assert "taken out of the hub: The partnership ended." in homeground("group", "status", file).stdout


def test_what_cannot_be_run_is_said_before_anything_is(prepared: Prepared, homeground: Command, tmp_path: Path) -> None:
    file = str(prepared.file)
    for words, said in (
        (("run", file, "--only", "kent"), "the group has no 'kent'"),
        (("run", file, "--only", "hub"), "the hub is no force"),
        (("as", "midshire", "--file", file, "db", "up"), "'homeground db' is the server's owner's"),
        (("run", file, "--crates-only", "--load", str(tmp_path)), "nothing is loaded where no stage runs"),
        (("status",), "no file of a group is named"),
    ):
        done = homeground("group", *words)
        assert done.returncode == 2 and said in done.stderr and done.stdout == ""

"""The private cluster: made from nothing, stopped, killed and started again, without losing a row."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db, local_postgis, migrate
from core.db import Role
from core.errors import DatabaseUnavailable, UserError
from core.settings import DatabaseSettings
from tests.builders.kills.own_server import is_running, own_cluster, running_of
from tests.builders.waiting import until

pytestmark = pytest.mark.database


@pytest.fixture
def settings(cluster: DatabaseSettings) -> Iterator[DatabaseSettings]:
    """Of a cluster that is not yet made."""
    with own_cluster() as own:
        yield own


@pytest.fixture(scope="module")
def prepared(cluster: DatabaseSettings) -> Iterator[DatabaseSettings]:
    """Of a cluster as it is shipped, made once for the tests that leave it as it was."""
    with own_cluster() as own:
        migrate.prepare(own)
        yield own


def count() -> int:
    with db.transaction(Role.PIPELINE) as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit.event")).scalar_one())


def add() -> None:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("SELECT audit.record('a', 'b', 'c', '{}')"))


def test_made_stopped_killed_and_started_again(settings: DatabaseSettings) -> None:
    with pytest.raises(UserError, match="there is no database yet"):
        count()
    assert migrate.prepare(settings)
    assert migrate.prepare(settings) == []
    add()
    assert local_postgis.down(settings)
    assert not local_postgis.down(settings)
    db.dispose_engines()
    with pytest.raises(DatabaseUnavailable, match="homeground db up"):
        count()
    migrate.prepare(settings)
    assert count() == 1
    found = local_postgis.locate(settings)
    pid = int((found.data / "postmaster.pid").read_text().splitlines()[0])
    add()
    db.dispose_engines()
    server = running_of(pid)
    assert pid in server
    os.kill(pid, signal.SIGKILL)
    # its children, which become another process's when it dies, notice by themselves and end
    until(lambda: not any(is_running(p) for p in server), "the end of the killed server")
    migrate.prepare(settings)
    assert count() == 2


def test_a_folder_that_was_moved_answers_where_it_is_now(settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the socket that was written down when the folder was made would take the socket of whatever stands there now."""
    migrate.prepare(settings)
    add()
    local_postgis.down(settings)
    db.dispose_engines()
    moved = settings.state_dir.with_name(f"{settings.state_dir.name} moved's")
    settings.state_dir.rename(moved)
    monkeypatch.setenv("HOMEGROUND_STATE_DIR", str(moved))
    there = DatabaseSettings()
    try:
        migrate.prepare(there)
        assert count() == 1
        assert (moved / "socket" / ".s.PGSQL.5432").is_socket()
        assert not settings.state_dir.exists()
    finally:
        db.dispose_engines()
        local_postgis.down(there)
        moved.rename(settings.state_dir)


def test_it_listens_on_no_tcp_port(prepared: DatabaseSettings) -> None:
    with db.transaction(Role.OWNER) as connection:
        assert connection.execute(text("SHOW listen_addresses")).scalar_one() == ""
    found = local_postgis.locate(prepared)
    # line 6 of the postmaster's own file is the address it listens on
    assert (found.data / "postmaster.pid").read_text().splitlines()[5].strip() == ""


def test_a_credential_lies_where_only_this_account_reads_it(prepared: DatabaseSettings) -> None:
    for path in (prepared.state_dir / "credentials").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_a_changed_migration_is_refused(prepared: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = migrate.migrations()
    changed = migrate.Migration(first.number, first.name, first.script + "\n-- changed")
    monkeypatch.setattr(migrate, "migrations", lambda: [changed, *rest])
    with pytest.raises(UserError, match="was changed after it was applied"):
        migrate.prepare(prepared)


def test_a_failing_migration_leaves_everything_as_it_was(prepared: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    present = migrate.migrations()
    broken = migrate.Migration(len(present) + 1, "9999_broken", "CREATE TABLE public.half (a INTEGER); SELECT 1 / 0;")
    monkeypatch.setattr(migrate, "migrations", lambda: [*present, broken])
    with pytest.raises(Exception, match="division by zero"):
        migrate.prepare(prepared)
    with db.transaction(Role.OWNER) as connection:
        assert connection.execute(text("SELECT to_regclass('public.half')")).scalar_one() is None


@pytest.mark.parametrize(
    ("configured", "most"), [("", 80), ("max_connections = 60\n", 80), ("max_connections = 60\nmax_connections = 200\n", 200)]
)
def test_a_cluster_of_an_earlier_release_takes_all_roles_of_today(tmp_path: Path, configured: str, most: int) -> None:
    (tmp_path / "postgresql.conf").write_text(configured)
    cluster = local_postgis.Cluster(data=tmp_path, socket=tmp_path, log=tmp_path, account=None)
    assert local_postgis._started_with(cluster).endswith(f"-c max_connections={most}")

"""The private cluster: made from nothing, stopped, killed and started again, without losing a row."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db, local_postgis, migrate
from core.db import Role
from core.errors import DatabaseUnavailable, UserError
from core.settings import DatabaseSettings

pytestmark = pytest.mark.database


@pytest.fixture
def settings(cluster: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseSettings]:
    folder = Path(tempfile.mkdtemp(prefix="hg-own-"))
    folder.chmod(0o755)
    monkeypatch.setenv("HOMEGROUND_STATE_DIR", str(folder))
    monkeypatch.setenv("HOMEGROUND_DATABASE_NAME", "homeground")
    db.dispose_engines()
    own = DatabaseSettings()
    yield own
    db.dispose_engines()
    local_postgis.down(own)
    shutil.rmtree(folder, ignore_errors=True)


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
    os.kill(pid, signal.SIGKILL)
    time.sleep(1.0)
    migrate.prepare(settings)
    assert count() == 2


def test_it_listens_on_no_tcp_port(settings: DatabaseSettings) -> None:
    migrate.prepare(settings)
    with db.transaction(Role.OWNER) as connection:
        assert connection.execute(text("SHOW listen_addresses")).scalar_one() == ""
    found = local_postgis.locate(settings)
    # line 6 of the postmaster's own file is the address it listens on
    assert (found.data / "postmaster.pid").read_text().splitlines()[5].strip() == ""


def test_a_credential_lies_where_only_this_account_reads_it(settings: DatabaseSettings) -> None:
    migrate.prepare(settings)
    for path in (settings.state_dir / "credentials").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_a_changed_migration_is_refused(settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.prepare(settings)
    first, *rest = migrate.migrations()
    changed = migrate.Migration(first.number, first.name, first.script + "\n-- changed")
    monkeypatch.setattr(migrate, "migrations", lambda: [changed, *rest])
    with pytest.raises(UserError, match="was changed after it was applied"):
        migrate.prepare(settings)


def test_a_failing_migration_leaves_everything_as_it_was(settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.prepare(settings)
    present = migrate.migrations()
    broken = migrate.Migration(len(present) + 1, "9999_broken", "CREATE TABLE public.half (a INTEGER); SELECT 1 / 0;")
    monkeypatch.setattr(migrate, "migrations", lambda: [*present, broken])
    with pytest.raises(Exception, match="division by zero"):
        migrate.prepare(settings)
    with db.transaction(Role.OWNER) as connection:
        assert connection.execute(text("SELECT to_regclass('public.half')")).scalar_one() is None

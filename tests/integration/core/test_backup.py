"""A drill: the database goes to a file, and an empty cluster gets it back with its trail, ledger, policies, rights and every row."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from core import db
from core.audit import record_event
from core.audit.anchors import anchor
from core.backup import backup, restore
from core.db import Role
from core.errors import UserError
from core.migrate import connections_of
from core.settings import LimitSettings
from homeground.command_line import commands
from tests.builders.briefs_release import publish_release
from tests.builders.kills.restore_drill import STATE, contents, empty_cluster, rows
from tests.builders.shared_server import LIMITS

pytestmark = pytest.mark.database


@pytest.fixture
def filled(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with two releases, records of a month and events; returns the folder for the backup."""
    monkeypatch.setenv("HOMEGROUND_AUDIT_ANCHORS", str(tmp_path / "anchors.jsonl"))
    monkeypatch.setenv("HOMEGROUND_AUDIT_KEY", str(tmp_path / "audit.pem"))
    # a server as it is shipped has fewer connections than the tests' own
    for limit in LIMITS:
        monkeypatch.delenv(limit)
    publish_release()
    release = publish_release()
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("SELECT record.ensure_month('2025-01-01')"))
        connection.execute(
            text(
                "INSERT INTO record.incident (delivery_id, line, month, category)"
                " SELECT 1, n, '2025-01-01', 'Robbery' FROM generate_series(1, 500) AS n"
            )
        )
        for n in range(5):
            record_event(connection, actor="a steward", action="accept", subject=str(n))
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("ALTER TABLE audit.release_count DISABLE TRIGGER USER"))
        connection.execute(
            text("INSERT INTO audit.release_count VALUES (:r, 'E01000001', 'Robbery', '2025-01-01', 3)"), {"r": release}
        )
        connection.execute(text("ALTER TABLE audit.release_count ENABLE TRIGGER USER"))
    anchor("test")
    return tmp_path


def test_an_empty_cluster_gets_everything_back(filled: Path) -> None:
    file = filled / "homeground.backup"
    said = CliRunner().invoke(commands, ["db", "backup", str(file)])
    assert said.exit_code == 0, said.output
    assert file.stat().st_mode & 0o777 == 0o600
    before, state = contents(), {name: rows(query) for name, query in STATE.items()}
    # the logins are the server's, whose limits another process of the suite may set; a restored one has those of its own settings
    most = {role.value: connections for role, connections in connections_of(LimitSettings()).items()}
    state["roles"] = [(name, *rights, most.get(str(name), -1)) for name, *rights, _ in state["roles"]]
    assert all(state.values())
    assert before["record.incident_2025_01"][0] == 500
    assert before["audit.release_count"][0] == 1
    with empty_cluster():
        back = CliRunner().invoke(commands, ["db", "restore", str(file)])
        assert back.exit_code == 0, back.output
        assert "5 events, every link whole; 1 anchors passed through" in back.output
        assert contents() == before
        for name, query in STATE.items():
            assert rows(query) == state[name], name
        # and it goes on: the next release, the next event, the next number
        assert publish_release() == 3
        with db.transaction(Role.PIPELINE) as connection:
            assert record_event(connection, actor="a steward", action="accept", subject="later") == 6
        with pytest.raises(UserError, match="is not empty"):
            restore(file)


def test_nothing_is_overwritten_and_nothing_half_written_is_left(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filled / "homeground.backup"
    file.write_text("something else")
    with pytest.raises(UserError, match="no backup is overwritten"):
        backup(file)
    assert file.read_text() == "something else"
    monkeypatch.setenv("HOMEGROUND_DATABASE_NAME", "there_is_none")
    db.dispose_engines()
    with pytest.raises(UserError, match="pg_dump failed"):
        backup(filled / "other.backup")
    assert not (filled / "other.backup").exists()


def test_a_file_that_is_cut_short_restores_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filled / "homeground.backup"
    size = backup(file)
    file.write_bytes(file.read_bytes()[: size // 2])
    monkeypatch.setenv("HOMEGROUND_DATABASE_NAME", "cut_short")
    db.dispose_engines()
    with pytest.raises(UserError, match="pg_restore failed"):
        restore(file)
    assert rows("SELECT nspname FROM pg_namespace WHERE nspname IN ('record', 'published')") == []
    (filled / "words").write_text("no backup")
    with pytest.raises(UserError, match="pg_restore failed"):
        restore(filled / "words")

"""A drill: the database goes to a file, and an empty cluster gets it back with its trail, ledger, policies, rights and every row."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from core import db, local_postgis
from core.audit import record_event
from core.audit.anchors import anchor
from core.backup import backup, restore
from core.db import Role
from core.errors import UserError
from core.settings import DatabaseSettings
from homeground.command_line import commands
from tests.builders.briefs_release import publish_release
from tests.builders.shared_server import LIMITS

pytestmark = pytest.mark.database

_OURS = "('raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'counted', 'person', 'asked', 'answered')"
# what must be the same afterwards: each a list of rows
_STATE = {
    "policies": "SELECT tablename, policyname, roles::TEXT, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "guarded": f"SELECT oid::REGCLASS::TEXT, relrowsecurity FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_OURS} ORDER BY 1",
    "owners": f"SELECT oid::REGCLASS::TEXT, relowner::REGROLE::TEXT FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_OURS}"
    " AND relkind <> 'i' ORDER BY 1",
    "rights": "SELECT c.oid::REGCLASS::TEXT, a.grantee::REGROLE::TEXT, a.privilege_type FROM pg_class AS c, aclexplode(c.relacl) AS a"
    f" WHERE c.relnamespace::REGNAMESPACE::TEXT IN {_OURS} ORDER BY 1, 2, 3",
    "functions": "SELECT p.oid::REGPROCEDURE::TEXT, p.proowner::REGROLE::TEXT, p.prosecdef, p.proconfig::TEXT, a.grantee::REGROLE::TEXT"
    " FROM pg_proc AS p LEFT JOIN LATERAL aclexplode(p.proacl) AS a ON TRUE"
    f" WHERE p.pronamespace::REGNAMESPACE::TEXT IN {_OURS} ORDER BY 1, 5",
    "triggers": "SELECT tgrelid::REGCLASS::TEXT, tgname, tgenabled::TEXT FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "closed to everybody": "SELECT count(*) FROM pg_proc WHERE pronamespace = 'pg_catalog'::REGNAMESPACE"
    " AND NOT has_function_privilege('public', oid, 'EXECUTE')",
    "migrations": "SELECT number, checksum FROM homeground_migration ORDER BY 1",
    "roles": "SELECT rolname, rolsuper, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname LIKE 'homeground_%' ORDER BY 1",
    "entering": "SELECT has_database_privilege('homeground_community', current_database(), 'TEMPORARY')",
}


def rows(query: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def contents() -> dict[str, tuple[object, ...]]:
    """Rows and a fingerprint of every table."""
    names = [
        r[0]
        for r in rows(
            f"SELECT oid::REGCLASS::TEXT FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_OURS} AND relkind = 'r'"
        )
    ]
    return {str(n): rows(f"SELECT count(*), md5(string_agg(t::TEXT, '|' ORDER BY t::TEXT)) FROM {n} AS t")[0] for n in names}


@pytest.fixture
def filled(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with two releases, records of a month and events; returns the folder for the backup."""
    monkeypatch.setenv("HOMEGROUND_AUDIT_ANCHORS", str(tmp_path / "anchors.jsonl"))
    monkeypatch.setenv("HOMEGROUND_AUDIT_KEY", str(tmp_path / "audit.pem"))
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
    before, state = contents(), {name: rows(query) for name, query in _STATE.items()}
    assert all(state.values())
    assert before["record.incident_2025_01"][0] == 500
    assert before["audit.release_count"][0] == 1
    folder = Path(tempfile.mkdtemp(prefix="hg-restored-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEGROUND_STATE_DIR", str(folder))
        patch.setenv("HOMEGROUND_DATABASE_NAME", "homeground")
        db.dispose_engines()
        try:
            back = CliRunner().invoke(commands, ["db", "restore", str(file)])
            assert back.exit_code == 0, back.output
            assert "5 events, every link whole; 1 anchors passed through" in back.output
            assert contents() == before
            for name, query in _STATE.items():
                assert rows(query) == state[name], name
            # and it goes on: the next release, the next event, the next number
            assert publish_release() == 3
            with db.transaction(Role.PIPELINE) as connection:
                assert record_event(connection, actor="a steward", action="accept", subject="later") == 6
            with pytest.raises(UserError, match="is not empty"):
                restore(file)
        finally:
            db.dispose_engines()
            local_postgis.down(DatabaseSettings())
            shutil.rmtree(folder, ignore_errors=True)
    db.dispose_engines()


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

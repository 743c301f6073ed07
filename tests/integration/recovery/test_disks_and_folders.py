"""A disk that fills, a folder that nobody may write to, two commands that begin at once: one message each, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from core import db, local_postgis, migrate
from core.audit import first_broken_link
from core.db import Role
from core.db.credentials import url_for
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings
from homeground.demo_commands import stop_unless_used
from tests.builders import feeds_files
from tests.builders.briefs_release import lsoa, publish_release
from tests.builders.kills.contents import contents
from tests.builders.kills.own_server import own_cluster
from tests.builders.shared_server import LIMITS

pytestmark = [pytest.mark.database, pytest.mark.slow]

# as much as a new cluster with our schema needs, and a little
_DISK = "220m"


def homeground(*words: str, **settings: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if k not in LIMITS}
    return subprocess.Popen(
        [sys.executable, "-m", "homeground.command_line", *words],
        cwd=PROJECT_ROOT, env={**environment, "PYTHONPATH": str(PROJECT_ROOT), **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int | None, str]:
    out, said = process.communicate(timeout=300)
    assert "Traceback" not in out + said, out + said
    return process.returncode, said


@contextmanager
def mounted(options: str) -> Iterator[Path]:
    """A file system of its own, of memory; needs root."""
    folder = Path(tempfile.mkdtemp(prefix="hg-mount-"))
    folder.chmod(0o755)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"{options},mode=0755", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip("needs the right to mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@pytest.fixture
def read_only() -> Iterator[Path]:
    with mounted("ro") as folder:
        yield folder


def test_a_folder_that_may_not_be_written_to_is_one_message(database: str, read_only: Path) -> None:
    publish_release()
    before = contents()
    commands = (
        ("brief", lsoa(3), "--format", "csv", "--out", str(read_only / "briefs")),
        ("release", "export", str(read_only / "crate")),
        ("release", "key", str(read_only / "key.pem")),
        ("db", "backup", str(read_only / "homeground.backup")),
    )
    for words in commands:
        code, said = ended(homeground(*words))
        assert code == 2, said
        assert said.count("cannot be written") == 1, said
        assert str(read_only) in said
    assert contents() == before


def test_a_read_only_folder_for_what_is_ours_is_one_message(read_only: Path) -> None:
    state = str(read_only / "state")
    for words in (("db", "up"), ("feeds", "status"), ("demo", "--no-portal")):
        code, said = ended(homeground(*words, HOMEGROUND_STATE_DIR=state, HOMEGROUND_DATABASE_NAME=""))
        assert code == 2, said
        assert f"{state}: a file cannot be written (Read-only file system)" in said
        assert said.count("What next:") == 1


def test_two_commands_that_begin_at_once_in_an_empty_folder_take_turns(cluster: DatabaseSettings) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hg-two-"))
    folder.chmod(0o755)
    settings = {"HOMEGROUND_STATE_DIR": str(folder), "HOMEGROUND_DATABASE_NAME": "homeground"}
    try:
        both = [homeground("db", "up", **settings) for _ in range(2)]
        for process in both:
            code, said = ended(process)
            assert code == 0, said
    finally:
        local_postgis.down(DatabaseSettings(state_dir=folder))
        shutil.rmtree(folder, ignore_errors=True)


def test_a_demo_that_ends_does_not_stop_the_database_under_another(cluster: DatabaseSettings) -> None:
    with own_cluster() as settings:
        migrate.prepare(settings)
        other = create_engine(url_for(Role.PIPELINE, settings), poolclass=NullPool)
        with other.connect() as session:
            session.execute(text("SELECT 1"))
            assert not stop_unless_used(settings)
            assert session.execute(text("SELECT 1")).scalar_one() == 1
        assert stop_unless_used(settings)
        assert not local_postgis.is_running(local_postgis.locate(settings))


def test_a_full_disk_under_the_whole_database_is_said_and_nothing_is_lost(cluster: DatabaseSettings, tmp_path: Path) -> None:
    feeds_files.write_county(tmp_path)
    with mounted(f"size={_DISK}") as disk, own_cluster() as settings, pytest.MonkeyPatch.context() as patch:
        shutil.rmtree(settings.state_dir)
        patch.setenv("HOMEGROUND_STATE_DIR", str(disk / "state"))
        own = DatabaseSettings()
        assert ended(homeground("db", "up"))[0] == 0
        before = contents()
        db.dispose_engines()
        # what somebody else left on the disk
        with (disk / "filler").open("wb") as filler:
            try:
                while True:
                    filler.write(bytes(1 << 20))
                    filler.flush()
            except OSError:
                pass
        code, said = ended(homeground("feeds", "load", "--source", str(tmp_path)))
        assert code == 2, said
        assert "the disk of the database is full" in said or "the database went away in the middle of this step" in said, said
        code, said = ended(homeground("db", "backup", str(disk / "one.backup")))
        assert code == 2, said
        assert not (disk / "one.backup").exists()
        (disk / "filler").unlink()
        code, said = ended(homeground("db", "up"))
        assert code == 0, said
        # each file that went in before the disk was full is there whole, or nothing was
        found = contents()
        changed = {table for table in found if found[table] != before[table]}
        assert not changed or "raw.delivery" in changed
        with db.transaction(Role.PIPELINE) as connection:
            assert first_broken_link(connection) is None
        db.dispose_engines()
        local_postgis.down(own)

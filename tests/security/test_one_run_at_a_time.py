"""Two runs at once of what must not run twice: the second is told who runs, and neither it nor any command waits for the first."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db, migrate
from core.db import Role
from core.db.one_run import one_run
from core.errors import UserError
from core.paths import PROJECT_ROOT
from tests.conftest import Command
from tests.security.conftest import attacking

pytestmark = pytest.mark.database

_HOLDS = "from core.db.one_run import one_run\nwith one_run({kind!r}, {what!r}):\n    print('has it', flush=True)\n    input()"


@contextmanager
def running(kind: str, what: str) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a run."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS.format(kind=kind, what=what)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "has it\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("analysis", ("analyse",)),
        ("analysis", ("release", "build")),
        ("analysis", ("release", "audit")),
        ("analysis", ("release", "publish")),
        ("analysis", ("release", "publish", "--until", "2024-01")),
        ("load", ("feeds", "load", "--source", ".")),
    ],
)
def test_the_second_says_who_runs_and_since_when(database: str, homeground: Command, kind: str, words: tuple[str, ...]) -> None:
    with running(kind, "analyse by a colleague") as other:
        done = homeground(*words)
    assert done.returncode == 2, done.stderr
    assert re.search(
        rf"only one {kind} runs at a time in this database, and one does: analyse by a colleague, process {other.pid} on \S+,"
        r" since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n  What next: wait until it ends",
        done.stderr,
    ), done.stderr


def test_a_run_that_was_killed_or_ended_leaves_the_way_free(database: str) -> None:
    with running("analysis", "analyse"), pytest.raises(UserError, match="only one analysis"), one_run("analysis", "analyse"):
        pass
    # its process was killed: the server lets the lock go
    with one_run("analysis", "analyse"):
        pass
    with one_run("analysis", "analyse"), one_run("load", "feeds load"):
        pass


def test_two_databases_do_not_wait_for_each_other(
    database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    with running("analysis", "analyse"):
        use_database(make_database("of_another"))
        with one_run("analysis", "analyse"):
            pass


def test_no_command_waits_for_a_stage_that_writes(database: str) -> None:
    """Every command migrates first; once, that asked for locks that a stage holds for minutes, and readers queued behind it."""
    with attacking(Role.PIPELINE) as stage:
        stage.run("BEGIN; LOCK TABLE analysis.hotspot IN ROW EXCLUSIVE MODE; LOCK TABLE published.value IN ROW EXCLUSIVE MODE")
        stage.run("SELECT audit.record('a', 'stage', 'hotspot', '{}')")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGOPTIONS", "-c lock_timeout=2s")
            db.dispose_engines()
            assert migrate.prepare() == []
    db.dispose_engines()


def test_the_next_full_migration_puts_right_what_was_changed_by_hand(database: str, homeground: Command) -> None:
    """Between two versions a command looks at a fingerprint alone; 'homeground db migrate' makes functions, triggers and policies anew."""

    def policies() -> int:
        with db.transaction(Role.OWNER) as connection:
            return int(connection.execute(text("SELECT count(*) FROM pg_policies WHERE tablename = 'rate'")).scalar_one())

    assert policies() == 2
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DROP POLICY professional_by_district ON analysis.rate"))
    done = homeground("db", "migrate")
    assert done.returncode == 0, done.stderr
    assert policies() == 2


def test_a_changed_function_is_made_anew_by_any_command(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE homeground_migration SET checksum = 'of another version' WHERE number = 0"))
        connection.execute(text("DROP POLICY professional_by_district ON analysis.rate"))
    assert migrate.prepare() == []
    with db.transaction(Role.OWNER) as connection:
        assert connection.execute(text("SELECT count(*) FROM pg_policies WHERE tablename = 'rate'")).scalar_one() == 2

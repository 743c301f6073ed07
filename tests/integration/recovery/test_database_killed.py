"""PostgreSQL killed under a load, an analysis, a release: the command says so in one sentence and ends, and the next one goes on."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analytics import pipeline
from analytics import stage as analytics_stage
from core import db, local_postgis, migrate
from core.db import Role, copy_rows
from core.db.one_run import one_run
from core.errors import DatabaseUnavailable
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings
from feeds.synthetic.county import COUNTY_REGION
from tests.builders.kills.contents import contents
from tests.builders.kills.one_district import cut
from tests.builders.kills.own_server import (
    is_stopped,
    kill_a_session,
    kill_the_server,
    own_cluster,
    sessions,
    stop_at_once,
    without_waiting_for_the_disk,
)
from tests.builders.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.slow]

# docs/security.md states ten seconds; a machine of two cores that ten others share is allowed for
ENDS_WITHIN_S = 30.0
DEATHS = {"a session is killed": kill_a_session, "the server is killed": kill_the_server, "it is stopped at once": stop_at_once}
# a statement in the middle of what each command stores
MOMENTS = {
    "load": "feeds load --source {folder}",
    "analysis": "analyse --only count,rate",
    "release": "release publish",
}
WORDS = {"load": "INSERT INTO raw.delivery", "analysis": "analysis.month_status", "release": "INSERT INTO published.release"}


@pytest.fixture(scope="module")
def small(county_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut(county_files, tmp_path_factory.mktemp("county") / "files")


@pytest.fixture(scope="module")
def server(cluster: DatabaseSettings, small: Path) -> Iterator[DatabaseSettings]:
    """A cluster that holds the district, counted and once released."""
    with own_cluster() as settings, pytest.MonkeyPatch.context() as patch:
        without_waiting_for_the_disk(settings)
        for name, value in {"FORCE_NAME": COUNTY_REGION.force_name, "FORCE_AREA_NAME": "Homeshire", "SYNTHETIC": "true"}.items():
            patch.setenv(f"HOMEGROUND_REGION_{name}", value)
        migrate.prepare(settings)
        context = analytics_stage.default_context(actor="test")
        pipeline.load(small, context, say=lambda line: None)
        stages = (*pipeline.stages_named(["geography", "crime", "place", "count", "rate"]), *pipeline.RELEASE_STAGES)
        analytics_stage.run_stages(stages, context, say=lambda line: None)
        db.dispose_engines()
        yield settings


_VERSION = itertools.count(1)


@pytest.fixture
def newer(small: Path, tmp_path: Path) -> Path:
    """A month of which another version came: its load takes the place of what is there."""
    name = "2025-12-homeshire-street.csv.gz"
    rows = pd.read_csv(small / "police" / name, dtype=str, keep_default_na=False)
    rows.iloc[: -next(_VERSION)].to_csv(tmp_path / name, index=False)
    return tmp_path


def start(told: Path, what: str, how: str, folder: Path) -> subprocess.Popen[str]:
    arguments = MOMENTS[what].format(folder=folder).split()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.builders.kills.command", str(told), WORDS[what], how, *arguments],
        cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def homeground(what: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "homeground.command_line", *MOMENTS[what].format(folder=folder).split()],
        cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


# each command and each death once; HOMEGROUND_TEST_KILLS of nine or more makes every pair
PAIRS = list(zip(MOMENTS, DEATHS, strict=True))
if int(os.environ.get("HOMEGROUND_TEST_KILLS", "0")) >= len(MOMENTS) * len(DEATHS):
    PAIRS = list(itertools.product(MOMENTS, DEATHS))


@pytest.mark.parametrize(("what", "death"), PAIRS)
def test_a_command_whose_database_dies_says_so_and_the_next_one_goes_on(
    server: DatabaseSettings, newer: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str, death: str
) -> None:
    migrate.prepare(server)
    before = contents()
    db.dispose_engines()
    told = tmp_path / "there"
    with start(told, what, "stops", newer) as process:
        until(lambda: is_stopped(process.pid) or process.poll() is not None, f"the {what} to come to its statement", seconds=300)
        assert process.poll() is None, process.communicate()[1]
        DEATHS[death](server)
        begun = time.monotonic()
        process.send_signal(signal.SIGCONT)
        out, said = process.communicate(timeout=120)
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert process.returncode == 2, out + said
    assert "Traceback" not in said
    assert said.count("the database went away in the middle of this step") == 1, said
    assert "What next: run the same command again" in said
    if death != "a session is killed":
        # what a command finds that comes next; of the others the next is the same again, and finds a server that mends itself
        migrate.prepare(server)
        assert "the database had been stopped without warning and was started again" in caplog.text
        assert contents() == before
        db.dispose_engines()
    again = homeground(what, newer)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "was cut off: nothing of it was stored" in again.stderr
    changed = {table for table, rows in contents().items() if rows != before.get(table)}
    assert {"load": "raw.delivery", "analysis": "analysis.run", "release": "published.release"}[what] in changed


def test_a_stage_that_reckons_learns_of_it_at_once(server: DatabaseSettings, newer: Path, tmp_path: Path) -> None:
    migrate.prepare(server)
    told = tmp_path / "there"
    with start(told, "release", "reckons", newer) as process:
        until(lambda: told.exists() or process.poll() is not None, "the release to come to its statement")
        kill_the_server(server)
        begun = time.monotonic()
        out, said = process.communicate(timeout=120)
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert process.returncode == 2, out + said
    assert said.count("the database went away in the middle of this step") == 1, said
    assert "Traceback" not in said


def test_rows_that_go_in_when_the_session_dies_are_no_traceback(server: DatabaseSettings) -> None:
    migrate.prepare(server)

    def dying() -> Iterator[tuple[object, ...]]:
        for line in range(200_000):
            yield (1, line, "2025-12-01", "Robbery")

    def copy(kill: Callable[[DatabaseSettings], None]) -> None:
        with db.transaction(Role.PIPELINE) as connection:
            copy_rows(
                connection, "record", "incident", ["delivery_id", "line", "month", "category"], [(1, 1, "2025-12-01", "Robbery")]
            )
            kill(server)
            until(
                lambda: not local_postgis.is_running(local_postgis.locate(server)) or not sessions(server), "the end of the session"
            )
            copy_rows(connection, "record", "incident", ["delivery_id", "line", "month", "category"], dying())

    for kill in (kill_a_session, stop_at_once):
        with pytest.raises(DatabaseUnavailable, match=r"went away in the middle of this step \(server closed"):
            copy(kill)
        db.dispose_engines()
        migrate.prepare(server)
    with pytest.raises(DatabaseUnavailable, match="went away"), one_run("analysis", "reckoning"):
        stop_at_once(server)
        time.sleep(60)
    db.dispose_engines()

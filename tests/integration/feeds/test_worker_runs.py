"""The worker on a real database: feeds run when due, one at a time each, fail in the open, and survive a worker that is killed."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import feeds.worker.run as run_module
from core import db, migrate, queue_schema
from core.db import Role
from core.errors import UserError
from core.settings import DatabaseSettings, WorkerSettings
from feeds.catalogue.feed import read_catalogue
from feeds.fetching.client import SourceUnavailable
from feeds.worker import runs
from feeds.worker.queue import ask, work
from feeds.worker.run import RunFailed, run_feed
from feeds.worker.status import FeedState, worker_status
from homeground.worker_commands import worker as worker_command
from tests.builders.shared_server import SuiteRun
from tests.builders.waiting import until
from tests.builders.worker_feeds import start_worker, write_calls, write_catalogue

pytestmark = pytest.mark.database

QUICK = {"poll_s": 0.05, "look_s": 0.1, "dead_after_s": 2.0, "first_retry_s": 0.05}


@pytest.fixture
def settings(tmp_path: Path) -> WorkerSettings:
    return WorkerSettings(inbox=tmp_path / "in", downloads=tmp_path / "down", retries=2, **QUICK)  # type: ignore[arg-type]


def rows_of(statement: str, **values: object) -> list[Any]:
    with db.transaction(Role.OWNER) as connection:
        return list(connection.execute(text(statement), values).all())


def one(statement: str, **values: object) -> Any:
    return rows_of(statement, **values)[0][0]


def state_of(settings: WorkerSettings, catalogue: Path, feed: str) -> FeedState:
    return next(f for f in worker_status(settings, catalogue, datetime.now(UTC)).feeds if f.feed == feed)


def agrees(feed: str) -> int:
    """The feed's incidents, after seeing that the records of its deliveries say the same."""
    deliveries = rows_of(
        "SELECT delivery_id, rows_in, rows_accepted, rows_rejected FROM raw.delivery WHERE feed = :f AND status = 'loaded'", f=feed
    )
    held = one(
        "SELECT count(*) FROM record.incident WHERE delivery_id IN (SELECT delivery_id FROM raw.delivery WHERE feed = :f)", f=feed
    )
    assert held == sum(d.rows_accepted for d in deliveries)
    assert all(d.rows_in == d.rows_accepted + d.rows_rejected for d in deliveries)
    return int(held)


def test_feeds_load_when_due_and_again_nothing_changes(database: str, settings: WorkerSettings, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa", "bb"])
    write_calls(tmp_path / "in" / "aa", 50)
    work(settings, catalogue, until_idle=True)
    assert state_of(settings, catalogue, "aa").state == "loaded"
    assert state_of(settings, catalogue, "bb").state == "unchanged"
    assert agrees("aa") == 50
    # daily: asked again in six hours, so nothing is due now
    work(settings, catalogue, until_idle=True)
    assert one("SELECT count(*) FROM queue.run") == 2
    assert ask(settings, catalogue, ["aa"]) == ["aa"]
    assert ask(settings, catalogue, ["aa"]) == []
    work(settings, catalogue, until_idle=True)
    assert state_of(settings, catalogue, "aa").state == "unchanged"
    assert agrees("aa") == 50


def test_a_feed_that_cannot_be_loaded_ends_failed_with_its_reason(database: str, settings: WorkerSettings, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa", "bb"])
    write_calls(tmp_path / "in" / "aa", 20, columns="Month,Sort,Text")
    write_calls(tmp_path / "in" / "bb", 20)

    def failed() -> bool:
        work(settings, catalogue, until_idle=True)
        return state_of(settings, catalogue, "aa").state == "failed"

    until(failed, "the feed to fail")
    found = state_of(settings, catalogue, "aa")
    assert found.attempt == 2
    assert "missing Kind" in found.message and "2025-11-calls.csv" in found.message
    assert one("SELECT status::TEXT FROM queue.procrastinate_jobs WHERE args ->> 'feed' = 'aa'") == "failed"
    assert agrees("aa") == 0
    assert agrees("bb") == 20
    said = CliRunner().invoke(worker_command, ["status", "--json", "--catalogue", str(catalogue)]).output
    shown = {f["feed"]: f for f in json.loads(said)["feeds"]}
    assert shown["aa"]["state"] == "failed" and shown["aa"]["message"] == found.message


def test_a_file_that_does_not_belong_is_said_and_the_others_load(database: str, settings: WorkerSettings, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    write_calls(tmp_path / "in" / "aa", 20)
    (tmp_path / "in" / "aa" / "stranger.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RunFailed, match=r"1 of 2 files not loaded: stranger\.csv"):
        run_feed(read_catalogue(catalogue), "aa", job_id=1, attempt=1, settings=settings)
    assert agrees("aa") == 20


@pytest.fixture
def unsteady(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Faults that loading meets, one each time, before it succeeds."""
    faults: list[Exception] = []
    real = run_module.load_source

    def load(*arguments: Any, **keys: Any) -> Any:
        if faults:
            raise faults.pop(0)
        return real(*arguments, **keys)

    monkeypatch.setattr(run_module, "load_source", load)
    yield faults


def test_a_source_that_is_down_is_tried_again_until_it_is_up(
    database: str, settings: WorkerSettings, tmp_path: Path, unsteady: list[Exception]
) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    write_calls(tmp_path / "in" / "aa", 20)
    unsteady += [SourceUnavailable("down", where="example.org"), SourceUnavailable("still down", where="example.org")]

    def loaded() -> bool:
        work(settings, catalogue, until_idle=True)
        return state_of(settings, catalogue, "aa").state == "loaded"

    until(loaded, "the feed to load")
    history = rows_of("SELECT attempt, outcome FROM queue.run ORDER BY run_id")
    assert [tuple(r) for r in history] == [(1, "retrying"), (2, "retrying"), (3, "loaded")]
    assert agrees("aa") == 20


def test_a_source_that_stays_down_shows_as_failed(
    database: str, settings: WorkerSettings, tmp_path: Path, unsteady: list[Exception]
) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    unsteady += [SourceUnavailable("down", where="example.org") for _ in range(9)]

    def failed() -> bool:
        work(settings, catalogue, until_idle=True)
        return state_of(settings, catalogue, "aa").state == "failed"

    until(failed, "the feed to fail")
    assert state_of(settings, catalogue, "aa").attempt == settings.retries + 1
    assert "example.org: down" in state_of(settings, catalogue, "aa").message


def test_a_defect_says_its_kind_and_never_a_value(
    database: str, settings: WorkerSettings, tmp_path: Path, unsteady: list[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    unsteady += [ValueError("Jane Example, 1 High Street")] * 3
    work(settings, catalogue, until_idle=True)
    found = state_of(settings, catalogue, "aa")
    assert "ValueError" in found.message
    assert "Jane" not in found.message + caplog.text


def test_a_feed_whose_lock_is_taken_is_left_alone(database: str, settings: WorkerSettings, tmp_path: Path) -> None:
    catalogue = read_catalogue(write_catalogue(tmp_path / "c.toml", ["aa"]))
    write_calls(tmp_path / "in" / "aa", 20)
    with runs.lock_unless_taken(runs.feed_key("aa")) as ours:
        assert ours
        with pytest.raises(RunFailed, match="another worker"):
            run_feed(catalogue, "aa", job_id=1, attempt=1, settings=settings)
        assert runs.interrupt_dead() == ()
    assert one("SELECT count(*) FROM queue.run") == 0
    assert run_feed(catalogue, "aa", job_id=1, attempt=1, settings=settings).outcome == "loaded"


def test_a_feed_that_kills_its_worker_every_time_is_given_up(database: str, settings: WorkerSettings, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    ask(settings, catalogue, ["aa"])
    job = runs.open_jobs()[0]
    runs.begin("aa", job.job_id, settings.retries + 1)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE queue.procrastinate_jobs SET status = 'doing', attempts = :n"), {"n": settings.retries + 1})
    work(settings, catalogue, until_idle=True)
    found = state_of(settings, catalogue, "aa")
    assert (found.state, found.message) == (
        "failed",
        f"given up after {settings.retries + 2} attempts: the worker died in the middle of the last one",
    )


def test_asking_for_a_feed_without_a_source_is_a_clear_mistake(database: str, settings: WorkerSettings, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    catalogue.write_text("\n".join(line for line in catalogue.read_text().splitlines() if not line.startswith("source")))
    with pytest.raises(UserError, match="no source is known for aa"):
        ask(settings, catalogue, ["aa"])
    with pytest.raises(UserError, match="no feed 'zz'"):
        ask(settings, catalogue, ["zz"])


# processes that are killed -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def workers(*started: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=300)


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(suite_run: SuiteRun) -> Start:
    """start_worker, and the worker is at work: it has migrated, which no two processes on one server may do at once."""

    def newest() -> int:
        return int(one("SELECT coalesce(max(id), 0) FROM queue.procrastinate_workers"))

    def begin(*arguments: Any, **settings: object) -> subprocess.Popen[str]:
        with suite_run.alone("migration"):
            before = newest()
            process = start_worker(*arguments, **settings)
            until(lambda: newest() > before or process.poll() is not None, "the worker to be at work")
        return process

    return begin


# a load that writes incidents has taken this lock, and keeps it until its transaction ends
WRITES_INCIDENTS = """
SELECT count(*) FROM pg_locks
WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mode = 'RowExclusiveLock' AND granted
  AND (relation = 'record.incident'::REGCLASS
       OR relation IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'record.incident'::REGCLASS))
"""


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_load_leaves_the_feed_as_it_was_and_its_job_is_taken_up_again(
    database: str, settings: WorkerSettings, start: Start, tmp_path: Path
) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    inbox = tmp_path / "in"
    write_calls(inbox / "aa", 500)
    work(settings, catalogue, until_idle=True)
    assert agrees("aa") == 500
    write_calls(inbox / "aa", 60_000)
    ask(settings, catalogue, ["aa"])
    killed_in_the_middle = 0
    # once as soon as the run has begun, and once while its rows go in
    for moment in ("SELECT TRUE", WRITES_INCIDENTS):
        before = one("SELECT count(*) FROM queue.run")
        process = start(catalogue, inbox)
        with workers(process):
            until(lambda b=before: one("SELECT count(*) FROM queue.run") > b, "the run to begin")
            until(
                lambda m=moment: one(m) or one("SELECT count(*) FROM queue.run WHERE outcome = 'loaded'") > 1,
                "the moment of the kill",
            )
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=300)
        if one("SELECT outcome FROM queue.run ORDER BY run_id DESC LIMIT 1") != "running":
            break
        killed_in_the_middle += 1
        if agrees("aa") == 60_000:
            break  # killed between the load's commit and its note: the new delivery is in force, whole
        # the old delivery is in force, whole, and nothing of the new one is to be seen
        assert agrees("aa") == 500
        assert one("SELECT count(*) FROM raw.delivery WHERE feed = 'aa'") == 1
    assert killed_in_the_middle
    # this one is to live: on a busy machine a live worker can be silent for the two seconds after which the killed ones are dead
    process = start(catalogue, inbox, retries=20, dead_after_s=6)
    with workers(process):
        until(lambda: one("SELECT outcome FROM queue.run ORDER BY run_id DESC LIMIT 1") in ("loaded", "unchanged"), "the load")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=300) == 0
    assert agrees("aa") == 60_000
    outcomes = [r[0] for r in rows_of("SELECT outcome FROM queue.run ORDER BY run_id")]
    assert outcomes.count("interrupted") == killed_in_the_middle
    assert one("SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing')") == 0
    assert one("SELECT count(*) FROM raw.delivery WHERE feed = 'aa' AND status = 'loaded'") == 1


def test_a_worker_told_to_stop_in_the_middle_of_a_load_finishes_it_and_the_next_one_finds_nothing_to_do(
    database: str, settings: WorkerSettings, start: Start, tmp_path: Path
) -> None:
    catalogue = write_catalogue(tmp_path / "c.toml", ["aa"])
    inbox = tmp_path / "in"
    write_calls(inbox / "aa", 60_000)
    process = start(catalogue, inbox)
    with workers(process):
        until(lambda: one("SELECT count(*) FROM queue.run"), "the run to begin")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 0
    assert agrees("aa") == 60_000
    work(settings, catalogue, until_idle=True)
    assert [r[0] for r in rows_of("SELECT outcome FROM queue.run ORDER BY run_id")] == ["loaded"]
    assert one("SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing')") == 0


@pytest.mark.slow
def test_two_workers_share_the_feeds_and_never_run_one_twice_at_once(
    database: str, settings: WorkerSettings, start: Start, tmp_path: Path
) -> None:
    feeds = [f"feed_{i}" for i in range(6)]
    catalogue = write_catalogue(tmp_path / "c.toml", feeds)
    inbox = tmp_path / "in"
    for i, feed in enumerate(feeds):
        write_calls(inbox / feed, 300, month=f"2025-{i + 1:02d}")
    # nobody is killed, so nobody is to be taken for dead, however busy the machine is
    patient = settings.model_copy(update={"dead_after_s": 120.0})
    both = [start(catalogue, inbox, dead_after_s=patient.dead_after_s) for _ in range(2)]
    with workers(*both):
        until(lambda: one("SELECT count(DISTINCT feed) FROM queue.run WHERE outcome = 'loaded'") == len(feeds), "every feed")
        for _ in range(6):
            before = one("SELECT count(*) FROM queue.run")
            until(lambda: ask(settings, catalogue, feeds), "a feed that neither waits nor runs")
            until(lambda b=before: one("SELECT count(*) FROM queue.run") > b, "the next run")
        until(lambda: one("SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing')") == 0, "an empty queue")
        assert worker_status(patient, catalogue, datetime.now(UTC)).workers == 2
        for process in both:
            process.send_signal(signal.SIGTERM)
        assert [p.wait(timeout=300) for p in both] == [0, 0]
    overlapping = rows_of(
        "SELECT a.run_id FROM queue.run AS a INNER JOIN queue.run AS b ON a.feed = b.feed AND a.run_id < b.run_id"
        " AND a.finished_at > b.started_at"
    )
    assert overlapping == []
    assert one("SELECT count(*) FROM queue.run") >= 12
    assert one("SELECT count(DISTINCT worker_id) FROM queue.procrastinate_jobs") in (0, 1, 2)
    assert sum(agrees(feed) for feed in feeds) == 1800


# the queue's own schema ----------------------------------------------------------------------------------------------


def test_the_queues_schema_is_applied_once_and_a_later_one_is_refused(database: str) -> None:
    assert migrate.migrate(DatabaseSettings()) == []
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("INSERT INTO queue.schema_file (name) VALUES ('99.00.00_01_pre_later.sql')"))
    with pytest.raises(UserError, match="later version"):
        migrate.migrate(DatabaseSettings())


def test_what_a_later_package_brings_is_applied_once(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = tmp_path / "package"
    shutil.copytree(queue_schema._package_folder() / "sql", later / "sql")
    (later / "sql" / "migrations" / "99.00.00_01_pre_more.sql").write_text("CREATE TABLE procrastinate_more (id INTEGER);")
    monkeypatch.setattr(queue_schema, "_package_folder", lambda: later)
    for _ in range(2):
        migrate.migrate(DatabaseSettings())
    assert one("SELECT to_regclass('queue.procrastinate_more') IS NOT NULL")
    assert one("SELECT count(*) FROM queue.schema_file WHERE name LIKE '99%'") == 1

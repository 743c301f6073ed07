"""The task queue: Procrastinate in the schema `queue`. The only module that knows it; what a job does is in `feeds.worker.run`.

A job is 'load this feed'. Three things keep a feed from running twice at once: at most one job of a feed waits (the queueing lock), none
starts while another runs (the lock), and a run holds the feed's lock in the database, which even a worker that was taken for dead still has.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from core.audit.anchors import note_head
from core.db import Role, describe
from core.db.credentials import url_for
from core.errors import DatabaseUnavailable, HomegroundError, UserError
from core.settings import RegionSettings, WorkerSettings
from feeds.catalogue.feed import Feed, read_catalogue
from feeds.worker import runs
from feeds.worker.cadence import next_due, priority
from feeds.worker.run import RunFailed, may_be_asked, run_feed

log = logging.getLogger("homeground.worker")

QUEUE = "feeds"
TASK = "load_feed"
_KEEP_JOBS_HOURS = 24 * 90


class _AsTheRunSays(BaseRetryStrategy):
    """A run that failed says itself when to try again; anything else happened outside a run (the database went away) and may pass."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, RunFailed):
            wait = exception.retry_in_s
        else:
            wait = self._settings.first_retry_s if job.attempts < self._settings.retries else None
        if wait is None:
            return None
        return RetryDecision(retry_at=datetime.fromtimestamp(datetime.now(UTC).timestamp() + wait, UTC))


def open_app(settings: WorkerSettings, catalogue: Path) -> App:
    """The queue as the pipeline's role sees it. Use it within `async with app.open_async()`."""
    url = url_for(Role.PIPELINE)
    told: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    arguments = {**{k: v for k, v in told.items() if v is not None}, **{k: str(v) for k, v in url.query.items()}}
    connector = PsycopgConnector(
        kwargs={**arguments, "options": "-c search_path=queue", "connect_timeout": 5, "application_name": "homeground worker"},
        min_size=1,
        max_size=4,
        timeout=10,
    )
    app = App(connector=connector)

    @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=_AsTheRunSays(settings))
    def load_feed(context: JobContext, *, feed: str) -> str:
        job = context.job
        result = run_feed(read_catalogue(catalogue), feed, job_id=job.id or 0, attempt=job.attempts + 1, settings=settings)
        return result.outcome

    return app


async def _defer(app: App, feed: Feed) -> bool:
    """Queue a feed; False where a job of it waits already. The caller holds the look's lock and has seen that none runs."""
    key = runs.feed_key(feed.id)
    try:
        await app.configure_task(TASK, queue=QUEUE, lock=key, queueing_lock=key, priority=priority(feed)).defer_async(feed=feed.id)
    except AlreadyEnqueued:
        return False
    return True


async def _plan(app: App, settings: WorkerSettings, feeds: Iterable[Feed]) -> list[str]:
    """Queue every feed that is due, may be asked from here and has no job; their ids."""
    region = RegionSettings()
    waiting = {job.feed for job in await asyncio.to_thread(runs.open_jobs)}
    last = await asyncio.to_thread(runs.last_runs)
    now = datetime.now(UTC)
    queued = []
    for feed in feeds:
        due = next_due(feed, last[feed.id].started_at if feed.id in last else None, now)
        if due is None or due > now or feed.id in waiting or not may_be_asked(feed, settings, region):
            continue
        if await _defer(app, feed):
            queued.append(feed.id)
    return queued


async def _take_up(app: App, settings: WorkerSettings) -> list[str]:
    """Put the jobs of dead workers back, or give them up where a feed has had a worker die too often; the feeds that were put back.

    A run whose lock is free is dead for certain, and is seen at the next look. A worker that died between taking a job and
    beginning its run is known only by its silence.
    """
    dead = {job_id for job_id, _, _ in await asyncio.to_thread(runs.interrupt_dead)}
    silent = {j.id for j in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=settings.dead_after_s)}
    back = []
    for job in await asyncio.to_thread(runs.open_jobs):
        if job.status != "doing" or job.job_id not in dead | silent:
            continue
        if job.attempts > settings.retries:
            await app.job_manager.finish_job_by_id_async(job.job_id, status=Status.FAILED, delete_job=False)
            message = f"given up after {job.attempts + 1} attempts: the worker died in the middle of the last one"
            await asyncio.to_thread(runs.note_failure, job.feed, job.job_id, job.attempts + 1, message)
            log.error("%s: %s", job.feed, message)
        else:
            await app.job_manager.retry_job_by_id_async(job.job_id, retry_at=datetime.now(UTC))
            back.append(job.feed)
    return back


@contextlib.asynccontextmanager
async def _looking() -> AsyncIterator[bool]:
    """The lock of the look, so that one worker at a time queues and takes up; False where another is at it."""
    with ExitStack() as held:
        yield await asyncio.to_thread(held.enter_context, runs.lock_unless_taken(runs.LOOK))


async def _look(app: App, settings: WorkerSettings, catalogue: Path) -> int:
    """Take up what dead workers left, queue what is due. How many jobs that made."""
    async with _looking() as ours:
        if not ours:
            return 0
        back = await _take_up(app, settings)
        queued = await _plan(app, settings, read_catalogue(catalogue).feed)
    await asyncio.to_thread(note_head, log.error, released=False)
    for feed in back:
        log.warning("%s: its worker died; taken up again", feed)
    for feed in queued:
        log.info("%s: due", feed)
    return len(back) + len(queued)


async def _keep_looking(app: App, settings: WorkerSettings, catalogue: Path) -> None:
    while True:
        await asyncio.sleep(settings.look_s)
        try:
            await _look(app, settings, catalogue)
        except (HomegroundError, ConnectorException) as error:
            # a catalogue with a fault in it, a database that restarts: said, and looked at again
            log.error("the look for due feeds failed: %s", error)


async def _keep_serving(beside: Callable[[], bool], wait_s: float) -> None:
    """Other work of this process, one piece after the other; a wait where there is none, or where the database is away."""
    while True:
        try:
            done = await asyncio.to_thread(beside)
        except HomegroundError as error:
            log.error("the look for tasks of the desk failed: %s", error)
            done = False
        if not done:
            await asyncio.sleep(wait_s)


async def _work(settings: WorkerSettings, catalogue: Path, until_idle: bool, beside: Callable[[], bool]) -> None:
    app = open_app(settings, catalogue)
    async with app.open_async():
        await _look(app, settings, catalogue)
        await app.job_manager.delete_old_jobs(_KEEP_JOBS_HOURS, queue=QUEUE, include_failed=True)
        always = [] if until_idle else [_keep_looking(app, settings, catalogue), _keep_serving(beside, settings.poll_s)]
        tasks = [asyncio.create_task(one) for one in always]
        try:
            while True:
                await app.run_worker_async(
                    queues=[QUEUE], concurrency=settings.jobs, wait=not until_idle, fetch_job_polling_interval=settings.poll_s,
                    update_heartbeat_interval=settings.dead_after_s / 4, stalled_worker_timeout=settings.dead_after_s,
                )  # fmt: skip
                if not until_idle:
                    return
                served = await asyncio.to_thread(beside)
                if not await _look(app, settings, catalogue) and not served:
                    return
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(settings: WorkerSettings, catalogue: Path, wanted: Sequence[str]) -> list[str]:
    known = read_catalogue(catalogue)
    feeds = [known.get(feed_id) for feed_id in wanted]
    without = [f.id for f in feeds if f.source is None]
    if without:
        raise UserError(
            f"no source is known for {', '.join(without)}",
            where=str(catalogue),
            hint="give it a [feed.source], or use 'homeground feeds load'.",
        )
    if shut := [f.id for f in feeds if not may_be_asked(f, settings, RegionSettings())]:
        raise UserError(
            f"publishers' servers are not asked from here: {', '.join(shut)}",
            where="HOMEGROUND_WORKER_FETCH",
            hint="set it to true in a region that is not synthetic, or bring the files with 'homeground feeds load'.",
        )
    app = open_app(settings, catalogue)
    async with app.open_async():
        with ExitStack() as held:
            await asyncio.to_thread(held.enter_context, runs.lock(runs.LOOK))
            busy = {job.feed for job in await asyncio.to_thread(runs.open_jobs)}
            return [f.id for f in feeds if f.id not in busy and await _defer(app, f)]


def work(
    settings: WorkerSettings, catalogue: Path, *, until_idle: bool = False, beside: Callable[[], bool] = lambda: False
) -> None:
    """Run a worker until it is told to stop (SIGINT or SIGTERM let the loads in hand finish), or until nothing is left to do now.

    beside: does one piece of other work, and says whether there was any; it runs in a thread, one piece at a time.
    Raises DatabaseUnavailable where the database does not answer.
    """
    _run(_work(settings, catalogue, until_idle, beside))


def ask(settings: WorkerSettings, catalogue: Path, wanted: Sequence[str]) -> list[str]:
    """Queue feeds now, whatever their cadence; those that were queued: one that waits or runs already is not queued again."""
    queued: list[str] = _run(_ask(settings, catalogue, wanted))
    return queued


def _run(work: Any) -> Any:
    try:
        return asyncio.run(work)
    except ConnectorException as error:
        raise DatabaseUnavailable(
            "the task queue's database does not answer",
            where=describe(url_for(Role.PIPELINE)),
            hint="start it with 'homeground db up'.",
        ) from error

"""What the worker is doing and has done, feed by feed, as `homeground worker status` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from core.settings import RegionSettings, WorkerSettings
from feeds.catalogue.feed import Feed, read_catalogue
from feeds.worker import runs
from feeds.worker.cadence import next_due
from feeds.worker.run import may_be_asked

State = Literal["never run", "waiting", "running", "loaded", "unchanged", "held", "retrying", "failed", "interrupted"]


@dataclass(frozen=True)
class FeedState:
    """One feed. state: what it is doing now, else what its last run came to. next_at: when it is tried or asked next."""

    feed: str
    state: State
    message: str
    attempt: int
    last_started: datetime | None
    last_finished: datetime | None
    next_at: datetime | None
    files_loaded: int
    files_unchanged: int
    files_held: int
    files_refused: int
    rows_in: int
    rows_accepted: int
    rows_rejected: int


@dataclass(frozen=True)
class WorkerStatus:
    """Every feed that has a source or was ever run, and how many workers are alive."""

    workers: int
    feeds: tuple[FeedState, ...]


def worker_status(settings: WorkerSettings, catalogue: Path, now: datetime) -> WorkerStatus:
    """The state of every feed. Raises DatabaseUnavailable where the database does not answer."""
    known, region = {f.id: f for f in read_catalogue(catalogue).feed}, RegionSettings()
    last = runs.last_runs()
    jobs = {job.feed: job for job in runs.open_jobs()}
    wanted = [
        *(i for i, f in known.items() if f.source is not None),
        *(i for i in last if i not in known or known[i].source is None),
    ]
    feeds = []
    for feed_id in wanted:
        run, job, feed = last.get(feed_id), jobs.get(feed_id), known.get(feed_id)
        counts = run.counts if run is not None else runs.RunCounts()
        next_at = job.scheduled_at if job is not None else None
        if job is None and feed is not None and may_be_asked(feed, settings, region):
            next_at = next_due(feed, run.started_at if run is not None else None, now)
        feeds.append(
            FeedState(
                feed_id,
                _state(run, job),
                run.message if run is not None else _shut(feed, settings, region),
                run.attempt if run is not None else 0,
                run.started_at if run is not None else None,
                run.finished_at if run is not None else None,
                next_at,
                **counts.__dict__,
            )
        )
    return WorkerStatus(runs.workers_alive(settings.dead_after_s), tuple(feeds))


def _shut(feed: Feed | None, settings: WorkerSettings, region: RegionSettings) -> str:
    if feed is None or may_be_asked(feed, settings, region):
        return ""
    return "not asked: HOMEGROUND_WORKER_FETCH is false" if not settings.fetch else "not asked: the region is synthetic"


def _state(run: runs.Run | None, job: runs.OpenJob | None) -> State:
    if job is not None and job.status == "doing":
        return "running"
    if job is not None and (run is None or run.outcome != "retrying" or run.job_id != job.job_id):
        return "waiting"
    if run is None:
        return "never run"
    # a run that is still open though no job is has lost its worker, and nobody has looked yet
    return "interrupted" if run.outcome == "running" else run.outcome

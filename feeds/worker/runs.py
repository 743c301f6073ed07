"""What the worker's runs came to: rows of queue.run, and the locks that make one feed run once at a time.

A lock belongs to a connection's open transaction: when its process is killed the server lets it go at once, so a lock that is free says
that nobody is running, and one that is taken that somebody is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from core import db
from core.db import Role

Outcome = Literal["running", "loaded", "unchanged", "held", "retrying", "failed", "interrupted"]
LOOK = "look"


@dataclass(frozen=True)
class RunCounts:
    """Files and rows of one run."""

    files_loaded: int = 0
    files_unchanged: int = 0
    files_held: int = 0
    files_refused: int = 0
    rows_in: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0


@dataclass(frozen=True)
class Run:
    """The newest run of a feed."""

    feed: str
    job_id: int
    attempt: int
    outcome: Outcome
    message: str
    counts: RunCounts
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class OpenJob:
    """A job that waits (todo, from scheduled_at on) or runs (doing)."""

    job_id: int
    feed: str
    status: Literal["todo", "doing"]
    attempts: int
    scheduled_at: datetime | None


@contextmanager
def lock_unless_taken(key: str) -> Iterator[bool]:
    """Hold a lock for the length of the block; False where somebody else has it."""
    with db.transaction(Role.PIPELINE) as connection:
        yield bool(db.fetch(connection, "worker/try_lock", {"key": key})["taken"].iloc[0])


@contextmanager
def lock(key: str) -> Iterator[None]:
    """Hold a lock for the length of the block, once whoever has it lets go."""
    with db.transaction(Role.PIPELINE) as connection:
        db.fetch(connection, "worker/lock", {"key": key})
        yield


def feed_key(feed_id: str) -> str:
    return f"feed {feed_id}"


def begin(feed_id: str, job_id: int, attempt: int) -> int:
    """Note a run that begins; its id."""
    with db.transaction(Role.PIPELINE) as connection:
        row = db.fetch(connection, "worker/begin_run", {"feed": feed_id, "job_id": job_id, "attempt": attempt})
        return int(row["run_id"].iloc[0])


def finish(run_id: int, outcome: Outcome, message: str, counts: RunCounts) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        values = {"run_id": run_id, "outcome": outcome, "message": message[:4000], **asdict(counts)}
        db.run_statement(connection, "worker/finish_run", values)


def note_failure(feed_id: str, job_id: int, attempt: int, message: str) -> None:
    """Note that a feed was given up without another run."""
    finish(begin(feed_id, job_id, attempt), "failed", message, RunCounts())


def interrupt_dead() -> tuple[tuple[int, str, int], ...]:
    """Mark the runs whose process has died; their (job id, feed, attempt)."""
    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "worker/interrupt_runs")
    return tuple((int(r.job_id), str(r.feed), int(r.attempt)) for r in rows.itertuples())


def open_jobs() -> tuple[OpenJob, ...]:
    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "worker/open_jobs")
    return tuple(OpenJob(**{str(k): v for k, v in row.items()}) for row in _plain(rows))


def last_runs() -> dict[str, Run]:
    """The newest run of each feed that was ever tried."""
    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "worker/last_runs")
    names = RunCounts.__dataclass_fields__
    found = {}
    for row in _plain(rows):
        counts = RunCounts(**{str(k): int(v) for k, v in row.items() if k in names})
        found[str(row["feed"])] = Run(counts=counts, **{str(k): v for k, v in row.items() if k not in names})
    return found


def workers_alive(seconds: float) -> int:
    with db.transaction(Role.PIPELINE) as connection:
        return int(db.fetch(connection, "worker/alive", {"seconds": seconds})["workers"].iloc[0])


def _plain(rows: Any) -> list[dict[Any, Any]]:
    """Rows with None for what is missing and Python's own times."""
    import pandas as pd

    def plain(value: Any) -> Any:
        if isinstance(value, pd.Timestamp):
            return value.to_pydatetime()
        return None if value is None or value is pd.NaT else value

    return [{k: plain(v) for k, v in row.items()} for row in rows.astype(object).to_dict("records")]

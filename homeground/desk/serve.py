"""Tasks of the desks, one at a time in a database. The portal's credential may ask for these and do none of them.

Whoever runs a task holds the lock of the desks, which goes with their process: a task that is marked as running while the lock is free has
lost its worker, and is begun again.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from core import db
from core.db import Role
from core.errors import DatabaseUnavailable, DisclosureError, UserError
from feeds.worker import runs
from homeground.desk.briefs import BRIEF_WORK
from homeground.desk.copies import COPY_WORK
from homeground.desk.later import LaterError
from homeground.desk.problems import PROBLEM_WORK
from homeground.desk.tasks import WORK

log = logging.getLogger("homeground.worker")

_LOCK = "desk"

Work = Callable[[Row[Any], Path | None, Callable[[str], None]], str]


@dataclass(frozen=True)
class Desk:
    """folder: of its statements in sql/. work: what does a task of each kind, and returns what it came to."""

    folder: str
    work: Mapping[str, Work]


PROBLEMS = Desk("problems", PROBLEM_WORK)
BRIEFS = Desk("briefs", BRIEF_WORK)
COPIES = Desk("copies", COPY_WORK)
# what few wait for comes after what everyone does
DESKS = (Desk("steward", WORK), PROBLEMS, BRIEFS, COPIES)


def serve_one(catalogue: Path | None = None, *, desks: Sequence[Desk] = DESKS) -> bool:
    """Do the next task, if any, and note what came of it. Whether one was done; False too where another process is at the desks.

    catalogue: of feeds, for deliveries; the project's own unless given. Raises DatabaseUnavailable where the database went away: the task
    is begun again.
    """
    with runs.lock_unless_taken(_LOCK) as ours:
        return ours and any(_serve(desk, catalogue) for desk in desks)


def _serve(desk: Desk, catalogue: Path | None) -> bool:
    with db.transaction(Role.PIPELINE) as connection:
        db.run_statement(connection, f"{desk.folder}/take_up")
        task = db.one_or_none(connection, f"{desk.folder}/next_task")
    return task is not None and _do(desk, task, catalogue)


def _do(desk: Desk, task: Row[Any], catalogue: Path | None) -> bool:
    number = int(task.task_id)

    def say(line: str) -> None:
        _write(desk, "task_says", {"task_id": number, "said": line[:400]})

    try:
        said = desk.work[task.kind](task, catalogue, say)
    except LaterError as waits:
        _write(desk, "task_waits", {"task_id": number, "said": str(waits)[:400]})
        return False
    except DatabaseUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a task ends noted, whatever happened in it
        message = _message(error)
        log.warning("task %d of the desk of %s (%s) failed: %s", number, desk.folder, task.kind, message)
        _write(desk, "task_ends", {"task_id": number, "state": "failed", "said": message[:2_000]})
        return True
    log.info("task %d of the desk of %s (%s): %s", number, desk.folder, task.kind, said)
    _write(desk, "task_ends", {"task_id": number, "state": "done", "said": said[:2_000]})
    return True


def _write(desk: Desk, name: str, values: dict[str, Any]) -> None:
    """In a transaction of its own, so that it shows while the task goes on."""
    with db.transaction(Role.PIPELINE) as connection:
        db.run_statement(connection, f"{desk.folder}/{name}", values)


def _message(error: Exception) -> str:
    """A person's message; of a defect only its kind, because a driver's message quotes rows. The log gets the place, not the text."""
    if isinstance(error, UserError | DisclosureError):
        return str(error)
    log.error("a defect: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    return f"{type(error).__name__}: a defect of ours; the worker's log says where"

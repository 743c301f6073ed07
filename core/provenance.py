"""Which code, seed, parameters and inputs made a result."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from sqlalchemy import Connection

from core.db import Role, fetch, run_statement, scalar, transaction
from core.db.one_run import one_run
from core.errors import DatabaseUnavailable
from core.paths import PROJECT_ROOT

log = logging.getLogger(__name__)

VERSION = "0.5.0"


@cache
def code_version() -> str:
    """Version and commit of the running code, with '+changed' where the working tree differs from the commit.

    A container holds no git: its image carries the commit in a file COMMIT instead.
    """
    noted = PROJECT_ROOT / "COMMIT"
    if noted.is_file():
        built_from = noted.read_text(encoding="utf-8").strip()
        return f"{VERSION} ({built_from})" if built_from else VERSION
    try:
        commit = subprocess.run(
            ["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty=+changed", "--abbrev=12"],
            capture_output=True, text=True, check=True, timeout=10,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return VERSION
    return f"{VERSION} ({commit})"


def file_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def start_run(
    connection: Connection, stage: str, *, seed: int | None, parameters: Mapping[str, Any], delivery_ids: Sequence[int]
) -> int:
    """Open a run of a stage; its results carry the id that this returns."""
    values = {
        "stage": stage,
        "seed": seed,
        "parameters": json.dumps(dict(parameters), default=str, sort_keys=True),
        "delivery_ids": list(delivery_ids),
        "code_version": code_version(),
    }
    return int(scalar(connection, "run/start", values))


def finish_run(connection: Connection, run_id: int, *, found: Mapping[str, Any] | None = None) -> None:
    """Close a run. found: what it measured about itself (the error of an estimate, say), kept with its parameters under 'found'."""
    measured = {} if found is None else {"found": dict(found)}
    run_statement(connection, "run/finish", {"run_id": run_id, "found": json.dumps(measured, default=str, sort_keys=True)})


@contextmanager
def noted_run(kind: str, what: str) -> Iterator[None]:
    """Hold the turn of a kind of run (core.db.one_run) and note its beginning and its end; say of one before it that it never ended.

    The note is a row of analysis.run whose stage is 'run:KIND'. It decides nothing: who has the turn is the lock's to say.
    """
    with one_run(kind, what):
        with transaction(Role.PIPELINE) as connection:
            for cut_off in fetch(connection, "run/cut_off", {"kind": f"run:{kind}"}).itertuples():
                log.warning("%s", _in_words(cut_off))
                finish_run(connection, int(cut_off.run_id), found={"cut_off": True})
            noted = start_run(connection, f"run:{kind}", seed=None, parameters={"what": what}, delivery_ids=[])
        try:
            yield
        except DatabaseUnavailable:
            # the note stays open, and the next run tells of it
            raise
        except BaseException:
            with suppress(DatabaseUnavailable):
                _finish(noted)
            raise
        _finish(noted)


def _finish(run_id: int) -> None:
    with transaction(Role.PIPELINE) as connection:
        finish_run(connection, run_id)


def _in_words(run: Any) -> str:
    if run.stages:
        stands = f"its stages up to '{run.last_stage}' stand, and nothing of the one after"
    elif run.files:
        stands = f"files of it that stand, whole: {run.files}; nothing of any other"
    else:
        stands = "nothing of it was stored"
    return f"'{run.what}', begun {run.started_at:%Y-%m-%d %H:%M} UTC, was cut off: {stands}"

"""Which code, seed, parameters and inputs made a result."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from core.paths import PROJECT_ROOT

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
    statement = text(
        "INSERT INTO analysis.run (stage, seed, parameters, delivery_ids, code_version)"
        " VALUES (:stage, :seed, CAST(:parameters AS JSONB), :deliveries, :version) RETURNING run_id"
    )
    values = {
        "stage": stage,
        "seed": seed,
        "parameters": json.dumps(dict(parameters), default=str, sort_keys=True),
        "deliveries": list(delivery_ids),
        "version": code_version(),
    }
    return int(connection.execute(statement, values).scalar_one())


def finish_run(connection: Connection, run_id: int, *, found: Mapping[str, Any] | None = None) -> None:
    """Close a run. found: what it measured about itself (the error of an estimate, say), kept with its parameters under 'found'."""
    statement = text(
        "UPDATE analysis.run SET finished_at = clock_timestamp(), parameters = parameters || CAST(:found AS JSONB) WHERE run_id = :r"
    )
    measured = {} if found is None else {"found": dict(found)}
    connection.execute(statement, {"r": run_id, "found": json.dumps(measured, default=str, sort_keys=True)})

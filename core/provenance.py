"""Which code, seed, parameters and inputs made a result."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

from core.db import run_statement, scalar
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

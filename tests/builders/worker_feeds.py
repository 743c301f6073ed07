"""Invented partner feeds that come from folders, and the worker as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_FEED = """
[[feed]]
id = "{id}"
title = "Invented feed {id}"
publisher = "An invented partner"
licence = "for tests"
sensitivity = "open"
cadence = "daily"
slot = "{{month}}"
source = {{ kind = "folder", folder = "{id}" }}
[feed.recognise]
file_name = '(^|/)(?P<month>\\d{{4}}-\\d{{2}})-calls\\.csv$'
[feed.period]
rule = "file_name"
[[feed.writes]]
shape = "event"
month = "Month"
category = "Kind"
label = "Text"
categories = ["Fall", "Assault"]
"""


def write_catalogue(path: Path, feed_ids: list[str]) -> Path:
    path.write_text("".join(_FEED.format(id=i) for i in feed_ids), encoding="utf-8")
    return path


def write_calls(folder: Path, rows: int, *, month: str = "2025-11", columns: str = "Month,Kind,Text") -> Path:
    """A month of calls; each row is different, so that nothing is compressed away."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{month}-calls.csv"
    lines = [columns, *(f"{month},{'Assault' if i % 3 == 0 else 'Fall'},call {i:08d}" for i in range(rows))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def start_worker(catalogue: Path, inbox: Path, *arguments: str, **settings: object) -> subprocess.Popen[str]:
    """`homeground worker` against the database that the test is pointed at; settings are those of HOMEGROUND_WORKER_."""
    quick = {"poll_s": 0.1, "look_s": 0.2, "dead_after_s": 2, "first_retry_s": 0.1, "jobs": 2, **settings}
    environment = {**os.environ, "HOMEGROUND_WORKER_INBOX": str(inbox)}
    environment |= {f"HOMEGROUND_WORKER_{k.upper()}": str(v) for k, v in quick.items()}
    command = [sys.executable, "-m", "homeground.command_line", "worker", "--catalogue", str(catalogue), *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

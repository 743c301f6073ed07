"""Processor seconds of a benchmark and its own PostgreSQL together: on a shared machine the clock tells as much of the others."""

from __future__ import annotations

import os
import time
from pathlib import Path

from core import local_postgis
from core.settings import DatabaseSettings

# fields of /proc/PID/stat after the name: its parent, its own time in user and system mode, that of its children that have ended
_PARENT, _USER, _SYSTEM, _CHILDREN_USER, _CHILDREN_SYSTEM = 1, 11, 12, 13, 14


def processor_seconds(settings: DatabaseSettings) -> float | None:
    """Used so far by this process and by the processes of the private cluster; None where the system does not tell."""
    try:
        postmaster = (local_postgis.locate(settings).data / "postmaster.pid").read_text(encoding="ascii").split()[0]
        ticks = sum(_ticks(stat, postmaster) for stat in Path("/proc").glob("[0-9]*/stat"))
    except (OSError, IndexError):
        return None
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _ticks(stat: Path, postmaster: str) -> int:
    try:
        fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0  # it ended meanwhile, and its time is now among its parent's children's
    used = int(fields[_USER]) + int(fields[_SYSTEM])
    if stat.parent.name == postmaster:
        return used + int(fields[_CHILDREN_USER]) + int(fields[_CHILDREN_SYSTEM])
    return used if fields[_PARENT] == postmaster else 0

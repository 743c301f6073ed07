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
    postmaster = _postmaster(settings)
    if postmaster is None:
        return None
    ticks = sum(_ticks(stat, postmaster) for stat in Path("/proc").glob("[0-9]*/stat"))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def server_processes(settings: DatabaseSettings) -> list[Path]:
    """The folder in /proc of every process of the private cluster; none where the system does not tell."""
    postmaster = _postmaster(settings)
    if postmaster is None:
        return []
    return [stat.parent for stat in Path("/proc").glob("[0-9]*/stat") if _is_of(stat.parent.name, _fields(stat), postmaster)]


def _postmaster(settings: DatabaseSettings) -> str | None:
    try:
        return (local_postgis.locate(settings).data / "postmaster.pid").read_text(encoding="ascii").split()[0]
    except (OSError, IndexError):
        return None


def _fields(stat: Path) -> list[str]:
    """What stands behind the name; nothing where the process has ended meanwhile: its time is then among its parent's children's."""
    try:
        return stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _is_of(process: str, fields: list[str], postmaster: str) -> bool:
    return bool(fields) and postmaster in (process, fields[_PARENT])


def _ticks(stat: Path, postmaster: str) -> int:
    fields = _fields(stat)
    if not _is_of(stat.parent.name, fields, postmaster):
        return 0
    used = int(fields[_USER]) + int(fields[_SYSTEM])
    if stat.parent.name == postmaster:
        used += int(fields[_CHILDREN_USER]) + int(fields[_CHILDREN_SYSTEM])
    return used

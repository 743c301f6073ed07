"""The most memory that a process, and a benchmark's own PostgreSQL, held at a time."""

from __future__ import annotations

import resource
import threading
from pathlib import Path
from types import TracebackType

from bench.processor_time import server_processes
from core.settings import DatabaseSettings

_EVERY_S = 0.5
_KB_IN_A_GB = 2**20


def peak_gb() -> float:
    """Of this process since it began: what it shares with nobody else's beginning, unlike the figure of getrusage after a fork."""
    found = _kilobytes(Path("/proc/self/status"), "VmHWM:")
    return (found or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / _KB_IN_A_GB


class ServerMemory:
    """While it is open, looks twice a second at what the private cluster's processes hold; a page that several share counts once."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self.peak_gb = 0.0
        self._settings = settings
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> ServerMemory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY_S):
            held = sum(_kilobytes(folder / "smaps_rollup", "Pss:") for folder in server_processes(self._settings))
            self.peak_gb = max(self.peak_gb, held / _KB_IN_A_GB)


def _kilobytes(path: Path, name: str) -> int:
    """One figure of a file of /proc; 0 where the system has none or the process has ended."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)

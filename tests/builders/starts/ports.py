"""Ports for servers that are started by their number, none of them given out twice."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import IO

# below the range from which the system hands out ports by itself, so that no connection of anybody's takes one in between
_PORTS = range(20_000, 30_000)
_held: list[IO[str]] = []


def free_port() -> int:
    """A port on which nobody listens and which no other process that asks here is given while this one lives."""
    folder = Path(tempfile.gettempdir()) / f"homeground-test-ports-{os.geteuid()}"
    folder.mkdir(exist_ok=True)
    first = os.getpid() % len(_PORTS)
    for port in (*_PORTS[first:], *_PORTS[:first]):
        handle = (folder / str(port)).open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            handle.close()
            continue
        _held.append(handle)
        return port
    raise RuntimeError("every port that tests may use is taken")

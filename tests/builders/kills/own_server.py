"""A private cluster of a test's own, which may be stopped and killed, and the processes of which it consists."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core import db, local_postgis
from core.settings import DatabaseSettings
from tests.builders.shared_server import LIMITS
from tests.builders.waiting import until


@contextmanager
def own_cluster() -> Iterator[DatabaseSettings]:
    """A folder for a cluster of one's own, to which the code is pointed."""
    folder = Path(tempfile.mkdtemp(prefix="hg-own-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEGROUND_STATE_DIR", str(folder))
        patch.setenv("HOMEGROUND_DATABASE_NAME", "homeground")
        for limit in LIMITS:
            patch.delenv(limit)
        db.dispose_engines()
        own = DatabaseSettings()
        try:
            yield own
        finally:
            db.dispose_engines()
            local_postgis.down(own)
            shutil.rmtree(folder, ignore_errors=True)


def running_of(postmaster: int) -> list[int]:
    """The processes of a server that still run, the postmaster's children among them; one that only waits to be reaped does not."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid = int(stat.parent.name)
            state, parent = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if postmaster in (pid, int(parent)) and state != "Z":
            found.append(pid)
    return found


def is_running(pid: int) -> bool:
    return _state(pid) not in ("", "Z")


def is_stopped(pid: int) -> bool:
    """Whether it stopped itself (SIGSTOP) and waits to be told to go on."""
    return _state(pid) == "T"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def postmaster(settings: DatabaseSettings) -> int:
    return int((local_postgis.locate(settings).data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


def sessions(settings: DatabaseSettings, words: str = "homeground_pipeline") -> list[int]:
    """The server's processes that serve a session of that role."""
    found = []
    for pid in running_of(postmaster(settings)):
        try:
            title = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if words in title:
            found.append(pid)
    return found


def kill_a_session(settings: DatabaseSettings) -> None:
    """What the kernel does where memory runs out. The server then ends every session and mends itself."""
    os.kill(sessions(settings)[0], signal.SIGKILL)


def kill_the_server(settings: DatabaseSettings) -> None:
    os.kill(postmaster(settings), signal.SIGKILL)


def stop_at_once(settings: DatabaseSettings) -> None:
    """pg_ctl stop -m immediate: no session is let finish, and nothing is written."""
    found = local_postgis.locate(settings)
    subprocess.run(
        [str(local_postgis.find_pg_bin(settings) / "pg_ctl"), "-D", str(found.data), "-m", "immediate", "stop"],
        user=found.account,
        group=pwd.getpwnam(found.account).pw_gid if found.account else None,
        extra_groups=[] if found.account else None,
        cwd="/",
        stdout=subprocess.DEVNULL,
        check=True,
    )


def without_waiting_for_the_disk(settings: DatabaseSettings) -> None:
    """What is killed here is PostgreSQL, never the machine: the kernel keeps what was written."""
    found = local_postgis.up(settings)
    local_postgis.down(settings)
    with (found.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
        handle.write("fsync = off\n")
    until(lambda: not local_postgis.is_running(found), "the server to stop")

"""Dask workers on machines of their own, as far as the network goes: each in a network namespace, joined to the scheduler by a bridge."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.paths import PROJECT_ROOT

# of the networks for tests of devices (RFC 2544)
_HOST, _NETWORK = "198.18.77.254", "198.18.77"
_BRIDGE = "hgbridge"
# who owns nothing
_NOBODY = 65534


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def forbidden() -> str:
    """Why no namespace can be made here; '' where it can."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return "network namespaces need the program ip and its rights"
    try:
        _ip("netns", "add", "hgtry")
        _ip("netns", "delete", "hgtry")
    except subprocess.CalledProcessError as error:
        return f"network namespaces are not permitted here: {error.stderr.decode().strip()}"
    return ""


@contextmanager
def namespaces(count: int) -> Iterator[list[str]]:
    """Names of namespaces whose networks reach the bridge, at 198.18.77.1 and so on; all of it is gone afterwards."""
    names = [f"hg{os.getpid()}n{i}" for i in range(count)]
    try:
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("address", "add", f"{_HOST}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        for i, name in enumerate(names):
            _ip("netns", "add", name)
            _ip("link", "add", f"hgv{i}", "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", f"hgv{i}", "master", _BRIDGE, "up")
            _ip("-n", name, "address", "add", f"{_NETWORK}.{i + 1}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield names
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "delete", _BRIDGE], check=False, capture_output=True)


def host() -> str:
    """Where the scheduler listens, as the namespaces see it."""
    return _HOST


@contextmanager
def workers(names: list[str], scheduler: str, folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A Dask worker in each namespace, as nobody, with no setting of ours in its environment."""
    started = []
    try:
        for i, name in enumerate(names):
            own = folder / name
            own.mkdir(mode=0o777)
            own.chmod(0o777)
            bare = {k: v for k, v in os.environ.items() if not k.startswith("HOMEGROUND_")}
            environment = {**bare, "PYTHONPATH": str(PROJECT_ROOT), "HOME": str(own), "PYTHONDONTWRITEBYTECODE": "1"}
            command = ["ip", "netns", "exec", name, "setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", sys.executable,
                       "-m", "distributed.cli.dask_worker", scheduler, "--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny",
                       "--host", f"{_NETWORK}.{i + 1}", "--local-directory", str(own)]  # fmt: skip
            with (own / "log").open("wb") as log:
                started.append(subprocess.Popen(command, env=environment, cwd=own, stdout=log, stderr=subprocess.STDOUT))
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()

"""Portals without the five seconds of a processor that each start takes to import the same libraries.

`python -m tests.builders.starts.forked` imports them once, then forks a portal for each line that it reads. A portal has the environment and
log that it is told and nothing of the tests' process: the parent that it is forked from is one of its own, started for this.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.paths import PROJECT_ROOT

# what every portal imports before its port is open (app.serve); not what declares a component, which Streamlit serves only if it runs already
_IMPORTED = ("app.serve", "streamlit.starlette", "app.routes", "pandas", "folium", "altair", "scipy.stats", "babel.dates")


class Starter:
    """The parent of portals: one for each process of the tests, started when the first portal is."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def _ask(self, **asked: Any) -> Any:
        if self._process is None:
            clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEGROUND_")}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.builders.starts.forked"],
                cwd=PROJECT_ROOT, env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            atexit.register(self.end)
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        asks.write(json.dumps(asked) + "\n")
        asks.flush()
        return json.loads(answers.readline())

    def start(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Portal:
        """module: whose main(arguments) is the portal."""
        asked = {"module": module, "arguments": list(arguments), "environment": dict(environment), "log": str(log)}
        return Portal(self, self._ask(**asked))

    def code_of(self, pid: int) -> int | None:
        """The exit code of a portal that ended, as subprocess gives it; None while it runs."""
        code: int | None = self._ask(pid=pid)
        return code

    def end(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(60)
            self._process = None


STARTER = Starter()


@dataclass
class Portal:
    """A portal as `subprocess.Popen` is, as far as tests ask it."""

    _starter: Starter
    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._starter.code_of(self.pid)
        return self.returncode

    def wait(self, timeout: float) -> int:
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"portal {self.pid}", timeout)
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _be_a_portal(asked: dict[str, Any]) -> None:
    """In the forked process: what a start by `python -m MODULE` would have, then the portal to its end."""
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, other in ((0, nothing), (1, log), (2, log)):
        os.dup2(other, mine)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = [asked["module"], *asked["arguments"]]
    code = 1
    try:
        code = importlib.import_module(asked["module"]).main(asked["arguments"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter would: a traceback in the log, and 1
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _answer(asked: dict[str, Any]) -> int | None:
    if "pid" in asked:
        ended, status = os.waitpid(asked["pid"], os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None
    pid = os.fork()
    if pid == 0:
        _be_a_portal(asked)
    return pid


def main() -> None:
    # as in a process that a shell starts in the foreground, whatever the tests were started by
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in _IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

"""A command of Homeground in a process of its own, with the environment that it is given and no more; and many of them side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.paths import PROJECT_ROOT

COMMAND = (sys.executable, "-m", "homeground.command_line")
_ENDS_S = 20.0


@dataclass(frozen=True)
class Done:
    """How a command ended. last_words: its message where it failed, in one line."""

    code: int
    seconds: float
    last_words: str

    @property
    def failed(self) -> bool:
        return self.code != 0


class Children:
    """The processes that were started and have not ended: where this one is stopped, so are they."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    @contextmanager
    def started(self, words: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
        # a link that lies there leads nowhere: the folder may be that of another account
        opened = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(opened, "ab") as out, self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            child = subprocess.Popen(
                [*COMMAND, *words], env=dict(environment), cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
            self._running.add(child)
        try:
            yield child
        except BaseException:
            # whoever waited for it was stopped
            self.stop()
            raise
        finally:
            with self._lock:
                self._running.discard(child)
        if self._stopped:
            # it did not fail, it was ended
            raise KeyboardInterrupt

    def stop(self) -> None:
        """End all that run and let no other begin."""
        with self._lock:
            self._stopped = True
            for child in self._running:
                child.terminate()
            for child in self._running:
                try:
                    child.wait(_ENDS_S)
                except subprocess.TimeoutExpired:
                    child.kill()


def end_with_me() -> None:
    """Let a signal that ends this process end its children too: when it is told to stop, and when its terminal is closed."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup has a closed terminal ignored
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def run_homeground(words: Sequence[str], environment: Mapping[str, str], log: Path, children: Children | None = None) -> Done:
    """Run `homeground WORDS` to its end. What it prints is added to the log, which its owner alone may read."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = log.stat().st_size if log.is_file() else 0
    begun = time.monotonic()
    with (children or Children()).started(words, environment, log) as child:
        code = child.wait()
    with log.open("rb") as said:
        said.seek(before)
        words_said = said.read().decode("utf-8", "replace")
    return Done(code, time.monotonic() - begun, last_words(words_said) if code else "")


def last_words(said: str) -> str:
    """The message that a command ended with: from the line that begins with its name, else the error under its last traceback, else its last
    line."""
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    for starts in (("homeground:", "Error:", "Usage:"), ("Traceback (most",)):
        at = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].startswith(starts)), None)
        if at is not None and starts[0] == "homeground:":
            return " ".join(line.strip() for line in lines[at:]).removeprefix("homeground:").strip()
        if at is not None:
            return next((line for line in lines[at + 1 :] if not line.startswith(" ")), lines[-1])
    return lines[-1].strip() if lines else "it said nothing"

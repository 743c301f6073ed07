"""A command of Homeground in a process of its own, with the environment that it is given and no more; and many of them side by side."""

from __future__ import annotations

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
        with log.open("ab") as out, self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            child = subprocess.Popen(
                [*COMMAND, *words], env=dict(environment), cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
            self._running.add(child)
        try:
            yield child
        finally:
            with self._lock:
                self._running.discard(child)

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


def run_homeground(words: Sequence[str], environment: Mapping[str, str], log: Path, children: Children | None = None) -> Done:
    """Run `homeground WORDS` to its end. What it prints is added to the log, which its owner alone may read."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    log.touch(mode=0o600)
    before = log.stat().st_size
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

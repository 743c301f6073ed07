"""A process that has everything imported and forks a child for each task, so that a child can be killed at any moment of its work.

Reads lines: the task's own fields, the statement at which the child makes itself known (0: none), and whether it stops there or goes on.
Answers with the child's process id, then, once it is there, "there", and when it has ended its exit code and how many statements it made
(0 where it was killed). What a child had to import is imported here too, for those after it. Spawner is the other end.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from sqlalchemy import Engine, event

from core.paths import PROJECT_ROOT


def serve(work: Callable[[list[str]], int]) -> None:
    """work: does a task of these fields and returns an exit code; it runs in a child that shares nothing with its parent but the modules."""
    for line in sys.stdin:
        *task, at, stops = line.rstrip("\n").split("\t")
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reads)
            _do(work, task, writes, int(at), stops == "stops")
        os.close(writes)
        print(child, flush=True)
        told, there = "", at == "0"
        with os.fdopen(reads, encoding="ascii") as pipe:
            for said in pipe:
                if said == "there\n":
                    print("there", flush=True)
                    there = True
                elif said.startswith(_IMPORTED):
                    _import(said.removeprefix(_IMPORTED).split())
                else:
                    told = said
        if not there:  # it had fewer statements than that
            print("there", flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), told.strip() if told.strip().isdigit() else 0, flush=True)


_IMPORTED = "imported "


def _import(names: list[str]) -> None:
    for name in names:
        # a module that only its package can import was imported by it
        with suppress(ImportError):
            importlib.import_module(name)


def _do(work: Callable[[list[str]], int], task: list[str], pipe: int, at: int, stops: bool) -> None:
    made = 0
    had = set(sys.modules)

    def count(*_: object) -> None:
        nonlocal made
        made += 1
        if made == at:
            os.write(pipe, b"there\n")
            if stops:
                os.kill(os.getpid(), signal.SIGSTOP)

    # commits count too: the moment just before one, and the one just after, are the most telling
    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        code = work(task)
    except BaseException as error:  # noqa: BLE001 - a child that returned would read its parent's lines
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(4)
    with os.fdopen(pipe, "w", encoding="ascii") as tells:
        print(_IMPORTED, *(name for name in sys.modules if name not in had and name.isascii()), file=tells)
        print(made, file=tells)
    os._exit(code)


class Spawner:
    """Tasks in children of a process that has its imports behind it. module: one whose main serves them."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, *task: object, at: int = 0, stops: bool = False) -> int:
        """A task's process, once it has come to that statement of its own; 0: at once."""
        line = "\t".join([*map(str, task), str(at), "stops" if stops else "goes on"])
        _pipe(self._process.stdin).write(f"{line}\n")
        _pipe(self._process.stdin).flush()
        pid = int(_pipe(self._process.stdout).readline())
        if at:
            assert _pipe(self._process.stdout).readline() == "there\n"
        return pid

    def ended(self) -> tuple[int, int]:
        """Exit code, and how many statements it made."""
        code, made = _pipe(self._process.stdout).readline().split()
        return int(code), int(made)

    def close(self) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait(timeout=300)
        _pipe(self._process.stdout).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe

"""A process that has everything imported and forks a child for each load it is told to make, so that a child can be killed at any moment.

Reads lines of a folder, the statement at which the child makes itself known, and whether it stops there or goes on. Answers with the child's
process id, then, once it is there, "there", and when it has ended its exit code and how many statements it made (0 where it was killed).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import shapely  # noqa: F401 - what a load imports on its way is imported here, once
from sqlalchemy import Engine, event

from feeds.loading.load import load_source
from tests.builders.feeds_files import REGION


def main() -> None:
    for line in sys.stdin:
        folder, at, stops = line.rstrip("\n").split("\t")
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reads)
            _load(Path(folder), writes, int(at), stops == "stops")
        os.close(writes)
        print(child, flush=True)
        told, there = "", at == "0"
        with os.fdopen(reads, encoding="ascii") as pipe:
            for said in pipe:
                if said == "there\n":
                    print("there", flush=True)
                    there = True
                told = said
        if not there:  # it had fewer statements than that
            print("there", flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), told.strip() if told.strip().isdigit() else 0, flush=True)


def _load(folder: Path, pipe: int, at: int, stops: bool) -> None:
    """In the child: nothing of the parent's is shared but the modules, for it never opened a connection."""
    made = 0

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
    report = load_source(folder, region=REGION)
    os.write(pipe, f"{made}\n".encode("ascii"))
    os._exit(3 if report.refused else 0)


if __name__ == "__main__":
    main()

"""A command that comes to a statement and tells: `python -m tests.builders.kills.command FILE WORDS stops|reckons COMMAND...`.

At the first statement that has the words it makes the file, and then stops (SIGSTOP) as if it were slow, or goes on for minutes without
asking the server anything, as a stage may.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from sqlalchemy import Engine, event

from homeground.command_line import main


def run(told: Path, words: str, how: str, arguments: list[str]) -> None:
    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if words not in statement or told.exists():
            return
        told.touch()
        if how == "stops":
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            # the wait for another thread, which a signal alone ends
            threading.Event().wait(600)

    event.listen(Engine, "before_cursor_execute", look)
    sys.argv = ["homeground", *arguments]
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])

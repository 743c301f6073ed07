"""One run at a time of what must not run twice in one database: the analysis with its releases, and the load of a folder.

The lock is that of an open transaction: when the process that has it is killed, the server lets it go at once. Who has it, and since when,
is read from the name and the start of that session, so no note that was left behind can bar the way. (core.provenance.noted_run leaves one
that tells what was cut off.)

The session of the lock is watched too. A stage may reckon for minutes without a word to the server; where that goes away, it is said at once.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from core.db.connect import driver_connection, transaction, went_away
from core.db.read import one_or_none, run_statement, scalar
from core.db.role import Role
from core.errors import UserError

# PostgreSQL keeps 63 bytes of a session's name
_LONGEST = 63


@contextmanager
def one_run(kind: str, what: str) -> Iterator[None]:
    """Hold the lock of a kind of run ('analysis', 'load') while the block runs. what: the run as the one who has to wait reads it.

    UserError at once, with who runs and since when, where somebody holds it. DatabaseUnavailable in the middle of the block, a moment after
    the server went away or as soon as compiled code gives way.
    """
    with transaction(Role.PIPELINE) as connection:
        name = f"{what}, process {os.getpid()} on {socket.gethostname()}".encode()[:_LONGEST].decode(errors="ignore")
        run_statement(connection, "run/name_session", {"name": name})
        if not scalar(connection, "run/take_turn", {"key": f"run {kind}"}):
            other = one_or_none(connection, "run/whose_turn", {"key": f"run {kind}"})
            # it may have ended since
            who = "another run" if other is None else str(other.who)
            if other is not None and other.since is not None:
                # a login that took on its role (a group of forces) is told the name of a session and not its beginning
                who += f", since {other.since:%Y-%m-%d %H:%M:%S} UTC"
            raise UserError(
                f"only one {kind} runs at a time in this database, and one does: {who}",
                where=what,
                hint="wait until it ends, then run this again; a run that hangs is ended by ending its process.",
            )
        with _watched(connection):
            yield


# the peer hung up; elsewhere than on Linux its last words show it too, as does the next statement
_HUNG_UP = getattr(select, "POLLRDHUP", select.POLLHUP)
_AGAIN_MS = 1_000


@contextmanager
def _watched(connection: Connection) -> Iterator[None]:
    """While the block runs, a thread waits for the end of a session that nobody uses, and then interrupts the block.

    By a signal, which also ends what waits for another thread. Only the main thread is given signals; elsewhere nothing is watched.
    """
    main = threading.main_thread()
    if threading.current_thread() is not main:
        yield
        return
    ended, tell_end = os.pipe()
    session = driver_connection(connection).fileno()

    def interrupt(number: int, frame: object) -> None:
        # what met it by itself is on its way out, and is not disturbed while it cleans up
        if sys.exc_info()[1] is None:
            raise went_away(connection.engine.url)

    def watch() -> None:
        poll = select.poll()
        poll.register(session, _HUNG_UP)
        poll.register(ended, select.POLLIN | select.POLLHUP)
        found = poll.poll()
        poll.unregister(session)
        # once more where the moment was a bad one
        while main.ident is not None and ended not in [handle for handle, _ in found]:
            signal.pthread_kill(main.ident, signal.SIGUSR1)
            found = poll.poll(_AGAIN_MS)

    before = signal.signal(signal.SIGUSR1, interrupt)
    watcher = threading.Thread(target=watch, name="watch the database", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        os.close(tell_end)
        watcher.join()
        os.close(ended)
        signal.signal(signal.SIGUSR1, before)

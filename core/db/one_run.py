"""One run at a time of what must not run twice in one database: the analysis with its releases, and the load of a folder.

The lock is that of an open transaction: when the process that has it is killed, the server lets it go at once. Who has it, and since when,
is read from the name and the start of that session, so there is no note that could be left behind.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from core.db.connect import transaction
from core.db.read import one_or_none, run_statement, scalar
from core.db.role import Role
from core.errors import UserError

# PostgreSQL keeps 63 bytes of a session's name
_LONGEST = 63


@contextmanager
def one_run(kind: str, what: str) -> Iterator[None]:
    """Hold the lock of a kind of run ('analysis', 'load') while the block runs. what: the run as the one who has to wait reads it.

    UserError at once, with who runs and since when, where somebody holds it.
    """
    with transaction(Role.PIPELINE) as connection:
        name = f"{what}, process {os.getpid()} on {socket.gethostname()}".encode()[:_LONGEST].decode(errors="ignore")
        run_statement(connection, "run/name_session", {"name": name})
        if not scalar(connection, "run/take_turn", {"key": f"run {kind}"}):
            other = one_or_none(connection, "run/whose_turn", {"key": f"run {kind}"})
            # it may have ended since
            who = "another run" if other is None else f"{other.who}, since {other.since:%Y-%m-%d %H:%M:%S} UTC"
            raise UserError(
                f"only one {kind} runs at a time in this database, and one does: {who}",
                where=what,
                hint="wait until it ends, then run this again; a run that hangs is ended by ending its process.",
            )
        yield

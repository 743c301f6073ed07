"""Counting the transactions that a piece of code begins.

Which streets lie under the maps is the process's own question, asked every few seconds whatever the page: here it was asked before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from sqlalchemy import Connection, Engine, event

from app.look import background


@contextmanager
def transactions() -> Iterator[list[str]]:
    """The database role of every transaction begun inside, in order."""
    begun: list[str] = []

    def note(connection: Connection) -> None:
        begun.append(str(connection.engine.url.username))

    event.listen(Engine, "begin", note)
    try:
        with mock.patch.multiple(background, _asked=(time.monotonic(), None), _STALE_S=3_600.0):
            yield begun
    finally:
        event.remove(Engine, "begin", note)

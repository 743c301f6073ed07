"""Counting the transactions that a piece of code begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


@contextmanager
def transactions() -> Iterator[list[str]]:
    """The database role of every transaction begun inside, in order."""
    begun: list[str] = []

    def note(connection: Connection) -> None:
        begun.append(str(connection.engine.url.username))

    event.listen(Engine, "begin", note)
    try:
        yield begun
    finally:
        event.remove(Engine, "begin", note)

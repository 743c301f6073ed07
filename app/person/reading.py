"""A page is read once: everything that it shows comes out of one transaction of the person, under row-level security by their districts,
and for what is their own by their name.

What a person may not see is not filtered here: the database does not return it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
from sqlalchemy import Connection

from app.person.sign_in import Person
from core.db import Role, fetch, transaction

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Reader:
    """Queries of one person in one transaction, which the first query begins: what is kept in memory needs none."""

    def __init__(self, person: Person, begin: Callable[[], Connection]) -> None:
        self.person = person
        self._begin = begin
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """Of that transaction, for what another package reads in it."""
        if self._connection is None:
            self._connection = self._begin()
        return self._connection

    def frame(self, name: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Rows of sql/NAME.sql as the professional role sees them."""
        return fetch(self.connection, name, params)

    def rows(self, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The same row by row, a missing value as None."""
        found = self.frame(name, params).astype(object).to_dict("records")
        return [{str(k): None if pd.api.types.is_scalar(v) and pd.isna(v) else v for k, v in row.items()} for row in found]


@contextmanager
def reading(
    person: Person, *, analyst: bool = False, moderator: bool = False, steward: bool = False, board: bool = False
) -> Iterator[Reader]:
    """Reads of a person in one transaction with their districts.

    analyst: whether models that no ethics board approved are in it. moderator: whether what residents asked is in it. steward: whether the
    desk of deliveries and releases is. board: whether what members of the ethics board alone see is.
    """
    with ExitStack() as ends:
        yield Reader(
            person,
            lambda: ends.enter_context(
                transaction(
                    Role.PROFESSIONAL,
                    districts=person.districts,
                    person=person.actor,
                    analyst=analyst,
                    moderator=moderator,
                    steward=steward,
                    board=board,
                    feeds=person.feeds or None,
                )
            ),
        )


def kept(
    most: int,
) -> Callable[[Callable[Concatenate[Reader, _Asked], _Answer]], Callable[Concatenate[Reader, _Asked], _Answer]]:
    """Keep the last answers of a read, by the districts of the person, which decide what the database returned, and by what was asked.

    What is asked must hold the run that made the figures, or when it ended: nothing else tells that an answer has become old.
    """

    def keep(read: Callable[Concatenate[Reader, _Asked], _Answer]) -> Callable[Concatenate[Reader, _Asked], _Answer]:
        answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        lock = Lock()

        @wraps(read)
        def answer(reader: Reader, /, *asked: _Asked.args, **named: _Asked.kwargs) -> _Answer:
            key = (reader.person.districts, asked, tuple(sorted(named.items())))
            with lock:
                if key in answers:
                    answers.move_to_end(key)
                    return answers[key]
            found = read(reader, *asked, **named)
            with lock:
                answers[key] = found
                if len(answers) > most:
                    answers.popitem(last=False)
            return found

        return answer

    return keep

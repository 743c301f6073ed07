"""A step that a person takes in the database: one transaction, and a sentence where the database refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.person.sign_in import Person
from core.db import Role, code_of, transaction
from core.errors import UserError


@contextmanager
def acting(
    person: Person, said: Mapping[str, str], *, moderator: bool = False, steward: bool = False, board: bool = False
) -> Iterator[Connection]:
    """A transaction of the person, with what their role may do in it (core.db.transaction).

    said: what is said of each code by which the database refuses a step. Such a refusal is a UserError, and nothing has changed then.
    """
    try:
        with transaction(
            Role.PROFESSIONAL, districts=person.districts, person=person.actor, moderator=moderator, steward=steward, board=board
        ) as connection:
            yield connection
    except DBAPIError as error:
        sentence = said.get(code_of(error))
        if sentence is None:
            raise
        # the error of the driver shows what was typed
        raise UserError(sentence) from None

"""News of an area by e-mail: who asks for it is kept for the worker, and what the owner of an address does by the link of a letter is done.

Nothing here says whether an address is known: a letter goes to it or not, and the page is the same.
"""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

from app.asking.proof import Asked
from core.contracts import address_of
from core.db import Role, code_of, run_statement, transaction
from core.errors import UserError
from core.languages.spoken import language

STEPS = ("confirm", "stop")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_NO_PLACE, _FULL, _NO_SUCH_LINK = "HG001", "HG002", "HG007"


def is_token(given: str) -> bool:
    return bool(_TOKEN.fullmatch(given))


def keep(asked: Asked) -> str:
    """'' where the address was kept; else why not: no_address, no_place, full or away."""
    address = address_of(asked.words)
    if address is None:
        return "no_address"
    row = {"address": address, "geography": asked.geography, "place_code": asked.place_code, "language": language()}
    return _said("news/take_in", row, {_NO_PLACE: "no_place", _FULL: "full"})


def take(step: str, token: str) -> str:
    """'' where the step was done; else why not: no_link or away."""
    if step not in STEPS or not is_token(token):
        return "no_link"
    return _said("news/step", {"step": step, "token": token}, {_NO_SUCH_LINK: "no_link"})


def _said(statement: str, row: dict[str, str], known: dict[str, str]) -> str:
    try:
        with transaction(Role.QUESTIONS) as connection:
            run_statement(connection, statement, row)
    except DBAPIError as error:
        # nothing of it is logged: the error shows the address
        return known.get(code_of(error), "away")
    except UserError:
        return "away"
    return ""

"""The name that a person gives to what is theirs, such as a patch or a dashboard, as it is kept."""

from __future__ import annotations

from core.errors import UserError

LONGEST_NAME = 60


def cleaned(name: str, needed: str) -> str:
    """A name with single blanks. needed: what to say where there is none. UserError for one that cannot be one."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UserError(needed)
    if len(name) > LONGEST_NAME:
        raise UserError(f"The name has {len(name)} characters; at most {LONGEST_NAME} are kept. Choose a shorter one.")
    return name

"""Who may see and do what, read from who_may.toml. The database decides; the pages that a role is offered come from here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from core.declared import Declared, checked, read_toml

PATH = Path(__file__).with_name("who_may.toml")
LEVELS = ("all", "lad", "msoa", "lsoa")


class Role(Declared):
    id: str
    credential: str
    districts: Literal["own", "all", "none"]
    says: tuple[Literal["analyst", "moderator", "steward", "board"], ...]
    pages: tuple[str, ...]


class Sees(Declared):
    tables: tuple[str, ...]
    fields: tuple[str, ...] = ()
    roles: tuple[str, ...] = Field(min_length=1)
    level: Literal["all", "lad", "msoa", "lsoa"]
    rows: Literal["district", "region", "own", "waiting", "everyone"]


class Writes(Declared):
    table: str
    roles: tuple[str, ...] = Field(min_length=1)
    add: tuple[str, ...]
    change: tuple[str, ...]
    remove: bool


class Does(Declared):
    functions: tuple[str, ...]
    roles: tuple[str, ...] = Field(min_length=1)
    refused: str


class WhoMay(Declared):
    """The whole table. Every entry names roles that there are, and a table or function stands once."""

    hidden: tuple[str, ...]
    pages_of_places: tuple[str, ...]
    role: tuple[Role, ...]
    sees: tuple[Sees, ...]
    writes: tuple[Writes, ...]
    does: tuple[Does, ...]

    @model_validator(mode="after")
    def _consistent(self) -> WhoMay:
        known = {r.id for r in self.role}
        named = (*(s.roles for s in self.sees), *(w.roles for w in self.writes), *(d.roles for d in self.does))
        unknown = {r for roles in named for r in roles} - known
        if unknown:
            raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
        for names in (
            [t for s in self.sees for t in s.tables],
            [w.table for w in self.writes],
            [f for d in self.does for f in d.functions],
        ):
            if len(set(names)) < len(names):
                raise ValueError("a table or a function stands twice")
        return self

    def seen(self, table: str) -> Sees | None:
        """The entry of a table: the one that names it, else that of its schema. None where nobody sees it."""
        if table in self.hidden:
            return None
        whole = f"{table.partition('.')[0]}.*"
        return next((s for s in self.sees if table in s.tables), next((s for s in self.sees if whole in s.tables), None))


@lru_cache(maxsize=1)
def who_may() -> WhoMay:
    """UserError where the file says something that it cannot say."""
    return checked(WhoMay, read_toml(PATH, what="the table of who may do what"), where=str(PATH), hint="see its first lines.")


def pages_of(role: str) -> tuple[str, ...]:
    """The addresses that a role is offered; none for a role that has no entry."""
    found = next((r for r in who_may().role if r.id == role), None)
    if found is None:
        return ()
    return found.pages if found.districts == "none" else (*who_may().pages_of_places, *found.pages)

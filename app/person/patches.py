"""Patches that people draw or list themselves: kept under their own name, offered in every box that asks where to look.

A patch is whole neighbourhoods (LSOA 2021); of hexagons it holds those whose middle lies in its outline. It belongs to the person who made
it. Whoever has its address and may see every district of it can look at it too; row-level security decides what is counted there, as
everywhere. A patch that reaches into a district that the person may not see is not offered: a part of it would pass for the whole.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.person.names import cleaned
from app.person.reading import Reader
from app.person.sign_in import Person
from app.person.store import Patch
from core.audit import record_event
from core.db import Role, fetch, transaction
from core.errors import UserError

# of everything that a person may see, where that is more than one district
EVERYTHING = "all"
NEEDED = "A patch needs a name, such as the streets that it is made of."
MOST_PATCHES = 50
_OWN, _SAVED = "own-", "set-"


@dataclass(frozen=True)
class OwnPatch:
    """A patch that was drawn or listed. source: 'drawn', 'listed', or 'saved' of those that the installation keeps for everybody."""

    code: str
    name: str
    source: str
    districts: tuple[str, ...]
    members: tuple[str, ...]
    drawn: str

    @property
    def as_patch(self) -> Patch:
        """What pages look at."""
        (district, *others) = self.districts
        return Patch("" if others else district, "", self.name, self.code, self.members, self.drawn)

    def opens_for(self, person: Person) -> bool:
        """Whether the person may see every district of it."""
        return all(person.may_see(d) for d in self.districts)


def is_own(code: str) -> bool:
    """Whether a code is one of a patch that was drawn or listed, and not of an area."""
    return code.startswith((_OWN, _SAVED))


def own_patches(reader: Reader) -> list[OwnPatch]:
    """Those of the reader's person by name, such as reach into districts that they may not see any more among them."""
    return [_patch(r) for r in reader.rows("person/own_patches")]


def offered(reader: Reader) -> list[OwnPatch]:
    """Those that the person may look at: their own first, then those of the installation."""
    saved = [_patch({"source": "saved", **r}) for r in reader.rows("person/saved_patches")]
    return [p for p in (*own_patches(reader), *saved) if p.opens_for(reader.person)]


def patch_named(reader: Reader, code: str) -> OwnPatch | None:
    """The patch of a code: one's own, a colleague's or the installation's. None where it is not there or may not be seen, not told apart."""
    if code.startswith(_OWN):
        found = [_patch(r) for r in reader.rows("person/shared_patch", {"code": code})]
    else:
        found = [p for p in offered(reader) if p.code == code]
    return next((p for p in found if p.opens_for(reader.person)), None)


def place_named(reader: Reader, code: str, districts: Mapping[str, str]) -> Patch | None:
    """A district, a part of one, or a patch that was drawn or listed, by its code; None for what is not there or may not be seen, not told
    apart. districts: names of those that the reader may see, by code."""
    if is_own(code):
        named = patch_named(reader, code)
        return None if named is None else named.as_patch
    found = reader.rows("person/area_found", {"code": code}) if code else []
    if not found or found[0]["district"] not in districts:
        return None
    return Patch(str(found[0]["district"]), code if found[0]["geography"] == "msoa" else "", str(found[0]["name"]))


def everything(reader: Reader, districts: Mapping[str, str]) -> Patch:
    """All that the reader may see: the only district where there is one. districts: as above, at least one."""
    if len(districts) == 1:
        ((code, name),) = districts.items()
        return Patch(code, "", name)
    return Patch("", "", everything_in_words(reader.person))


def everything_in_words(person: Person) -> str:
    """What every district together is called in a sentence."""
    return "all districts" if person.districts == "*" else "all your districts"


def add(person: Person, patch: OwnPatch) -> str:
    """Keep a patch for a person, whatever its code was before. Returns its code; UserError for a name that is taken or no name."""
    name, code = cleaned(patch.name, NEEDED), f"{_OWN}{secrets.token_hex(8)}"
    row = {
        "code": code, "person": person.actor, "name": name, "source": "drawn" if patch.source == "drawn" else "listed",
        "districts": list(patch.districts), "members": list(patch.members), "drawn": patch.drawn,
    }  # fmt: skip
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if len(fetch(connection, "person/own_patches")) >= MOST_PATCHES:
            raise UserError(f"You have {MOST_PATCHES} patches, and no more are kept. Delete one that you do not need.")
        if fetch(connection, "person/add_patch", row).empty:
            raise _taken(name)
        detail = {"patch": code, "source": row["source"], "neighbourhoods": len(patch.members), "role": person.role.value}
        record_event(connection, actor=person.actor, action="patch_added", subject="patch", detail=detail)
    return code


def rename(person: Person, code: str, name: str) -> None:
    """UserError for a name that is taken or no name, or a patch that is not there any more."""
    name = cleaned(name, NEEDED)
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if fetch(connection, "person/rename_patch", {"code": code, "person": person.actor, "name": name}).empty:
            held = fetch(connection, "person/own_patches")
            raise _taken(name) if code in set(held["code"]) else _gone()
        record_event(connection, actor=person.actor, action="patch_renamed", subject="patch", detail={"patch": code})


def remove(person: Person, code: str) -> None:
    """UserError where it is not there any more."""
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if fetch(connection, "person/remove_patch", {"code": code, "person": person.actor}).empty:
            raise _gone()
        record_event(connection, actor=person.actor, action="patch_removed", subject="patch", detail={"patch": code})


def _taken(name: str) -> UserError:
    return UserError(f"You have a patch called “{name}” already. Choose another name, or delete that one first.")


def _gone() -> UserError:
    return UserError("This patch is not there any more. Load the page again.")


def _patch(row: Mapping[str, Any]) -> OwnPatch:
    lists = tuple(row["districts"]), tuple(row["members"])
    return OwnPatch(str(row["code"]), str(row["name"]), str(row["source"]), *lists, str(row["drawn"]))

"""The file of a group: which forces share a server, each with a database and a folder of its own, and the hub over them (docs/group.md)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from core.db import Role
from core.declared import Declared, checked, read_toml
from core.errors import UserError

HUB = "hub"
# a login each, in the database of each member
ROLES = (Role.PIPELINE, Role.PROFESSIONAL, Role.COMMUNITY, Role.QUESTIONS)

_HINT = "docs/group.md shows a file of a group."
_CODE = re.compile(r"[A-Z][0-9]{8}")
_SLUG = re.compile(r"[a-z]+(-[a-z]+)*")
# plain names, which need no quotes in any address or file
_DATABASE = re.compile(r"[a-z][a-z0-9_]*")
# as they stand in a file of settings, which Homeground, systemd and containers read each in its own way: without anything to quote
_PLAIN = re.compile(r"[^'\"`\\#$\x00-\x1f\x7f]+")
_NO_SETTING = r"a quote, one of ` \ # $, a line end or a space at an end, which no setting may"
_OF_THE_SERVER = frozenset({"postgres", "template0", "template1"})
# PostgreSQL cuts longer names, and two could then be one
_LONGEST = 63


class _Group(Declared):
    code: str
    name: str
    database: str = HUB
    folder: str = ""
    threshold: int = 5


class _Force(Declared):
    slug: str
    name: str
    code: str
    database: str = ""
    folder: str = ""
    synthetic: bool = False


class _File(Declared):
    group: _Group
    force: tuple[_Force, ...]


@dataclass(frozen=True)
class Member:
    """A force, or the hub over all. code: of its area. folder: its own, with its credentials, keys, logs and crates."""

    slug: str
    name: str
    code: str
    database: str
    folder: Path
    synthetic: bool = False

    def login(self, role: Role) -> str:
        """The login that takes on that role in the member's database: homeground_pipeline_city_of_london."""
        return f"{role.value}_{self.slug.replace('-', '_')}"

    @property
    def signing_key(self) -> Path:
        return self.folder / "credentials" / "release.pem"

    @property
    def crates(self) -> Path:
        return self.folder / "crates"


@dataclass(frozen=True)
class Group:
    """forces: in the order of the file. hub: a member that holds no record. threshold: the least that a crate's rule must have."""

    name: str
    code: str
    threshold: int
    forces: tuple[Member, ...]
    hub: Member

    @property
    def members(self) -> tuple[Member, ...]:
        return (*self.forces, self.hub)

    @property
    def trust(self) -> Path:
        return self.hub.folder / "trust.toml"

    def member(self, slug: str) -> Member:
        """The force of that name in the file, or the hub. UserError for another name."""
        found = next((m for m in self.members if m.slug == slug), None)
        if found is None:
            names = ", ".join(m.slug for m in self.members)
            raise UserError(f"the group has no {slug!r}", where=self.name, hint=f"choose from {names}.")
        return found


def load_group(path: Path, state_dir: Path) -> Group:
    """The group of a file. state_dir: where the folders of members lie that name none of their own. UserError for its first fault."""
    found = checked(_File, read_toml(path, what="the file of the group", missing=_HINT), where=str(path), hint=_HINT)
    beside = path.resolve().parent
    home = _folder(beside, found.group.folder) if found.group.folder else state_dir.resolve() / "group"
    hub = Member(HUB, found.group.name, found.group.code, found.group.database, _folder(home, HUB))
    forces = tuple(
        Member(
            f.slug, f.name, f.code, f.database or f.slug.replace("-", "_"),
            _folder(beside, f.folder) if f.folder else _folder(home, f.slug), f.synthetic,
        )
        for f in found.force
    )  # fmt: skip
    group = Group(found.group.name, found.group.code, found.group.threshold, forces, hub)
    fault = _fault(group)
    if fault:
        raise UserError(fault, where=str(path), hint=_HINT)
    return group


def _folder(beside: Path, named: str) -> Path:
    """Where it truly is, so that two names of one folder are seen to be one; ~ is the home of whoever runs this."""
    return (beside / Path(named).expanduser()).resolve()


def _fault(group: Group) -> str:
    """The first thing that is wrong with a file whose keys are right; '' where nothing is."""
    if not group.forces:
        return "force: the group has no force"
    for m in group.members:
        entry = "group" if m is group.hub else f"force {m.slug!r}"
        if not m.name.strip():
            return f"{entry}: the name is empty"
        if m is not group.hub and (not _SLUG.fullmatch(m.slug) or m.slug == HUB):
            return f"{entry}: the slug is no name of a force as police.uk writes it, such as city-of-london"
        if not _PLAIN.fullmatch(m.name) or m.name != m.name.strip():
            return f"{entry}: the name {m.name!r} has {_NO_SETTING}"
        if not _PLAIN.fullmatch(str(m.folder)) or str(m.folder) != str(m.folder).strip():
            return f"{entry}: the folder {str(m.folder)!r} has {_NO_SETTING}"
        if not _CODE.fullmatch(m.code):
            return f"{entry}: {m.code!r} is no code of a capital letter and eight digits"
        if not _DATABASE.fullmatch(m.database) or len(m.database) > _LONGEST or m.database in _OF_THE_SERVER:
            return f"{entry}: {m.database!r} is no name for a database: a small letter, then small letters, digits and _"
        if len(m.login(Role.PROFESSIONAL)) > _LONGEST:
            return f"{entry}: the slug is too long for the name of a login"
    for what in ("slug", "name", "code", "database", "folder"):
        # a name is the same in capital letters
        most, times = Counter(str(getattr(m, what)).casefold() for m in group.members).most_common(1)[0]
        if times > 1:
            found = next(str(getattr(m, what)) for m in group.members if str(getattr(m, what)).casefold() == most)
            return f"the {what} {found!r} stands twice; each force and the hub has its own"
    for m in group.members:
        around = next((o for o in group.members if o.folder in m.folder.parents), None)
        if around is not None:
            return f"the folder of {m.slug!r} lies in that of {around.slug!r}; whoever may read the one would read the other"
    return "group: a threshold below 2 protects nothing" if group.threshold < 2 else ""

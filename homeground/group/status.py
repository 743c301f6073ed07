"""How far each force of a group is, asked with the force's own login; and which of its crates the hub has, with the hub's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, create_engine
from sqlalchemy.pool import NullPool

from core import db, local_postgis
from core.db import Role, parse_url
from core.errors import DatabaseUnavailable
from core.settings import DatabaseSettings
from homeground.group.environment import env_file, environment_of, is_anothers, settings_in
from homeground.group.file import Group, Member

_ADDRESS = f"HOMEGROUND_{Role.PIPELINE.name}_URL"


@dataclass(frozen=True)
class ForceState:
    """One line of the table. months: loaded and counted. release, in_hub: numbers of releases. missing: what comes next; '' for nothing."""

    slug: str
    name: str
    months: int
    first_month: date | None
    last_month: date | None
    release: int | None
    published_at: datetime | None
    in_hub: int | None
    missing: str


@dataclass(frozen=True)
class CrateState:
    """The newest crate of a force that the hub ever accepted. why_left: where it was taken out since."""

    release: int
    left: bool
    why_left: str


def wake(group: Group, settings: DatabaseSettings) -> None:
    """Start the private cluster where the group lives in the one of this folder, and it does not run. Another server is the operator's."""
    path = env_file(group.hub, Role.PIPELINE)
    if is_anothers(group.hub) or not path.is_file() or not local_postgis.uses_private_cluster(settings):
        return
    cluster = local_postgis.locate(settings)
    if parse_url(settings_in(path)[_ADDRESS]).query.get("host") == str(cluster.socket) and (cluster.data / "PG_VERSION").is_file():
        local_postgis.up(settings)


def read(member: Member, name: str) -> list[Row[*tuple[Any, ...]]]:
    """The rows of sql/NAME.sql in a member's database, under its pipeline login. UserError where the member was not prepared."""
    engine = create_engine(
        parse_url(environment_of(member, Role.PIPELINE)[_ADDRESS]), poolclass=NullPool, connect_args={"connect_timeout": 10}
    )
    try:
        with db.transaction(Role.PIPELINE, pool=engine) as connection:
            return db.rows(connection, name)
    finally:
        engine.dispose()


def current_release(member: Member) -> int | None:
    """The number of a force's current release; None where nothing is published."""
    row = _current(member)
    return None if row is None else int(row.release_id)


def _current(member: Member) -> Row[*tuple[Any, ...]] | None:
    return next((r for r in read(member, "release/list") if r.status == "current"), None)


def crates_in(hub: Member) -> dict[str, CrateState]:
    """By the code of the force."""
    found = read(hub, "group/crates")
    return {r.force_code: CrateState(int(r.release), r.left_at is not None, r.why_left or "") for r in found}


def states(group: Group) -> list[ForceState]:
    """Every force, in the order of the file."""
    if is_anothers(group.hub):
        return [_state(force, None) for force in group.forces]
    held = crates_in(group.hub) if env_file(group.hub, Role.PIPELINE).is_file() else {}
    return [_state(force, held) for force in group.forces]


def _state(force: Member, held: Mapping[str, CrateState] | None) -> ForceState:
    """held: None where this account may not ask the hub."""
    if is_anothers(force):
        return ForceState(force.slug, force.name, 0, None, None, None, None, None, "its folder is another account's")
    if not env_file(force, Role.PIPELINE).is_file():
        return ForceState(force.slug, force.name, 0, None, None, None, None, None, "not prepared: homeground group prepare")
    crate = None if held is None else held.get(force.code)
    stands = crate if crate is not None and not crate.left else None
    in_hub = None if stands is None else stands.release
    try:
        (row,) = read(force, "group/state_of_force")
        current = _current(force)
    except DatabaseUnavailable as error:
        # the others are told all the same
        return ForceState(force.slug, force.name, 0, None, None, None, None, in_hub, str(error).splitlines()[0])
    release = None if current is None else int(current.release_id)
    return ForceState(
        force.slug, force.name, int(row.months), row.first_month, row.last_month, release, None if current is None else current.published_at,
        in_hub, _missing(int(row.deliveries), int(row.months), release, crate, asked=held is not None),
    )  # fmt: skip


def _missing(deliveries: int, months: int, release: int | None, crate: CrateState | None, *, asked: bool) -> str:
    if not months:
        return "not analysed" if deliveries else "no files are loaded"
    if release is None:
        return "no release is published"
    if not asked:
        return "not known: the hub's folder is another account's"
    if crate is None:
        return "its crate is not in the hub"
    if crate.left:
        return f"taken out of the hub: {crate.why_left}"
    return "" if crate.release == release else f"the hub has its release {crate.release}"


def table(found: Sequence[ForceState]) -> str:
    """As the command prints it."""
    head = ("force", "months loaded", "last release", "crate in hub", "missing")
    lines = [head, *(_line(s) for s in found)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def _line(s: ForceState) -> tuple[str, str, str, str, str]:
    months = f"{s.months}: {s.first_month:%Y-%m} to {s.last_month:%Y-%m}" if s.first_month and s.last_month else "none"
    release = f"{s.release}, {s.published_at:%Y-%m-%d %H:%M}" if s.release is not None and s.published_at else "none"
    return s.slug, months, release, "none" if s.in_hub is None else f"release {s.in_hub}", s.missing or "nothing"

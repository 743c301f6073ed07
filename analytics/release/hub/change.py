"""What the operator of a hub does: take crates in, all of them or none; take a force out. Each change is one transaction and one release."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from analytics.release.hub.intake import TakenIn, pack, refused, take_in, unpack
from analytics.release.hub.joint import Attacked, attack_together, require_one_truth
from analytics.release.hub.member import ALL, ASK, LEVELS, Member, attack, read_member
from analytics.release.hub.trust import Trust
from analytics.release.hub.union import VALUES, Union, categories, certificate, header, sources, suppliers, unite
from analytics.release.past import a_reason, withdraw
from analytics.release.proposals import two_people_needed
from core.audit import record_event
from core.db import copy_frame, fetch, one, rows, run_statement, scalar
from core.db.geometry import ewkb
from core.db.tables import PUBLISHED_PLACE
from core.errors import UserError

_REPLACED = "release {} took its place"


@dataclass(frozen=True)
class Held:
    """A crate that was accepted before: the newest of its force. left: it was removed."""

    code: str
    number: int
    published_at: datetime
    manifest: str
    key: str
    added_at: datetime
    left: bool
    left_out: frozenset[str]
    packed: bytes


@dataclass(frozen=True)
class Changed:
    """release_id: of the hub's new release; None where nothing is shown any more."""

    release_id: int | None
    union: Union | None
    attacked: Attacked


def add(
    connection: Connection, crates: Sequence[Path], trust: Trust, *, actor: str, coarsen: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Changed:  # fmt: skip
    """Check crates, attack them together with those that stand, and publish all of them. UserError for the first that is refused; then
    nothing is changed.

    coarsen: where the new crates and those that stand give a small count away together, leave the finest levels of the new ones out.
    """
    _require_hub(connection)
    _require_one_person(connection)
    with ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="homeground-hub-")))
        held = {h.code: h for h in _held(connection)}
        new: list[Member] = []
        packed: dict[str, bytes] = {}
        for number, crate in enumerate(crates):
            taken = take_in(crate, folder / str(number), trust)
            say(f"{crate}: whole, and signed by {taken.force.name}")
            member = read_member(taken, trust)
            if member.force.code in packed:
                raise refused(crate, f"two crates of {member.force.name} are given at once", "name the newer one alone.")
            _require_forward(member, held.get(member.force.code))
            _require_nested(connection, member)
            attack(taken, trust)
            before = len(member.digests) - 1
            say(
                f"{crate}: {len(member.values):,} figures attacked with {before} earlier releases; no small count can be worked out"
            )
            packed[member.force.code] = pack(taken.folder, folder / f"{number}.zip")
            new.append(member)
        staying = [_again(h, folder / h.code, trust) for h in held.values() if not h.left and h.code not in packed]
        hidden = {h.code: h.left_out for h in held.values()}
        new, union, attacked = _hold_together(staying, new, trust, hidden=hidden, coarsen=coarsen, say=say)
        added_at = {h.code: h.added_at for h in held.values()}
        for member in new:
            run_statement(connection, "hub/leave", {"force_code": member.force.code, "why": _REPLACED.format(member.number)})
            row = {
                "force_code": member.force.code, "release": member.number, "published_at": member.published_at, "manifest": member.manifest,
                "public_key": member.key, "left_out": sorted(member.left_out), "packed": packed[member.force.code],
            }  # fmt: skip
            added_at[member.force.code] = one(connection, "hub/add", row).added_at
            record_event(connection, actor=actor, action="hub_crate_added", subject=f"force {member.force.code}",
                         detail={"release": member.number, "manifest": member.manifest, "key": member.key})  # fmt: skip
        return Changed(_publish(connection, union, attacked, added_at, actor), union, attacked)


def remove(connection: Connection, code: str, trust: Trust, *, reason: str, actor: str) -> Changed:
    """Take a force's figures off the portal. The crate is kept with the reason, so that no older one can be added later."""
    reason = a_reason(reason)
    _require_one_person(connection)
    held = {h.code: h for h in _held(connection)}
    if code not in held or held[code].left:
        raise UserError(f"no crate of {code} stands here", where="hub", hint="see 'homeground hub list'.")
    run_statement(connection, "hub/leave", {"force_code": code, "why": reason})
    record_event(connection, actor=actor, action="hub_crate_removed", subject=f"force {code}", detail={"reason": reason})
    rest = [h for h in held.values() if not h.left and h.code != code]
    if not rest:
        current = scalar(connection, "release/hub_current")
        if current is not None:
            withdraw(connection, int(current), reason=reason, actor=actor)
        return Changed(None, None, Attacked())
    with tempfile.TemporaryDirectory(prefix="homeground-hub-") as folder:
        _, union, attacked = _hold_together([_again(h, Path(folder) / h.code, trust) for h in rest], [], trust, hidden={})
        added_at = {h.code: h.added_at for h in rest}
        return Changed(_publish(connection, union, attacked, added_at, actor), union, attacked)


def _require_hub(connection: Connection) -> None:
    if int(scalar(connection, "release/hub_own_releases")):
        raise UserError(
            "this database holds releases of one force", where="hub",
            hint="keep the hub in a database of its own (HOMEGROUND_DATABASE_NAME or HOMEGROUND_DATABASE_URL).",
        )  # fmt: skip


def _require_one_person(connection: Connection) -> None:
    """A hub publishes what others published and attacks it anew: nobody proposes it, so nobody could approve it."""
    if two_people_needed(connection):
        raise UserError(
            "two people publish here, and a hub is kept by one", where="HOMEGROUND_RELEASE_TWO_PEOPLE",
            hint="set it to false for the database of the hub, then 'homeground db migrate'.",
        )  # fmt: skip


def _held(connection: Connection) -> list[Held]:
    return [
        Held(
            r.force_code, int(r.release), r.published_at, r.manifest, r.public_key, r.added_at, r.left_at is not None,
            frozenset(r.left_out), bytes(r.packed),
        )
        for r in rows(connection, "hub/standing")
    ]  # fmt: skip


def _again(held: Held, folder: Path, trust: Trust) -> Member:
    """A crate that stands, as it was taken in. UserError where the trust file no longer names its key."""
    force = trust.by_code(held.code)
    if force is None or held.key not in force.keys:
        raise UserError(
            f"the crate of {held.code} was signed by a key that the trust file no longer names for it", where="hub",
            hint=f"name the key again, or 'homeground hub remove {held.code}' with the trust file as it was.",
        )  # fmt: skip
    packed = folder.with_suffix(".zip")
    packed.write_bytes(held.packed)
    unpack(packed, folder)
    return read_member(TakenIn(folder, f"the crate of {force.name}", force, held.key, held.manifest), trust, held.left_out)


def _require_forward(member: Member, before: Held | None) -> None:
    """Newer than what was accepted of the force, and telling the same of it."""
    if before is None:
        return
    name = member.force.name
    if member.manifest == before.manifest:
        if before.left:
            return
        raise refused(member.given, f"it is there already, since {before.added_at:%Y-%m-%d %H:%M}", "nothing need be done.")
    if member.number < before.number or (member.number > before.number and member.published_at <= before.published_at):
        why = (
            f"it is stale: release {member.number} of {name}, published {member.published_at:%Y-%m-%d}, and release {before.number}"
        )
        raise refused(
            member.given, f"{why} of {before.published_at:%Y-%m-%d} was accepted here", "ask the force for its newest crate."
        )
    known = _digests(before)
    for number in sorted(known):
        if number not in member.digests:
            why = f"its history lacks release {number} of {name}, which was accepted here"
            raise refused(member.given, why, "ask the force for a crate with its whole history.")
        if member.digests[number] != known[number]:
            why = f"it tells other figures of release {number} of {name} than those that were accepted here"
            raise refused(member.given, why, ASK)


def _digests(held: Held) -> Mapping[int, str]:
    """Of every release in the history of a crate that was accepted."""
    import io
    import zipfile

    found = {}
    with zipfile.ZipFile(io.BytesIO(held.packed)) as files:
        for name in files.namelist():
            if name.endswith("certificate.json"):
                told = json.loads(files.read(name))
                found[int(told["release_id"])] = str(told["digest"])
    return found


def _require_nested(connection: Connection, member: Member) -> None:
    """Districts lie in the force that speaks for them, by the lookup of districts where one was loaded (place.area_parent)."""
    force_of = dict(fetch(connection, "hub/forces_of_districts").itertuples(index=False, name=None))
    for code in sorted(member.areas.get("lad 2022", {})):
        if force_of.get(code, member.force.code) != member.force.code:
            why = f"district {code} lies in {force_of[code]} and not in {member.force.name} ({member.force.code})"
            raise refused(member.given, why, "ask the force for its own districts.")


def _hold_together(
    staying: Sequence[Member],
    new: list[Member],
    trust: Trust,
    *,
    hidden: Mapping[str, frozenset[str]],
    coarsen: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[list[Member], Union, Attacked]:
    """hidden: levels that were never shown of a force, of those forces that were here before; what was seen cannot be left out any more."""
    require_one_truth([*staying, *new])
    while True:
        members = [*staying, *new]
        union = unite(members, trust)
        _require_sums(union)
        attacked = attack_together(members, union.added)
        if not attacked.fallen:
            return new, union, attacked
        worst = attacked.fallen[0].rstrip(".")
        more = f" (and {len(attacked.fallen) - 1:,} more)" if len(attacked.fallen) > 1 else ""
        why = f"together with the crates that it shares places with it gives a small count away: {worst}{more}"
        which = new[-1] if new else members[-1]
        free = hidden.get(which.force.code, frozenset(LEVELS)) - which.left_out - {ALL}
        levels = [level for level in LEVELS if level in free and level in which.areas]
        if not coarsen or not new or not levels:
            hint = "'--coarsen' leaves its finest level out, where that is enough; else ask both forces to protect them together."
            raise refused(which.given, why, hint)
        say(f"{which.given}: {levels[0]} is left out, because {why}")
        new = [*new[:-1], replace(which, left_out=which.left_out | {levels[0]})]


def _require_sums(union: Union) -> None:
    """What the hub adds is the sum of figures that its members print, looked up one by one: then it tells nobody anything."""
    printed = [
        {
            (r.level, r.place_code, r.category, r.period_start, r.period_end): r.count
            for r in m.values[m.values["count"].notna()].itertuples()
        }
        for m in union.members
    ]
    for added in union.added:
        if added.count != sum(int(printed[n][tuple(site)]) for n, *site in added.parts):
            raise UserError(f"{added.label} is not the sum of its parts", where="hub", hint="report this as a fault.")


def _publish(connection: Connection, union: Union, attacked: Attacked, added_at: Mapping[str, datetime], actor: str) -> int:
    said = certificate(union, attacked, added_at)
    head = header(union, said)
    run_statement(connection, "release/supersede")
    texts = {n: json.dumps(head[n], default=str) for n in ("policy", "certificate")}
    release_id = int(scalar(connection, "release/insert", {**head, **texts}))
    places = union.places.drop(columns="geom").assign(geom=_hex(union.places["geom"]))
    tables: Iterable[tuple[str, pd.DataFrame]] = (
        ("value", union.values[VALUES]),
        ("category", categories(union)),
        ("place", places),
        ("source", _with_arrays(sources(union))),
        ("supplier", suppliers(union, added_at)),
    )
    for table, frame in tables:
        copy_frame(connection, "published", table, frame.assign(release_id=release_id))
    record_event(connection, actor=actor, action="release_published", subject=f"release {release_id}",
                 detail={n: said[n] for n in ("digest", "cells", "withheld")})  # fmt: skip
    return release_id


def _hex(shapes: pd.Series) -> list[str | None]:
    return [None if b is None else b.hex() for b in ewkb(PUBLISHED_PLACE.c.geom, shapes.to_numpy(dtype=object))]


def _with_arrays(frame: pd.DataFrame) -> pd.DataFrame:
    listed = [None if v is None else "{" + ",".join(d.isoformat() for d in v) + "}" for v in frame["months_missing"]]
    return frame.assign(months_missing=listed)

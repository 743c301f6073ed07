"""Anchors: signed heads of the audit trail in a file outside the database.

Whoever rules the database can shorten the trail or reckon it anew from its first event, and it will be whole again. It will then not have
the head that an anchor says it had. The file is in the reach of whoever rules this machine: keep a copy, or the last line, elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy import Connection

from core.audit.events import Head, first_broken_link, head
from core.db import Role, one, scalar, transaction
from core.errors import UserError
from core.settings import AuditSettings, DatabaseSettings
from core.signing_keys import append_lines, is_signed, key_of_this_machine, public_of

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Anchor:
    """A head of the trail at a moment (ISO 8601, UTC) and why it was noted. place: which file and line it was read from."""

    events: int
    event_id: int
    hash: str
    at: str
    why: str
    public_key: str
    signature: str
    place: str = ""

    def signed(self) -> bytes:
        """What the signature is over: everything but itself, in canonical JSON (RFC 8785)."""
        told = asdict(self)
        return rfc8785.dumps({k: v for k, v in told.items() if k not in ("signature", "place")})


@dataclass(frozen=True)
class Verdict:
    """What became of a check of the trail. faults: each in a sentence; none for a trail that is whole."""

    events: int
    anchors: int
    faults: tuple[str, ...]


def anchors_file() -> Path:
    return AuditSettings().anchors or DatabaseSettings().state_dir / "audit" / "anchors.jsonl"


def _key_file() -> Path:
    return AuditSettings().key or DatabaseSettings().state_dir / "credentials" / "audit.pem"


def anchor(why: str) -> Anchor:
    """Sign the head of what is committed now and append it to the file. The key is made on first use, its owner's alone.

    UserError where the key or the file cannot be read or written.
    """
    with transaction(Role.PIPELINE) as connection:
        now = head(connection)
    key = key_of_this_machine(_key_file())
    unsigned = Anchor(now.events, now.event_id, now.hash, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", why, public_of(key), "")
    made = Anchor(**{**asdict(unsigned), "signature": key.sign(unsigned.signed()).hex()})
    line = json.dumps({k: v for k, v in asdict(made).items() if k != "place"}) + "\n"
    hint = "set HOMEGROUND_AUDIT_ANCHORS to a file that can be."
    append_lines(anchors_file(), line, mode=0o600, what="the anchor of the audit trail", hint=hint)
    return made


def anchor_when_due() -> Anchor | None:
    """The same once a day: where the newest anchor is a day old, or there is none."""
    target = anchors_file()
    if target.exists():
        newest = datetime.fromtimestamp(target.stat().st_mtime, UTC)
        if datetime.now(UTC) - newest < _A_DAY:
            return None
    return anchor("day")


def note_head(say: Callable[[str], None], *, released: bool) -> None:
    """Anchor the trail after a release, else when it is due; where that cannot be, say so and go on: what was done stands."""
    try:
        if released:
            anchor("release")
        else:
            anchor_when_due()
    except UserError as error:
        say(f"the head of the audit trail was not noted: {error}")


def read_anchors(path: Path) -> list[Anchor]:
    """Anchors of a file of lines, or the head that a release's certificate tells. UserError where there is none to be read."""
    try:
        words = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"the anchors cannot be read ({error.strerror})", where=str(path)) from error
    try:
        whole = json.loads(words)
        found = [_of_certificate(whole, str(path))] if "public_key" not in whole else [Anchor(**whole, place=f"{path}, line 1")]
    except ValueError:
        found = []
        for number, line in enumerate(words.splitlines(), start=1):
            try:
                found.append(Anchor(**json.loads(line), place=f"{path}, line {number}"))
            except (ValueError, TypeError) as error:
                raise UserError("this line is no anchor", where=f"{path}, line {number}", hint="restore it from a copy.") from error
    return found


def _of_certificate(told: Mapping[str, Any], place: str) -> Anchor:
    """The head in a certificate, alone or in the file that holds it: it bears no signature of its own."""
    trail = told.get("audit_trail") or dict(told.get("certificate") or {}).get("audit_trail")
    if not isinstance(trail, Mapping):
        raise UserError("the file tells no head of an audit trail", where=place, hint="releases from before have none.")
    return Anchor(int(trail["events"]), int(trail["event_id"]), str(trail["hash"]), "", "a certificate", "", "", place)


def verify(connection: Connection, anchors: list[Anchor], *, trusted: str | None = None) -> Verdict:
    """Check every link of the trail, its own head, and each anchor: its signature, and that the trail still passes through it.

    trusted: public key (hexadecimal) that signatures must be of; without it each must be of the key that it names.
    """
    faults = []
    broken = first_broken_link(connection)
    if broken is not None:
        faults.append(f"event {broken} does not follow from its content and the event before it")
    now, kept = head(connection), one(connection, "audit/kept_head")
    if (now.events, now.hash) != (int(kept.events), str(kept.hash)):
        faults.append(f"the trail has {now.events} events and its head says {int(kept.events)}: its end was taken away or put on")
    for noted in anchors:
        if fault := _signature_fault(noted, trusted) or _anchor_fault(connection, noted, now):
            faults.append(f"{noted.place}: {fault}")
    return Verdict(now.events, len(anchors), tuple(faults))


def _signature_fault(noted: Anchor, trusted: str | None) -> str:
    if not noted.public_key:
        return ""
    if trusted is not None and noted.public_key != trusted:
        return "this anchor is signed by another key than yours"
    return (
        ""
        if is_signed(noted.public_key, noted.signature, noted.signed())
        else "the signature of this anchor is not over what it says"
    )


def _anchor_fault(connection: Connection, noted: Anchor, now: Head) -> str:
    if not noted.events:
        return ""
    passed = scalar(connection, "audit/passes_through", {"event_id": noted.event_id, "events": noted.events, "hash": noted.hash})
    if passed:
        return ""
    when = f" on {noted.at}" if noted.at else ""
    if now.events < noted.events:
        return f"the trail had {noted.events} events{when} and has {now.events}: it was shortened"
    return f"event {noted.event_id} is not what it was{when}: the trail was written anew"

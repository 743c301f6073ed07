"""Events of the audit trail: append-only, hash-chained, written through one database function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.db import fetch, one_or_none, scalar


@dataclass(frozen=True)
class Event:
    """One event. actor: who, as the session said; credential: the database role that wrote it, which the database says."""

    event_id: int
    at: datetime
    actor: str
    credential: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """The end of the trail: how many events there are, the id of the newest, and its hash."""

    events: int
    event_id: int
    hash: str


def record_event(connection: Connection, *, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> int:
    """Append one event inside the caller's transaction: it stands exactly when what it tells of stands.

    detail holds counts, codes and ids, never a value from a record. The professional role may name nobody but the person of its
    transaction (core.db.transaction).
    """
    values = {"actor": actor, "action": action, "subject": subject, "detail": json.dumps(dict(detail or {}), default=str)}
    return int(scalar(connection, "audit/record", values))


def search(
    connection: Connection,
    *,
    person: str | None = None,
    place: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = 100,
) -> list[Event]:
    """The newest events that meet all that is asked, newest first. Words are looked for anywhere, in any case; place in the detail too."""
    asked = {"person": person, "place": place, "action": action, "since": since, "until": until, "most": most}
    return [
        Event(int(r.event_id), r.at.to_pydatetime(), r.actor, r.credential, r.action, r.subject, r.detail)
        for r in fetch(connection, "audit/search", asked).itertuples()
    ]


def head(connection: Connection) -> Head:
    """The end of the trail as it is now. A trail without events has the hash of none."""
    row = one_or_none(connection, "audit/newest")
    return Head(0, 0, "0" * 64) if row is None else Head(int(row.events), int(row.event_id), str(row.hash))


def first_broken_link(connection: Connection) -> int | None:
    """The id of the first event whose hash does not follow from its content and its predecessor; None for a whole chain."""
    found = scalar(connection, "audit/broken_link")
    return None if found is None else int(found)

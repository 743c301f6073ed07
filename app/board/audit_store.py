"""What members of the board find in the audit trail, and whether its chain holds. Each search is recorded by the database itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.board.store import is_member
from app.look.csv_text import csv_text
from app.person.acting import acting
from app.person.sign_in import Person
from core.audit.events import Event
from core.db import one, rows

HANDLING = "Not for publication: names people who use this portal."
A_PAGE = 50
# what one file holds at most, the newest
MOST = 20_000
COLUMNS = ("event", "at_utc", "person", "credential", "action", "subject", "detail", "handling")


@dataclass(frozen=True)
class Asked:
    """Words of who, where and what, '' for any, and the days of the span, both of them in it (UTC)."""

    person: str = ""
    place: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def told(self) -> dict[str, str]:
        """What was asked, for an address and for the detail of an event."""
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day is not None}
        return {
            name: value for name, value in (("person", self.person), ("place", self.place), ("action", self.action)) if value
        } | days


@dataclass(frozen=True)
class Chain:
    """broken: the first event that does not follow from the one before it. end_holds: whether the end is the one that was kept."""

    events: int
    broken: int | None
    end_holds: bool
    at: datetime

    @property
    def holds(self) -> bool:
        return self.broken is None and self.end_holds


def search(person: Person, asked: Asked, *, below: int | None = None, most: int = A_PAGE) -> list[Event]:
    """Events that meet all that is asked, newest first, in a transaction of its own with the event of the search."""
    given: dict[str, Any] = {
        "person": asked.person, "place": asked.place, "action": asked.action, "since": asked.since, "until": asked.until, "below": below,
        "most": most,
    }  # fmt: skip
    with acting(person, {}, board=is_member(person)) as connection:
        return [_event(row._asdict()) for row in rows(connection, "board/search", given)]


def _event(row: Mapping[str, Any]) -> Event:
    detail = json.loads(row["detail"]) if isinstance(row["detail"], str) else row["detail"]
    return Event(int(row["event_id"]), row["at"], row["actor"], row["credential"], row["action"], row["subject"], detail)


def chain(person: Person) -> Chain:
    with acting(person, {}, board=is_member(person)) as connection:
        row = one(connection, "board/chain_state")
    return Chain(int(row.events), None if row.broken is None else int(row.broken), bool(row.end_holds), datetime.now(tz=UTC))


def csv_of(found: list[Event]) -> str:
    return csv_text(COLUMNS, [_row(e) for e in found])


def _row(of: Event) -> tuple[object, ...]:
    at = f"{of.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return (of.event_id, at, of.actor, of.credential, of.action, of.subject, json.dumps(of.detail), HANDLING)

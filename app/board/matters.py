"""What is before the board beside models: definitions, factors, grids, partners' feeds, and uses that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import process
from app.board.store import SAID, SOON, Decision, is_member
from app.person.acting import acting
from app.person.reading import Reader
from app.person.sign_in import Person
from core.db import scalar

SORTS = {"definition": "Definition", "feed": "Feed", "use": "Use", "factor": "Factor", "grid": "Grid"}
MEANWHILE = "It was decided on, or changed, meanwhile, and nothing of yours was recorded. Read it as it is now, then decide."
_SAID = SAID | {
    "HG021": "This is not there any more. Load the page again.",
    "HG022": MEANWHILE,
    "HG024": "The day of review lies before today or more than two years ahead.",
    "HG040": "The board is asked by people of the partnership who see a district. Your role is another.",
    "HG041": "A name, what is to be done, and what it is good for are needed, each in a few words at least.",
    "HG042": "Ten of your questions wait already. Ask again once the board has decided on one.",
}
ORDER = ("changed", "expiring", "ended", "waiting", "standing", "refused", "withdrawn")


@dataclass(frozen=True)
class Ruling:
    """A decision. until: the day of review of an approval; words: conditions or reason."""

    decision: str
    board: str
    decided_on: date
    until: date
    words: str
    signed_by: str = ""


@dataclass(frozen=True)
class Matter:
    """One thing before the board, as it is now. digest: of what it is; seen: the number of its latest ruling, 0 for none; changed: whether
    that was of something else."""

    sort: str
    subject: str
    label: str
    what: str
    why: str
    digest: str
    algorithm: bool
    seen: int
    latest: Ruling | None
    changed: bool

    @property
    def key(self) -> str:
        return f"{self.sort}:{self.subject}"

    @property
    def title(self) -> str:
        return f"{SORTS[self.sort]}: {self.label}"

    def state(self, today: date) -> str:
        """One of ORDER."""
        if self.latest is None:
            return "waiting"
        if self.changed:
            return "changed"
        if self.latest.decision != "approved":
            return self.latest.decision
        if today > self.latest.until:
            return "ended"
        return "expiring" if self.latest.until - today <= SOON else "standing"

    def stands(self, today: date) -> bool:
        """Whether an approval stands, if of what it was before."""
        return self.latest is not None and self.latest.decision == "approved" and today <= self.latest.until


@dataclass(frozen=True)
class Past:
    """A decision with what it was of, for everyone of the partnership."""

    number: int
    sort: str
    subject: str
    label: str
    what: str
    why: str
    ruling: Ruling


@dataclass(frozen=True)
class OwnUse:
    """A use that somebody asked for."""

    use_id: int
    title: str
    asked_at: datetime


def matters(reader: Reader, today: date) -> list[Matter]:
    """What needs a decision soonest comes first; none for who is no member."""
    found = [_matter(r) for r in reader.rows("board/matters")]
    return sorted(found, key=lambda m: (ORDER.index(m.state(today)), list(SORTS).index(m.sort), m.label, m.subject))


def past(reader: Reader) -> list[Past]:
    """Every decision, newest first."""
    return [
        Past(int(r["ruling_id"]), r["sort"], r["subject"], r["label"], r["what"], r["why"], _ruling(r))
        for r in reader.rows("board/rulings")
    ]


def own_uses(reader: Reader) -> list[OwnUse]:
    """Those of the reader's person, newest first."""
    return [
        OwnUse(int(r["use_id"]), r["title"], r["asked_at"]) for r in reader.rows("board/own_uses", {"person": reader.person.actor})
    ]


def latest_of(decided: Sequence[Past]) -> dict[tuple[str, str], Past]:
    """The latest decision on each matter, of a list with the newest first."""
    found: dict[tuple[str, str], Past] = {}
    for one in decided:
        found.setdefault((one.sort, one.subject), one)
    return found


def rule(person: Person, matter: Matter, decision: Decision, words: str, until: date | None = None) -> int:
    """The number of the ruling. UserError with a sentence where the database refuses it."""
    given = {
        "sort": matter.sort, "subject": matter.subject, "digest": matter.digest, "seen": matter.seen, "decision": decision,
        "board": process.settings().board, "words": words, "until": until,
    }  # fmt: skip
    with acting(person, _SAID, board=is_member(person)) as connection:
        return int(scalar(connection, "board/rule_on", given))


def ask(person: Person, title: str, what: str, why: str, *, algorithm: bool) -> int:
    """The number of the use that is now before the board. UserError with a sentence where the database refuses it."""
    with acting(person, _SAID) as connection:
        return int(scalar(connection, "board/ask", {"title": title, "what": what, "why": why, "algorithm": algorithm}))


def _matter(r: dict[str, Any]) -> Matter:
    latest = None if r["ruling_id"] is None else _ruling(r)
    return Matter(
        r["sort"], r["subject"], r["label"], r["what"], r["why"], r["digest"], bool(r["algorithm"]), int(r["ruling_id"] or 0), latest,
        bool(r["changed"]),
    )  # fmt: skip


def _ruling(r: dict[str, Any]) -> Ruling:
    return Ruling(r["decision"], r["board"], r["decided_on"], r["valid_until"], r["words"], str(r.get("signed_by") or ""))

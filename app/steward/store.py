"""What the steward's desk reads and the steps it takes. The database shows it to stewards alone and writes an event with every step."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from app.person.acting import acting
from app.person.reading import Reader
from app.person.sign_in import Person, ProfessionalRole
from core.db import scalar
from core.paths import PROJECT_ROOT
from core.periods import CoveredPeriod, Period
from core.settings import WorkerSettings

_SAID = {
    "HG010": "Only a data steward may do this.",
    "HG011": "Another person approves it: whoever proposed it cannot.",
    "HG013": "Say why, in a sentence of at most 400 letters.",
    "HG014": "This does not wait any more: somebody has decided, or it is proposed already. Load the page again.",
    "23505": "This is asked for already. Load the page again.",
    "23514": "Say why, in a sentence of at most 400 letters.",
}


@dataclass(frozen=True)
class Feed:
    """What the catalogue says of a feed. cadence: '' where it gives none; expires: of its agreement, None for open data."""

    feed_id: str
    title: str
    publisher: str
    cadence: str
    reference: str
    owner: str
    expires: date | None


@dataclass(frozen=True)
class Delivery:
    """One delivery. kept: rows in the store: accepted, less those that the feed leaves out (left_out) and those outside the region.

    reasons: why it was held; profile: its figures as notes hold them, {} where none were noted; decided: who decided on it, and why.
    """

    delivery_id: int
    feed: str
    slot: str
    file_name: str
    publisher: str
    period_start: date | None
    period_end: date | None
    rows_in: int
    rejected: int
    left_out: int
    outside: int
    unplaced: int
    status: str
    loaded_at: datetime
    reasons: tuple[str, ...]
    profile: Mapping[str, Any]
    decided: str

    @property
    def kept(self) -> int:
        return self.rows_in - self.rejected - self.left_out - self.outside


@dataclass(frozen=True)
class Rejected:
    """One reason for which rows were rejected: the field, how many lines, and the first."""

    field: str
    reason: str
    lines: int
    first_line: int


@dataclass(frozen=True)
class Run:
    """The newest run of a feed by the worker."""

    feed: str
    outcome: str
    message: str
    started_at: datetime


@dataclass(frozen=True)
class Use:
    """How often a page or a file was looked at or taken away, by people of one role. people: how many of them."""

    subject: str
    action: str
    role: str
    people: int
    times: int
    last_at: datetime


@dataclass(frozen=True)
class Task:
    """Something that the desk asked of the worker. said: how far it is, or what it came to."""

    task_id: int
    kind: str
    delivery_id: int | None
    proposal_id: int | None
    until: date | None
    reason: str
    asked_by: str
    asked_at: datetime
    state: str
    said: str
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class Candidate:
    """A release that was built and attacked, and waits to be proposed. shown: one row a level x kind, violence first."""

    candidate_id: int
    built_at: datetime
    built_by: str
    title: str
    covered: CoveredPeriod
    digest: str
    beside_release: int | None
    policy: Mapping[str, Any]
    certificate: Mapping[str, Any]
    shown: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Proposal:
    """What one person asks another to agree to. verdict: 'approved', 'refused', or '' while it waits; done: the release it ended in."""

    proposal_id: int
    kind: str
    of: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    verdict: str
    given_by: str
    why: str
    release_id: int | None

    @property
    def waits(self) -> bool:
        return not self.verdict


def is_steward(person: Person) -> bool:
    return person.role is ProfessionalRole.STEWARD


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Feed]:
    """Feeds by id, of the project's own catalogue, which is read as data: no page imports code of feeds."""
    text = (PROJECT_ROOT / "feeds" / "catalogue.toml").read_text(encoding="utf-8")
    found = {}
    for feed in tomllib.loads(text)["feed"]:
        agreed = feed.get("agreement", {})
        found[str(feed["id"])] = Feed(
            str(feed["id"]), str(feed["title"]), str(feed["publisher"]), str(feed.get("cadence", "")), str(agreed.get("reference", "")),
            str(agreed.get("owner", "")), agreed.get("expires"),
        )  # fmt: skip
    return found


def deliveries(reader: Reader) -> list[Delivery]:
    """Newest first."""
    return [_delivery(row) for row in reader.rows("steward/deliveries")]


def own_deliveries(reader: Reader) -> list[Delivery]:
    """Those of the feeds of a partner's account, newest first; why one was decided on, and not by whom."""
    return [_delivery(row, row["decided"]) for row in reader.rows("steward/own_deliveries")]


def own_rejected(reader: Reader, delivery: int) -> list[Rejected]:
    return [Rejected(**_named(r)) for r in reader.rows("steward/own_rejected", {"delivery": delivery})]


def _delivery(row: Mapping[str, Any], why: str = "") -> Delivery:
    notes = row["notes"] or {}
    decided = notes.get("accepted") or notes.get("refused") or {}
    return Delivery(
        int(row["delivery_id"]), row["feed"], row["slot"], row["file_name"], row["publisher"], row["period_start"], row["period_end"],
        int(row["rows_in"]), int(row["rows_rejected"]), int(notes.get("rows_left_out", 0)), int(notes.get("rows_outside_region", 0)),
        int(row["rows_unplaced"]), row["status"], row["loaded_at"], tuple(notes.get("held", ())), notes.get("profile") or {},
        f"{decided['by']}: {decided['reason']}" if decided else why,
    )  # fmt: skip


def rejected(reader: Reader, delivery: int) -> list[Rejected]:
    return [Rejected(**_named(r)) for r in reader.rows("steward/rejected", {"delivery": delivery})]


def runs(reader: Reader) -> dict[str, Run]:
    return {r["feed"]: Run(**_named(r)) for r in reader.rows("steward/runs")}


def workers(reader: Reader) -> int:
    """How many workers are alive: none means that nothing of what the desk asks is done."""
    return int(reader.rows("steward/workers", {"seconds": WorkerSettings().dead_after_s})[0]["workers"])


def inputs(reader: Reader) -> list[tuple[str, str]]:
    """Part of the analysis and feed that it read."""
    return [(r["stage"], r["feed"]) for r in reader.rows("steward/inputs")]


def uses(reader: Reader, since: date) -> list[Use]:
    return [Use(**_named(r)) for r in reader.rows("steward/uses", {"since": since})]


def tasks(reader: Reader) -> list[Task]:
    """Newest first."""
    return [Task(**_named(r)) for r in reader.rows("steward/tasks")]


def candidates(reader: Reader) -> list[Candidate]:
    return [
        Candidate(
            int(r["candidate_id"]), r["built_at"], r["built_by"], r["title"],
            CoveredPeriod.of(Period(r["period_start"], r["period_end"]), r["months_loaded"]), r["digest"],
            None if r["beside_release"] is None else int(r["beside_release"]), r["policy"], r["certificate"], tuple(r["shown"]),
        )
        for r in reader.rows("steward/candidates")
    ]  # fmt: skip


def proposals(reader: Reader) -> list[Proposal]:
    """Newest first."""
    return [
        Proposal(
            int(r["proposal_id"]), r["kind"], int(r["candidate_id"] or r["of_release"]), r["reason"], r["proposed_by"], r["proposed_at"],
            r["verdict"] or "", r["given_by"] or "", r["why"] or "", None if r["release_id"] is None else int(r["release_id"]),
        )
        for r in reader.rows("steward/proposals")
    ]  # fmt: skip


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose whole numbers are such: a column with gaps comes as fractions."""
    return {k: int(v) if isinstance(v, float) else v for k, v in row.items()}


def decide(person: Person, delivery: int, decision: str, reason: str) -> None:
    """Ask the worker to load ('accept') or to drop ('refuse') a held delivery."""
    _step(person, "decide", {"delivery": delivery, "decision": decision, "reason": reason})


def ask_for_candidate(person: Person, until: date | None) -> None:
    _step(person, "ask_for_candidate", {"until": until})


def propose(person: Person, kind: str, of: int, reason: str) -> None:
    _step(person, "propose", {"kind": kind, "of": of, "reason": reason})


def approve(person: Person, proposal: int) -> None:
    _step(person, "approve", {"proposal": proposal})


def refuse(person: Person, proposal: int, reason: str) -> None:
    _step(person, "refuse", {"proposal": proposal, "reason": reason})


def _step(person: Person, step: str, given: Mapping[str, Any]) -> None:
    with acting(person, _SAID, steward=is_steward(person)) as connection:
        scalar(connection, f"steward/{step}", given)

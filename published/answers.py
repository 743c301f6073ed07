"""Answers to what residents asked: those that everyone may read, how the others ended, and what became of one question by its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from core.db import one, one_or_none, rows

MOST = 200


@dataclass(frozen=True)
class Answer:
    """A question with its answer. sort: question or contest. category: '' where it is about the area. outcome: stands, corrected, explained.

    correction: the release that put the figure right, or that was withdrawn for it; None unless it was corrected.
    """

    answer_id: int
    sort: str
    geography: str
    place_code: str
    category: str
    question: str
    body: str
    answer: str
    outcome: str
    correction: int | None
    asked_on: date
    answered_at: datetime


@dataclass(frozen=True)
class Followed:
    """What became of a question. state: waiting, accepted, passed, refused, answered.

    forget_on: when it is deleted; None until it has ended.
    """

    state: str
    reason: str
    body: str
    answer: str
    outcome: str
    correction: int | None
    geography: str
    place_code: str
    category: str
    received_on: date
    changed_on: date
    forget_on: date | None


def answers(connection: Connection, geography: str = "", code: str = "", most: int = MOST) -> tuple[Answer, ...]:
    """Newest first: of every place, or of one."""
    asked = {"geography": geography, "place_code": code, "most": most}
    return tuple(Answer(**r._asdict()) for r in rows(connection, "answered/answers", asked))


def endings(connection: Connection) -> tuple[Mapping[str, int], date | None]:
    """How many questions ended in which way, and the first month that is counted; an outcome, a reason of refusal, or taken_down."""
    found = list(rows(connection, "answered/endings"))
    return {r.ending: int(r.questions) for r in found}, min((r.since for r in found), default=None)


def overdue(connection: Connection, days: int) -> int:
    """How many questions have waited to be read for more than some days."""
    return int(one(connection, "answered/overdue", {"days": days}).questions)


def followed(connection: Connection, reference: str, code_hash: str) -> Followed | None:
    """None where no question has both halves of that receipt, or its time is over."""
    row = one_or_none(connection, "answered/state_of", {"reference": reference, "code_hash": code_hash})
    return None if row is None else Followed(**row._asdict())

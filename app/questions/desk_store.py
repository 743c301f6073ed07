"""What the desk of moderators reads and does: questions of the person's districts, and the steps that the database takes with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.person.acting import acting
from app.person.reading import Reader
from app.person.sign_in import Person
from core.db import Role, run_statement, scalar, transaction
from core.errors import UserError
from core.questions.receipt import Receipt, new_receipt
from core.questions.screen import LEAST, MOST, screened
from core.settings import QuestionSettings
from published import releases
from published.answers import Answer, answers
from published.releases import Listed

_SAID = {
    "HG001": "That area or kind is not published. Look at its code again.",
    "HG003": "This question is not there any more, or not one of your districts. Load the page again.",
    "HG004": "Somebody has taken this step already. Load the page again.",
    "HG005": "Something is missing: words to show, a body, or an answer.",
    "HG006": "That release was neither published nor withdrawn since the question came in. Choose the one that put the figure right.",
    "23514": "The words are too long, or still hold what looks like a phone number, an e-mail address or a National Insurance number.",
}


@dataclass(frozen=True)
class Question:
    """A question as a moderator sees it. words: as it came, less identifiers; shown: what was accepted for the public, '' until then."""

    question_id: int
    sort: str
    geography: str
    place_code: str
    category: str
    words: str
    came: str
    received_on: date
    state: str
    shown: str
    body: str


def may_moderate(person: Person) -> bool:
    return person.role.value in QuestionSettings().moderating_roles


def open_questions(reader: Reader) -> list[Question]:
    """Those that have not ended, the oldest first."""
    return [Question(**{str(k): v for k, v in r.items()}) for r in reader.rows("questions/inbox")]


def recent_answers(reader: Reader) -> list[Answer]:
    """The newest answers that everyone may read; the database lets a moderator take down those of their districts."""
    return list(answers(reader.connection, most=50))


def every_release(reader: Reader) -> tuple[Listed, ...]:
    return tuple(releases.every_release(reader.connection))


def since(found: Sequence[Listed], day: date) -> dict[int, str]:
    """Releases that may have put a figure right: number and title of those that were published, or withdrawn, since a day."""
    return {r.release_id: r.title for r in found if r.published_at.date() >= day or r.withdrawn}


def accept(person: Person, question: int, shown: str) -> None:
    found = screened(shown)
    if found.removed:
        raise UserError(f"The words still hold what looks like: {', '.join(found.removed)}. Take it out, or write a summary.")
    _step(person, "accept", {"question": question, "shown": found.words})


def refuse(person: Person, question: int, reason: str) -> None:
    _step(person, "refuse", {"question": question, "reason": reason})


def pass_on(person: Person, question: int, body: str) -> None:
    _step(person, "pass_on", {"question": question, "body": body})


def answer(person: Person, question: int, body: str, words: str, outcome: str, correction: int | None) -> None:
    given = {"question": question, "body": body, "answer": words.strip(), "outcome": outcome, "correction": correction}
    _step(person, "answer", given)


def take_down(person: Person, answer_id: int) -> None:
    _step(person, "take_down", {"answer": answer_id})


def type_in(person: Person, sort: str, geography: str, code: str, category: str, words: str) -> tuple[Receipt, tuple[str, ...]]:
    """Keep what came on paper. Returns its receipt, and what kinds of identifiers were taken out. UserError for what cannot be kept."""
    found = screened(words)
    if not LEAST <= len(found.words) <= MOST:
        raise UserError(f"The words have {len(found.words):,} letters; {LEAST} to {MOST:,} are kept.")
    receipt = new_receipt()
    row = {
        "actor": person.actor, "reference": receipt.reference, "code_hash": receipt.code_hash, "sort": sort, "geography": geography,
        "place_code": code, "category": category, "words": found.words,
    }  # fmt: skip
    _step(person, "add_paper", row)
    return receipt, found.removed


def forget() -> int:
    """Delete what is due; how many questions went."""
    with transaction(Role.PROFESSIONAL) as connection:
        return int(scalar(connection, "questions/forget"))


def _step(person: Person, step: str, given: Mapping[str, Any]) -> None:
    with acting(person, _SAID, moderator=may_moderate(person)) as connection:
        run_statement(connection, f"questions/{step}", given)

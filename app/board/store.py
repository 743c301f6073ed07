"""What the board's page reads and does: models with their decisions, who used them, how they fit groups of places, and a decision."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import pandas as pd

from app import process
from app.person.acting import acting
from app.person.reading import Reader, reading
from app.person.sign_in import Person, ProfessionalRole
from app.risk_model.store import Approval, RiskModel, model_of
from core.db import scalar

Decision = Literal["approved", "refused", "withdrawn"]
# an approval that ends within so many days stands first
SOON = timedelta(days=60)
LONGEST = 2_000

MEANWHILE = "Another member decided on this model meanwhile, and nothing of yours was recorded. Read what was decided, then decide."

SAID = {
    "HG020": "Only a member of the ethics board decides. Your role is another.",
    "HG021": "This model is not there any more. Load the page again.",
    "HG022": MEANWHILE,
    "HG023": "Nobody answers for this model yet, so it cannot be approved. Its owner is named in risk_model.toml, and it is fitted anew.",
    "HG024": "The day of review lies before today or after the model's own last day.",
    "HG025": "A refusal or a withdrawal needs its reason: the register prints it.",
    "HG026": "What stands is withdrawn, what does not stand is refused. Load the page again.",
    "HG027": f"The words are too long: at most {LONGEST:,} letters.",
}


@dataclass(frozen=True)
class Case:
    """A model before the board. seen: the number of its latest decision, 0 for none."""

    model: RiskModel
    seen: int

    def state(self, today: date) -> str:
        """expiring, waiting, ended, standing, refused, withdrawn or expired."""
        found = self.model.approval
        if today > self.model.expires_on:
            return "expired"
        if found is None:
            return "waiting"
        if found.decision != "approved":
            return found.decision
        until = min(found.valid_until, self.model.expires_on)
        if today > until:
            return "ended"
        return "expiring" if until - today <= SOON else "standing"

    @property
    def until(self) -> date:
        """The last day of its approval, or of the model where there is none."""
        found = self.model.approval
        return min(found.valid_until, self.model.expires_on) if found and found.decision == "approved" else self.model.expires_on


@dataclass(frozen=True)
class Use:
    """Who looked at a model: people and times of one role. taken: records that were taken away."""

    role: str
    people: int
    views: int
    taken: int
    last_at: datetime


@dataclass(frozen=True)
class Fit:
    """What a model expects of a group of places beside what was recorded. above, below: places outside their 95% interval."""

    by_what: str
    name: str
    places: int
    observed: int
    expected: float
    above: int
    below: int


ORDER = ("expiring", "ended", "waiting", "standing", "refused", "withdrawn", "expired")


def is_member(person: Person) -> bool:
    return person.role is ProfessionalRole.BOARD


def reading_as(person: Person) -> AbstractContextManager[Reader]:
    """Reads of a person, as a member of the board where they are one."""
    return reading(person, board=is_member(person))


def cases(reader: Reader, today: date) -> list[Case]:
    """What needs a decision soonest comes first: approvals that end, then what waits, then what is settled."""
    rows = reader.frame("board/models").astype(object).to_dict("records")
    found = [Case(model_of(row), 0 if pd.isna(row["decision_id"]) else int(row["decision_id"])) for row in rows]
    return sorted(found, key=lambda c: (ORDER.index(c.state(today)), c.until, c.model.model_id))


def decisions(reader: Reader, model_id: int) -> list[Approval]:
    """Newest first."""
    return [
        Approval(r["decision"], r["board"], r["signed_by"], r["decided_on"], r["valid_until"], r["conditions"])
        for r in reader.rows("board/decisions", {"model_id": model_id})
    ]


def uses(reader: Reader, model_id: int) -> list[Use]:
    return [
        Use(str(r["role"]), int(r["people"]), int(r["views"]), int(r["taken"]), r["last_at"])
        for r in reader.rows("board/use_of_model", {"model_id": model_id})
    ]


def fits(reader: Reader, model_id: int) -> list[Fit]:
    return [
        Fit(r["by_what"], r["name"], int(r["places"]), int(r["observed"]), float(r["expected"]), int(r["above"]), int(r["below"]))
        for r in reader.rows("board/fairness", {"model_id": model_id})
    ]


def decide(person: Person, case: Case, decision: Decision, words: str, until: date | None = None) -> int:
    """The number of the decision. until: the day of review of an approval. UserError with a sentence where the database refuses it."""
    given = {
        "model_id": case.model.model_id, "seen": case.seen, "decision": decision, "board": process.settings().board, "words": words,
        "until": until,
    }  # fmt: skip
    with acting(person, SAID, board=is_member(person)) as connection:
        return int(scalar(connection, "board/decide", given))

"""What the professional portal reads of risk factor models. Who may see which, the database decides (analysis.risk_model_open)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from app.person.reading import Reader, reading
from app.person.sign_in import Person, ProfessionalRole


@dataclass(frozen=True)
class Approval:
    """The latest decision of an ethics board about a model."""

    decision: str
    board: str
    signed_by: str
    decided_on: date
    valid_until: date
    conditions: str


@dataclass(frozen=True)
class RiskModel:
    """A model that this person may see."""

    model_id: int
    group_id: str
    expires_on: date
    card: Mapping[str, Any]
    transparency: Mapping[str, Mapping[str, str]]
    approval: Approval | None

    def is_open(self, today: date) -> bool:
        """Whether everyone who signs in may see it today."""
        found = self.approval
        return found is not None and found.decision == "approved" and today <= min(found.valid_until, self.expires_on)


@dataclass(frozen=True)
class Estimate:
    """A place: what was recorded, what the model expects, and its 95% interval for the number recorded."""

    code: str
    name: str
    observed: int
    expected: float
    lower: float
    upper: float
    outline: Mapping[str, Any] | None

    @property
    def standing(self) -> str:
        """'above', 'below' or 'within' the interval."""
        return "above" if self.observed > self.upper else "below" if self.observed < self.lower else "within"


def reading_models(person: Person) -> AbstractContextManager[Reader]:
    """Reads of a person in which an analyst, and a member of the board, also see models that no ethics board approved."""
    return reading(person, analyst=person.role is ProfessionalRole.ANALYST, board=person.role is ProfessionalRole.BOARD)


def models(reader: Reader) -> list[RiskModel]:
    """The newest model of each group that this person may see."""
    newest: dict[str, RiskModel] = {}
    for row in reader.frame("risk_model/risk_models").astype(object).to_dict("records"):
        model = model_of(row)
        newest.setdefault(model.group_id, model)
    return list(newest.values())


def model_of(row: Mapping[Any, Any]) -> RiskModel:
    """A model with its latest decision, from a row of either query."""
    decided = row["decision"]
    approval = (
        None
        if decided is None or pd.isna(decided)
        else Approval(
            str(decided), str(row["board"]), str(row["signed_by"]), row["decided_on"], row["valid_until"], str(row["conditions"])
        )
    )
    return RiskModel(
        int(row["model_id"]), str(row["group_id"]), row["expires_on"], _object(row["card"]), _object(row["transparency"]), approval
    )


def estimates(reader: Reader, model: RiskModel, district: str) -> list[Estimate]:
    """Every place of a district by name ('' for all that the person may see)."""
    params = {"model_id": model.model_id, "district": district, "tolerance": 10 if district else 60}
    return [
        Estimate(
            r.code, r.name, int(r.observed), float(r.expected), float(r.lower), float(r.upper),
            json.loads(r.outline) if isinstance(r.outline, str) else None,
        )
        for r in reader.frame("risk_model/risk_estimates", params).itertuples(index=False)
    ]  # fmt: skip


def _object(held: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(held) if isinstance(held, str) else held
    return found

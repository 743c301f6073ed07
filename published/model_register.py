"""The public register: models that an ethics board decided on, and what else it decided on in which a machine takes part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from core.db import rows
from core.periods import Period


@dataclass(frozen=True)
class BoardDecision:
    """decision: approved, refused or withdrawn. until: the day of review of an approval. words: its conditions, or the reason."""

    decision: str
    board: str
    decided_on: date
    until: date
    words: str


@dataclass(frozen=True)
class Registered:
    """A model of the register. state: approved, ended (its approval is over), refused or withdrawn.

    told: what its transparency record says, by the name of the register's column. decisions: newest first.
    """

    model_id: int
    kind: str
    period: Period
    expires_on: date
    state: str
    decisions: tuple[BoardDecision, ...]
    told: dict[str, str]

    @property
    def latest(self) -> BoardDecision:
        return self.decisions[0]


_OWN = ("model_id", "kind", "period_start", "period_end", "expires_on", "state", "decisions")


def model_register(connection: Connection) -> tuple[Registered, ...]:
    """The newest model first."""
    return tuple(_registered(row._asdict()) for row in rows(connection, "published/model_register"))


def _registered(row: dict[str, Any]) -> Registered:
    return Registered(
        model_id=int(row["model_id"]),
        kind=str(row["kind"]),
        period=Period(row["period_start"], row["period_end"]),
        expires_on=row["expires_on"],
        state=str(row["state"]),
        decisions=_decisions(row["decisions"]),
        told={name: str(value or "not given yet") for name, value in row.items() if name not in _OWN},
    )


@dataclass(frozen=True)
class RegisteredMatter:
    """A definition, factor, grid or use of the register, as it was decided on last. state: as of a model; decisions: newest first."""

    sort: str
    subject: str
    label: str
    what: str
    why: str
    state: str
    decisions: tuple[BoardDecision, ...]


def board_register(connection: Connection) -> tuple[RegisteredMatter, ...]:
    """By sort and name."""
    return tuple(
        RegisteredMatter(r.sort, r.subject, r.label, r.what, r.why, r.state, _decisions(r.decisions))
        for r in rows(connection, "published/board_register")
    )


def _decisions(told: Any) -> tuple[BoardDecision, ...]:
    made = json.loads(told) if isinstance(told, str) else told
    return tuple(
        BoardDecision(
            d["decision"], d["board"], date.fromisoformat(d["decided_on"]), date.fromisoformat(d["valid_until"]), d["words"]
        )
        for d in made
    )

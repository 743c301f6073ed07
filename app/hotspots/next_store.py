"""What the professional portal reads of where next: what was foretold, by which rule, and how that rule did before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.hotspots.store import HEXAGON, Choice
from app.person.reading import Reader, kept
from app.person.store import Patch, number


@dataclass(frozen=True)
class NextChoice:
    """One geography and group that were foretold. foretold: by the rule; otherwise by the counts of the months before."""

    geography: str
    edition: str
    group_id: str
    foretold: bool
    month: date
    usual_months: int
    run_id: int
    made_at: datetime | None


@dataclass(frozen=True)
class NextPlace:
    """A place and the month foretold. share: of the region's area, searched densest first until this place is."""

    code: str
    name: str
    lad_code: str
    expected: float
    low: int
    high: int
    last_month: int
    usual: float
    position: int
    share: float
    outline: Mapping[str, Any] | None


@dataclass(frozen=True)
class NextLine:
    """How the rule did at one share of the area, beside the counts of the months before."""

    coverage: float
    standing: str
    months: int
    first_month: date
    last_month: date
    hit_rate: float
    counts_hit_rate: float
    gain: float | None
    gain_lower: float | None
    gain_upper: float | None


def choices(reader: Reader) -> tuple[NextChoice, ...]:
    """Everything foretold that this person may see."""
    return tuple(
        NextChoice(
            str(r["geography"]), str(r["edition"]), str(r["group_id"]), r["rule"] == "foretold", r["target_month"],
            int(r["usual_months"]), int(r["run_id"]), r["made_at"],
        )
        for r in reader.rows("foretelling/choices")
    )  # fmt: skip


@kept(64)
def places(reader: Reader, choice: NextChoice, patch: Patch) -> tuple[NextPlace, ...]:
    """Places of the patch, the one that expects most first."""
    asked: dict[str, object] = {**_of(choice), **patch.asked}
    if choice.geography == HEXAGON:
        rows = reader.rows("foretelling/next_hexagons", asked)
    else:
        rows = reader.rows("foretelling/next_areas", asked | {"tolerance": patch.tolerance})
    return tuple(
        NextPlace(
            str(r["code"]), str(r["name"]), str(r["lad_code"]), float(r["expected"]), int(r["low"]), int(r["high"]),
            int(r["last_month"]), float(r["usual"]), int(r["position"]), float(r["area_share"]),
            None if r["outline"] is None else json.loads(r["outline"]),
        )
        for r in rows
    )  # fmt: skip


def record(reader: Reader, choice: NextChoice | Choice) -> tuple[NextLine, ...]:
    """The record of the rule, narrowest share first; empty where no month could be scored."""
    return tuple(
        NextLine(
            float(r["coverage"]), str(r["standing"]), int(r["months"]), r["first_month"], r["last_month"], float(r["hit_rate"]),
            float(r["counts_hit_rate"]), number(r["gain"]), number(r["gain_lower"]), number(r["gain_upper"]),
        )
        for r in reader.rows("foretelling/standings", _of(choice))
        if r["hit_rate"] is not None
    )  # fmt: skip


@dataclass(frozen=True)
class Reliability:
    """How the figures of a rule did on the months scored. ratio: recorded over expected, of all places and of the busiest that together
    expect a tenth; inside: share of places whose count lay in its interval, of all and of the twentieth that expect most. None where
    nothing was expected."""

    months: int
    ratio: float | None
    busiest_ratio: float | None
    inside: float | None
    busiest_inside: float | None


def reliability(reader: Reader, choice: NextChoice) -> Reliability | None:
    """Of the rule whose figures are shown; None where no month could be scored."""
    rows = reader.rows("foretelling/reliability", {**_of(choice), "rule": "foretold" if choice.foretold else "counts"})
    if not rows or not rows[0]["months"]:
        return None
    r = rows[0]
    return Reliability(
        int(r["months"]), number(r["ratio"]), number(r["busiest_ratio"]), number(r["inside"]), number(r["busiest_inside"])
    )  # fmt: skip


def _of(choice: NextChoice | Choice) -> dict[str, object]:
    return {"geography": choice.geography, "edition": choice.edition, "group_id": choice.group_id}

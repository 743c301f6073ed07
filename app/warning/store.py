"""What the professional portal reads of the early warning: the alarms alive, the record of those before, and the months looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.person.reading import Reader, kept
from app.person.store import Patch


@dataclass(frozen=True)
class Look:
    """The first look at a month: how many alarms it raised in the whole region, and how often chance alone was to raise one."""

    month: date
    in_time: bool
    first_month: date
    steps: int
    longest: int
    least_months: int
    kinds: int
    replicates: int
    alarms: int
    run_id: int


@dataclass(frozen=True)
class Alarm:
    """An alarm that is alive. codes and names: its neighbourhoods, the one in the middle first."""

    number: int
    group_id: str
    label: str
    lad_code: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    month: date
    since: date
    first_raised: date
    observed: int
    expected: float
    once_in_months: float
    replicates: int


@dataclass(frozen=True)
class Past:
    """An alarm as it was raised, and the month after it; verdict '' where that month was not loaded yet."""

    month: date
    in_time: bool
    label: str
    group_id: str
    lad_code: str
    code: str
    name: str
    places: int
    since: date
    observed: int
    expected: float
    once_in_months: float
    replicates: int
    verdict: str
    observed_after: int | None
    expected_after: float | None


@dataclass(frozen=True)
class Place:
    """A neighbourhood of the patch, to be drawn."""

    code: str
    name: str
    outline: Mapping[str, Any]
    lat: float
    lon: float


def looks(reader: Reader) -> tuple[Look, ...]:
    """Months looked at, newest first; empty before the first analysis."""
    return tuple(
        Look(
            r["month"], bool(r["in_time"]), r["first_month"], int(r["steps"]), int(r["longest"]), int(r["least_months"]), int(r["kinds"]),
            int(r["replicates"]), int(r["alarms"]), int(r["run_id"]),
        )
        for r in reader.rows("warning/looked")
    )  # fmt: skip


def groups(reader: Reader) -> dict[str, str]:
    """Labels of the groups that are looked at, by id."""
    return {str(r["group_id"]): str(r["label"]) for r in reader.rows("warning/groups")}


def alarms(reader: Reader, patch: Patch, group_id: str) -> tuple[Alarm, ...]:
    """Those alive in a patch, most surprising first; group_id '' for every kind."""
    asked = {**patch.asked, "patch": "", "group_id": group_id}
    return tuple(
        Alarm(
            int(r["number"]), str(r["group_id"]), str(r["label"]), str(r["lad_code"]), tuple(r["codes"]), tuple(r["names"]), r["month"],
            r["since"], r["first_raised"], int(r["observed"]), float(r["expected"]), float(r["once_in_months"]), int(r["replicates"]),
        )
        for r in reader.rows("warning/list_alarms", asked)
    )  # fmt: skip


def past(reader: Reader, patch: Patch) -> tuple[Past, ...]:
    """Every alarm of the district, or of all that the person may see, newest month first."""
    return tuple(
        Past(
            r["month"], bool(r["in_time"]), str(r["label"]), str(r["group_id"]), str(r["lad_code"]), str(r["code"]), str(r["name"]),
            int(r["places"]), r["since"], int(r["observed"]), float(r["expected"]), float(r["once_in_months"]), int(r["replicates"]),
            str(r["verdict"] or ""), None if r["observed_after"] is None else int(r["observed_after"]),
            None if r["expected_after"] is None else float(r["expected_after"]),
        )
        for r in reader.rows("warning/record", {"district": patch.district, "members": list(patch.members)})
    )  # fmt: skip


@kept(32)
def places(reader: Reader, patch: Patch, run_id: int) -> tuple[Place, ...]:
    """Neighbourhoods of the patch. run_id: of the newest look, which tells when an answer has become old."""
    # metres; the whole region on one map needs less detail
    asked = {**patch.asked, "tolerance": 10 if patch.district or patch.members else 60}
    return tuple(
        Place(str(r["code"]), str(r["name"]), json.loads(r["outline"]), float(r["lat"]), float(r["lon"]))
        for r in reader.rows("warning/places", asked)
    )

"""What My patch reads beside the hot spots: the pattern of each neighbourhood, how it holds, and its months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from app.hotspots.store import Choice
from app.hotspots.trust_store import Held
from app.look import wording
from app.look.where import MapPlaces
from app.person.reading import Reader, kept
from app.person.store import Patch, number, runs, whole
from app.problems import listing
from app.problems.listing import Listed
from core.periods import Period
from published.problem_file import problem_files


@dataclass(frozen=True)
class Pattern:
    """The pattern of a place's months (docs/emerging.md): its name, the months it is made of, in how many of them the place was hot or cold
    beyond chance, and the trend of how far it stands out."""

    name: str
    steps: int
    hot_steps: int
    cold_steps: int
    trend_z: float | None
    trend_p: float | None


@dataclass(frozen=True)
class Next:
    """What is expected in the month after the last loaded one, with the ends of its 90% interval. rule: 'foretold', or 'counts' where the
    months before foretold as well (analysis.foretold)."""

    month: date
    rule: str
    expected: float
    low: int
    high: int


@dataclass(frozen=True)
class Known:
    """A neighbourhood. name: that of the statistics; near: what its local area is called, '' where that is not known or the name says it;
    lon, lat: a point inside it, in degrees."""

    code: str
    name: str
    near: str
    lon: float
    lat: float
    pattern: Pattern | None
    held: Held | None
    next: Next | None = None


def as_of(reader: Reader) -> datetime | None:
    """When the last run ended: by this, what is kept in memory tells that it has become old."""
    return max((r.finished_at for r in runs(reader)), default=None)


@kept(64)
def places(reader: Reader, choice: Choice, patch: Patch, as_of: datetime | None) -> Mapping[str, Known]:
    """Every neighbourhood of the patch, by code."""
    rows = reader.frame("patch/places", _of(choice, patch)).astype(object).to_dict("records")
    return {str(r["code"]): _known(r) for r in rows}


@kept(64)
def months(
    reader: Reader, choice: Choice, patch: Patch, as_of: datetime | None, span: Period | None = None
) -> Mapping[str, Mapping[date, int]]:
    """Incidents by neighbourhood and month; a month without any is left out. span: other months than those of the period."""
    found: dict[str, dict[date, int]] = {}
    asked = _of(choice, patch) | ({} if span is None else {"period_start": span.start, "period_end": span.end})
    for row in reader.frame("patch/months", asked).itertuples():
        found.setdefault(str(row.code), {})[row.month] = int(row.incidents)
    return found


@kept(64)
def cube_span(reader: Reader, choice: Choice, as_of: datetime | None) -> Period | None:
    """The months that the patterns of a kind are made of; None where none were worked out."""
    asked = {"group_id": choice.group_id, "period_start": choice.period.start, "period_end": choice.period.end}
    rows = reader.rows("patch/cube_span", asked)
    return Period(rows[0]["first_month"], rows[0]["last_month"]) if rows else None


@kept(64)
def points(reader: Reader, bounds: tuple[float, float, float, float], as_of: datetime | None) -> tuple[MapPlaces, ...]:
    """Places of interest within bounds (west, south, east, north), by kind: what was fed of them, which need not be all that there are."""
    west, south, east, north = bounds
    found: dict[str, list[tuple[float, float, str]]] = {}
    for r in reader.rows("patch/points", {"west": west, "south": south, "east": east, "north": north}):
        label = str(r["label"]) or wording.service_kind(str(r["kind"]))
        found.setdefault(label, []).append((round(float(r["lat"]), 5), round(float(r["lon"]), 5), str(r["name"])))
    return tuple(MapPlaces(label, tuple(some)) for label, some in sorted(found.items()))


def tried(reader: Reader, patch: Patch, today: date) -> tuple[Listed, ...]:
    """Problem files about places of the patch, as everyone may read them; each leads to its file."""
    found = [
        f for f in problem_files(reader.connection) if reader.person.may_see(f.lad_code) and patch.district in ("", f.lad_code)
    ]
    if not found:
        return ()
    asked = {"codes": [f.place_code for f in found], "msoa": patch.msoa, "members": list(patch.members)}
    names = {r["code"]: r["name"] for r in reader.rows("patch/tried", asked)}
    return tuple(
        listing.listed_as(f, f"/problems?file={f.file_id}", f"{f.kind} in {names[f.place_code]}", today)
        for f in found
        if f.place_code in names
    )


def _of(choice: Choice, patch: Patch) -> dict[str, Any]:
    span = {"period_start": choice.period.start, "period_end": choice.period.end}
    return {"group_id": choice.group_id, **patch.asked, **span}


def _known(row: Mapping[Any, Any]) -> Known:
    pattern = held = expected = None
    if not pd.isna(row["pattern"]):
        pattern = Pattern(
            str(row["pattern"]), int(row["steps"]), int(row["hot_steps"]), int(row["cold_steps"]), number(row["trend_z"]),
            number(row["trend_p"]),
        )  # fmt: skip
    if not pd.isna(row["grids"]):
        without = row["holds_without_busiest"]
        held = Held(
            int(row["grids"]), whole(row["grids_half"]) or 0, whole(row["grids_same"]) or 0, whole(row["grids_double"]) or 0,
            None if pd.isna(without) else bool(without), number(row["busiest_share"]),
        )  # fmt: skip
    if not pd.isna(row["expected"]):
        expected = Next(row["target_month"], str(row["rule"]), float(row["expected"]), int(row["low"]), int(row["high"]))
    name, near = str(row["name"]), str(row["near"])
    # as place.shown_name has it: a name that already says the other stands alone
    names = str(row["code"]), name, "" if name.startswith(near) else near
    return Known(*names, float(row["lon"]), float(row["lat"]), pattern, held, expected)

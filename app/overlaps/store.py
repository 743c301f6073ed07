"""What the page of risk overlaps reads: declared factors, what each place has of them, and how often they fall together by chance.

Rows about places come through row-level security by the districts of the person; counts of the whole region are the same for everyone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.person.reading import Reader, kept
from app.person.store import Patch, covered
from core.periods import CoveredPeriod, Period


@dataclass(frozen=True)
class Level:
    """One threshold of a factor, and how many places of the region meet it; unsure: their interval reaches across it."""

    level: int
    label: str
    is_default: bool
    cut: float | None
    meeting: int
    meeting_unsure: int


@dataclass(frozen=True)
class Factor:
    """A declared factor. missing: why there is no data of it, '' where there is."""

    factor_id: str
    side: str
    theme: str
    label: str
    unit: str
    source: str
    caution: str
    places: int
    missing: str
    levels: tuple[Level, ...]

    @property
    def default(self) -> int:
        return next((lv.level for lv in self.levels if lv.is_default), 1)

    def level(self, number: int) -> Level:
        return next(lv for lv in self.levels if lv.level == number)


@dataclass(frozen=True)
class Analysis:
    """The latest run and its factors in order. missing: months of the period that were not loaded."""

    run_id: int
    made_at: datetime
    period: Period
    factors: tuple[Factor, ...]
    missing: tuple[date, ...] = ()

    @property
    def covered(self) -> CoveredPeriod:
        """The period with what was loaded of it: the way to say it."""
        return CoveredPeriod(self.period, self.missing)

    def on(self, side: str) -> tuple[Factor, ...]:
        """Factors of a side that have data."""
        return tuple(f for f in self.factors if f.side == side and not f.missing)

    def factor(self, factor_id: str) -> Factor:
        return next(f for f in self.factors if f.factor_id == factor_id)


@dataclass(frozen=True)
class Value:
    """What one place has of one factor: the strictest threshold met, surely and possibly met."""

    value: float
    lower: float | None
    upper: float | None
    level: int
    sure: int
    possible: int


@dataclass(frozen=True)
class Neighbourhood:
    """An LSOA of a patch. values by factor id; a factor without an entry has no value here."""

    code: str
    name: str
    lad_code: str
    outline: Mapping[str, Any]
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Together:
    """How many places of the region meet a choice of factors, against chance. joined: beside others beyond chance; None where not asked."""

    size: int
    at_defaults: bool
    places: int
    meeting: int
    meeting_sure: int
    meeting_possible: int
    expected: float
    expected_lower: float
    expected_upper: float
    p_value: float
    q_value: float
    expected_independent: float
    joined: int | None


@dataclass(frozen=True)
class Tally:
    side: str
    at_least: int
    factors: int
    meeting: int
    expected: float
    expected_lower: float
    expected_upper: float
    p_value: float


@dataclass(frozen=True)
class Join:
    """A place's neighbours that meet the same factors, and q against chance; None where it has no such neighbour."""

    neighbours: int
    joins: int
    q_value: float | None


@dataclass(frozen=True)
class BesideSummary:
    first: str
    second: str
    moran_i: float
    expected_lower: float
    expected_upper: float
    p_value: float
    high_beside_high: int
    high_beside_high_shuffled: int


@dataclass(frozen=True)
class Kind:
    """A kind of place and how many places of the region are of it, firmly in at least 8 of 10 resamples."""

    type_id: str
    name: str
    description: str
    places: int
    places_firm: int


@dataclass(frozen=True)
class Member:
    type_id: str
    certainty: float
    next_type_id: str


@dataclass(frozen=True)
class SimilarRate:
    """A rate beside those of similar areas, per 1,000 residents."""

    label: str
    incidents: int
    rate: float
    areas: int
    lower_quarter: float
    median: float
    upper_quarter: float
    ratio: float | None
    ratio_lower: float | None
    ratio_upper: float | None


def analysis(reader: Reader) -> Analysis | None:
    """The latest analysis of factors; None before the first."""
    rows = reader.rows("overlaps/factors")
    if not rows:
        return None
    levels: dict[str, list[Level]] = {}
    for row in reader.rows("overlaps/levels"):
        levels.setdefault(row["factor_id"], []).append(
            Level(
                int(row["level"]),
                row["label"],
                bool(row["is_default"]),
                row["cut"],
                int(row["meeting"]),
                int(row["meeting_unsure"]),
            )
        )
    found = tuple(
        Factor(
            row["factor_id"], row["side"], row["theme"], row["label"], row["unit"], row["source"], row["caution"], int(row["places"]),
            row["missing"], tuple(levels.get(row["factor_id"], ())),
        )
        for row in rows
    )  # fmt: skip
    first = rows[0]
    period = Period(date.fromisoformat(first["period_start"]), first["period_end"])
    return Analysis(int(first["run_id"]), first["finished_at"], period, found, covered(reader, period).missing)


@kept(32)
def _values(reader: Reader, run_id: int, made_at: datetime) -> Mapping[str, Mapping[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for r in reader.rows("overlaps/factor_places"):
        found.setdefault(r["code"], {})[r["factor_id"]] = Value(
            float(r["value"]), r["lower"], r["upper"], int(r["level"]), int(r["sure_level"]), int(r["possible_level"])
        )
    return found


@kept(64)
def _outlines(reader: Reader, patch: Patch, run_id: int, made_at: datetime) -> tuple[tuple[str, str, str, Mapping[str, Any]], ...]:
    params = {**patch.asked, "tolerance": patch.tolerance}
    return tuple(
        (r["code"], r["name"], r["lad_code"], json.loads(r["outline"])) for r in reader.rows("overlaps/neighbourhoods", params)
    )


def neighbourhoods(reader: Reader, found: Analysis, patch: Patch) -> tuple[Neighbourhood, ...]:
    """Every neighbourhood of the patch with its values, by name."""
    values = _values(reader, found.run_id, found.made_at)
    return tuple(
        Neighbourhood(code, name, lad, outline, values.get(code, {}))
        for code, name, lad, outline in _outlines(reader, patch, found.run_id, found.made_at)
    )


def together(reader: Reader, combination: str) -> Together | None:
    """The choice over the whole region; None where it was not worked out."""
    rows = reader.rows("overlaps/overlap", {"combination": combination})
    if not rows:
        return None
    r = rows[0]
    # the count of joined places reads rows under row-level security: it is the region's for those who may see the region
    joined = r["joined"] if reader.person.districts == "*" else None
    return Together(
        int(r["size"]), bool(r["at_defaults"]), int(r["places"]), int(r["meeting"]), int(r["meeting_sure"]), int(r["meeting_possible"]),
        r["expected"], r["expected_lower"], r["expected_upper"], r["p_value"], r["q_value"], r["expected_independent"], joined,
    )  # fmt: skip


def joins(reader: Reader, combination: str) -> dict[str, Join]:
    """Join counts of the places that the person may see, by code; empty unless the choice is at default thresholds."""
    rows = reader.rows("overlaps/factor_joins", {"combination": combination})
    return {r["code"]: Join(int(r["neighbours"]), int(r["joins"]), r["q_value"]) for r in rows}


def tallies(reader: Reader) -> list[Tally]:
    return [
        Tally(r["side"], int(r["at_least"]), int(r["factors"]), int(r["meeting"]), r["expected"], r["expected_lower"],
              r["expected_upper"], r["p_value"])
        for r in reader.rows("overlaps/factor_tally")
    ]  # fmt: skip


def besides(reader: Reader) -> list[BesideSummary]:
    return [
        BesideSummary(r["first"], r["second"], r["moran_i"], r["expected_lower"], r["expected_upper"], r["p_value"],
                      int(r["high_beside_high"]), int(r["high_beside_high_shuffled"]))
        for r in reader.rows("overlaps/beside")
    ]  # fmt: skip


def kinds(reader: Reader) -> list[Kind]:
    return [
        Kind(r["type_id"], r["name"], r["description"], int(r["places"]), int(r["places_firm"]))
        for r in reader.rows("overlaps/place_types")
    ]


def members(reader: Reader) -> dict[str, Member]:
    return {
        r["code"]: Member(r["type_id"], float(r["certainty"]), r["next_type_id"])
        for r in reader.rows("overlaps/place_type_members")
    }


def similar_rates(reader: Reader, code: str) -> list[SimilarRate]:
    return [
        SimilarRate(r["label"], int(r["incidents"]), r["rate_per_1000"], int(r["areas"]), r["areas_lower_quarter"], r["areas_median"],
                    r["areas_upper_quarter"], r["ratio"], r["ratio_lower"], r["ratio_upper"])
        for r in reader.rows("overlaps/place_similar_rates", {"code": code})
    ]  # fmt: skip


def similar_names(reader: Reader, code: str) -> list[tuple[str, bool]]:
    """Names of the similar areas, the nearest first, and whether each is close."""
    return [(r["similar_name"], bool(r["close"])) for r in reader.rows("overlaps/similar_areas", {"code": code})]

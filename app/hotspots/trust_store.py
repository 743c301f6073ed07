"""What the professional portal reads of how far to trust a map: track record, stability, outliers, and the error of estimated residents.

The track record is of the whole region and is no figure of a place; stability and outliers pass row-level security as hot spots do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from app.hotspots.store import Choice
from app.person.reading import Reader
from app.person.store import Patch, number


@dataclass(frozen=True)
class TrackLine:
    """How a map did at one coverage over the months foretold: mean hit rates of the map and the naive one, and the standing."""

    coverage: float
    standing: str
    months: int
    first_month: date
    last_month: date
    map_hit_rate: float
    naive_hit_rate: float
    gain: float | None
    gain_lower: float | None
    gain_upper: float | None
    fewest_earlier: int
    most_earlier: int


@dataclass(frozen=True)
class Held:
    """In how many of `grids` other grids of each cell size a hot spot holds; without_busiest is None where it cannot be asked."""

    grids: int
    half: int
    same: int
    double: int
    without_busiest: bool | None
    busiest_share: float | None


@dataclass(frozen=True)
class Outlier:
    """A place whose rate is like its neighbours' (high_high, low_low) or against them (high_low, low_high)."""

    code: str
    name: str
    kind: str
    incidents: int
    residents: float


@dataclass(frozen=True)
class EstimateError:
    """Error of residents estimated by postcodes where the truth is known, in percent of it."""

    what: str
    areas: int
    mean_percent: float
    median_percent: float


def track_record(reader: Reader, choice: Choice) -> tuple[TrackLine, ...]:
    """The record of the map shown; empty where none was made. With proactive offences: that of the map without them."""
    measure = "count" if choice.measure == "count_with_proactive" else choice.measure
    rows = reader.frame(
        "trust/track",
        {"grid": f"{choice.geography} {choice.edition}", "measure": measure, "group_id": choice.group_id},
    )
    return tuple(_track_line(row) for row in rows.astype(object).to_dict("records"))


def _track_line(row: dict[Any, Any]) -> TrackLine:
    return TrackLine(
        coverage=float(row["coverage"]),
        standing=str(row["standing"]),
        months=int(row["months"]),
        first_month=row["first_month"],
        last_month=row["last_month"],
        map_hit_rate=float(row["map_hit_rate"]),
        naive_hit_rate=float(row["naive_hit_rate"]),
        gain=number(row["gain"]),
        gain_lower=number(row["gain_lower"]),
        gain_upper=number(row["gain_upper"]),
        fewest_earlier=int(row["fewest_earlier"]),
        most_earlier=int(row["most_earlier"]),
    )


def stability(reader: Reader, choice: Choice) -> dict[str, Held]:
    """How each hot spot of the map by count holds, by code; empty where it was not examined."""
    rows = reader.frame("trust/stability", _of(choice)).astype(object)
    return {
        str(r["code"]): Held(
            int(r["grids"]),
            int(r["grids_half"]),
            int(r["grids_same"]),
            int(r["grids_double"]),
            None if pd.isna(r["holds_without_busiest"]) else bool(r["holds_without_busiest"]),
            number(r["busiest_share"]),
        )
        for r in rows.to_dict("records")
    }


def outliers(reader: Reader, choice: Choice, patch: Patch) -> tuple[Outlier, ...]:
    """Places of the patch that are like their neighbours by rate, or against them."""
    rows = reader.frame("trust/rate_outliers", _of(choice) | patch.asked)
    return tuple(
        Outlier(str(r.code), str(r.name), str(r.kind), int(r.incidents), float(r.residents))
        for r in rows.rename(columns={"class": "kind"}).itertuples(index=False)
    )


def harm_statement(reader: Reader, choice: Choice) -> str:
    """Where the weights of a map by harm come from and how they were mapped; empty for other maps."""
    if choice.measure != "harm":
        return ""
    rows = reader.frame("trust/harm_statement", {"run_id": choice.run_id})
    if rows.empty or pd.isna(rows["source"].iloc[0]):
        return "Where the weights come from is not recorded."
    return f"Weights: {rows['source'].iloc[0]}. How they were made to fit these categories: {rows['mapping'].iloc[0]}"


def hexagon_error(reader: Reader) -> EstimateError | None:
    """The error of the method that gives hexagons their residents, measured one level up: local areas shared among neighbourhoods."""
    rows = reader.frame("trust/estimate_errors")
    if rows.empty:
        return None
    held = rows["errors"].iloc[0]
    errors = json.loads(held) if isinstance(held, str) else held
    found = next((e for e in errors if str(e["what"]).startswith("residents of MSOAs")), None)
    if found is None:
        return None
    return EstimateError(str(found["what"]), int(found["areas"]), float(found["mean_percent"]), float(found["median_percent"]))


def _of(choice: Choice) -> dict[str, Any]:
    return {
        "geography": choice.geography, "edition": choice.edition, "group_id": choice.group_id, "period_end": choice.period.end,
    }  # fmt: skip

"""What the page on searches reads: stop and search by object, law, outcome and ethnic group, by the districts of the person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.person.reading import Reader, kept
from app.person.store import whole
from core.periods import Period


@dataclass(frozen=True)
class SearchMonth:
    """A month of searches, of all that is held; those without a place or with one outside the region are counted nowhere else."""

    month: date
    searches: int
    without_place: int
    outside: int


@dataclass(frozen=True)
class MonthOfSearches:
    """Searches of a place in a month. found, found_known: as in Searches."""

    month: date
    stops: int
    found: int
    found_known: int


@dataclass(frozen=True)
class Searches:
    """Searches of a district. found: their outcome is linked to what was searched for; found_known: the force says whether it is."""

    lad_code: str
    object_of_search: str
    legislation: str
    outcome: str
    stops: int
    found: int
    found_known: int


@dataclass(frozen=True)
class EthnicSearches:
    """Searches of persons by ethnic group as they gave it and as the officer saw it; either may be not_stated."""

    self_defined: str
    officer_defined: str
    stops: int
    found: int
    found_known: int


@dataclass(frozen=True)
class RatioSum:
    """Sums over neighbourhoods for core.proportion.pooled_rate_ratio."""

    ethnicity: str
    numerator: float
    denominator: float
    variance: float


@dataclass(frozen=True)
class PersonSearches:
    """Searches of persons by one thing that the force notes of them: field is age, sex or clothing, value the publisher's word for it."""

    field: str
    value: str
    stops: int
    found: int
    found_known: int


@dataclass(frozen=True)
class AreaOfSearches:
    """A local area (MSOA of 2021) with its searches; residents None where there is no population, outline None where none is held."""

    code: str
    name: str
    lad_code: str
    stops: int
    found: int
    found_known: int
    residents: int | None
    outline: Mapping[str, Any] | None


@kept(16)
def months(reader: Reader, made: datetime) -> tuple[SearchMonth, ...]:
    """The same for everyone."""
    return tuple(
        SearchMonth(r["month"], int(r["searches"]), int(r["without_place"]), int(r["outside"]))
        for r in reader.rows("searches/stop_months")
    )


@kept(64)
def searches(reader: Reader, made: datetime, period: Period) -> tuple[Searches, ...]:
    """Of every district that the person may see."""
    rows = reader.rows("searches/stop_outcomes", {"period_start": period.start, "period_end": period.end})
    return tuple(
        Searches(
            r["lad_code"], r["object_of_search"], r["legislation"], r["outcome"], int(r["stops"]), int(r["found"]), int(r["found_known"]),
        )
        for r in rows
    )  # fmt: skip


@kept(64)
def by_month(reader: Reader, made: datetime, district: str) -> tuple[MonthOfSearches, ...]:
    """Months with a search; a loaded month without any is not there."""
    rows = reader.rows("searches/stops_by_month", {"district": district})
    return tuple(MonthOfSearches(r["month"], int(r["stops"]), int(r["found"]), int(r["found_known"])) for r in rows)


@kept(64)
def ethnic_searches(reader: Reader, made: datetime, district: str, period: Period) -> tuple[EthnicSearches, ...]:
    rows = reader.rows("searches/stop_ethnicity", _where(district, period))
    return tuple(
        EthnicSearches(r["self_defined"], r["officer_defined"], int(r["stops"]), int(r["found"]), int(r["found_known"]))
        for r in rows
    )


@kept(64)
def ratio_sums(reader: Reader, made: datetime, district: str, period: Period) -> tuple[RatioSum, ...]:
    rows = reader.rows("searches/stop_ratio_sums", _where(district, period))
    return tuple(RatioSum(r["ethnicity"], float(r["numerator"]), float(r["denominator"]), float(r["variance"])) for r in rows)


@kept(64)
def persons(reader: Reader, made: datetime, district: str, period: Period) -> tuple[PersonSearches, ...]:
    rows = reader.rows("searches/stop_persons", _where(district, period))
    return tuple(PersonSearches(r["field"], r["value"], int(r["stops"]), int(r["found"]), int(r["found_known"])) for r in rows)


@kept(16)
def areas(reader: Reader, made: datetime, district: str, period: Period) -> tuple[AreaOfSearches, ...]:
    """By name, also those in which nobody was searched."""
    rows = reader.rows("searches/stop_places", {**_where(district, period), "tolerance": 10 if district else 60})
    return tuple(
        AreaOfSearches(
            r["code"], r["name"], r["lad_code"], int(r["stops"]), int(r["found"]), int(r["found_known"]), whole(r["residents"]),
            None if r["outline"] is None else json.loads(r["outline"]),
        )
        for r in rows
    )  # fmt: skip


@kept(64)
def residents(reader: Reader, made: datetime, district: str) -> dict[str, float]:
    """Residents of the census of 2021 by ethnic group."""
    return {str(r["ethnicity"]): float(r["residents"]) for r in reader.rows("searches/ethnic_residents", {"district": district})}


def _where(district: str, period: Period) -> dict[str, object]:
    return {"district": district, "period_start": period.start, "period_end": period.end}

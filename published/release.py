"""What is published, as the portal reads it: one frozen Release, kept in memory until the next one.

Reads only the schema `published`, through whichever role the process holds. A release never changes once written, so a copy
of it by its id can be kept for the life of the process; which one is current is asked every time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pandas as pd

from core.db import Role, fetch, transaction
from core.errors import InternalError
from core.periods import Period

TOTAL = "total"
PARTITION = "partition"
OVERLAY = "overlay"


@dataclass(frozen=True)
class Place:
    """A published place. geography is lsoa, msoa, lad or all; codes are unique within a geography."""

    geography: str
    edition: str
    code: str
    name: str
    local_name: str
    parent_msoa: str | None
    parent_lad: str | None
    residents: int | None
    residents_reference: str
    deprivation_decile: int | None
    deprivation_reference: str

    @property
    def label(self) -> str:
        """The name that people use, with the official one where they differ."""
        return f"{self.local_name} ({self.name})" if self.local_name and self.local_name != self.name else self.name


@dataclass(frozen=True)
class Cell:
    """A published cell: exactly one of count and symbol."""

    count: int | None
    symbol: str | None

    def __post_init__(self) -> None:
        if (self.count is None) == (self.symbol is None):
            raise InternalError("a published cell has exactly one of count and symbol")


@dataclass(frozen=True)
class Category:
    """A category group in the words of the release. kind: total, partition (adds up to the total) or overlay (cuts across)."""

    category: str
    label: str
    description: str
    kind: str


@dataclass(frozen=True)
class Source:
    """One source of the release, for attribution."""

    title: str
    publisher: str
    licence: str
    edition: str
    period: Period | None
    files: int
    rows_in: int
    rows_rejected: int
    loaded_at: datetime


@dataclass(frozen=True, eq=False)
class Release:
    """One release, whole: about 20,000 cells for 1,500 LSOAs. Equal only to itself, so that what was drawn from it can be kept by it."""

    release_id: int
    title: str
    published_at: datetime
    period: Period
    months_loaded: tuple[date, ...]
    months_missing: tuple[date, ...]
    unplaced_percent: float | None
    region_name: str
    synthetic: bool
    policy: Mapping[str, Any]
    certificate: Mapping[str, Any]
    places: Mapping[tuple[str, str], Place]
    cells: Mapping[tuple[str, str, str], Cell]
    categories: tuple[Category, ...]
    sources: tuple[Source, ...]

    def place(self, geography: str, code: str | None) -> Place | None:
        return self.places.get((geography, code)) if code else None

    def cell(self, place: Place, category: str) -> Cell | None:
        """None where the release has no such cell: nothing was published, which is not the same as withheld or 0."""
        return self.cells.get((place.geography, place.code, category))

    def of(self, geography: str, *, district: str = "") -> list[Place]:
        """Places of one geography by name, in one district or in the whole region."""
        return [p for p in self.places.values() if p.geography == geography and district in ("", p.parent_lad)]

    @property
    def region(self) -> Place | None:
        return next((p for p in self.places.values() if p.geography == "all"), None)

    @property
    def total(self) -> Category | None:
        return next((c for c in self.categories if c.kind == TOTAL), None)

    def category(self, category: str) -> Category | None:
        return next((c for c in self.categories if c.category == category), None)

    @property
    def threshold(self) -> int:
        """k of the release's policy: counts from 1 to k-1 are withheld. The policy file has it under [policy]."""
        inner = self.policy.get("policy")
        for part in (self.policy, inner if isinstance(inner, dict) else {}):
            for name in ("threshold", "k"):
                value = part.get(name)
                if isinstance(value, int) and not isinstance(value, bool):
                    return value
        raise InternalError("the release's policy names no threshold")


def current_release(role: Role = Role.COMMUNITY) -> Release | None:
    """The release that the public sees now; None before the first one. One small query, unless the release is new."""
    with transaction(role) as connection:
        rows = fetch(connection, "published/release_current")
    # the time too: a database that was made anew counts its releases from 1 again
    return None if rows.empty else _release(int(rows["release_id"].iloc[0]), rows["published_at"].iloc[0], role)


@lru_cache(maxsize=4)
def _release(release_id: int, published_at: datetime, role: Role) -> Release | None:
    with transaction(role) as connection:
        head = fetch(connection, "published/release_current")
        head = head[(head["release_id"] == release_id) & (head["published_at"] == published_at)]
        if head.empty:
            return None
        row = head.iloc[0]
        which = {"release_id": release_id}
        span = {"period_start": row["period_start"], "period_end": row["period_end"]}
        places = fetch(connection, "published/release_places", which)
        values = fetch(connection, "published/release_values", which | span)
        categories = fetch(connection, "published/release_categories", which)
        sources = fetch(connection, "published/release_sources", which)
    return Release(
        release_id=release_id,
        title=str(row["title"]),
        published_at=row["published_at"],
        period=Period(row["period_start"], row["period_end"]),
        months_loaded=tuple(sorted(row["months_loaded"])),
        months_missing=tuple(sorted(row["months_missing"])),
        unplaced_percent=_number(row["unplaced_percent"]),
        region_name=str(row["region_name"]),
        synthetic=bool(row["synthetic"]),
        policy=dict(row["policy"]),
        certificate=dict(row["certificate"]),
        places={(p.geography, p.code): p for p in map(_place, places.to_dict("records"))},
        cells={
            (v["geography"], v["place_code"], v["category"]): Cell(_whole(v["count"]), _text(v["symbol"]))
            for v in values.astype(object).to_dict("records")
        },
        categories=tuple(Category(c.category, c.label, c.description, c.kind) for c in categories.itertuples()),
        sources=tuple(map(_source, sources.to_dict("records"))),
    )


def _place(row: Mapping[Any, Any]) -> Place:
    return Place(
        geography=row["geography"],
        edition=row["edition"],
        code=row["place_code"],
        name=row["name"],
        local_name=_text(row["local_name"]) or "",
        parent_msoa=_text(row["parent_msoa"]),
        parent_lad=_text(row["parent_lad"]),
        residents=_whole(row["residents"]),
        residents_reference=_text(row["residents_reference"]) or "",
        deprivation_decile=_whole(row["deprivation_decile"]),
        deprivation_reference=_text(row["deprivation_reference"]) or "",
    )


def _source(row: Mapping[Any, Any]) -> Source:
    start, end = row["period_start"], row["period_end"]
    has_period = isinstance(start, date) and isinstance(end, date)
    return Source(
        title=row["title"],
        publisher=row["publisher"],
        licence=row["licence"],
        edition=row["edition"],
        period=Period(start.replace(day=1), end.replace(day=1)) if has_period else None,
        files=int(row["files"]),
        rows_in=int(row["rows_in"]),
        rows_rejected=int(row["rows_rejected"]),
        loaded_at=row["loaded_at"],
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _text(value: Any) -> str | None:
    """A frame marks a missing text as None or as not-a-number."""
    return value if isinstance(value, str) and value else None

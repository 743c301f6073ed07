"""What a brief is made from: the published facts about one place, as read, before any wording.

Every class is frozen. Nothing here holds an unprotected number, because nothing but `published` is ever read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.contracts import NOT_AVAILABLE, Geography
from core.periods import Period
from core.poisson import Rate, rate_per_1000

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Release:
    """One published release: its period, what it was protected with, and which code made it."""

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
    code_version: str


@dataclass(frozen=True)
class Place:
    """One place of a release. deprivation_decile: 1 = most deprived tenth."""

    geography: Geography
    code: str
    name: str
    local_name: str
    parent_msoa: str | None
    parent_lad: str | None
    residents: int | None
    residents_reference: str | None
    deprivation_decile: int | None
    deprivation_reference: str | None

    @property
    def display_name(self) -> str:
        """The name people use, with the official one beside it where the two differ."""
        if self.local_name and self.local_name != self.name:
            return f"{self.local_name} ({self.name})"
        return self.name


@dataclass(frozen=True)
class Category:
    """kind: partition (adds up to the total), overlay (cuts across), total."""

    category: str
    label: str
    description: str
    kind: str


@dataclass(frozen=True)
class Cell:
    """A published cell: exactly one of count and symbol is there."""

    count: int | None
    symbol: str | None

    @property
    def text(self) -> str:
        return f"{self.count:,}" if self.count is not None else self.symbol or NOT_AVAILABLE

    def rate(self, place: Place) -> Rate | None:
        """The rate of this cell; None where the count is withheld or the place has no residents to divide by."""
        if self.count is None or not place.residents:
            return None
        return rate_per_1000(self.count, place.residents)


@dataclass(frozen=True)
class Earlier:
    """What a release before this one said of the place, over a period that shares no month with it. months: how many were loaded."""

    release_id: int
    period: Period
    months: int
    cells: Mapping[str, Cell]


# a place that the release has no cell for
NO_CELL = Cell(None, NOT_AVAILABLE)


@dataclass(frozen=True)
class Service:
    """A service that is open and public. Coordinates are British National Grid metres, None where the source gives none."""

    kind: str
    service_id: str
    name: str
    postcode: str
    lsoa21_code: str
    easting: float | None
    northing: float | None


@dataclass(frozen=True)
class Source:
    """One source of a release."""

    feed: str
    title: str
    publisher: str
    licence: str
    edition: str
    period_start: date | None
    period_end: date | None
    files: int
    rows_in: int
    rows_rejected: int
    loaded_at: datetime


@dataclass(frozen=True)
class Outline:
    """The outline of a place in British National Grid metres."""

    geography: Geography
    code: str
    parent_msoa: str | None
    parent_lad: str | None
    shape: BaseGeometry


@dataclass(frozen=True)
class Facts:
    """Everything published about one place.

    parents: the areas it lies in, smallest first, ending with the whole region.
    inside: the smaller areas within it (none for an LSOA).
    similar: the other areas of its kind in the same tenth of deprivation, in order of code.
    cells: by (geography, code), then by category.
    earlier: what releases of other periods said of the place; a category that meant something else then is left out.
    """

    release: Release
    place: Place
    parents: tuple[Place, ...]
    inside: tuple[Place, ...]
    similar: tuple[Place, ...]
    categories: tuple[Category, ...]
    cells: Mapping[tuple[Geography, str], Mapping[str, Cell]]
    services: tuple[Service, ...]
    service_kinds: tuple[str, ...]
    lsoa_to_msoa: Mapping[str, str]
    lsoa_to_lad: Mapping[str, str]
    sources: tuple[Source, ...]
    outlines: tuple[Outline, ...]
    # newest first
    earlier: tuple[Earlier, ...] = ()

    def cell(self, place: Place, category: str) -> Cell:
        return self.cells.get((place.geography, place.code), {}).get(category, NO_CELL)

    def parent(self, level: str) -> Place | None:
        return next((p for p in self.parents if p.geography.level == level), None)

    @cached_property
    def outline(self) -> Outline | None:
        """The outline of the place itself."""
        return next((o for o in self.outlines if (o.geography, o.code) == (self.place.geography, self.place.code)), None)

"""What the professional portal reads for plain maps: what was recorded in each place, of kinds and categories that somebody puts together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.hotspots import plain_figures
from app.hotspots.store import HEXAGON
from app.look.rate_interval import rate_where_known
from app.person.reading import Reader, kept
from app.person.store import Patch, whole
from core.periods import CoveredPeriod
from core.poisson import Rate

# the resolution that the kernel of a density fits
DENSITY_EDITION = "r9"


@dataclass(frozen=True)
class PlainChoice:
    """What is put on a plain map. categories: the publisher's, each once, so that kinds which share one count it once; covered: the months;
    made_at: when the counts were worked out."""

    geography: str
    edition: str
    categories: tuple[str, ...]
    covered: CoveredPeriod
    made_at: datetime | None

    @property
    def on_hexagons(self) -> bool:
        return self.geography == HEXAGON

    @property
    def months(self) -> tuple[date, ...]:
        return tuple(m for m in self.covered.period.months() if m not in self.covered.missing)


@dataclass(frozen=True)
class PlainPlace:
    """A place with what was recorded. months_with: loaded months with at least one; density: per km2, by the kernel on hexagons that have
    one, else by the place's own area."""

    code: str
    name: str
    lad_code: str
    incidents: int
    months_with: int
    density: float
    rate: Rate | None
    outline: Mapping[str, Any] | None


@kept(64)
def places(reader: Reader, choice: PlainChoice, patch: Patch) -> tuple[PlainPlace, ...]:
    """Every place of the patch, also those with nothing."""
    asked: dict[str, object] = {
        "edition": choice.edition, "categories": list(choice.categories), "months": list(choice.months), **patch.asked,
    }  # fmt: skip
    if not choice.on_hexagons:
        more = {"geography": choice.geography, "tolerance": patch.tolerance}
        return tuple(_place(r, int(r["incidents"]) / r["area_km2"]) for r in reader.rows("hotspots/plain_areas", asked | more))
    rows = reader.rows("hotspots/plain_hexagons", asked)
    inside = [r for r in rows if r["inside"]]
    area = {str(r["code"]): float(r["area_km2"]) for r in inside}
    if choice.edition == DENSITY_EDITION:
        density = plain_figures.kernel_density({str(r["code"]): int(r["incidents"]) for r in rows}, area)
    else:
        density = {str(r["code"]): int(r["incidents"]) / r["area_km2"] for r in inside}
    return tuple(_place(r, density[str(r["code"])]) for r in inside)


def _place(row: Mapping[str, Any], density: float) -> PlainPlace:
    incidents = int(row["incidents"])
    return PlainPlace(
        str(row["code"]), str(row["name"]), str(row["lad_code"]), incidents, int(row["months_with"]), density,
        rate_where_known(incidents, whole(row["residents"])), None if row["outline"] is None else json.loads(row["outline"]),
    )  # fmt: skip


def categories(reader: Reader) -> dict[str, bool]:
    """The publisher's own categories by name, and whether police activity itself produces what is in them."""
    return {str(r["category"]): bool(r["proactive"]) for r in reader.rows("hotspots/publisher_categories")}

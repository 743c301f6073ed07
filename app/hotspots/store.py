"""What the professional portal reads of hot spots: groups, the analyses that there are, places with their class, overlap with deprivation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from app.look.rate_interval import rate_where_known
from app.person.reading import Reader, kept
from app.person.store import Patch, months, number, runs, whole
from core.periods import CoveredPeriod, Period
from core.poisson import Rate

HEXAGON = "h3"
# a hexagon grid in British National Grid whose width and area a partnership chose
CHOSEN_GRID = "hexagon"
# the name that the analysis gives the map with offences that police activity produces
WITH_PROACTIVE = "count_with_proactive"


@dataclass(frozen=True)
class Group:
    """A category group. proactive: those of its categories that police activity itself produces."""

    group_id: str
    label: str
    description: str
    kind: str
    hotspot_input: bool
    categories: tuple[str, ...]
    proactive: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One hot spot analysis that exists."""

    geography: str
    edition: str
    group_id: str
    measure: str
    period: Period
    run_id: int
    # with the time, because a database that was made anew counts its runs from 1 again
    made_at: datetime | None
    # the last day on which its hot spots may be acted on
    expires_on: date | None = None
    # of a grid that a partnership chose: which, the name of its area, and the districts of this person that it has cells in
    grid_id: int | None = None
    grid_area: str = ""
    grid_width_m: int = 0
    grid_districts: tuple[str, ...] = ()
    # months of the period that were not loaded
    missing: tuple[date, ...] = ()

    @property
    def covered(self) -> CoveredPeriod:
        """The period with what was loaded of it: the way to say it."""
        return CoveredPeriod(self.period, self.missing)

    @property
    def on_hexagons(self) -> bool:
        """Whether its places are cells and not neighbourhoods with residents."""
        return self.geography in (HEXAGON, CHOSEN_GRID)

    def covers(self, patch: Patch) -> bool:
        """Whether it says anything of a patch: a chosen grid covers its own area alone; a patch of one's own is LSOAs of 2021."""
        if patch.own and (self.geography, self.edition) != ("lsoa", "2021") and not self.on_hexagons:
            return False
        return self.grid_id is None or not patch.district or patch.district in self.grid_districts


@dataclass(frozen=True)
class HotSpot:
    """A place with its class. certainty: 99, 95 or 90 percent after correction, None where it is not significant."""

    code: str
    name: str
    lad_code: str
    incidents: int
    value: float | None
    gi_z: float | None
    q_value: float | None
    kind: str
    certainty: int | None
    rate: Rate | None
    outline: Mapping[str, Any] | None


@dataclass(frozen=True)
class Overlap:
    """How many places of the region are hot and meet a factor (its label, at a threshold), and how many chance alone would give (95%
    range). overlap_id: the combination of factors that it is stored as."""

    overlap_id: str
    factor: str
    threshold: str
    places: int
    both: int
    expected: float
    expected_lower: float
    expected_upper: float


def groups(reader: Reader) -> list[Group]:
    return [
        Group(r.group_id, r.label, r.description, r.kind, bool(r.hotspot_input), tuple(r.categories), tuple(r.proactive))
        for r in reader.frame("hotspots/groups").itertuples()
    ]


def choices(reader: Reader) -> tuple[Choice, ...]:
    """Analyses that this person may look at, those of the latest period only."""
    found = choices_of_all_periods(reader)
    latest = max((c.period.end for c in found), default=None)
    return tuple(c for c in found if c.period.end == latest)


def choices_of_all_periods(reader: Reader) -> tuple[Choice, ...]:
    """Analyses that this person may look at, the latest period first."""
    # a grid that was chosen since is there at once
    latest = max((r.finished_at for r in runs(reader) if r.stage in ("hotspot", "grid")), default=None)
    return _choices(reader, latest)


@kept(64)
def _choices(reader: Reader, made_at: datetime | None) -> tuple[Choice, ...]:
    rows = reader.frame("hotspots/hotspot_choices")
    loaded = {m.month for m in months(reader) if m.loaded}
    return tuple(
        Choice(
            r.geography,
            r.edition,
            r.group_id,
            r.measure,
            Period(r.period_start, r.period_end),
            int(r.run_id),
            made_at,
            None if pd.isna(r.expires_on) else r.expires_on,
            whole(r.grid_id),
            r.grid_area or "",
            whole(r.grid_width_m) or 0,
            tuple(r.districts or ()),
            CoveredPeriod.of(Period(r.period_start, r.period_end), loaded).missing,
        )
        for r in rows.itertuples()
    )


@kept(128)
def hot_spots(reader: Reader, choice: Choice, patch: Patch) -> tuple[HotSpot, ...]:
    """Every place of the patch with its class, by name."""
    params = {
        "geography": choice.geography,
        "edition": choice.edition,
        "group_id": choice.group_id,
        "measure": choice.measure,
        "period_end": choice.period.end,
        **patch.asked,
    }
    if choice.grid_id is not None:
        rows = reader.frame("hotspots/hotspots_grid", params | {"grid_id": choice.grid_id})
    elif choice.geography == HEXAGON:
        rows = reader.frame("hotspots/hotspots_hexagons", params)
    else:
        rows = reader.frame("hotspots/hotspots_areas", params | {"tolerance": patch.tolerance})
    return tuple(_hot_spot(r) for r in rows.astype(object).to_dict("records"))


def overlaps(reader: Reader, choice: Choice) -> list[Overlap]:
    rows = reader.frame("hotspots/overlap_summary", _overlap_params(choice))
    return [
        Overlap(r.combination, r.factor, r.threshold, int(r.places), int(r.meeting), float(r.expected), float(r.expected_lower),
                float(r.expected_upper))
        for r in rows.itertuples()
    ]  # fmt: skip


def overlap_places(reader: Reader, choice: Choice, patch: Patch) -> dict[str, list[str]]:
    """Names of the patch's places that are hot and meet the factor, by overlap: of the part of a district that was chosen, where one was."""
    found: dict[str, list[str]] = {}
    rows = reader.frame("hotspots/overlap_places", _overlap_params(choice) | patch.asked)
    for row in rows.itertuples():
        found.setdefault(str(row.combination), []).append(str(row.name))
    return found


def _overlap_params(choice: Choice) -> dict[str, Any]:
    params = {"geography": choice.geography, "edition": choice.edition, "group_id": choice.group_id}
    return params | {"measure": choice.measure, "period_end": choice.period.end}


def _hot_spot(row: Mapping[Any, Any]) -> HotSpot:
    return HotSpot(
        code=row["code"],
        name=row["name"],
        lad_code=row["lad_code"],
        incidents=int(row["incidents"]),
        value=number(row["value"]),
        gi_z=number(row["gi_z"]),
        q_value=number(row["q_value"]),
        kind=row["class"],
        certainty=whole(row["certainty"]),
        # of the incidents that are on the map: analysis.rate also counts those that police activity produces
        rate=rate_where_known(int(row["incidents"]), whole(row["residents"])),
        outline=json.loads(row["outline"]) if isinstance(row["outline"], str) else None,
    )

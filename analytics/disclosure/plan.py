"""What is to be published, and the counts it is made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.disclosure.system import PublicationSystem, Table, build_system
from core.declared import read_toml
from core.errors import InternalError, UserError
from core.periods import Period

# the longest time from one renewal of a level to the next: five years
MOST_MONTHS = 60


@dataclass(frozen=True)
class Level:
    """One published geography. weight: loss of withholding one of its cells; infinite for a level that only withholds small cells.

    every: months from one renewal of its figures to the next (renewal.py). periods: those of its figures; those of the plan where empty.
    without: groups of the plan that this level is not published by.
    """

    geography: str
    edition: str
    weight: float
    every: int = 1
    periods: tuple[Period, ...] = ()
    without: frozenset[str] = frozenset()

    @property
    def column(self) -> str:
        """The column of Counts.areas that holds this geography's codes."""
        return f"{self.geography} {self.edition}".strip()


@dataclass(frozen=True)
class PlanFile:
    """The partnership's part of the plan: levels, which kinds of category group are published, and what a figure of a group is worth to
    readers beside one of a group that is not named (1)."""

    title: str
    levels: tuple[Level, ...]
    kinds: tuple[str, ...]
    worth: tuple[tuple[str, float], ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True)
class PublicationPlan:
    """levels x groups x periods. groups: id and the publisher's categories in it, in published order; worth: of the groups that are worth
    more or less to readers than another (1). periods: of each level that names none of its own."""

    levels: tuple[Level, ...]
    groups: tuple[tuple[str, frozenset[str]], ...]
    periods: tuple[Period, ...]
    worth: tuple[tuple[str, float], ...] = ()

    @property
    def factors(self) -> tuple[float, ...]:
        """The worth of each group, in their order."""
        known = dict(self.worth)
        return tuple(known.get(name, 1.0) for name, _ in self.groups)

    def periods_of(self, level: Level) -> tuple[Period, ...]:
        return level.periods or self.periods

    def groups_of(self, level: Level) -> tuple[tuple[str, frozenset[str]], ...]:
        """Those that a level is published by, in their order."""
        return tuple(group for group in self.groups if group[0] not in level.without)

    @property
    def months(self) -> list[date]:
        """Every month of some period, in order."""
        return sorted({m for level in self.levels for period in self.periods_of(level) for m in period.months()})


@dataclass(frozen=True)
class Counts:
    """The true counts, at the finest grain.

    areas: one row a finest area (intersection of all planned geographies), one column a level ("lsoa 2021"), '' = in no place.
    frame: columns area (row number of areas), category (publisher's word), month (date), incidents.
    loaded: months that there are counts of; None: every month of the plan. A month that is not loaded is a gap, and everybody knows it.
    """

    areas: pd.DataFrame
    frame: pd.DataFrame
    loaded: frozenset[date] | None = None

    def __post_init__(self) -> None:
        missing = {"area", "category", "month", "incidents"} - set(self.frame.columns)
        if missing:
            raise InternalError(f"counts: columns missing: {', '.join(sorted(missing))}")
        if len(self.frame) and not self.frame["area"].between(0, len(self.areas) - 1).all():
            raise InternalError("counts: a count names an area that is not there")


def system_of(plan: PublicationPlan, counts: Counts) -> PublicationSystem:
    """The publication system of one candidate release."""
    categories = sorted({c for _, members in plan.groups for c in members})
    known = counts.frame[counts.frame["category"].isin(categories)]
    months = plan.months
    known = known[known["month"].isin(months)]
    factor = dict(zip((name for name, _ in plan.groups), plan.factors, strict=True))
    tables = []
    for level in plan.levels:
        if level.column not in counts.areas.columns:
            raise InternalError(f"counts: no codes of {level.column}")
        places = counts.areas[level.column].to_numpy(dtype=object)
        spans = tuple((p.start, p.end) for p in plan.periods_of(level))
        groups = plan.groups_of(level)
        members = np.array([[c in inside for c in categories] for _, inside in groups], dtype=bool)
        names = tuple(name for name, _ in groups)
        factors = tuple(factor[name] for name in names)
        tables.append(Table(level.geography, level.edition, places, names, members, spans, level.weight, factors=factors))
    return build_system(
        tables,
        known["area"].to_numpy(dtype=np.int64),
        _positions(known["category"], categories),
        _positions(known["month"], months),
        known["incidents"].to_numpy(dtype=np.int64),
        months,
    )


def layout_of(plan: PublicationPlan, counts: Counts) -> dict[str, object]:
    """Levels, groups, periods and loaded months as JSON: all of it public, and what a later release needs to be attacked together."""
    months = [m for m in plan.months if counts.loaded is None or m in counts.loaded]
    periods = sorted({period for level in plan.levels for period in plan.periods_of(level)})
    return {
        "levels": [[level.geography, level.edition] for level in plan.levels],
        "groups": {name: sorted(members) for name, members in plan.groups},
        "periods": [[p.start.isoformat(), p.end.isoformat()] for p in periods],
        "months_loaded": [m.isoformat() for m in months],
    }


def _positions(values: pd.Series, order: list[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(values.map({v: i for i, v in enumerate(order)}), dtype=np.int64)


def load_plan(path: Path) -> PlanFile:
    """Read a plan file. UserError names the key that is missing, unknown or of the wrong kind."""
    raw: dict[str, Any] = read_toml(path, what="the publication plan", missing="set HOMEGROUND_RELEASE_PLAN.")
    unknown = set(raw) - {"plan", "level", "worth"}
    plan = raw.get("plan")
    if unknown or not isinstance(plan, dict) or set(plan) != {"title", "category_kinds"}:
        raise UserError(
            "[plan] needs title and category_kinds, and there may be [worth] and [[level]] sections, nothing else", where=str(path)
        )
    kinds = plan["category_kinds"]
    if not isinstance(kinds, list) or not kinds or not set(kinds) <= {"partition", "overlay", "total"}:
        raise UserError("category_kinds may hold partition, overlay and total", where=str(path))
    levels = tuple(_level(entry, path) for entry in raw.get("level", []))
    if not levels or len({level.column for level in levels}) != len(levels):
        raise UserError("there must be at least one [[level]], each geography and edition once", where=str(path))
    return PlanFile(str(plan["title"]), levels, tuple(kinds), _worth(raw.get("worth", {}), path))


def _worth(raw: Any, path: Path) -> tuple[tuple[str, float], ...]:
    if not isinstance(raw, dict) or not all(type(v) in (int, float) and 0 < v < float("inf") for v in raw.values()):
        raise UserError(
            "[worth] gives a number above 0 to a category group",
            where=str(path),
            hint="write it as violence_and_sexual_offences = 30.",
        )
    return tuple((str(group), float(value)) for group, value in raw.items())


def _level(entry: dict[str, Any], path: Path) -> Level:
    needed = {"geography", "edition", "weight"}
    if (
        not needed <= set(entry) <= needed | {"renewed_every_months"}
        or not isinstance(entry["weight"], int | float)
        or entry["weight"] <= 0
    ):
        raise UserError(
            "a [[level]] needs geography, edition and a weight above 0, and may have renewed_every_months", where=str(path),
            hint="weight = inf keeps a level from ever being withheld to protect others."
        )  # fmt: skip
    every = entry.get("renewed_every_months", 1)
    if type(every) is not int or not 1 <= every <= MOST_MONTHS:
        raise UserError(
            f"renewed_every_months is a whole number from 1 to {MOST_MONTHS}", where=str(path),
            hint="12 renews the figures of a level once a year."
        )  # fmt: skip
    return Level(str(entry["geography"]), str(entry["edition"]), float(entry["weight"]), every)

"""Releases to attack: made by the gate as any release is. What is printed of them is handed on, and the truth to judge by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.counts.definitions import load_definitions
from analytics.disclosure.gate import SafeTables, protect
from analytics.disclosure.ledger import Earlier, Ledger
from analytics.disclosure.plan import Counts, PublicationPlan, load_plan
from analytics.disclosure.policy import Policy
from analytics.release.search_classes import in_new_classes
from analytics.release.search_plan import SearchPlan, load_search_plan
from bench.histories import Source, monthly_plans, read_source, release_after_release, shipped_plans
from core.periods import Period
from core.settings import AnalysisSettings, ReleaseSettings
from tests.builders import release_county, rolling_releases
from tests.builders.outside_attack.reading import Printed

WINDOW = 12
# of searches, before what came of them was published by ethnic group
OLDER_FIELDS = ("all", "object", "outcome", "ethnicity")


@dataclass(frozen=True)
class Publication:
    """releases: what everybody can read. counts: the truth (area, category, month, incidents). seconds: that each release took to make;
    refused: how many the gate did not let through, of which nobody saw anything."""

    areas: pd.DataFrame
    releases: tuple[Printed, ...]
    counts: pd.DataFrame
    seconds: tuple[float, ...] = ()
    refused: int = 0


def small_county(policy: Policy, seed: int = 5) -> Publication:
    """One release of the county that the tests of releases use: 24 neighbourhoods by the shipped plan."""
    places, rows = release_county.lsoas(), release_county.county_counts(seed)
    areas = pd.DataFrame(
        {"lsoa 2021": places["code"], "msoa 2021": places["msoa"], "lad 2022": places["lad"], "all": release_county.FORCE}
    )
    area = rows["code"].map({code: i for i, code in enumerate(places["code"])})
    counts = rows.assign(area=area)[["area", "category", "month", "incidents"]]
    groups = {name: frozenset(members) for name, (_, members) in release_county.GROUPS.items()}
    loaded = frozenset(m for m in release_county.PERIOD.months() if m != release_county.GAP)
    return _one(areas, counts, groups, release_county.PERIOD, loaded, policy)


def searches_release(
    policy: Policy, seed: int = 5, a_month: float = 16.0, rows: pd.DataFrame | None = None, *, older: bool = False
) -> Publication:
    """Stop and search of the county that the tests of releases use, by the shipped plan of searches.

    rows: these searches instead. older: after a release of the same year by the plan that was shipped before, whose classes said nothing of
    the link.
    """
    plan, period = load_search_plan(ReleaseSettings().search_plan), release_county.PERIOD
    rows = release_county.searches(seed, a_month) if rows is None else rows
    codes = sorted(set(rows["lad_code"]))
    areas = pd.DataFrame({"lad 2022": codes, "all": release_county.FORCE})
    counts = rows.assign(area=rows["lad_code"].map({c: i for i, c in enumerate(codes)}), category=plan.classes_of(rows))
    counts = counts.rename(columns={"stops": "incidents"})[["area", "category", "month", "incidents"]]
    counts = counts.groupby(["area", "category", "month"], as_index=False)["incidents"].sum()
    groups = {name: members for name, _, _, members in plan.groups}
    loaded = frozenset(m for m in period.months() if m != release_county.GAP)
    ledger, before = _older_searches(areas, counts, plan, policy, loaded) if older else (Ledger(), ())
    begun = time.perf_counter()
    tables = protect(
        PublicationPlan(plan.levels, tuple(groups.items()), (period,), plan.worth),
        Counts(areas, counts, loaded),
        policy,
        in_new_classes(ledger, counts),
    )
    seconds = time.perf_counter() - begun
    return Publication(areas, (*before, Printed(tables.frame, groups, loaded)), counts, (seconds,))


def _older_searches(
    areas: pd.DataFrame, counts: pd.DataFrame, plan: SearchPlan, policy: Policy, loaded: frozenset[date]
) -> tuple[Ledger, tuple[Printed, ...]]:
    """A release by the older plan, as the ledger holds it and as a reader does, who knows which classes of today each of its groups is."""
    now = tuple((name, members) for name, field, _, members in plan.groups if field in OLDER_FIELDS)
    groups = tuple((name, frozenset(c.rsplit("|", 1)[0] for c in members)) for name, members in now)
    seen = counts.assign(category=counts["category"].str.rsplit("|", n=1).str[0])
    seen = seen.groupby(["area", "category", "month"], as_index=False)["incidents"].sum()
    levels = tuple(replace(level, without=frozenset()) for level in plan.levels)
    tables = protect(PublicationPlan(levels, groups, (release_county.PERIOD,)), Counts(areas, seen, loaded), policy)
    figures = tables.frame.assign(known_least=(tables.frame["symbol"] == "[c]").astype(int))
    past = Earlier(1, loaded, groups, figures)
    return Ledger((past,), seen.assign(release=1)), (Printed(tables.frame, dict(now), loaded),)


def standard_release(source: Source, policy: Policy) -> Publication:
    """One release of the last twelve months of a source, by the shipped plan and groups."""
    kinds = load_plan(ReleaseSettings().plan).kinds
    definitions = load_definitions(AnalysisSettings().definitions)
    groups = {group.id: frozenset(definitions.categories_of(group)) for group in definitions.group if group.kind in kinds}
    period = Period.ending(source.months[-1], WINDOW)
    loaded = frozenset(month for month in source.months if period.start <= month <= period.end)
    counts = source.frame[source.frame["month"].isin(list(loaded))]
    return _one(source.areas, counts, groups, period, loaded, policy)


def _one(
    areas: pd.DataFrame,
    counts: pd.DataFrame,
    groups: dict[str, frozenset[str]],
    period: Period,
    loaded: frozenset[date],
    policy: Policy,
) -> Publication:
    file = load_plan(ReleaseSettings().plan)
    begun = time.perf_counter()
    tables = protect(
        PublicationPlan(file.levels, tuple(groups.items()), (period,), file.worth), Counts(areas, counts, loaded), policy
    )
    seconds = time.perf_counter() - begun
    return Publication(areas, (Printed(tables.frame, groups, loaded),), counts, (seconds,))


def monthly_releases(source: Source, ends: Sequence[date], policy: Policy, *, say: Callable[[str], None] = lambda _: None
                     ) -> Publication:  # fmt: skip
    """A release by middle layer area for each end of a rolling year, each protected against all before it."""
    return _series(source, release_after_release(source, monthly_plans(source, ends), policy), say)


def planned_releases(source: Source, ends: Sequence[date], policy: Policy, *, say: Callable[[str], None] = lambda _: None
                     ) -> Publication:  # fmt: skip
    """The shipped plan, asked for a rolling year that ends in each of some months, in their order."""
    return _series(source, release_after_release(source, shipped_plans(source, ends), policy), say)


def _series(source: Source, releases: Iterator[tuple[float, SafeTables | None, Ledger]], say: Callable[[str], None]) -> Publication:
    seconds, made, refused, ledger = [], [], 0, Ledger()
    for took, tables, after in releases:
        seconds.append(took)
        say(f"release {len(seconds)}: {took:.1f} s" + (", refused" if tables is None else ""))
        refused += tables is None
        if tables is not None:
            made.append(tables.frame)
        ledger = after
    return Publication(source.areas, _printed(made, ledger), source.frame, tuple(seconds), refused)


def small_history(
    policy: Policy, *, n_areas: int, mean: float, seed: int, releases: int, length: int, from_month: int = 0
) -> Publication:
    """Monthly releases of an invented area. from_month: there are no months before this one, so that the periods grow instead of rolling."""
    counts = rolling_releases.counts(n_areas, length + releases - 1, mean, seed)
    counts = counts[counts["month"] >= sorted(set(counts["month"]))[from_month]]
    made, ledger = rolling_releases.roll(counts, policy, releases=releases, length=length)
    return Publication(rolling_releases.areas(n_areas), _printed([tables.frame for tables in made], ledger), counts)


def _printed(frames: Sequence[pd.DataFrame], ledger: Ledger) -> tuple[Printed, ...]:
    return tuple(Printed(frame, dict(past.groups), past.loaded) for frame, past in zip(frames, ledger.past, strict=True))


def districts_of(source: Source, codes: Sequence[str]) -> Source:
    """The part of a source that lies in some districts."""
    inside = np.flatnonzero(source.areas["lad 2022"].isin(list(codes)))
    position = {int(old): new for new, old in enumerate(inside)}
    frame = source.frame[source.frame["area"].isin(list(position))]
    areas = source.areas.iloc[inside].reset_index(drop=True)
    return replace(source, areas=areas, frame=frame.assign(area=frame["area"].map(position)))


def real_source(folder: Path) -> Source:
    """The real months of 2025."""
    return read_source("real", folder, "2025-*-street.csv.gz")

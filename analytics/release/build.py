"""From the analysed counts to a candidate release, and from there through the gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.gate import SafeTables, protect
from analytics.disclosure.ledger import Ledger
from analytics.disclosure.plan import MOST_MONTHS, Counts, Level, PlanFile, PublicationPlan, load_plan
from analytics.disclosure.policy import Policy, load_policy
from analytics.disclosure.renewal import renewed
from analytics.disclosure.suppress.choice import load_choice_key
from analytics.release.past import read_ledger
from analytics.release.searches import SearchCandidate, build_searches
from core.db import fetch, scalar
from core.errors import InternalError, UserError
from core.periods import CoveredPeriod, Period, add_months
from core.settings import ReleaseSettings

# columns of sql/release/areas.sql by the level they hold
AREA_COLUMNS = {"lsoa_2021": "lsoa 2021", "msoa_2021": "msoa 2021", "lad_2022": "lad 2022", "region": "all"}


@dataclass(frozen=True)
class Candidate:
    """Everything that a release is made from, before protection. Holds true counts: it never leaves the pipeline.

    categories: group_id, label, description, position, kind, of the groups to be published.
    period: the newest that a level shows. months_loaded, months_missing: of it.
    choice_key: the secret that decides between cells of nearly equal loss, where the owner keeps one.
    unplaced_percent: share of the period's incidents without a location; they are in no figure.
    by_month: month, incidents, unplaced, of every month that any level may show.
    searches: stop and search, where it is renewed with this release.
    """

    title: str
    plan: PublicationPlan
    counts: Counts
    policy: Policy
    ledger: Ledger
    period: Period
    months_loaded: tuple[date, ...]
    months_missing: tuple[date, ...]
    unplaced_percent: float | None
    region_name: str
    synthetic: bool
    categories: pd.DataFrame
    choice_key: bytes | None = field(default=None, repr=False)
    by_month: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["month", "incidents", "unplaced"]), repr=False)
    searches: SearchCandidate | None = field(default=None, repr=False)

    def as_printed(self, figures: pd.DataFrame) -> Candidate:
        """The same with the newest period that has figures, where its own has none: nothing could be renewed, and all is carried.

        figures: what is printed (period_start, period_end).
        """
        spans = set(zip(figures["period_end"], figures["period_start"], strict=True))
        if not spans or (self.period.end, self.period.start) in spans:
            return self
        end, start = max(spans)
        period, loaded = Period(start, end), self.counts.loaded or frozenset()
        return replace(
            self,
            period=period,
            months_loaded=tuple(m for m in period.months() if m in loaded),
            months_missing=tuple(m for m in period.months() if m not in loaded),
            unplaced_percent=_unplaced(self.by_month, period),
        )

    @property
    def covered(self) -> CoveredPeriod:
        """The newest period with what was loaded of it."""
        return CoveredPeriod.of(self.period, self.months_loaded)


def build_release(connection: Connection, *, period: Period, settings: ReleaseSettings | None = None) -> Candidate:
    """Read the counts of a period and lay out what the plan publishes of them: of each level the last period at which it is renewed.

    UserError where nothing is counted; InternalError where the neighbourhoods do not add up to the region.
    """
    if scalar(connection, "release/hub_crates"):
        hint = "publish in the database of a force, export that release, and 'homeground hub add' its crate."
        raise UserError("this database is a hub, which publishes what forces hand over", where="hub", hint=hint)
    settings = settings or ReleaseSettings()
    plan_file, policy = load_plan(settings.plan), load_policy(settings.policy)
    region = fetch(connection, "release/region")
    if region.empty:
        raise UserError("no region is set up", where="place.region", hint="run 'homeground feeds load --source DIR' first.")
    past = fetch(connection, "release/past")
    months = fetch(connection, "release/months", {"period_start": add_months(period.start, -MOST_MONTHS), "period_end": period.end})
    counted = months.loc[months["status"] == "loaded", "month"]
    if not counted.between(period.start, period.end).any():
        raise UserError(f"no month of {period} is counted", where="analysis.month_status", hint="run 'homeground analyse' first.")
    first_end = None if past.empty else past["period_end"].iloc[0]
    levels = renewed(plan_file.levels, period, first_end, frozenset(counted))
    own = max(level.periods[0] for level in levels)
    every = sorted({m for level in levels for p in level.periods for m in p.months()})
    loaded = frozenset(counted) & frozenset(every)
    span = {"period_start": every[0], "period_end": every[-1]}
    areas = fetch(connection, "release/areas").rename(columns=AREA_COLUMNS)
    rows = fetch(connection, "release/counts", span)
    counts = _counts(areas, rows, loaded)
    _check_conserved(rows, int(fetch(connection, "release/region_total", span)["incidents"].iloc[0]))
    groups = fetch(connection, "release/groups")
    groups = groups[groups["kind"].isin(plan_file.kinds)]
    plan = _plan(plan_file, levels, groups, own)
    choice_key = None if settings.choice_key is None else load_choice_key(settings.choice_key)
    return Candidate(
        title=plan_file.title,
        plan=plan,
        counts=counts,
        policy=policy,
        ledger=read_ledger(connection, areas, plan.groups),
        period=own,
        months_loaded=tuple(m for m in own.months() if m in loaded),
        months_missing=tuple(m for m in own.months() if m not in loaded),
        unplaced_percent=_unplaced(months, own),
        region_name=str(region["name"].iloc[0]),
        synthetic=bool(region["synthetic"].iloc[0]),
        categories=groups.drop(columns="category").drop_duplicates(ignore_index=True),
        choice_key=choice_key,
        by_month=months[["month", "incidents", "unplaced"]],
        searches=build_searches(connection, areas, period, policy, settings.search_plan, choice_key),
    )


def _unplaced(by_month: pd.DataFrame, period: Period) -> float | None:
    """Percent of the period's incidents that have no location; None where it has none at all."""
    inside = by_month[by_month["month"].between(period.start, period.end)]
    whole, unplaced = pd.to_numeric(inside["incidents"]).sum(), pd.to_numeric(inside["unplaced"]).sum()
    return round(100.0 * float(unplaced) / float(whole), 2) if whole else None


def audit_release(candidate: Candidate, *, say: Callable[[str], None] = lambda _: None) -> SafeTables:
    """Protect the candidate. DisclosureError where no safe publication was found."""
    return protect(candidate.plan, candidate.counts, candidate.policy, candidate.ledger, choice_key=candidate.choice_key, say=say)


def _counts(areas: pd.DataFrame, rows: pd.DataFrame, loaded: frozenset[date]) -> Counts:
    position = {code: i for i, code in enumerate(areas["lsoa 2021"])}
    area = rows["code"].map(position)
    if area.isna().any():
        raise InternalError(f"{int(area.isna().sum())} counts lie in a neighbourhood that the region does not hold")
    frame = pd.DataFrame(
        {"area": area.astype("int64"), "category": rows["category"], "month": rows["month"], "incidents": rows["incidents"]}
    )
    return Counts(areas=areas, frame=frame, loaded=loaded)


def _check_conserved(rows: pd.DataFrame, whole: int) -> None:
    if int(rows["incidents"].sum()) != whole:
        raise InternalError("the neighbourhoods do not add up to the incidents of the region; run 'homeground analyse' again")


def _plan(plan: PlanFile, levels: tuple[Level, ...], groups: pd.DataFrame, period: Period) -> PublicationPlan:
    members = groups.groupby("group_id", sort=False)["category"].agg(frozenset)
    return PublicationPlan(levels, tuple((str(name), inside) for name, inside in members.items()), (period,), plan.worth)

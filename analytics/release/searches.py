"""Stop and search in a release: tables of a plan of their own, through the same gate, against everything of theirs that was published before.

Every published group is a set of classes (search_plan.py), so the figures of a district are sums over the same searches, and the attack
knows that. Searches share no count with crime, so each is attacked by itself. They are renewed once a year: years that overlap would give
away their months.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.gate import SafeTables, certificate_of, protect
from analytics.disclosure.ledger import Ledger
from analytics.disclosure.plan import Counts, PublicationPlan
from analytics.disclosure.policy import Policy
from analytics.disclosure.renewal import renewed
from analytics.release.past import SEARCHES, note_counts, read_ledger
from analytics.release.search_classes import in_new_classes, seen_as_noted
from analytics.release.search_plan import SearchPlan, load_search_plan
from core.db import copy_frame, fetch, run_statement
from core.errors import DisclosureError, UserError
from core.periods import CoveredPeriod, Period


@dataclass(frozen=True)
class SearchCandidate:
    """What the searches of a release are made from, before protection. Holds true counts: it never leaves the pipeline.

    noted: what earlier releases saw, as it was written down.
    """

    title: str
    plan: PublicationPlan
    counts: Counts
    policy: Policy
    ledger: Ledger
    groups: pd.DataFrame
    noted: Ledger
    choice_key: bytes | None = field(default=None, repr=False)

    @property
    def covered(self) -> CoveredPeriod:
        return CoveredPeriod.of(self.plan.periods[0], self.counts.loaded or ())


def build_searches(
    connection: Connection, areas: pd.DataFrame, asked: Period, policy: Policy, path: Path, choice_key: bytes | None = None
) -> SearchCandidate | None:
    """Lay out what the plan publishes of the last year at which it is renewed; None where no month of that is loaded, or it stands already.

    areas: the region's neighbourhoods with their districts ("lad 2022", "all").
    """
    plan = load_search_plan(path)
    loaded = frozenset(fetch(connection, "release/search_months")["month"])
    past = fetch(connection, "release/search_past")
    first_end = None if past.empty else past["period_end"].iloc[0]
    try:
        levels = renewed(plan.levels, asked, first_end, loaded)
    except UserError:
        return None
    own = levels[0].periods[0]
    shown = past[past["shown"].astype(bool)]
    if len(shown) and (shown["period_start"].iloc[-1], shown["period_end"].iloc[-1]) == (own.start, own.end):
        return None
    districts = areas[["lad 2022", "all"]].drop_duplicates().sort_values("lad 2022", ignore_index=True)
    groups = tuple((name, members) for name, _, _, members in plan.groups)
    ledger = read_ledger(connection, districts, groups, SEARCHES)
    # of every month that a release before this one saw, too
    months = [own.start, own.end, *ledger.changes["month"]]
    rows = fetch(connection, "release/search_counts", {"period_start": min(months), "period_end": max(months)})
    if (rows["linked"] == "").any():
        raise UserError(
            "searches were counted by an older version, which did not note whether an outcome is linked to what was looked for",
            where="analysis.stop_detail_count",
            hint="count them anew with 'homeground analyse --only records'.",
        )
    every = _frame(rows, plan, districts)
    laid = in_new_classes(ledger, every)
    now = every[every["month"].between(own.start, own.end)].reset_index(drop=True)
    return SearchCandidate(
        title=plan.plan.title,
        plan=PublicationPlan(levels, groups, (own,), plan.worth),
        counts=Counts(districts, now, loaded & frozenset(own.months())),
        policy=policy,
        ledger=laid,
        groups=pd.DataFrame([(name, of, label) for name, of, label, _ in plan.groups], columns=["category", "field", "label"]),
        noted=seen_as_noted(ledger, laid),
        choice_key=choice_key,
    )


def _frame(rows: pd.DataFrame, plan: SearchPlan, districts: pd.DataFrame) -> pd.DataFrame:
    """Searches by district, class and month. A search in a district that the region does not hold is in no figure."""
    position = {code: n for n, code in enumerate(districts["lad 2022"])}
    inside = rows[rows["lad_code"].isin(list(position))]
    named = inside.assign(area=inside["lad_code"].map(position).astype("int64"), category=plan.classes_of(inside))
    summed = named.groupby(["area", "category", "month"], as_index=False)["stops"].sum()
    return summed.rename(columns={"stops": "incidents"})


def audit_searches(candidate: SearchCandidate | None, *, say: Callable[[str], None] = lambda _: None) -> SafeTables | None:
    """Protect the searches of a release; None where there are none, or no safe publication of them was found: the release then has none."""
    if candidate is None:
        return None
    try:
        return protect(
            candidate.plan, candidate.counts, candidate.policy, candidate.ledger, choice_key=candidate.choice_key, say=say
        )
    except DisclosureError as refused:
        say(f"stop and search of {candidate.covered} is not published: {refused}")
        return None


def publish_searches(connection: Connection, release_id: int, tables: SafeTables, candidate: SearchCandidate) -> None:
    """Write them in the transaction that publishes their release. DisclosureError where the certificate is not for exactly these figures."""
    certificate = certificate_of(tables, candidate.policy)
    period, loaded = candidate.plan.periods[0], sorted(candidate.counts.loaded or ())
    header = {
        "release_id": release_id,
        "title": candidate.title,
        "period_start": period.start,
        "period_end": period.end,
        "months_loaded": loaded,
        "policy": json.dumps(certificate.policy),
        "certificate": json.dumps(certificate.as_dict()),
    }
    run_statement(connection, "release/search_insert", header)
    values = tables.frame
    values.insert(0, "release_id", release_id)
    copy_frame(connection, "published", "search_value", values)
    groups = candidate.groups.assign(release_id=release_id, position=range(len(candidate.groups)))
    copy_frame(connection, "published", "search_group", groups[["release_id", "category", "field", "label", "position"]])
    months: frozenset[date] = frozenset(loaded)
    codes = candidate.counts.areas["lad 2022"]
    note_counts(connection, release_id, candidate.counts.frame, candidate.noted, codes, months, SEARCHES)
    run_statement(connection, "release/search_residents", {"release_id": release_id})
    run_statement(connection, "release/search_sources", {"release_id": release_id})

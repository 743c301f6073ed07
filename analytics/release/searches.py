"""Stop and search in a release: tables of a plan of their own, through the same gate, against everything of theirs that was published before.

A search is in one class: what was looked for x what came of it x ethnic group. Every published group is a set of classes, so the figures of
a district are sums over the same searches, and the attack knows that. Searches share no count with crime, so each is attacked by
itself. They are renewed once a year: years that overlap would give away their months.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path

import pandas as pd
from pydantic import Field, model_validator
from sqlalchemy import Connection

from analytics.disclosure.gate import SafeTables, certificate_of, protect
from analytics.disclosure.ledger import Ledger
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import Policy
from analytics.disclosure.renewal import renewed
from analytics.release.past import SEARCHES, note_counts, read_ledger
from core.db import copy_frame, fetch, run_statement
from core.declared import Declared, checked, read_toml
from core.errors import DisclosureError, UserError
from core.periods import CoveredPeriod, Period

ALL = "searches"
ETHNICITY = {
    "white": "White",
    "asian": "Asian",
    "black": "Black",
    "mixed": "Mixed or multiple",
    "other": "Other",
    "not_stated": "Not stated, or no person",
}


class Group(Declared):
    """Some of the publisher's words for one field. The last group of a field names none, and holds every other word."""

    id: str = Field(pattern=r"[a-z_]+")
    label: str
    words: tuple[str, ...]


class _Head(Declared):
    title: str


class _Level(Declared):
    geography: str
    edition: str
    weight: float = Field(gt=0)


class _Renewed(Declared):
    every_months: int = Field(ge=1, le=60)


class SearchPlan(Declared):
    """The plan of searches. A level is a district of 2022 or the whole area."""

    plan: _Head
    level: tuple[_Level, ...]
    renewed: _Renewed
    object: tuple[Group, ...] = Field(min_length=2)
    outcome: tuple[Group, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _complete(self) -> SearchPlan:
        if {(of.geography, of.edition) for of in self.level} - {("lad", "2022"), ("all", "")} or not self.level:
            raise ValueError("searches are published by lad 2022 and all, and by nothing else")
        for groups in (self.object, self.outcome):
            words = [w for g in groups for w in g.words]
            if groups[-1].words or not all(g.words for g in groups[:-1]):
                raise ValueError("the last group of a field names no words, and every other names some")
            if len(set(words)) < len(words) or len({g.id for g in groups}) < len(groups):
                raise ValueError("a word or a group stands twice")
        return self

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(Level(of.geography, of.edition, of.weight, self.renewed.every_months) for of in self.level)

    @property
    def groups(self) -> tuple[tuple[str, str, str, frozenset[str]], ...]:
        """id, field, label and classes of every group, in published order: all searches first."""
        fields = (("object", self.object), ("outcome", self.outcome))
        labels = [(f, tuple((g.id, g.label) for g in of)) for f, of in fields] + [("ethnicity", tuple(ETHNICITY.items()))]
        classes = list(product(*([i for i, _ in of] for _, of in labels)))
        found = [(ALL, "all", "All searches", frozenset("|".join(c) for c in classes))]
        for n, (name, of) in enumerate(labels):
            found += [(f"{name}_{i}", name, label, frozenset("|".join(c) for c in classes if c[n] == i)) for i, label in of]
        return tuple(found)

    def classes_of(self, rows: pd.DataFrame) -> pd.Series:
        """The class of each row of release/search_counts."""
        named = [
            rows[column].map({word: g.id for g in groups for word in g.words}).fillna(groups[-1].id)
            for column, groups in (("object_of_search", self.object), ("outcome", self.outcome))
        ]
        return named[0].astype(str) + "|" + named[1].astype(str) + "|" + rows["ethnicity"]


def load_search_plan(path: Path) -> SearchPlan:
    """UserError names the first entry that is wrong."""
    raw = read_toml(path, what="the plan of searches", missing="set HOMEGROUND_RELEASE_SEARCH_PLAN.")
    return checked(SearchPlan, raw, where=str(path), hint="see analytics/release/search_plan.toml.")


@dataclass(frozen=True)
class SearchCandidate:
    """What the searches of a release are made from, before protection. Holds true counts: it never leaves the pipeline."""

    title: str
    plan: PublicationPlan
    counts: Counts
    policy: Policy
    ledger: Ledger
    groups: pd.DataFrame
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
    rows = fetch(connection, "release/search_counts", {"period_start": own.start, "period_end": own.end})
    groups = tuple((name, members) for name, _, _, members in plan.groups)
    return SearchCandidate(
        title=plan.plan.title,
        plan=PublicationPlan(plan.levels, groups, (own,)),
        counts=Counts(districts, _frame(rows, plan, districts), loaded & frozenset(own.months())),
        policy=policy,
        ledger=read_ledger(connection, districts, groups, SEARCHES),
        groups=pd.DataFrame([(name, of, label) for name, of, label, _ in plan.groups], columns=["category", "field", "label"]),
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
    note_counts(connection, release_id, candidate.counts.frame, candidate.ledger, codes, months, SEARCHES)
    run_statement(connection, "release/search_residents", {"release_id": release_id})
    run_statement(connection, "release/search_sources", {"release_id": release_id})

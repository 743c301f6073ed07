"""The plan of searches: what is published of stop and search, and in which class each search is.

A search is in one class: what was looked for x what came of it x ethnic group x whether the outcome has to do with what was looked for. Every
published group is a set of classes.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pandas as pd
from pydantic import Field, model_validator

from analytics.disclosure.plan import Level
from core.declared import Declared, checked, read_toml

ALL = "searches"
CAME_OF_IT = "came_of_it"
ETHNICITY = {
    "white": "White",
    "asian": "Asian",
    "black": "Black",
    "mixed": "Mixed or multiple",
    "other": "Other",
    "not_stated": "Not stated, or no person",
}
# whether the outcome is linked to what was looked for, in the order of SearchPlan.link
LINKS = ("yes", "no", "not_said")


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


class _ByEthnicity(Declared):
    geographies: tuple[str, ...] = ()
    worth: float = Field(default=1.0, gt=0)


class CameOfIt(Declared):
    """Searches that something came of: those with any outcome but these. by_ethnicity: where the same is published of each ethnic group."""

    label: str
    other_than: tuple[str, ...] = Field(min_length=1)
    by_ethnicity: _ByEthnicity = _ByEthnicity()


class Link(Declared):
    """Searches by whether their outcome has to do with what was looked for; id: one of LINKS."""

    id: str
    label: str


class SearchPlan(Declared):
    """The plan of searches. A level is a district of 2022 or the whole area. came_of_it, link: None or empty where they are not published."""

    plan: _Head
    level: tuple[_Level, ...]
    renewed: _Renewed
    object: tuple[Group, ...] = Field(min_length=2)
    outcome: tuple[Group, ...] = Field(min_length=2)
    came_of_it: CameOfIt | None = None
    link: tuple[Link, ...] = ()

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
        if self.came_of_it is not None:
            if set(self.came_of_it.other_than) - {g.id for g in self.outcome[:-1]}:
                raise ValueError("came_of_it.other_than names outcomes of the plan, and not the last one")
            if set(self.came_of_it.by_ethnicity.geographies) - {of.geography for of in self.level}:
                raise ValueError("came_of_it.by_ethnicity names geographies of the plan")
        if self.link and tuple(of.id for of in self.link) != LINKS:
            raise ValueError(f"the [[link]]s are {', '.join(LINKS)}, in this order, or none")
        return self

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(
            Level(of.geography, of.edition, of.weight, self.renewed.every_months, without=self._without(of.geography))
            for of in self.level
        )

    def _without(self, geography: str) -> frozenset[str]:
        came = self.came_of_it
        if came is None or geography in came.by_ethnicity.geographies:
            return frozenset()
        return frozenset(f"{CAME_OF_IT}_{i}" for i in ETHNICITY)

    @property
    def worth(self) -> tuple[tuple[str, float], ...]:
        """Of the groups that are worth more or less to readers than another."""
        came = self.came_of_it
        return () if came is None else tuple((f"{CAME_OF_IT}_{i}", came.by_ethnicity.worth) for i in ETHNICITY)

    @property
    def groups(self) -> tuple[tuple[str, str, str, frozenset[str]], ...]:
        """id, field, label and classes of every group, in published order: all searches first."""
        named = [(g.id, g.label) for g in self.object], [(g.id, g.label) for g in self.outcome], list(ETHNICITY.items())
        classes = list(product(*([i for i, _ in of] for of in named), LINKS))

        def those(position: int, *values: str) -> frozenset[str]:
            return frozenset("|".join(c) for c in classes if c[position] in values)

        came = self.came_of_it
        some = frozenset() if came is None else those(1, *(g.id for g in self.outcome if g.id not in came.other_than))
        found = [(ALL, "all", "All searches", frozenset("|".join(c) for c in classes))]
        for n, field in enumerate(("object", "outcome", "ethnicity")):
            found += [(f"{field}_{i}", field, label, those(n, i)) for i, label in named[n]]
            if field == "outcome" and came is not None:
                found.append((CAME_OF_IT, CAME_OF_IT, came.label, some))
            if field == "outcome":
                found += [(f"link_{of.id}", "link", of.label, those(3, of.id)) for of in self.link]
        if came is not None and came.by_ethnicity.geographies:
            said = came.label[:1].lower() + came.label[1:]
            found += [
                (f"{CAME_OF_IT}_{i}", f"ethnicity_{CAME_OF_IT}", f"{label}: {said}", some & those(2, i))
                for i, label in ETHNICITY.items()
            ]
        return tuple(found)

    def classes_of(self, rows: pd.DataFrame) -> pd.Series:
        """The class of each row of release/search_counts."""
        named = [
            rows[column].map({word: g.id for g in groups for word in g.words}).fillna(groups[-1].id)
            for column, groups in (("object_of_search", self.object), ("outcome", self.outcome))
        ]
        return named[0].astype(str) + "|" + named[1].astype(str) + "|" + rows["ethnicity"] + "|" + rows["linked"]


def load_search_plan(path: Path) -> SearchPlan:
    """UserError names the first entry that is wrong."""
    raw = read_toml(path, what="the plan of searches", missing="set HOMEGROUND_RELEASE_SEARCH_PLAN.")
    return checked(SearchPlan, raw, where=str(path), hint="see analytics/release/search_plan.toml.")

"""The partnership's definitions: which categories make a group, what counts as serious violence, what police activity produces.

They are data (definitions.toml), not code. This module reads them strictly: an unknown key, an unknown category or a partition
that does not cover every category exactly once is a UserError that names the file and the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.declared import Declared, checked, read_toml
from core.settings import AnalysisSettings

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Kind = Literal["partition", "overlay", "total"]


class CategoryGroup(Declared):
    """A named set of the publisher's categories. A total holds every category and lists none."""

    id: Identifier
    kind: Kind
    label: Line
    description: Line
    members: tuple[str, ...] = ()
    hot_spots: bool
    caveat: str = ""


class Definitions(Declared):
    """The whole file; every cross-reference has been checked."""

    version: Literal[1]
    source: Line
    reviewed: date
    review_due: date
    categories: tuple[str, ...]
    proactive: tuple[str, ...]
    group: tuple[CategoryGroup, ...]

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        known = set(self.categories)
        if len(known) != len(self.categories):
            raise ValueError("categories: one is listed twice")
        if unknown := set(self.proactive) - known:
            raise ValueError(f"proactive: not among categories: {_names(unknown)}")
        if len({g.id for g in self.group}) != len(self.group):
            raise ValueError("group: an id is used twice")
        for group in self.group:
            self._check_group(group, known)
        if sum(group.kind == "total" for group in self.group) != 1:
            raise ValueError("group: exactly one group of kind total is needed")
        self._check_partition(known)
        return self

    def _check_group(self, group: CategoryGroup, known: set[str]) -> None:
        if group.kind == "total" and group.members:
            raise ValueError(f"group {group.id}: a total holds every category; leave members out")
        if group.kind != "total" and not group.members:
            raise ValueError(f"group {group.id}: members are missing")
        if unknown := set(group.members) - known:
            raise ValueError(f"group {group.id}: not among categories: {_names(unknown)}")
        if len(set(group.members)) != len(group.members):
            raise ValueError(f"group {group.id}: a member is listed twice")
        if group.hot_spots and not self.reported_categories(group):
            raise ValueError(f"group {group.id}: every member is proactive, so it can be no hot spot input; set hot_spots = false")

    def _check_partition(self, known: set[str]) -> None:
        parted = [category for group in self.group if group.kind == "partition" for category in group.members]
        if missing := known - set(parted):
            raise ValueError(f"group: no partition group holds: {_names(missing)}")
        if twice := {category for category in parted if parted.count(category) > 1}:
            raise ValueError(f"group: in two partition groups: {_names(twice)}")

    @property
    def total(self) -> CategoryGroup:
        return next(group for group in self.group if group.kind == "total")

    def categories_of(self, group: CategoryGroup) -> tuple[str, ...]:
        """The publisher's categories that a group counts."""
        return self.categories if group.kind == "total" else group.members

    def reported_categories(self, group: CategoryGroup) -> tuple[str, ...]:
        """Those of them that people report, rather than police activity produces: the input of a hot spot map."""
        return tuple(category for category in self.categories_of(group) if category not in self.proactive)


def _names(categories: set[str]) -> str:
    return ", ".join(sorted(categories))


def load_definitions(path: Path | None = None) -> Definitions:
    """Read and check a definitions file (without a path: the one of the settings). UserError says which entry is wrong."""
    path = path or AnalysisSettings().definitions
    raw = read_toml(path, what="the definitions file", missing="correct HOMEGROUND_ANALYSIS_DEFINITIONS, or leave it empty.")
    return parse_definitions(raw, where=str(path))


def parse_definitions(raw: Mapping[str, object], *, where: str) -> Definitions:
    """Definitions from parsed TOML. UserError names the first entry that is wrong."""
    return checked(Definitions, raw, where=where, hint="compare the entry with analytics/counts/definitions.toml as shipped.")

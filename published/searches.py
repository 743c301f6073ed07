"""What was published of stop and search: the newest figures that may be seen, with the residents beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from core.db import Role, fetch, one_or_none, transaction
from core.periods import CoveredPeriod, Period
from published.release import Cell, cell_of
from published.rows import rows_of

ALL, OBJECT, OUTCOME, ETHNICITY = "all", "object", "outcome", "ethnicity"
# searches that something came of; by whether the outcome has to do with what was looked for; those of an ethnic group that something came of
CAME_OF_IT, LINK, ETHNICITY_CAME_OF_IT = "came_of_it", "link", "ethnicity_came_of_it"
NOT_STATED = "not_stated"
# which fields name an ethnic group, and what stands before it in the name of the group
_BEFORE = {ETHNICITY: "ethnicity_", ETHNICITY_CAME_OF_IT: "came_of_it_"}


@dataclass(frozen=True)
class SearchGroup:
    """All searches, those of one object, outcome, link or ethnic group, or those that something came of (field)."""

    category: str
    field: str
    label: str

    @property
    def ethnicity(self) -> str:
        """The ethnic group as residents are counted by it; '' for a group of another field."""
        return self.category.removeprefix(_BEFORE[self.field]) if self.field in _BEFORE else ""


@dataclass(frozen=True)
class SearchSource:
    """Files behind the figures. subject: searches or residents."""

    subject: str
    publisher: str
    licence: str
    edition: str
    first_month: date | None
    last_month: date | None


@dataclass(frozen=True)
class PublishedSearches:
    """cells: by geography, code and group. residents: of the census of 2021, by geography, code and ethnic group."""

    release_id: int
    title: str
    covered: CoveredPeriod
    groups: tuple[SearchGroup, ...]
    cells: Mapping[tuple[str, str, str], Cell]
    residents: Mapping[tuple[str, str, str], int]
    sources: tuple[SearchSource, ...]
    certificate: Mapping[str, Any]

    @property
    def all(self) -> SearchGroup:
        return next(g for g in self.groups if g.field == ALL)

    def of(self, field: str) -> tuple[SearchGroup, ...]:
        return tuple(g for g in self.groups if g.field == field)

    def cell(self, geography: str, code: str, group: SearchGroup) -> Cell | None:
        """None where nothing was published, which is not the same as withheld or 0."""
        return self.cells.get((geography, code, group.category))

    def has(self, geography: str, code: str) -> bool:
        return (geography, code, self.all.category) in self.cells


def current_searches(role: Role = Role.COMMUNITY) -> PublishedSearches | None:
    """The newest figures that may be seen, kept in memory as the release is. One small query, unless they are new."""
    with transaction(role) as connection:
        row = one_or_none(connection, "published/searches")
    # the time too: a database that was made anew counts its releases from 1 again
    return None if row is None else _kept(int(row.release_id), row.published_at, role)


@lru_cache(maxsize=4)
def _kept(release_id: int, published_at: datetime, role: Role) -> PublishedSearches | None:
    with transaction(role) as connection:
        found = newest_searches(connection)
    return found if found is not None and found.release_id == release_id else None


def newest_searches(connection: Connection) -> PublishedSearches | None:
    """None where no release has figures of searches, or none of them may be seen."""
    row = one_or_none(connection, "published/searches")
    if row is None:
        return None
    which = {"release_id": int(row.release_id)}
    return PublishedSearches(
        release_id=int(row.release_id),
        title=row.title,
        covered=CoveredPeriod.of(Period(row.period_start, row.period_end), row.months_loaded),
        groups=tuple(SearchGroup(*g) for g in rows_of(fetch(connection, "published/search_groups", which))),
        cells={
            (v.geography, v.place_code, v.category): cell_of(v)
            for v in rows_of(fetch(connection, "published/search_values", which))
        },
        residents={
            (r.geography, r.place_code, r.ethnicity): int(r.residents)
            for r in rows_of(fetch(connection, "published/search_residents", which))
        },
        sources=tuple(SearchSource(*s) for s in rows_of(fetch(connection, "published/search_sources", which))),
        certificate=dict(row.certificate),
    )

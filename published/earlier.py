"""What releases before the current one said of one place, over periods that share no month with it or with one another."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from core.db import rows
from core.periods import CoveredPeriod, Period
from published.count_change import apart
from published.release import Cell, Place, Release, cell_of


@dataclass(frozen=True)
class Earlier:
    """A period of an earlier release, with what was loaded of it. cells by category; only categories that still mean the same."""

    release_id: int
    covered: CoveredPeriod
    cells: dict[str, Cell]


def earlier_releases(connection: Connection, release: Release, place: Place) -> tuple[Earlier, ...]:
    """Newest first. To be asked every time: a release that was withdrawn a minute ago is not shown again."""
    which = {"before": release.period.start, "geography": place.geography, "edition": place.edition, "code": place.code}
    meaning = {c.category: c.description for c in release.categories}
    found: dict[Period, Earlier] = {}
    for row in rows(connection, "published/earlier", which):
        period = Period(row.period_start, row.period_end)
        if period not in found:
            covered = CoveredPeriod.of(period, row.months, noted=bool(row.noted))
            found[period] = Earlier(int(row.release_id), covered, {})
        # a category that was defined in other words is another one
        if meaning.get(row.category) == row.description:
            found[period].cells[row.category] = cell_of(row)
    return tuple(found[p] for p in apart(found, release.period.start))

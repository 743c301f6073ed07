"""Every release that was ever public: what it covers, how much of it is shown, its certificate, and why it was withdrawn.

And what those before the current one said of one place, over periods that share no month with it or with one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.db import one_or_none, rows
from core.languages.spoken import called
from core.periods import CoveredPeriod, Period
from published.count_change import apart
from published.release import Cell, Place, Release, cell_of


@dataclass(frozen=True)
class Listed:
    """A release in the list. status: current, superseded or withdrawn. figures, shown: how many it holds, and how many of them as numbers.

    covered: the newest period that it has, with the months that were loaded. withdrawn: the reason, '' where it was not.
    """

    release_id: int
    title: str
    status: str
    published_at: datetime
    covered: CoveredPeriod
    figures: int
    shown: int
    withdrawn: str


def every_release(connection: Connection) -> tuple[Listed, ...]:
    """Newest first."""
    return tuple(
        Listed(
            int(r.release_id),
            r.title,
            r.status,
            r.published_at,
            CoveredPeriod.of(Period(r.period_start, r.period_end), r.months_loaded),
            int(r.figures),
            int(r.shown),
            r.reason or "",
        )
        for r in rows(connection, "published/releases")
    )


def shown_of(connection: Connection, release_id: int) -> tuple[dict[str, Any], ...]:
    """What a release shows and withholds, one row a level x kind (geography, edition, category, label, figures, withheld), violence first."""
    return tuple(dict(r._mapping) for r in rows(connection, "published/release_shown", {"release_id": release_id}))


def certificate_of(connection: Connection, release_id: int) -> Mapping[str, Any] | None:
    """The policy and the certificate of a release; None where there is none of that number, or it was withdrawn."""
    row = one_or_none(connection, "published/release_certificate", {"release_id": release_id})
    return None if row is None else {"policy": dict(row.policy), "certificate": dict(row.certificate)}


@dataclass(frozen=True)
class Earlier:
    """A period of an earlier release, with what was loaded of it. cells by category; only categories that still mean the same."""

    release_id: int
    covered: CoveredPeriod
    cells: dict[str, Cell]


def earlier_releases(connection: Connection, release: Release, place: Place) -> tuple[Earlier, ...]:
    """Newest first. To be asked every time: a release that was withdrawn a minute ago is not shown again."""
    which = {"before": release.period.start, "geography": place.geography, "edition": place.edition, "code": place.code}
    # in the language of the release (app.languages.pages), where what is translated is translated to itself
    meaning = {c.category: called(c.description) for c in release.categories}
    found: dict[Period, Earlier] = {}
    for row in rows(connection, "published/earlier", which):
        period = Period(row.period_start, row.period_end)
        if period not in found:
            covered = CoveredPeriod.of(period, row.months, noted=bool(row.noted))
            found[period] = Earlier(int(row.release_id), covered, {})
        # a category that was defined in other words is another one
        if meaning.get(row.category) == called(row.description):
            found[period].cells[row.category] = cell_of(row)
    return tuple(found[p] for p in apart(found, release.period.start))


def as_last_said(connection: Connection, place: Place, period: Period) -> Earlier | None:
    """What the newest release that holds a period says of a place over it, whichever that is; categories by their words of then.

    None where no release that stands does.
    """
    which = {"geography": place.geography, "edition": place.edition, "code": place.code}
    found = rows(connection, "published/as_last_said", which | {"period_start": period.start, "period_end": period.end})
    if not found:
        return None
    covered = CoveredPeriod.of(period, found[0].months, noted=bool(found[0].noted))
    return Earlier(int(found[0].release_id), covered, {r.category: cell_of(r) for r in found})

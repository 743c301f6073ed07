"""Every release that was ever public: what it covers, how much of it is shown, its certificate, and why it was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.db import one_or_none, rows
from core.periods import CoveredPeriod, Period


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

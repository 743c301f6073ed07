"""How old what stands is, feed by feed, against how often its publisher delivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core import db
from core.contracts import LATE_AFTER
from core.db import Role
from feeds.catalogue.feed import Feed, read_catalogue


@dataclass(frozen=True)
class Freshness:
    """What stands of one feed. newest_month and missing: of feeds whose rows have months; missing ones lie between the first and the newest.

    age_days: since the newest month ended, else since the last load. late: None where the catalogue gives no cadence.
    """

    feed: str
    deliveries: int
    newest_month: date | None
    missing: tuple[date, ...]
    last_loaded: datetime
    age_days: int
    late: bool | None


def freshness(now: datetime | None = None) -> tuple[Freshness, ...]:
    """Every feed of which something stands, by id."""
    known = {f.id: f for f in read_catalogue().feed}
    moment = now or datetime.now(UTC)
    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "feeds/newest")
    return tuple(_fresh(row, known.get(row.feed), moment) for row in rows.itertuples())


def _fresh(row: Any, feed: Feed | None, now: datetime) -> Freshness:
    newest = row.newest_month if isinstance(row.newest_month, date) else None
    last = row.last_loaded.to_pydatetime() if hasattr(row.last_loaded, "to_pydatetime") else row.last_loaded
    age = now.date() - (_month_end(newest) if newest is not None else last.date())
    late = None if feed is None or feed.cadence is None else age > LATE_AFTER[feed.cadence]
    return Freshness(row.feed, int(row.deliveries), newest, tuple(row.missing or ()), last, age.days, late)


def _month_end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

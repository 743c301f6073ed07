"""What a steward does with held deliveries: list, accept, refuse. Each decision stands in the audit trail with its reason and who made it."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from core import db
from core.audit import record_event
from core.db import Role
from core.errors import UserError
from core.settings import RegionSettings
from feeds.catalogue.agreement import require_in_force
from feeds.catalogue.feed import STAGES, Catalogue, read_catalogue
from feeds.loading.delivery import Incoming, in_force, month_of, store
from feeds.loading.refusal import refusals
from feeds.loading.region import write_region
from feeds.loading.report import FileResult, HeldDelivery
from feeds.loading.statistics import refresh_statistics
from feeds.shapes.scope import Scope
from feeds.shapes.shape import Arrival

_LOOKUP_STAGES = {STAGES.index(s) for s in ("parent", "edition_change")}


@dataclass(frozen=True)
class _Waiting:
    feed: str
    slot: str
    file_name: str
    sha256: str
    data: bytes
    groups: dict[str, str]


def held() -> tuple[HeldDelivery, ...]:
    """Every delivery that waits, the longest first."""
    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "feeds/held")
    return tuple(
        HeldDelivery(
            int(r.delivery_id), r.feed, r.slot, r.file_name, int(r.rows_in), int(r.rows_rejected), tuple(r.reasons), r.since
        )
        for r in rows.itertuples()
    )


def accept(
    delivery_id: int, *, reason: str, actor: str, region: RegionSettings | None = None, catalogue: Catalogue | None = None
) -> FileResult:
    """Load a held delivery by today's catalogue, whatever it was held for; its own row becomes the loaded one.

    UserError where it does not wait, FeedError where it cannot be loaded (its feed's agreement has ended, say): then it goes on waiting.
    """
    started = time.perf_counter()
    region, catalogue = region or RegionSettings(), catalogue or read_catalogue()
    said = _said(reason)
    with db.transaction(Role.PIPELINE) as connection:
        waiting = _take(connection, delivery_id)
        feed = catalogue.get(waiting.feed)
        require_in_force(feed.agreement, feed.id, datetime.now(UTC).date())
        db.fetch(connection, "feeds/slot_lock", {"key": f"{feed.id} {waiting.slot}"})
        month = month_of(feed, waiting.groups, waiting.file_name)
        arrival = Arrival(feed, waiting.slot, waiting.file_name, month, Scope(region), connection)
        decision = {"accepted": {"by": actor, "reason": said}}
        incoming = Incoming(waiting.data, waiting.sha256, waiting.groups, in_force(arrival, waiting.sha256), released=delivery_id)
        with refusals(waiting.file_name):
            result = store(incoming, arrival, actor)
        _decide(connection, delivery_id, "loaded", decision)
        _note(connection, "accept", delivery_id, waiting, said, actor)
        if feed.stage in _LOOKUP_STAGES:
            write_region(connection, region, actor=actor)
        refresh_statistics(connection, {w.shape for w in feed.writes})
    return replace(result, seconds=time.perf_counter() - started)


def refuse(delivery_id: int, *, reason: str, actor: str) -> None:
    """Drop a held delivery's bytes; the same bytes are not taken up again unless a load is told to. UserError where it does not wait."""
    said = _said(reason)
    with db.transaction(Role.PIPELINE) as connection:
        waiting = _take(connection, delivery_id)
        _decide(connection, delivery_id, "refused", {"refused": {"by": actor, "reason": said}})
        _note(connection, "refuse", delivery_id, waiting, said, actor)


def _said(reason: str) -> str:
    if not reason.strip():
        raise UserError("a decision needs its reason", hint='add --reason "...".')
    return reason.strip()


def _take(connection: Connection, delivery_id: int) -> _Waiting:
    """The held delivery and its bytes, locked against another steward until the transaction ends."""
    rows = db.fetch(connection, "feeds/held_file", {"delivery_id": delivery_id})
    if rows.empty:
        raise UserError(f"delivery {delivery_id} does not wait for a steward", hint="'homeground feeds held' lists those that do.")
    row = rows.iloc[0]
    data = gzip.decompress(bytes(row["content"]))
    return _Waiting(row["feed"], row["slot"], row["file_name"], row["sha256"], data, dict(row["name_groups"]))


def _decide(connection: Connection, delivery_id: int, status: str, decision: dict[str, dict[str, str]]) -> None:
    values = {"delivery_id": delivery_id, "status": status, "decision": json.dumps(decision)}
    db.run_statement(connection, "feeds/decide_held", values)
    db.run_statement(connection, "feeds/delete/held_file", {"delivery_id": delivery_id})


def _note(connection: Connection, action: str, delivery_id: int, waiting: _Waiting, reason: str, actor: str) -> None:
    detail = {"delivery_id": delivery_id, "sha256": waiting.sha256, "reason": reason}
    record_event(connection, actor=actor, action=action, subject=f"{waiting.feed} {waiting.slot}", detail=detail)

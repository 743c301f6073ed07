"""The audit trail: append-only, hash-chained, written through one database function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from core.db import fetch, scalar


def record_event(connection: Connection, *, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> int:
    """Append one event inside the caller's transaction: it stands exactly when what it tells of stands.

    detail holds counts, codes and ids, never a value from a record.
    """
    values = {"actor": actor, "action": action, "subject": subject, "detail": json.dumps(dict(detail or {}), default=str)}
    return int(scalar(connection, "checks/record_event", values))


def first_broken_link(connection: Connection) -> int | None:
    """The id of the first event whose hash does not follow from its content and its predecessor; None for a whole chain."""
    rows = fetch(connection, "checks/audit_chain")
    return None if rows.empty else int(rows["event_id"].iloc[0])

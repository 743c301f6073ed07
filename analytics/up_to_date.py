"""Whether the analysis already stands for what is loaded and chosen: a fingerprint of both, kept with the run."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from analytics.stage import Context
from core import db
from core.db import Role
from core.provenance import VERSION


def fingerprint(connection: Connection, context: Context) -> str:
    """What the analysis and the release depend on: deliveries, definitions, policy, plan, settings and version."""
    digest = hashlib.sha256()
    for sha256 in db.fetch(connection, "run/loaded_files")["sha256"]:
        digest.update(sha256.encode())
    chosen = (
        context.analysis.definitions,
        context.analysis.factors,
        context.analysis.harm_weights,
        context.release.policy,
        context.release.plan,
        context.release.search_plan,
    )
    for path in chosen:
        digest.update(b"" if path is None else path.read_bytes())
    digest.update(context.analysis.model_dump_json().encode())
    digest.update(VERSION.encode())
    return digest.hexdigest()


def is_up_to_date(context: Context) -> bool:
    """Whether the last whole flow was made from exactly what is loaded now."""
    with db.transaction(Role.PIPELINE) as connection:
        wanted = fingerprint(connection, context)
        found = db.scalar(connection, "run/last_flow")
    return bool(found == wanted)

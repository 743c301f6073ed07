"""What the steward's desk asks of the worker: a held delivery is loaded or dropped, a candidate built, what two people approved published."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from analytics import pipeline
from analytics import stage as analytics_stage
from analytics.counts.loaded_months import current_period
from analytics.release.build import audit_release, build_release
from analytics.release.proposals import approved, note_candidate
from analytics.release.searches import audit_searches
from core import db
from core.audit.anchors import note_head
from core.db import Role
from core.errors import UserError
from core.periods import Period
from core.provenance import noted_run
from feeds.catalogue.feed import read_catalogue
from feeds.loading import steward
from homeground.desk.later import LaterError

log = logging.getLogger("homeground.worker")

Say = Callable[[str], None]


def _accept(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    known = None if catalogue is None else read_catalogue(catalogue)
    result = steward.accept(int(task.delivery_id), reason=task.reason, actor=task.asked_by, catalogue=known)
    return f"{result}. The next analysis takes it in: homeground analyse"


def _refuse(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    steward.refuse(int(task.delivery_id), reason=task.reason, actor=task.asked_by)
    return "its bytes were dropped; its record and the reason stay"


def _build(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    context = analytics_stage.default_context(actor=task.asked_by)
    with ExitStack() as turn:
        _take_turn(turn, "release build")
        with db.transaction(Role.PIPELINE) as connection:
            period = _span(connection, context.analysis.months, task.until)
            say("reading counts")
            candidate = build_release(connection, period=period, settings=context.release)
            say("withholding and attacking")
            tables = audit_release(candidate, say=say)
            searches = audit_searches(candidate.searches, say=say)
            number = note_candidate(connection, candidate, tables, until=period.end, built_by=task.asked_by, searches=searches)
    return f"candidate {number}: {candidate.covered}, {tables.certificate.cells:,} figures"


def _publish(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    return f"release {publish_approved(int(task.proposal_id), say=say)} is published. It is the current one until another is published."


def publish_approved(proposal_id: int, *, say: Say) -> int:
    """Publish what two people approved, and nothing else; its release. UserError where that cannot be."""
    with ExitStack() as turn:
        _take_turn(turn, "release publish")
        with db.transaction(Role.PIPELINE) as connection:
            agreed = approved(connection, proposal_id)
            context = analytics_stage.default_context(actor=agreed.approved_by)
            period = Period.ending(agreed.until, context.analysis.months)
            say("building what was approved")
            release_id = pipeline.publish_period(connection, context, period, agreed=agreed, say=say)
    note_head(log.info, released=True)
    return release_id


def _span(connection: Connection, months: int, until: date | None) -> Period:
    current = current_period(connection, months)
    if until is not None and until > current.end:
        raise UserError(f"{until:%Y-%m} is not loaded; the newest month is {current.end:%Y-%m}", where="a candidate")
    return current if until is None else Period.ending(until, months)


def _take_turn(turn: ExitStack, what: str) -> None:
    """The turn of the analysis, so that no release is built while stages run. LaterError where somebody has it."""
    try:
        turn.enter_context(noted_run(analytics_stage.ANALYSIS, what))
    except UserError as error:
        raise LaterError(f"waits: {str(error).splitlines()[0]}") from error


WORK: dict[str, Callable[[Row[Any], Path | None, Say], str]] = {
    "accept": _accept,
    "refuse": _refuse,
    "build": _build,
    "publish": _publish,
}

"""What problem files ask of the worker, which alone reads the counts of every district: a plan, and what became of a response."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from analytics.evaluation.plan import plan_from_json
from analytics.evaluation.store import evaluate, make_plan
from core import db
from core.db import Role
from core.errors import UserError
from homeground.desk.told import public_result

Say = Callable[[str], None]

# of the draws behind the interval of displacement: one for every file, so that nobody draws again until it pleases
SEED = 20_260_101


def _plan(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    with db.transaction(Role.PIPELINE) as connection:
        file = db.one(connection, "problems/file_of_task", {"file_id": task.file_id})
        say("looking for places alike")
        made = make_plan(
            connection,
            areas=file.areas,
            group=file.group_id,
            starts=task.starts,
            months=task.months,
            least_fall=task.least_fall / 100,
            written_on=datetime.now(UTC).date(),
        )
        given = {
            "file_id": task.file_id, "plan": json.dumps(made.as_json()), "digest": made.digest, "starts": task.starts, "months": task.months,
            "least_fall": task.least_fall, "asked_by": task.asked_by,
        }  # fmt: skip
        db.run_statement(connection, "problems/note_plan", given)
    return f"the plan is written; its SHA-256 is {made.digest}"


def _result(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    with db.transaction(Role.PIPELINE) as connection:
        file = db.one(connection, "problems/file_of_task", {"file_id": task.file_id})
        if file.plan_id is None:
            raise UserError("the file has no response", where=f"problem file {task.file_id}")
        plan = plan_from_json(file.plan)
        if plan.digest != file.digest:
            raise UserError("the plan is not the one that was written", where=f"problem file {task.file_id}")
        say("comparing by the plan")
        found = evaluate(connection, plan, seed=SEED)
        told = public_result(
            connection,
            geography=file.geography,
            code=file.place_code,
            group=file.group_id,
            starts=plan.starts,
            least_fall=plan.least_fall,
        )
        given = {
            "file_id": task.file_id, "plan_id": file.plan_id, "found": json.dumps(found.as_json()), "told": json.dumps(told.told),
            "before_release": told.before_release, "after_release": told.after_release, "asked_by": task.asked_by,
        }  # fmt: skip
        db.run_statement(connection, "problems/note_result", given)
    return "the result is there"


PROBLEM_WORK: dict[str, Callable[[Row[Any], Path | None, Say], str]] = {"plan": _plan, "result": _result}

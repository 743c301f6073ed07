"""A problem file that everyone may read, with every step and a result."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from core import db
from core.db import Role
from core.periods import add_months

# what published figures might say of a response, as the worker keeps it
TOLD = {
    "verdict": "cannot_tell", "why": "wide", "around": "cannot_tell", "before": ["2024-01-01", "2024-12-01"],
    "after": ["2025-01-01", "2025-12-01"], "middle": 95, "low": 60, "high": 155, "places": 39,
}  # fmt: skip


def show_problem_file(
    geography: str, code: str, group: str, *, told: dict[str, object] = TOLD, plan: object = "", found: object = ""
) -> int:
    """A problem file with every step, a result as the worker would keep it, and two people who agreed to show it; its number.

    plan, found: what is kept of plan and result for the partnership alone.
    """
    opened = {"geography": geography, "place_code": code, "group_id": group, "title": "Fights after closing time", "owner": "the council",
              "panel": "a residents' panel"}  # fmt: skip
    begun = datetime.now(tz=UTC).date().replace(day=1)

    def step(person: str, name: str, **given: object) -> int:
        with db.transaction(Role.PROFESSIONAL, districts="*", person=person) as connection:
            return int(db.scalar(connection, f"problems/{name}", given) or 0)

    file = step("demo:officer", "open_file", **opened)
    for name in ("objective", "scanning", "analysis", "learned"):
        step("demo:officer", "write", file_id=file, step=name, words=f"People can walk home here ({name}).")
    # as analytics.evaluation writes it, as far as the page reads it
    held = {"months_before": ["2024-01-01"], "alike": ["a"], "ring": ["b"], "power": None, "why_not": [str(plan)] if plan else []}
    kept = {
        "plan": json.dumps(held),
        "digest": hashlib.sha256(str(plan).encode()).hexdigest(),
        "starts": begun,
        "months": 12,
    }
    with db.transaction(Role.PIPELINE) as connection:
        db.run_statement(connection, "problems/note_plan", {**kept, "file_id": file, "least_fall": 25, "asked_by": "demo:officer"})
    step("demo:officer", "respond", file_id=file, starts_on=begun, words="The lights stay on until the last bus.")
    step("demo:officer", "commit_to", file_id=file, body="the council", words="Keep the lights on", due=add_months(begun, 2))
    with db.transaction(Role.PIPELINE) as connection:
        number = db.one(connection, "problems/file_of_task", {"file_id": file}).plan_id
        result = {
            "found": json.dumps({"sentences": [str(found)]}),
            "told": json.dumps(told),
            "before_release": None,
            "after_release": None,
        }
        db.run_statement(
            connection, "problems/note_result", {**result, "file_id": file, "plan_id": number, "asked_by": "demo:officer"}
        )
    proposal = step("demo:officer", "propose", file_id=file, kind="publish", reason="")
    step("demo:analyst", "decide", proposal_id=proposal, verdict="agreed", reason="")
    return file

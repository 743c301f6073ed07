"""What people ask of the worker for their meetings: the briefs of every place of a kind, of published figures alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from briefs.asked import asked_by, left_out
from briefs.register import register
from briefs.write import every_brief
from core import db
from core.db import Role
from core.errors import UserError
from published.release import current_release

Say = Callable[[str], None]


def _batch(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    """Each file is kept as soon as it is made, so that what was cut off goes on from there."""
    batch = int(task.task_id)
    release = current_release(Role.PIPELINE)
    if release is None:
        raise UserError("nothing is published yet", hint="publish a release, then ask again.")
    with db.transaction(Role.PIPELINE) as connection:
        db.run_statement(connection, "briefs/drop_other_files", {"batch": batch, "release": str(release.release_id)})
        there = {r.name for r in db.rows(connection, "briefs/made", {"batch": batch})}
    asked = replace(asked_by(task.author), without=left_out(without=task.without))
    made = 0
    for number, of, brief, files in every_brief(
        task.level, task.district, task.formats, role=Role.PIPELINE, asked=asked, done=there.__contains__
    ):
        if brief is None:
            continue
        # registered first: a file that somebody gets is never one that nobody knows of
        register(files, brief.permanent, place=brief.place, release=brief.release, author=asked.author, status=asked.status)
        with db.transaction(Role.PIPELINE) as connection:
            for name, content in files.items():
                db.run_statement(connection, "briefs/note_file", {"batch": batch, "name": name, "content": content})
        made += 1
        say(f"{number:,} of {of:,} places")
    return f"{made + len(there) // max(len(task.formats), 1):,} places"


BRIEF_WORK: dict[str, Callable[[Row[Any], Path | None, Say], str]] = {"batch": _batch}

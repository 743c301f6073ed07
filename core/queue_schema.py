"""The task queue's own tables, in the schema `queue`: made from the text that the installed package ships, and brought up to date with it.

The package is found without being imported, so that nothing here touches its driver. Its schema is one file for a new database and a list of
migration files for an old one; `queue.schema_file` notes which of them this database has.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection

from core import db
from core.errors import UserError
from core.paths import SQL_ROOT

_PACKAGE = "procrastinate"


def apply_queue_schema(connection: Connection) -> list[str]:
    """Make or update the queue's tables inside the caller's transaction; returns the files that were applied.

    Raises UserError where the database has a file that the installed package does not know: it was made by a later version.
    """
    folder = _package_folder() / "sql"
    changes = sorted((folder / "migrations").glob("*.sql"))
    done = set(db.fetch(connection, "server/queue_files_done")["name"])
    unknown = done - {c.name for c in changes} - {"schema.sql"}
    if unknown:
        raise UserError(
            f"the queue's tables were made by a later version of {_PACKAGE} ({sorted(unknown)[0]})",
            where="schema queue",
            hint="install the dependencies of requirements.lock.",
        )
    wanted = [c for c in changes if c.name not in done] if done else [folder / "schema.sql"]
    if wanted:
        db.run_statement(connection, "server/enter_queue")
        for path in wanted:
            db.run_script(connection, path.read_text(encoding="utf-8"))
        db.run_statement(connection, "server/leave_queue")
        # the whole schema holds what every migration file up to now would have done
        names = [p.name for p in wanted] if done else ["schema.sql", *(c.name for c in changes)]
        db.run_statement(connection, "server/note_queue_files", {"names": names})
    db.run_script(connection, (SQL_ROOT / "functions" / "queue_search_path.sql").read_text(encoding="utf-8"))
    return [p.name for p in wanted]


def _package_folder() -> Path:
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UserError(f"the package {_PACKAGE} is not installed", hint="install the dependencies of requirements.lock.")
    return Path(found.submodule_search_locations[0])

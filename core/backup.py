"""The whole database in one file, and back: PostgreSQL's own pg_dump and pg_restore, of the version that runs the private cluster.

The file has every schema with its rows, policies, triggers and rights. Roles are made where it is restored, with that installation's own
passwords and limits (core.migrate). Beside it keep what lies outside the database: the anchors of the audit trail and the keys that sign.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy.engine import URL

from core import local_postgis, migrate
from core.db import Role, describe
from core.db.credentials import PRIVATE_PORT, url_for
from core.errors import UserError
from core.settings import DatabaseSettings

# a stage that empties a table holds it until it ends
_WAIT_FOR_LOCKS = "10min"


def backup(path: Path, settings: DatabaseSettings | None = None) -> int:
    """Write the database to a new file that its owner alone may read; returns its size in bytes.

    One snapshot: what runs meanwhile is in it whole or not at all. UserError where the file is there already or cannot be written, or pg_dump
    fails; nothing is left behind then.
    """
    settings = settings or DatabaseSettings()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UserError(
            "there is a file of that name, and no backup is overwritten", where=str(path), hint="name another."
        ) from error
    except OSError as error:
        raise UserError(f"the backup cannot be written ({error.strerror})", where=str(path)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            _run("pg_dump", ["--format=custom", f"--lock-wait-timeout={_WAIT_FOR_LOCKS}"], settings, out=file.fileno())
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path.stat().st_size


def restore(path: Path, settings: DatabaseSettings | None = None) -> list[str]:
    """Fill the database, which must be empty, from a backup; roles and later migrations are made. Returns the migrations.

    One transaction: a file that is cut short or of something else leaves the database empty. UserError for that, and for a database that has
    tables of ours: nothing is overwritten.
    """
    settings = settings or DatabaseSettings()
    if not path.is_file():
        raise UserError("there is no such file", where=str(path))
    migrate.prepare_empty(settings)
    _run("pg_restore", ["--exit-on-error", "--single-transaction", str(path.resolve())], settings, database_option=True)
    return migrate.prepare(settings, again=True)


def _run(
    program: str, options: list[str], settings: DatabaseSettings, *, out: int | None = None, database_option: bool = False
) -> None:
    """Run one of PostgreSQL's programmes as the owner. The password goes by the environment, never by the command line."""
    url = url_for(Role.OWNER, settings)
    name = f"--dbname={url.database}" if database_option else str(url.database)
    where = [f"--host={_host(url)}", f"--port={url.port or url.query.get('port', PRIVATE_PORT)}", f"--username={url.username}"]
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(local_postgis.find_pg_bin(settings) / program), *where, "--no-password", *options, name],
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "PGPASSWORD": url.password or ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if out is None else out,
            stderr=said,
            check=False,
        )
        said.seek(0)
        # a row that fails is printed in CONTEXT and DETAIL, which are not for messages
        lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if "error:" in line]
    if done.returncode != 0:
        raise UserError(
            f"{program} failed: {lines[0] if lines else f'exit code {done.returncode}'}",
            where=describe(url),
            hint="read what it says; the version of PostgreSQL's programmes here must be that of the server or later (HOMEGROUND_PG_BIN).",
        )


def _host(url: URL) -> str:
    return str(url.host or url.query.get("host", ""))

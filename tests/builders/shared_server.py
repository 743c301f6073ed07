"""What one run of the suite makes once for all of its processes: a PostGIS server, and databases in it that are only ever copied.

The process that was asked to run the suite makes a folder and names it to its workers. Whoever needs a thing first makes it, under a
lock; the others wait and use it. The process that made the folder stops the server and removes the folder, so nothing is left behind
where a worker died.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from core import local_postgis
from core.db import Role
from core.db.credentials import url_for
from core.paths import SQL_ROOT
from core.settings import DatabaseSettings
from tests.builders.waiting import until

# Test data need not outlive the machine's power: creating a database from a template is three times as quick without fsync. Two
# workers, their portals and their pools want more connections than one installation does. Autovacuum would go round hundreds of databases
# that nobody opens again, some every second, and would have a say in the plans of some runs and not of others.
_CONFIGURATION = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 200
"""


# so each role may take more of it than of a server as it is shipped; tests that make one of their own drop these settings
LIMITS = tuple(f"HOMEGROUND_LIMIT_{role}_CONNECTIONS" for role in ("COMMUNITY", "PROFESSIONAL", "PIPELINE"))


@dataclass(frozen=True)
class SuiteRun:
    """One run of the suite. folder: its own, on a short path that every account may pass through. worker: '' where there is but one."""

    folder: Path
    worker: str

    @property
    def state(self) -> Path:
        """HOMEGROUND_STATE_DIR of the shared server."""
        return self.folder / "state"

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """One process of the run at a time."""
        with (self.folder / f"{name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def once(self, name: str, make: Callable[[], None]) -> None:
        """Make a thing unless a process of this run made it; where making it fails, the next who needs it tries again."""
        made = self.folder / f"{name}.made"
        with self.alone(name):
            if not made.exists():
                make()
                made.touch()

    def own(self, name: str) -> str:
        """The name of a database of this worker's own."""
        return f"{name}_{self.worker}" if self.worker else name


def begin() -> SuiteRun:
    # pytest's own folders are closed to the unprivileged account that runs PostgreSQL for root
    folder = Path(tempfile.mkdtemp(prefix="hg-test-"))
    folder.chmod(0o755)
    return SuiteRun(folder, "")


def end(run: SuiteRun) -> None:
    """Stop the server at once, writing nothing more: an ordinary stop would first put hundreds of databases on the disk."""
    if run.state.exists():
        pid_file = local_postgis.locate(DatabaseSettings(state_dir=run.state)).data / "postmaster.pid"
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(pid_file.read_text(encoding="ascii").splitlines()[0]), signal.SIGQUIT)
            until(lambda: not pid_file.exists(), "the end of the tests' server")
    shutil.rmtree(run.folder, ignore_errors=True)


# PostgreSQL's own template: a database of somebody else, without anything of ours in it
EMPTY = "template0"


def start_server(settings: DatabaseSettings) -> None:
    """The shared server, made for speed. Tests that kill a server make one of their own, with everything as it is shipped."""
    made = local_postgis.up(settings)
    local_postgis.down(settings)
    with (made.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
        handle.write(_CONFIGURATION)
    local_postgis.up(settings)


def statement_of_the_server(settings: DatabaseSettings, statement: str, database: str = "postgres") -> None:
    """What the server's owner says in one of its databases, outside any transaction."""
    server = create_engine(url_for(Role.OWNER, settings).set(database=database), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    finally:
        server.dispose()


def new_database(settings: DatabaseSettings, name: str, template: str) -> None:
    statement_of_the_server(settings, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    # as files, not page by page through the log: a third of the time
    statement_of_the_server(settings, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    if template == EMPTY:
        return
    # a copy has the tables and their grants; who may enter the database itself is not copied
    statement_of_the_server(settings, (SQL_ROOT / "server" / "close_database.sql").read_text(encoding="utf-8"), name)


def close_for_copying(settings: DatabaseSettings, name: str) -> None:
    """From now on the database can be copied and no longer opened: a copy fails while anybody has the original open."""
    statement_of_the_server(settings, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")

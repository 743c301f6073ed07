"""One server for a group: a database a member, and for each of them logins that enter it and no other.

The roles of core.migrate own the rights and nobody logs in as them. A login is a member of one of them, has no right by itself
(NOINHERIT), and takes the role on when it enters its own database (ALTER ROLE ... IN DATABASE ... SET role). So current_user, grants and
row-level security are those of a single installation, and what keeps forces apart is the server's own right to CONNECT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from core import db, local_postgis, migrate
from core.db import Role, describe
from core.db.credentials import url_for
from core.errors import UserError
from core.migrate import connections_of, timeouts_of_readers
from core.paths import SQL_ROOT
from core.settings import DatabaseSettings, LimitSettings
from homeground.group.environment import address_of
from homeground.group.file import ROLES, Group, Member

# of PostgreSQL itself, and a few for the operator
_BESIDE = 20
_LOCK_NOT_AVAILABLE = "55P03"


def make_databases(group: Group, settings: DatabaseSettings, *, say: Callable[[str], None]) -> None:
    """The databases and logins of a group, without anything in them yet. Safe to run again.

    UserError where the server serves somebody else too, has too few connections, or its account may not make roles or databases.
    """
    needed = len(group.members) * sum(connections_of(LimitSettings()).values())
    private = local_postgis.uses_private_cluster(settings)
    if private:
        local_postgis.up(settings)
    where = describe(url_for(Role.OWNER, settings))
    with _server(settings) as connection:
        # before anything is done to a server that is somebody else's too
        _require_own_server(connection, group, where)
        cramped = private and not local_postgis.has_room(settings, needed + _BESIDE)
        others = int(db.scalar(connection, "server/other_sessions")) if cramped else 0
    if others:
        raise UserError(
            f"the server must be started anew, with room for {needed + _BESIDE} connections, and {others} sessions are open",
            where=where,
            hint="end the portals, workers and commands that use it, then run this again.",
        )
    if cramped:
        local_postgis.make_room(settings, needed + _BESIDE)
        say(f"the server was started anew, with room for {needed + _BESIDE} connections")
    with _server(settings) as connection:
        db.one(connection, "group/wait", {"wait": migrate.GROUP_WAITS, "of_transaction": False})
        allowed = int(db.scalar(connection, "server/connections_allowed"))
        if needed > allowed:
            raise UserError(
                f"the logins of the group may take {needed} connections together, and the server has {allowed} for them",
                where=where,
                hint="raise max_connections of the server, or lower HOMEGROUND_LIMIT_..._CONNECTIONS.",
            )
        for member in group.members:
            statement = db.scalar(connection, "group/new_database", {"database": member.database})
            if statement is not None:
                _run(connection, str(statement), f"the database {member.database} cannot be made", where)
                say(f"{member.slug}: database {member.database} made")
        _run(connection, (SQL_ROOT / "group" / "roles.sql").read_text(encoding="utf-8"), "the roles cannot be made", where)
        for member in group.members:
            _open_to_its_own(connection, member, settings, where)
        if private:
            db.run_statement(connection, "server/close_private_server")
        for row in db.rows(connection, "group/open_to_everybody"):
            say(
                f"everybody with a login may enter the database {row.name}, which is none of the group's: nothing of Homeground is in it"
            )
        logins = [m.login(role) for m in group.members for role in ROLES]
        for row in db.rows(connection, "group/left_behind", {"logins": logins}):
            say(
                f"the file names no force of {row.logins}, which may still enter the database {row.database}; where the force left, drop the"
                " database and these logins"
            )


_MAY = "the account needs CREATEROLE and CREATEDB, and must be the one that made these roles, or a superuser."


def _require_own_server(connection: Connection, group: Group, where: str) -> None:
    logins = [m.login(role) for m in group.members for role in ROLES]
    databases = [m.database for m in group.members]
    for row in db.rows(connection, "group/elsewhere", {"databases": databases, "logins": logins}):
        raise UserError(
            f"a group has a server to itself, and here {row.role} may enter the database {row.database}, which the file does not name",
            where=where,
            hint="use another server (HOMEGROUND_DATABASE_URL) or another folder (HOMEGROUND_STATE_DIR); a database that is no longer needed"
            " is dropped by its owner, and where the file has a new name for it, it is renamed first (ALTER DATABASE ... RENAME TO).",
        )


def _open_to_its_own(connection: Connection, member: Member, settings: DatabaseSettings, where: str) -> None:
    """The logins of a member as they are to be, and its database open to them and to nobody else."""
    limits = LimitSettings()
    of_readers = [f"{name}={value}" for name, value in timeouts_of_readers(connection, limits).items()]
    for role, most in connections_of(limits).items():
        asked = {
            "login": member.login(role), "role": role.value, "database": member.database, "most": most,
            "password": address_of(member, role, settings).password, "settings": [] if role is Role.PIPELINE else of_readers,
        }  # fmt: skip
        for row in db.rows(connection, "group/login", asked):
            _run(connection, row.statement, f"the login {member.login(role)} cannot be set", where)
    logins = [member.login(role) for role in ROLES]
    for row in db.rows(connection, "group/database", {"database": member.database, "logins": logins}):
        _run(connection, row.statement, f"the database {member.database} cannot be closed to others", where)


def _run(connection: Connection, statement: str, otherwise: str, where: str) -> None:
    """One statement that the server composed. The driver's error shows it, and it may hold a password."""
    try:
        connection.exec_driver_sql(statement.replace("%", "%%"))
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) == _LOCK_NOT_AVAILABLE:
            held = "; ".join(f"{r.login} in {r.database}, process {r.pid}" for r in db.rows(connection, "group/holding"))
            raise UserError(
                f"{otherwise}, because a session has changed it and keeps its transaction open; open are: {held or 'none any more'}",
                where=where,
                hint="end the run or the session, as the server's owner with SELECT pg_terminate_backend(process); then run this again.",
            ) from None
        raise UserError(f"{otherwise} ({_first_line(error)})", where=where, hint=_MAY) from None


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0]


@contextmanager
def _server(settings: DatabaseSettings) -> Iterator[Connection]:
    """The owner, in no database of the group, each statement by itself: a database is not made in a transaction."""
    owner = url_for(Role.OWNER, settings)
    if local_postgis.uses_private_cluster(settings):
        owner = owner.set(database="postgres")
    engine = create_engine(owner, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise db.unavailable(owner, error) from error
    finally:
        engine.dispose()

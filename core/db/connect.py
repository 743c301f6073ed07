"""Engines and transactions.

Each role has its own credential and its own pool. A connection that fails becomes one DatabaseUnavailable that names the
server (never the password) and says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg2
import psycopg2.errors
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from core.db.credentials import url_for
from core.db.role import Role, describe, parse_url
from core.db.sql import read_sql
from core.errors import DatabaseUnavailable, InternalError, UserError

# the driver asks for eight kilobytes at a time unless it is told otherwise
COPY_BYTES = 1 << 20
# a server over the network that falls silent is given up after a minute; a socket of this machine needs none of it
_GIVE_UP = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}


@lru_cache(maxsize=16)
def _engine_for(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=4, connect_args={"connect_timeout": 5, **_GIVE_UP})


_settled: dict[Role, Engine] = {}


def engine(role: Role) -> Engine:
    """The pool of one role; where that role's server is, core.db.credentials knows."""
    return _settled.get(role) or _engine_for(url_for(role).render_as_string(hide_password=False))


def settle(role: Role) -> None:
    """Find where the server of a role is once for the life of this process: reading the settings takes longer than a small query."""
    _settled[role] = engine(role)


def dispose_engines() -> None:
    """Close every pool: before the server stops, and after it was started anew."""
    settled = list(_settled.values())
    _settled.clear()
    for pool in settled:
        pool.dispose()
    for role in Role:
        try:
            engine(role).dispose()
        except UserError:
            continue
    _engine_for.cache_clear()


@contextmanager
def transaction(
    role: Role,
    *,
    districts: str | None = None,
    person: str | None = None,
    analyst: bool = False,
    moderator: bool = False,
    steward: bool = False,
    board: bool = False,
    feeds: str | None = None,
    pool: Engine | None = None,
) -> Iterator[Connection]:
    """One transaction of a role: commits at the end, rolls back on any error.

    districts: for the professional role, the districts that row-level security lets this person see
    ('*' or comma-separated codes); set for this transaction only. person: who it is for; events that the professional role records bear
    this person and no other (audit.record). analyst: whether this person may also see models that no ethics board has approved
    (analysis.risk_model_open). moderator: whether they may moderate what residents ask (asked.moderating). steward: whether the desk of
    deliveries and releases is theirs (steward.serving). board: whether they are a member of the ethics board (analysis.on_the_board).
    feeds: of a partner agency, the feeds whose state it sees, comma-separated (steward.delivers).
    pool: the role's, from engine(role), for many short transactions in a row: finding out where the server is takes longer than some of them.
    Raises DatabaseUnavailable when the server is down or goes down meanwhile, UserError when the disk of the server is full.
    """
    handle = engine(role) if pool is None else pool
    try:
        connection = handle.connect()
    except OperationalError as error:
        raise unavailable(handle.url, error) from error
    try:
        with connection.begin():
            if districts is not None:
                connection.execute(text(read_sql("server/see_districts")), {"districts": districts})
            if person is not None:
                connection.execute(text(read_sql("server/see_person")), {"person": person})
            if analyst:
                connection.execute(text(read_sql("server/see_models")))
            if moderator:
                connection.execute(text(read_sql("server/see_questions")))
            if steward:
                connection.execute(text(read_sql("server/see_steward")))
            if board:
                connection.execute(text(read_sql("server/see_as_board")))
            if feeds is not None:
                connection.execute(text(read_sql("server/see_feeds")), {"feeds": feeds})
            yield connection
    except DBAPIError as error:
        raise translated(handle.url, error) from error
    except psycopg2.Error as error:
        raise translated(handle.url, error) from error
    finally:
        connection.close()


@contextmanager
def read_elsewhere(address: str, name: str, *, timeout_s: int) -> Iterator[Connection]:
    """A connection to a partner's PostgreSQL that can only read: read-only transaction, server-side cursor, statement timeout.

    name stands for the address in messages. Raises DatabaseUnavailable where it does not answer; rolls back at the end.
    """
    options = f"-c default_transaction_read_only=on -c statement_timeout={timeout_s * 1000}"
    handle = create_engine(parse_url(address), poolclass=NullPool, connect_args={"connect_timeout": 10, "options": options})
    try:
        with handle.connect() as connection:
            connection = connection.execution_options(postgresql_readonly=True, stream_results=True)
            yield connection
            connection.rollback()
    except OperationalError as error:
        # a timeout of the statement is an answer; only a connection that fails is none
        if getattr(error.orig, "pgcode", None) is not None:
            raise
        raise DatabaseUnavailable(
            "the partner's database does not answer", where=name, hint="ask the partner, and check HOMEGROUND_PARTNER_DATABASES."
        ) from None
    finally:
        handle.dispose()


def unavailable(url: URL, error: Exception) -> DatabaseUnavailable:
    lines = str(getattr(error, "orig", error)).strip().splitlines()
    reason = lines[0] if lines else "no reason given"
    hint = "start it with 'homeground db up', or set HOMEGROUND_DATABASE_URL to a server that runs."
    if "too many connections for role" in reason:
        hint = "wait until others have ended, or raise HOMEGROUND_LIMIT_..._CONNECTIONS and run 'homeground db migrate'."
    elif "could not write init file" in reason or "No space left on device" in reason:
        return DatabaseUnavailable(
            f"the disk of the database is full, and no session can begin ({reason})",
            where=describe(url),
            hint="free some space, then run the same command again; what was committed stands.",
        )
    elif is_coming_up(error):
        hint = "it is starting, or mending itself after it was killed: try again in a minute."
    return DatabaseUnavailable(f"the database does not answer ({reason})", where=describe(url), hint=hint)


# what a server says while it starts, replays its log after a crash, or ends: no connection, and no code in the driver's error
_COMING_UP = ("the database system is starting up", "the database system is in recovery mode", "is not yet accepting connections",
              "the database system is shutting down")  # fmt: skip


def is_coming_up(error: Exception) -> bool:
    """Whether a server is there and takes no connection for the moment."""
    return any(words in str(error) for words in _COMING_UP)


def translated(url: URL, error: Exception) -> Exception:
    """The driver's error as the person should meet it; the original where it is our defect."""
    original = getattr(error, "orig", error)
    code = getattr(original, "pgcode", None) or ""
    if code == "53100":  # disk_full
        return UserError(
            "the disk of the database is full; nothing of this step was stored",
            where=describe(url),
            hint="free some space, then run the same command again.",
        )
    if code in ("57014", "55P03"):  # query_canceled, lock_not_available
        return DatabaseUnavailable(
            "the database is busy: a statement or its wait for a lock took longer than this role may",
            where=describe(url),
            hint="try again in a minute; HOMEGROUND_LIMIT_STATEMENT_S and HOMEGROUND_LIMIT_LOCK_S say how long.",
        )
    if is_lost(error):
        return went_away(url, error)
    return error if isinstance(error, Exception) else InternalError(str(error))


def is_lost(error: BaseException) -> bool:
    """Whether the connection went away under a statement: the server was stopped or killed, or the session was ended."""
    original = getattr(error, "orig", error)
    code = getattr(original, "pgcode", None) or ""
    # what the driver itself says where it met a closed socket, as in the middle of a COPY, has no code
    unsaid = isinstance(original, psycopg2.OperationalError) and not code
    return code.startswith(("57P", "08")) or unsaid or bool(getattr(error, "connection_invalidated", False))


def went_away(url: URL, error: BaseException | None = None) -> DatabaseUnavailable:
    """For a server that was there and is no longer. A commit that was under way may have been made: it is never half made."""
    reason = _first_words(error)
    return DatabaseUnavailable(
        f"the database went away in the middle of this step{f' ({reason})' if reason else ''}; every step before it stands, and of this"
        " one all or nothing",
        where=describe(url),
        hint="run the same command again: it starts the private database, or waits until yours is up (HOMEGROUND_DATABASE_URL).",
    )


def _first_words(error: BaseException | None) -> str:
    """The first line of what the driver met first: the rollback of a lost connection fails too, and says less."""
    found = ""
    while error is not None:
        original = getattr(error, "orig", error)
        if isinstance(original, psycopg2.Error) and (lines := str(original).strip().splitlines()):
            found = lines[0]
        error = error.__cause__ or error.__context__
    return found


# classes of PostgreSQL's codes that say something of a value: data, constraints, types, limits, what PostGIS says of a geometry, a COPY
# whose rows could not be made
_OF_A_VALUE = ("22", "23", "42804", "54", "57014", "P0001", "XX000")


def is_of_database(error: BaseException) -> bool:
    """Whether the database, or its driver, raised this."""
    return isinstance(error, DBAPIError | psycopg2.Error)


def said_of_a_value(error: BaseException) -> str:
    """What the database has against a value, by PostgreSQL's own name, never with the value; '' where it is of no value.

    A lock that was lost, a server that goes down: those are no value's fault.
    """
    original = getattr(error, "orig", error)
    code = getattr(original, "pgcode", None) or ""
    if code and not code.startswith(_OF_A_VALUE):
        return ""
    try:
        # 22021 is CharacterNotInRepertoire
        name = psycopg2.errors.lookup(code).__name__ if code else type(original).__name__
    except KeyError:
        name = "an error without a name"
    return f"{name}, SQLSTATE {code}" if code else name


def driver_connection(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    if driver is None:
        raise InternalError("connection is closed")
    return driver

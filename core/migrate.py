"""Roles, database, migrations, functions and grants: from an empty server to the present schema, forward only."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from core import db, local_postgis
from core.db import Role, describe
from core.db.credentials import database_name, url_for
from core.errors import UserError
from core.paths import SQL_ROOT
from core.queue_schema import apply_queue_schema
from core.settings import DatabaseSettings, LimitSettings, QuestionSettings, ReleaseSettings

log = logging.getLogger(__name__)

_OTHER_ENDS_S = 300.0
# for a role or a database of a group's server, which a session of every force may lock
GROUP_WAITS = "20s"
# a private cluster after a crash replays at most the log that max_wal_size allows
_COMES_UP_S = 120.0


@dataclass(frozen=True)
class Migration:
    """One file of sql/migrations: number, name and text."""

    number: int
    name: str
    script: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.script.encode()).hexdigest()


def migrations() -> list[Migration]:
    """Every migration in order; numbers run from 1 without a gap."""
    found = [
        Migration(int(path.name[:4]), path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((SQL_ROOT / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise UserError("migration numbers do not run from 1 without a gap", where="sql/migrations")
    return found


def prepare(settings: DatabaseSettings | None = None, *, again: bool = False) -> list[str]:
    """Bring the server up (where it is ours), then database, roles, migrations, functions, grants. Returns what was applied.

    again: make functions, triggers and policies anew though they are those of this version, which puts right what somebody changed by hand.
    """
    settings = settings or DatabaseSettings()
    if _schema_is_kept_elsewhere(settings):
        return []
    with _one_at_a_time(settings):
        _bring_up(settings)
        return migrate(settings, again=again)


def prepare_empty(settings: DatabaseSettings) -> None:
    """The server up, the database there and its roles made, and nothing in it: where a backup can be restored.

    UserError where the database has anything of ours: nothing is overwritten.
    """
    _bring_up(settings)
    with db.transaction(Role.OWNER) as connection:
        if db.scalar(connection, "server/anything_of_ours"):
            raise UserError(
                "the database is not empty, and nothing in it is overwritten",
                where=describe(url_for(Role.OWNER, settings)),
                hint="set HOMEGROUND_DATABASE_NAME to a new name, or HOMEGROUND_DATABASE_URL to an empty database.",
            )
        _prepare_server(connection, settings)


def is_of_a_group() -> bool:
    """Whether this database is one of a group of forces: then nobody logs in as its roles but by the logins of its force."""
    with db.transaction(Role.OWNER) as connection:
        return bool(db.one(connection, "server/of_a_group").database)


@contextmanager
def _one_at_a_time(settings: DatabaseSettings) -> Iterator[None]:
    """Two commands that begin at once would make the same roles and tables. Those of this folder take turns, by a lock on a file: a lock in
    the database is one that any session could keep from them.

    UserError where the other does not end.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with (settings.state_dir / "migrate.lock").open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() - begun > _OTHER_ENDS_S:
                    raise UserError(
                        "another command has been bringing the database up to date for minutes",
                        where=str(settings.state_dir),
                        hint="wait until it ends, or end its process, then run this again.",
                    ) from error
                time.sleep(0.05)
        yield


def _bring_up(settings: DatabaseSettings) -> None:
    """A server that answers: started where it is ours, waited for where it mends itself after a crash; then the database in it."""
    private = local_postgis.uses_private_cluster(settings)
    if private:
        local_postgis.up(settings)
    _await_answer(settings)
    if private:
        _ensure_database(url_for(Role.OWNER, settings), database_name(settings))


def _await_answer(settings: DatabaseSettings) -> None:
    """Wait while the server is there and takes nobody in, and say so. Any other fault is for the first transaction to tell."""
    owner, private = url_for(Role.OWNER, settings), local_postgis.uses_private_cluster(settings)
    server = create_engine(
        owner.set(database="postgres") if private else owner, poolclass=NullPool, connect_args={"connect_timeout": 10}
    )
    begun = time.monotonic()
    waited = False
    while True:
        try:
            server.connect().close()
        except OperationalError as error:
            if not db.is_coming_up(error) or time.monotonic() - begun > _COMES_UP_S:
                if waited and private:
                    # it was on its way down, not up
                    local_postgis.up(settings)
                return
            waited = True
            time.sleep(0.1)
            continue
        if waited:
            log.warning(
                "the database was mending itself after it was killed, which took %.1f s more; what was committed stands",
                time.monotonic() - begun,
            )
        return


def _schema_is_kept_elsewhere(settings: DatabaseSettings) -> bool:
    """A process with a role's credential and no owner's, such as a container of docker/compose.yaml: it may not migrate, and need not."""
    owner = settings.database_url is not None and settings.database_url.get_secret_value()
    own = (settings.pipeline_url, settings.professional_url, settings.community_url, settings.questions_url)
    return not owner and any(url is not None and url.get_secret_value() for url in own)


def _ensure_database(owner: URL, name: str) -> None:
    """Create the database in the private cluster where it is missing."""
    server = create_engine(owner.set(database="postgres"), isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 10})
    try:
        with server.connect() as connection:
            if db.scalar(connection, "server/database_exists", {"name": name}) is None:
                quoted = server.dialect.identifier_preparer.quote_identifier(name)
                connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
            db.run_statement(connection, "server/close_private_server")
    except OperationalError as error:
        raise db.unavailable(owner, error) from error
    finally:
        server.dispose()


def migrate(settings: DatabaseSettings, *, again: bool = False) -> list[str]:
    """Apply what is missing, one transaction in all: a failing migration leaves the database as it was.

    What needs the rights of the account that logged in comes first: roles, the extension, who may enter. Everything else is made as the
    role that owns it, which has no other right (docs/security.md). Functions, triggers and policies are made where this version's are not
    those that are there: making them asks for locks that a stage holds for minutes, and readers queue behind whoever waits for one.
    """
    applied: list[str] = []
    with db.transaction(Role.OWNER) as connection:
        _prepare_server(connection, settings)
        db.run_statement(connection, "server/become_keeper")
        db.run_script(connection, _text("functions/migration_table"))
        done = {int(row.number): row.checksum for row in db.fetch(connection, "server/migrations_done").itertuples()}
        for migration in migrations():
            if migration.number in done:
                if done[migration.number] != migration.checksum:
                    raise UserError(
                        f"migration {migration.name} was changed after it was applied",
                        where="sql/migrations",
                        hint="write a new migration instead; for a throw-away database, remove it and start again.",
                    )
                continue
            db.run_script(connection, migration.script)
            noted = {"number": migration.number, "name": migration.name, "checksum": migration.checksum}
            db.run_statement(connection, "server/note_migration", noted)
            applied.append(migration.name)
        queue = apply_queue_schema(connection)
        texts = [_text(f"functions/{name}") for name in _FUNCTIONS] + [_text("grants")]
        present = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        if again or applied or queue or done.get(_FUNCTIONS_AND_GRANTS) != present:
            for script in texts:
                db.run_script(connection, script)
            noted = {"number": _FUNCTIONS_AND_GRANTS, "name": "functions and grants", "checksum": present}
            db.run_statement(connection, "server/note_migration", noted)
        rule = QuestionSettings()
        limits = {"day": rule.most_a_day, "waiting": rule.most_waiting, "kept": rule.kept_days}
        db.run_statement(connection, "server/rule_of_questions", limits)
        db.run_statement(connection, "server/rule_of_two_people", {"two_people": ReleaseSettings().two_people})
        db.run_statement(connection, "server/leave_keeper")
    return applied


def _text(name: str) -> str:
    return (SQL_ROOT / f"{name}.sql").read_text(encoding="utf-8")


def _prepare_server(connection: Connection, settings: DatabaseSettings) -> None:
    """Roles, the extension, and who may enter the database; what is ours goes to the role that owns it.

    UserError where a role has more rights than it may have, or where the account that migrates may not do what it must.
    """
    if not db.scalar(connection, "server/may_make_roles"):
        raise UserError(
            "this account may not make roles",
            where=describe(url_for(Role.OWNER, settings)),
            hint="have an administrator of the server give it CREATEROLE.",
        )
    db.run_script(connection, _text("server/keeper"))
    group = db.one(connection, "server/of_a_group")
    if group.server and not group.database:
        raise UserError(
            "this server is that of a group of forces, and this database is none of the group's",
            where=describe(url_for(Role.OWNER, settings)),
            hint="a force of the group is added by its file and 'homeground group prepare'; an installation of its own needs another server"
            " or another HOMEGROUND_STATE_DIR.",
        )
    # before they are altered: an account that is no superuser may not alter one that is
    for row in db.fetch(connection, "server/too_strong").itertuples():
        raise UserError(
            f"the role {row.name} has more rights than it may have",
            where=describe(url_for(Role.OWNER, settings)),
            hint=f"look at it in pg_roles and pg_auth_members, then take away by ALTER ROLE {row.name} or REVOKE what was given to it.",
        )
    if group.server:
        # each force has logins of its own, which homeground.group.server makes; nobody logs in as the roles that own the rights
        waited = str(db.one(connection, "group/wait", {"wait": GROUP_WAITS, "of_transaction": True}).before)
        db.run_script(connection, _text("group/roles"))
    else:
        _ensure_roles(connection, settings)
    try:
        db.run_statement(connection, "server/postgis")
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) != _NOT_ALLOWED:
            raise
        raise UserError(
            "the database has no PostGIS, and this account may not make it",
            where=describe(url_for(Role.OWNER, settings)),
            hint="have an administrator of the server run CREATE EXTENSION postgis in this database.",
        ) from error
    db.run_script(connection, _text("server/close_database"))
    if not db.fetch(connection, "server/session_objects").empty:
        raise UserError(
            "everybody may make temporary objects in this database, and this account may not forbid it",
            where=describe(url_for(Role.OWNER, settings)),
            hint="have the owner of the database run REVOKE TEMPORARY ON DATABASE its-name FROM PUBLIC.",
        )
    if _is_superuser(connection):
        db.run_script(connection, _text("server/close_catalogue"))
    if group.server:
        # what follows may wait for a stage of its own force
        db.one(connection, "group/wait", {"wait": waited, "of_transaction": True})
    db.run_script(connection, _text("server/hand_over"))


_NOT_ALLOWED = "42501"  # insufficient_privilege


# beside the numbers of the migrations, which begin with 1
_FUNCTIONS_AND_GRANTS = 0

# in the order in which they need each other
_FUNCTIONS = (
    "audit_event_hash",
    "audit_session_is",
    "audit_record",
    "audit_forbid_change",
    "published_forbid_change",
    "published_close_release",
    "record_ensure_month",
    "record_note_written",
    "refresh_statistics",
    "count_month_indexes",
    "location_place_keys",
    "shown_name",
    "area_visible",
    "shared_patch",
    "shared_dashboard",
    "on_the_board",
    "board_rulings",
    "measures",
    "risk_model_open",
    "decide_on_model",
    "model_register",
    "audit_search",
    "audit_editions",
    "asked_moderating",
    "asked_take_in",
    "asked_forget",
    "asked_state_of",
    "asked_moderate",
    "asked_add_paper",
    "asked_alerts",
    "asked_overdue",
    "steward_serving",
    "steward_own_feeds",
    "steward_two_people",
    "steward_steps",
    "steward_reads",
    "problem_order",
    "problem_steps",
    "problem_file_public",
)


def _ensure_roles(connection: Connection, settings: DatabaseSettings) -> None:
    """Create the login roles, or make them anew what they should be: password, limits, and no setting that a session gave its own role.

    UserError where the server has fewer connections than the roles may take together: one could then lock the others out.
    """
    limits = LimitSettings()
    connections = connections_of(limits)
    allowed = int(db.scalar(connection, "server/connections_allowed"))
    if sum(connections.values()) > allowed:
        raise UserError(
            f"the roles may take {sum(connections.values())} connections together, and the server has {allowed} for them",
            where=describe(url_for(Role.OWNER, settings)),
            hint="lower HOMEGROUND_LIMIT_..._CONNECTIONS, or raise max_connections of the server.",
        )
    quoted = connection.dialect.identifier_preparer.quote_identifier
    for role, most in connections.items():
        password = url_for(role, settings).password or ""
        exists = db.scalar(connection, "server/role_exists", {"name": role.value}) is not None
        name, verb = quoted(role.value), "ALTER" if exists else "CREATE"
        # a role statement takes no bound parameters; quote_literal on the server makes the literal
        literal = db.scalar(connection, "server/quoted", {"words": password})
        statements = [
            f"{verb} ROLE {name} LOGIN CONNECTION LIMIT {most} PASSWORD {literal}",
            f"ALTER ROLE {name} RESET ALL",
            f"ALTER ROLE {name} IN DATABASE {quoted(str(connection.engine.url.database))} RESET ALL",
        ]
        if role is not Role.PIPELINE:
            found = timeouts_of_readers(connection, limits)
            statements += [f"ALTER ROLE {name} SET {setting} = '{value}'" for setting, value in found.items()]
        for statement in statements:
            try:
                connection.exec_driver_sql(statement.replace("%", "%%"))
            except DBAPIError as error:
                # the error shows its statement, and that holds the password
                raise UserError(
                    f"the role {role.value} cannot be set ({str(error.orig).strip().splitlines()[0]})",
                    where=describe(url_for(Role.OWNER, settings)),
                    hint="the account of HOMEGROUND_DATABASE_URL must be the one that made it, or a superuser.",
                ) from None


def connections_of(limits: LimitSettings) -> dict[Role, int]:
    """How many connections each role, or each login that takes it on, may have at once."""
    return {
        Role.PIPELINE: limits.pipeline_connections,
        Role.PROFESSIONAL: limits.professional_connections,
        Role.COMMUNITY: limits.community_connections,
        Role.QUESTIONS: limits.questions_connections,
    }


def timeouts_of_readers(connection: Connection, limits: LimitSettings) -> dict[str, str]:
    """Of a role that reads: settings of its sessions. A session may set the first three anew for itself (docs/security.md); the last only a
    superuser may."""
    timeouts = {
        "statement_timeout": f"{limits.statement_s}s",
        "idle_in_transaction_session_timeout": f"{limits.idle_s}s",
        "lock_timeout": f"{limits.lock_s}s",
    }
    return timeouts | {"temp_file_limit": f"{limits.temporary_mb}MB"} if _is_superuser(connection) else timeouts


def _is_superuser(connection: Connection) -> bool:
    return bool(db.scalar(connection, "server/is_superuser"))

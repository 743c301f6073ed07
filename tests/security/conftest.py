"""Servers to attack: the private cluster, and a server of the operator's own, reached by an address."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from core import db, local_postgis, migrate
from core.db import Role
from core.db.credentials import url_for
from core.settings import DatabaseSettings
from tests.builders.shared_server import LIMITS, statement_of_the_server

ATTACKERS = (Role.PIPELINE, Role.PROFESSIONAL, Role.COMMUNITY, Role.QUESTIONS)
# the private cluster; a server whose address names a superuser, as in docker/compose.yaml; one whose address names an account that is none
SERVERS = ("private", "superuser", "operator")
OURS = (
    "raw",
    "place",
    "record",
    "analysis",
    "published",
    "audit",
    "queue",
    "counted",
    "asked",
    "answered",
    "steward",
    "hub",
    "problem",
)


class Attacker:
    """A session under one credential, with nothing between it and the server: each statement is a transaction of its own."""

    def __init__(self, role: Role) -> None:
        url = url_for(role)
        self.role = role
        self._session = psycopg2.connect(
            user=url.username,
            password=url.password,
            dbname=url.database,
            host=url.host or url.query["host"],
            port=url.port or url.query["port"],
            connect_timeout=60,
        )
        self._session.autocommit = True

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement; the server's own error where it refuses."""
        with self._session.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def tried(self, statement: str) -> str:
        """What the server said against it; '' where it did as it was told."""
        try:
            self.run(statement)
        except psycopg2.Error as error:
            return str(error).strip()
        return ""

    @property
    def gone(self) -> bool:
        """Whether the server ended the session."""
        return bool(self._session.closed)

    def close(self) -> None:
        with suppress(psycopg2.Error):
            self._session.close()


@contextmanager
def attacking(role: Role) -> Iterator[Attacker]:
    attacker = Attacker(role)
    try:
        yield attacker
    finally:
        attacker.close()


def server_of(folder: Path) -> DatabaseSettings:
    """As the owner of the whole server of these tests, whatever the code under test is pointed at."""
    return DatabaseSettings(state_dir=folder / "server", database_name="postgres", database_url=None)


@pytest.fixture(scope="session")
def own_server(cluster: DatabaseSettings) -> Iterator[Path]:
    """Folder of a server for the attacks that change roles, which belong to a server: the suite's other worker is on the shared one."""
    folder = Path(tempfile.mkdtemp(prefix="hg-attacked-"))
    folder.chmod(0o755)
    local_postgis.up(server_of(folder))
    try:
        statement_of_the_server(server_of(folder), "CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'of-the-operator'")
        yield folder
    finally:
        db.dispose_engines()
        local_postgis.down(server_of(folder))
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def pointed_at_a(kind: str, folder: Path) -> Iterator[None]:
    """The code under test works on a new, migrated database of that server: as its private cluster, or by an address alone."""
    server, name = server_of(folder), f"of_{kind}"
    owner = url_for(Role.OWNER, server).set(database=name)
    statement_of_the_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    statement_of_the_server(server, f"CREATE DATABASE {name}")
    if kind == "operator":
        # what an account without superuser's rights finds on a server that somebody prepared for it
        statement_of_the_server(server, "CREATE EXTENSION postgis", name)
        statement_of_the_server(server, f"ALTER DATABASE {name} OWNER TO operator")
        owner = owner.set(username="operator", password="of-the-operator")
    with pytest.MonkeyPatch.context() as patch:
        db.dispose_engines()
        for limit in LIMITS:
            patch.delenv(limit)
        if kind == "private":
            patch.setenv("HOMEGROUND_STATE_DIR", str(folder / "server"))
            patch.setenv("HOMEGROUND_DATABASE_NAME", name)
        else:
            patch.setenv("HOMEGROUND_DATABASE_URL", owner.set(drivername="postgresql").render_as_string(hide_password=False))
            patch.setenv("HOMEGROUND_STATE_DIR", str(folder / kind))
        try:
            migrate.prepare()
            yield
        finally:
            db.dispose_engines()


@pytest.fixture(scope="module", params=SERVERS)
def attacked(request: pytest.FixtureRequest, own_server: Path) -> Iterator[str]:
    """Each kind of server in turn, with an empty, migrated database that the code is pointed at."""
    with pointed_at_a(request.param, own_server):
        yield request.param

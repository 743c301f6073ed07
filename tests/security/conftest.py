"""Servers to attack: the private cluster, and a server of the operator's own, reached by an address."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
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

ATTACKERS = (Role.PIPELINE, Role.PROFESSIONAL, Role.COMMUNITY)
# the private cluster; a server whose address names a superuser, as in docker/compose.yaml; one whose address names an account that is none
SERVERS = ("private", "superuser", "operator")
OURS = ("raw", "place", "record", "analysis", "published", "audit", "queue", "counted")


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
            connect_timeout=10,
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


@pytest.fixture(scope="session")
def own_server() -> Iterator[Path]:
    """State folder of a server that nobody told Homeground of: it runs, and holds no database of ours."""
    folder = Path(tempfile.mkdtemp(prefix="hg-operator-"))
    folder.chmod(0o755)
    settings = DatabaseSettings(state_dir=folder / "server", database_name="postgres", database_url=None)
    local_postgis.up(settings)
    try:
        statement_of_the_server(settings, "CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'of-the-operator'")
        yield folder
    finally:
        db.dispose_engines()
        local_postgis.down(settings)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def addressed(folder: Path, kind: str) -> Iterator[DatabaseSettings]:
    """The code under test works on a new, migrated database of that server, which its address alone names."""
    server = DatabaseSettings(state_dir=folder / "server", database_name="postgres", database_url=None)
    name = f"of_{kind}"
    owner = url_for(Role.OWNER, server).set(database=name)
    statement_of_the_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    statement_of_the_server(server, f"CREATE DATABASE {name}")
    if kind == "operator":
        # what an account without superuser's rights finds on a server that somebody prepared for it
        with psycopg2.connect(user=owner.username, password=owner.password, dbname=name, host=owner.query["host"]) as session:
            session.cursor().execute("CREATE EXTENSION postgis")
        session.close()
        statement_of_the_server(server, f"ALTER DATABASE {name} OWNER TO operator")
        owner = owner.set(username="operator", password="of-the-operator")
    with pytest.MonkeyPatch.context() as patch:
        db.dispose_engines()
        patch.setenv("HOMEGROUND_DATABASE_URL", owner.set(drivername="postgresql").render_as_string(hide_password=False))
        patch.setenv("HOMEGROUND_STATE_DIR", str(folder / kind))
        for limit in LIMITS:
            patch.delenv(limit)
        settings = DatabaseSettings()
        try:
            migrate.prepare(settings)
            yield settings
        finally:
            db.dispose_engines()


@pytest.fixture(scope="module", params=SERVERS)
def attacked(
    request: pytest.FixtureRequest, cluster: DatabaseSettings, own_server: Path, make_database: Callable[..., str]
) -> Iterator[str]:
    """Each kind of server in turn, with an empty, migrated database that the code is pointed at."""
    if request.param == "private":
        name = make_database("attacked")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOMEGROUND_DATABASE_NAME", name)
            yield "private"
            db.dispose_engines()
        return
    with addressed(own_server, request.param):
        yield request.param

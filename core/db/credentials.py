"""Which address and password each database role uses.

Order: the role's own setting; else the server of HOMEGROUND_DATABASE_URL or the private cluster, with a password that was
generated once and lies in STATE_DIR/credentials/, readable by this account alone.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL

from core.db.role import Role, parse_url
from core.errors import UserError
from core.settings import DatabaseSettings

PRIVATE_PORT = 5432


def credentials_dir(settings: DatabaseSettings) -> Path:
    return settings.state_dir / "credentials"


def password_of(role: Role, settings: DatabaseSettings) -> str:
    """The generated password of a role; made on first use."""
    folder = credentials_dir(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{role.value}.password"
    if not path.exists():
        # whole or not there: of two commands that begin at once in a new folder the second reads the first one's
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=folder) as draft:
            draft.write(secrets.token_urlsafe(24))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text(encoding="ascii").strip()


def database_name(settings: DatabaseSettings) -> str:
    """The private cluster's database: the setting, else what the last demo chose, else homeground."""
    if settings.database_name:
        return settings.database_name
    chosen = settings.state_dir / "current-database"
    return chosen.read_text(encoding="ascii").strip() if chosen.is_file() else "homeground"


def choose_database(name: str, settings: DatabaseSettings) -> None:
    """Make a database of the private cluster the one that later commands use."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    (settings.state_dir / "current-database").write_text(name + "\n", encoding="ascii")


def url_for(role: Role, settings: DatabaseSettings | None = None) -> URL:
    """The address of a role's connection. UserError where no server is configured and no private cluster was made."""
    settings = settings or DatabaseSettings()
    own = {
        Role.PIPELINE: settings.pipeline_url,
        Role.PROFESSIONAL: settings.professional_url,
        Role.COMMUNITY: settings.community_url,
        Role.QUESTIONS: settings.questions_url,
    }.get(role)
    if own is not None and own.get_secret_value():
        return parse_url(own.get_secret_value())
    if settings.database_url is not None and settings.database_url.get_secret_value():
        server = parse_url(settings.database_url.get_secret_value())
        if role is Role.OWNER:
            return server
        return server.set(username=role.value, password=password_of(role, settings))
    socket = socket_dir(settings)
    return URL.create(
        "postgresql+psycopg2",
        username=role.value,
        password=password_of(role, settings),
        database=database_name(settings),
        query={"host": str(socket), "port": str(PRIVATE_PORT)},
    )


def socket_dir(settings: DatabaseSettings) -> Path:
    """The private cluster's socket folder; core.local_postgis notes it there because a socket's path has a length limit."""
    note = settings.state_dir / "socket-dir"
    if not note.is_file():
        raise UserError(
            "there is no database yet",
            where=str(settings.state_dir),
            hint="run 'homeground db up', or set HOMEGROUND_DATABASE_URL.",
        )
    return Path(note.read_text(encoding="utf-8").strip())

"""`homeground portal`: starts a portal as a process of its own that holds one audience's credential and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from core import migrate
from core.db import Role
from core.db.credentials import url_for
from core.settings import DatabaseSettings, PortalSettings

AUDIENCES = {"community": Role.COMMUNITY, "professional": Role.PROFESSIONAL}


def portal_environment(audience: str, *, extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a portal process: its own database credential, and no way to the others.

    HOMEGROUND_STATE_DIR, where generated passwords lie, is pointed at an empty folder; every other credential is removed.
    """
    settings = DatabaseSettings()
    role = AUDIENCES[audience]
    environment = {k: v for k, v in os.environ.items() if k not in _SECRETS}
    environment[f"HOMEGROUND_{audience.upper()}_URL"] = url_for(role, settings).render_as_string(hide_password=False)
    for name in _SECRETS - {f"HOMEGROUND_{audience.upper()}_URL"}:
        environment[name] = ""  # an empty variable also outranks a line in .env
    empty = settings.state_dir / f"portal-{audience}"
    empty.mkdir(parents=True, exist_ok=True)
    environment["HOMEGROUND_STATE_DIR"] = str(empty)
    environment["HOMEGROUND_PORTAL_AUDIENCE"] = audience
    environment.update(extra or {})
    return environment


_SECRETS = {"HOMEGROUND_DATABASE_URL", "HOMEGROUND_PIPELINE_URL", "HOMEGROUND_PROFESSIONAL_URL", "HOMEGROUND_COMMUNITY_URL"}


def portal_command(audience: str, port: int) -> list[str]:
    return [sys.executable, "-m", "app.serve", "--audience", audience, "--port", str(port)]


def start_portal(audience: str, port: int, *, log: Path, demo: bool) -> subprocess.Popen[bytes]:
    """Start a portal in the background, its output in a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as handle:
        return subprocess.Popen(
            portal_command(audience, port),
            env=portal_environment(audience, extra={"HOMEGROUND_PORTAL_DEMO": "true"} if demo else None),
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@click.command()
@click.option("--audience", type=click.Choice(sorted(AUDIENCES)), required=True, help="Whose portal.")
@click.option("--port", type=click.IntRange(1, 65_535), default=None, help="Port to listen on.")
def portal(audience: str, port: int | None) -> None:
    """Serve one portal until it is stopped."""
    migrate.prepare()
    settings = PortalSettings()
    chosen = port or (settings.community_port if audience == "community" else settings.professional_port)
    command = portal_command(audience, chosen)
    sys.stdout.flush()
    os.execve(command[0], command, portal_environment(audience))  # noqa: S606 - our own interpreter, fixed arguments

"""`homeground portal`: starts a portal, or what takes in questions, as a process of its own that holds one credential and no other."""

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

AUDIENCES = {"community": Role.COMMUNITY, "professional": Role.PROFESSIONAL, "questions": Role.QUESTIONS}


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


_SECRETS = {"HOMEGROUND_DATABASE_URL", "HOMEGROUND_PIPELINE_URL", *(f"HOMEGROUND_{a.upper()}_URL" for a in AUDIENCES)}


def portal_command(audience: str, port: int) -> list[str]:
    return [sys.executable, "-m", "app.serve", "--audience", audience, "--port", str(port)]


def start_portal(audience: str, port: int, *, log: Path, demo: bool) -> subprocess.Popen[bytes]:
    """Start a portal in the background, its output in a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    extra = {"HOMEGROUND_PORTAL_DEMO": "true"} if demo else {}
    settings = PortalSettings()
    if demo and not settings.questions_url:
        # all of them are on this machine, so the form of the one leads to the other
        extra["HOMEGROUND_PORTAL_QUESTIONS_URL"] = f"http://127.0.0.1:{settings.questions_port}"
    with log.open("ab") as handle:
        return subprocess.Popen(
            portal_command(audience, port),
            env=portal_environment(audience, extra=extra),
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@click.command()
@click.option(
    "--audience", type=click.Choice(sorted(AUDIENCES)), required=True, help="Whose portal; 'questions' takes in what residents ask."
)
@click.option("--port", type=click.IntRange(1, 65_535), default=None, help="Port to listen on.")
def portal(audience: str, port: int | None) -> None:
    """Serve one portal until it is stopped."""
    migrate.prepare()
    settings = PortalSettings()
    ports = {"community": settings.community_port, "professional": settings.professional_port, "questions": settings.questions_port}
    chosen = port or ports[audience]
    command = portal_command(audience, chosen)
    sys.stdout.flush()
    os.execve(command[0], command, portal_environment(audience))  # noqa: S606 - our own interpreter, fixed arguments

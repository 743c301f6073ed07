"""`homeground portal`: starts a portal, or what takes in questions, as a process of its own that holds one credential and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import click

from core import migrate
from core.db import Role, code_of, run_statement, scalar, transaction
from core.db.credentials import url_for
from core.errors import UserError
from core.questions.receipt import new_receipt
from core.questions.screen import LEAST, MOST, screened
from core.settings import DatabaseSettings, PortalSettings

AUDIENCES = {"community": Role.COMMUNITY, "professional": Role.PROFESSIONAL, "questions": Role.QUESTIONS}

# a form on paper has a page
_MOST_READ = 20_000


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


@click.group()
def questions() -> None:
    """What residents ask on paper, and the deletion of what is due."""


@questions.command()
@click.option("--about", required=True, metavar="LEVEL.CODE", help="The area as printed on the form, such as lsoa.E01000001.")
@click.option("--kind", default="", help="The kind as printed on the form; empty where it is about the area.")
@click.option("--contest", is_flag=True, help="Somebody says that the figure is wrong.")
@click.argument("file", type=click.File(encoding="utf-8"))
def paper(about: str, kind: str, contest: bool, file: TextIO) -> None:
    """Type in a paper form: its words are in FILE (- for what is typed). Prints the receipt for the resident, this once."""
    from sqlalchemy.exc import DBAPIError

    geography, _, code = about.partition(".")
    found = screened(file.read(_MOST_READ))
    if not LEAST <= len(found.words) <= MOST:
        raise UserError(
            f"the words have {len(found.words):,} letters", where=file.name, hint=f"from {LEAST} to {MOST:,} letters are kept."
        )
    migrate.prepare()
    receipt = new_receipt()
    row = {
        "actor": "command line", "reference": receipt.reference, "code_hash": receipt.code_hash, "sort": "contest" if contest else "question",
        "geography": geography, "place_code": code, "category": kind, "words": found.words,
    }  # fmt: skip
    try:
        with transaction(Role.PIPELINE) as connection:
            run_statement(connection, "questions/add_paper", row)
    except DBAPIError as error:
        if code_of(error) not in ("HG001", "23514"):
            raise
        raise UserError(
            "no figure is published of that area or kind", where=f"{about} {kind}".strip(), hint="look at the printed form again."
        ) from None
    click.echo(f"reference   {receipt.reference}\nfive words  {receipt.code}")
    if found.removed:
        click.echo(f"taken out: {', '.join(found.removed)}")


@questions.command()
def forget() -> None:
    """Delete questions whose days are over, with their receipts. The desk does it too, each time that it is opened."""
    migrate.prepare()
    with transaction(Role.PIPELINE) as connection:
        gone = int(scalar(connection, "questions/forget"))
    click.echo(f"{gone:,} question{'' if gone == 1 else 's'} deleted.")


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

"""`homeground worker`: load feeds by their cadence, and see what became of them."""

from __future__ import annotations

import getpass
import json
import logging
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from core import migrate
from core.paths import PROJECT_ROOT
from core.settings import WorkerSettings

_CATALOGUE = click.option(
    "--catalogue", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=PROJECT_ROOT / "feeds" / "catalogue.toml",
    show_default="the project's own", help="Catalogue of feeds.",
)  # fmt: skip


@click.group(invoke_without_command=True)
@_CATALOGUE
@click.option("--until-idle", is_flag=True, help="Stop when nothing is left to do now.")
@click.pass_context
def worker(context: click.Context, catalogue: Path, until_idle: bool) -> None:
    """Load feeds when they are due, do what the steward's desk asks and send news by e-mail, until told to stop.

    Several workers share the work.
    """
    if context.invoked_subcommand is not None:
        return
    from feeds.catalogue.feed import read_catalogue
    from feeds.worker.queue import work
    from homeground.desk.news import send_when_due
    from homeground.desk.serve import serve_one

    read_catalogue(catalogue)
    migrate.prepare()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("homeground.worker").setLevel(logging.INFO)
    logging.getLogger("procrastinate.worker").addFilter(_not_said_already)
    work(WorkerSettings(), catalogue, until_idle=until_idle, beside=lambda: serve_one(catalogue) or send_when_due())


def _not_said_already(record: logging.LogRecord) -> bool:
    """A run that failed has said so itself, in a person's words; the queue's traceback of it adds nothing."""
    from feeds.worker.run import RunFailed

    return not (record.exc_info and isinstance(record.exc_info[1], RunFailed))


@worker.command()
@_CATALOGUE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(catalogue: Path, as_json: bool) -> None:
    """Every feed that has a source: what it is doing, what its last run came to, and when it is next."""
    from feeds.worker.status import worker_status

    migrate.prepare()
    found = worker_status(WorkerSettings(), catalogue, datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(asdict(found), default=str))
        return
    click.echo(f"{found.workers} worker{'' if found.workers == 1 else 's'} alive")
    for feed in found.feeds:
        last = f"{feed.last_started:%Y-%m-%d %H:%M}" if feed.last_started else "-"
        following = f"next {feed.next_at:%Y-%m-%d %H:%M}" if feed.next_at else ""
        click.echo(f"{feed.feed:<36} {feed.state:<11} {last:<16}  rows {feed.rows_in:>9,}  {following}")
        if feed.message:
            click.echo(f"    {feed.message}")


@worker.command()
@click.argument("feeds", nargs=-1, required=True)
@_CATALOGUE
def ask(feeds: tuple[str, ...], catalogue: Path) -> None:
    """Load FEEDS as soon as a worker is free, whatever their cadence."""
    from feeds.worker.queue import ask as ask_for

    migrate.prepare()
    queued = ask_for(WorkerSettings(), catalogue, feeds)
    for feed in feeds:
        click.echo(f"{feed}: {'queued' if feed in queued else 'waits or runs already'}")


@worker.command()
@click.option("--stop", "person", default="", help="A person, as the audit trail names them: no copy is made for them any more.")
def copies(person: str) -> None:
    """Copies of dashboards that people asked for: whose, when, where to, and under which rights."""
    from core import db
    from core.audit import record_event
    from core.db import Role
    from core.errors import UserError

    migrate.prepare()
    with db.transaction(Role.PIPELINE) as connection:
        if person:
            stopped = db.rows(connection, "copies/stop_of", {"person": person})
            if not stopped:
                raise UserError(f"no copies are made for {person}", hint="homeground worker copies names everybody who has some.")
            detail = {"person": person, "dashboards": [r.code for r in stopped]}
            record_event(connection, actor=getpass.getuser(), action="copies_stopped", subject="my_dashboard", detail=detail)
            click.echo(f"stopped: {len(stopped)} of {person}")
            return
        held = db.rows(connection, "copies/listed")
    for r in held:
        click.echo(f"{r.person}  {r.code}  each {r.every}, {r.format}{f', to {r.address}' if r.address else ''}")
        when = f"next {r.due_at:%Y-%m-%d %H:%M}" if r.state != "ended" else "ended"
        click.echo(f"    {r.role}, districts {r.districts or 'none'}, rights seen {r.seen_at:%Y-%m-%d}; {when}. {r.said}")
    if not held:
        click.echo("nobody asked for copies")

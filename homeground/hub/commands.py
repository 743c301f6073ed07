"""`homeground hub`: take signed crates in, list them, take a force out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from core import migrate
from homeground.hub import said

_BY = click.option("--by", "actor", default="command line", show_default=True, help="Who does it; it stands in the audit trail.")


@click.group()
def hub() -> None:
    """One portal over the releases of many forces. Each force keeps its rows and hands over a signed crate."""


@hub.command()
@click.argument(
    "crates", nargs=-1, required=True, metavar="CRATE...", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option(
    "--coarsen", is_flag=True, help="Where crates give a small count away together, leave the finest levels of the last one out."
)
@_BY
def add(crates: tuple[Path, ...], coarsen: bool, actor: str) -> None:
    """Check each CRATE (a folder of 'homeground release export'), attack all together, and publish them. All of them or nothing."""
    from analytics.release.hub.change import add as take
    from analytics.release.hub.trust import load_trust
    from core import db
    from core.audit.anchors import note_head
    from core.db.one_run import one_run
    from core.settings import HubSettings

    trust = load_trust(HubSettings().trust)
    migrate.prepare()
    with one_run("hub", "homeground hub add"), db.transaction(db.Role.PIPELINE) as connection:
        changed = take(connection, crates, trust, actor=actor, coarsen=coarsen, say=_say)
    note_head(_say, released=True)
    click.echo(said.of_change(changed))


def _say(text: str) -> None:
    click.echo(text, err=True)


@hub.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_command(as_json: bool) -> None:
    """Every crate that was ever accepted, by force, newest first."""
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        rows = [dict(r._mapping) for r in db.rows(connection, "hub/list")]
    for row in rows:
        click.echo(json.dumps(row, default=str) if as_json else said.of_crate(row))
    if not rows and not as_json:
        click.echo("no crate was added yet")


@hub.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept with the crate.")
@_BY
def remove(code: str, reason: str, actor: str) -> None:
    """Take the figures of a force off the portal, by the CODE of its area. Its crate is kept, so that no older one can be added."""
    from analytics.release.hub.change import remove as take_out
    from analytics.release.hub.trust import load_trust
    from core import db
    from core.audit.anchors import note_head
    from core.db.one_run import one_run
    from core.settings import HubSettings

    trust = load_trust(HubSettings().trust)
    migrate.prepare()
    with one_run("hub", "homeground hub remove"), db.transaction(db.Role.PIPELINE) as connection:
        changed = take_out(connection, code, trust, reason=reason, actor=actor)
    note_head(_say, released=True)
    click.echo(said.of_change(changed))

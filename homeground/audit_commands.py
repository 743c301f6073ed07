"""`homeground audit`: check the audit trail, search in it, note its head outside the database."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from core import migrate


@click.group()
def audit() -> None:
    """Who did what: check the trail, search in it, note its head."""


_JSON = click.option("--json", "as_json", is_flag=True)


@audit.command()
@click.option(
    "--against", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
    help="Anchors, or a release's certificate.json, that you kept elsewhere; without it the file of this machine. May be given again.",
)  # fmt: skip
@click.option("--key", "trusted", metavar="HEX", help="Public key that the anchors must be signed by.")
@_JSON
def verify(against: tuple[Path, ...], trusted: str | None, as_json: bool) -> None:
    """Check every link of the trail and every anchor. Ends with 0 where all hold, 1 where one does not."""
    from core import db
    from core.audit import anchors

    migrate.prepare()
    files = against or tuple(path for path in (anchors.anchors_file(),) if path.exists())
    noted = [one for path in files for one in anchors.read_anchors(path)]
    with db.transaction(db.Role.PIPELINE) as connection:
        verdict = anchors.verify(connection, noted, trusted=trusted)
    if as_json:
        click.echo(json.dumps(asdict(verdict)))
    else:
        for fault in verdict.faults:
            click.echo(f"BROKEN: {fault}")
        if verdict.faults:
            click.echo(
                "  What next: keep the database and the anchors as they are, and find out who had the owner's credential or the machine."
            )
        else:
            click.echo(f"{verdict.events:,} events, every link whole; {verdict.anchors:,} anchors, the trail passes through each")
        if not noted:
            click.echo(
                "  NOT ANCHORED: a trail that was shortened or written anew would look the same. 'homeground audit anchor' notes its head."
            )
    # not by click's own exit: the command line runs without its standalone mode, which would swallow the code
    sys.exit(1 if verdict.faults else 0)


@audit.command()
@click.option("--person", help="Words of who it was.")
@click.option("--place", help="Words of what it was about: a place, a district's code, a feed, a release.")
@click.option("--action", help="Words of what was done, such as view, export, load or release.")
@click.option("--since", type=click.DateTime(), help="From this moment on (UTC).")
@click.option("--until", type=click.DateTime(), help="Before this moment (UTC).")
@click.option("--most", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most so many, the newest.")
@_JSON
def search(
    person: str | None,
    place: str | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    most: int,
    as_json: bool,
) -> None:
    """Events that meet all that is asked, newest first."""
    from core import db
    from core.audit.events import search as find

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = find(
            connection, person=person, place=place, action=action,
            since=since and since.replace(tzinfo=UTC), until=until and until.replace(tzinfo=UTC), most=most,
        )  # fmt: skip
    for event in found:
        if as_json:
            click.echo(json.dumps(asdict(event), default=str))
            continue
        detail = ", ".join(f"{name} {value}" for name, value in event.detail.items())
        by = f"{event.actor} ({event.credential.removeprefix('homeground_') or 'not noted'})"
        click.echo(
            f"{event.event_id:>7}  {event.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}  {by:<32} {event.action:<18} {event.subject:<32} {detail}"
        )
    if not found and not as_json:
        click.echo("no event meets all of this")


@audit.command()
def anchor() -> None:
    """Sign the head of the trail and append it to the file of anchors. Releases do so, and the flow and the worker once a day."""
    from core.audit import anchors

    migrate.prepare()
    made = anchors.anchor("command line")
    click.echo(f"{made.events:,} events, head {made.hash}, noted in {anchors.anchors_file()}")
    click.echo(
        f"  signed by {made.public_key}: keep this key and the line elsewhere, for 'homeground audit verify --against FILE --key HEX'."
    )

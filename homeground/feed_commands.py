"""`homeground feeds`: what can be loaded, what was loaded, and loading it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from core import migrate


@click.group()
def feeds() -> None:
    """List, load and check feeds."""


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_feeds(as_json: bool) -> None:
    """Every feed of the catalogue."""
    from feeds.catalogue import load_catalogue

    for feed in load_catalogue().feeds:
        if as_json:
            click.echo(json.dumps({"id": feed.id, "title": feed.title, "publisher": feed.publisher, "licence": feed.licence}))
        else:
            click.echo(f"{feed.id:<34} {feed.title} ({feed.publisher})")


@feeds.command()
@click.option(
    "--source", type=click.Path(exists=True, path_type=Path), required=True, help="Folder (or one file) of published files."
)
@click.option("--json", "as_json", is_flag=True)
def load(source: Path, as_json: bool) -> None:
    """Load every file that the catalogue recognises. The same file twice changes nothing."""
    from analytics import pipeline
    from core.errors import UserError

    migrate.prepare()
    report = pipeline.load(
        source, pipeline.default_context(actor="command line"), say=(lambda line: None) if as_json else click.echo
    )
    if as_json:
        for delivery in report.deliveries:
            click.echo(json.dumps(asdict(delivery), default=str))
    refused = [d for d in report.deliveries if d.status == "refused"]
    if refused:
        raise UserError(f"{len(refused)} of {len(report.deliveries)} files refused; the others were loaded", where=str(source))


@feeds.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Every delivery: rows in, accepted, rejected, unplaced."""
    from feeds.load import status as deliveries

    migrate.prepare()
    for delivery in deliveries():
        if as_json:
            click.echo(json.dumps(asdict(delivery), default=str))
        else:
            click.echo(
                f"{delivery.feed:<30} {delivery.file:<52} {delivery.status:<11}"
                f" in {delivery.rows_in:>9,}  accepted {delivery.rows_accepted:>9,}"
                f"  rejected {delivery.rows_rejected:>6,}  unplaced {delivery.rows_unplaced:>6,}"
            )


@feeds.command()
def check() -> None:
    """Check the catalogue: every key known, every rule complete."""
    from feeds.load import check as check_catalogue

    click.echo(check_catalogue())

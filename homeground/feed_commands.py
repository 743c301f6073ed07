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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a feed.")
def list_command(as_json: bool) -> None:
    """Every feed of the catalogue."""
    from feeds.load import feeds as every_feed

    for feed in every_feed():
        click.echo(json.dumps(asdict(feed)) if as_json else f"{feed.id:<36} {feed.title} ({feed.publisher})")


@feeds.command()
@click.option("--source", type=click.Path(exists=True, path_type=Path), required=True, help="Folder (or one file) of published files.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
def load(source: Path, as_json: bool) -> None:
    """Load every file that the catalogue recognises. The same file twice changes nothing."""
    from analytics import pipeline
    from core.errors import UserError

    migrate.prepare()
    report = pipeline.load(source, pipeline.default_context(actor="command line"), say=(lambda line: None) if as_json else click.echo)
    if as_json:
        for file in report.files:
            click.echo(json.dumps(asdict(file), default=str))
    else:
        click.echo(str(report))
    if report.refused:
        raise UserError(
            f"{len(report.refused)} of {len(report.files)} files refused; the others were loaded",
            where=str(source),
            hint="each refused file is named above, with its reason.",
        )


@feeds.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a delivery.")
@click.option("--agreement", is_flag=True, help="Also compare our own placing with the LSOA that the police files print.")
def status(as_json: bool, agreement: bool) -> None:
    """Every delivery: rows in, accepted, rejected, unplaced."""
    from boundaries.agreement import agreement_by_year
    from core import db
    from feeds.load import status as deliveries

    migrate.prepare()
    for delivery in deliveries():
        if as_json:
            click.echo(json.dumps(asdict(delivery), default=str))
        else:
            click.echo(
                f"{delivery.feed:<34} {delivery.file_name:<50} {delivery.status:<10}"
                f" in {delivery.rows_in:>8,}  accepted {delivery.rows_accepted:>8,}"
                f"  rejected {delivery.rows_rejected:>5,}  unplaced {delivery.rows_unplaced:>6,}"
            )
    if agreement:
        with db.transaction(db.Role.PIPELINE) as connection:
            rows = agreement_by_year(connection)
        for row in rows:
            if as_json:
                click.echo(json.dumps(asdict(row)))
            else:
                click.echo(
                    f"{row.year}, LSOA {row.edition}: our placing agrees with the printed LSOA on {row.agree:,} of {row.rows:,} rows"
                    f" ({row.share:.1%}); of the others {row.within_50_m:.0%} lie within 50 m of the printed area,"
                    f" {row.within_100_m:.0%} within 100 m; {row.not_in_edition:,} print a code of no area held"
                )


@feeds.command()
def check() -> None:
    """Check the catalogue: every key known, every rule complete."""
    from feeds.load import check as check_catalogue

    found = check_catalogue()
    click.echo(f"{found.path}: {found.feeds} feeds, {found.feeds_loaded} of them loaded; shapes: {', '.join(found.shapes)}")

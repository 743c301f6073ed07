"""`homeground feeds`: what can be loaded, what was loaded, and loading it."""

from __future__ import annotations

import json
import os
import pwd
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analytics import stage as analytics_stage
from core import migrate
from homeground.record_commands import outcomes, stops

if TYPE_CHECKING:
    from feeds.loading.freshness import Freshness


@click.group()
def feeds() -> None:
    """List, load and check feeds."""


feeds.add_command(outcomes)
feeds.add_command(stops)


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a feed.")
def list_command(as_json: bool) -> None:
    """Every feed of the catalogue."""
    from feeds.loading.load import feeds as every_feed

    for feed in every_feed():
        until = f", agreed until {feed.expires:%Y-%m-%d}" if feed.expires else ""
        click.echo(json.dumps(asdict(feed), default=str) if as_json else f"{feed.id:<36} {feed.title} ({feed.publisher}{until})")


@feeds.command()
@click.option(
    "--source", type=click.Path(exists=True, path_type=Path), required=True, help="Folder (or one file) of published files."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
def load(source: Path, as_json: bool) -> None:
    """Load every file that the catalogue recognises. The same file twice changes nothing."""
    from analytics import pipeline
    from core.errors import UserError

    migrate.prepare()
    report = pipeline.load(
        source, analytics_stage.default_context(actor="command line"), say=(lambda line: None) if as_json else click.echo
    )
    if as_json:
        for file in report.files:
            click.echo(json.dumps(asdict(file), default=str))
    else:
        click.echo(str(report))
    if report.held and not as_json:
        click.echo(f"{len(report.held)} unlike the deliveries before and held: see 'homeground feeds held'")
    if report.refused:
        raise UserError(
            f"{len(report.refused)} of {len(report.files)} files refused; the others were loaded",
            where=str(source),
            hint="each refused file is named above, with its reason.",
        )


@feeds.command()
@click.argument("feed")
def pull(feed: str) -> None:
    """Run the query of FEED on its partner's database now, and load its rows."""
    from core.errors import UserError
    from core.settings import DatabaseSettings, WorkerSettings
    from feeds.catalogue.feed import Catalogue, read_catalogue
    from feeds.catalogue.source import DatabaseSource
    from feeds.fetching.query import pull_query
    from feeds.loading.load import load_source

    wanted = read_catalogue().get(feed)
    if not isinstance(wanted.source, DatabaseSource):
        raise UserError(
            "the feed is no query on a database", where=feed, hint="'homeground worker ask' fetches feeds of other kinds."
        )
    migrate.prepare()
    folder = (WorkerSettings().downloads or DatabaseSettings().state_dir / "downloads") / wanted.id
    pull_query(wanted.source, folder)
    click.echo(str(load_source(folder, catalogue=Catalogue(feed=[wanted]), actor="command line")))


@feeds.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a delivery.")
@click.option("--agreement", is_flag=True, help="Also compare our own placing with the LSOA that the police files print.")
def status(as_json: bool, agreement: bool) -> None:
    """Every delivery: rows in, accepted, rejected, unplaced; then how fresh each feed is."""
    from boundaries.agreement import agreement_by_year
    from core import db
    from feeds.loading.freshness import freshness
    from feeds.loading.load import status as deliveries

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
    for fresh in freshness():
        click.echo(json.dumps({"freshness": asdict(fresh)}, default=str) if as_json else _freshness(fresh))
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


def _freshness(fresh: Freshness) -> str:
    """One line: what stands, how old it is, and whether that is late."""
    newest = f"newest month {fresh.newest_month:%Y-%m}, ended" if fresh.newest_month else "last loaded"
    verdict = {True: "LATE: ask the publisher", False: "as expected", None: "no cadence declared"}[fresh.late]
    gaps = f"; {len(fresh.missing)} months missing in between" if fresh.missing else ""
    deliveries = f"{fresh.deliveries:>3} deliver{'y' if fresh.deliveries == 1 else 'ies'}"
    return f"fresh  {fresh.feed:<34} {deliveries:<15} {newest} {fresh.age_days:,} days ago, {verdict}{gaps}"


@feeds.command()
def check() -> None:
    """Check the catalogue: every key known, every rule complete."""
    from feeds.loading.load import check as check_catalogue

    found = check_catalogue()
    click.echo(f"{found.path}: {found.feeds} feeds, {found.feeds_loaded} of them loaded; shapes: {', '.join(found.shapes)}")


@feeds.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a delivery.")
def held(as_json: bool) -> None:
    """Deliveries that wait for a steward, and why."""
    from feeds.loading.steward import held as waiting

    migrate.prepare()
    found = waiting()
    for delivery in found:
        if as_json:
            click.echo(json.dumps(asdict(delivery), default=str))
            continue
        click.echo(
            f"{delivery.delivery_id}  {delivery.feed}  {delivery.file_name}  {delivery.rows_in:,} rows,"
            f" {delivery.rows_rejected:,} rejected, since {delivery.since:%Y-%m-%d %H:%M}"
        )
        for reason in delivery.reasons:
            click.echo(f"    {reason}")
    if not found and not as_json:
        click.echo("no delivery waits")


_REASON = click.option("--reason", required=True, help="Why, in words that stand in the audit trail.")


@feeds.command()
@click.argument("delivery", type=int)
@_REASON
def accept(delivery: int, reason: str) -> None:
    """Load a held delivery as it is."""
    from feeds.loading.steward import accept as accept_held

    migrate.prepare()
    click.echo(str(accept_held(delivery, reason=reason, actor=_steward())))


@feeds.command()
@click.argument("delivery", type=int)
@_REASON
def refuse(delivery: int, reason: str) -> None:
    """Drop a held delivery: its bytes go, its record and the reason stay."""
    from feeds.loading.steward import refuse as refuse_held

    migrate.prepare()
    refuse_held(delivery, reason=reason, actor=_steward())
    click.echo(f"delivery {delivery} refused")


def _steward() -> str:
    """The account that decides, as the audit trail names it."""
    return f"steward {pwd.getpwuid(os.getuid()).pw_name}"

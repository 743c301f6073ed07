"""`homeground feeds outcomes` and `homeground feeds stops`: what became of crimes, and stop and search, as counted by the analysis."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from core import migrate

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_DISTRICT = click.option("--district", default="", metavar="CODE", help="Only this district of 2022.")
_LATE = (
    "Outcomes arrive late: a month is followed only as far as the outcome files after it reach, so months are not to be compared"
    " unless they were followed equally long."
)


@click.command()
@_DISTRICT
@_JSON
def outcomes(district: str, as_json: bool) -> None:
    """What became of crimes: how many outcomes match a crime held, month by month, and which they are."""
    from analytics.police_records import read_outcomes
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = read_outcomes(connection, district=district)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str))
        return
    if not found.outcomes:
        click.echo("no outcomes are loaded: 'homeground feeds load' takes files named YYYY-MM-FORCE-outcomes.csv")
        return
    share = f" ({found.matched / found.crimes_of_outcomes:.1%})" if found.crimes_of_outcomes else ""
    click.echo(
        f"{found.outcomes:,} outcomes of {found.crimes_of_outcomes:,} crimes; {found.matched:,}{share} of those crimes are held here,"
        " the others belong to months that are not loaded"
    )
    click.echo(f"{'month':<8} {'crimes with an ID':>17} {'with an outcome':>16} {'share':>6}  followed to")
    for month in found.months:
        if month.followed_to is None:
            click.echo(f"{month.month:%Y-%m}  {month.crimes:>17,} {'-':>16} {'-':>6}  not followed: no outcome file of its month")
        else:
            click.echo(
                f"{month.month:%Y-%m}  {month.crimes:>17,} {month.with_outcome:>16,} {month.with_outcome / month.crimes:>6.0%}"
                f"  {month.followed_to:%Y-%m} ({month.months_followed} month{'' if month.months_followed == 1 else 's'})"
            )
    where = f"in {district}" if district else "in the region"
    click.echo(f"What became of the crimes of months that were followed, {where} (the newest outcome of each):")
    for row in found.kinds:
        click.echo(f"  {row.outcome:<60} {row.crimes:>9,}  {row.share:>6.1%}")
    click.echo(_LATE)


@click.command()
@_DISTRICT
@_JSON
def stops(district: str, as_json: bool) -> None:
    """Stop and search: searches by what was searched for, and how often it was found."""
    from analytics.police_records import read_stops
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = read_stops(connection, district=district)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str))
        return
    if not found.searches:
        click.echo("no stop and search in the region is loaded" if not district else f"no stop and search in {district} is loaded")
        return
    click.echo(
        f"{found.searches:,} searches from {found.first_month:%Y-%m} to {found.last_month:%Y-%m} (months loaded: {found.months});"
        f" ethnicity not stated in {found.not_stated / found.searches:.0%}"
    )
    click.echo(f"{'searched for':<44} {'searches':>9} {'known':>9} {'found':>7}  share of known (95% interval)")
    for row in found.objects:
        rate = "-" if row.share is None else f"{row.share:.0%} ({row.lower:.0%} to {row.upper:.0%})"
        click.echo(f"{row.object_of_search:<44} {row.stops:>9,} {row.found_known:>9,} {row.found:>7,}  {rate}")
    click.echo("Found: the outcome is linked to the object of the search. Known: searches of which the force says whether it is.")

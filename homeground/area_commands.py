"""`homeground area`: everything the store holds about one place, each figure with its edition."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from core import migrate

if TYPE_CHECKING:
    from boundaries.area_facts import AreaFacts


@click.command()
@click.argument("place")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an area.")
def area(place: str, as_json: bool) -> None:
    """People, deprivation, services and other figures of PLACE: a postcode, or the code or name of an LSOA, MSOA or district."""
    from boundaries.area_facts import read_area_facts
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = read_area_facts(connection, place)
    if len(found) > 1 and not as_json:
        click.echo(
            f"{place} may mean any of these {len(found)}: areas of one name, or the parts of a neighbourhood of 2011 that was split"
        )
    for facts in found:
        if as_json:
            click.echo(json.dumps(asdict(facts)))
        else:
            _print(facts)


def _print(facts: AreaFacts) -> None:
    called = f"{facts.local_name} ({facts.name})" if facts.local_name else facts.name
    size = f", {facts.area_km2:,.2f} km2" if facts.area_km2 else ""
    click.echo(
        f"{called}, {facts.geography} {facts.edition} {facts.code}{size}, {facts.lsoas} LSOA{'' if facts.lsoas == 1 else 's'}"
    )
    for kind, label, areas in facts.labels:
        click.echo(f"  {kind.replace('_', ' ')}: {label}{f' ({areas} LSOAs)' if facts.lsoas > 1 else ''}")
    for people in facts.people:
        of = f"LSOA {people.edition}" + (f" {', '.join(people.codes)}" if people.edition == "2011" else "")
        click.echo(f"  {people.reference:<12} {people.measure:<20} {people.people:>10,.0f}  {of}")
    for one in facts.indicators:
        click.echo(f"  {one.period:<12} {one.label:<76} {one.value:>12,.6g} {one.unit}  {facts.geography} {one.edition} {one.code}")
    for kind, count in facts.services:
        click.echo(f"  {kind.replace('_', ' ')}: {count:,}")
    for notice in facts.notices:
        click.echo(f"  Note: {notice}")

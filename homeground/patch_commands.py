"""`homeground patches`: custom areas, drawn or listed, snapped to neighbourhoods."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core import migrate

if TYPE_CHECKING:
    from boundaries.patches import Patch

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_ACTOR = "command line"


@click.group()
def patches() -> None:
    """Add, list and show custom areas, snapped to whole LSOAs of 2021."""


@patches.command()
@click.argument("name")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="GeoJSON file with the drawn area."
)
@click.option(
    "--crs", type=click.Choice(["4326", "27700"]), default=None, help="Reference system of a file that does not say its own."
)
@click.option("--codes", default=None, metavar="LIST", help="Codes of areas with commas, or a text file with one a line.")
@click.option(
    "--edition", default=None, help="Edition of the codes: 2011 or 2021 for LSOAs, 2021 MSOAs, 2022 districts, 2024 wards."
)
@_JSON
def add(name: str, file: Path | None, crs: str | None, codes: str | None, edition: str | None, as_json: bool) -> None:
    """Snap a drawn area or a list of codes to LSOAs and keep it under NAME. Says what was gained and lost."""
    from boundaries.patch_file import read_codes, read_drawn_area
    from boundaries.patches import add_codes, add_drawn
    from core import db
    from core.errors import UserError

    if (file is None) == (codes is None):
        raise UserError("give either --file or --codes", where="patches add", hint="a patch is drawn or listed, not both.")
    if (codes is None) != (edition is None):
        raise UserError(
            "--edition belongs to --codes, and --codes needs it", where="patches add", hint="write --codes LIST --edition 2021."
        )
    drawn = read_drawn_area(file, epsg=int(crs) if crs else None) if file is not None else None
    listed = read_codes(codes) if codes is not None else ()
    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        if drawn is not None:
            patch = add_drawn(connection, name, drawn, actor=_ACTOR)
        else:
            patch = add_codes(connection, name, listed, edition=str(edition), actor=_ACTOR)
        _print(patch, as_json)


@patches.command("list")
@_JSON
def list_command(as_json: bool) -> None:
    """Every patch."""
    from boundaries.patches import list_patches
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = list_patches(connection)
    for patch in found:
        if as_json:
            click.echo(json.dumps(asdict(patch), default=str))
        else:
            click.echo(
                f"{patch.name:<40} {len(patch.members):>4} LSOAs  {patch.snapped.people_members:>9,.0f} people  {patch.source}"
            )


@patches.command()
@click.argument("name")
@_JSON
def show(name: str, as_json: bool) -> None:
    """One patch: its LSOAs, what snapping gained and lost, and which of its areas changed between editions."""
    from boundaries.edition_notice import notices_for
    from boundaries.patches import read_patch
    from core import db
    from core.contracts import LSOA_2021

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        patch = read_patch(connection, name)
        notices = notices_for(connection, LSOA_2021, patch.members)
    if as_json:
        click.echo(json.dumps(asdict(patch) | {"notices": [asdict(notice) for notice in notices]}, default=str))
        return
    _print(patch, as_json=False)
    for area in patch.snapped.areas:
        word = "counted" if area.member else "left out"
        label, share = patch.names[area.code], f"{area.people_share:.0%} of them inside ({area.basis})"
        click.echo(f"  {area.code}  {label:<32} {word:<9} {area.people:>7,.0f} people, {share}")
    if notices:
        click.echo("Where a figure of 2011 neighbourhoods stands beside one of this patch:")
    for notice in notices:
        click.echo(f"  {notice}")


@patches.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a patch. Counts and areas stay as they are."""
    from boundaries.patches import remove_patch
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        remove_patch(connection, name, actor=_ACTOR)
    click.echo(f"{name}: removed")


def _print(patch: Patch, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(patch), default=str))
        return
    made = patch.snapped
    given = f"codes of edition {patch.source_edition}" if patch.source == "codes" else "drawn"
    click.echo(
        f"{patch.name}: {given}, {len(patch.members)} LSOAs of 2021, {made.people_members:,.0f} people ({patch.people_reference})"
    )
    click.echo(f"  people: {made.people_drawn:,.0f} as given, {made.people_gained:,.0f} gained, {made.people_lost:,.0f} lost")
    click.echo(
        f"  land:   {made.drawn_m2 / 1e6:,.2f} km2 as given, {made.gained_m2 / 1e6:,.2f} gained, {made.lost_m2 / 1e6:,.2f} lost"
        f" ({made.outside_m2 / 1e6:,.2f} of it in no LSOA held)"
    )
    click.echo(f"  rule:   {patch.rule}")


@click.command()
@_JSON
def weights(as_json: bool) -> None:
    """Estimate residents across editions and in hexagons, for denominators alone, and say how far off the estimates are."""
    from boundaries.areal_weights import prepare_weights
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        report = prepare_weights(connection)
    if as_json:
        click.echo(json.dumps(asdict(report), default=str))
        return
    click.echo(f"{report.residents:,.0f} residents, {report.residents_in_cells:,.0f} of them in hexagons")
    click.echo(f"{'mean error, % (median)':<66} {'areas':>6}  {'by postcodes':>14}  {'by land':>14}")
    for error in report.errors:
        ours = f"{error.mean_percent:.1f} ({error.median_percent:.1f})"
        land = f"{error.by_land_mean_percent:.1f} ({error.by_land_median_percent:.1f})"
        click.echo(f"{error.what:<66} {error.areas:>6,}  {ours:>14}  {land:>14}")

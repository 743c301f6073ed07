"""`homeground hotspots`: hexagon grids in British National Grid, of a chosen width and area; where next; and the early warning."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from analytics import stage as analytics_stage
from analytics.counts import loaded_months
from core import migrate
from core.contracts import H3_R8, H3_R9, LSOA_2021

_ACTOR = "command line"
_ON = {"lsoa": LSOA_2021, "r9": H3_R9, "r8": H3_R8}
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a grid.")
_AREA = click.option(
    "--area", required=True, metavar="AREA", help="Code or name of a district, the name of a patch, or 'region' for all of it."
)
_WIDTH = click.option("--width", required=True, type=int, metavar="METRES", help="Of a hexagon, from flat side to flat side.")


@click.group()
def hotspots() -> None:
    """Hot spots on a hexagon grid of your own, beside those on neighbourhoods and H3; where next; and the early warning."""


@hotspots.command()
@_AREA
@_WIDTH
@_JSON
def grid(area: str, width: int, as_json: bool) -> None:
    """Lay a grid over an area and map its hot spots; 'homeground analyse' makes them anew with the others."""
    from analytics.hotspots.chosen_grids import choose_grid, find_area
    from analytics.hotspots.grids import compute_grid
    from analytics.neighbours.national_hexagons import cell_m2, grid_of_width
    from core import db

    # a width that no grid may have is said before a database is started
    grid_of_width(width)
    migrate.prepare()
    settings = analytics_stage.default_context().analysis
    with db.transaction(db.Role.PIPELINE) as connection:
        chosen = choose_grid(connection, find_area(connection, area), width, actor=_ACTOR)
        period = loaded_months.current_period(connection, settings.months)
        covered = loaded_months.covered(connection, period)
        report = compute_grid(
            connection,
            chosen,
            period=period,
            seed=settings.seed,
            permutations=settings.permutations,
            life_months=settings.expires_after_months,
        )
    if as_json:
        click.echo(json.dumps(asdict(report) | {"cell_m2": cell_m2(width)} | covered.as_columns()))
        return
    click.echo(
        f"{chosen.words}: {report.cells:,} cells of {cell_m2(width) / 1e6:.4f} km2 hold a location, {report.incidents:,} incidents,"
        f" {covered.in_sentence}"
    )
    click.echo(f"  {report.maps} maps; in those by count {report.hot:,} hot and {report.cold:,} cold cells at 95% or more")


@hotspots.command()
@_JSON
def grids(as_json: bool) -> None:
    """Every grid that was chosen."""
    from analytics.hotspots.chosen_grids import list_grids
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = list_grids(connection)
    for one in found:
        click.echo(
            json.dumps(asdict(one)) if as_json else f"{one.width_m:>5} m  {one.area.kind:<8}  {one.area.code:<10}  {one.area.name}"
        )
    if not found and not as_json:
        click.echo("no grid was chosen: homeground hotspots grid --area AREA --width METRES")


@hotspots.command(name="next")
@click.option(
    "--place", required=True, metavar="AREA", help="Code or name of a district, the name of a patch, or 'region' for all of it."
)
@click.option("--kind", default="", metavar="GROUP", help="One group of categories, such as serious_violence; all unless told.")
@click.option("--on", type=click.Choice(list(_ON)), default="lsoa", show_default=True, help="Neighbourhoods, or H3 cells.")
@click.option("--top", type=click.IntRange(1, 1000), default=5, show_default=True, help="Places of each group.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a place.")
def where_next(place: str, kind: str, on: str, top: int, as_json: bool) -> None:
    """Where the next month's incidents are expected, and what the rule was worth before ('homeground analyse' foretells)."""
    from analytics.foretelling.report import next_lines, next_places
    from analytics.hotspots.chosen_grids import find_area
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = next_places(connection, find_area(connection, place), _ON[on], group_id=kind, most=top)
    if as_json:
        for row in found.places:
            click.echo(json.dumps(row, default=str))
        return
    for line in next_lines(found):
        click.echo(line)


@hotspots.command(name="warn")
@click.option(
    "--place", required=True, metavar="AREA", help="Code or name of a district, the name of a patch, or 'region' for all of it."
)
@click.option("--kind", default="", metavar="GROUP", help="One group of categories, such as serious_violence; all unless told.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an alarm.")
def early_warning(place: str, kind: str, as_json: bool) -> None:
    """What has risen beyond chance until the last month, how rarely chance gives that, and what became of earlier alarms."""
    from analytics.hotspots.chosen_grids import find_area
    from analytics.warning.report import read_warnings, warning_lines
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = read_warnings(connection, find_area(connection, place), group_id=kind)
    if as_json:
        for row in found.alive:
            click.echo(json.dumps(row, default=str))
        return
    for line in warning_lines(found):
        click.echo(line)


@hotspots.command()
@_AREA
@_WIDTH
def drop(area: str, width: int) -> None:
    """Forget a grid and its hot spots."""
    from analytics.hotspots.chosen_grids import drop_grid, list_grids
    from core import db
    from core.errors import UserError

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        # by what was stored, not by what exists now: the patch of a grid may be gone
        said = area.strip().casefold()
        for one in list_grids(connection):
            names = {one.area.code.casefold(), one.area.name.casefold()} | ({"region"} if one.area.kind == "region" else set())
            if one.width_m == width and said in names:
                drop_grid(connection, one, actor=_ACTOR)
                click.echo(f"{one.words}: forgotten")
                return
    raise UserError(
        f"no grid {width} m wide of '{area}'", where="hotspots drop", hint="'homeground hotspots grids' names them all."
    )

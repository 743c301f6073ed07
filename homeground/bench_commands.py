"""`homeground bench`: ours and each peer on the same input in the same run."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from core.errors import UserError

BENCHES = (
    "ask",
    "brief",
    "claims",
    "disclosure",
    "evaluation",
    "flow",
    "forecast",
    "histories",
    "hotspots",
    "load",
    "minimality",
    "national",
    "outside-attack",
    "place",
    "planted",
    "portal",
    "scan",
)
# those that go without real data where there is none
WITHOUT_DATA = ("brief", "claims", "evaluation", "minimality", "outside-attack", "portal")


@click.command()
@click.argument("name", type=click.Choice(BENCHES))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Folder of real data; shared/data beside the project unless told.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=0,
    help="Of 'national': how many rows to draw; 18,000,000 unless told. Of 'load': the first months of about so many rows; all unless told.",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=0),
    default=0,
    help="Of 'planted', 'evaluation' and 'scan': how many counties; 50, 200 and 500 unless told.",
)
@click.option(
    "--releases", type=click.IntRange(min=0), default=0, help="Of 'outside-attack': how many releases of a series; 6 unless told."
)
@click.option(
    "--part",
    default="",
    help="Of 'outside-attack': county, searches, searches-again, months, series, growing, real or history; all unless told.",
)
@click.option("--sample", type=click.IntRange(min=0), default=0, help="Of 'minimality': how many small counts; 24 unless told.")
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Of 'forecast': a folder of police.uk street files in place of those of the real data.",
)
@click.option(
    "--address", default="", help="Of 'portal': a professional portal in demo mode that runs already; a browser alone asks it."
)
def bench(
    name: str,
    as_json: bool,
    data: Path | None,
    rows: int,
    seeds: int,
    releases: int,
    part: str,
    sample: int,
    source: Path | None,
    address: str,
) -> None:
    """Run a benchmark: medians of alternate runs, and the ratio of each peer to ours."""
    from bench.peers import what_next
    from core.paths import PROJECT_ROOT

    folder = data or PROJECT_ROOT.parent / "shared" / "data"
    if not folder.is_dir() and name not in WITHOUT_DATA:
        raise UserError("no folder of real data", where=str(folder), hint="name it with --data DIR.")
    given = (
        ("rows", rows),
        ("seeds", seeds),
        ("releases", releases),
        ("part", part),
        ("sample", sample),
        ("source", source),
        ("address", address),
    )
    options = {key: value for key, value in given if value}
    result = importlib.import_module(f"bench.{name.replace('-', '_')}").run(folder, **options)
    click.echo(result.to_json() if as_json else result.as_text())
    hint = what_next(name)
    if hint:
        click.echo(hint, err=as_json)  # the JSON stays one object
    if result.failed:
        raise SystemExit(1)

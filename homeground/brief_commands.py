"""`homeground brief`: a place brief on paper or as data."""

from __future__ import annotations

from pathlib import Path

import click

from core import migrate


@click.command()
@click.argument("place")
@click.option(
    "--format", "formats", default="pdf,csv", show_default=True, help="Comma-separated: pdf, docx, xlsx, csv, gpkg, html."
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to.")
def brief(place: str, formats: str, out: Path) -> None:
    """Write the brief of PLACE: an LSOA, MSOA or district code, or a postcode."""
    from briefs.write import write_brief
    from core.db import Role

    migrate.prepare()
    wanted = tuple(f.strip().lower() for f in formats.split(",") if f.strip())
    for path in write_brief(place, wanted, out, role=Role.COMMUNITY):
        click.echo(path)

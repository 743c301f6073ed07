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
@click.option("--author", default="", help="Who prepared it, as its first page and its properties name them.")
@click.option("--final", is_flag=True, help="Mark it as final; it is a draft otherwise.")
@click.option("--room", is_flag=True, help="Leave boxes for what residents say, what was tried, and recommendations.")
@click.option(
    "--own",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file of the partnership's own texts, which stand in every refresh: residents, tried, recommendations, agreed.",
)
def brief(place: str, formats: str, out: Path, author: str, final: bool, room: bool, own: Path | None) -> None:
    """Write the brief of PLACE: an LSOA, MSOA or district code, or a postcode."""
    from briefs.asked import asked_by, read_own
    from briefs.write import write_brief
    from core.db import Role

    asked = asked_by(author, final=final, room=room, own=read_own(own) if own is not None else None)
    migrate.prepare()
    wanted = tuple(f.strip().lower() for f in formats.split(",") if f.strip())
    for path in write_brief(place, wanted, out, role=Role.COMMUNITY, asked=asked):
        click.echo(path)

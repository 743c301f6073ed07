"""`homeground brief`: a place brief on paper or as data, of one place or of many, and whether a file is one that was made.
`homeground assessment`: the needs assessment of a district or of the whole area."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core import migrate

if TYPE_CHECKING:
    from briefs.asked import Asked
    from briefs.content import Brief

NOT_ONE_OF_OURS = 3


class _PlaceOrCommand(click.Group):
    """A group whose first word may be a place: 'brief Homeminster' is 'brief make Homeminster'."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_PlaceOrCommand, short_help="Write the brief of a place, or of every one; verify a file.")
def brief() -> None:
    """Write the brief of a place: 'homeground brief PLACE', an LSOA, MSOA or district code, a postcode or a name, or 'all'."""


_FORMATS = click.option(
    "--format", "formats", default="pdf,csv", show_default=True, help="Comma-separated: pdf, docx, pptx, xlsx, csv, gpkg, html."
)
_OUT = click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to.")
_AUTHOR = click.option("--author", default="", help="Who prepared it, as its first page and its properties name them.")
_FINAL = click.option("--final", is_flag=True, help="Mark it as final; it is a draft otherwise.")
_ROOM = click.option("--room", is_flag=True, help="Leave boxes for what residents say, what was tried, and recommendations.")
_OWN = click.option(
    "--own",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The partnership's own texts, which stand in every refresh: a TOML file with residents, tried, recommendations and agreed, or a"
    " Word file of an edition in which they were written.",
)
_SECTIONS = click.option("--sections", default="", help="Comma-separated: these alone, with the summary, protection and sources.")
_WITHOUT = click.option(
    "--without", default="", help="Comma-separated: all sections but these. 'homeground brief sections' names them."
)


_SINCE = click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of an earlier edition of the same place or area, in any format: what changed since then is told, corrections apart.",
)


_PURPOSE = click.option(
    "--purpose", default="", help="What it is for; on the first page, and in the audit trail of what is for the partnership."
)


@brief.command()
@click.argument("place")
@_FORMATS
@_OUT
@_AUTHOR
@_FINAL
@_ROOM
@_OWN
@click.option(
    "--partnership",
    is_flag=True,
    help="For the partnership, not for publication: with hot spots, similar areas and factors by name. Goes to the audit trail.",
)
@_PURPOSE
@_SINCE
@_SECTIONS
@_WITHOUT
def make(
    place: str,
    formats: str,
    out: Path,
    author: str,
    final: bool,
    room: bool,
    own: Path | None,
    partnership: bool,
    purpose: str,
    since: Path | None,
    sections: str,
    without: str,
) -> None:
    """Write the brief of PLACE: an LSOA, MSOA or district code, a postcode, a name, or 'all' for the whole area.

    The word 'make' may be left out.
    """
    from dataclasses import replace

    from briefs.asked import left_out
    from briefs.editions.known import edition_of
    from briefs.refresh.own_words import is_closed
    from briefs.write import made_brief, partners_brief, write_files
    from core import db
    from core.db import Role
    from core.errors import UserError

    # what was written in the earlier edition stands in this one, unless other texts are named
    kept = own or (since if since is not None and since.suffix.lower() == ".docx" else None)
    if kept is not None and own is None and not partnership and is_closed(kept):
        raise UserError(
            "that edition is not for publication, so its words do not go into a brief for anyone",
            where=str(kept),
            hint="name the words that may with --own, or make a brief for the partnership.",
        )
    asked = replace(
        _asked(author, final, room, kept), purpose=purpose.strip(), without=left_out(_listed(sections), _listed(without))
    )
    wanted = _listed(formats)
    edition = None if since is None else edition_of(since)
    migrate.prepare()
    if partnership:
        actor = f"command line: {getpass.getuser()}"
        with db.transaction(Role.PROFESSIONAL, districts="*", person=actor) as connection:
            made, files = partners_brief(connection, place, wanted, asked=asked, actor=actor, since=edition)
    else:
        made, files = made_brief(place, wanted, role=Role.COMMUNITY, asked=asked, since=edition)
    # registered first: a file that lies there is never one that nobody knows of
    _register(files, made, asked)
    for path in write_files(files, out):
        click.echo(path)


@brief.command()
@click.argument("level", type=click.Choice(["lsoa", "msoa", "lad"]))
@click.option("--district", default="", help="Only places of this district, by its code.")
@_FORMATS
@_OUT
@_AUTHOR
@_FINAL
@_OWN
@_SECTIONS
@_WITHOUT
@click.option("--again", is_flag=True, help="Make those anew that lie in the folder already.")
def every(
    level: str,
    district: str,
    formats: str,
    out: Path,
    author: str,
    final: bool,
    own: Path | None,
    sections: str,
    without: str,
    again: bool,
) -> None:
    """Write the brief of every place of a LEVEL. What lies in the folder already is left, so what was cut off goes on from there."""
    from dataclasses import replace

    from briefs.asked import left_out
    from briefs.write import every_brief, write_files
    from core.db import Role

    asked = replace(_asked(author, final, room=False, own=own), without=left_out(_listed(sections), _listed(without)))
    wanted = _listed(formats)
    migrate.prepare()
    made = left = 0
    done = (lambda name: (out / name).exists()) if not again else None
    for number, of, brief_made, files in every_brief(level, district, wanted, role=Role.COMMUNITY, asked=asked, done=done):
        if brief_made is None:
            left += 1
            continue
        _register(files, brief_made, asked)
        write_files(files, out)
        made += 1
        click.echo(f"{number:,} of {of:,}  {brief_made.title.removeprefix('Place brief: ')}")
    click.echo(f"{made:,} made, {left:,} lay there already.")


@brief.command()
def sections() -> None:
    """Which sections a brief may be without, by the keys of --sections and --without."""
    from briefs.asked import SECTIONS

    for key, heading in SECTIONS.items():
        click.echo(f"{key:<16} {heading}")


@brief.command()
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "formats", default="", help="Comma-separated: pdf, docx, html. Printed here where none is named.")
@_OUT
@_AUTHOR
def changes(old: Path, new: Path, formats: str, out: Path, author: str) -> None:
    """What changed from the edition OLD to the edition NEW of a brief or an assessment of one place.

    Figures are compared as they were published: another figure for the same months is a correction, one for other months a change in the
    world. Sentences are set in redline; those of two Word files with what people wrote in them.
    """
    from briefs.refresh.redlined import FORMATS, changes_document, in_lines, set_changes
    from briefs.register import CHANGES
    from briefs.write import write_files
    from core import db
    from core.db import Role
    from core.errors import UserError

    wanted = _listed(formats)
    if unknown := [f for f in wanted if f not in FORMATS]:
        raise UserError(f"there is no format {', '.join(unknown)}", hint=f"choose from {', '.join(FORMATS)}.")
    migrate.prepare()
    asked = _asked(author, final=False, room=False, own=None)
    with db.transaction(Role.COMMUNITY) as connection:
        made = changes_document(connection, old, new, asked)
    if not wanted:
        for line in in_lines(made):
            click.echo(line)
        return
    files = {f"{CHANGES}{made.permanent}.{kind}": set_changes(made, kind) for kind in wanted}
    _register(files, made, asked)
    for path in write_files(files, out):
        click.echo(path)


@brief.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--register",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of the register in place of the one here.",
)
@click.option("--key", default="", help="Public key that signed it, hexadecimal; that of the key on this machine otherwise.")
def verify(file: Path, register: Path | None, key: str) -> None:
    """Whether FILE is a brief or an assessment as it was made here: its hash and its reference against the signed register.

    What the portal made is looked for in the audit trail. Exit code 3 where the file is none, or was changed.
    """
    from briefs.register import register_file
    from briefs.register import verify as verify_file

    # a portal keeps no register: what it made is in the audit trail
    if register is None and not register_file().exists() and (told := _in_audit_trail(file)) is not None:
        click.echo(told)
        return
    verdict = verify_file(file, against=register, public_key=key)
    for fault in verdict.faults:
        click.echo(fault, err=True)
    if verdict.entry is not None:
        entry = verdict.entry
        by = f", by {entry.author}" if entry.author else ""
        click.echo(f"{file.name} is {entry.reference} as it was made{by} on {entry.at[:10]}: {entry.status}.")
        click.echo(f"place {entry.place}, release {entry.release}; signed by {entry.public_key[:16]}...")
        return
    told = None if register is not None else _in_audit_trail(file)
    if told is not None:
        click.echo(told)
        return
    if verdict.known:
        click.echo(f"{file.name} bears the reference {verdict.bears}, and is not a file that was made under it: it was changed.")
    else:
        click.echo(f"{file.name} is no file that was made here{f', though it bears {verdict.bears}' if verdict.bears else ''}.")
    raise SystemExit(NOT_ONE_OF_OURS)


def _in_audit_trail(file: Path) -> str | None:
    """What the audit trail says of a file that somebody made; None where it knows none."""
    from core import db
    from core.db import Role
    from core.provenance import file_sha256

    digest = file_sha256(file.read_bytes())
    with db.transaction(Role.PIPELINE) as connection:
        found = db.one_or_none(connection, "audit/of_file", {"sha256": digest})
    if found is None:
        return None
    return (
        f"{file.name} is {found.detail['reference']} as {found.actor} made it on {found.at:%Y-%m-%d} (event"
        f" {found.event_id} of the audit trail)."
    )


@click.command()
@click.option("--place", required=True, help="A district by code or name, or the whole area by its name or 'all'.")
@_OUT
@click.option(
    "--format",
    "formats",
    default="pdf,docx,pptx,csv",
    show_default=True,
    help="Comma-separated: pdf, docx, pptx (slides), csv (what each figure comes from).",
)
@_AUTHOR
@_PURPOSE
@click.option(
    "--marking", default="", help="How it may be handled, such as OFFICIAL-SENSITIVE; stands before our own words on every page."
)
@_FINAL
@_ROOM
@_OWN
@_SINCE
@click.option(
    "--sections",
    default="",
    help="Comma-separated, of profile, places, victims, causes, services, similar, tried, residents and recommendations: these alone, with"
    " the summary, the gaps and the method.",
)
@click.option("--without", default="", help="Comma-separated: all of these sections but those.")
def assessment(
    place: str,
    out: Path,
    formats: str,
    author: str,
    purpose: str,
    marking: str,
    final: bool,
    room: bool,
    own: Path | None,
    since: Path | None,
    sections: str,
    without: str,
) -> None:
    """Write the strategic needs assessment of serious violence in an area: Word, PDF, and what each of its figures comes from."""
    from dataclasses import replace

    from briefs.asked import ASSESSMENT_SECTIONS, left_out
    from briefs.assessment.write import render_assessment
    from briefs.editions.known import edition_of
    from briefs.write import write_files
    from core import db
    from core.db import Role

    # what was written in the earlier edition stands in this one, unless other texts are named
    kept = own or (since if since is not None and since.suffix.lower() == ".docx" else None)
    asked = replace(
        _asked(author, final, room, kept),
        purpose=purpose.strip(),
        marking=marking.strip(),
        without=left_out(_listed(sections), _listed(without), ASSESSMENT_SECTIONS),
    )
    edition = None if since is None else edition_of(since)
    wanted = _listed(formats)
    migrate.prepare()
    actor = f"command line: {getpass.getuser()}"
    with db.transaction(Role.PROFESSIONAL, districts="*", person=actor) as connection:
        made, files = render_assessment(
            connection, place, wanted, asked=asked, actor=actor, agreements=_agreements(), since=edition
        )
    # registered first: a file that lies there is never one that nobody knows of
    _register(files, made, asked)
    for path in write_files(files, out):
        click.echo(path)


def _asked(author: str, final: bool, room: bool, own: Path | None) -> Asked:
    from briefs.asked import asked_by
    from briefs.refresh.own_words import own_words

    return asked_by(author, final=final, room=room, own=own_words(own) if own is not None else None)


def _listed(formats: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.strip().lower() for f in formats.split(",") if f.strip()))


def _register(files: dict[str, bytes], made: Brief, asked: Asked) -> None:
    from briefs.register import register

    register(files, made.permanent, place=made.place, release=made.release, author=asked.author, status=asked.status)


def _agreements() -> dict[str, str]:
    """By id of a feed the agreement under which a partner gives it, in words."""
    from feeds.catalogue.feed import read_catalogue

    return {f.id: f.agreement.as_licence for f in read_catalogue().feed if f.agreement is not None}

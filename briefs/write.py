"""A place brief in the formats asked for, as bytes or as files that stand whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from briefs.asked import CLOSED, Asked
from briefs.compose import compose
from briefs.content import Brief, FigureRow
from briefs.describe.records import figure_rows
from briefs.editions.compare import Since
from briefs.editions.known import Edition
from briefs.facts import Facts
from briefs.read import Shared, published_release, read_facts, since_edition, with_analysis
from core import db
from core.audit import record_event
from core.db import Role
from core.errors import UserError


@dataclass(frozen=True)
class _Made:
    """A composed brief with the facts and figures behind it: what every format is made from."""

    facts: Facts
    brief: Brief
    rows: Sequence[FigureRow]


# each format imports its own library, so that asking for a CSV does not start Typst


def _pdf(made: _Made) -> bytes:
    from briefs.pdf import typeset

    return typeset(made.brief)


def _docx(made: _Made) -> bytes:
    from briefs.word import word_document

    return word_document(made.brief)


def _html(made: _Made) -> bytes:
    from briefs.web_page import web_page

    return web_page(made.brief)


def _csv(made: _Made) -> bytes:
    from briefs.data_pack import data_pack

    return data_pack(made.facts, made.brief, made.rows)


def _xlsx(made: _Made) -> bytes:
    from briefs.workbook import workbook

    return workbook(made.facts, made.brief, made.rows)


def _gpkg(made: _Made) -> bytes:
    from briefs.geopackage import geopackage

    return geopackage(made.facts, made.brief, made.rows)


def _pptx(made: _Made) -> bytes:
    from briefs.slides.chosen import slides_of
    from briefs.slides.deck import deck

    return deck(made.brief, slides_of(made.facts, made.brief))


_FORMATS: dict[str, tuple[str, Callable[[_Made], bytes]]] = {
    "pdf": (".pdf", _pdf),
    "docx": (".docx", _docx),
    "html": (".html", _html),
    "csv": ("-data.zip", _csv),
    "xlsx": (".xlsx", _xlsx),
    "gpkg": (".gpkg", _gpkg),
    "pptx": (".pptx", _pptx),
}
FORMATS = tuple(_FORMATS)


def render_brief(place_code: str, formats: Sequence[str], *, role: Role, asked: Asked | None = None) -> dict[str, bytes]:
    """File name -> bytes of each format, from `published` alone, whatever the role may read besides.

    place_code: an LSOA, MSOA or district code, a postcode, or a name that only one place has.
    UserError for an unknown place (with near matches), an unknown format, or where nothing has been published.
    """
    return made_brief(place_code, formats, role=role, asked=asked)[1]


def made_brief(
    place_code: str, formats: Sequence[str], *, role: Role, asked: Asked | None = None, since: Edition | None = None
) -> tuple[Brief, dict[str, bytes]]:
    """The brief, and the same files of it. since: an edition of the same place; what changed from it is told then."""
    wanted = _known(formats)
    with db.transaction(role) as connection:
        facts = read_facts(connection, place_code)
        told = None if since is None else since_edition(connection, since, facts)
    return _files(facts, wanted, asked or Asked(), told)


def partners_brief(
    connection: Connection, place_code: str, formats: Sequence[str], *, asked: Asked, actor: str, since: Edition | None = None
) -> tuple[Brief, dict[str, bytes]]:
    """A brief for the partnership: the published figures, with hot spots, similar areas and factors out of the analysis by name.

    connection: of the professional role, with the districts that the person may see; the audit trail gets an event with who and why.
    UserError as of made_brief, and for a place of a district that is not theirs.
    """
    wanted = _known(formats)
    facts = with_analysis(connection, read_facts(connection, place_code))
    told = None if since is None else since_edition(connection, since, facts)
    brief, files = _files(facts, wanted, replace(asked, marking=CLOSED), told)
    detail = event_detail(brief, files, asked) | {"audience": "professional"}
    record_event(connection, actor=actor, action="export", subject="place_brief", detail=detail)
    return brief, files


def every_brief(
    level: str, district: str, formats: Sequence[str], *, role: Role, asked: Asked, done: Callable[[str], bool] | None = None
) -> Iterator[tuple[int, int, Brief | None, dict[str, bytes]]]:
    """Of each place of a level, by code: its number, how many there are, its brief and its files; None and nothing where done says of
    every file's name that it is there already. The release is read once. UserError where the level or the district has no place.
    """
    wanted = _known(formats)
    with db.transaction(role) as connection:
        release = published_release(connection)
        places = sorted(release.of(level, district="" if level == "lad" else district), key=lambda p: (p.code, p.edition))
        places = [p for p in places if not (level == "lad" and district) or p.code == district]
        if not places:
            raise UserError(f"the release has no {level} of {district or 'this area'}", hint="give a district's code, or none.")
        shared = Shared(connection, release)
        for number, place in enumerate(places, start=1):
            names = [f"{_stem(place.code, release.release_id)}{_FORMATS[name][0]}" for name in wanted]
            if done is not None and all(done(name) for name in names):
                yield number, len(places), None, {}
                continue
            yield number, len(places), *_files(shared.facts_of(place), wanted, asked)


def event_detail(brief: Brief, files: Mapping[str, bytes], asked: Asked) -> dict[str, object]:
    """What the audit trail says of files that somebody made: of what, under which reference, SHA-256 -> name of each, and what for."""
    found = {hashlib.sha256(data).hexdigest(): name for name, data in files.items()}
    detail: dict[str, object] = {"place": brief.place, "release": brief.release, "reference": brief.permanent, "files": found}
    return detail | ({"why": asked.purpose} if asked.purpose else {})


def _files(facts: Facts, formats: Sequence[str], asked: Asked, since: Since | None = None) -> tuple[Brief, dict[str, bytes]]:
    made = _Made(facts, compose(facts, asked, since), figure_rows(facts))
    stem = _stem(facts.place.code, facts.release.release_id)
    return made.brief, {f"{stem}{_FORMATS[name][0]}": _FORMATS[name][1](made) for name in formats}


def _stem(code: str, release: int) -> str:
    return f"place-brief-{re.sub(r'[^A-Za-z0-9]', '', code)}-release-{release}"


def write_brief(place_code: str, formats: Sequence[str], out: Path, *, role: Role, asked: Asked | None = None) -> list[Path]:
    """The same as files in a folder, which is made where it is missing. Nothing is written until every format is ready."""
    return write_files(render_brief(place_code, formats, role=role, asked=asked), out)


def write_files(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Files that stand whole in a folder, or not at all. UserError where they cannot be written."""
    staged: list[tuple[Path, Path]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=out)
            staged.append((Path(temporary), out / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(0o644)
        for temporary_path, path in staged:
            temporary_path.replace(path)
    except OSError as error:
        raise UserError(
            f"the brief cannot be written ({error.strerror})",
            where=str(out),
            hint="name another folder with --out, or free some space.",
        ) from error
    finally:
        for temporary_path, _ in staged:
            temporary_path.unlink(missing_ok=True)
    return [path for _, path in staged]


def _known(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats in the order asked for, each once."""
    wanted = tuple(dict.fromkeys(f.strip().lower() for f in formats))
    unknown = [f for f in wanted if f not in _FORMATS]
    if unknown or not wanted:
        raise UserError(
            f"there is no format {', '.join(repr(f[:20]) for f in unknown)}" if unknown else "no format was asked for",
            hint=f"choose from {', '.join(FORMATS)}.",
        )
    return wanted

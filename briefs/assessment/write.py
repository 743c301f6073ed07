"""The assessment of a district or of the whole area, read, composed and set as PDF and Word, with a file of what its figures come from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from briefs.asked import CLOSED, Asked
from briefs.assessment.analysed import read_analysed, supplies
from briefs.assessment.compose import compose_assessment
from briefs.assessment.material import Material
from briefs.assessment.statements import Statements
from briefs.content import Brief
from briefs.editions.known import Edition
from briefs.read import facts_of, published_release, since_edition, wanted_place
from briefs.write import event_detail
from core.audit import record_event
from core.db import scalar
from core.errors import UserError
from published.answers import answers
from published.findings import violent
from published.release import Place, Release

FORMATS = ("pdf", "docx", "pptx", "csv")


def render_assessment(
    connection: Connection,
    wanted: str,
    formats: Sequence[str],
    *,
    asked: Asked,
    actor: str,
    agreements: Mapping[str, str] | None = None,
    since: Edition | None = None,
) -> tuple[Brief, dict[str, bytes]]:
    """The assessment, and file name -> bytes. connection: of the professional role, with the districts that the person may see; the audit
    trail gets an event.

    wanted: a district's code or name, or the name of the whole area. agreements: by id of a feed, in words. since: an edition of the same
    area; what changed from it is told then, from published figures.
    UserError for a place that is neither, an unknown format, or where nothing has been published.
    """
    unknown = [f for f in formats if f not in FORMATS]
    if unknown or not formats:
        raise UserError(f"there is no format {', '.join(unknown) or 'asked for'}", hint=f"choose from {', '.join(FORMATS)}.")
    material = read_material(connection, wanted, agreements or {})
    place, release = material.facts.place, material.facts.release
    asked = replace(asked, marking=f"{asked.marking}. {CLOSED}" if asked.marking else CLOSED)
    changed = None if since is None else since_edition(connection, since, material.facts)
    brief, told = compose_assessment(material, asked, changed)
    stem = f"needs-assessment-{re.sub(r'[^A-Za-z0-9]', '', place.code)}-release-{release.release_id}"
    files = {f"{stem}{'-statements.csv' if f == 'csv' else f'.{f}'}": _set(f, brief, told, material, asked) for f in formats}
    record_event(connection, actor=actor, action="export", subject="assessment", detail=event_detail(brief, files, asked))
    return brief, files


def read_material(connection: Connection, wanted: str, agreements: Mapping[str, str]) -> Material:
    """Everything of one area, in the caller's transaction."""
    release = published_release(connection)
    place = _area(connection, release, wanted)
    districts = [place.code] if place.geography == "lad" else [p.code for p in release.of("lad")]
    if not scalar(connection, "assessment/all_visible", {"districts": districts}):
        # row-level security would leave out what they may not see, and less would be said than there is
        raise UserError(f"{place.label} is not wholly yours to see", where=place.code, hint="choose a district that is.")
    facts = facts_of(connection, release, place)
    kinds = violent(facts.release.categories)
    district = "" if place.geography == "all" else place.code
    analysed = read_analysed(connection, kinds[0].category, kinds[-1].category, district) if kinds else None
    feeds: dict[str, tuple[str, date | None]] = {s.feed: (s.title, s.last_day) for s in facts.sources}
    if analysed is not None:
        feeds |= analysed.records
    if analysed is not None:
        feeds |= {f: (f.removeprefix("partner_").replace("_", " ").capitalize(), None) for f in analysed.partners if f not in feeds}
        # a partner's feed is never open; whoever knows the catalogue has the agreement itself
        agreements = dict.fromkeys(analysed.partners, "By agreement") | dict(agreements)
    within = {(p.geography, p.code) for p in release.places.values() if not district or district in (p.code, p.parent_lad)}
    asked = tuple(a for a in answers(connection) if (a.geography, a.place_code) in within)
    return Material(facts, analysed, supplies(feeds, agreements), asked)


def _area(connection: Connection, release: Release, wanted: str) -> Place:
    """The whole area by its name or 'all', or a district."""
    place = wanted_place(connection, release, wanted)
    if place.geography not in ("lad", "all"):
        raise UserError(
            f"{place.label} is no district",
            where=wanted[:60],
            hint="an assessment is of a district or of the whole area; 'homeground brief' makes the brief of any place.",
        )
    return place


def _set(kind: str, brief: Brief, told: Statements, material: Material, asked: Asked) -> bytes:
    if kind == "csv":
        return _statements(told)
    if kind == "pptx":
        from briefs.assessment.slides import slides_of_assessment
        from briefs.slides.deck import deck

        return deck(brief, slides_of_assessment(material, told, brief, asked.without))
    if kind == "docx":
        from briefs.word import word_document

        return word_document(brief)
    from briefs.pdf import typeset

    return typeset(brief)


def _statements(told: Statements) -> bytes:
    """One row a figure of a sentence; UTF-8, CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(("statement", "text", "figure", "source"))
    for statement in told.said:
        for figure in statement.figures:
            writer.writerow((statement.number, statement.text, figure.text, figure.source))
    return buffer.getvalue().encode()

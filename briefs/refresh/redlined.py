"""The changes from one edition to another as a document of its own: figures first, then every sentence that is another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from briefs.asked import CLOSED, OPEN, Asked
from briefs.compose import SYNTHETIC, compose, signed
from briefs.content import Block, Brief, Bullets, Paragraph, Redline, Section, Table
from briefs.editions.known import Edition, edition_of
from briefs.editions.redline import Sentences, redlined, sentences_of
from briefs.editions.told import since_line, since_section
from briefs.facts import Facts
from briefs.read import old_facts, since_edition
from briefs.refresh.own_words import is_closed, opened
from briefs.word import WRITE_HERE
from core.errors import UserError

FORMATS = ("pdf", "docx", "html")
_HOW = (
    "Words in brackets that are struck through stood in the earlier edition; words that are underlined are new. In Word they are tracked"
    " changes."
)


def changes_document(connection: Connection, old: Path, new: Path, asked: Asked) -> Brief:
    """From one file to the other, of the same place. UserError where a file is no edition, they are of two places, or a release is gone.

    Figures are those that were published, by the releases that the files are of. Sentences are those of the files where both are of Word,
    so that the partnership's own are among them; else those that the releases say.
    """
    before, after = edition_of(old), edition_of(new)
    facts = old_facts(connection, after)
    if facts is None:
        raise UserError(f"release {after.release} was withdrawn", where=str(new), hint="nothing of it is said again.")
    since = since_edition(connection, before, facts)
    place, release = facts.place, facts.release
    closed = False
    texts: list[Sentences] = []
    if since.withdrawn:
        pass
    elif old.suffix.lower() == new.suffix.lower() == ".docx":
        closed = any(is_closed(path) for path in (old, new))
        texts = [_of_word(path) for path in (old, new)]
    else:
        texts = [_as_composed(connection, before), _as_composed(connection, after, facts)]
    redlines = redlined(*texts) if texts else {}
    brief = Brief(
        title=f"What changed: {place.label}",
        subtitle=f"From {before.reference} to {after.reference}. {release.region_name}",
        reference=f"{place.code}, releases {before.release} and {after.release}",
        footer=f"Homeground, changes from {before.reference} to {after.reference}",
        synthetic_label=SYNTHETIC if release.synthetic else "",
        published_at=release.published_at,
        keywords=(place.code, "changes", before.reference, after.reference),
        sections=(
            Section("In short", (Bullets((since_line(since, place),)),)),
            since_section(since, place),
            *_sentences(redlines),
        ),
        marking=CLOSED if closed else OPEN,
        place=place.code,
        release=release.release_id,
    )
    return signed(brief, asked, f"releases {before.release} and {after.release}, Homeground {release.code_version}")


def set_changes(brief: Brief, kind: str) -> bytes:
    """In one of FORMATS."""
    if kind == "html":
        from briefs.web_page import web_page

        return web_page(brief)
    if kind == "docx":
        from briefs.word import word_document

        return word_document(brief)
    from briefs.pdf import typeset

    return typeset(brief)


def in_lines(brief: Brief) -> list[str]:
    """For a terminal: every word of it, tables as lines."""
    lines = [brief.title, brief.subtitle]
    for section in brief.sections:
        lines += ["", section.heading]
        for block in section.blocks:
            lines += _lines(block)
    return lines


def _lines(block: Block) -> list[str]:
    match block:
        case Paragraph(text=text):
            return [text]
        case Bullets(items):
            return [f"- {item}" for item in items]
        case Table(columns=columns, rows=rows):
            return [" | ".join(c.label for c in columns), *(" | ".join(row) for row in rows)]
        case Redline():
            return [f"~ {block.text}"]
        case _:
            return []


def _sentences(redlines: dict[str, tuple[Redline, ...]]) -> Sequence[Section]:
    if not redlines:
        return (Section("Sentences", (Paragraph("No sentence is another."),)),)
    parts = [Section(heading, lines, level=2) for heading, lines in redlines.items()]
    return (Section("Sentences", (Paragraph(_HOW),)), *parts)


def _as_composed(connection: Connection, edition: Edition, facts: Facts | None = None) -> Sentences:
    known = facts or old_facts(connection, edition)
    return {} if known is None else sentences_of(compose(known))


def _of_word(path: Path) -> Sentences:
    """Headings and the sentences below them, what people filled in among them; tables are figures, and told as such."""
    found: dict[str, list[str]] = {}
    heading = ""
    for element in opened(path).element.body.iter("{*}p"):
        style = element.find("{*}pPr/{*}pStyle")
        kind = "" if style is None else str(next(iter(style.attrib.values()), ""))
        words = " ".join("".join(t.text or "" for t in element.iter("{*}t")).split())
        if kind.startswith("Heading"):
            heading = words
        elif (
            heading
            and words
            and words != WRITE_HERE
            and (_is_own(element) or not any(True for _ in element.iterancestors("{*}tbl")))
        ):
            found.setdefault(heading, []).append(words)
    return {h: tuple(w) for h, w in found.items()}


def _is_own(element: Any) -> bool:
    """Whether what stands there is the partnership's: a box that was filled in is a table of one cell."""
    tags = [t for s in (*element.iter("{*}sdt"), *element.iterancestors("{*}sdt")) for t in s.iterfind("{*}sdtPr/{*}tag")]
    return any(str(value).startswith("own-") for tag in tags for value in tag.attrib.values())

"""HTML of tables, legends, lists and small drawings, from app/look/templates; every value is escaped."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.look import wording
from core.languages.spoken import ENGLISH, TAGS, called, language, translated, translated_many
from published.range_words import MARK_MEANS, STANDS_FOR
from published.release import Source

_FOLDER = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend. look: a class of style.css (solid, withheld, no-data), or a chart's mark (circle, diamond, bar, between)."""

    label: str
    colour: str = ""
    look: str = "solid"


@dataclass(frozen=True)
class Cell:
    """A cell, or the head of a column: its text and lines of smaller print below it.

    number: right-aligned figures that line up. unbroken: the small print stays on one line. link: where the text leads.
    """

    text: str
    notes: tuple[str, ...] = ()
    number: bool = False
    unbroken: bool = False
    link: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first column heads its rows. scrolls: what a region is called in which a table wider than a phone scrolls, by keyboard
    too; '' for one that fits."""

    caption: str
    columns: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    narrow: bool = False
    scrolls: str = ""


@dataclass(frozen=True)
class Tile:
    """A figure that a dashboard leads with: what it is, the figure, and a line or two that say how it stands."""

    label: str
    figure: str
    notes: tuple[str, ...] = ()


# what Markdown or Streamlit's additions to it would take for a sign; what it makes of words once it has read them (a link of an address, a
# picture of :smile:) is kept apart by a sign of no width
_SIGNS = re.compile(r"([\\`*_{}\[\]<>|~$])|&(?=#?\w+;)|(?m:^[ \t]*)(?P<head>[#+\-=]|\d+(?=[.)]))")
_LATER = re.compile(r"(?<=\w)(?=@\w)|(?<=:)(?=//|[A-Za-z+\-][\w+\-]*[:\[/])|(?<=\bwww)(?=\.)", re.IGNORECASE)
_NO_WIDTH = "\u2060"


def plain(words: str) -> str:
    """Words as they were typed, for a heading, a label or a message of Streamlit, which would read them as Markdown."""
    kept = _LATER.sub(_NO_WIDTH, words)
    return _SIGNS.sub(_escaped, kept)


def _escaped(found: re.Match[str]) -> str:
    head = found["head"]
    if head is None:
        return f"\\{found[0]}"
    # a number that would begin a list has its sign after it
    return f"{_NO_WIDTH}{head}" if head.isdigit() else f"\\{head}"


_FONTS = {"source-sans": "SourceSansVF-Upright*.woff2", "source-serif": "SourceSerifVariable-Roman*.woff2"}


@lru_cache(maxsize=8)
def font(name: str) -> str:
    """Address of a font that Streamlit brings, as its own pages ask for it: a browser that has it from one page needs it for no other."""
    found = find_spec("streamlit")
    folder = Path(str(found and found.origin)).parent / "static" / "static" / "media"
    (file,) = folder.glob(_FONTS[name])
    return f"/static/media/{file.name}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    # the sentences of a template in the language that is spoken when it is filled in, values by name
    made.install_gettext_callables(translated, translated_many, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        by_publisher=by_publisher,
        language=language,
        font=font,
        answer_back=wording.answer_back,
        mark_means=MARK_MEANS,
        stands_for=STANDS_FOR,
        breakable=wording.breakable,
        rate=wording.rate,
        interval=wording.interval,
        month=wording.month,
        day=wording.day,
        geography=wording.geography,
        geographies=wording.geographies,
        english=english,
        called=called,
    )
    made.filters["capitalised"] = wording.capitalised
    return made


def english() -> Markup:
    """What an element has whose words are English in every language: names of sources, publishers and licences."""
    return Markup("") if language() == ENGLISH else Markup(f' lang="{TAGS[ENGLISH]}"')  # noqa: S704 - a constant


@lru_cache(maxsize=1)
def style_sheet() -> str:
    return (_FOLDER / "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def drawing_style() -> str:
    """The style of what the server draws."""
    return (_FOLDER / "drawings.css").read_text(encoding="utf-8")


def _macro(name: str, *arguments: Any) -> str:
    return macro("macros.html", name, *arguments)


def macro(template: str, name: str, *arguments: Any) -> str:
    """What a macro of a template makes of its arguments."""
    return str(getattr(environment().get_template(template).module, name)(*arguments))


def table(of: Table) -> str:
    return _macro("table", of)


def tiles(of: Sequence[Tile]) -> str:
    return _macro("tiles", list(of))


def beside_map(tables: Sequence[Table], what: str, *, tall: bool = False, note: str = "") -> str:
    """Tables as high as the map beside them, in a region that scrolls by itself, with the keyboard too. note: what is said before them.

    A list may hold a hundred links: the first stop of the Tab key leads past them, to the legend with before_map.
    """
    return _macro("beside_map", list(tables), what, tall, note)


def paragraphs(texts: Iterable[str], *, lead: bool = False) -> str:
    """Paragraphs of body text, or of the larger text at the top of a page; empty ones are left out.

    Of none at all something that shows nothing: a page that is given no text at all stops with an error.
    """
    return _macro("paragraphs", [t for t in texts if t], lead).strip() or "<span hidden></span>"


def legend(entries: Sequence[LegendEntry], title: str, *, before_map: bool = False) -> str:
    """before_map: the one legend of a page that its map follows; beside_map leads to it."""
    return _macro("legend", list(entries), title, before_map)


def as_address(svg: str) -> str:
    """The drawing as an address within the page: what Streamlit lets through of HTML holds pictures and no SVG."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"


def by_publisher(sources: Sequence[Source]) -> list[tuple[str, str, list[str]]]:
    """Publisher, licence and what was taken from it, by name; each title once with its editions or period."""
    groups: dict[tuple[str, str], dict[str, list[str]]] = {}
    for source in sources:
        when = str(source.covered) if source.covered is not None else source.edition
        groups.setdefault((source.publisher, source.licence), {}).setdefault(source.title, []).append(when)
    return [
        (
            publisher,
            licence,
            [f"{title} ({', '.join(w)})" if (w := sorted(filter(None, when))) else title for title, when in sorted(titles.items())],
        )
        for (publisher, licence), titles in sorted(groups.items())
    ]

"""What a brief says, before any typesetting: sections of a few kinds of block that every format can set.

The wording is made once, in briefs.compose and its neighbours; a format only sets it. So the PDF, the Word file and the web page
cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.poisson import Rate
from published.release import Category, Cell, Place


@dataclass(frozen=True)
class Paragraph:
    """Running text. strong: a sentence that must not be missed, set as a notice. own: the part that the partnership wrote, '' of ours."""

    text: str
    strong: bool = False
    own: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list in no order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """weight: share of the width that text columns divide among them. Number columns take what they need and line up right."""

    label: str
    numeric: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Table:
    """A table of text as it is to be read. Its first column names the row. note stands below it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing with the text that stands for it. width: share of the text's width, 0 to 1."""

    name: str
    svg: str
    caption: str
    alt: str
    width: float = 1.0


@dataclass(frozen=True)
class FillIn:
    """Room that people fill in. lines: how much of it, in lines of text. own: the part that it is for."""

    prompt: str
    lines: int
    own: str = ""


# ways of the parts of a redline
KEPT, GONE, NEW = "kept", "gone", "new"


@dataclass(frozen=True)
class Redline:
    """A sentence of two editions: its parts in order, each as KEPT, GONE or NEW, with a space between them."""

    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """Without any setting: [-what is gone-] {+what is new+}."""
        marks = {KEPT: ("", ""), GONE: ("[-", "-]"), NEW: ("{+", "+}")}
        return " ".join(f"{marks[way][0]}{words}{marks[way][1]}" for way, words in self.parts)


Block = Paragraph | Bullets | Table | Figure | FillIn | Redline


@dataclass(frozen=True)
class Section:
    """A headed part of the brief. by_hand: left to the partnership, and marked so; written: it wrote there. level: 1, or 2 for a part of
    the one before; new_page: it begins a page on paper."""

    heading: str
    blocks: tuple[Block, ...]
    by_hand: bool = False
    written: bool = False
    level: int = 1
    new_page: bool = False

    @property
    def mark(self) -> str:
        """What stands under the heading of what is the partnership's own; '' elsewhere."""
        if not self.by_hand:
            return ""
        return "In the words of the partnership" if self.written else "For the partnership to complete"


@dataclass(frozen=True)
class FigureRow:
    """One published number behind the brief, for the data formats. role: place, msoa, district, region or similar."""

    role: str
    place: Place
    category: Category
    cell: Cell
    rate: Rate | None


@dataclass(frozen=True)
class Brief:
    """A whole brief. reference and footer name the release, so that any page can be traced. permanent: its own reference, made from all that
    it says; colophon: who answers for it and how far it has come, as names with what stands for them; marking: how it may be handled;
    contents: whether a table of contents follows the head of the first page; place, release: what it is of."""

    title: str
    subtitle: str
    reference: str
    footer: str
    synthetic_label: str
    published_at: datetime
    keywords: tuple[str, ...]
    sections: tuple[Section, ...]
    author: str = "Homeground"
    marking: str = ""
    permanent: str = ""
    colophon: tuple[tuple[str, str], ...] = ()
    contents: bool = False
    place: str = ""
    release: int = 0

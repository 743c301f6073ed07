"""A table as HTML from rows of cells, every text escaped: the one shape that pages of figures need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and lines of smaller print below it. number: right-aligned figures that line up."""

    text: str
    notes: tuple[str, ...] = ()
    number: bool = False

    def html(self, tag: str, attributes: str = "") -> str:
        look = ' class="num"' if self.number else ""
        notes = "".join(f'<span class="rate wrap">{escape(note)}</span>' for note in self.notes if note)
        return f"<{tag}{attributes}{look}>{escape(self.text)}{notes}</{tag}>"


def plain_table(caption: str, columns: Sequence[Cell], rows: Sequence[Sequence[Cell]], *, narrow: bool = False) -> str:
    """A table whose first column heads its rows."""
    head = "".join(column.html("th", ' scope="col"') for column in columns)
    body = "".join(
        "<tr>" + row[0].html("th", ' scope="row"') + "".join(cell.html("td") for cell in row[1:]) + "</tr>" for row in rows
    )
    look = "hg-table narrow" if narrow else "hg-table"
    return f'<table class="{look}"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def paragraphs(texts: Sequence[str], *, lead: bool = False) -> str:
    """Paragraphs of body text, or of the larger text at the top of a page; empty ones are left out."""
    said = [t for t in texts if t]
    if lead:
        return "".join(f'<p class="hg-lead">{escape(t)}</p>' for t in said)
    return '<div class="hg-text">' + "".join(f"<p>{escape(t)}</p>" for t in said) + "</div>" if said else ""

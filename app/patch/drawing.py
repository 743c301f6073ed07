"""The five places as HTML: each a line of words that opens, with its months as a small drawing."""

from __future__ import annotations

from collections.abc import Sequence

from app.look.markup import as_address, environment
from app.look.palette import Palette
from app.patch.changes import Change, said
from app.patch.content import MyPatch
from app.patch.sparkline import HEIGHT, WIDTH, months_in_words, sparkline

_ARROWS = {"rising": "\u2197", "falling": "\u2198", "level": "\u2192"}


def places_list(content: MyPatch, palette: Palette) -> str:
    """A list in order; what stands behind the words of a place opens below it."""
    rows = [(p, as_address(sparkline(p.series, palette)), _ARROWS.get(p.trend, "")) for p in content.places]
    return environment().get_template("patch.html").render(rows=rows, width=WIDTH, height=HEIGHT, alt=months_in_words)


def changes_list(changes: Sequence[Change], palette: Palette) -> str:
    """The places that change, each with its months as a small drawing."""
    rows = [(c, as_address(sparkline(c.series, palette)), said(c)) for c in changes]
    return environment().get_template("changes.html").render(rows=rows, width=WIDTH, height=HEIGHT, alt=months_in_words)

"""A finding, what it is about, and which kinds are violence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.languages.spoken import mark
from published.findings.pieces import Number, Piece
from published.release import OVERLAY, Category

# what a finding is about, in the order in which findings are told
LEVEL, CHANGED, UNUSUAL, INSIDE, LIKE, LARGEST, STRONG = "level", "changed", "unusual", "inside", "like", "largest", "strong"
# what a finding of that kind opens with
SPEAKS_FOR = mark("What speaks for the place.")


@dataclass(frozen=True)
class Finding:
    """One sentence or two. about: LEVEL and so on; categories: what groups it tells of."""

    about: str
    categories: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.pieces)

    @property
    def numbers(self) -> tuple[Number, ...]:
        return tuple(p for p in self.pieces if isinstance(p, Number))


def violent(categories: Sequence[Category]) -> tuple[Category, ...]:
    """The groups of violence, that of the publisher's own kinds first, then what the partnership cut across them."""
    named = [c for c in categories if "violence" in c.category]
    return tuple(sorted(named, key=lambda c: c.kind == OVERLAY))


def lower(label: str) -> str:
    """A label within a sentence."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label

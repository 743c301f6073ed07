"""Classes of a sequential map: up to five, with edges a person can read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.languages.spoken import say


@dataclass(frozen=True)
class Classes:
    """Upper edges of all classes but the last; a value equal to an edge belongs below it."""

    edges: tuple[float, ...]

    def index(self, value: float) -> int:
        return sum(value > edge for edge in self.edges)

    def labels(self) -> tuple[str, ...]:
        if not self.edges:
            return (say("all places shown"),)
        texts = [_text(e) for e in self.edges]
        middle = [say("over %(low)s, up to %(high)s", low=a, high=b) for a, b in pairwise(texts)]
        return (say("up to %(high)s", high=texts[0]), *middle, say("over %(low)s", low=texts[-1]))


def classes_of(values: Sequence[float], most: int = 5) -> Classes:
    """Fifths of the published values, their edges rounded to two digits. Withheld cells never enter, so an edge tells nothing of them."""
    ordered = sorted(values)
    if len(set(ordered)) < 2:
        return Classes(())
    edges: list[float] = []
    for k in range(1, most):
        edge = _rounded(ordered[min(len(ordered) - 1, k * len(ordered) // most)])
        if edge < ordered[-1] and (not edges or edge > edges[-1]):
            edges.append(edge)
    return Classes(tuple(edges))


def _rounded(value: float) -> float:
    if value <= 0:
        return 0.0
    digits = 1 - math.floor(math.log10(value))
    return round(value, digits)


def _text(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}" if value >= 1 else f"{value:.2g}"

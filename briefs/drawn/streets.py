"""Streets, water and names on a printed map, none over another: in greys that a printer without colour tells apart, or in a map's colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from briefs import drawing
from published.background import Feature


class Window(Protocol):
    """A part of the drawing, left, top, width and height in its units, onto which coordinates are laid."""

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    def xy(self, x: float, y: float) -> tuple[float, float]: ...


@dataclass(frozen=True)
class Look:
    """lines: width and colour by class, the last on top; edge: how much wider the pale edge is; areas: fill and rule by class."""

    lines: Mapping[str, tuple[float, str]]
    areas: Mapping[str, tuple[str, str]]
    edge: float = 1.3


GREYS = Look(
    {
        "stream": (0.6, "#8a8a8a"), "river": (1.6, "#8a8a8a"), "street": (0.8, "#6e6e6e"), "minor_road": (1.2, "#5c5c5c"),
        "b_road": (1.8, "#4a4a4a"), "railway": (1.1, "#3c3c3c"), "a_road": (2.4, "#3c3c3c"), "motorway": (3.0, "#2c2c2c"),
    },
    {"water": ("#eeeeee", "#8a8a8a")},
)  # fmt: skip
COLOURS = Look(
    {
        "stream": (0.7, "#9fc4d3"), "river": (1.8, "#9fc4d3"), "street": (1.0, "#b9b4a8"), "minor_road": (1.4, "#aaa598"),
        "b_road": (2.0, "#c9a44c"), "railway": (1.0, "#77716a"), "a_road": (2.4, "#cf8a3d"), "motorway": (3.0, "#6f7fae"),
    },
    {"park": ("#e3ecd9", "none"), "wood": ("#d9e5cf", "none"), "green": ("#e3ecd9", "none"), "water": ("#d3e5ee", "#9fc4d3")},
    0.9,
)  # fmt: skip
# size of a name, and which comes first where there is no room for all
_NAMES = {
    "city": (15.0, 0), "town": (14.0, 1), "suburb": (11.5, 2), "village": (11.5, 2), "station": (9.5, 3), "hamlet": (9.5, 4),
    "motorway": (8.5, 5), "a_road": (8.5, 5), "b_road": (8.0, 6), "minor_road": (8.0, 7), "street": (7.5, 8),
}  # fmt: skip
_MOST_NAMES = 60


Box = tuple[float, float, float, float]


def drawn(window: Window, features: Sequence[Feature], look: Look = GREYS) -> str:
    """Areas and lines as SVG: the busier a road, the wider, each with a pale edge."""
    parts = []
    for what, (fill, rule) in look.areas.items():
        path = "".join(_area(window, f.geometry) for f in features if f.what == what and "Polygon" in f.geometry["type"])
        if path:
            parts.append(f'<path d="{path}" fill="{fill}" stroke="{rule}" stroke-width="0.5"/>')
    for what, (width, colour) in look.lines.items():
        path = "".join(_line(window, line) for f in features if f.what == what for line in _lines(f.geometry))
        if not path:
            continue
        shape = f'<path d="{path}" fill="none" stroke-linejoin="round" '
        dash = ' stroke-dasharray="4 2.5"' if what == "railway" else ""
        parts.append(f'{shape}stroke="#ffffff" stroke-width="{width + look.edge:g}"/>')
        parts.append(f'{shape}stroke="{colour}" stroke-width="{width:g}"{dash}/>')
    return "".join(parts)


def names(window: Window, features: Sequence[Feature], taken: Sequence[Box], *, most: int = _MOST_NAMES) -> str:
    """Names as SVG, none over another or over a box that is taken (left, top, right, bottom), the larger place first."""
    boxes = list(taken)
    parts: list[str] = []
    seen: set[tuple[str, str]] = set()
    right, bottom = window.left + window.width, window.top + window.height
    for feature in sorted((f for f in features if f.name and f.what in _NAMES), key=_rank):
        size, _ = _NAMES[feature.what]
        wide = 0.52 * size * len(feature.name) + 4
        at = _place(window, feature, wide)
        if at is None or (feature.what, feature.name) in seen:
            continue
        x, y, turn = at
        across = abs(wide * math.cos(turn)) + abs(size * math.sin(turn))
        tall = abs(wide * math.sin(turn)) + abs(size * math.cos(turn))
        box = (x - across / 2, y - tall / 2, x + across / 2, y + tall / 2)
        inside = box[0] > window.left + 2 and box[1] > window.top + 2 and box[2] < right - 2 and box[3] < bottom - 2
        if not inside or any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in boxes):
            continue
        boxes.append(box)
        seen.add((feature.what, feature.name))
        parts += _name(feature.name, x, y, turn, size, bold=feature.what in ("city", "town"))
        if len(seen) >= most:
            break
    return "".join(parts)


def _rank(feature: Feature) -> tuple[int, int, str]:
    return _NAMES[feature.what][1], -len(feature.name), feature.name


def _name(words: str, x: float, y: float, turn: float, size: float, *, bold: bool) -> list[str]:
    """The words with a pale edge, so that they can be read on a line."""
    said = drawing.text(0, size * 0.35, words, size=size, anchor="middle", colour="#111111", weight=600 if bold else 400)
    pale = ' paint-order="stroke" stroke="#ffffff" stroke-width="2.4" stroke-linejoin="round"'
    at = f"translate({drawing.number(x)} {drawing.number(y)}) rotate({math.degrees(turn):.1f})"
    return [f'<g transform="{at}">{said.replace(" fill=", f"{pale} fill=", 1)}</g>']


def _place(window: Window, feature: Feature, wide: float) -> tuple[float, float, float] | None:
    """Where a name stands and how far it is turned; None for a line without a straight stretch of that length."""
    if feature.geometry["type"] == "Point":
        lon, lat, *_ = feature.geometry["coordinates"]
        x, y = window.xy(lon, lat)
        return x, y, 0.0
    best: tuple[float, float, float, float] | None = None
    for line in _lines(feature.geometry):
        points = [window.xy(lon, lat) for lon, lat, *_ in line]
        for (x1, y1), (x2, y2) in pairwise(points):
            length = math.hypot(x2 - x1, y2 - y1)
            if length >= 0.85 * wide and (best is None or length > best[0]):
                turn = math.atan2(y2 - y1, x2 - x1)
                turn = turn - math.pi if turn > math.pi / 2 else turn + math.pi if turn < -math.pi / 2 else turn
                best = length, (x1 + x2) / 2, (y1 + y2) / 2, turn
    return None if best is None else best[1:]


def _lines(geometry: Mapping[str, Any]) -> Iterator[list[list[float]]]:
    if geometry["type"] == "LineString":
        yield geometry["coordinates"]
    elif geometry["type"] == "MultiLineString":
        yield from geometry["coordinates"]


def _line(window: Window, line: Sequence[Sequence[float]]) -> str:
    points = (window.xy(lon, lat) for lon, lat, *_ in line)
    return "M" + " ".join(f"{drawing.number(x)},{drawing.number(y)}" for x, y in points)


def _area(window: Window, geometry: Mapping[str, Any]) -> str:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return "".join(f"{_line(window, ring[:-1])}Z" for polygon in polygons for ring in polygon)

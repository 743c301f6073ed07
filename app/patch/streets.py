"""Streets and names on the sheet's map, from the background that the portal shows: in greys that a printer without colour tells apart."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.patch.view import HEIGHT, WIDTH, View
from app.person.reading import Reader
from briefs import drawing

# metres a pixel at zoom 0, at the latitude of Britain's middle; paper shows as much as a screen one zoom closer
_PIXEL_M, _FINER = 94_200.0, 1
# by class: width and grey, the last on top
_LINES = {
    "stream": (0.6, "#8a8a8a"), "river": (1.6, "#8a8a8a"), "street": (0.8, "#6e6e6e"), "minor_road": (1.2, "#5c5c5c"),
    "b_road": (1.8, "#4a4a4a"), "railway": (1.1, "#3c3c3c"), "a_road": (2.4, "#3c3c3c"), "motorway": (3.0, "#2c2c2c"),
}  # fmt: skip
_EDGE = 1.3
# size of a name, and which comes first where there is no room for all
_NAMES = {
    "city": (15.0, 0), "town": (14.0, 1), "suburb": (11.5, 2), "village": (11.5, 2), "station": (9.5, 3), "hamlet": (9.5, 4),
    "motorway": (8.5, 5), "a_road": (8.5, 5), "b_road": (8.0, 6), "minor_road": (8.0, 7), "street": (7.5, 8),
}  # fmt: skip
_MOST_NAMES = 60


@dataclass(frozen=True)
class Feature:
    """A road, a river, a railway, a water or a named place, as GeoJSON in degrees."""

    what: str
    name: str
    geometry: Mapping[str, Any]


@dataclass(frozen=True)
class Ground:
    """What lies on a map. attribution: what its publishers ask to be said."""

    features: tuple[Feature, ...]
    attribution: str


def ground(reader: Reader, view: View, attribution: str) -> Ground | None:
    """What the background has in sight, thinned by scale; None where that is nothing."""
    west, south, east, north = view.bounds
    zoom = math.floor(math.log2(_PIXEL_M * view.per_m)) + _FINER
    values = {"west": west, "south": south, "east": east, "north": north, "zoom": zoom, "tolerance": 0.5 / view.per_m}
    rows = reader.rows("patch/streets", values)
    features = tuple(Feature(str(r["class"]), str(r["name"]), json.loads(str(r["shape"]))) for r in rows)
    return Ground(features, attribution) if features else None


def drawn(view: View, ground: Ground) -> str:
    """Water and lines as SVG: the busier a road, the wider, each with a pale edge."""
    water = "".join(view.path(f.geometry) for f in ground.features if f.what == "water" and "Polygon" in f.geometry["type"])
    parts = [f'<path d="{water}" fill="#eeeeee" stroke="#8a8a8a" stroke-width="0.5"/>'] if water else []
    for what, (width, grey) in _LINES.items():
        path = "".join(_line(view, line) for f in ground.features if f.what == what for line in _lines(f.geometry))
        if not path:
            continue
        shape = f'<path d="{path}" fill="none" stroke-linejoin="round" '
        dash = ' stroke-dasharray="4 2.5"' if what == "railway" else ""
        parts.append(f'{shape}stroke="#ffffff" stroke-width="{width + _EDGE:g}"/>')
        parts.append(f'{shape}stroke="{grey}" stroke-width="{width:g}"{dash}/>')
    return "".join(parts)


def names(view: View, ground: Ground, taken: Sequence[tuple[float, float]]) -> str:
    """Names as SVG, none over another or over a point that is taken, the larger place first."""
    boxes = [(x - 13, y - 13, x + 13, y + 13) for x, y in taken] + [(0.0, HEIGHT - 40, WIDTH * 0.3, HEIGHT)]
    parts: list[str] = []
    seen: set[tuple[str, str]] = set()
    for feature in sorted((f for f in ground.features if f.name and f.what in _NAMES), key=_rank):
        size, _ = _NAMES[feature.what]
        wide = 0.52 * size * len(feature.name) + 4
        at = _place(view, feature, wide)
        if at is None or (feature.what, feature.name) in seen:
            continue
        x, y, turn = at
        across = abs(wide * math.cos(turn)) + abs(size * math.sin(turn))
        tall = abs(wide * math.sin(turn)) + abs(size * math.cos(turn))
        box = (x - across / 2, y - tall / 2, x + across / 2, y + tall / 2)
        inside = box[0] > 2 and box[1] > 2 and box[2] < WIDTH - 2 and box[3] < HEIGHT - 2
        if not inside or any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in boxes):
            continue
        boxes.append(box)
        seen.add((feature.what, feature.name))
        parts += _name(feature.name, x, y, turn, size, bold=feature.what in ("city", "town"))
        if len(boxes) > _MOST_NAMES:
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


def _place(view: View, feature: Feature, wide: float) -> tuple[float, float, float] | None:
    """Where a name stands and how far it is turned; None for a line without a straight stretch of that length."""
    if feature.geometry["type"] == "Point":
        lon, lat, *_ = feature.geometry["coordinates"]
        x, y = view.xy(lon, lat)
        return x, y, 0.0
    best: tuple[float, float, float, float] | None = None
    for line in _lines(feature.geometry):
        points = [view.xy(lon, lat) for lon, lat, *_ in line]
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


def _line(view: View, line: Sequence[Sequence[float]]) -> str:
    points = (view.xy(lon, lat) for lon, lat, *_ in line)
    return "M" + " ".join(f"{drawing.number(x)},{drawing.number(y)}" for x, y in points)

"""Streets and names on the sheet's map, from the background that the portal shows, read as the person may."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.patch.view import HEIGHT, WIDTH, View
from app.person.reading import Reader
from briefs.drawn import streets
from published.background import Feature, zoom_of


@dataclass(frozen=True)
class Ground:
    """What lies on a map, in degrees. attribution: what its publishers ask to be said."""

    features: tuple[Feature, ...]
    attribution: str


def ground(reader: Reader, view: View, attribution: str) -> Ground | None:
    """What the background has in sight, thinned by scale; None where that is nothing."""
    west, south, east, north = view.bounds
    values = {
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "zoom": zoom_of(view.per_m),
        "tolerance": 0.5 / view.per_m,
    }
    rows = reader.rows("patch/streets", values)
    features = tuple(Feature(str(r["class"]), str(r["name"]), json.loads(str(r["shape"]))) for r in rows)
    return Ground(features, attribution) if features else None


def drawn(view: View, ground: Ground) -> str:
    """Water and lines as SVG, in greys."""
    return streets.drawn(view, ground.features)


def names(view: View, ground: Ground, taken: Sequence[tuple[float, float]]) -> str:
    """Names as SVG, none over another, over a point that is taken or over the scale."""
    boxes = [(x - 13, y - 13, x + 13, y + 13) for x, y in taken] + [(0.0, HEIGHT - 40, WIDTH * 0.3, HEIGHT)]
    return streets.names(view, ground.features, boxes)

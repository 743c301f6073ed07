"""Outlines of a map as a file of its own, which a browser keeps: the map itself then brings colours and words alone.

A file's address is the mark of what is in it, so the same places have the same address whatever is shown of them, and another set of places
has another. Which places a map draws can say something of them, so the professional process gives a file to those who are signed in and
to nobody else (app.routes.outlines).
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from app.look.outlines import bounds_of
from app.web.packed import Packed, pack

ADDRESS = "/outlines/{mark}.json"
# steps of 0.00001 degrees, about a metre, as the database gives them
_STEPS = 100_000
_MOST_FILES, _MOST_BYTES = 512, 64 * 1024 * 1024
_held: OrderedDict[str, Packed] = OrderedDict()
_lock = Lock()

Place = tuple[str, Mapping[str, Any]]


def in_order(places: Sequence[Place]) -> list[int]:
    """Where each place of the file stands among those given: the wide first, so that the small lie on top; the same for the same places."""
    return sorted(range(len(places)), key=lambda n: (-_extent(places[n][1]), places[n][0]))


def _extent(geometry: Mapping[str, Any]) -> float:
    west, south, east, north = bounds_of({"": geometry})
    return round((east - west) * (north - south), 7)


def file_of(places: Sequence[Place]) -> Packed:
    """The outlines of places, in the order given, packed: {"codes": [...], "shapes": [polygons of rings of [x, y, ...]]}.

    Each pair is a step from the one before it, and the first of a ring one from the first of the ring before, in units of 1/100,000
    degree.
    """
    shapes, at = [], (0, 0)
    for _, geometry in places:
        kind, coordinates = geometry["type"], geometry["coordinates"]
        polygons = []
        for polygon in coordinates if kind == "MultiPolygon" else [coordinates]:
            rings = []
            for ring in polygon:
                steps, first = _steps(ring, at)
                rings.append(steps)
                at = first
            polygons.append(rings)
        shapes.append(polygons)
    body = json.dumps({"codes": [code for code, _ in places], "shapes": shapes}, separators=(",", ":"))
    return pack(body.encode(), {"content-type": "application/json", "cache-control": "private, max-age=31536000, immutable"})


def _steps(ring: Sequence[Sequence[float]], at: tuple[int, int]) -> tuple[list[int], tuple[int, int]]:
    """A ring as steps, and where it begins. Its last point repeats its first and is left out."""
    points = [(round(x * _STEPS), round(y * _STEPS)) for x, y, *_ in ring[:-1]]
    steps = []
    for here in points:
        steps += [here[0] - at[0], here[1] - at[1]]
        at = here
    return steps, points[0]


def address_of(file: Packed) -> str:
    """Where a browser finds a file, which is held from now on."""
    mark = file.mark.removeprefix('W/"').removesuffix('"')
    with _lock:
        _held[mark] = file
        _held.move_to_end(mark)
        bytes_held = sum(len(f.body) for f in _held.values())
        while len(_held) > 1 and (len(_held) > _MOST_FILES or bytes_held > _MOST_BYTES):
            bytes_held -= len(_held.popitem(last=False)[1].body)
    return ADDRESS.replace("{mark}", mark)


def held(mark: str) -> Packed | None:
    """A file by its mark; None for one that no map of this process has named, or not for a long time."""
    with _lock:
        return _held.get(mark)

"""Outlines as a file of their own: read back they are what was drawn, and the same places have the same address whatever is shown."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import Any

from app.look import outline_files
from app.look.map_frame import MapArea, draw_map
from app.look.palette import LIGHT
from app.web.packed import Packed

SMALL = {"type": "Polygon", "coordinates": [[[-1.25, 51.75], [-1.24, 51.75], [-1.24, 51.76], [-1.25, 51.75]]]}
WIDE = {
    "type": "MultiPolygon",
    "coordinates": [
        [
            [[-1.5, 51.5], [-1.0, 51.5], [-1.0, 52.00001], [-1.5, 51.5]],
            [[-1.2, 51.6], [-1.1, 51.6], [-1.1, 51.7], [-1.2, 51.6]],
        ],
        [[[0.00001, 51.0], [0.2, 51.0], [0.2, 51.1], [0.00001, 51.0]]],
    ],
}


def body(file: Packed) -> Any:
    return json.loads(gzip.decompress(file.body) if file.packed else file.body)


def read_back(shapes: list[list[list[list[int]]]]) -> list[list[list[list[tuple[float, float]]]]]:
    """As areas.js reads it: the first point of a ring is a step from the first of the ring before."""
    at, places = (0, 0), []
    for polygons in shapes:
        places.append([])
        for polygon in polygons:
            places[-1].append([])
            for steps in polygon:
                x, y = at
                points = []
                for n, (dx, dy) in enumerate(zip(steps[::2], steps[1::2], strict=True)):
                    x, y = x + dx, y + dy
                    if n == 0:
                        at = (x, y)
                    points.append((x / 100_000, y / 100_000))
                places[-1][-1].append(points)
    return places


def test_a_file_read_back_holds_the_outlines_to_the_last_digit() -> None:
    found = body(outline_files.file_of([("WIDE", WIDE), ("SMALL", SMALL)]))
    assert found["codes"] == ["WIDE", "SMALL"]
    wide, small = read_back(found["shapes"])
    assert wide == [[[tuple(p) for p in ring[:-1]] for ring in polygon] for polygon in WIDE["coordinates"]]
    assert small == [[[tuple(p) for p in ring[:-1]] for ring in SMALL["coordinates"]]]


def named(areas: list[MapArea]) -> tuple[str, Packed]:
    drawn = draw_map(areas, title="Map", palette=LIGHT)
    return outline_files.address_of(drawn.file), drawn.file


def test_another_measure_in_another_order_has_the_same_address_and_another_place_has_another() -> None:
    one = [MapArea("SMALL", SMALL, "#111111", "Small. 3"), MapArea("WIDE", WIDE, "#222222", "Wide. 4")]
    other = [MapArea("WIDE", WIDE, "#333333", "Wide. 9.5", selected=True), MapArea("SMALL", dict(SMALL), "#444444", "Small. none")]
    address, file = named(one)
    assert named(other)[0] == address
    assert named(one[:1])[0] != address
    # the wide lies beneath, whatever order it came in
    assert body(file)["codes"] == ["WIDE", "SMALL"]
    mark = address.removeprefix("/outlines/").removesuffix(".json")
    assert outline_files.held(mark) == file
    assert outline_files.held("0" * 32) is None


def test_the_map_itself_holds_no_outline_and_each_look_and_sentence_once() -> None:
    areas = [
        MapArea(f"A{n}", {"type": "Polygon", "coordinates": [[[x, 51.123456], [x + 0.01, 51.2], [x, 51.2], [x, 51.123456]]]}, "#abcdef",
                f"Place {n}. Not significant. 3 recorded")
        for n, x in enumerate((-1.5, -1.4, -1.3, -1.2))
    ]  # fmt: skip
    page = draw_map(areas, title="Map", palette=LIGHT).get_root().render()
    assert "-1.29" not in page and "coordinates" not in page
    assert page.count("Not significant") == page.count("#abcdef") == 1
    # four areas side by side: each step is small, so the file is
    steps = [
        ring
        for polygons in body(draw_map(areas, title="", palette=LIGHT).file)["shapes"]
        for polygon in polygons
        for ring in polygon
    ]
    assert [b[0] for _, b in pairwise(steps)] == [10_000] * 3


def test_files_are_held_by_their_number_and_the_first_named_goes_first(monkeypatch: Any) -> None:
    monkeypatch.setattr(outline_files, "_held", type(outline_files._held)())
    monkeypatch.setattr(outline_files, "_MOST_FILES", 2)
    squares = [
        outline_files.file_of([(f"S{n}", {"type": "Polygon", "coordinates": [[[n, 1], [n + 1, 1], [n, 2], [n, 1]]]})])
        for n in range(3)
    ]
    marks = [outline_files.address_of(s).removeprefix("/outlines/").removesuffix(".json") for s in squares[:2]]
    # named again, so it is not the first to go
    outline_files.address_of(squares[0])
    outline_files.address_of(squares[2])
    assert outline_files.held(marks[0]) is squares[0]
    assert outline_files.held(marks[1]) is None

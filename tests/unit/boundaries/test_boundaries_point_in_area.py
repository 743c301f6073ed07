"""The engine on maps one can see. A letter is an area, a dot is nowhere; each character is a square of 10 m."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from boundaries.point_in_area import build_index
from core.errors import InternalError

_SIDE = 10.0


def _areas(drawing: str) -> tuple[list[str], list[shapely.Geometry]]:
    lines = [line.strip() for line in drawing.strip().splitlines()]
    squares: dict[str, list[shapely.Geometry]] = {}
    for row, line in enumerate(reversed(lines)):
        for column, letter in enumerate(line):
            if letter != ".":
                squares.setdefault(letter, []).append(
                    shapely.box(column * _SIDE, row * _SIDE, (column + 1) * _SIDE, (row + 1) * _SIDE)
                )
    return list(squares), [shapely.union_all(parts) for parts in squares.values()]


def _draw(drawing: str, *, cells: int, offset: float) -> str:
    """Ask for the point at the same offset in every square and draw the answers."""
    codes, shapes = _areas(drawing)
    index = build_index(codes, shapes, cells=cells)
    lines = [line.strip() for line in drawing.strip().splitlines()]
    rows, columns = len(lines), len(lines[0])
    x, y = np.meshgrid(np.arange(columns) * _SIDE + offset, np.arange(rows)[::-1] * _SIDE + offset)
    answers = index.codes_at(x.ravel(), y.ravel()).reshape(rows, columns)
    return "\n".join("".join(a or "." for a in row) for row in answers)


_MAP = """
    AAAAAA..
    ABBBBA.C
    AB..BA.C
    ABBBBAD.
    AAAAAADD
"""


@pytest.mark.parametrize("cells", [1, 9, 40, 5_000])
def test_middles_of_squares_give_the_map_back(cells: int) -> None:
    expected = "\n".join(line.strip() for line in _MAP.strip().splitlines())
    assert _draw(_MAP, cells=cells, offset=_SIDE / 2) == expected


@pytest.mark.parametrize("cells", [1, 40, 5_000])
def test_corners_belong_to_the_smallest_code_that_touches_them(cells: int) -> None:
    """The lower left corner of each square touches up to four areas; the hole's border belongs to B, the outer one to A."""
    assert _draw(_MAP, cells=cells, offset=0.0) == "\n".join(
        [
            "AAAAAAAC",
            "AABBBAAC",
            "AABBBAAC",
            "AAAAAAAD",
            "AAAAAAAD",
        ]
    )


def test_overlap_of_mixed_detail_goes_to_the_smaller_code() -> None:
    index = build_index(["B", "A"], [shapely.box(0, 0, 100, 100), shapely.box(60, 0, 140, 100)], cells=100)
    assert index.codes_at([10, 70, 120, 150], [50, 50, 50, 50]).tolist() == ["B", "A", "A", None]


def test_points_that_are_no_points_are_outside() -> None:
    index = build_index(["A"], [shapely.box(0, 0, 10, 10)])
    assert index.codes_at([np.nan, np.inf, 5.0, 10.0], [5.0, 5.0, np.nan, 10.0]).tolist() == [None, None, None, "A"]


def test_most_cells_are_answered_by_the_table() -> None:
    index = build_index(["A", "B"], [shapely.box(0, 0, 500, 1_000), shapely.box(500, 0, 1_000, 1_000)], cells=10_000)
    assert index.looked_up_share > 0.9


@pytest.mark.parametrize(
    ("codes", "shapes", "message"),
    [
        ([], [], "no areas"),
        (["A", "A"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], "twice"),
        (["A"], [shapely.Point(0, 0)], "not polygons: A"),
        (["A"], [shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], "not valid: A"),
    ],
)
def test_areas_that_cannot_be_indexed_are_refused(codes: list[str], shapes: list[shapely.Geometry], message: str) -> None:
    with pytest.raises(InternalError, match=message):
        build_index(codes, shapes)


def test_points_of_unequal_length_are_refused() -> None:
    with pytest.raises(InternalError, match="equally long"):
        build_index(["A"], [shapely.box(0, 0, 1, 1)]).assign([1.0, 2.0], [1.0])

"""Neighbours, drawn: an ASCII grid in, pairs out."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely

from analytics.neighbours.weights import SpatialWeights, contiguity, hexagon_rings
from core.errors import InternalError


def areas(drawing: str, *, side: float = 1000.0, gap: float = 0.0) -> tuple[str, np.ndarray]:
    """Letters are areas of square cells; '.' is land outside. Returns the letters in order and their polygons, shrunk by gap / 2."""
    cells: dict[str, list[shapely.Polygon]] = {}
    for row, line in enumerate(drawing.split()):
        for column, letter in enumerate(line):
            if letter != ".":
                cells.setdefault(letter, []).append(shapely.box(column * side, -row * side, (column + 1) * side, (1 - row) * side))
    letters = "".join(sorted(cells))
    return letters, np.array(
        [shapely.union_all(cells[letter]).buffer(-gap / 2, join_style="mitre") for letter in letters], dtype=object
    )


def neighbours(letters: str, weights: SpatialWeights) -> dict[str, str]:
    matrix = weights.matrix
    return {letter: "".join(letters[j] for j in sorted(matrix[i].indices) if j != i) for i, letter in enumerate(letters)}


GRID = """
    AABB
    ACCB
    DDEE
"""


def test_queen_contiguity_meets_at_corners_too() -> None:
    letters, shapes = areas(GRID)
    found = contiguity(shapes)
    assert neighbours(letters, found) == {"A": "BCD", "B": "ACE", "C": "ABDE", "D": "ACE", "E": "BCD"}
    assert found.islands == ()
    assert found.components == 1
    assert (found.matrix.diagonal() == 1).all()
    assert (found.matrix != found.matrix.T).nnz == 0


@pytest.mark.parametrize(("gap", "islands"), [(0.5, 0), (5.0, 5)])
def test_slivers_between_generalised_outlines(gap: float, islands: int) -> None:
    """A gap below the tolerance leaves the neighbours as they are; a wider one makes islands, which get their nearest place."""
    letters, shapes = areas(GRID, gap=gap)
    found = contiguity(shapes)
    assert len(found.islands) == islands
    if not islands:
        assert neighbours(letters, found)["C"] == "ABDE"
    assert (np.diff(found.matrix.indptr) >= 2).all()


def test_an_island_and_its_nearest_place_are_neighbours_of_each_other() -> None:
    letters, shapes = areas("AAB...\nAAB..F")
    found = contiguity(shapes)
    assert neighbours(letters, found) == {"A": "B", "B": "AF", "F": "B"}
    assert [letters[i] for i in found.islands] == ["F"]


def test_two_far_groups_are_two_components() -> None:
    _, shapes = areas("AB....CD")
    assert contiguity(shapes).components == 2


def test_a_place_without_outline_raises() -> None:
    with pytest.raises(InternalError, match="outline"):
        contiguity(np.array([shapely.box(0, 0, 1, 1), None], dtype=object))


def test_a_full_hexagon_has_six_neighbours_and_a_lone_one_none() -> None:
    centre = h3.latlng_to_cell(51.75, -1.25, 9)
    far = h3.latlng_to_cell(51.95, -1.25, 9)
    cells = [*sorted(h3.grid_disk(centre, 2)), far]
    found = hexagon_rings(cells)
    degree = np.diff(found.matrix.indptr) - 1
    assert degree[cells.index(centre)] == 6
    assert sorted(degree)[:3] == [0, 3, 3]
    assert [cells[i] for i in found.islands] == [far]
    assert not found.joined
    assert found.components == 2


def test_a_cell_given_twice_raises() -> None:
    cell = h3.latlng_to_cell(51.75, -1.25, 9)
    with pytest.raises(InternalError, match="twice"):
        hexagon_rings([cell, cell])

"""Hexagons of a chosen width in British National Grid: area, neighbours, edges, codes, and Gi* on them equal to esda.

The area of a regular hexagon whose flat sides lie d apart is 2 sqrt(3) (d / 2)^2 = 0.8660254 d^2 (Weisstein, "Regular Hexagon", MathWorld,
equations for the inradius): 350 m apart, 106,088 m2.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import shapely
from esda.getisord import G_Local
from hypothesis import given
from hypothesis import strategies as st
from libpysal.weights import WSP

from analytics.hotspots.grids import cell_weights
from analytics.neighbours.hexagon_grid import axial, key
from analytics.neighbours.national_hexagons import cell_codes, cell_m2, grid_of_width
from analytics.statistics.gi_star import getis_ord_gi_star
from core.errors import UserError

CLOSE_M = 1e-6


def block(width_m: int, reach: int = 6) -> np.ndarray:
    """Cells around one near Banbury, in rising order."""
    middle = grid_of_width(width_m).cells_at(np.array([[445_000.0, 240_000.0]]))
    q, r = axial(middle)
    steps = np.arange(-reach, reach + 1)
    return np.unique(
        key((q + steps[:, None]).repeat(len(steps), axis=1).ravel(), (r + steps[None, :]).repeat(len(steps), axis=0).ravel())
    )


@pytest.mark.parametrize(("width_m", "printed_m2"), [(350, 106_088), (215, 40_032), (1_000, 866_025)])
def test_area_is_that_of_a_regular_hexagon(width_m: int, printed_m2: int) -> None:
    assert round(cell_m2(width_m)) == printed_m2
    cells = block(width_m)
    outlines = grid_of_width(width_m).outlines(cells)
    np.testing.assert_allclose(shapely.area(outlines), cell_m2(width_m), rtol=1e-9)
    bounds = shapely.bounds(outlines)
    np.testing.assert_allclose(bounds[:, 2] - bounds[:, 0], width_m, rtol=1e-9)
    np.testing.assert_allclose(bounds[:, 3] - bounds[:, 1], 2.0 * width_m / np.sqrt(3.0), rtol=1e-9)


def test_cells_tile_the_ground_without_gap_or_overlap() -> None:
    cells = block(350)
    outlines = grid_of_width(350).outlines(cells)
    assert shapely.coverage_is_valid(outlines)
    assert shapely.union_all(outlines).area == pytest.approx(len(cells) * cell_m2(350), rel=1e-12)


def test_an_inner_cell_has_six_neighbours_one_width_away_that_share_a_side() -> None:
    cells = block(350)
    grid = grid_of_width(350)
    matrix = cell_weights(cells).matrix
    assert (matrix != matrix.T).nnz == 0
    assert np.diff(matrix.indptr).max() == 7
    left, right = matrix.nonzero()
    other = left != right
    centres, outlines = grid.centres(cells), grid.outlines(cells)
    np.testing.assert_allclose(np.linalg.norm(centres[left] - centres[right], axis=1)[other], 350.0, rtol=1e-9)
    shared = shapely.length(shapely.intersection(outlines[left[other]], outlines[right[other]], grid_size=CLOSE_M))
    np.testing.assert_allclose(shared, 350.0 / np.sqrt(3.0), atol=1e-4)
    inner = np.diff(matrix.indptr) == 7
    # of 13 x 13 axial steps all but the rim
    assert inner.sum() == 11 * 11


def test_every_point_is_in_exactly_one_cell_on_edges_and_corners_too() -> None:
    cells = block(350)
    grid = grid_of_width(350)
    outlines = grid.outlines(cells)
    corners = shapely.get_coordinates(outlines)
    # corners, middles of sides, points anywhere along sides, and points at random
    ends = corners.reshape(len(cells), 7, 2)
    along = np.random.default_rng(1).random((len(cells), 6, 1))
    sides = (ends[:, :-1] * along + ends[:, 1:] * (1 - along)).reshape(-1, 2)
    middles = ((ends[:, :-1] + ends[:, 1:]) / 2).reshape(-1, 2)
    rng = np.random.default_rng(2)
    anywhere = grid.centres(cells) + rng.uniform(-200, 200, (len(cells), 2))
    points = np.concatenate([corners, sides, middles, anywhere])
    own = grid.cells_at(points)
    # the cell that a point is given holds it, to a hair's breadth
    assert (shapely.distance(grid.outlines(own), shapely.points(points)) <= CLOSE_M).all()
    # alone or among others, in whatever order: the same cell
    order = rng.permutation(len(points))
    np.testing.assert_array_equal(grid.cells_at(points[order]), own[order])
    assert all(grid.cells_at(points[i : i + 1])[0] == own[i] for i in range(0, len(points), 97))


@given(east=st.floats(0, 700_000), north=st.floats(0, 1_300_000), width_m=st.integers(50, 5_000))
def test_no_other_centre_is_nearer_and_the_code_says_which_it_is(east: float, north: float, width_m: int) -> None:
    grid = grid_of_width(width_m)
    point = np.array([[east, north]])
    cell = grid.cells_at(point)
    q, r = axial(cell)
    around = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)])
    others = grid.centres(key(q + around[:, 0], r + around[:, 1]))
    assert np.linalg.norm(grid.centres(cell) - point) <= np.linalg.norm(others - point, axis=1).min() + CLOSE_M
    assert cell_codes(width_m, cell) == (f"w{width_m}q{q[0]}r{r[0]}",)


def test_codes_tell_width_and_place_and_the_grid_starts_at_the_false_origin() -> None:
    grid = grid_of_width(350)
    assert cell_codes(350, grid.cells_at(np.array([[0.0, 0.0], [350.0, 0.0], [175.0, 303.0]]))) == (
        "w350q0r0", "w350q1r0", "w350q0r1",
    )  # fmt: skip
    # Carfax, Oxford: the same cell today and in ten years, alone or with all of the region
    assert cell_codes(350, grid.cells_at(np.array([[451_300.0, 206_200.0]]))) == ("w350q949r680",)


@pytest.mark.parametrize("width_m", [0, 49, 5_001, -350])
def test_a_width_that_no_grid_may_have_is_refused(width_m: int) -> None:
    with pytest.raises(UserError, match="50 to 5,000 metres"):
        grid_of_width(width_m)


def test_gi_star_on_the_grid_equals_esda() -> None:
    rng = np.random.default_rng(8)
    grid = grid_of_width(350)
    # points clustered as incidents are, so that the study area has holes, rims and lone cells
    towns = rng.uniform((440_000, 180_000), (460_000, 200_000), (12, 2))
    points = towns[rng.integers(0, 12, 6_000)] + rng.normal(0, 900, (6_000, 2))
    points = np.concatenate([points, rng.uniform((440_000, 180_000), (460_000, 200_000), (150, 2))])
    cells, at = np.unique(grid.cells_at(points), return_inverse=True)
    weights = cell_weights(cells)
    assert weights.islands
    values = np.column_stack(
        [np.log1p(np.bincount(at, weights=rng.random(len(points)) < share, minlength=len(cells))) for share in (1.0, 0.3, 0.02)]
    )
    ours = getis_ord_gi_star(values, weights.matrix)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = WSP(weights.matrix).to_W(silence_warnings=True)
        for column in range(values.shape[1]):
            theirs = G_Local(values[:, column], w, transform="B", star=True, permutations=0)
            np.testing.assert_allclose(ours.z[:, column], theirs.Zs, atol=1e-9, rtol=0)

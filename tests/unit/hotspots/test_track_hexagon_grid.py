"""Hexagon grids in EPSG:27700: a point goes to the nearest centre, cells are equal in area, neighbours touch."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from analytics.neighbours.hexagon_grid import HexagonGrid, other_grids, rings
from core.errors import InternalError


@pytest.mark.parametrize("grid", [HexagonGrid(0.1), *other_grids(0.7, 4, seed=2)])
def test_each_point_is_in_the_cell_with_the_nearest_centre(grid: HexagonGrid) -> None:
    points = np.random.default_rng(1).uniform((440_000, 180_000), (446_000, 186_000), (4_000, 2))
    cells = grid.cells_at(points)
    present = np.unique(cells)
    nearest = present[cKDTree(grid.centres(present)).query(points)[1]]
    # at the rim the nearest centre of all may have no point; there the assigned one is nearer still
    own = np.linalg.norm(points - grid.centres(cells), axis=1)
    other = np.linalg.norm(points - grid.centres(nearest), axis=1)
    assert (own <= other + 1e-6).all()
    assert own.max() <= grid.side_m + 1e-6
    assert (grid.cells_at(grid.centres(present)) == present).all()


def test_cells_have_the_area_asked_for() -> None:
    grid = HexagonGrid(0.25, (17.0, -5.0), 0.3)
    points = np.random.default_rng(3).uniform(0, 20_000, (200_000, 2))
    inner = points[(np.abs(points - 10_000) < 9_000).all(axis=1)]
    # cells over 18 x 18 km: 324 / 0.25, and the cells that its edge cuts
    assert len(np.unique(grid.cells_at(inner))) == pytest.approx(324 / 0.25, rel=0.07)


def test_an_inner_cell_has_six_neighbours_one_spacing_away() -> None:
    grid = HexagonGrid(0.1, (3.0, 4.0), 0.2)
    cells = np.unique(grid.cells_at(np.random.default_rng(0).uniform(0, 5_000, (20_000, 2))))
    weights = rings(cells)
    assert (weights != weights.T).nnz == 0
    assert (weights.diagonal() == 1).all()
    assert np.diff(weights.indptr).max() == 7
    centres = grid.centres(cells)
    left, right = weights.nonzero()
    apart = np.linalg.norm(centres[left] - centres[right], axis=1)
    np.testing.assert_allclose(apart[left != right], np.sqrt(3) * grid.side_m, rtol=1e-6)


def test_cells_out_of_order_are_refused() -> None:
    with pytest.raises(InternalError, match="rising order"):
        rings(np.array([5, 3], dtype=np.int64))


def test_the_same_seed_lays_the_same_grids() -> None:
    assert other_grids(0.1, 5, seed=9) == other_grids(0.1, 5, seed=9)
    assert len({grid.shift_m for grid in other_grids(0.1, 20, seed=9)}) == 20

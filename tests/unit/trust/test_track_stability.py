"""Stability on a drawn town: a wide hot spot holds wherever the grid is laid, one made by a single address does not hold without it."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.neighbours.hexagon_grid import HexagonGrid, rings
from analytics.trust.busiest_location import still_hot
from analytics.trust.stability import ALPHA, examine, hot_of_maps

CELL_KM2 = 0.5
WIDE, LONE = (446_000.0, 186_000.0), (454_000.0, 194_000.0)


@pytest.fixture(scope="module")
def drawn() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    points = rng.uniform((440_000, 180_000), (460_000, 200_000), (9_000, 2))
    incidents = rng.poisson(1.0, len(points)).astype(float)
    near_wide = np.linalg.norm(points - WIDE, axis=1) < 1_500
    incidents[near_wide] += rng.poisson(3.0, int(near_wide.sum()))
    # quiet all around but for one address with very many
    points = np.vstack([points, [LONE]])
    incidents = np.append(incidents, 600.0)
    grid = HexagonGrid(CELL_KM2)
    cells, place = np.unique(grid.cells_at(points), return_inverse=True)
    weights = rings(cells)
    counts = np.bincount(place, weights=incidents)[:, None]
    hot = np.flatnonzero(hot_of_maps(counts, weights, permutations=9_999, seed=1)[:, 0])
    return {
        "points": points,
        "incidents": incidents,
        "place": place,
        "hot": hot,
        "centres": grid.centres(cells),
        "weights": weights,
    }


def test_wide_holds_and_the_lone_address_does_not(drawn: dict[str, np.ndarray]) -> None:
    answer = examine(
        [drawn["hot"]],
        drawn["incidents"][:, None],
        drawn["points"],
        drawn["place"],
        drawn["weights"],
        CELL_KM2,
        grids=4,
        permutations=9_999,
        seed=1,
    )[0]
    away = np.linalg.norm(drawn["centres"][answer.places] - WIDE, axis=1)
    core = away < 1_000
    assert core.sum() >= 3
    # at its own cell size; a cell of the rim can be lost in finer grids
    assert (answer.grids[core][:, 1] >= 3).all()
    assert (answer.without_busiest[core] == 1).all()
    assert (answer.busiest_share[core] < 0.1).all()
    assert answer.grids.shape == (len(drawn["hot"]), 3)
    assert answer.grids.max() <= 4

    # ask about the lone address's own cell, hot or not: without that address it is as quiet as the rest
    lone = drawn["place"][-1:]
    asked = examine(
        [lone], drawn["incidents"][:, None], drawn["points"], drawn["place"], drawn["weights"], CELL_KM2, grids=1, permutations=9_999,
        seed=1,
    )[0]  # fmt: skip
    assert asked.without_busiest[0] in (0, -1)
    assert asked.busiest_share[0] > 0.5


def test_maps_examined_together_are_examined_as_each_by_itself(drawn: dict[str, np.ndarray]) -> None:
    other = np.roll(drawn["incidents"], 4_000)
    hot = [drawn["hot"][:5], drawn["hot"][5:9]]
    options = {"grids": 2, "permutations": 499, "seed": 8}
    fixed = (drawn["points"], drawn["place"], drawn["weights"], CELL_KM2)
    together = examine(hot, np.column_stack([drawn["incidents"], other]), *fixed, **options)
    for places, incidents, found in zip(hot, (drawn["incidents"], other), together, strict=True):
        alone = examine([places], incidents[:, None], *fixed, **options)[0]
        assert (alone.grids == found.grids).all()
        assert (alone.without_busiest == found.without_busiest).all()


@pytest.mark.parametrize("seed", range(4))
def test_without_a_location_is_the_whole_map_tested_again(seed: int) -> None:
    """Every busiest location of a small clustered map taken off in turn, against the plain way: change the count, test the map."""
    rng = np.random.default_rng(seed)
    grid = HexagonGrid(0.3)
    cells = np.unique(grid.cells_at(rng.uniform(0, 9_000, (900, 2))))
    weights = rings(cells)
    n = len(cells)
    counts = rng.poisson(rng.gamma(0.4, 3.0, n)).astype(float)
    counts[: n // 8] += rng.poisson(6, n // 8)
    changed = rng.choice(n, 60, replace=False)
    less = np.floor(counts[changed] * rng.uniform(0.2, 1.0, 60))
    permutations = 999 if seed % 2 else 1_999
    maps = np.repeat(counts[:, None], 60, axis=1)
    maps[changed, np.arange(60)] -= less
    plain = hot_of_maps(maps, weights, permutations=permutations, seed=seed)
    assert plain.any() and not plain.all()
    asked, which = (axis.ravel() for axis in np.meshgrid(np.arange(n), np.arange(60)))
    found = still_hot(counts, weights, changed, less, asked, which, permutations=permutations, seed=seed, alpha=ALPHA)
    np.testing.assert_array_equal(found, plain[asked, which])


def test_the_same_seed_gives_the_same_answer(drawn: dict[str, np.ndarray]) -> None:
    one, two = (
        examine(
            [drawn["hot"][:3]], drawn["incidents"][:, None], drawn["points"], drawn["place"], drawn["weights"], CELL_KM2, grids=2,
            permutations=499, seed=8,
        )[0]
        for _ in range(2)
    )  # fmt: skip
    assert (one.grids == two.grids).all()
    assert (one.without_busiest == two.without_busiest).all()


def test_a_hot_spot_of_a_single_location_cannot_be_asked() -> None:
    points = np.array([[0.0, 0.0], [9_000.0, 0.0], [0.0, 9_000.0], [9_000.0, 9_000.0]])
    grid = HexagonGrid(1.0)
    cells, place = np.unique(grid.cells_at(points), return_inverse=True)
    counts = np.array([[50.0], [1.0], [1.0], [2.0]])
    answer = examine([place[:1]], counts, points, place, rings(cells), 1.0, grids=1, permutations=99, seed=1)[0]
    assert answer.without_busiest[0] == -1
    assert answer.busiest_share[0] == 1.0

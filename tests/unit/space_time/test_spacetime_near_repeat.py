from __future__ import annotations

import itertools

import numba
import numpy as np
import pytest

from analytics.statistics.near_repeat import knox_table
from core.errors import InternalError, UserError


def _plain(points: np.ndarray, times: np.ndarray, space: tuple[float, ...], time: tuple[float, ...]) -> np.ndarray:
    table = np.zeros((len(space), len(time)), dtype=int)
    for i, j in itertools.combinations(range(len(points)), 2):
        distance, apart = float(np.hypot(*(points[i] - points[j]))), abs(times[i] - times[j])
        row = next((k for k, edge in enumerate(space) if distance <= edge), None)
        column = next((k for k, edge in enumerate(time) if apart <= edge), None)
        if row is not None and column is not None:
            table[row, column] += 1
    return table


@pytest.mark.parametrize("seed", range(5))
def test_counts_every_pair_once_in_its_bands(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 12, (80, 2)) * 100.0
    times = rng.integers(0, 40, 80).astype(float)
    space, time = (0.1, 100.0, 300.0, 500.0), (0.0, 1.0, 7.0, 14.0)
    result = knox_table(points, times, space, time, permutations=9, seed=seed)
    assert (result.observed == _plain(points, times, space, time)).all()


def test_expected_is_the_mean_over_every_order_of_the_times() -> None:
    rng = np.random.default_rng(4)
    points, times = rng.random((6, 2)) * 100, rng.integers(0, 5, 6).astype(float)
    space, time = (40.0, 80.0), (1.0, 3.0)
    tables = [_plain(points, np.array(order), space, time) for order in itertools.permutations(times)]
    result = knox_table(points, times, space, time, permutations=1, seed=0)
    assert result.expected == pytest.approx(np.mean(tables, axis=0), rel=1e-12)


def test_expected_counts_differences_at_an_edge_like_the_table_does() -> None:
    # 0.1 steps: 0.3 - 0.2 and 0.2 - 0.1 differ in their last digits from 0.1
    times = np.arange(30) * 0.1
    points = np.zeros((30, 2))
    result = knox_table(points, times, (1.0,), (0.1, 0.2, 0.7), permutations=1, seed=0)
    # all pairs are at the same place, so what is observed is what is expected
    assert result.expected[0] == pytest.approx(result.observed[0], abs=1e-9)


def test_a_planted_near_repeat_is_found_and_chance_is_not() -> None:
    rng = np.random.default_rng(9)
    points, times = rng.random((500, 2)) * 10_000, rng.random(500) * 365
    alone = knox_table(points, times, (200.0, 400.0, 800.0), (7.0, 14.0, 28.0), permutations=499, seed=1)
    assert (alone.p_any > 0.05).all()
    first = rng.choice(500, 60, replace=False)
    repeats = points[first] + rng.normal(0, 50, (60, 2)), times[first] + rng.random(60) * 6
    both = knox_table(
        np.vstack([points, repeats[0]]), np.concatenate([times, repeats[1]]), (200.0, 400.0, 800.0), (7.0, 14.0, 28.0),
        permutations=499, seed=1,
    )  # fmt: skip
    assert both.p[0, 0] == both.p_any[0, 0] == 0.002
    assert both.ratio[0, 0] > 3
    assert (both.p_any >= both.p - 1e-12).all()


def test_under_chance_the_table_as_a_whole_errs_at_its_level() -> None:
    rng = np.random.default_rng(12)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        smallest = [
            knox_table(
                rng.random((120, 2)) * 3000, rng.random(120) * 100, (200.0, 400.0), (7.0, 14.0, 28.0), permutations=99, seed=run
            ).p_any.min()
            for run in range(200)
        ]
    finally:
        numba.set_num_threads(threads)
    # 200 draws at 5%: 3 to 18 holds 98.9% of the time
    assert 3 <= (np.array(smallest) <= 0.05).sum() <= 18


def test_the_same_seed_gives_the_same_table() -> None:
    rng = np.random.default_rng(1)
    points, times = rng.random((200, 2)) * 2000, rng.integers(0, 12, 200).astype(float)
    a, b, c = (knox_table(points, times, (300.0,), (1.0,), permutations=50, seed=seed).p[0, 0] for seed in (1, 1, 2))
    assert a == b
    assert knox_table(points, times, (300.0,), (1.0,), permutations=50, seed=2).p[0, 0] == c


def test_mistakes_are_told() -> None:
    points, times = np.zeros((3, 2)), np.zeros(3)
    with pytest.raises(UserError, match="at least two"):
        knox_table(points[:1], times[:1], (1.0,), (1.0,), permutations=9, seed=1)
    with pytest.raises(UserError, match="bands of distance"):
        knox_table(points, times, (2.0, 1.0), (1.0,), permutations=9, seed=1)
    with pytest.raises(UserError, match="bands of time"):
        knox_table(points, times, (2.0,), (), permutations=9, seed=1)
    with pytest.raises(UserError, match="permutation"):
        knox_table(points, times, (2.0,), (1.0,), permutations=0, seed=1)
    with pytest.raises(InternalError, match="do not fit"):
        knox_table(points, times[:2], (2.0,), (1.0,), permutations=9, seed=1)

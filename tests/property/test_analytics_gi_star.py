"""What must hold of Gi*, its p values and the correction for any map; and how often they cry wolf when there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analytics.statistics.false_discovery import certainty_of, q_values
from analytics.statistics.gi_star import getis_ord_gi_star
from analytics.statistics.gi_star_permutation import permutation_p


def square_grid(side: int) -> sparse.csr_matrix:
    """Queen neighbours on a square of places, each its own neighbour."""
    line = sparse.diags([np.ones(side - 1), np.ones(side), np.ones(side - 1)], [-1, 0, 1])
    return sparse.kron(line, line).tocsr()


SIDE = 7
WEIGHTS = square_grid(SIDE)
maps = st.lists(st.integers(0, 60), min_size=SIDE * SIDE, max_size=SIDE * SIDE).map(lambda x: np.array(x, dtype=float)[:, None])


@given(maps, st.floats(0.001, 1000), st.floats(-50, 50))
def test_z_does_not_depend_on_unit_or_origin(values: np.ndarray, unit: float, origin: float) -> None:
    z = getis_ord_gi_star(values, WEIGHTS).z
    np.testing.assert_allclose(getis_ord_gi_star(unit * values + origin, WEIGHTS).z, z, atol=1e-6)


@given(maps)
def test_turning_a_map_over_turns_hot_to_cold(values: np.ndarray) -> None:
    up, down = getis_ord_gi_star(values, WEIGHTS), getis_ord_gi_star(-values, WEIGHTS)
    np.testing.assert_allclose(down.z, -up.z, atol=1e-9)
    np.testing.assert_allclose(down.p, up.p, atol=1e-9)


@given(maps, st.randoms(use_true_random=False))
def test_renaming_places_renames_results(values: np.ndarray, random: object) -> None:
    order = np.arange(SIDE * SIDE)
    random.shuffle(order)  # type: ignore[attr-defined]
    there = getis_ord_gi_star(values[order], WEIGHTS[order][:, order])
    np.testing.assert_allclose(there.z, getis_ord_gi_star(values, WEIGHTS).z[order], atol=1e-9)


@given(st.lists(maps, min_size=2, max_size=4))
def test_a_map_does_not_depend_on_the_maps_beside_it(several: list[np.ndarray]) -> None:
    together = getis_ord_gi_star(np.hstack(several), WEIGHTS)
    q = q_values(together.p)
    for j, one in enumerate(several):
        alone = getis_ord_gi_star(one, WEIGHTS)
        np.testing.assert_allclose(together.z[:, [j]], alone.z, atol=1e-12)
        np.testing.assert_allclose(q[:, [j]], q_values(alone.p), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(maps, st.sampled_from(["total", "conditional"]))
def test_permutation_p_are_probabilities_and_repeat_with_their_seed(values: np.ndarray, null: str) -> None:
    first = permutation_p(values, WEIGHTS, permutations=199, seed=4, null=null)
    assert np.isnan(first).all() if np.ptp(values) == 0 else ((first > 0) & (first <= 1)).all()
    np.testing.assert_array_equal(first, permutation_p(values, WEIGHTS, permutations=199, seed=4, null=null))


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=60))
def test_q_values_keep_order_and_never_help(p: list[float]) -> None:
    p_values = np.array(p)
    q = q_values(p_values[:, None])[:, 0]
    assert (q >= p_values - 1e-15).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p_values, kind="stable")]) >= -1e-15).all()


def skewed_maps(count: int, side: int) -> np.ndarray:
    """Maps with no pattern whose counts are as skewed as recorded crime by neighbourhood (most 0 to 20, a few in the hundreds)."""
    rng = np.random.default_rng(8)
    return rng.poisson(np.exp(rng.normal(1.5, 1.3, size=(side * side, count)))).astype(float)


def share_with_a_false_alarm(p: np.ndarray) -> float:
    """Of maps with nothing to find, those with at least one place significant at 95%: here the false discovery rate."""
    return float((certainty_of(q_values(p)) >= 95).any(axis=0).mean())


def test_no_false_alarms_where_there_is_nothing_to_find() -> None:
    """The method of the hot spot stage on 200 patternless maps. At 5% nominal, more than 21 in 200 has a chance of 1 in 1,000."""
    weights = square_grid(20)
    tested = np.log1p(skewed_maps(200, 20))
    assert share_with_a_false_alarm(permutation_p(tested, weights, permutations=19_999, seed=1)) <= 21 / 200


def test_why_the_normal_approximation_on_raw_counts_is_not_used() -> None:
    """The common practice: on most patternless maps it calls places hot, 'corrected for multiple testing' as they are."""
    raw = getis_ord_gi_star(skewed_maps(200, 20), square_grid(20))
    assert share_with_a_false_alarm(raw.p) > 0.8


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_cluster_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    side = 20
    values = skewed_maps(3, side)[:, [seed]]
    row, column = np.divmod(np.arange(side * side), side)
    middle = rng.integers(4, side - 4, size=2)
    far = np.maximum(np.abs(row - middle[0]), np.abs(column - middle[1]))
    planted, core = far <= 2, far <= 1
    values[planted] = values[planted] * 4 + 15
    tested = np.log1p(values)
    p = permutation_p(tested, square_grid(side), permutations=19_999, seed=1)
    hot = (certainty_of(q_values(p)) >= 95)[:, 0] & (getis_ord_gi_star(tested, square_grid(side)).z[:, 0] > 0)
    reach = (square_grid(side) @ planted) > 0
    assert hot[core].all()
    assert not (hot & ~reach).any()

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from analytics.emerging.analysis import emerging_hot_spots
from analytics.emerging.cube import space_time_gi_star, space_time_weights
from analytics.emerging.overlap import overlap_ratio
from analytics.statistics.gi_star import getis_ord_gi_star
from analytics.statistics.mann_kendall import mann_kendall
from core.errors import InternalError, UserError


def _grid(side: int) -> sparse.csr_matrix:
    """Queen neighbours on a square grid, each place its own neighbour."""
    line = sparse.diags([1.0, 1.0, 1.0], [-1, 0, 1], shape=(side, side))
    return sparse.kron(line, line, format="csr")


def test_weights_are_the_place_now_and_one_step_before() -> None:
    # three places in a row, months 1, 2 and 4: month 4 has no step before it
    spatial = sparse.csr_matrix(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    weights = space_time_weights(spatial, np.array([1, 2, 4])).toarray()
    w, none = spatial.toarray(), np.zeros((3, 3))
    assert (weights == np.block([[w, none, none], [w, w, none], [none, none, w]])).all()


def test_the_neighbourhood_window_is_gi_star_of_two_months() -> None:
    spatial = _grid(5)
    cube = np.random.default_rng(3).poisson(4, (25, 10)).astype(float)
    months = np.array([0, 1, 2, 4, 5, 6, 7, 8, 9, 10])
    z, _ = space_time_gi_star(cube, spatial, months, window="neighbourhood")
    both = getis_ord_gi_star(np.concatenate([cube[:, 4], cube[:, 5]])[:, None], space_time_weights(spatial, np.arange(2)))
    assert z[:, 5] == pytest.approx(both.z[25:, 0], abs=1e-12)
    for alone in (0, 3):
        assert z[:, alone] == pytest.approx(getis_ord_gi_star(cube[:, [alone]], spatial).z[:, 0], abs=1e-12)


def test_months_out_of_order_are_refused() -> None:
    with pytest.raises(InternalError, match="order"):
        space_time_weights(_grid(3), np.array([0, 2, 1]))


def test_a_cube_of_nothing_has_no_pattern() -> None:
    result = emerging_hot_spots(np.zeros((9, 12)), _grid(3))
    assert not result.pattern.any()
    assert not result.trend.any()


def test_too_few_steps_are_the_users_mistake() -> None:
    with pytest.raises(UserError, match="at least 10 time steps, there are 9"):
        emerging_hot_spots(np.zeros((9, 9)), _grid(3))


def test_a_county_wide_rise_shows_in_the_cube_window_only() -> None:
    rng = np.random.default_rng(8)
    cube = rng.poisson(np.linspace(5, 25, 24), (100, 24)).astype(float)
    assert (emerging_hot_spots(cube, _grid(10), window="cube").trend == 1).all()
    assert (emerging_hot_spots(cube, _grid(10), window="neighbourhood").trend == 1).mean() < 0.1


def test_overlap_ratio_is_one_without_overlap() -> None:
    assert overlap_ratio((False,) * 15) == pytest.approx(1.0)


def test_overlap_ratio_is_the_spread_of_s_in_a_simulation() -> None:
    steps = 14
    rng = np.random.default_rng(11)
    own = rng.normal(size=(40_000, steps))
    smoothed = own.copy()
    smoothed[:, 1:] = (own[:, 1:] + own[:, :-1]) / np.sqrt(2)
    s = mann_kendall(smoothed).s
    independent = steps * (steps - 1) * (2 * steps + 5) / 18
    # the variance of 40,000 draws has a relative error of about 0.7%
    assert s.var() / independent == pytest.approx(overlap_ratio((False,) + (True,) * (steps - 1)), rel=0.03)


def test_under_chance_alone_the_trend_keeps_its_level_only_with_the_overlap_allowed_for() -> None:
    spatial = _grid(20)
    rng = np.random.default_rng(4)
    called = {"overlap": 0.0, "independent": 0.0}
    bins = 0.0
    for _ in range(12):
        cube = rng.poisson(3, (400, 24)).astype(float)
        for null in ("overlap", "independent"):
            result = emerging_hot_spots(cube, spatial, trend_null=null)  # type: ignore[arg-type]
            called[null] += float((result.trend != 0).mean()) / 12
            bins += float((result.signs != 0).mean()) / 24
    assert called["overlap"] < 0.06
    assert called["independent"] > 0.11
    assert bins < 0.001


def test_planted_patterns_are_found() -> None:
    side, steps = 20, 24
    truth = {(2, 2): "persistent hot spot", (2, 12): "consecutive hot spot", (12, 2): "historical hot spot"}
    busy = {(2, 2): range(24), (2, 12): range(20, 24), (12, 2): range(22)}
    cube = np.random.default_rng(5).poisson(3, (side * side, steps)).astype(float)
    for (row, column), when in busy.items():
        block = [r * side + c for r in range(row, row + 5) for c in range(column, column + 5)]
        cube[np.ix_(block, list(when))] += 9
    labels = emerging_hot_spots(cube, _grid(side)).labels()
    for (row, column), label in truth.items():
        assert labels[(row + 2) * side + column + 2] == label

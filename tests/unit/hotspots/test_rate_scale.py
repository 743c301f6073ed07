"""Maps by rate keep their false discovery rate where one rate holds everywhere, and still find what was planted.

The sizes are small; `homeground bench claims` draws more of everything (docs/decisions/0102).
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.hotspots.stage import FEWEST_PLACES, judge
from analytics.statistics.gi_star import by_tested, getis_ord_gi_star
from analytics.statistics.tested_rate import FEWEST_EXPECTED, deviations_of_rates, signed_log
from bench.claims import called, hexagons, log_smoothed, planted_claims, residents_of

SIDE = 30
WEIGHTS = hexagons(SIDE)
MAPS = 40


def towns() -> np.ndarray:
    return residents_of("towns", SIDE, np.random.default_rng(1))


@pytest.mark.parametrize("mean", [0.5, 2.0])
def test_a_map_of_one_rate_has_no_hot_or_cold_place_in_most_draws_however_skew_and_clustered_residents_are(mean: float) -> None:
    people = towns()
    expected = mean * people / people.mean()
    counts = np.random.default_rng(2).poisson(expected[:, None], (len(people), MAPS)).astype(float)
    ours, before = ((called(of(counts, people), WEIGHTS) != 0).any(axis=0).mean() for of in (deviations_of_rates, log_smoothed))
    # 5% and three standard errors of 40 maps; the smoothed rate goes wrong in several times as many
    assert ours <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / MAPS)
    assert before > max(0.15, ours)


def test_what_is_planted_is_found_at_least_as_often_as_on_the_smoothed_rate_and_less_beside_it() -> None:
    people = towns()
    found = planted_claims(2.0 * people / people.mean(), people, WEIGHTS, maps=20, rng=np.random.default_rng(3))
    assert found["found_ours"] >= max(0.5, found["found_log_smoothed"] - 0.1)
    assert found["false_discovery_ours"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 20)
    assert found["false_discovery_ours"] < found["false_discovery_log_smoothed"]


def test_a_rate_is_tested_where_the_regions_rate_gives_an_incident_and_nowhere_else() -> None:
    people = np.array([0.0, 10.0, 990.0, 1_000.0])
    events = np.array([[3.0, 0.0], [2.0, 0.0], [95.0, 0.0], [100.0, 0.0]])
    # 200 incidents of 2,000 residents: 1 in 10, so 10 residents are the fewest
    assert FEWEST_EXPECTED == 1.0
    tested = deviations_of_rates(events, people)
    assert np.isnan(tested[:, 0]).tolist() == [True, False, False, False]
    # no incident in the region: no rate to compare with
    assert np.isnan(tested[:, 1]).all()
    assert tested[1, 0] > 0 > tested[2, 0]


def test_the_signed_logarithm_keeps_order_and_sign() -> None:
    assert signed_log(np.array([-3.0, 0.0, 3.0])).tolist() == pytest.approx([-np.log(4), 0.0, np.log(4)])


def test_places_that_are_not_tested_are_nobodys_neighbours_and_have_no_verdict() -> None:
    rng = np.random.default_rng(4)
    weights = hexagons(8)
    values = rng.normal(size=(64, 3))
    values[:10, 1] = np.nan
    values[: 64 - FEWEST_PLACES + 1, 2] = np.nan
    found = judge(values, weights, permutations=99, seed=1)
    assert np.isnan(found.gi.z[:10, 1]).all()
    assert np.isnan(found.q[:10, 1]).all()
    assert (found.certainty[:10, 1] == 0).all()
    alone = getis_ord_gi_star(values[10:, 1:2], weights[10:][:, 10:].tocsr())
    np.testing.assert_allclose(found.gi.z[10:, 1], alone.z[:, 0])
    np.testing.assert_allclose(found.gi.z[:, 0], getis_ord_gi_star(values[:, :1], weights).z[:, 0])
    # too few places to test: the map says that it has none
    assert found.gi.degenerate.tolist() == [False, False, True]
    assert np.isnan(found.p[:, 2]).all()


def test_slices_with_the_same_places_are_judged_together() -> None:
    values = np.zeros((5, 4))
    values[0, 1] = values[0, 3] = np.nan
    values[:, 2] = np.nan
    parts = [(places.tolist(), slices.tolist()) for places, slices, _ in by_tested(values, hexagons(3)[:5][:, :5].tocsr())]
    assert sorted(parts) == [([0, 1, 2, 3, 4], [0]), ([1, 2, 3, 4], [1, 3])]

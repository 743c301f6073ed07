"""Reach drawn on a grid, and further sites against every plan there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely

from analytics.services.reach import distance_to_border, homes_of, nearest_service, reach_of
from analytics.services.siting import best_plans, coverage_of, nearly_as_good
from core.errors import InternalError

# three squares of a kilometre in a row; four postcodes in the first, two in the second, none in the third
SQUARES = np.array([shapely.box(1_000 * k, 0, 1_000 * (k + 1), 1_000) for k in range(3)], dtype=object)
POSTCODES = np.array([[100.0, 500], [200.0, 500], [300.0, 500], [900.0, 500], [1_500.0, 500], [1_900.0, 500]])
PLACE = np.array([0, 0, 0, 0, 1, 1])
RESIDENTS = np.array([400.0, 100.0, 50.0])


def test_residents_are_shared_over_postcodes_and_nobody_is_lost() -> None:
    homes = homes_of(PLACE, POSTCODES, RESIDENTS, np.array([[500.0, 500], [1_500.0, 500], [2_500.0, 500]]))
    assert homes.people.sum() == RESIDENTS.sum()
    assert homes.homes.tolist() == [4, 2, 1]
    assert homes.from_outline.tolist() == [False, False, True]
    np.testing.assert_allclose(homes.middle[:, 0], [375, 1_700, 2_500])


def test_reach_of_a_service_at_the_left_edge() -> None:
    homes = homes_of(PLACE, POSTCODES, RESIDENTS, np.array([[500.0, 500], [1_500.0, 500], [2_500.0, 500]]))
    distance = nearest_service(homes, np.array([[0.0, 500.0]]))
    border = distance_to_border(homes, SQUARES, distance)
    found = reach_of(homes, distance, reach_m=300, border=border)
    assert found.within.tolist() == [0.75, 0, 0]
    assert found.beyond.tolist() == [100, 100, 50]
    assert found.nearest.tolist() == [200, 1_500, 2_500]
    assert (found.lower[0], found.upper[0]) == (100, 900)
    # half a kilometre from the border at most, so the far homes may have a nearer service outside
    assert found.at_border.tolist() == [0.25, 1, 1]


def test_a_home_that_is_surely_far_from_the_border_is_not_asked() -> None:
    homes = homes_of(PLACE, POSTCODES, RESIDENTS, np.array([[500.0, 500], [1_500.0, 500], [2_500.0, 500]]))
    near = distance_to_border(homes, SQUARES, np.full(len(homes.xy), 1e6))
    some = distance_to_border(homes, SQUARES, np.full(len(homes.xy), 10.0))
    assert near[0] == pytest.approx(100, abs=1)
    assert np.isinf(some).any()
    np.testing.assert_allclose(some[np.isfinite(some)], near[np.isfinite(some)])


def test_without_a_service_there_is_nothing_to_measure() -> None:
    homes = homes_of(PLACE, POSTCODES, RESIDENTS, np.zeros((3, 2)))
    with pytest.raises(InternalError, match="no service"):
        nearest_service(homes, np.empty((0, 2)))


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_one_two_or_three_sites_reaches_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    homes, candidates = rng.uniform(0, 10_000, (300, 2)), rng.uniform(0, 10_000, (25, 2))
    people = rng.integers(1, 50, 300).astype(float)
    coverage = coverage_of(homes, people, candidates, reach_m=1_500)
    near = np.hypot(*(homes[:, None] - candidates[None]).transpose(2, 0, 1)) <= 1_500
    plans = best_plans(coverage, most_sites=3)
    assert all(plan.proven for plan in plans)
    for count, plan in enumerate(plans, start=1):
        best = max(people[near[:, list(chosen)].any(axis=1)].sum() for chosen in combinations(range(25), count))
        assert len(plan.sites) == count
        assert plan.people == pytest.approx(best)
        assert people[near[:, list(plan.sites)].any(axis=1)].sum() == pytest.approx(best)
        assert plan.alone == pytest.approx(tuple(people[near[:, s]].sum() for s in plan.sites))


def test_when_everyone_is_reached_no_further_site_is_named() -> None:
    coverage = coverage_of(np.zeros((3, 2)), np.ones(3), np.array([[0.0, 0.0], [9e5, 9e5]]), reach_m=10)
    plans = best_plans(coverage, most_sites=3)
    assert [plan.sites for plan in plans] == [(0,)]
    assert best_plans(coverage_of(np.zeros((0, 2)), np.ones(0), np.zeros((2, 2)), reach_m=10), most_sites=2) == ()


def test_nearly_as_good_names_places_apart() -> None:
    candidates = np.array([[0.0, 0.0], [100.0, 0.0], [5_000.0, 0.0], [9_000.0, 0.0]])
    homes = np.array([[0.0, 0.0], [5_000.0, 0.0], [9_000.0, 0.0]])
    coverage = coverage_of(homes, np.array([100.0, 95.0, 50.0]), candidates, reach_m=1_000)
    assert nearly_as_good(coverage, candidates, 0, apart_m=1_000) == (2,)

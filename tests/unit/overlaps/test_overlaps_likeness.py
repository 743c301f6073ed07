"""Kinds of places on planted groups, names that mark nobody, and similar areas with their rates."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from analytics.likeness.similar_areas import compare, rate_ratio, similar_areas
from analytics.likeness.typology import describe, find_kinds, letter
from analytics.overlaps.definitions import load_factor_definitions
from core.errors import InternalError
from core.paths import PROJECT_ROOT

FACTORS = load_factor_definitions(PROJECT_ROOT / "analytics" / "overlaps" / "risk_factors.toml").factor[:3]


def planted(seed: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1, 2], [120, 60, 30])
    centres = apart * np.array([[0, 0, 0], [1, 1, 0], [-1, 0, 1]])
    return centres[truth] + rng.normal(size=(210, 3)), truth


def test_planted_kinds_are_found_and_firm() -> None:
    scores, truth = planted(1, apart=6.0)
    found = find_kinds(scores, 3, resamples=20, seed=5)
    # the most common kind is the first, so the labels are those planted
    assert (found.label == truth).mean() > 0.99
    assert found.sizes.tolist() == sorted(found.sizes, reverse=True)
    assert (found.certainty >= 0.8).mean() > 0.95


def test_where_there_are_no_kinds_hardly_any_place_is_firm_in_one() -> None:
    scores = np.random.default_rng(2).normal(size=(210, 6))
    found = find_kinds(scores, 5, resamples=20, seed=5)
    assert (found.certainty >= 0.8).mean() < 0.5
    assert (found.second != found.label).all()


def test_the_same_seed_gives_the_same_kinds() -> None:
    scores, _ = planted(3, apart=2.0)
    one, two = (find_kinds(scores, 4, resamples=10, seed=9) for _ in range(2))
    assert (one.label == two.label).all()
    assert (one.certainty == two.certainty).all()


def test_too_few_places_are_refused() -> None:
    with pytest.raises(InternalError, match="too few"):
        find_kinds(np.zeros((30, 2)), 4, resamples=10, seed=1)


def test_a_kind_is_described_by_what_is_there_not_by_who() -> None:
    words = describe(np.array([1.2, 0.1, -0.8]), FACTORS)
    assert words == f"Compared with the middle of the region: {FACTORS[0].high} and {FACTORS[2].low}."
    assert describe(np.zeros(3), FACTORS) == "Near the middle of the region in all that was compared."
    assert [letter(k) for k in range(3)] == ["A", "B", "C"]


def test_similar_areas_are_the_nearest_and_never_the_place_itself() -> None:
    scores = np.random.default_rng(1).normal(size=(80, 4))
    scores[1] = scores[0]
    scores[2] = scores[0]
    found = similar_areas(scores, 5)
    assert not (found.other == np.arange(80)[:, None]).any()
    assert set(found.other[0][:2]) == {1, 2}
    distance = np.linalg.norm(scores[:, None] - scores[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    np.testing.assert_allclose(found.distance, np.sort(distance, axis=1)[:, :5], atol=1e-12)
    assert 0.05 < (distance[np.triu_indices(80, 1)] <= found.close_within).mean() < 0.15


def test_more_exact_doubles_than_areas_do_not_make_a_place_its_own_neighbour() -> None:
    scores = np.zeros((12, 2))
    scores[9:] = 5.0
    found = similar_areas(scores, 3)
    assert not (found.other == np.arange(12)[:, None]).any()


def test_the_ratio_is_that_of_a_published_method_and_holds_its_level() -> None:
    # the exact conditional interval: its ends are where the binomial tails are 2.5%
    ratio, low, high = rate_ratio(np.array([10.0]), np.array([1_000.0]), np.array([40.0]), np.array([8_000.0]))
    assert ratio[0] == pytest.approx(2.0)
    from scipy.stats import binom

    for end, tail in ((low[0], binom.sf(9, 50, low[0] / (low[0] + 8))), (high[0], binom.cdf(10, 50, high[0] / (high[0] + 8)))):
        assert tail == pytest.approx(0.025, abs=1e-6), end
    rng = np.random.default_rng(0)
    events = poisson.rvs(12, size=4_000, random_state=rng).astype(float)
    there = poisson.rvs(120, size=4_000, random_state=rng).astype(float)
    _, lower, upper = rate_ratio(events, np.full(4_000, 1_000.0), there, np.full(4_000, 10_000.0))
    assert ((lower <= 1) & (upper >= 1)).mean() >= 0.95


def test_nothing_recorded_in_similar_areas_is_said_to_be_incomparable() -> None:
    other = np.array([[1, 2], [0, 2], [0, 1]])
    found = compare(np.array([5.0, 0.0, 0.0]), np.array([100.0, 100.0, 0.0]), other)
    assert np.isnan(found.ratio[0])
    assert found.rate[0] == 0.05
    assert np.isnan(found.rate[2])

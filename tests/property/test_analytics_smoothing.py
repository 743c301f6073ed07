"""What must hold of smoothed rates and of random maps for any input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analytics.statistics.coincidence import clustered, independent, normal_scores, shuffled_regions
from analytics.statistics.smoothing import empirical_bayes
from analytics.statistics.spectral_randomisation import spatial_patterns, spectral_surrogates

places = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 5000)), min_size=2, max_size=40)


@given(places)
def test_smoothing_pulls_every_rate_towards_the_regions_and_not_past_it(rows: list[tuple[int, int]]) -> None:
    events, people = np.array(rows, dtype=float).T
    smoothed = empirical_bayes(events[:, None], people)[:, 0]
    region = events.sum() / people.sum()
    low, high = np.minimum(events / people, region), np.maximum(events / people, region)
    assert (smoothed >= low - 1e-12).all()
    assert (smoothed <= high + 1e-12).all()


@given(places, st.integers(0, 39))
def test_fewer_people_are_smoothed_more(rows: list[tuple[int, int]], which: int) -> None:
    """Two places with the same rate: the one with ten times the people keeps more of it."""
    events, people = np.array([*rows, (7, 70), (70, 700)], dtype=float).T
    smoothed = empirical_bayes(events[:, None], people)[:, 0]
    region = events.sum() / people.sum()
    assert abs(smoothed[-2] - region) <= abs(smoothed[-1] - region) + 1e-12


def grid(side: int) -> sparse.csr_matrix:
    line = sparse.diags([np.ones(side - 1), np.ones(side), np.ones(side - 1)], [-1, 0, 1])
    return sparse.kron(line, line).tocsr()


def moran(values: np.ndarray, weights: sparse.csr_matrix) -> np.ndarray:
    """Moran's I of each column, self-weights left out."""
    w = (weights - sparse.identity(weights.shape[0])).tocsr()
    z = values - values.mean(axis=0)
    return (z * (w @ z)).sum(axis=0) / (z**2).sum(axis=0) * weights.shape[0] / w.sum()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4))
def test_random_maps_keep_mean_variance_and_clustering(seed: int, smoothness: int) -> None:
    weights = grid(15)
    values = np.random.default_rng(seed).normal(size=225)
    for _ in range(smoothness):
        values = weights @ values
    surrogates = spectral_surrogates(values, spatial_patterns(weights), maps=50, seed=seed)
    np.testing.assert_allclose(surrogates.mean(axis=0), values.mean(), atol=1e-8 * max(1, np.abs(values).max()))
    np.testing.assert_allclose(surrogates.std(axis=0), values.std(), rtol=1e-8)
    np.testing.assert_allclose(moran(surrogates, weights), moran(values[:, None], weights)[0], atol=0.03)


def test_two_unrelated_clustered_maps_are_not_called_an_overlap() -> None:
    """Where both maps cluster and have nothing to do with each other, the textbook test cries wolf and the clustered null does not."""
    weights = grid(20)
    patterns = spatial_patterns(weights)
    false_alarms = {"independent": 0, "clustered": 0}
    trials = 60
    for trial in range(trials):
        rng = np.random.default_rng(trial)
        first, second = rng.normal(size=(2, 400))
        for _ in range(6):
            first, second = weights @ first, weights @ second
        deprived = normal_scores(first) > 1.0
        hot = normal_scores(second) > 1.0
        both = int((deprived & hot).sum())
        shuffled = shuffled_regions(first, int(deprived.sum()), patterns, maps=199, seed=trial)
        assert (shuffled.sum(axis=0) == deprived.sum()).all()
        false_alarms["independent"] += independent(400, int(deprived.sum()), int(hot.sum()), both).p <= 0.05
        false_alarms["clustered"] += clustered(hot, both, shuffled).p <= 0.05
    assert false_alarms["independent"] >= trials * 0.25
    # 5% nominal; more than 9 of 60 would have a chance of 1 in 1,000
    assert false_alarms["clustered"] <= 9


def test_a_real_overlap_is_found() -> None:
    weights = grid(20)
    shared = np.random.default_rng(1).normal(size=400)
    for _ in range(3):
        shared = weights @ shared
    deprived = normal_scores(shared) > 1.0
    both = int(deprived.sum())
    expected = clustered(deprived, both, shuffled_regions(shared, both, spatial_patterns(weights), maps=499, seed=1))
    assert expected.p <= 0.01
    assert expected.upper < both


def test_chance_of_independent_places_is_the_textbook_one() -> None:
    """Fisher's tasting of tea: 8 cups, 4 chosen of 4; all 4 right has a chance of 1 in 70."""
    expected = independent(8, 4, 4, 4)
    assert expected.mean == pytest.approx(2.0)
    assert expected.p == pytest.approx(2 / 70)

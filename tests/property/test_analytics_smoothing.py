"""What must hold of smoothed rates and of random maps for any input."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

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

"""Floating catchments against the three-town example that `access` is tested with, and against the papers' formulas written out."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.services.catchment import RING_WEIGHTS, catchment_access


def written_out(places: np.ndarray, people: np.ndarray, sites: np.ndarray, catchment_m: float) -> tuple[np.ndarray, ...]:
    """2SFCA (Luo and Wang 2003), E2SFCA (Luo and Qi 2009, slow decay) and 3SFCA (Wan and others 2012) written out."""
    distance = np.hypot(*(places[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    plain = (distance <= catchment_m).astype(float)
    ring = np.select([distance <= catchment_m * (k + 1) / 3 for k in range(3)], RING_WEIGHTS, 0.0)
    choice = np.divide(ring, ring.sum(axis=1, keepdims=True), out=np.zeros_like(ring), where=ring.sum(axis=1, keepdims=True) > 0)
    found = []
    for weight in (plain, ring, ring * choice):
        demand = weight.T @ people
        share = np.divide(1.0, demand, out=np.zeros_like(demand), where=demand > 0)
        found.append(weight @ share)
    return tuple(found)


def test_a_site_between_two_villages_is_shared_and_adds_up() -> None:
    # Luo and Wang (2003): a site shared by eight people gives each 1/8, one shared by four 1/4, and whoever is in reach of both 3/8
    places = np.array([[0.0, 0.0], [1_500.0, 0.0], [3_000.0, 0.0]])
    people = np.array([6.0, 2.0, 2.0])
    sites = np.array([[600.0, 0.0], [2_400.0, 0.0]])
    found = catchment_access(places, people, sites, catchment_m=1_000.0)
    np.testing.assert_allclose(found.two_step, [1 / 8, 1 / 8 + 1 / 4, 1 / 4])


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_the_formulas(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, sites = rng.uniform(0, 20_000, (60, 2)), rng.uniform(0, 20_000, (9, 2))
    people = rng.integers(0, 3_000, 60).astype(float)
    found = catchment_access(places, people, sites, catchment_m=5_000.0)
    for ours, theirs in zip(
        (found.two_step, found.enhanced, found.three_step), written_out(places, people, sites, 5_000.0), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_access_times_people_is_the_number_of_sites_that_serve_anybody() -> None:
    rng = np.random.default_rng(9)
    places, sites = rng.uniform(0, 20_000, (60, 2)), np.vstack([rng.uniform(0, 20_000, (9, 2)), [[90_000.0, 90_000.0]]])
    people = rng.integers(1, 3_000, 60).astype(float)
    found = catchment_access(places, people, sites, catchment_m=8_000.0)
    for each in (found.two_step, found.enhanced, found.three_step):
        assert each @ people == pytest.approx(9.0)


def test_no_site_within_any_catchment_is_no_access() -> None:
    found = catchment_access(np.zeros((2, 2)), np.ones(2), np.array([[9e5, 9e5]]), catchment_m=1_000.0)
    assert found.two_step.tolist() == found.three_step.tolist() == [0.0, 0.0]

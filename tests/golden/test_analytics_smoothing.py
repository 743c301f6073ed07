"""Empirical-Bayes smoothing against esda and against its documented example."""

from __future__ import annotations

import numpy as np
import pytest
from esda.smoothing import Empirical_Bayes

from analytics.statistics.smoothing import empirical_bayes


def test_equals_esda_where_rates_vary_more_than_chance() -> None:
    rng = np.random.default_rng(5)
    people = rng.integers(800, 3500, size=1485).astype(float)
    risk = rng.gamma(2.0, 0.02, size=1485)
    events = rng.poisson(people[:, None] * risk[:, None], size=(1485, 3)).astype(float)
    ours = empirical_bayes(events, people)
    for j in range(3):
        theirs = Empirical_Bayes(events[:, j], people).r[:, 0]
        np.testing.assert_allclose(ours[:, j], theirs, rtol=1e-12)


def test_example_of_esda_documentation() -> None:
    """St Louis homicides 1979-84: the first ten smoothed rates in the docstring of esda.smoothing.Empirical_Bayes."""
    libpysal = pytest.importorskip("libpysal")
    try:
        path = libpysal.examples.get_path("stl_hom.csv")
        data = np.array(libpysal.io.open(path, "r"), dtype=object)
    except Exception:  # noqa: BLE001 - the example data set is downloaded by libpysal, and is not there without a network
        pytest.skip("libpysal's St Louis example is not on this machine")
    events, people = data[:, 10].astype(float), data[:, 13].astype(float)
    expected = [
        2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05,
        3.66494122e-05, 5.79952721e-05, 2.03064590e-05, 3.31152999e-05, 3.02748380e-05,
    ]  # fmt: skip
    assert empirical_bayes(events[:, None], people)[:10, 0] == pytest.approx(expected, rel=1e-8)


def test_no_more_variation_than_chance_gives_everyone_the_regions_rate() -> None:
    """Marshall (1991) sets a negative variance between places to zero; esda's weight turns negative there and overshoots."""
    people = np.full(50, 1000.0)
    events = np.full((50, 1), 20.0)
    events[::2] += 1
    events[1::2] -= 1
    ours = empirical_bayes(events, people)
    assert ours == pytest.approx(np.full((50, 1), 0.02))
    theirs = Empirical_Bayes(events[:, 0], people).r[:, 0]
    assert theirs[0] < 0.02 < events[0, 0] / 1000

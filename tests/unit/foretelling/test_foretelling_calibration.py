"""Calibration on months that came before, predictive intervals, and the t interval of a paired gain."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analytics.foretelling.calibration import calibrate, count_quantile, with_logarithm
from analytics.foretelling.standing import paired_gain, standings, survives
from analytics.foretelling.store import area_shares


def test_a_slope_that_was_planted_is_found() -> None:
    rng = np.random.default_rng(2)
    foretold = rng.gamma(1.0, 4.0, (20_000, 2)) + 0.05
    came = rng.poisson(np.stack([1.3 * foretold[:, 0] ** 0.8, foretold[:, 1]], axis=1)).astype(float)
    found = calibrate(foretold, came)
    np.testing.assert_allclose(np.exp(found.intercept), [1.3, 1.0], rtol=0.02)
    np.testing.assert_allclose(found.slope, [0.8, 1.0], atol=0.02)
    np.testing.assert_allclose(found.expected(foretold).sum(axis=0), came.sum(axis=0), rtol=1e-6)
    # Poisson noise and no more
    assert (found.variation < 0.01).all()


def test_the_order_of_places_never_turns() -> None:
    foretold = np.linspace(1.0, 9.0, 50)[:, None]
    found = calibrate(foretold, foretold[::-1])
    assert found.slope[0] == 1.0
    assert (np.diff(found.expected(foretold)[:, 0]) > 0).all()


def test_places_that_all_foretell_the_same_get_the_level() -> None:
    found = calibrate(np.full((6, 1), 2.0), np.array([1.0, 2, 3, 4, 5, 3])[:, None])
    np.testing.assert_allclose(found.expected(np.full((2, 1), 2.0)), 3.0)


def test_nothing_foretold_stays_nothing() -> None:
    foretold = np.array([[0.0], [1.0], [2.0]])
    found = calibrate(foretold, np.array([[0.0], [1.0], [3.0]]))
    assert found.expected(foretold)[0, 0] == 0
    low, high = found.interval(np.zeros((1, 1)))
    assert (low[0, 0], high[0, 0]) == (0, 0)


def test_the_interval_holds_nine_in_ten_of_what_comes() -> None:
    rng = np.random.default_rng(3)
    mean = rng.gamma(4.0, 10.0, (30_000, 1))
    came = rng.negative_binomial(5.0, 5.0 / (5.0 + mean)).astype(float)
    found = calibrate(mean, came)
    assert found.variation[0] == pytest.approx(0.2, rel=0.05)
    low, high = found.interval(found.expected(mean))
    assert ((came >= low) & (came <= high)).mean() == pytest.approx(0.91, abs=0.02)


def test_without_more_noise_than_poisson_the_quantile_is_poissons() -> None:
    mean = np.array([[0.0], [0.3], [4.0], [40.0]])
    np.testing.assert_array_equal(count_quantile(mean, np.zeros(1), 0.95), np.maximum(stats.poisson.ppf(0.95, mean), 0))


def test_mixing_in_keeps_the_order() -> None:
    usual = np.array([[0.0], [0.5], [4.0]])
    assert (np.diff(with_logarithm(usual)[:, 0]) > 0).all()
    assert with_logarithm(usual).sum() == pytest.approx(usual.sum())


def test_the_gain_is_that_of_a_paired_t_test() -> None:
    rng = np.random.default_rng(4)
    ours, theirs = rng.normal(0.52, 0.05, (9, 3)), rng.normal(0.5, 0.05, (9, 3))
    ours[2, 1] = np.nan
    found = paired_gain(ours, theirs)
    for cell in range(3):
        held = ~np.isnan(ours[:, cell])
        test = stats.ttest_rel(ours[held, cell], theirs[held, cell])
        interval = test.confidence_interval(0.95)
        np.testing.assert_allclose([found.low[cell], found.high[cell], found.p[cell]], [*interval, test.pvalue])
    assert found.months.tolist() == [9, 8, 9]


def test_a_cell_that_beats_by_chance_among_many_does_not_beat() -> None:
    rng = np.random.default_rng(5)
    nothing = rng.normal(0.0, 0.01, (8, 400))
    found = standings(nothing, np.zeros_like(nothing))
    assert (found.gain.low > 0).sum() > 0
    assert (found.word == "beats").sum() == 0
    clear = np.tile(np.linspace(0.01, 0.02, 8)[:, None], (1, 4))
    assert standings(clear, np.zeros_like(clear)).word.tolist() == ["beats"] * 4
    assert standings(-clear, np.zeros_like(clear)).word.tolist() == ["behind"] * 4
    assert standings(clear[:5], np.zeros((5, 4))).word.tolist() == ["too_few"] * 4


def test_a_group_is_foretold_where_it_beats_somewhere_and_is_behind_nowhere() -> None:
    words = np.array([["beats", "level"], ["level", "level"], ["beats", "behind"], ["too_few", "too_few"]], dtype=object)
    assert survives(words).tolist() == [True, False, False, False]


def test_area_is_shared_by_places_that_tie() -> None:
    found = area_shares(np.array([3.0, 1.0, 3.0, 0.0]), np.array([1.0, 2.0, 1.0, 4.0]))
    np.testing.assert_allclose(found, [0.25, 0.5, 0.25, 1.0])

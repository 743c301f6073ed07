"""Calibration on months that came before, predictive intervals, and the t interval of a paired gain."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from analytics.foretelling.calibration import Calibration, calibrate, count_quantile, seen, with_some_of_the_region
from analytics.foretelling.standing import paired_gain, standings, survives
from analytics.foretelling.store import area_shares
from analytics.statistics.accuracy import mean_interval
from core.periods import add_months


def fitted(foretold: np.ndarray, came: np.ndarray, months: int = 4) -> Calibration:
    """Calibrated on so many months, each a part of the rows."""
    parts = zip(np.array_split(foretold, months), np.array_split(came, months), strict=True)
    return calibrate([seen(one, other) for one, other in parts], kind=[True] * months)


def test_a_level_that_was_planted_is_found() -> None:
    rng = np.random.default_rng(2)
    foretold = rng.gamma(1.0, 4.0, (20_000, 2))
    came = rng.poisson(foretold * [1.3, 1.0]).astype(float)
    found = fitted(foretold, came)
    np.testing.assert_allclose(found.factor, [1.3, 1.0], rtol=0.02)
    # Poisson noise and no more
    assert (found.variation < 0.01).all()


def test_a_factor_that_did_worse_on_the_next_months_is_not_used() -> None:
    rng = np.random.default_rng(6)
    foretold = rng.gamma(1.0, 4.0, (3_000, 1))
    # a level that jumps about from month to month: to follow the months before makes it worse
    months = [seen(foretold, rng.poisson(level * foretold).astype(float)) for level in (1.5, 0.5, 1.5, 0.5, 1.5, 0.5)]
    assert calibrate(months, kind=[True] * 6).factor[0] == 1.0
    steady = [seen(foretold, rng.poisson(1.5 * foretold).astype(float)) for _ in range(6)]
    assert calibrate(steady, kind=[True] * 6).factor[0] == pytest.approx(1.5, rel=0.05)


def test_the_factor_is_of_months_of_the_kind_foretold() -> None:
    foretold = np.full((50, 1), 2.0)
    low, high = seen(foretold, foretold / 2.0), seen(foretold, foretold * 3.0)
    assert calibrate([low, high, high], kind=[False, True, True]).factor[0] == pytest.approx(3.0)
    assert calibrate([low, high, high], kind=[False, True, False]).factor[0] == 1.0


def test_the_interval_holds_nine_in_ten_of_what_comes() -> None:
    rng = np.random.default_rng(3)
    mean = rng.gamma(4.0, 10.0, (30_000, 1))
    came = rng.negative_binomial(5.0, 5.0 / (5.0 + mean)).astype(float)
    found = fitted(mean, came)
    assert found.variation[0] == pytest.approx(0.2, rel=0.05)
    low, high = found.interval(found.factor * mean)
    assert ((came >= low) & (came <= high)).mean() == pytest.approx(0.91, abs=0.02)


def test_without_more_noise_than_poisson_the_quantile_is_poissons() -> None:
    mean = np.array([[0.0], [0.3], [4.0], [40.0]])
    np.testing.assert_array_equal(count_quantile(mean, np.zeros(1), 0.95), np.maximum(stats.poisson.ppf(0.95, mean), 0))


def test_quantiles_are_scipys() -> None:
    mean = np.concatenate([[0.0], np.geomspace(1e-4, 300.0, 200)])[:, None]
    for c in (0.01, 0.3, 4.0):
        for q in (0.05, 0.5, 0.95):
            expected = np.maximum(stats.nbinom.ppf(q, 1.0 / c, 1.0 / (1.0 + c * mean)), 0)
            np.testing.assert_array_equal(count_quantile(mean, np.array([c]), q), expected)


def test_mixing_in_keeps_the_order() -> None:
    usual = np.array([[0.0], [0.5], [4.0]])
    assert (np.diff(with_some_of_the_region(usual)[:, 0]) > 0).all()
    assert with_some_of_the_region(usual).sum() == pytest.approx(usual.sum())


def months(n: int) -> list[date]:
    return [add_months(date(2024, 1, 1), i) for i in range(n)]


def test_the_gain_has_the_interval_of_the_track_record() -> None:
    rng = np.random.default_rng(4)
    ours, theirs = rng.normal(0.52, 0.05, (9, 3)), rng.normal(0.5, 0.05, (9, 3))
    ours[2, 1] = np.nan
    found = paired_gain(ours, theirs, months(9))
    for cell in range(3):
        held = np.flatnonzero(~np.isnan(ours[:, cell]))
        low, high = mean_interval((ours - theirs)[held, cell][:, None], held)
        np.testing.assert_allclose([found.low[cell], found.high[cell]], [low[0], high[0]])
    assert found.months.tolist() == [9, 8, 9]
    # p and interval agree: months far apart are those of a paired t test
    apart = [add_months(date(2000, 1, 1), 60 * i) for i in range(9)]
    test = stats.ttest_rel(ours[:, 0], theirs[:, 0])
    far = paired_gain(ours, theirs, apart)
    np.testing.assert_allclose([far.low[0], far.high[0], far.p[0]], [*test.confidence_interval(0.95), test.pvalue])


def test_a_cell_that_beats_by_chance_among_many_does_not_beat() -> None:
    rng = np.random.default_rng(5)
    nothing = rng.normal(0.0, 0.01, (8, 4000))
    found = standings(nothing, np.zeros_like(nothing), months(8))
    assert (found.gain.low > 0).sum() > 0
    assert (found.word == "beats").sum() == 0
    clear = np.tile(np.linspace(0.01, 0.02, 8)[:, None], (1, 4))
    assert standings(clear, np.zeros_like(clear), months(8)).word.tolist() == ["beats"] * 4
    assert standings(-clear, np.zeros_like(clear), months(8)).word.tolist() == ["behind"] * 4
    assert standings(clear[:5], np.zeros((5, 4)), months(5)).word.tolist() == ["too_few"] * 4


def test_a_group_is_foretold_where_it_beats_somewhere_and_is_behind_nowhere() -> None:
    words = np.array([["beats", "level"], ["level", "level"], ["beats", "behind"], ["too_few", "too_few"]], dtype=object)
    assert survives(words).tolist() == [True, False, False, False]


def test_area_is_shared_by_places_that_tie() -> None:
    found = area_shares(np.array([3.0, 1.0, 3.0, 0.0]), np.array([1.0, 2.0, 1.0, 4.0]))
    np.testing.assert_allclose(found, [0.25, 0.5, 0.25, 1.0])

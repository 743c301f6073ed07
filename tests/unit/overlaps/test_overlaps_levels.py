"""Cutting a factor: which places meet a threshold, which surely do, and which may."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.overlaps.definitions import Factor, FactorSource, Threshold
from analytics.overlaps.levels import UNKNOWN, cut_factor
from analytics.overlaps.values import FactorValues, Floats
from analytics.statistics.smoothed_interval import smoothed_rates
from analytics.statistics.smoothing import empirical_bayes
from core.errors import UserError

NONE = np.full(6, np.nan)


def factor(*thresholds: Threshold, kind: str = "indicator") -> Factor:
    source = FactorSource(kind=kind, indicator="i", group="g", service="s", feed="f")  # type: ignore[arg-type]
    return Factor(
        id="one_factor", side="risk", theme="t", label="l", high="more of it", low="less of it", unit="u", source=source,
        thresholds=thresholds, default=1,
    )  # fmt: skip


def values(of: Factor, value: Floats, lower: Floats = NONE, upper: Floats = NONE, **more: object) -> FactorValues:
    return FactorValues(of, value, lower, upper, -value if of.low_is_more else value, **more)  # type: ignore[arg-type]


def test_low_deciles_meet_the_nested_thresholds() -> None:
    of = factor(Threshold(label="a", at_most=3.0), Threshold(label="b", at_most=1.0))
    cut = cut_factor(values(of, np.array([1.0, 2.0, 3.0, 4.0, np.nan, 10.0])))
    assert cut.level.tolist() == [2, 1, 1, 0, UNKNOWN, 0]
    assert cut.sure.tolist() == cut.possible.tolist() == cut.level.tolist()


def test_a_share_takes_places_alike_together() -> None:
    # a third of six places is two, but the second and the third are alike
    of = factor(Threshold(label="a", highest_share=1 / 3))
    cut = cut_factor(values(of, np.array([9.0, 5.0, 5.0, 1.0, 2.0, 3.0])))
    assert cut.cuts == (5.0,)
    assert cut.level.tolist() == [1, 1, 1, 0, 0, 0]


def test_an_interval_across_the_cut_is_neither_surely_in_nor_surely_out() -> None:
    of = factor(Threshold(label="a", at_least=10.0))
    value = np.array([20.0, 11.0, 9.0, 1.0, 10.0, np.nan])
    cut = cut_factor(values(of, value, value - 3, value + 3))
    assert cut.level.tolist() == [1, 1, 0, 0, 1, UNKNOWN]
    assert cut.sure.tolist() == [1, 0, 0, 0, 0, UNKNOWN]
    assert cut.possible.tolist() == [1, 1, 1, 0, 1, UNKNOWN]


def test_a_hot_spot_is_cut_by_its_certainty() -> None:
    of = factor(Threshold(label="a", certainty=90), Threshold(label="b", certainty=99), kind="hot_spot")
    cut = cut_factor(values(of, np.arange(6.0), certainty=np.array([0, 90, 95, 99, 0, 0])))
    assert cut.level.tolist() == [0, 1, 1, 2, 0, 0]
    assert cut.cuts == (None, None)


def test_thresholds_that_widen_are_refused() -> None:
    of = factor(Threshold(label="a", at_least=5.0), Threshold(label="b", at_least=2.0))
    with pytest.raises(UserError, match="wider than the one before"):
        cut_factor(values(of, np.arange(6.0)))


def test_the_interval_of_a_smoothed_rate_holds_it_and_narrows_with_people() -> None:
    people = np.array([50.0, 500.0, 5_000.0, 50_000.0, 0.0])
    events = np.array([5.0, 30.0, 600.0, 2_000.0, 0.0])
    rate, lower, upper = smoothed_rates(events, people)
    np.testing.assert_allclose(rate[:4], empirical_bayes(events[:, None], people)[:4, 0])
    assert (lower[:4] < rate[:4]).all()
    assert (rate[:4] < upper[:4]).all()
    assert (np.diff((upper - lower)[:4] / rate[:4]) < 0).all()
    assert np.isnan(rate[4])


def test_the_interval_covers_the_true_rate_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    people = rng.integers(800, 3_000, 400).astype(float)
    inside = []
    for _ in range(20):
        truth = rng.gamma(4.0, 0.01 / 4.0, 400)
        _, lower, upper = smoothed_rates(rng.poisson(truth * people).astype(float), people)
        inside.append(((lower <= truth) & (truth <= upper)).mean())
    assert 0.93 < np.mean(inside) < 0.97

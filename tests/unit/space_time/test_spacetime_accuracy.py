from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.statistics.accuracy import accuracy, accuracy_of_selection, gain, mean_interval, track
from core.errors import InternalError, UserError
from core.periods import add_months


def test_a_worked_example_with_cells_of_unequal_area() -> None:
    # 10 km2; 5% of it is 0.5 km2: all of the first cell (0.4 km2, 6 incidents) and a tenth of the second (1 km2, 5 incidents)
    result = accuracy(np.array([9.0, 8, 1]), np.array([6.0, 5, 9]), np.array([0.4, 1.0, 8.6]), coverages=(0.05,))
    assert result.hit_rate[0] == pytest.approx(6.5 / 20)
    assert result.pai[0] == pytest.approx(6.5 / 20 / 0.05)
    assert result.ser[0] == pytest.approx(13.0)
    assert result.pei[0] == pytest.approx(1.0)


def test_tied_cells_are_taken_in_equal_part() -> None:
    result = accuracy(np.array([1.0, 1, 0, 0]), np.array([4.0, 0, 0, 4]), np.ones(4), coverages=(0.25, 0.5, 0.75))
    assert result.hit_rate == pytest.approx([0.25, 0.5, 0.75])


def test_a_map_without_any_difference_is_chance() -> None:
    result = accuracy(np.zeros(50), np.arange(50.0), np.ones(50))
    assert result.hit_rate == pytest.approx(result.chance)
    assert result.pai == pytest.approx(np.ones(4))


def test_ties_give_the_average_of_all_orders() -> None:
    rng = np.random.default_rng(3)
    score, incidents = rng.integers(0, 3, 60).astype(float), rng.poisson(2, 60).astype(float)
    # 60 equal cells, whole cells at each coverage: a random order of the tied ones, many times
    draws = [
        accuracy(score + rng.random(60) * 1e-6, incidents, np.ones(60), coverages=(0.05, 0.1, 0.2, 0.5)).hit_rate
        for _ in range(4000)
    ]
    pooled = accuracy(score, incidents, np.ones(60), coverages=(0.05, 0.1, 0.2, 0.5)).hit_rate
    assert np.mean(draws, axis=0) == pytest.approx(pooled, abs=0.005)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10**6))
def test_order_of_rows_is_nothing_and_pei_never_exceeds_one(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    score, incidents, area = rng.integers(0, 5, n).astype(float), rng.poisson(3, n).astype(float), rng.random(n) + 0.1
    result = accuracy(score, incidents, area)
    order = rng.permutation(n)
    again = accuracy(score[order], incidents[order], area[order])
    assert result.hit_rate == pytest.approx(again.hit_rate, nan_ok=True)
    if incidents.sum():
        assert (result.pei <= 1 + 1e-9).all()
        assert (np.diff(result.hit_rate) >= -1e-12).all()
        assert (result.hit_rate <= result.best_hit_rate + 1e-12).all()


def test_no_incidents_is_no_hit_rate() -> None:
    result = accuracy(np.arange(4.0), np.zeros(4), np.ones(4))
    assert np.isnan(result.hit_rate).all()
    assert (result.ser == 0).all()


def test_offsets_are_stacked_and_summed_up() -> None:
    results = [accuracy(np.arange(10.0), np.roll(np.arange(10.0), shift), np.ones(10), coverages=(0.2,)) for shift in range(3)]
    stacked = track(results)
    rates = [result.hit_rate[0] for result in results]
    assert stacked.middle("hit_rate")[0] == np.median(rates)
    assert stacked.spread("pai")[:, 0].tolist() == [min(rates) / 0.2, max(rates) / 0.2]


def test_a_better_map_beats_the_naive_one_and_an_equal_one_does_not() -> None:
    rng = np.random.default_rng(0)
    risk = rng.gamma(0.5, 4, 300)
    months = [rng.poisson(risk).astype(float) for _ in range(12)]
    area = np.ones(300)
    dates = [add_months(date(2025, 1, 1), i) for i in range(12)]
    good = track([accuracy(risk, month, area) for month in months])
    blind = track([accuracy(rng.random(300), month, area) for month in months])
    assert gain(good, blind, dates).beats.all()
    assert (gain(good, blind, dates).share_ahead == 1).all()
    assert not gain(good, good, dates).beats.any()
    assert (gain(good, good, dates).share_ahead == 0.5).all()
    with pytest.raises(UserError, match="too few"):
        gain(track([accuracy(risk, months[0], area)]), track([accuracy(risk, months[0], area)]), dates[:1])


# the months of Thames Valley that can be foretold: five runs with gaps between them
WITH_GAPS = np.array([0, 1, 37, 38, 75, 76, 77, 82])


def draws_of_gains(when: np.ndarray, alike: float, draws: int) -> np.ndarray:
    """Gains of months (rows x draws) whose mean is 0 and of which two k months apart correlate by alike ** k."""
    lag = np.abs(when[:, None] - when[None, :])
    root = np.linalg.cholesky(alike ** lag.astype(float))
    return np.asarray(root @ np.random.default_rng(103).standard_normal((len(when), draws)))


@pytest.mark.parametrize("alike", [0.0, 0.4])
@pytest.mark.parametrize("when", [np.arange(4), np.arange(8), np.arange(12), np.arange(24), WITH_GAPS])
def test_rules_that_are_equal_are_called_different_in_at_most_5_of_100_records(when: np.ndarray, alike: float) -> None:
    draws = 4_000
    low, high = mean_interval(draws_of_gains(when, alike, draws), when)
    wrong = float(((low > 0) | (high < 0)).mean())
    # 5% and three standard errors of 4,000 draws
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / draws)


def test_an_interval_that_takes_months_for_independent_is_wrong_three_times_as_often_as_it_says() -> None:
    when = np.arange(8)
    gains = draws_of_gains(when, 0.4, 4_000)
    low, high = mean_interval(gains, when, autocorrelation=0.0)
    assert ((low > 0) | (high < 0)).mean() > 0.15
    # and with months that are independent it is the t interval
    plain = stats.ttest_1samp(gains[:, 0], 0.0).confidence_interval(0.95)
    assert (low[0], high[0]) == pytest.approx((plain.low, plain.high))


def test_a_gain_as_large_as_its_scatter_is_seen_in_most_records_of_two_years() -> None:
    when = np.arange(24)
    low, _ = mean_interval(draws_of_gains(when, 0.4, 1_000) + 1.0, when)
    assert (low > 0).mean() > 0.8


def test_mistakes_are_told() -> None:
    with pytest.raises(UserError, match="no cell"):
        accuracy_of_selection(np.zeros(3, dtype=bool), np.ones(3), np.ones(3))
    with pytest.raises(UserError, match="coverage"):
        accuracy(np.ones(3), np.ones(3), np.ones(3), coverages=(0.0,))
    with pytest.raises(InternalError, match="do not fit"):
        accuracy(np.ones(3), np.ones(2), np.ones(3))
    with pytest.raises(InternalError, match="area"):
        accuracy(np.ones(3), np.ones(3), np.zeros(3))
    with pytest.raises(InternalError, match="coverages differ"):
        track([])
    one = track([accuracy(np.arange(3.0), np.ones(3), np.ones(3))] * 2)
    with pytest.raises(InternalError, match="2 rows and 1 months"):
        gain(one, one, [date(2025, 1, 1)] * 2)

"""Posterior means: what a month knows, what a gap is, and what neighbours and all incidents lend to a place with few of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import sparse

from analytics.foretelling.choosing import foretold_by, score_months, tuning_months
from analytics.foretelling.posterior import CONSTANTS, Constants, History, posterior_means, without_self
from core.errors import InternalError
from core.periods import add_months

START = date(2024, 1, 1)
# of its own, of its neighbours and of the region in equal part
EVEN = Constants(12.0, 0.4, 0.3, 0.3)


def months(*numbers: int) -> tuple[date, ...]:
    return tuple(add_months(START, i) for i in numbers)


def history(counts: np.ndarray, loaded: tuple[date, ...]) -> History:
    """Places in a row, each a neighbour of the next; the last group is all incidents."""
    n = counts.shape[1]
    star = sparse.csr_matrix(sparse.diags([1.0, 1.0, 1.0], [-1, 0, 1], shape=(n, n)))
    everything = counts.sum(axis=2, keepdims=True)
    return History(np.concatenate([counts, everything], axis=2), loaded, without_self(star), counts.shape[2])


def drawn(loaded: tuple[date, ...], places: int = 40, seed: int = 1) -> History:
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.8, 3.0, (places, 2))
    return history(rng.poisson(rate, (len(loaded), places, 2)).astype(float), loaded)


def test_a_month_knows_nothing_of_itself_nor_of_what_comes_after() -> None:
    told = drawn(months(0, 1, 2, 3, 4, 5))
    changed = told.by_month.copy()
    changed[3:] = 77.0
    other = replace(told, by_month=changed)
    target = add_months(START, 3)
    np.testing.assert_array_equal(posterior_means(told, target), posterior_means(other, target))
    chosen = score_months(told, target).chosen_before(target)
    np.testing.assert_array_equal(chosen, score_months(other, target).chosen_before(target))


def test_a_gap_is_no_month_of_zeros() -> None:
    whole = drawn(months(0, 1, 2, 3, 5, 6))
    target = add_months(START, 7)
    means = posterior_means(whole, target, (EVEN,))[0]
    # the level is that of the months loaded, not of six months and a zero
    run = whole.by_month[4:].sum(axis=1).mean(axis=0)
    np.testing.assert_allclose(means.sum(axis=0), run, rtol=0.05)


def test_a_month_with_half_of_the_records_makes_no_place_quieter() -> None:
    counts = np.tile(np.array([[[8.0, 2.0]], [[4.0, 4.0]], [[2.0, 8.0]]]).reshape(1, 3, 2), (6, 1, 1))
    halved = counts.copy()
    halved[0] /= 2.0
    loaded = months(0, 1, 3, 4, 5, 6)
    target = add_months(START, 7)
    # month 0 is before the gap: it lends its pattern, and not its level
    before, after = (posterior_means(history(c, loaded), target, (EVEN,))[0] for c in (counts, halved))
    np.testing.assert_allclose(before.sum(axis=0), after.sum(axis=0), rtol=1e-4)


def test_a_quiet_place_beside_busy_ones_expects_more_than_one_beside_quiet_ones() -> None:
    counts = np.zeros((4, 30, 1))
    counts[:, 9] = counts[:, 11] = 12.0
    counts[:, 20] = 5.0
    found = posterior_means(history(counts, months(0, 1, 2, 3)), add_months(START, 4), (EVEN,))[0][:, 0]
    assert found[10] > 1.5 * found[25]
    assert found[9] > found[20] > found[10]


def test_months_long_past_weigh_less_with_a_short_half_life() -> None:
    counts = np.zeros((8, 20, 1))
    counts[:6, 3] = 10.0
    counts[6:, 15] = 10.0
    told = history(counts, months(*range(8)))
    short, long = posterior_means(told, add_months(START, 8), (replace(EVEN, half_life=2.0), replace(EVEN, half_life=48.0)))[
        :, :, 0
    ]
    assert short[15] > long[15]
    assert short[3] < long[3]


def test_a_group_without_incidents_expects_none() -> None:
    counts = np.zeros((4, 10, 2))
    counts[:, :, 0] = 1.0
    found = posterior_means(history(counts, months(0, 1, 2, 3)), add_months(START, 4))
    assert (found[:, :, 1] == 0).all()
    assert np.isfinite(found).all()


def test_a_place_without_neighbours_gets_the_region_in_their_place() -> None:
    star = sparse.csr_matrix(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    rows = without_self(star)
    np.testing.assert_array_equal(rows.toarray(), [[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    counts = np.tile(np.array([6.0, 6.0, 0.0]).reshape(1, 3, 1), (4, 1, 1))
    told = History(counts, months(0, 1, 2, 3), rows, 0)
    found = posterior_means(told, add_months(START, 4), (Constants(12.0, 0.0, 1.0, 0.0),))[0]
    assert found[2, 0] > 0


def test_a_month_after_a_gap_is_refused() -> None:
    with pytest.raises(InternalError, match="right before 2024-06"):
        posterior_means(drawn(months(0, 1, 2, 3)), add_months(START, 5))


def test_tuning_months_have_the_month_before_and_two_in_all() -> None:
    loaded = months(0, 1, 2, 4, 5, 6)
    assert tuning_months(loaded, add_months(START, 7)) == months(2, 5, 6)
    assert tuning_months(loaded, add_months(START, 5)) == months(2)
    assert tuning_months(loaded, add_months(START, 2)) == ()


def test_each_group_gets_its_own_constants() -> None:
    told = drawn(months(*range(8)))
    target = add_months(START, 8)
    chosen = np.array([3, 11, 3])
    found = foretold_by(told, target, chosen)
    every = posterior_means(told, target)
    np.testing.assert_array_equal(found, np.stack([every[c, :, g] for g, c in enumerate(chosen)], axis=1))
    assert len(CONSTANTS) == 16

"""Edges of Gi*: maps with nothing to test, wrong weights, and permutation p values against every permutation there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse

from analytics.statistics.false_discovery import certainty_of, q_values
from analytics.statistics.gi_star import getis_ord_gi_star
from analytics.statistics.gi_star_permutation import permutation_p, permutation_ranks
from core.errors import InternalError


def chain(n: int) -> sparse.csr_matrix:
    """Places in a row, each a neighbour of the next."""
    return sparse.diags([np.ones(n - 1), np.ones(n), np.ones(n - 1)], [-1, 0, 1]).tocsr()


def test_constant_maps_have_no_z_no_p_and_no_class() -> None:
    values = np.column_stack([np.zeros(20), np.full(20, 0.1), np.arange(20.0)])
    result = getis_ord_gi_star(values, chain(20))
    assert result.degenerate.tolist() == [True, True, False]
    assert np.isnan(result.z[:, :2]).all()
    assert np.isfinite(result.z[:, 2]).all()
    q = q_values(result.p)
    assert np.isnan(q[:, :2]).all()
    assert (certainty_of(q)[:, :2] == 0).all()
    assert np.isnan(permutation_p(values, chain(20), permutations=99, seed=1)[:, :2]).all()


def test_a_neighbourhood_of_everything_cannot_be_tested() -> None:
    result = getis_ord_gi_star(np.arange(4.0)[:, None], sparse.csr_matrix(np.ones((4, 4))))
    assert result.untestable.all()
    assert np.isnan(result.z).all()


def test_missing_values_wrong_shapes_and_missing_stars_raise() -> None:
    values = np.arange(5.0)[:, None]
    with pytest.raises(InternalError, match="missing"):
        getis_ord_gi_star(np.where(values == 2, np.nan, values), chain(5))
    with pytest.raises(InternalError, match="weights are"):
        getis_ord_gi_star(values, chain(4))
    without_self = (chain(5) - sparse.identity(5)).tocsr()
    with pytest.raises(InternalError, match="star"):
        getis_ord_gi_star(values, without_self)
    with pytest.raises(InternalError, match="binary"):
        permutation_p(values, chain(5) * 0.5, permutations=9, seed=1)


def test_row_standardised_weights_give_the_z_of_binary_ones() -> None:
    """The general formula does not care about a row's scale; esda's closed form for row-standardised weights does."""
    rng = np.random.default_rng(3)
    values = rng.gamma(2, 3, size=(30, 2))
    binary = chain(30)
    standardised = sparse.diags(1 / np.asarray(binary.sum(axis=1)).ravel()) @ binary
    np.testing.assert_allclose(getis_ord_gi_star(values, standardised.tocsr()).z, getis_ord_gi_star(values, binary).z, atol=1e-12)


@pytest.mark.parametrize("null", ["total", "conditional"])
def test_permutation_shares_approach_every_sample_there_is(null: str) -> None:
    values = np.array([0.0, 1, 1, 4, 9, 2, 0])[:, None]
    weights = chain(7)
    permutations = 40_000
    low, high = permutation_ranks(values, weights, permutations=permutations, seed=5, null=null)
    for i in range(7):
        k = int(np.diff(weights.indptr)[i]) - (null == "conditional")
        pool = [x for j, x in enumerate(values[:, 0]) if not (null == "conditional" and j == i)]
        observed = float((weights @ values)[i, 0]) - (values[i, 0] if null == "conditional" else 0.0)
        sums = [sum(sample) for sample in combinations(pool, k)]
        exact_low = np.mean([s <= observed for s in sums])
        exact_high = np.mean([s >= observed for s in sums])
        assert low[i, 0] / permutations == pytest.approx(exact_low, abs=0.012)
        assert high[i, 0] / permutations == pytest.approx(exact_high, abs=0.012)


def test_p_counts_both_tails_ties_and_the_map_itself() -> None:
    values = np.array([5.0, 0, 0, 0, 0, 0, 0, 0])[:, None]
    p = permutation_p(values, chain(8), permutations=999, seed=1)
    assert (p > 0).all()
    assert (p <= 1).all()
    # an empty neighbourhood among empty places is what most permutations give
    assert p[4, 0] == 1.0


def test_missing_p_values_are_no_tests() -> None:
    p = np.array([0.01, np.nan, 0.04, np.nan, 0.5])
    q = q_values(p[:, None])[:, 0]
    np.testing.assert_allclose(q[[0, 2, 4]], [0.03, 0.06, 0.5])
    assert np.isnan(q[[1, 3]]).all()
    assert np.isnan(q_values(np.full((3, 1), np.nan))).all()

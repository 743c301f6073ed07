"""Local Moran against esda, and against figures that esda's authors print for the SIDS counties of North Carolina."""

from __future__ import annotations

import warnings

import libpysal
import numpy as np
import pytest
from esda.moran import Moran_Local, Moran_Local_Rate
from scipy import sparse

from analytics.statistics.gi_star import Floats
from analytics.statistics.local_moran import Quadrant, local_moran, rate_index


def star(w: libpysal.weights.W) -> sparse.csr_matrix:
    matrix = w.sparse.tocsr().copy()
    matrix.data[:] = 1.0
    return sparse.csr_matrix(matrix + sparse.identity(w.n, format="csr"))


@pytest.fixture(scope="module")
def sids() -> tuple[libpysal.weights.W, Floats, Floats]:
    w = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    table = libpysal.io.open(libpysal.examples.get_path("sids2.dbf"))
    return w, np.array(table.by_col("SID79"), dtype=float), np.array(table.by_col("BIR79"), dtype=float)


def test_equal_to_esda_in_every_map(sids: tuple[libpysal.weights.W, Floats, Floats]) -> None:
    w, events, births = sids
    rng = np.random.default_rng(5)
    maps = np.column_stack([events, births, rng.permutation(births), rng.normal(size=w.n), rng.poisson(0.2, w.n)])
    ours = local_moran(maps, star(w))
    for column in range(maps.shape[1]):
        theirs = Moran_Local(maps[:, column], w, permutations=0)
        np.testing.assert_allclose(ours.i[:, column], theirs.Is, atol=1e-9, rtol=0)
        np.testing.assert_allclose(ours.expected[:, column], theirs.EIc, atol=1e-9, rtol=0)
        np.testing.assert_allclose(ours.variance[:, column], theirs.VIc, atol=1e-9, rtol=0)
        np.testing.assert_allclose(ours.z[:, column], (theirs.Is - theirs.EIc) / np.sqrt(theirs.VIc), atol=1e-9, rtol=0)
        assert (ours.quadrant[:, column] == theirs.q).all()


def test_rates_equal_to_esda(sids: tuple[libpysal.weights.W, Floats, Floats]) -> None:
    w, events, births = sids
    ours = local_moran(rate_index(events[:, None], births), star(w))
    theirs = Moran_Local_Rate(events, births, w, permutations=0)
    np.testing.assert_allclose(ours.i[:, 0], theirs.Is, atol=1e-9, rtol=0)
    np.testing.assert_allclose(ours.z[:, 0], (theirs.Is - theirs.EIc) / np.sqrt(theirs.VIc), atol=1e-9, rtol=0)


def test_rate_index_of_eight_regions_as_printed_by_pysal() -> None:
    # esda.smoothing.assuncao_rate, example in its documentation
    events = np.array([30, 25, 25, 15, 33, 21, 30, 20], dtype=float)
    people = np.array([100, 100, 110, 90, 100, 90, 110, 90], dtype=float)
    printed = [1.03843594, -0.04099089, -0.56250375, -1.73061861]
    np.testing.assert_allclose(rate_index(events[:, None], people)[:4, 0], printed, atol=5e-9)


@pytest.mark.slow
def test_permutation_p_is_esda_s_pseudo_p_on_both_sides(sids: tuple[libpysal.weights.W, Floats, Floats]) -> None:
    w, events, births = sids
    draws = 9_999
    ours = local_moran((events / births)[:, None], star(w), permutations=draws, seed=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Moran_Local(events / births, w, permutations=draws, seed=4)
    both = np.minimum(1.0, 2 * theirs.p_sim)
    # five standard errors of the difference of two shares, doubled
    error = 5 * 2 * np.sqrt(2 * theirs.p_sim * (1 - theirs.p_sim) / draws) + 4 / draws
    assert (np.abs(ours.p[:, 0] - both) <= error).all()


def test_labels_only_where_the_false_discovery_rate_allows(sids: tuple[libpysal.weights.W, Floats, Floats]) -> None:
    w, events, births = sids
    found = local_moran(rate_index(events[:, None], births), star(w), permutations=9_999, seed=1)
    labels = found.labels(0.05)
    assert ((labels == Quadrant.NOT_SIGNIFICANT) == ~(found.q <= 0.05)).all()
    # before the correction more would be called
    assert (found.p <= 0.05).sum() > (labels != Quadrant.NOT_SIGNIFICANT).sum()

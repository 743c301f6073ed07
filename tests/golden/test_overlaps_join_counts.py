"""Multivariate local join counts and bivariate local Moran against esda, and against what its authors print."""

from __future__ import annotations

import libpysal
import numpy as np
import pytest
from esda.join_counts_local_mv import Join_Counts_Local_MV
from esda.moran import Moran_BV, Moran_Local_BV
from scipy import sparse

from analytics.overlaps.beside import moran_beside
from analytics.overlaps.local_join_counts import local_join_counts
from analytics.statistics.local_moran import Quadrant


def star(w: libpysal.weights.W) -> sparse.csr_matrix:
    matrix = w.sparse.tocsr().copy()
    matrix.data[:] = 1.0
    return sparse.csr_matrix(matrix + sparse.identity(w.n, format="csr"))


def test_the_sixteen_squares_that_pysal_tests_with() -> None:
    # pysal/esda, esda/tests/test_ljc_mv.py: three variables on a 4 x 4 grid, and the counts it expects
    x = np.r_[np.zeros(8), np.ones(8)].astype(bool)
    y = np.array([0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1], dtype=bool)
    z = np.array([0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1], dtype=bool)
    meets = x & y & z
    found = local_join_counts(meets, star(libpysal.weights.lat2W(4, 4)), np.zeros((16, 9), dtype=bool))
    counts = np.zeros(16, dtype=int)
    counts[found.place] = found.joins
    assert counts.tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2]


def test_counts_are_esda_s_and_p_is_what_its_permutations_estimate() -> None:
    rng = np.random.default_rng(4)
    w = libpysal.weights.lat2W(12, 12)
    one, two = (rng.random(144) < 0.6 for _ in range(2))
    # without permutations: compiling esda's takes half a minute, and its null is written out below
    theirs = Join_Counts_Local_MV(connectivity=w).fit([one.astype(float), two.astype(float)], permutations=0)
    meets = one & two
    found = local_join_counts(meets, star(w), np.zeros((144, 99), dtype=bool))
    counts = np.zeros(144)
    counts[found.place] = found.joins
    np.testing.assert_array_equal(counts, theirs.LJC)
    # the place keeps what it has, its neighbours are drawn from all others, none twice
    draws = 4_000
    for place, neighbours, joins, p in zip(found.place, found.neighbours, found.joins, found.p_shuffled, strict=True):
        if joins:
            others = np.delete(meets, place)
            drawn = np.argsort(rng.random((draws, 143)), axis=1)[:, :neighbours]
            assert p == pytest.approx((others[drawn].sum(axis=1) >= joins).mean(), abs=4.5 * np.sqrt(0.25 / draws))


@pytest.fixture(scope="module")
def sids() -> tuple[libpysal.weights.W, np.ndarray, np.ndarray]:
    w = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    table = libpysal.io.open(libpysal.examples.get_path("sids2.dbf"))
    return w, np.array(table.by_col("SIDR79"), dtype=float), np.array(table.by_col("SIDR74"), dtype=float)


def test_bivariate_local_moran_of_the_sids_counties(sids: tuple[libpysal.weights.W, np.ndarray, np.ndarray]) -> None:
    w, x, y = sids
    maps = np.random.default_rng(0).normal(size=(w.n, 19))
    ours = moran_beside(x, y, star(w), maps, maps[:, ::-1], permutations=999, seed=1)
    # its p by shuffled neighbours is that of analytics.statistics.gi_star_permutation, which test_track_local_moran.py holds against esda's
    theirs = Moran_Local_BV(x, y, w, permutations=0)
    np.testing.assert_allclose(ours.i, theirs.Is, atol=1e-9, rtol=0)
    # printed in the documentation of esda.Moran_Local_BV for these two variables
    assert theirs.q[:10].tolist() == [3, 4, 3, 4, 2, 1, 4, 4, 2, 4]
    assert ours.quadrant.tolist() == theirs.q.tolist()


def test_the_whole_is_the_bivariate_moran_of_the_map(sids: tuple[libpysal.weights.W, np.ndarray, np.ndarray]) -> None:
    w, x, y = sids
    maps = np.random.default_rng(0).normal(size=(w.n, 199))
    ours = moran_beside(x, y, star(w), maps, np.roll(maps, 1, axis=1), permutations=99, seed=1)
    scale = (w.n - 1) / w.n
    assert ours.whole == pytest.approx(Moran_BV(x, y, w, permutations=0).I * scale)
    assert ours.whole_lower < 0 < ours.whole_upper
    assert set(np.unique(ours.labels())) <= {k.value for k in Quadrant}

"""Back-test: what is foretold from what, on drawn cells; and the verdict against the naive map."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import sparse

from analytics.statistics.accuracy import Accuracy, accuracy, track
from analytics.trust.back_test import Grid, back_test, beats_naive, calibration, middle_of_offsets, next_month_expected, targets
from core.errors import InternalError
from core.periods import add_months

START = date(2024, 1, 1)


def month(i: int) -> date:
    return add_months(START, i)


def line_of(cells: int) -> Grid:
    """Cells in a row, each a neighbour of the next, 1 km2."""
    weights = sparse.csr_matrix(sparse.diags([1.0, 1.0, 1.0], [-1, 0, 1], shape=(cells, cells)))
    return Grid(np.ones(cells), weights)


def test_targets_have_unbroken_months_before_them() -> None:
    loaded = [month(i) for i in (0, 1, 2, 3, 5, 6, 7)]
    found = targets(loaded)
    assert [(t.month, t.earlier) for t in found] == [(month(3), (month(0), month(1), month(2)))]
    assert [t.month for t in targets(loaded, fewest=2)] == [month(2), month(3), month(7)]


def test_the_month_foretold_has_no_say_in_the_map() -> None:
    rng = np.random.default_rng(1)
    months = [month(i) for i in range(4)]
    counts = rng.poisson(3.0, (30, 2, 4)).astype(float)
    changed = counts.copy()
    changed[:, :, 3] = 0.0
    changed[7, :, 3] = 50.0
    chosen = targets(months)
    before = counts[:, 0, :3].sum(axis=1)
    for given in (counts, changed):
        result = back_test(given, months, line_of(30), chosen)[0]
        expected = accuracy(before, given[:, 0, 3], np.ones(30))
        np.testing.assert_allclose(result.naive.hit_rate, expected.hit_rate)


def test_a_spreading_patch_is_caught_by_gi_star_and_missed_by_the_naive_map() -> None:
    # the cell beside a busy pair had none, and next month is where it all happens
    counts = np.zeros((40, 1, 4))
    counts[10, 0, :3] = counts[12, 0, :3] = 9
    counts[30, 0, :3] = 4
    counts[11, 0, 3] = 20
    result = back_test(
        counts, [month(i) for i in range(4)], line_of(40), targets([month(i) for i in range(4)]), coverages=(0.025,)
    )[0]
    assert result.gi_star.hit_rate[0] == 1.0
    assert result.naive.hit_rate[0] == 0.0


def made_of(hit: float) -> Accuracy:
    one = np.array([hit])
    return Accuracy(np.array([0.1]), one, one / 0.1, one, one, one, 100.0, 10.0)


@pytest.mark.parametrize(
    ("ours", "naive", "standing"),
    [
        ([0.5, 0.6, 0.5, 0.6, 0.55, 0.5], [0.3, 0.3, 0.4, 0.3, 0.3, 0.3], "beats"),
        ([0.3, 0.3, 0.4, 0.3, 0.3, 0.3], [0.5, 0.6, 0.5, 0.6, 0.55, 0.5], "behind"),
        ([0.5, 0.3, 0.5, 0.3, 0.5, 0.3], [0.3, 0.5, 0.3, 0.5, 0.3, 0.5], "level"),
        ([0.5] * 6, [0.5] * 6, "level"),
        ([0.9] * 5, [0.1] * 5, "too_few"),
    ],
)
def test_verdict(ours: list[float], naive: list[float], standing: str) -> None:
    months = [month(i) for i in range(len(ours))]
    verdict = beats_naive(track([made_of(x) for x in ours]), track([made_of(x) for x in naive]), months)[0]
    assert verdict.standing == standing
    assert verdict.months == len(ours)
    assert ("not foretell better" in verdict.words()) == (standing == "level")


def test_offsets_become_their_middle_and_keep_their_extremes() -> None:
    middle, low, high = middle_of_offsets([made_of(x) for x in (0.2, 0.3, 0.7)])
    assert (middle.hit_rate[0], low[0], high[0]) == (0.3, 0.2, 0.7)


def test_calibration_sees_regression_to_the_mean_and_shrinkage_repairs_it() -> None:
    rng = np.random.default_rng(4)
    rate = rng.gamma(0.5, 2.0, 20_000)
    before = rng.poisson(3 * rate[:, None]).astype(float)
    after = rng.poisson(rate).astype(float)
    raw = calibration(before[:, 0] / 3, after)
    shrunk = calibration(next_month_expected(before, 3)[:, 0], after)
    assert raw.observed.sum() == after.sum()
    assert raw.ratio[-1] < 0.9  # the busiest cells fall back
    # some 2,000 incidents a bin: 4 standard errors
    assert abs(shrunk.ratio - 1).max() < 4 / np.sqrt(2_000)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InternalError, match="do not fit"):
        back_test(np.zeros((3, 1, 2)), [START], line_of(3), [])
    with pytest.raises(InternalError, match="calibration"):
        calibration(np.zeros(3), np.zeros(3))

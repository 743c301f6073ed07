"""Mann-Kendall against numbers from outside: a regulator's worked example, Kendall's table, pymannkendall and SciPy."""

from __future__ import annotations

import numpy as np
import pymannkendall
import pytest
from scipy import stats

from analytics.statistics.mann_kendall import mann_kendall

# One-sided P(S >= s) for series without ties: Kendall (1975), Rank Correlation Methods, appendix table 1, as printed by
# Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, table A18.
KENDALL_TABLE = [
    (4, 4, 0.167), (4, 6, 0.042), (5, 6, 0.117), (5, 8, 0.042), (5, 10, 0.0083), (6, 9, 0.068), (6, 13, 0.0083), (7, 13, 0.035),
    (8, 16, 0.031), (9, 18, 0.038), (10, 17, 0.078), (10, 21, 0.036), (10, 25, 0.014), (10, 29, 0.0046), (10, 35, 0.00047),
]  # fmt: skip


def _series_with_s(steps: int, s: int) -> list[float]:
    """A series without ties whose S is s: start sorted and swap neighbours, two off S at a time."""
    values = [float(i) for i in range(steps)]
    to_undo = (steps * (steps - 1) // 2 - s) // 2
    for _ in range(to_undo):
        i = next(i for i in range(steps - 1) if values[i] < values[i + 1])
        values[i], values[i + 1] = values[i + 1], values[i]
    return values


@pytest.mark.parametrize(("steps", "s", "one_sided"), KENDALL_TABLE)
def test_exact_p_is_kendalls_table(steps: int, s: int, one_sided: float) -> None:
    result = mann_kendall(np.array([_series_with_s(steps, s)]))
    assert result.s[0] == s
    digits = len(f"{one_sided}".split(".")[1])
    assert round(result.p_exact[0] / 2, digits) == one_sided


def test_the_worked_example_of_wisconsins_code_of_rules() -> None:
    # Wisconsin Administrative Code NR 746, table A: concentrations 100, 50, 85, 75, 50 have a Mann-Kendall statistic of -5.
    result = mann_kendall(np.array([[100.0, 50.0, 85.0, 75.0, 50.0]]))
    assert result.s[0] == -5
    # one tied pair: (5 x 4 x 15 - 2 x 1 x 9) / 18
    assert result.variance[0] == pytest.approx(282 / 18)
    assert np.isnan(result.p_exact[0])


@pytest.mark.parametrize("steps", [10, 24, 61])
def test_equals_pymannkendall_with_and_without_ties(steps: int) -> None:
    rng = np.random.default_rng(5)
    series = np.vstack([rng.integers(0, 5, (60, steps)).astype(float), rng.normal(size=(60, steps)) + np.linspace(0, 1, steps)])
    ours = mann_kendall(series)
    for i, row in enumerate(series):
        theirs = pymannkendall.original_test(row)
        assert ours.s[i] == theirs.s
        assert ours.variance[i] == pytest.approx(theirs.var_s, rel=1e-12)
        assert ours.z[i] == pytest.approx(theirs.z, abs=1e-12)
        assert ours.p[i] == pytest.approx(theirs.p, abs=1e-12)


def test_exact_p_and_tau_equal_scipys_kendall_tau_against_time() -> None:
    rng = np.random.default_rng(6)
    series = rng.normal(size=(40, 12))
    series[20:, 3] = series[20:, 5]
    ours = mann_kendall(series)
    for i, row in enumerate(series):
        method = "exact" if i < 20 else "asymptotic"
        theirs = stats.kendalltau(np.arange(12), row, method=method)
        assert ours.tau[i] == pytest.approx(theirs.statistic, abs=1e-12)
        if i < 20:
            assert ours.p_exact[i] == pytest.approx(theirs.pvalue, abs=1e-12)

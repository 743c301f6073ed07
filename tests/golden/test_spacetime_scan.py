"""The scan's likelihood ratio against SaTScan's on leukaemia in eight counties of New York State.

Counts and populations of four reported clusters and their log likelihood ratios, as SaTScan gives them and as the tests of the R package
smerc hold them (tests/testthat/test-scan.test.R, "check accuracy for scan.test with SatScan for NY data"; data of Waller and Gotway 2004,
Applied Spatial Statistics for Public Health Data). The map itself is not shipped: with clusters' totals on three "places" of a tiny map
the whole scan is run, not only the formula.
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.statistics.scan.analysis import poisson_scan
from analytics.statistics.scan.likelihood import log_likelihood_ratio
from analytics.statistics.scan.windows import circular_windows

# cases are the whole part of the tract's share of cases, hence 552 and not 592
TOTAL_CASES, TOTAL_POPULATION = 552, 1_057_673

CLUSTERS = [
    # cases, population, expected (2 decimals), log likelihood ratio, its decimals
    (106, 119_050, 62.13, 14.78, 2),
    (85, 95_249, 49.71, 11.577255, 6),
    (38, 34_083, 17.79, 9.019716, 6),
    (11, 8_839, 4.61, 3.209485, 6),
]


@pytest.mark.parametrize(("cases", "population", "expected", "ratio", "decimals"), CLUSTERS)
def test_log_likelihood_ratio_is_satscans(cases: int, population: int, expected: float, ratio: float, decimals: int) -> None:
    ours = TOTAL_CASES * population / TOTAL_POPULATION
    assert round(ours, 2) == expected
    assert round(log_likelihood_ratio.py_func(cases, ours, TOTAL_CASES), decimals) == ratio


@pytest.mark.slow
def test_the_scan_reports_satscans_ratios_of_two_disjoint_clusters() -> None:
    # the second and third cluster far apart, and the rest of the region in ten equal parts that nothing reaches in one circle
    cases = np.array([85, 38] + [43] * 9 + [42])
    rest = TOTAL_POPULATION - 95_249 - 34_083
    population = np.array([95_249, 34_083, *np.full(10, rest / 10)])
    assert cases.sum() == TOTAL_CASES
    points = np.column_stack([np.arange(12) ** 2 * 10_000.0, np.zeros(12)])
    windows = circular_windows(points, population, radius_m=1000.0)
    result = poisson_scan(cases[:, None], population[:, None], windows, seed=1, replicates=99)
    assert [(c.places, c.observed, round(c.expected, 2), round(c.ratio, 6)) for c in result.clusters[:2]] == [
        ((0,), 85, 49.71, 11.577255),
        ((1,), 38, 17.79, 9.019716),
    ]

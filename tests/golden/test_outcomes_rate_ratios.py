"""Ratios of rates and differences of shares against published values.

The ratios: Rothman, Greenland and Lash, Modern Epidemiology (3rd edition), chapters 14 and 15.

Doll and Hill's British doctors, deaths from coronary disease: smokers 630 in 142,247 person-years, others 101 in 39,220; by five age groups
the Mantel-Haenszel ratio is 1.42 with 95% limits 1.15 to 1.76.
"""

from __future__ import annotations

import pytest

from core.proportion import difference, pooled_rate_ratio, proportion, rate_ratio

# deaths and person-years of smokers, deaths and person-years of the others, by age 35-44 to 75-84
DOCTORS = (
    (32, 52_407, 2, 18_790), (104, 43_248, 12, 10_673), (206, 28_612, 28, 5_710), (186, 12_663, 28, 2_585), (102, 5_317, 31, 1_462),
)  # fmt: skip


def test_ratio_of_all_ages_together() -> None:
    a, n, b, m = (sum(row[k] for row in DOCTORS) for k in range(4))
    found = rate_ratio(a, n, b, m)
    assert found is not None
    # Rothman, table 15-2: crude rates 44.3 and 25.8 per 10,000
    assert found.times == pytest.approx(1.72, abs=5e-3)
    assert found.lower < found.times < found.upper


def test_ratio_within_ages() -> None:
    numerator = sum(a * m / (n + m) for a, n, b, m in DOCTORS)
    denominator = sum(b * n / (n + m) for a, n, b, m in DOCTORS)
    variance = sum((a + b) * n * m / (n + m) ** 2 for a, n, b, m in DOCTORS)
    found = pooled_rate_ratio(numerator, denominator, variance)
    assert found is not None
    assert found.times == pytest.approx(1.42, abs=5e-3)
    assert (found.lower, found.upper) == (pytest.approx(1.15, abs=1e-2), pytest.approx(1.76, abs=1e-2))


def test_no_ratio_of_nothing() -> None:
    assert rate_ratio(0, 10.0, 5, 10.0) is None
    assert rate_ratio(5, 0.0, 5, 10.0) is None
    assert pooled_rate_ratio(0.0, 1.0, 1.0) is None


# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10
@pytest.mark.parametrize(
    ("one", "other", "lower", "upper"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)],
)
def test_difference_of_two_shares(one: tuple[int, int], other: tuple[int, int], lower: float, upper: float) -> None:
    first, second = proportion(*one), proportion(*other)
    assert first is not None and second is not None
    found = difference(first, second)
    assert found.by == pytest.approx(one[0] / one[1] - other[0] / other[1])
    assert (found.lower, found.upper) == (pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5))
    turned = difference(second, first)
    assert (turned.lower, turned.upper) == (pytest.approx(-found.upper), pytest.approx(-found.lower))

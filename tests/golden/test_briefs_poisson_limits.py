"""Limits of counts against published tables.

Exact limits: Pearson and Hartley, Biometrika Tables for Statisticians, volume 1, table 40 (95% limits of a Poisson mean).
Byar's limits: by his formula in Breslow and Day (IARC 1987, page 69), which they show to agree with the exact ones to the second figure.
"""

from __future__ import annotations

import pytest

from core.errors import InternalError
from core.poisson import count_limits, rate_per_1000

EXACT = [(0, 0.0, 3.69), (1, 0.0253, 5.57), (2, 0.242, 7.22), (3, 0.619, 8.77), (5, 1.62, 11.67), (9, 4.12, 17.08)]
EXACT_LARGER = [(10, 4.80, 18.39), (20, 12.22, 30.89), (50, 37.11, 65.92)]


@pytest.mark.parametrize(("count", "lower", "upper"), EXACT)
def test_below_ten_the_limits_are_the_exact_ones(count: int, lower: float, upper: float) -> None:
    found = count_limits(count)
    assert found[0] == pytest.approx(lower, abs=0.006)
    assert found[1] == pytest.approx(upper, abs=0.006)


@pytest.mark.parametrize(("count", "lower", "upper"), EXACT_LARGER)
def test_from_ten_byar_is_within_a_fiftieth_of_the_exact_limits(count: int, lower: float, upper: float) -> None:
    found = count_limits(count)
    assert found[0] == pytest.approx(lower, rel=0.02)
    assert found[1] == pytest.approx(upper, rel=0.02)


def test_byar_by_hand_for_ten() -> None:
    # 10 (1 - 1/90 - 1.96/(3 sqrt 10))^3 and 11 (1 - 1/99 + 1.96/(3 sqrt 11))^3
    assert count_limits(10) == pytest.approx((4.7856, 18.3888), abs=5e-3)


def test_a_rate_is_the_count_and_its_limits_over_the_people() -> None:
    rate = rate_per_1000(5, 2_500)
    assert rate.per_1000 == pytest.approx(2.0)
    assert (rate.lower, rate.upper) == pytest.approx((1.62 / 2.5, 11.67 / 2.5), abs=0.003)


def test_no_people_and_counts_below_zero_are_refused() -> None:
    with pytest.raises(InternalError):
        rate_per_1000(5, 0)
    with pytest.raises(InternalError):
        count_limits(-1)

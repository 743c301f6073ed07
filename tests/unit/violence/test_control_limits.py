"""Control limits: NIST's worked example, the three signals, and what a gap and the length of a month do."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from app.violence.control import FEWEST, NEAR, OUTSIDE, RUN, Point, levels_of, limits_of, points_of
from core.periods import add_months

JANUARY = date(2023, 1, 1)
# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, individuals control charts for a batch process
FLOW_RATE = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)


def points(daily: Sequence[float | None], start: date = JANUARY) -> tuple[Point, ...]:
    """Of a number a day for each month, None for one that was not loaded; 1,000 times as many, so that rounding to whole counts is small."""
    months = [add_months(start, n) for n in range(len(daily))]
    return points_of(
        {m: round(1000 * d * monthrange(m.year, m.month)[1]) for m, d in zip(months, daily, strict=True) if d is not None}
    )


def test_limits_are_those_of_the_published_example() -> None:
    ranges = [abs(b - a) for a, b in pairwise(FLOW_RATE)]
    found = limits_of(FLOW_RATE, ranges)
    assert found.centre == pytest.approx(50.81, abs=0.005)
    # printed with 3 / 1.128 = 2.6596
    assert found.upper == pytest.approx(55.8041, abs=0.002)
    assert found.lower == pytest.approx(45.8159, abs=0.002)


def test_a_share_is_judged_by_itself_and_not_by_the_day() -> None:
    """NIST's series as percents of months: the same limits in February as in March, and none above the whole."""
    months = [add_months(JANUARY, n) for n in range(len(FLOW_RATE))]
    found = levels_of(dict(zip(months, FLOW_RATE, strict=True)))
    assert all(p.upper == pytest.approx(55.8041, abs=0.002) and p.lower == pytest.approx(45.8159, abs=0.002) for p in found)
    high = levels_of({m: 90.0 + 8 * (n % 2) for n, m in enumerate(months)})
    assert {p.upper for p in high} == {100.0} and {p.usual for p in high} == {94.0}


def test_a_short_month_is_no_dip() -> None:
    found = points([10.0] * 24)
    assert {p.signal for p in found} == {""}
    february = next(p for p in found if p.month.month == 2)
    assert february.count == 28 * 10_000 == pytest.approx(february.usual)


def test_one_month_outside_is_told_to_its_side() -> None:
    calm = [9.5, 11.0] * 10
    for extra, side in ((16.0, 1), (4.0, -1)):
        found = points([*calm, extra])
        assert [(p.signal, p.side) for p in found if p.signal] == [(OUTSIDE, side)]
        assert found[-1].signal == OUTSIDE


def test_eight_in_a_row_are_a_shift_and_seven_are_not() -> None:
    before = [11.0, 9.0] * 8
    for length, signals in ((7, set()), (8, {RUN})):
        found = points([*before, *([10.7] * length)])
        assert {p.signal for p in found} - {""} == signals
        assert len([p for p in found if p.signal]) == (length if signals else 0)


def test_three_of_four_near_a_limit_are_told() -> None:
    # the centre is 10, the mean moving range about 1: the upper limit about 12.7, half way there 11.3
    found = points([9.5, 10.5] * 8 + [12.0, 10.0, 12.0, 12.0] + [9.5, 8.5] * 4)
    assert [p.month for p in found if p.signal == NEAR and p.side == 1] == [add_months(JANUARY, n) for n in (16, 18, 19)]


def test_a_gap_ends_a_row_and_makes_no_moving_range() -> None:
    run = [*([11.0, 9.0] * 6), *([10.7] * 4)]
    unbroken, broken = points([*run, *([10.7] * 4)]), points([*run, None, *([10.7] * 4)])
    assert {p.signal for p in unbroken} == {"", RUN}
    assert {p.signal for p in broken} == {""}
    # a level that moved within the gap moves the centre, and no limit by its step
    low, high = [5.0, 5.2] * 6, [25.0, 25.2] * 6
    found = points([*low, None, *high])
    assert found[0].upper - found[0].usual < 0.7 * 31_000


def test_too_few_months_have_no_limits() -> None:
    assert points([10.0, 11.0] * (FEWEST // 2)) != ()
    assert points([10.0, 11.0] * (FEWEST // 2 - 1)) == ()
    # months without a single neighbour
    assert points([x for n in range(12) for x in (10.0 + n, None)]) == ()
    assert points_of({}) == ()


def test_chance_from_month_to_month_seldom_leaves_the_limits() -> None:
    """Of Poisson counts about 1 in 100 lies outside (limits of 3 standard deviations, estimated from 36 months)."""
    dice = np.random.default_rng(20_261_128)
    months = [add_months(JANUARY, n) for n in range(36)]
    days = np.array([monthrange(m.year, m.month)[1] for m in months])
    outside = 0
    for _ in range(300):
        counts = dice.poisson(8.0 * days)
        outside += sum(p.signal == OUTSIDE for p in points_of(dict(zip(months, map(int, counts), strict=True))))
    assert 0.001 < outside / (300 * 36) < 0.012

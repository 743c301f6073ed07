"""The rule of the early warning: what is compared, alarms within one district, and how the month after is judged."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from analytics.warning.rule import LEAST_MONTHS, Table, judge, look, span_until, windows_within_districts
from app.warning.report import once_in
from bench import scan
from core.periods import add_months

MONTHS = tuple(add_months(date(2023, 1, 1), n) for n in range(30))


def table(seed: int = 0, *, mean: float = 4.0) -> Table:
    """Ten rows of ten places about a kilometre apart; the five western columns are one district, the others another."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(10), np.arange(10))
    points = np.column_stack([x.ravel(), y.ravel()]) * 1_000.0 + np.random.default_rng(9).uniform(0, 100, (100, 2))
    lads = tuple("W" if place % 10 < 5 else "E" for place in range(100))
    counts = rng.poisson(mean, (2, 100, len(MONTHS)))
    kinds = np.array([[True, True], [True, False], [False, True]])
    return Table(tuple(f"p{n:02}" for n in range(100)), lads, MONTHS, ("all", "one", "two"), counts, kinds, points)


def test_a_window_never_leaves_its_district() -> None:
    t = table()
    windows = windows_within_districts(t.points_m, t.lad_codes, t.counts.sum(axis=(0, 2)))
    sizes = []
    for position in np.flatnonzero(windows.closes):
        members = windows.members(int(position))
        assert len({t.lad_codes[place] for place in members}) == 1
        sizes.append(len(members))
    assert max(sizes) > 3
    assert windows.reach.max() <= 3_000.0 + 1e-6


def test_what_is_compared_is_two_years_of_loaded_months() -> None:
    assert span_until(MONTHS, MONTHS[-1]).months == MONTHS[-24:]
    # a later month is no part of a look at an earlier one, and a long gap ends the span
    assert span_until(MONTHS, MONTHS[11]).months == MONTHS[:12]
    with_gap = [m for m in MONTHS if not date(2024, 1, 1) <= m <= date(2024, 4, 1)]
    assert span_until(with_gap, MONTHS[-1]).months[0] == date(2024, 5, 1)


def test_an_alarm_says_what_was_known_before_its_span() -> None:
    t = table(1)
    planted = [33, 34, 43]
    t.counts[0][planted, -2:] += 12
    scan_found, alarms = look(t, span_until(MONTHS, MONTHS[-1]), seed=3, replicates=239)
    first = alarms[0]
    assert first.group in ("one", "all") and first.since == MONTHS[-2]
    assert len(set(planted) & set(first.places)) >= 2
    assert len({t.lad_codes[place] for place in first.places}) == 1
    held = t.of_group(first.group)[:, -24:-2]
    assert first.before_here == held[list(first.places)].sum()
    assert first.before_region == held.sum()
    assert first.cluster.recurrence >= LEAST_MONTHS
    assert scan_found.smallest_p == pytest.approx(1 / 240)


def test_the_month_after_is_judged_by_the_share_before() -> None:
    # as many as before: 10 a month in the places of 100 in the region, over 20 months
    same = judge(10, 100, 200, 2_000)
    assert same.expected == pytest.approx(10.0)
    assert same.verdict == "eased" and 0.4 < same.p < 0.6
    assert judge(25, 100, 200, 2_000).verdict == "went_on"
    # the same rise with little known before it is no proof
    assert judge(3, 100, 2, 200).verdict == "eased"
    # a region that is busier altogether explains it
    assert judge(20, 200, 200, 2_000).verdict == "eased"
    assert judge(0, 100, 0, 2_000) == judge(0, 100, 0, 2_000)
    assert judge(0, 100, 5, 2_000).p == 1.0
    table_of_four = [[25, 200], [75, 1_800]]
    exact = stats.fisher_exact(table_of_four, alternative="greater").pvalue
    assert judge(25, 100, 200, 2_000).p == pytest.approx(exact)


def test_chance_alone_is_judged_to_have_gone_on_in_one_of_twenty_at_most() -> None:
    rng = np.random.default_rng(7)
    before_here, before_region = rng.poisson(60, 4_000), rng.poisson(6_000, 4_000)
    here, elsewhere = rng.poisson(3, 4_000), rng.poisson(297, 4_000)
    drawn = zip(here.tolist(), elsewhere.tolist(), before_here.tolist(), before_region.tolist(), strict=True)
    went_on = np.mean([judge(a, a + b, c, d).verdict == "went_on" for a, b, c, d in drawn])
    assert 0.005 < went_on <= 0.06


@pytest.mark.parametrize(
    ("months", "said"),
    [(12.0, "once in 12 months"), (47.6, "once in 48 months"), (96.0, "once in 8 years"), (1000.0, "less than once in 83 years")],
)
def test_how_often_is_said_in_months_then_in_years(months: float, said: str) -> None:
    assert once_in(months, 999) == said


@pytest.mark.slow
def test_false_alarms_of_null_counties_are_those_stated() -> None:
    """A sample of what `homeground bench scan` counts over 500 counties."""
    found = scan.false_alarms(40, lambda rng, mean: rng.poisson(mean))
    assert len(found.smallest) == 40 * len(scan.LOOKS)
    alarms = sum(p <= 1 / LEAST_MONTHS + 1e-9 for p in found.smallest)
    # 10 of 120 on average, with a deviation of 3
    assert 3 <= alarms <= 19
    assert np.mean(found.smallest) == pytest.approx(0.5, abs=0.12)


def test_a_flare_up_of_three_times_is_warned_of_within_a_month() -> None:
    delays = [scan.delay(seed, 3.0) for seed in range(1, 7)]
    assert sum(one is not None and one <= 1 for one in delays) >= 4

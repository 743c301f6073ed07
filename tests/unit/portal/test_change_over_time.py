"""Words for a change between two published counts: more than chance or not, unequal months, and what may not be compared."""

from __future__ import annotations

from datetime import date

import pytest

from core.periods import Period, add_months
from published.count_change import apart, cell_change, chance_of
from published.release import Cell


def of(count: int) -> Cell:
    return Cell(count, None)


def between(lowest: int, highest: int, symbol: str = "[c]") -> Cell:
    return Cell(None, symbol, lowest, highest)


WITHHELD = Cell(None, "[c]")


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (24, 18, "fell from 24 to 18: no more than chance could give"),
        # exact binomial: 120 of 200 at one half has p 0.0057; 113 of 200 has p 0.077
        (80, 120, "rose from 80 to 120: more than chance would give"),
        (87, 113, "rose from 87 to 113: no more than chance could give"),
        (1_200, 1_200, "stayed the same, 1,200"),
        (0, 0, "none in either"),
        # 6 of 6 at one half: p 0.031; 5 of 5: p 0.0625
        (0, 6, "rose from 0 to 6: more than chance would give"),
        (0, 5, "rose from 0 to 5: no more than chance could give"),
    ],
)
def test_a_change_says_both_numbers_and_whether_chance_could_give_it(before: int, now: int, said: str) -> None:
    assert cell_change(of(before), 12, of(now), 12) == said


def test_periods_with_gaps_are_compared_a_month() -> None:
    # 60 in 12 months and 60 in 10: the second is more a month
    assert cell_change(of(60), 12, of(60), 10) == "rose from 5.0 to 6.0 a month: no more than chance could give"
    assert cell_change(of(600), 12, of(600), 10) == "rose from 50.0 to 60.0 a month: more than chance would give"
    assert cell_change(of(60), 0, of(60), 10) == "which months were loaded is not known, so not compared"


def test_what_is_withheld_without_a_range_is_not_compared_and_gives_no_direction() -> None:
    for before, now in ((WITHHELD, of(9)), (of(9), WITHHELD), (WITHHELD, WITHHELD), (WITHHELD, between(1, 9))):
        assert cell_change(before, 12, now, 12) == "withheld, so not compared"
    assert cell_change(None, 12, of(9), 12) == "not published before"
    assert cell_change(of(9), 12, None, 12) == "not published now"


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        # ranges that have a number in common leave the direction open
        (between(1, 9), between(9, 12), "given as a range, so not compared"),
        (of(9), between(1, 9), "given as a range, so not compared"),
        (between(13, 20), between(1, 9), "fell, by at least 4: chance could give as much"),
        (of(13), between(1, 9, "[x]"), "fell, by at least 4: chance could give as much"),
        # the nearest ends are 80 and 120, whose exact binomial p is 0.0057
        (between(60, 80), between(120, 1_150), "rose, by at least 40: more than chance would give"),
        # a range with one number is a count that everybody can work out
        (between(24, 24), between(18, 18), "fell from 24 to 18: no more than chance could give"),
    ],
)
def test_ranges_are_compared_where_they_leave_no_doubt(before: Cell, now: Cell, said: str) -> None:
    assert cell_change(before, 12, now, 12) == said


def test_ranges_over_unequal_months_are_not_compared() -> None:
    assert cell_change(between(60, 80), 12, between(120, 130), 11) == "given as a range, so not compared"


def test_what_is_beyond_chance_at_the_nearest_ends_is_so_for_every_pair_of_counts() -> None:
    found = 0
    for low, high in ((0, 9), (3, 14), (20, 26)):
        for least, most in ((30, 36), (26, 40), (50, 51)):
            if cell_change(between(low, high), 12, between(least, most), 12).endswith("more than chance would give"):
                found += 1
                assert all(chance_of(b, 12, n, 12) < 0.05 for b in range(low, high + 1) for n in range(least, most + 1))
    assert 4 <= found < 9


def test_earlier_periods_share_no_month() -> None:
    rolling = [Period.ending(add_months(date(2025, 11, 1), -n), 12) for n in range(30)]
    chosen = apart(rolling, date(2024, 12, 1))
    # the newest that ends before, then the next that is apart from it; the span of 2024-11 to 2025-10 would count months twice
    assert [(p.start, p.end) for p in chosen] == [
        (date(2023, 12, 1), date(2024, 11, 1)),
        (date(2022, 12, 1), date(2023, 11, 1)),
    ]
    assert apart([], date(2024, 12, 1)) == ()

"""Words for a change between two published counts: more than chance or not, unequal months, and what may not be compared."""

from __future__ import annotations

from datetime import date

import pytest

from app.area.change_over_time import figure_change
from app.area.profile import Figure
from core.periods import Period, add_months
from published.count_change import apart


def of(count: int | None, symbol: str | None = None) -> Figure:
    return Figure(count, symbol, None)


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
    assert figure_change(of(before), 12, of(now), 12) == said


def test_periods_with_gaps_are_compared_a_month() -> None:
    # 60 in 12 months and 60 in 10: the second is more a month
    assert figure_change(of(60), 12, of(60), 10) == "rose from 5.0 to 6.0 a month: no more than chance could give"
    assert figure_change(of(600), 12, of(600), 10) == "rose from 50.0 to 60.0 a month: more than chance would give"
    assert figure_change(of(60), 0, of(60), 10) == "no month loaded, so not compared"


def test_what_is_withheld_is_not_compared_and_gives_no_direction() -> None:
    for before, now in ((of(None, "[c]"), of(9)), (of(9), of(None, "[c]")), (of(None, "[c]"), of(None, "[c]"))):
        assert figure_change(before, 12, now, 12) == "withheld, so not compared"
    assert figure_change(of(None), 12, of(9), 12) == "not published before"


def test_earlier_periods_share_no_month() -> None:
    rolling = [Period.ending(add_months(date(2025, 11, 1), -n), 12) for n in range(30)]
    chosen = apart(rolling, date(2024, 12, 1))
    # the newest that ends before, then the next that is apart from it; the span of 2024-11 to 2025-10 would count months twice
    assert [(p.start, p.end) for p in chosen] == [
        (date(2023, 12, 1), date(2024, 11, 1)),
        (date(2022, 12, 1), date(2023, 11, 1)),
    ]
    assert apart([], date(2024, 12, 1)) == ()

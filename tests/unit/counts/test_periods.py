from __future__ import annotations

from datetime import date

import pytest

from core.periods import Period, add_months, month_from_text


def test_twelve_months_end_with_the_last_month() -> None:
    period = Period.ending(date(2025, 11, 1), 12)
    assert period.start == date(2024, 12, 1)
    assert len(period) == 12 == len(list(period.months()))


@pytest.mark.parametrize("n", range(-30, 31))
def test_adding_months_and_taking_them_away_gives_the_month_again(n: int) -> None:
    month = date(2024, 2, 1)
    assert add_months(add_months(month, n), -n) == month


@pytest.mark.parametrize("text", ["2025", "2025-13", "25-01", "2025/01", "", "2025-00", "jan-2025"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        month_from_text(text)


def test_a_period_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="not a span"):
        Period(date(2025, 2, 1), date(2025, 1, 1))

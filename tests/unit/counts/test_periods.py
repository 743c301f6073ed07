from __future__ import annotations

from datetime import date

import pytest

from core.periods import CoveredPeriod, Period, add_months, month_from_text, months_in_words
from core.poisson import rate_per_1000


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


YEAR = Period(date(2024, 12, 1), date(2025, 11, 1))
HELD_BACK = (date(2024, 12, 1), date(2025, 3, 1))
GAPPED = CoveredPeriod.of(YEAR, [m for m in YEAR.months() if m not in HELD_BACK])


def test_a_period_says_how_many_of_its_months_were_loaded_and_which_were_not() -> None:
    assert str(GAPPED) == "December 2024 to November 2025; 10 of 12 months, without December 2024 and March 2025"
    assert GAPPED.during == "from December 2024 to November 2025 (10 of 12 months, without December 2024 and March 2025)"
    assert (GAPPED.over, GAPPED.loaded_listed, GAPPED.gaps_listed) == ("10 of 12 months", 10, "2024-12 2025-03")
    assert GAPPED.gaps_note.startswith("December 2024 and March 2025 are missing: the figures were not delivered.")
    whole = CoveredPeriod(YEAR)
    assert str(whole) == "December 2024 to November 2025; all 12 months"
    assert (whole.gaps_note, whole.year_note, whole.gaps_listed, whole.per_year) == ("", "", "", None)
    assert str(CoveredPeriod(Period(YEAR.end, YEAR.end))) == "November 2025; 1 month"


def test_a_month_that_nobody_listed_as_a_gap_is_missing_all_the_same() -> None:
    assert CoveredPeriod.of(YEAR, [date(2025, 1, 1)]).loaded == 1
    assert CoveredPeriod.of(YEAR, [date(2020, 1, 1), *YEAR.months()]) == CoveredPeriod(YEAR)


def test_months_in_a_row_are_told_as_a_span() -> None:
    held = Period(date(2025, 3, 1), date(2025, 6, 1)).months()
    assert months_in_words([*held, date(2024, 12, 1)]) == "December 2024 and March 2025 to June 2025"
    assert months_in_words([date(2025, 4, 1), date(2025, 3, 1)]) == "March 2025 and April 2025"
    assert months_in_words([]) == ""


def test_a_rate_over_ten_months_is_not_one_for_a_year_and_both_can_be_had() -> None:
    assert GAPPED.per_year == 1.2
    assert GAPPED.year_note.startswith("A rate over 10 months is not a rate for a year.")
    # two years of months are no year either
    assert CoveredPeriod(Period(date(2023, 12, 1), date(2025, 11, 1))).per_year == 0.5
    assert rate_per_1000(100, 1_000).times(1.2).per_1000 == pytest.approx(120.0)


@pytest.mark.parametrize(("end", "last"), [((2025, 11), "2025-11-30"), ((2025, 12), "2025-12-31"), ((2024, 2), "2024-02-29")])
def test_a_period_ends_with_the_last_day_of_its_last_month(end: tuple[int, int], last: str) -> None:
    assert CoveredPeriod(Period.ending(date(*end, 1), 12)).last_day == date.fromisoformat(last)


def test_what_was_not_noted_is_not_made_up() -> None:
    unknown = CoveredPeriod.of(YEAR, [], noted=False)
    assert str(unknown) == "December 2024 to November 2025; how many of its 12 months were loaded was not noted"
    assert (unknown.missing, unknown.loaded_listed, unknown.gaps_listed, unknown.per_year) == ((), None, "not noted", None)
    assert not unknown.complete and not unknown.like(CoveredPeriod(YEAR))


def test_a_period_for_a_json_object_has_its_gaps() -> None:
    of = CoveredPeriod(Period(date(2024, 12, 1), date(2025, 11, 1)), (date(2024, 12, 1), date(2025, 3, 1)))
    assert of.as_columns() == {
        "period_start": "2024-12-01",
        "period_end": "2025-11-30",
        "months_loaded": 10,
        "months_missing": ["2024-12", "2025-03"],
    }

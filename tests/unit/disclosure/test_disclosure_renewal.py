"""Which period the figures of a level are of: a small calendar, drawn in the test."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics.disclosure.ledger import Ledger
from analytics.disclosure.plan import Counts, Level, PublicationPlan, load_plan
from analytics.disclosure.policy import load_policy
from analytics.disclosure.renewal import own_period, renewed
from analytics.release.build import Candidate
from core.errors import UserError
from core.periods import Period, add_months
from core.settings import ReleaseSettings

DECEMBER = date(2024, 12, 1)
SLOW, QUARTERS, FAST = Level("area", "", 1.0, 12), Level("district", "", 10.0, 3), Level("all", "", 10.0)
EVERY = frozenset(add_months(date(2020, 1, 1), i) for i in range(120))


def year_to(end: date) -> Period:
    return Period.ending(end, 12)


@pytest.mark.parametrize(
    ("asked", "slow", "quarters"),
    [
        (date(2024, 12, 1), date(2024, 12, 1), date(2024, 12, 1)),
        (date(2025, 1, 1), date(2024, 12, 1), date(2024, 12, 1)),
        (date(2025, 3, 1), date(2024, 12, 1), date(2025, 3, 1)),
        (date(2025, 11, 1), date(2024, 12, 1), date(2025, 9, 1)),
        (date(2025, 12, 1), date(2025, 12, 1), date(2025, 12, 1)),
        (date(2024, 11, 1), date(2023, 12, 1), date(2024, 9, 1)),
        (date(2023, 12, 1), date(2023, 12, 1), date(2023, 12, 1)),
    ],
)
def test_a_level_shows_the_last_period_that_is_whole_steps_from_the_first_release(asked: date, slow: date, quarters: date) -> None:
    assert own_period(SLOW, year_to(asked), DECEMBER) == year_to(slow)
    assert own_period(QUARTERS, year_to(asked), DECEMBER) == year_to(quarters)
    assert own_period(FAST, year_to(asked), DECEMBER) == year_to(asked)


def test_periods_of_a_level_renewed_as_seldom_as_they_are_long_never_overlap() -> None:
    ends = {own_period(SLOW, year_to(add_months(DECEMBER, i)), DECEMBER) for i in range(-30, 30)}
    assert len(ends) == 6
    assert all(a == b or a.end < b.start or b.end < a.start for a in ends for b in ends)


def test_a_level_renewed_more_often_shows_the_slower_periods_too() -> None:
    slow, quarters, fast = renewed((SLOW, QUARTERS, FAST), year_to(date(2025, 5, 1)), DECEMBER, EVERY)
    assert slow.periods == (year_to(DECEMBER),)
    assert quarters.periods == (year_to(date(2025, 3, 1)), year_to(DECEMBER))
    assert fast.periods == (year_to(date(2025, 5, 1)), year_to(date(2025, 3, 1)), year_to(DECEMBER))


def test_the_first_release_shows_one_period() -> None:
    found = renewed((SLOW, QUARTERS, FAST), year_to(date(2025, 5, 1)), None, EVERY)
    assert {level.periods for level in found} == {(year_to(date(2025, 5, 1)),)}


def test_a_level_without_a_loaded_month_is_left_out_and_a_plan_of_such_levels_is_refused() -> None:
    loaded = frozenset({date(2025, 4, 1)})
    found = renewed((SLOW, FAST), year_to(date(2025, 5, 1)), DECEMBER, loaded)
    assert [level.geography for level in found] == ["all"]
    with pytest.raises(UserError, match="no level of the plan has a period of loaded months that ends in May 2025 or before"):
        renewed((SLOW,), year_to(date(2025, 5, 1)), DECEMBER, loaded)


def test_the_shipped_plan_renews_neighbourhoods_once_a_year() -> None:
    steps = {level.geography: level.every for level in load_plan(ReleaseSettings().plan).levels}
    assert steps == {"lsoa": 12, "msoa": 12, "lad": 1, "all": 1}


@pytest.mark.parametrize("step", ["0", "61", "1.5", "true", '"year"'])
def test_a_step_that_is_no_number_of_months_is_refused(tmp_path: Path, step: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        '[plan]\ntitle = "t"\ncategory_kinds = ["total"]\n[[level]]\ngeography = "lsoa"\nedition = "2021"\nweight = 1.0\n'
        f"renewed_every_months = {step}\n"
    )
    with pytest.raises(UserError, match="renewed_every_months is a whole number from 1 to 60"):
        load_plan(path)


def _candidate(period: Period) -> Candidate:
    months = [add_months(date(2024, 1, 1), i) for i in range(24)]
    loaded = frozenset(months) - {date(2024, 5, 1)}
    counts = Counts(pd.DataFrame(), pd.DataFrame(columns=["area", "category", "month", "incidents"]), loaded)
    by_month = pd.DataFrame({"month": months, "incidents": 100, "unplaced": [1] * 12 + [3] * 12})
    plan = PublicationPlan((Level("all", "", 1.0),), (("t", frozenset({"x"})),), (period,))
    return Candidate(
        title="t", plan=plan, counts=counts, policy=load_policy(ReleaseSettings().policy), ledger=Ledger(),
        period=period, months_loaded=tuple(period.months()), months_missing=(), unplaced_percent=3.0, region_name="R", synthetic=True,
        categories=pd.DataFrame(), by_month=by_month,
    )  # fmt: skip


def test_a_release_of_which_nothing_could_be_renewed_bears_the_period_of_its_figures() -> None:
    asked = year_to(date(2025, 12, 1))
    figures = pd.DataFrame({"period_start": [date(2024, 1, 1)] * 2, "period_end": [date(2024, 12, 1)] * 2})
    carried = _candidate(asked).as_printed(figures)
    assert carried.period == year_to(DECEMBER)
    assert carried.months_missing == (date(2024, 5, 1),) and len(carried.months_loaded) == 11
    assert carried.unplaced_percent == 1.0
    assert str(carried.covered) != str(_candidate(asked).covered)
    # where one level was renewed, its period is the release's
    renewed_too = pd.concat([figures, pd.DataFrame({"period_start": [asked.start], "period_end": [asked.end]})])
    assert _candidate(asked).as_printed(renewed_too).period == asked

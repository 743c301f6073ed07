"""What a map that moves through months is given: counts in the order of its outlines, gaps as gaps, one measure for all. No database."""

from __future__ import annotations

from datetime import date

from app.look.months import MapMonths, Slider
from app.look.palette import LIGHT, NO_DATA_FILL
from app.patch import cube
from app.person.store import MonthStatus
from core.periods import Period

SPAN = Period(date(2025, 1, 1), date(2025, 4, 1))
STATUS = [MonthStatus(m, m != date(2025, 3, 1), 1, 0) for m in Period(date(2024, 12, 1), date(2025, 4, 1)).months()]


def test_a_month_without_a_record_is_none_recorded_and_one_that_was_not_loaded_is_a_gap() -> None:
    found = cube.cube_of(SPAN, STATUS, {"A": {date(2025, 1, 1): 4, date(2025, 4, 1): 1}})
    assert found.months == tuple(SPAN.months())
    assert found.loaded == {date(2025, 1, 1), date(2025, 2, 1), date(2025, 4, 1)}
    assert cube.said(found).endswith("Not loaded: March 2025.")
    whole = cube.cube_of(SPAN, [MonthStatus(m, True, 1, 0) for m in SPAN.months()], {})
    assert "Not loaded" not in cube.said(whole) and "from January 2025 to April 2025" in cube.said(whole)


def test_counts_are_sent_once_in_the_order_of_the_outlines_and_a_gap_is_null() -> None:
    months = MapMonths(("January", "February", "March"), ("A", "B"), ((0, None, 30), (12, None, 1)))
    given = Slider(months, ["B", "A"], "areas", LIGHT).given
    assert given["counts"] == [[12, 0], None, [1, 30]]
    assert given["gap"] == NO_DATA_FILL and given["none"] == LIGHT.neutral
    assert len(given["fills"]) == len(given["edges"]) + 1
    assert [entry.label for entry in months.legend(LIGHT)][-1] == "not loaded"


def test_a_colour_means_the_same_number_in_every_month() -> None:
    one = MapMonths(("January",), ("A", "B"), ((1,), (2,)))
    both = MapMonths(("January", "February"), ("A", "B"), ((1, 50), (2, 90)))
    assert both.classes.edges != one.classes.edges
    assert both.classes.index(1) < both.classes.index(90)

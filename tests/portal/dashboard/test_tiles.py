"""What a tile says of what was given: shares and rates that add up over places, the middle of what does not, and addresses of tiles."""

from __future__ import annotations

from datetime import date

import pytest

from app.look.palette import LIGHT
from app.own_dashboard import bars
from app.own_dashboard.bars import bars_of
from app.own_dashboard.content import Line
from app.own_dashboard.indicators import figure_of, periods_of, periods_table
from app.own_dashboard.measures import Wanted, wanted_from
from app.own_dashboard.paper import drawn_parts, in_words
from app.own_dashboard.store import Given
from app.violence.control import levels_of
from core.periods import add_months


def given(period: str, value: float | None, numerator: float | None = None, denominator: float | None = None) -> Given:
    return Given(period, "msoa", value, numerator, denominator)


def test_counts_with_what_they_are_of_make_one_share_with_wilsons_interval() -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I: 81 of 263 has the score interval 0.2553 to 0.3662."""
    (found,) = periods_of([given("2025", 40, None, 100), given("2025", 41, None, 163)], "count")
    assert (found.unit, found.interval) == ("percent", "95% interval")
    assert found.value == pytest.approx(100 * 81 / 263)
    assert (found.lower, found.upper) == (pytest.approx(25.53, abs=0.005), pytest.approx(36.62, abs=0.005))
    assert found.of == "81 of 263 in 2 local areas"


def test_what_is_rare_is_said_per_1000_and_what_is_too_few_not_at_all() -> None:
    (rare,) = periods_of([given("2025", 9, None, 10_000)], "count")
    assert rare.unit == "per 1,000" and rare.value == pytest.approx(0.9)
    # exact Poisson limits of 9: 4.115 and 17.085
    assert (rare.lower, rare.upper) == (pytest.approx(0.4115, abs=1e-4), pytest.approx(1.7085, abs=1e-4))
    (few,) = periods_of([given("2025", 1, None, 9)], "count")
    assert few.value is None and figure_of([few]).figure == "too few"


def test_deciles_are_not_added_up() -> None:
    (found,) = periods_of([given("2025", v) for v in (1, 2, 3, 8, 10)], "decile")
    assert (found.value, found.lower, found.upper, found.interval) == (3, 2, 8, "middle half")
    (one,) = periods_of([given("2025", 4)], "decile")
    assert (one.value, one.lower) == (4, None)


def test_a_usual_range_of_periods_takes_ten() -> None:
    rows = [given(f"{2010 + n}", 10 + n % 2, None, 100) for n in range(12)]
    assert "A usual range takes 10 periods" in figure_of(periods_of(rows[:9], "count")).notes[-1]
    # centre 10.5%, mean moving range 1%: 2.66 to either side
    assert figure_of(periods_of(rows, "count")).notes[-1].endswith("That is within its usual range, 7.8% to 13.2%.")
    assert figure_of(periods_of(rows[:1], "count")).notes[-1] == "One period is loaded, so there is no trend yet."
    assert [r[0].text for r in periods_table("x", periods_of(rows, "count")).rows][:2] == ["2021", "2020"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("group.serious_violence@E07000178", Wanted("group.serious_violence", "E07000178")),
        ("event.partner_a~Stab wound@all", Wanted("event.partner_a~Stab wound", "all")),
        ("group.x@own-0123456789abcdef", Wanted("group.x", "own-0123456789abcdef")),
        ("", None),
        ("group.serious_violence", None),
        ("group.serious_violence@", None),
        ("group.<b>@all", None),
        ("group.x@'; --", None),
    ],
)
def test_a_tile_is_named_by_its_address_and_nothing_else_is(written: str, found: Wanted | None) -> None:
    assert wanted_from(written) == found
    assert found is None or found.written == written


def test_the_drawing_breaks_at_a_gap_and_marks_what_stands_out() -> None:
    months = [add_months(date(2024, 1, 1), n) for n in range(24) if n != 5]
    percents = {m: 19.0 + 2 * (n % 2) for n, m in enumerate(months)} | {months[-2]: 30.0}
    line = Line(percents, levels_of(percents), (date(2024, 6, 1),), percent=True)
    parts = drawn_parts(line)
    # the two runs each have their line and the line of the centre; one grey stretch
    assert sum("<polyline" in p for p in parts) == 4
    assert sum('fill="#e4e6e8"' in p for p in parts) == 1
    assert [p.month for p in line.standing_out] == [months[-2]]
    assert "Stands out: November 2025" in in_words(line)


def test_an_indicator_is_drawn_by_period_with_what_lies_around_each() -> None:
    rows = [given("2023", 20, None, 100), given("2024", 1, None, 9), given("2025", 30, None, 100)]
    made = bars_of(periods_of(rows, "count"), [30.0])
    assert made is not None and made.names == ("2023", "2024", "2025") and made.values == (20.0, None, 30.0)
    # Wilson's interval of 20 of 100
    assert made.lower[0] == pytest.approx(13.34, abs=0.005) and made.upper[0] == pytest.approx(28.88, abs=0.005)
    assert made.caption == "By period, percent; line: 95% interval"
    assert made.in_words == "By period, percent; line: 95% interval. 2023: 20.0%; 2024: too few; 2025: 30.0%."
    told = bars.drawn(made, LIGHT, "Absence", height=190).to_dict()
    assert len(told["layer"]) == 2 and told["layer"][1]["mark"]["type"] == "rule"
    parts = bars.drawn_parts(made)
    # a period of too few has its name and no bar
    assert sum("<rect" in p for p in parts) == 2 and sum(">2024<" in p for p in parts) == 1


def test_of_one_period_the_places_are_drawn_by_value() -> None:
    values = [1.0, 1.0, 2.0, 4.0, 10.0]
    periods = periods_of([given("2025", v) for v in values], "decile")
    made = bars_of(periods, values)
    assert made is not None and made.places and made.names == tuple(str(n) for n in range(1, 11))
    assert made.values == (2.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    scores = [0.5, 3.0, 12.25, 79.0, 80.0]
    spread = bars_of(periods_of([given("2025", v) for v in scores], "score"), scores)
    assert spread is not None and spread.names[0] == "0 to under 10" and spread.values == (2.0, 1.0, 0, 0, 0, 0, 0, 1.0, 1.0)
    assert sum(v or 0 for v in spread.values) == len(scores)
    # of three places the table has each
    assert bars_of(periods_of([given("2025", v) for v in values[:3]], "decile"), values[:3]) is None
    assert bars_of((), []) is None

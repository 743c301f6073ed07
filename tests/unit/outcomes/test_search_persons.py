"""Age, sex and clothing of those searched: a field that is rarely filled in has numbers and no share, and says how rarely."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from app.look.palette import LIGHT, NO_DATA_FILL
from app.searches import areas, chart
from app.searches.persons import clothing_sentence, completeness, filled_words, noted
from app.searches.report import Disparity, FoundRate, GroupRow, found_by_month, years_of
from app.searches.store import AreaOfSearches, MonthOfSearches, PersonSearches
from core.periods import CoveredPeriod, Period
from core.proportion import rate_ratio

YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))
WHOLE = CoveredPeriod.of(YEAR, YEAR.months())
SQUARE = {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52], [0, 51]]]}


def persons(field: str, **stops: int) -> list[PersonSearches]:
    return [PersonSearches(field, value.replace("_", " "), n, 0, n) for value, n in stops.items()]


def test_shares_are_of_the_searches_of_which_it_is_noted_and_ages_stand_in_order() -> None:
    rows = [
        PersonSearches("age", value, n, 1, n) for value, n in (("over 34", 20), ("10-17", 30), ("Not stated", 10), ("18-24", 50))
    ]
    of = noted(rows, "age")
    assert [r.name for r in of.rates] == ["10-17", "18-24", "over 34"]
    assert (of.stated, of.persons) == (100, 110)
    share = of.share(of.rates[0])
    assert share is not None
    assert share.share == 0.3


def test_a_field_that_is_rarely_filled_in_has_no_share() -> None:
    of = noted(persons("clothing", yes=3, no=43, Not_stated=954), "clothing")
    assert not of.usable
    assert of.share(of.rates[0]) is None
    said = clothing_sentence(of)
    assert "is noted in 46 of 1,000 searches of persons (4.6%): in 3 it was." in said
    assert "That is too few of all to give a share" in said
    enough = clothing_sentence(noted(persons("clothing", yes=20, no=980), "clothing"))
    assert "20 of 1,000 searches of persons of which it is noted: 2.0% (1.3% to 3.1%)" in enough
    assert clothing_sentence(noted([], "clothing")) == ""


def test_how_complete_each_field_is() -> None:
    rows = [
        *persons("age", **{"18-24": 88, "Not_stated": 12}),
        *persons("sex", Male=99, Not_stated=1),
        *persons("clothing", no=5, Not_stated=95),
    ]
    found = completeness(FoundRate("All searches", 120, 10, 60), Disparity((), 100, 25, 3), rows)
    assert [(f.field, f.share.part, f.share.whole) for f in found] == [
        ("Age", 88, 100),
        ("Sex", 99, 100),
        ("Ethnic group, by the person", 75, 100),
        ("Ethnic group, by the officer", 97, 100),
        ("More than outer clothing removed", 5, 100),
        ("Outcome linked to what was looked for", 60, 120),
    ]
    assert [filled_words(*n) for n in ((9_999, 10_000), (1, 10_000), (10, 10), (0, 10))] == ["99.9%", "0.1%", "100%", "0%"]


def test_a_span_is_cut_into_whole_years_that_end_with_it() -> None:
    span = Period(date(2022, 7, 1), date(2024, 12, 1))
    of = years_of(CoveredPeriod.of(span, [m for m in span.months() if m.year != 2023]))
    # the half year at the beginning is in no year, and a year without a loaded month is not there
    assert [c.period for c in of] == []
    whole = years_of(CoveredPeriod.of(span, span.months()))
    assert [c.period.start for c in whole] == [date(2023, 1, 1), date(2024, 1, 1)]
    assert years_of(WHOLE) == ()


def test_a_loaded_month_without_searches_has_no_share_and_a_missing_one_is_not_there() -> None:
    covered = CoveredPeriod.of(YEAR, [m for m in YEAR.months() if m.month != 3])
    found = dict(found_by_month([MonthOfSearches(date(2024, 1, 1), 40, 10, 40)], covered))
    assert found[date(2024, 1, 1)].share is not None
    assert found[date(2024, 2, 1)].share is None
    assert date(2024, 3, 1) not in found
    drawn = chart.found_over_time(tuple(found.items()), covered.missing, FoundRate("", 40, 10, 40), LIGHT)
    assert drawn is not None
    assert "0.25" in str(drawn.to_dict()["datasets"])
    assert chart.found_over_time([(date(2024, 2, 1), FoundRate("", 0, 0, 0))], (), FoundRate("", 0, 0, 0), LIGHT) is None


def test_ratios_of_years_stand_in_the_order_of_years() -> None:
    ratio = rate_ratio(50, 1_000, 100, 10_000)
    row = GroupRow("black", "Black", 50, 1_000.0, FoundRate("Black", 50, 10, 50), ratio, ratio, 0, None)
    none = GroupRow("black", "Black", 1, 10.0, FoundRate("Black", 1, 0, 1), None, None, 0, None)
    years = [(name, Disparity((row,), 50, 0, 0)) for name in ("Dec 2023", "Dec 2024")]
    drawn = chart.ratios_by_year(years, LIGHT)
    assert drawn is not None
    said = str(drawn.to_dict())
    assert said.index("Black, year to Dec 2023") < said.index("Black, year to Dec 2024")
    assert chart.ratios_by_year([("Dec 2024", Disparity((none,), 1, 0, 0))], LIGHT) is None


@pytest.fixture
def local() -> tuple[areas.AreaRow, ...]:
    held = [
        AreaOfSearches("E1", "Ashmoor", "L1", 80, 20, 80, 8_000, SQUARE),
        AreaOfSearches("E2", "Brook", "L1", 4, 1, 4, 8_000, SQUARE),
        AreaOfSearches("E3", "Camp", "L1", 12, 3, 12, None, SQUARE),
        AreaOfSearches("E4", "Dale", "L1", 0, 0, 0, 8_000, SQUARE),
    ]
    return areas.rows_of(held, WHOLE)


def test_an_area_with_few_searches_has_no_find_rate_on_the_map(local: tuple[areas.AreaRow, ...]) -> None:
    drawn = {a.code: a for a in areas.map_areas(local, areas.FOUND, LIGHT)}
    assert {code for code, a in drawn.items() if a.fill == NO_DATA_FILL} == {"E2", "E4"}
    assert "too few (under 10)" in drawn["E2"].words
    assert "25%" not in drawn["E2"].words
    by_rate = {a.code: a for a in areas.map_areas(local, areas.RATE, LIGHT)}
    assert by_rate["E4"].fill == LIGHT.neutral
    assert by_rate["E3"].fill == NO_DATA_FILL
    assert "10.0 per 1,000 residents" in by_rate["E1"].words
    assert any(e.look == "no-data" for e in areas.legend_of(local, areas.RATE, LIGHT))


def test_the_file_of_areas_leaves_empty_what_is_not_shown(local: tuple[areas.AreaRow, ...]) -> None:
    rows = {r["local_area"]: r for r in csv.DictReader(io.StringIO(areas.csv_of(local, WHOLE).lstrip("\ufeff")))}
    assert (rows["E2"]["searches"], rows["E2"]["found_share"], rows["E2"]["note"]) == ("4", "", "too few (under 10)")
    assert rows["E3"]["rate_per_1000"] == ""
    assert rows["E1"]["found_share"] == "0.25"


def test_of_a_span_without_a_loaded_month_nothing_is_said_of_any_area() -> None:
    assert areas.rows_of([AreaOfSearches("E1", "Ashmoor", "L1", 0, 0, 0, 8_000, SQUARE)], CoveredPeriod.of(YEAR, [])) == ()

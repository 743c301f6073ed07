"""Searches month by month: a loaded month without a search is 0, a month that is not loaded is missing and never 0."""

from __future__ import annotations

import csv
import io
from datetime import date

from app.look.palette import LIGHT
from app.searches import chart
from app.searches.report import FoundRate, GroupRow
from app.searches.store import MonthOfSearches, SearchMonth
from app.searches.trend import Trend, csv_of, table_of, trend_of
from core.periods import Period
from core.proportion import rate_ratio

MONTHS = Period(date(2024, 1, 1), date(2025, 3, 1))
GAP, NONE, HIGH = date(2024, 6, 1), date(2024, 3, 1), date(2025, 2, 1)


def made() -> Trend:
    loaded = [SearchMonth(m, 100, 0, 0) for m in MONTHS.months() if m != GAP]
    rows = [
        MonthOfSearches(m.month, 900 if m.month == HIGH else 100 + m.month.month % 2, 20, 80) for m in loaded if m.month != NONE
    ]
    return trend_of(loaded, rows, MONTHS)


def test_a_month_without_searches_is_0_and_a_missing_one_is_not() -> None:
    trend = made()
    assert trend.missing == (GAP,)
    assert trend.counts[NONE] == 0
    assert GAP not in trend.counts
    rows = {r[0].text: r[1].text for r in table_of(trend, "").rows}
    assert rows["June 2024"] == "missing"
    assert rows["March 2024"] == "0"
    taken = {r["month"]: r for r in csv.DictReader(io.StringIO(csv_of(trend, "all districts", "").lstrip("\ufeff")))}
    assert (taken["2024-06-01"]["searches"], taken["2024-06-01"]["note"]) == ("", "month not loaded")
    assert taken["2024-03-01"]["searches"] == "0"


def test_a_month_far_above_the_others_stands_out() -> None:
    assert HIGH in {p.month for p in made().standing_out}


def test_a_span_of_few_months_has_no_usual_range() -> None:
    loaded = [SearchMonth(m, 5, 0, 0) for m in list(MONTHS.months())[:5]]
    assert trend_of(loaded, [], Period(loaded[0].month, loaded[-1].month)).points == ()


def test_the_ratio_is_what_a_hand_works_out() -> None:
    # 50 searches of 1,000 residents beside 100 of 10,000: 5 times; the interval is exp(ln 5 +- 1.96 sqrt(1/50 + 1/100)) = 3.56 to 7.02
    ratio = rate_ratio(50, 1_000, 100, 10_000)
    assert ratio is not None
    assert [round(v, 2) for v in (ratio.times, ratio.lower, ratio.upper)] == [5.0, 3.56, 7.02]
    row = GroupRow("black", "Black", 50, 1_000.0, FoundRate("Black", 50, 10, 50), ratio, None, 0, None)
    drawn = chart.ratios([row], LIGHT)
    assert drawn is not None
    assert "5.0" in str(drawn.to_dict()["datasets"])
    assert chart.ratios([GroupRow("black", "Black", 1, 10.0, FoundRate("Black", 1, 0, 1), None, None, 0, None)], LIGHT) is None

"""Trend charts: a gap is hatched and named, no line goes over it, and a range has no line at all."""

from __future__ import annotations

import re
from datetime import date

from briefs.drawn.trend_chart import Step, draw_months, draw_periods
from core.periods import CoveredPeriod, Period

MONTHS = [date(2025, m, 1) for m in range(1, 13)]


def test_a_missing_month_breaks_the_line_and_is_named() -> None:
    counts = {m: 10 + m.month for m in MONTHS if m.month not in (5, 6)}
    figure = draw_months("trend", "Violence", counts, [date(2025, 5, 1), date(2025, 6, 1)], title="Violence in Northford by month")
    assert figure is not None
    lines = re.findall(r'<polyline points="([^"]+)"', figure.svg)
    assert [len(line.split()) for line in lines] == [4, 6]
    assert figure.svg.count("url(#gap)") == 1
    assert "Hatched: May 2025 and June 2025, not delivered." in figure.caption
    assert "May 2025 " not in figure.alt.split("Hatched")[0]
    assert "December 2025 22" in figure.alt


def test_few_months_are_no_trend() -> None:
    assert draw_months("trend", "Violence", dict.fromkeys(MONTHS[:5], 3), [], title="") is None


def test_a_range_is_a_box_without_a_line_and_one_period_is_no_trend() -> None:
    before, now = (CoveredPeriod(Period(date(y, 1, 1), date(y, 12, 1))) for y in (2024, 2025))
    known, ranged = Step(before, 20.0, 30.0, 25.0), Step(now, 10.0, 40.0, None)
    figure = draw_periods("trend", "Violence", [known, ranged], [], "")
    assert figure is not None
    assert figure.svg.count(">25.0<") == 1 and ">10.0 to 40.0<" in figure.svg
    assert "10.0 to 40.0, given as a range" in figure.alt
    # one in the key, one of the known period
    assert len(re.findall(r'<line [^>]*stroke="#0b5f6a"', figure.svg)) == 2
    assert draw_periods("trend", "Violence", [known], [], "") is None

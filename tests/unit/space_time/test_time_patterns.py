"""Seasons: a planted one is found with its months, chance is not one, a gap is not zero; hours of a partner's rows are read and no more."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import pytest

from analytics.times.patterns import season, years_used
from app.hotspots.time_report import NO_TIMES, season_sentences, week_caption, week_rows
from app.hotspots.time_store import Season, SeasonMonth, WeekTimes
from core.errors import InternalError
from core.periods import CoveredPeriod, Period
from feeds.shapes.event_times import _hour, _weekday

MONTHS = [date(y, m, 1) for y in (2023, 2024, 2025) for m in range(1, 13)]
DAYS = np.array([monthrange(m.year, m.month)[1] for m in MONTHS], dtype=float)


def planted(seed: int, swing: float, *, mean: float = 40.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    wave = 1 + swing * np.array([np.cos((m.month - 7) / 12 * 2 * np.pi) for m in MONTHS])
    busier = np.array([{2023: 1.0, 2024: 1.3, 2025: 1.7}[m.year] for m in MONTHS])
    return rng.poisson(mean / 30 * DAYS * wave * busier)


def test_exact_ratios_by_hand() -> None:
    # two years, the second twice the first; every day of July has twice what other days have
    months = MONTHS[:24]
    daily = np.array([(2 if m.month == 7 else 1) * (1 + (m.year == 2024)) for m in months])
    counts = (100 * daily * DAYS[:24]).astype(np.int64)
    found = season(counts, months)
    assert found is not None
    assert found.ratio[6] / found.ratio[0] == pytest.approx(2.0, rel=1e-6)
    assert (found.ratio * found.recorded / found.ratio).sum() == counts.sum()
    assert found.years.tolist() == [2] * 12


def test_a_planted_season_is_found_and_a_trend_between_years_is_none() -> None:
    found = season(planted(1, 0.3), MONTHS)
    assert found is not None
    assert found.p_value < 0.001
    assert found.lower[6] > 1.1
    assert found.upper[0] < 1.0
    flat = season(planted(2, 0.0), MONTHS)
    assert flat is not None
    assert flat.p_value > 0.01


def test_chance_is_called_a_season_about_as_often_as_it_should() -> None:
    called = sum((season(planted(seed, 0.0), MONTHS) or pytest.fail("a season")).p_value <= 0.05 for seed in range(200))
    assert 2 <= called <= 20


def test_years_that_differ_of_themselves_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    calm = season(planted(3, 0.2, mean=400), MONTHS)
    rough = season((planted(3, 0.2, mean=400) * rng.uniform(0.6, 1.4, 36)).astype(np.int64), MONTHS)
    assert calm is not None
    assert rough is not None
    assert rough.upper[6] - rough.lower[6] > 2 * (calm.upper[6] - calm.lower[6])


def test_too_few_years_give_none_and_a_missing_month_is_no_zero() -> None:
    assert years_used(MONTHS[:20]) == ()
    assert season(planted(4, 0.3)[:12], MONTHS[:12]) is None
    kept = [i for i, m in enumerate(MONTHS) if m != date(2024, 7, 1)]
    gap = season(planted(1, 0.3)[kept], [MONTHS[i] for i in kept])
    assert gap is not None
    assert gap.years[6] == 2
    assert gap.ratio[6] > 1.15
    empty = season(np.zeros(36, dtype=np.int64), MONTHS)
    assert empty is not None
    assert np.isnan(empty.ratio).all()
    assert np.isnan(empty.p_value)
    with pytest.raises(InternalError):
        season(np.zeros(3, dtype=np.int64), MONTHS)


def test_the_page_says_that_published_crime_has_no_times() -> None:
    assert "not the day or the hour" in NO_TIMES
    assert "Too few years" in season_sentences(None, "the district")[0]
    months = tuple(SeasonMonth(m, 1.3 if m == 7 else 1.0, 1.1 if m == 7 else 0.9, 1.5 if m == 7 else 1.1, 50) for m in range(1, 13))
    found = Season(months, 3, CoveredPeriod(Period(date(2023, 1, 1), date(2025, 12, 1))), 0.001)
    said = season_sentences(found, "the district")
    assert said[1] == "More a day than on the average day of the same years: July (30% more)."
    none = Season(months, 3, CoveredPeriod(Period(date(2023, 1, 1), date(2025, 12, 1))), 0.2)
    assert season_sentences(none, "the district")[0].startswith("No season beyond chance")


def test_hours_of_the_week_add_up_and_say_whose_activity_they_are() -> None:
    records = {(4, 23): 30, (5, 1): 50, (5, None): 20}
    times = WeekTimes("partner_ed_injuries", records, CoveredPeriod(Period(date(2025, 1, 1), date(2025, 3, 1))))
    heads, rows = week_rows(times)
    assert heads[-1] == "hour unknown"
    assert [name for name, _ in rows] == ["Friday", "Saturday"]
    assert sum(float(c) for _, cells in rows for c in cells) == pytest.approx(100.0)
    stops = WeekTimes("stop_search", {(None, 14): 10}, CoveredPeriod(Period(date(2025, 1, 1), date(2025, 3, 1))))
    assert "when officers search, not when harm happens" in week_caption(stops)
    assert week_rows(stops)[1][0][0] == "Any day"


@pytest.mark.parametrize(
    ("text", "hour"), [("7", 7), ("07:45", 7), ("23:59:59", 23), ("24", None), ("", None), ("noon", None), ("-1", None)]
)
def test_an_hour_is_read_without_its_minutes_or_not_at_all(text: str, hour: int | None) -> None:
    assert _hour(text) == hour


def test_a_weekday_is_that_of_the_date() -> None:
    assert _weekday("2025-11-03", "%Y-%m-%d") == 0
    assert _weekday("09/11/2025", "%d/%m/%Y") == 6
    assert _weekday("soon", "%Y-%m-%d") is None

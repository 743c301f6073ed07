"""What `homeground overlap place` says of rates: over which months, and the same for a year."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from analytics.overlaps import report
from core.periods import CoveredPeriod, Period
from homeground.command_line import commands

RATE = {
    "group_id": "violence", "rate_per_1000": 10.0, "areas": 10, "areas_lower_quarter": 5.0, "areas_upper_quarter": 15.0,
}  # fmt: skip
PLACE = {"code": "E01000001", "name": "Ashmoor 001A", "type_id": "a", "factors": [], "rates": [RATE]}


def said(monkeypatch: pytest.MonkeyPatch, *missing: date) -> str:
    covered = CoveredPeriod(Period(date(2024, 12, 1), date(2025, 11, 1)), missing)
    monkeypatch.setattr(report, "place", lambda code: PLACE)
    monkeypatch.setattr(report, "period", lambda: covered)
    done = CliRunner().invoke(commands, ["overlap", "place", "E01000001"], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_a_rate_is_never_said_without_its_months(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        "Recorded per 1,000 residents over 12 months, December 2024 to November 2025 (all 12 months):\n"
        "  violence: 10.0; 10 similar areas, middle half 5.0 to 15.0\n"
    ) in said(monkeypatch)


def test_over_months_that_are_no_year_the_same_is_said_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(monkeypatch, date(2024, 12, 1), date(2025, 3, 1))
    assert "over 10 of 12 months, December 2024 to November 2025 (10 of 12 months, without December 2024 and March 2025):" in found
    assert "  violence: 10.0 (12.0 a year); 10 similar areas, middle half 5.0 to 15.0 (6.0 to 18.0 a year)\n" in found

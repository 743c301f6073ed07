"""Which partners' feeds are of violence, and what nobody supplies."""

from __future__ import annotations

from datetime import date

import pytest

from app.violence.partners import WANTED, is_of_violence, series_of
from app.violence.store import PartnerMonths

JANUARY, MARCH = date(2025, 1, 1), date(2025, 3, 1)


@pytest.mark.parametrize(
    "feed", ["partner_ambulance_callouts", "partner_ed_injuries", "istv", "hospital_admissions_assault", "homicide_index"]
)
def test_a_feed_of_violence_is_known_by_its_name(feed: str) -> None:
    assert is_of_violence(feed)


@pytest.mark.parametrize(
    "feed", ["partner_housing_asb", "partner_school_exclusions", "partner_youth_justice", "bedrooms", "stop_search"]
)
def test_other_feeds_are_not(feed: str) -> None:
    assert not is_of_violence(feed)


def test_every_wanted_record_has_a_row_whether_supplied_or_not() -> None:
    found = series_of(
        [
            PartnerMonths("north_ambulance", {JANUARY: 4, MARCH: 2}, {"Assault": 5, "Stab wound": 1}),
            PartnerMonths("south_ambulance", {JANUARY: 3}, {"Assault": 3}),
            PartnerMonths("partner_housing_asb", {JANUARY: 90}, {"Noise": 90}),
        ]
    )
    assert [s.name for s in found] == [name for name, _ in WANTED]
    ambulance, *others = found
    assert ambulance.feeds == ("north_ambulance", "south_ambulance")
    # a month without an event is not a zero: nobody noted whether it was delivered
    assert ambulance.events == {JANUARY: 7, MARCH: 2}
    assert ambulance.categories == (("Assault", 8), ("Stab wound", 1))
    assert not any(s.supplied or s.events for s in others)

"""The feed of emergency departments against the list of the Cardiff model, as the NHS made it a standard (ISB 1594, ISTV)."""

from __future__ import annotations

from core.paths import PROJECT_ROOT
from feeds.catalogue.feed import read_catalogue
from feeds.catalogue.writes import EventWrite

# ISB 1594, Information Sharing to Tackle Violence, as the Greater London Authority lists what it asks of emergency departments
# (data.london.gov.uk, ISTV: resources for policy makers): "time and date of incident; time and date of arrival in ED; specific location of
# where the incident took place; the primary means of assault (i.e. weapon or body part used)". Each with what the feed keeps it as; '' is
# asked for by the standard and not kept: when somebody came to the hospital says nothing of the place where it happened.
STANDARD = {
    "date of incident": "incident_date",
    "time of incident": "incident_hour",
    "date of arrival": "",
    "time of arrival": "",
    "location of incident": "incident_postcode",
    "primary means of assault": "assault_type",
}


def test_every_field_of_the_standard_is_kept_or_left_out_on_purpose() -> None:
    (feed,) = [f for f in read_catalogue(PROJECT_ROOT / "feeds" / "catalogue.toml").feed if f.id == "partner_ed_injuries"]
    (write,) = feed.writes
    assert isinstance(write, EventWrite) and write.area is not None
    kept = {
        "incident_date": write.month,
        "incident_hour": write.hour,
        "incident_postcode": write.postcode,
        "assault_type": write.category,
    }
    assert {name for name in STANDARD.values() if name} == set(kept) == set(kept.values())
    # where no postcode could be made of the words for a place, the hospital's own area code stands for it
    assert write.area.column == "incident_lsoa21"
    # a body part or an object, as the standard has it
    assert {"Body part", "Blunt object", "Bottle or glass", "Sharp object", "Firearm", "Other"} == set(write.categories)
    # beside what the standard asks there is the reference, of which nothing is stored, and no column of who was hurt
    assert set(write.columns) == {*kept, "incident_lsoa21", "attendance_reference"}

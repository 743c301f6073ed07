"""The page on the data names every part of the analysis that ran, those that nobody gave a name to as well."""

from __future__ import annotations

from datetime import UTC, datetime

from app.data_status import parts
from app.person.store import Run

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_named_parts_stand_in_the_order_of_the_flow_and_others_after_them() -> None:
    stages = ["bus_stops", "stability", "stage:stability", "track_record", "flow", "count", "alarms"]
    found = parts([Run(stage, NOON, None, "1") for stage in stages])
    assert [name for name, _ in found] == [
        "Count by place and month",
        "Track record of the maps",
        "Other grids",
        "Alarms",
        "Bus stops",
    ]

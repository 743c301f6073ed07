"""An LSOA 2011 that was cut up between districts (change X: two in Hertfordshire) is a place like any other."""

from __future__ import annotations

import math
from datetime import date

import pytest
from sqlalchemy import text

from analytics.counts.places import Group, read_places
from core import db
from core.contracts import LSOA_2011
from core.db import Role, copy_rows
from core.periods import Period
from feeds.shapes.scope import Scope
from tests.builders.feeds_files import REGION

pytestmark = pytest.mark.database

MONTH = date(2025, 10, 1)
PARENT = ["child_geography", "child_edition", "child_code", "parent_geography", "parent_edition", "parent_code"]
CHANGE = ["geography", "from_edition", "from_code", "to_edition", "to_code", "change"]


def prepare(other_force: str) -> None:
    """E01000001 of 2011 became two areas of 2021, one in each district; in 2021 it lay in the second. E01000002 stayed as it was.

    other_force: of the second district.
    """
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("INSERT INTO place.region VALUES (1, 'Testshire', 'E23000001', 'Testshire Police', FALSE)"))
        districts = {"E07000001": "E23000001", "E07000002": other_force}
        copy_rows(
            connection, "place", "area_parent", PARENT, [("lad", "2022", d, "force", "2020", f) for d, f in districts.items()]
        )
        new = {"E01100001": "E07000001", "E01100002": "E07000002", "E01100003": "E07000001"}
        copy_rows(connection, "place", "area_parent", PARENT, [("lsoa", "2021", a, "lad", "2022", d) for a, d in new.items()])
        copy_rows(
            connection, "place", "area_parent", PARENT,
            [("lsoa", "2011", "E01000001", "lad", "2021", "E07000002"), ("lsoa", "2011", "E01000002", "lad", "2022", "E07000001")],
        )  # fmt: skip
        changes = [("E01000001", "E01100001", "X"), ("E01000001", "E01100002", "X"), ("E01000002", "E01100003", "U")]
        copy_rows(connection, "place", "edition_change", CHANGE, [("lsoa", "2011", old, "2021", now, c) for old, now, c in changes])
        people = [("lsoa", "2011", f"E0100000{n}", "residents", "mid2020", 1_000 * n) for n in (1, 2)]
        copy_rows(connection, "place", "population", ["geography", "edition", "code", "measure", "reference", "people"], people)
        copy_rows(
            connection, "counted", "lsoa_2011", ["geography", "edition", "code", "category", "month", "incidents", "lad_code"],
            [("lsoa", "2011", "E01000001", "Robbery", MONTH, 7, "E07000001")],
        )  # fmt: skip
        connection.execute(text("INSERT INTO analysis.category_group VALUES ('robbery', 'Robbery', '', 1, 'partition', TRUE)"))
        connection.execute(text("INSERT INTO analysis.category_group_member VALUES ('robbery', 'Robbery', FALSE)"))


@pytest.mark.parametrize(
    ("other_force", "lad_code", "residents"),
    [("E23000001", "E07000002", 1_000.0), ("E23000002", "E07000001", math.nan)],
    ids=["both districts are the region's", "one is another force's"],
)
def test_it_counts_with_one_district_and_loses_no_incident(
    database: str, other_force: str, lad_code: str, residents: float
) -> None:
    prepare(other_force)
    with db.transaction(Role.PIPELINE) as connection:
        found = read_places(connection, LSOA_2011, [Group("robbery", "partition", True)], Period(MONTH, MONTH))
    assert found.codes == ("E01000001", "E01000002")
    assert found.lad_codes == (lad_code, "E07000001")
    assert found.residents[0] == pytest.approx(residents, nan_ok=True)
    assert found.residents[1] == 2_000
    assert found.incidents.tolist() == [[7], [0]]


def test_what_is_published_of_it_is_kept_by_a_load(database: str) -> None:
    prepare("E23000001")
    assert Scope(REGION).region_codes["lsoa", "2011"] >= {"E01000001"}

"""Keys that were laid aside while a store was filled stand again, and refuse what they refused before."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from analytics import pipeline
from analytics import stage as analytics_stage
from analytics.counts.store import PARTS
from core import db
from core.db import Role
from feeds.loading.load import load_source
from tests.builders import feeds_files as county

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def counted_once(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The county, placed and counted as a whole."""
    folder = tmp_path_factory.mktemp("counted_once")
    county.write_county(folder)
    load_source(folder, region=county.REGION)
    stages = tuple(s for s in pipeline.ANALYSE_STAGES if s.name in ("geography", "crime", "place", "count"))
    analytics_stage.run_stages(stages, analytics_stage.default_context(region=county.REGION), say=lambda line: None)
    return module_database


def run(statement: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("part", PARTS.values())
def test_a_place_kind_and_month_that_is_counted_twice_is_refused(counted_once: str, part: str) -> None:
    with pytest.raises(IntegrityError, match=f"{part}_pkey"):
        run(f"INSERT INTO counted.{part} SELECT * FROM counted.{part} LIMIT 1")


@pytest.mark.parametrize(("location", "key"), [("-1", "location_place_location_id_fkey"), ("location_id", "location_place_pkey")])
def test_a_place_of_no_location_and_a_second_place_are_refused(counted_once: str, location: str, key: str) -> None:
    columns = "easting, northing, lsoa11_code, lsoa21_code, msoa21_code, lad22_code, h3_r9"
    with pytest.raises(IntegrityError, match=key):
        run(
            f"INSERT INTO place.location_place (location_id, {columns})"
            f" SELECT {location}, {columns} FROM place.location_place LIMIT 1"
        )

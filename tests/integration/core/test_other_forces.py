"""Other forces than the one by default, each by its name alone, from an empty database: real files, where they are here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics import pipeline
from analytics.stage import default_context, run_stages
from briefs.write import render_brief
from core import db
from core.db import Role
from core.settings import RegionSettings
from published.release import current_release
from tests.conftest import absent

pytestmark = [pytest.mark.database, pytest.mark.real_data, pytest.mark.slow]

# what a place and its rates need; postcodes and services here are of another force
REFERENCE = (
    "lookups/lsoa21_msoa21_lad22_derived.csv.gz", "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz", "lookups/lookup_lsoa11_msoa11.csv.gz",
    "lookups/lookup_lsoa11_ltla21.csv.gz", "lookups/lookup_ltla24_csp24_pfa24.csv", "lookups/lookup_msoa11_msoa21_ltla22.csv.gz",
    "lookups/lookup_ltla_ltla.csv", "boundaries/police_force_areas_2020_ew.geojson", "boundaries/LSOA_Dec_2011_BSC_EW_V3.geojson.gz",
    "boundaries/lsoa21_ew_bsc_wgs84.geojson.gz", "population/population_mid2020_lsoa11_by_age.csv.gz",
    "population/census2021_residents_lsoa21.csv.gz",
)  # fmt: skip


@pytest.fixture
def load(real_data: Path, database: str, tmp_path: Path) -> Callable[[str, str], RegionSettings]:
    """load(name, slug): the national reference and every month of a force, as a person with that name in the settings loads them."""

    def run(name: str, slug: str) -> RegionSettings:
        files = sorted((real_data.parent / "more" / "forces").glob(f"*-{slug}-street.csv.gz"))
        if not files:
            absent(f"no files of {slug} in {real_data.parent / 'more' / 'forces'}")
        for path in [*(real_data / name for name in REFERENCE), *files]:
            (tmp_path / path.name).symlink_to(path)
        region = RegionSettings(force_name=name)
        report = pipeline.load(tmp_path, default_context(actor="test", region=region), say=lambda line: None)
        assert report.refused == ()
        assert report.rows_in == report.rows_accepted + report.rows_rejected
        return region

    return run


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_the_city_of_london_has_too_few_places_for_maps_and_a_release_and_a_brief_all_the_same(
    load: Callable[[str, str], RegionSettings],
) -> None:
    context = default_context(actor="test", region=load("City of London Police", "city-of-london"))
    said: list[str] = []
    run_stages(pipeline.ANALYSE_STAGES, context, say=said.append)
    told = "\n".join(said)
    assert "lsoa 2021: 6 places, at least 30 are needed" in told
    assert rows("SELECT count(*) FROM analysis.hotspot WHERE geography = 'lsoa'") == [(0,)]
    assert rows("SELECT count(DISTINCT code) FROM analysis.rate WHERE geography = 'lsoa' AND edition = '2021'") == [(6,)]
    run_stages(pipeline.RELEASE_STAGES, context, say=said.append)
    released = current_release(Role.COMMUNITY)
    assert released is not None
    (html,) = render_brief("E01000001", ("html",), role=Role.COMMUNITY).values()
    assert "than in City of London as a whole" in html.decode()
    # the lookup sorts the force area as 'London, City of'
    assert released.region_name == "City of London" and "London, City of" not in html.decode()


def test_hertfordshire_loses_no_incident_in_areas_that_were_cut_up_between_its_districts(
    load: Callable[[str, str], RegionSettings],
) -> None:
    context = default_context(actor="test", region=load("Hertfordshire Constabulary", "hertfordshire"))
    run_stages(pipeline.stages_named(["geography", "crime", "place", "count", "rate"]), context, say=lambda line: None)
    cut = rows(
        "SELECT code, lad_code, max(residents) > 500 FROM analysis.rate WHERE code IN ('E01023508', 'E01023964') AND group_id ="
        " 'all_recorded' GROUP BY 1, 2 ORDER BY 1"
    )
    assert cut == [("E01023508", "E07000242", True), ("E01023964", "E07000241", True)]
    counted = rows("SELECT sum(incidents) FROM analysis.count_month WHERE geography = 'lsoa' AND edition = '2011'")
    assert counted == rows("SELECT sum(incidents - unplaced - outside) FROM analysis.month_status")

"""A series of releases of a small county: neighbourhoods are carried between their years, districts are renewed each month."""

from __future__ import annotations

import csv
import io
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection, text

from analytics.release.build import audit_release, build_release
from analytics.release.export import export
from analytics.release.publish import publish
from app.area.downloads import area_csv, values_csv
from app.area.profile import build_profile
from core import db
from core.db import Role, copy_frame
from core.periods import Period
from published.own_area import questions_of
from published.release import Release, read_release
from published.releases import earlier_releases
from tests.builders.crates.tampering import verify
from tests.builders.release_county import FORCE, PERIOD, county_counts, fill_county, lsoas

pytestmark = pytest.mark.database

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
KEY = ["geography", "place_code", "category", "period_start", "period_end"]


def _month_arrives(connection: Connection, month: date, seed: int) -> None:
    rows = county_counts(seed)
    rows = rows[rows["month"] == PERIOD.start].assign(month=month)
    lad = rows["code"].map(lsoas().set_index("code")["lad"])
    copy_frame(connection, "analysis", "count_month", rows.assign(geography="lsoa", edition="2021", lad_code=lad))
    whole = rows.groupby(["category", "month"], as_index=False)["incidents"].sum()
    copy_frame(connection, "analysis", "count_month", whole.assign(geography="all", edition="", code=FORCE, lad_code=""))
    connection.execute(text("INSERT INTO analysis.month_status VALUES (:m, 'loaded', 100, 2, 0)"), {"m": month})


def _release(period: Period) -> int:
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=period)
        return publish(connection, audit_release(candidate), candidate=candidate, actor="test")


@pytest.fixture(scope="module")
def numbers(module_database: str) -> list[int]:
    """A year, then each month after it: three releases."""
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)
    made = [_release(PERIOD)]
    for month, seed in ((JANUARY, 6), (FEBRUARY, 7)):
        with db.transaction(Role.OWNER) as connection:
            _month_arrives(connection, month, seed)
        made.append(_release(Period.ending(month, 12)))
    return made


@pytest.fixture(scope="module")
def release(numbers: list[int]) -> Release:
    with db.transaction(Role.COMMUNITY) as connection:
        found = read_release(connection)
    assert found is not None
    return found


def _values(number: int) -> pd.DataFrame:
    with db.transaction(Role.COMMUNITY) as connection:
        return pd.read_sql(text("SELECT * FROM published.value WHERE release_id = :r"), connection, params={"r": number})


def test_neighbourhoods_are_carried_and_districts_renewed(numbers: list[int]) -> None:
    first, *later = [_values(n) for n in numbers]
    for month, values in zip((JANUARY, FEBRUARY), later, strict=True):
        carried = values[values["period_end"] == PERIOD.end].drop(columns="release_id").sort_values(KEY, ignore_index=True)
        pd.testing.assert_frame_equal(carried, first.drop(columns="release_id").sort_values(KEY, ignore_index=True))
        fresh = values[values["period_end"] == month]
        assert set(fresh["geography"]) == {"lad", "all"}
        assert set(fresh["category"]) == {"all_recorded", "violence", "acquisitive", "disorder"}
        assert len(fresh) + len(carried) == len(values)


def test_what_is_said_of_a_place_is_of_its_own_period(release: Release) -> None:
    assert release.period == Period.ending(FEBRUARY, 12)
    view = release.for_level("lsoa")
    assert view.period == PERIOD
    assert release.for_level("msoa") is view
    assert release.for_level("lad") is release
    assert (len(view.months_loaded), len(view.months_missing)) == (11, 1)
    place = view.of("lsoa")[0]
    assert release.cell(place, "violence") is None
    profile = build_profile(view, place)
    assert all(f.cell is not None for row in profile.rows for f in row.figures), "the areas around it are of the same period"
    district = build_profile(release.for_level("lad"), release.of("lad")[0])
    assert {row.category.category for row in district.rows} == {"all_recorded", "violence", "acquisitive", "disorder"}
    assert questions_of(view).ask(view.release_id, [place.code], (), categories=["violence"]).figures[0].possible.lowest >= 0


def test_downloads_hold_every_published_figure_once(release: Release, numbers: list[int]) -> None:
    rows = list(csv.DictReader(io.StringIO(values_csv(release))))
    values = _values(numbers[-1])
    assert len(rows) == len(values) == len({tuple(row[k] for k in KEY) for row in rows})
    own = list(csv.DictReader(io.StringIO(area_csv(release, release.of("lsoa")[0]))))
    covered = release.for_level("lsoa").covered
    assert (covered.period, covered.loaded) == (PERIOD, 11)
    assert {(row["period_end"], row["months_loaded"], row["months_missing"]) for row in own} == {("2024-12-31", "11", "2024-07")}


def test_a_block_is_no_earlier_period_of_itself(release: Release) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        view = release.for_level("lsoa")
        assert earlier_releases(connection, view, view.of("lsoa")[0]) == ()
        # the year before ends in the months of the district's own year
        assert earlier_releases(connection, release, release.of("lad")[0]) == ()


def test_the_crate_of_the_series_holds_when_attacked(numbers: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("crate")
    with db.transaction(Role.PIPELINE) as connection:
        export(connection, folder, release_id=numbers[-1])
    done = verify(folder, "--unsigned")
    assert done.returncode == 0, done.stdout + done.stderr

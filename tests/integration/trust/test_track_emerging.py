"""Emerging hot spots of the synthetic county: the trends that were planted are found, and twice is the same as once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import event, text

from analytics.emerging.stage import compute_emerging
from core import db
from core.db import Role
from core.periods import Period

pytestmark = pytest.mark.database


def stored() -> pd.DataFrame:
    with db.transaction(Role.PIPELINE) as connection:
        rows = connection.execute(text("SELECT * FROM analysis.emerging ORDER BY geography, group_id, code")).all()
    return pd.DataFrame(rows)


def test_the_flow_stores_a_pattern_for_every_place_and_group(county: str) -> None:
    rows = stored()
    with db.transaction(Role.PIPELINE) as connection:
        places = connection.execute(
            text("SELECT count(DISTINCT code) FROM place.population WHERE geography = 'lsoa' AND edition = '2021'")
        ).scalar_one()
        groups = connection.execute(text("SELECT count(*) FROM analysis.category_group WHERE hotspot_input")).scalar_one()
    lsoas = rows[rows["geography"] == "lsoa"]
    assert len(lsoas) == places * groups
    assert set(rows["geography"]) == {"lsoa", "h3"}
    assert set(rows["steps"]) == {36}
    assert "drugs_and_weapons" not in set(rows["group_id"])
    assert ((rows["hot_steps"] + rows["cold_steps"]) <= rows["steps"]).all()


def violence_of(county_files: Path, pattern: str) -> pd.DataFrame:
    rows = stored()
    violence = rows[(rows["geography"] == "lsoa") & (rows["group_id"] == "violence_and_sexual_offences")].set_index("code")
    truth = json.loads((county_files / "truth.yaml").read_text(encoding="utf-8"))
    planted = next(t for t in truth["trends"] if t["pattern"] == pattern)
    return violence.loc[planted["lsoa21"]]


def test_the_planted_rise_is_found(county: str, county_files: Path) -> None:
    found = violence_of(county_files, "intensifying")
    assert (found["class"] == "intensifying hot spot").sum() >= 3, Counter(found["class"])


def test_the_planted_fall_shows_as_a_trend(county: str, county_files: Path) -> None:
    # the place is quiet for the county even at its height, so it is no hot spot that diminishes; the fall itself is seen
    found = violence_of(county_files, "diminishing")
    falling = (found["trend_z"] < 0) & (found["trend_p"] <= 0.05)
    assert falling.sum() >= 3, found["trend_z"].tolist()


@pytest.mark.parametrize("pattern", ["new", "historical"])
def test_a_trend_in_a_quiet_place_is_called_nothing_that_contradicts_it(county: str, county_files: Path, pattern: str) -> None:
    # eight times very little is not hot beside a town centre; no pattern is the right word, a wrong one would not be
    allowed = {"no pattern", f"{pattern} hot spot"}
    assert set(violence_of(county_files, pattern)["class"]) <= allowed


def test_the_stage_asks_for_the_counts_of_a_geography_once(own_county: str) -> None:
    """What keeps it to seconds: a few questions, and not one a place or a group."""
    before = stored()
    asked: list[str] = []
    with db.transaction(Role.PIPELINE) as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
        report = compute_emerging(connection, period=Period(before["period_start"].min(), before["period_end"].max()))
    geographies = before["geography"].nunique()
    assert len(report.maps) > 10
    assert max(Counter(asked).values()) == geographies
    assert len(asked) < len(report.maps)


@pytest.fixture
def own_county(county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> str:
    name = make_database("track_emerging", template=county_database)
    use_database(name)
    return name


@pytest.mark.slow
def test_twice_is_the_same_as_once_and_too_few_months_leave_no_rows(own_county: str) -> None:
    before = stored().drop(columns="run_id")
    end = before["period_end"].max()
    start = before["period_start"].min()
    with db.transaction(Role.PIPELINE) as connection:
        compute_emerging(connection, period=Period(start, end))
    pd.testing.assert_frame_equal(stored().drop(columns="run_id"), before)
    # a month lost in the middle is a gap: one step fewer, said so
    with db.transaction(Role.PIPELINE) as connection:
        lost = date(end.year - 1, end.month, 1)
        connection.execute(text("UPDATE analysis.month_status SET status = 'gap' WHERE month = :m"), {"m": lost})
        connection.execute(text("DELETE FROM analysis.count_month WHERE month = :m"), {"m": lost})
        report = compute_emerging(connection, period=Period(start, end))
        assert (report.steps, report.gaps) == (35, (lost,))
    with db.transaction(Role.PIPELINE) as connection:
        report = compute_emerging(connection, period=Period.ending(end, 9))
    assert report.rows == 0
    assert "at least 10" in report.skipped[0]
    assert stored().empty


def test_a_professional_sees_only_their_districts(county: str) -> None:
    rows = stored()
    district = sorted(rows["lad_code"].unique())[0]
    with db.transaction(Role.PROFESSIONAL, districts=district) as connection:
        seen = connection.execute(text("SELECT DISTINCT lad_code FROM analysis.emerging")).scalars().all()
    assert seen == [district]

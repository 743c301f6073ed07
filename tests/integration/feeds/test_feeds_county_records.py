"""Stop and search and outcomes of the synthetic county, whose truth is known: what is counted by place gives it back."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from analytics.police_records import read_outcomes, read_stops
from core import db
from core.db import Role
from feeds.synthetic.stops import _FIND, _NOT_RECORDED, _TIMES

pytestmark = [pytest.mark.database, pytest.mark.slow]


def counted(geography: str) -> pd.DataFrame:
    with db.transaction(Role.PIPELINE) as connection:
        statement = text(
            "SELECT ethnicity, sum(stops) AS stops, sum(found) AS found FROM analysis.stop_count WHERE geography = :g GROUP BY 1"
        )
        return pd.DataFrame(connection.execute(statement, {"g": geography}).all()).set_index("ethnicity").astype(float)


def test_every_search_with_a_place_is_counted_once_a_geography(county: str, county_files: Path) -> None:
    written = pd.concat([pd.read_csv(f) for f in sorted((county_files / "stop_search").glob("*.csv"))])
    totals = {g: int(counted(g)["stops"].sum()) for g in ("msoa", "lad", "all")}
    assert len(set(totals.values())) == 1
    # a few points on the county's edge lie outside every outline
    placed = int(written["Latitude"].notna().sum())
    assert placed * 0.99 <= totals["all"] <= placed
    with db.transaction(Role.PIPELINE) as connection:
        shown = read_stops(connection)
    assert (shown.searches, shown.months) == (totals["all"], 36)
    assert shown.not_stated / shown.searches == pytest.approx(_NOT_RECORDED, abs=0.02)


def test_the_planted_disparity_and_find_rates_come_back(county: str) -> None:
    """Relative disparity against the White group, per resident of the census; sampling alone moves it by a few hundredths."""
    stops = counted("all")
    with db.transaction(Role.PIPELINE) as connection:
        statement = text(
            "SELECT substring(measure FROM 11) AS ethnicity, sum(people) AS people FROM place.population"
            " WHERE measure LIKE 'ethnicity_%' GROUP BY 1"
        )
        people = pd.DataFrame(connection.execute(statement).all()).set_index("ethnicity")["people"].astype(float)
    rate = (stops["stops"] / people).dropna()
    black, asian = rate["black"] / rate["white"], rate["asian"] / rate["white"]
    # searches cluster in towns, where the groups live in other shares: the plain ratio is above the planted one, never below
    assert black > _TIMES["Black"] * 0.9
    assert asian > _TIMES["Asian"] * 0.9
    assert black > asian
    for group in ("white", "black", "asian"):
        searches, planted = stops.loc[group, "stops"], _FIND[group.capitalize()]
        four_standard_errors = 4 * math.sqrt(planted * (1 - planted) / searches)
        assert stops.loc[group, "found"] / searches == pytest.approx(planted, abs=four_standard_errors)


def test_every_outcome_belongs_to_a_crime_and_the_newest_months_look_undetected(county: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        found = read_outcomes(connection)
    assert found.outcomes == found.crimes_of_outcomes == found.matched > 10_000
    followed = [m for m in found.months if m.followed_to is not None]
    assert [m.months_followed for m in followed] == list(range(12, 0, -1))
    assert followed[-1].with_outcome / followed[-1].crimes < 0.25
    assert followed[0].with_outcome / followed[0].crimes > 0.9
    # crimes of the region alone are counted by place, and each once
    assert sum(k.crimes for k in found.kinds) <= sum(m.crimes for m in followed)

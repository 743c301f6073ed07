"""Seasons as the flow stores them: every month of what was counted, the planted summer found, chance not, districts kept apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from analytics.times.patterns import season
from core import db
from core.db import Role

pytestmark = pytest.mark.database

# what was counted of a group in a month, without what police activity finds, from the table of another stage
COUNTED = """
SELECT m.group_id, c.month, sum(c.incidents) AS incidents
FROM analysis.count_month AS c JOIN analysis.category_group_member AS m ON c.category = m.category AND NOT m.proactive
WHERE c.geography = 'lad' AND (:lad = '' OR c.code = :lad)
GROUP BY m.group_id, c.month
"""


def frame(statement: str, role: Role = Role.PIPELINE, districts: str | None = None, **values: object) -> pd.DataFrame:
    with db.transaction(role, districts=districts) as connection:
        return pd.DataFrame(connection.execute(text(statement), values).mappings().all())


def test_each_stored_season_is_that_of_what_was_counted(county: str) -> None:
    stored = frame("SELECT * FROM analysis.season")
    months = frame("SELECT month FROM analysis.month_status WHERE status = 'loaded' ORDER BY month")["month"].tolist()
    lads = sorted(set(stored["lad_code"]))
    assert lads[0] == "" and len(lads) == 4
    assert all(sorted(rows) == list(range(1, 13)) for _, rows in stored.groupby(["group_id", "lad_code"])["calendar_month"])
    for lad in lads:
        counted = frame(COUNTED, lad=lad).pivot(index="group_id", columns="month", values="incidents").reindex(columns=months)
        for group, rows in stored[stored["lad_code"] == lad].groupby("group_id"):
            counts = counted.loc[str(group)].fillna(0).to_numpy(dtype=np.int64)
            found = season(counts, months)
            assert found is not None
            rows = rows.sort_values("calendar_month")
            assert rows["incidents"].tolist() == found.recorded.tolist()
            assert rows["incidents"].sum() == counts.sum()
            np.testing.assert_allclose(rows["ratio"].to_numpy(dtype=float), found.ratio, rtol=1e-12)
            np.testing.assert_allclose(rows["p_value"].to_numpy(dtype=float), found.p_value, rtol=1e-12)
    run = frame(
        "SELECT stage, parameters, delivery_ids, code_version FROM analysis.run WHERE run_id = :r", r=int(stored["run_id"].iloc[0])
    )
    assert run["stage"].iloc[0] == "when"
    assert run["parameters"].iloc[0]["years"] == [2023, 2024, 2025]
    assert run["delivery_ids"].iloc[0] and run["code_version"].iloc[0]


def test_the_planted_summer_is_there_and_chance_is_not(county: str) -> None:
    stored = frame("SELECT * FROM analysis.season WHERE lad_code = ''").set_index(["group_id", "calendar_month"])
    summer = stored.loc["anti_social_behaviour"].loc[5:9]
    assert (summer["p_value"] < 0.001).all()
    assert summer["ratio"].between(1.0, 1.3).all() and (summer["lower"] > 1.0).sum() >= 3
    assert (stored.loc["robbery_and_street_theft"]["p_value"] > 0.05).all()


def test_a_district_sees_its_own_season_and_the_region_s(county: str) -> None:
    lads = [lad for lad in frame("SELECT DISTINCT lad_code FROM analysis.season ORDER BY 1")["lad_code"] if lad]
    seen = frame("SELECT DISTINCT lad_code FROM analysis.season ORDER BY 1", Role.PROFESSIONAL, lads[0])["lad_code"].tolist()
    assert seen == ["", lads[0]]
    with pytest.raises(Exception, match="permission denied"):
        frame("SELECT 1 FROM analysis.season", Role.COMMUNITY)

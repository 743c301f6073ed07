"""The track record of the synthetic county: every month with three before it, on grids laid anew, stored with its verdict."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from sqlalchemy import Connection, text

from analytics.counts.loaded_months import current_period
from analytics.trust.track_record import compute_track_record
from core import db
from core.db import Role

pytestmark = pytest.mark.database

GROUP = "violence_and_sexual_offences"


def read(connection: Connection, table: str) -> pd.DataFrame:
    rows = pd.DataFrame(connection.execute(text(f"SELECT * FROM analysis.{table}")).all())
    rows = rows.drop(columns="run_id")
    return rows.sort_values(list(rows.columns), ignore_index=True)


def test_the_record_is_stored_and_the_same_twice(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("track_record", template=county_database))
    stored = []
    for _ in range(2):
        with db.transaction(Role.PIPELINE) as connection:
            report = compute_track_record(connection, period=current_period(connection, 9), seed=5, offsets=2, group_ids=(GROUP,))
            stored.append(tuple(read(connection, table) for table in ("track_record", "track_standing", "track_calibration")))
    for one, two in zip(*stored, strict=True):
        pd.testing.assert_frame_equal(one, two)
    record, standing, calibrated = stored[0]
    assert len(report.targets) == 6
    # 5 maps that people are shown and 2 kinds of laid grid, 3 rules, 6 months, 4 coverages
    assert len(record) == report.rows == (5 + 2) * 3 * 6 * 4
    shown = {
        ("lsoa 2021", "count"),
        ("lsoa 2021", "smoothed_rate"),
        ("h3 r9", "count"),
        ("h3 r8", "count"),
        ("h3 r8", "smoothed_rate"),
    }
    assert shown <= set(zip(standing["grid"], standing["measure"], strict=True))
    assert record["hit_rate"].between(0, 1).all()
    assert (record["pei"] <= 1 + 1e-9).all()
    assert (record["hit_rate_lowest"] <= record["hit_rate"]).all()
    assert (record["hit_rate"] <= record["hit_rate_highest"]).all()
    caught = record.groupby("rule")["hit_rate"].mean()
    # clusters were planted: both maps catch far more than chance
    assert caught["naive"] > 2 * caught["chance"]
    assert caught["gi_star"] > 2 * caught["chance"]
    # every incident of the month that has a place is in the denominator, on every kind of grid
    assert record.groupby("target_month")["incidents"].nunique().eq(1).all()
    assert set(standing["standing"]) <= {"beats", "level", "behind"}
    assert (standing["months"] == 6).all()
    # what was expected of all cells together came, whichever way it was expected: the planted months have no trend over the whole county
    totals = calibrated.groupby(["grid", "rule"])[["expected", "observed"]].sum()
    assert (totals["observed"] / totals["expected"]).between(0.8, 1.25).all()

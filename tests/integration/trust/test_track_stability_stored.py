"""Stability of the synthetic county's hot spots: a row each, counts within the grids laid, and the same twice."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from sqlalchemy import text

from analytics.counts.loaded_months import current_period
from analytics.trust.stability import compute_stability
from core import db
from core.contracts import LSOA_2021
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database

GROUP = "violence_and_sexual_offences"


def test_each_hot_spot_has_its_row(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("track_stability", template=county_database))
    stored = []
    for _ in range(2):
        with db.transaction(Role.PIPELINE) as connection:
            report = compute_stability(
                connection, period=current_period(connection, 12), seed=2, geographies=(LSOA_2021,), group_ids=(GROUP,), grids=3
            )
            rows = connection.execute(text("SELECT * FROM analysis.stability ORDER BY code")).all()
            hot = connection.execute(
                text(
                    "SELECT code FROM analysis.hotspot WHERE geography = 'lsoa' AND measure = 'count' AND group_id = :g"
                    " AND class = 'hot' AND certainty >= 95 ORDER BY code"
                ),
                {"g": GROUP},
            ).scalars()
            assert [row.code for row in rows] == list(hot)
        stored.append(pd.DataFrame(rows).drop(columns="run_id"))
    pd.testing.assert_frame_equal(*stored)
    found = stored[0]
    assert report.hot_spots == report.rows == len(found) > 0
    sizes = found[["grids_half", "grids_same", "grids_double"]]
    assert sizes.to_numpy().max() <= 3
    # planted clusters of several places: most hold on a grid of their own size
    assert (found["grids_same"] >= 2).mean() > 0.5
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(UserError, match="no hot spots"):
        compute_stability(connection, period=current_period(connection, 5), seed=2)

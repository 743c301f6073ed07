"""The stored hot spots of the real Thames Valley, recomputed from the stored counts with esda."""

from __future__ import annotations

import warnings

import esda
import numpy as np
import pandas as pd
import pytest
from libpysal.weights import WSP
from sqlalchemy import text

from analytics.neighbours.weights import contiguity, hexagon_rings
from analytics.statistics.tested_rate import deviations_of_rates
from boundaries.areas import read_areas
from core import db
from core.contracts import LSOA_2021
from core.db import Role

pytestmark = [pytest.mark.database, pytest.mark.real_data]

STORED = """
  SELECT code, group_id, measure, hotspot.incidents, gi_z, residents
  FROM analysis.hotspot
  INNER JOIN analysis.rate USING (geography, edition, code, group_id, period_end)
  WHERE geography = :geography AND edition = :edition
  ORDER BY group_id, measure, code
"""


@pytest.mark.parametrize(("geography", "edition"), [("lsoa", "2021"), ("h3", "r8")])
def test_stored_z_is_that_of_esda(thames_valley: str, geography: str, edition: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        result = connection.execute(text(STORED), {"geography": geography, "edition": edition})
        stored = pd.DataFrame(result.fetchall(), columns=list(result.keys()))
        outlines = read_areas(connection, LSOA_2021)
    maps = list(stored.groupby(["group_id", "measure"]))
    assert {"count", "count_with_proactive", "smoothed_rate"} == {measure for (_, measure), _ in maps}
    assert len(maps) == 18
    codes = maps[0][1]["code"].tolist()
    weights = (
        contiguity(outlines.loc[codes].geometry.to_numpy()) if geography == "lsoa" else hexagon_rings([int(c, 16) for c in codes])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for (_, measure), rows in maps:
            assert rows["code"].tolist() == codes
            counts = rows["incidents"].to_numpy(float)
            tested, within = np.log1p(counts), np.arange(len(codes))
            if measure == "smoothed_rate":
                tested = deviations_of_rates(counts[:, None], rows["residents"].to_numpy(float))[:, 0]
                within = np.flatnonzero(~np.isnan(tested))
                # of hexagons many have too few residents to tell a rate from chance; neighbourhoods hardly ever
                assert 0.2 * len(codes) < len(within) <= len(codes)
                assert rows["gi_z"].isna().to_numpy().tolist() == np.isnan(tested).tolist()
            rows, tested = rows.iloc[within], tested[within]
            w = WSP(weights.matrix[within][:, within].tocsr()).to_W(silence_warnings=True)
            # z does not depend on the origin, but esda turns its sign where the mean is negative, as that of deviations can be
            theirs = esda.G_Local(tested - tested.min() + 1.0, w, transform="B", star=True, permutations=0)
            np.testing.assert_allclose(rows["gi_z"].to_numpy(float), theirs.Zs, rtol=0, atol=1e-9)

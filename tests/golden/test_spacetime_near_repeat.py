"""The Knox table against pointpats on Burkitt's lymphoma in West Nile, Uganda (188 cases, 1961-75; Williams and others 1978)."""

from __future__ import annotations

import geopandas as gpd
import libpysal
import numpy as np
import pytest
from pointpats.spacetime import Knox

from analytics.statistics.near_repeat import knox_table


@pytest.fixture(scope="module")
def burkitt() -> tuple[np.ndarray, np.ndarray]:
    # ships inside libpysal
    frame = gpd.read_file(libpysal.examples.get_path("burkitt.shp"))
    return frame[["X", "Y"]].to_numpy(dtype=float), frame["T"].to_numpy(dtype=float)


def test_the_published_table_of_burkitts_lymphoma(burkitt: tuple[np.ndarray, np.ndarray]) -> None:
    # the documentation of pointpats.Knox: 13 pairs within 20 units and 5 days, 10.1438161 expected, permutation p 0.21 of 99
    points, times = burkitt
    result = knox_table(points, times, (20.0,), (5.0,), permutations=999, seed=3)
    assert result.observed[0, 0] == 13
    assert result.expected[0, 0] == pytest.approx(10.1438161, abs=1e-7)
    assert result.ratio[0, 0] == pytest.approx(13 / 10.1438161, abs=1e-6)
    # 0.21 from 99 permutations has a standard error of 0.04
    assert result.p[0, 0] == pytest.approx(0.21, abs=0.1)


@pytest.mark.parametrize(("near", "soon"), [(5.0, 30.0), (20.0, 90.0), (40.0, 400.0)])
def test_equals_pointpats(burkitt: tuple[np.ndarray, np.ndarray], near: float, soon: float) -> None:
    points, times = burkitt
    np.random.seed(1)
    theirs = Knox(points, times[:, None], delta=near, tau=soon, permutations=199)
    ours = knox_table(points, times, (near,), (soon,), permutations=1999, seed=1)
    assert ours.observed[0, 0] == theirs.statistic_ == theirs.observed[0, 0]
    assert ours.expected[0, 0] == pytest.approx(theirs.expected[0, 0], rel=1e-12)
    # four standard errors of the peer's 199 permutations
    p = float(ours.p[0, 0])
    assert abs(theirs.p_sim - p) < 4 * np.sqrt(p * (1 - p) / 199) + 0.01

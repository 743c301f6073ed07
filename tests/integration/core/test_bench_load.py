"""`homeground bench load` on two months: every peer is there, and what three programs count apart is the same."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from bench import load

pytestmark = [pytest.mark.database, pytest.mark.real_data, pytest.mark.slow]


def test_ours_stands_beside_every_peer_in_one_run(real_data: Path) -> None:
    result = load.run(real_data, rows=1, rounds=1)
    figures = result.figures
    assert result.failed == {}
    # a point on a border of outlines that were rounded to degrees may lie on either side
    assert figures["geopandas_counted"] == pytest.approx(figures["ours_counted"], rel=1e-3)
    if find_spec("duckdb") is None:
        assert result.missing == ["DuckDB (duckdb, duckdb-ext-spatial)"]
    else:
        assert figures["duckdb_counted"] == figures["geopandas_counted"]
    for name in ("load", "crime", "place", "count", "ours", "copy", "copy_equal", "copy_results", "geopandas"):
        assert figures[f"{name}_s"] > 0, name
    for peer in ("copy", "copy_equal", "copy_results", "geopandas"):
        assert result.ratios[f"{peer}/ours"] == pytest.approx(figures[f"{peer}_s"] / figures["ours_s"])
    assert figures["rows_left"] > 2 * figures["rows"]
    assert figures["last_month_over_second"] == 1  # of two months the second is the last
    assert figures["ours_peak_gb"] > 0
    assert figures["ours_server_peak_gb"] > 0

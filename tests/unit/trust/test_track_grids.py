"""Grids laid over a region by several threads at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from analytics.neighbours.hexagon_grid import HexagonGrid
from analytics.trust.track_record import cells_of_region
from core.paths import PROJECT_ROOT

# a coast of 40,000 corners: its index takes long enough to make that a second thread comes by
CORNERS, ROUNDS = 40_000, 40


def coast() -> shapely.Geometry:
    around = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    far = 50_000.0 * (1.0 + 0.2 * np.sin(37.0 * around))
    return shapely.Polygon(np.column_stack([450_000.0 + far * np.cos(around), 200_000.0 + far * np.sin(around)]))


def in_threads() -> None:
    """Two threads ask of one region that nobody asked of before, many times over; the answer is always the same."""
    grids = [HexagonGrid(4.0, turn=turn) for turn in (0.0, 0.3)]
    written = shapely.to_wkb(coast())
    wanted = [cells_of_region(grid, shapely.from_wkb(written)) for grid in grids]
    with ThreadPoolExecutor(len(grids)) as pool:
        for _ in range(ROUNDS):
            region = shapely.from_wkb(written)
            for found, own in zip(pool.map(lambda grid, r=region: cells_of_region(grid, r), grids), wanted, strict=True):
                assert np.array_equal(found, own)


def test_a_region_is_asked_by_many_threads_and_changed_by_none() -> None:
    region = coast()
    assert len(cells_of_region(HexagonGrid(4.0), region)) > 1_000
    # what a thread makes for its own questions is not in the geometry that the others hold
    assert not shapely.is_prepared(region)


def test_threads_that_ask_at_once_do_not_end_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from tests.unit.trust.test_track_grids import in_threads; in_threads()"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")

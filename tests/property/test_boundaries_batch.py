"""Placing many points at once gives what placing each of them gives."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.batch import assign_points, distinct_points
from boundaries.hexagons import cells_at
from boundaries.point_in_area import build_index
from boundaries.projection import to_national_grid
from core.errors import InternalError

_coordinate = st.sampled_from([0.0, -0.0, 1.5, -1.25, 51.75, np.nan, 1e-300]) | st.floats(-180, 180, allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(pairs=st.lists(st.tuples(_coordinate, _coordinate), max_size=60))
def test_distinct_points_are_those_of_their_bits(pairs: list[tuple[float, float]]) -> None:
    lon, lat = np.array(pairs, dtype=np.float64).reshape(-1, 2).T.copy()
    first, place = distinct_points(lon, lat)
    keys = list(zip(lon.view(np.int64).tolist(), lat.view(np.int64).tolist(), strict=True))
    assert len(first) == len(set(keys))
    assert [keys[first[p]] for p in place] == keys
    assert first.tolist() == sorted(keys.index(k) for k in set(keys))


def test_the_table_grows_past_its_first_size() -> None:
    rng = np.random.default_rng(3)
    lon, lat = np.round(rng.uniform(-2, 0, 250_000), 4), np.round(rng.uniform(51, 52, 250_000), 2)
    first, place = distinct_points(lon, lat)
    assert len(first) == len(np.unique(np.column_stack([lon, lat]), axis=0)) > 2**17
    assert (lon[first][place] == lon).all()
    assert (lat[first][place] == lat).all()


def test_many_at_once_equal_each_by_itself() -> None:
    rng = np.random.default_rng(4)
    west, south = 440_000.0, 190_000.0
    tiles = [
        shapely.box(west + 1_000 * i, south + 1_000 * j, west + 1_000 * (i + 1), south + 1_000 * (j + 1))
        for i in range(8)
        for j in range(8)
    ]
    index = build_index([f"E{n:02}" for n in range(64)], tiles)
    anchors = np.column_stack([rng.uniform(-1.45, -1.25, 200), rng.uniform(51.58, 51.72, 200)])
    lon, lat = anchors[rng.integers(0, 200, 5_000)].T
    made = assign_points(index, lon, lat)
    assert made.distinct <= 200
    assert (made.area == index.assign(*to_national_grid(lon, lat))).all()
    assert (made.h3_cell == cells_at(lon, lat)).all()
    assert (made.area >= 0).any()
    assert (made.area < 0).any()


def test_rows_of_unequal_length_are_refused() -> None:
    index = build_index(["A"], [shapely.box(0, 0, 1, 1)])
    with pytest.raises(InternalError, match="equally long"):
        assign_points(index, [0.0], [0.0, 1.0])

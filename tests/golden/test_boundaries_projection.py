"""The projection against Ordnance Survey's own worked example.

Ordnance Survey, A guide to coordinate systems in Great Britain, annexe C: the map projection of the point at 52 39 27.2531 N,
1 43 4.5177 E (OSGB36) is E 651409.903, N 313177.270. The step from WGS84 to OSGB36 that comes before it is good to 2 m without the
OSTN15 grid; for it, Ordnance Survey's OSTN15 test point TP09 (Lambeth): ETRS89 51.4893656495 N, 0.1199255718 W is E 530624.974,
N 178388.464.
"""

from __future__ import annotations

import pytest
from pyproj import Transformer

from boundaries.projection import to_national_grid


def test_map_projection_of_the_guide_s_worked_example() -> None:
    lat = 52 + 39 / 60 + 27.2531 / 3600
    lon = 1 + 43 / 60 + 4.5177 / 3600
    easting, northing = Transformer.from_crs(4277, 27700, always_xy=True).transform(lon, lat)
    assert easting == pytest.approx(651409.903, abs=0.001)
    assert northing == pytest.approx(313177.270, abs=0.001)


def test_wgs84_point_of_the_transformation_s_test_data_within_the_stated_accuracy() -> None:
    easting, northing = to_national_grid([-0.1199255718], [51.4893656495])
    assert easting[0] == pytest.approx(530624.974, abs=3.0)
    assert northing[0] == pytest.approx(178388.464, abs=3.0)

"""H3 cells: points, cover and outlines. No database."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import shapely

from boundaries import hexagons
from boundaries.projection import to_national_grid, to_wgs84, transformation


def test_cells_at_are_those_of_h3_and_fit_a_bigint() -> None:
    cells = hexagons.cells_at([-1.2577, -0.97], [51.752, 51.45])
    assert cells.tolist() == [h3.latlng_to_cell(51.752, -1.2577, 9), h3.latlng_to_cell(51.45, -0.97, 9)]
    assert cells.dtype == np.int64
    assert (cells > 0).all()


def test_a_cell_s_outline_holds_its_points() -> None:
    cell = hexagons.cells_at([-1.2577], [51.752])
    outline = hexagons.outlines_of(cell)[0]
    easting, northing = to_national_grid([-1.2577], [51.752])
    assert outline.is_valid
    assert outline.contains(shapely.Point(easting[0], northing[0]))
    # a cell of resolution 9 covers about a tenth of a square kilometre, in England a little less than the world's mean
    assert 80_000 < outline.area < 120_000


def test_the_cover_of_a_box_misses_no_cell_whose_centre_lies_in_it() -> None:
    west, south, east, north = 440_000.0, 190_000.0, 460_000.0, 215_000.0
    cover = set(hexagons.cells_over((west, south, east, north), 7))
    xs, ys = np.meshgrid(np.linspace(west, east, 60), np.linspace(south, north, 60))
    lon, lat = to_wgs84(xs.ravel(), ys.ravel())
    wanted = []
    for cell in set(hexagons.cells_at(lon, lat, 7).tolist()):
        x, y = hexagons.centres_of([cell])
        if west <= x[0] <= east and south <= y[0] <= north:
            wanted.append(cell)
    assert len(wanted) > 60
    assert set(wanted) <= cover


def test_neighbours_and_parents() -> None:
    cell = int(hexagons.cells_at([-1.2577], [51.752])[0])
    assert len(hexagons.ring_one([cell])) == 7
    assert hexagons.parents_of([cell], 8) == {h3.cell_to_parent(cell, 8)}


def test_no_cells_give_no_outlines() -> None:
    assert len(hexagons.outlines_of([])) == 0


def test_the_projection_says_how_near_it_comes_and_returns() -> None:
    assert 0 < transformation().accuracy_m <= 2.0
    lon, lat = to_wgs84(*to_national_grid([-1.2577], [51.752]))
    # a ten-millionth of a degree is a centimetre; the inverse of the datum step is approximate
    assert abs(lon[0] + 1.2577) < 1e-7
    assert abs(lat[0] - 51.752) < 1e-7

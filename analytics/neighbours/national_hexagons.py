"""Hexagons of a chosen width in British National Grid: the same cells whoever lays them, in whatever year, for whichever area.

The grid starts at the false origin of EPSG:27700, where cell (0, 0) has its middle. Width is measured from flat side to flat side, which is
east to west, in metres; a corner points north. So cells stand in columns one width apart, rows lie sqrt(3) / 2 of a width apart, and each
cell has an area of sqrt(3) / 2 x width x width. A code holds all of it: w350q1203r-4 is 350 m wide, 1203 steps east and 4 rows south of the
start (q: steps east, r: rows, a row further north stands half a width further east).
"""

from __future__ import annotations

import numpy as np

from analytics.neighbours.hexagon_grid import HexagonGrid, Ints, axial
from core.errors import UserError

# metres: below, a cell is smaller than the ground that one published point stands for; above, a district has a handful
NARROWEST_M = 50
WIDEST_M = 5_000


def grid_of_width(width_m: int) -> HexagonGrid:
    """The grid of hexagons so wide, from flat side to flat side. UserError for a width that no grid may have."""
    if not NARROWEST_M <= width_m <= WIDEST_M:
        raise UserError(f"hexagons {width_m} m wide", where="--width", hint=f"choose {NARROWEST_M} to {WIDEST_M:,} metres.")
    return HexagonGrid(cell_m2(width_m) / 1e6)


def cell_m2(width_m: int) -> float:
    """Area of a cell: sqrt(3) / 2 x width x width."""
    return float(np.sqrt(3.0) / 2.0) * width_m**2


def cell_codes(width_m: int, cells: Ints) -> tuple[str, ...]:
    """The code of each cell of the grid of that width."""
    return tuple(f"w{width_m}q{q}r{r}" for q, r in zip(*(part.tolist() for part in axial(cells)), strict=True))

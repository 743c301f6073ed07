"""An area in cells, for a service that answers only where an area holds few enough records.

Each cell owns the points between its edges, the lower edge included and the upper one not, so that the cells of an area share out every
point: none twice, none lost, whatever the service does with a point on a polygon's edge. A question is asked about a somewhat larger
polygon than the cell, and what the cell does not own is left to its neighbour. The records need no identity for that: stops have none,
and two that are alike in every field are two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

T = TypeVar("T")

# degrees, about 150 m: wider than the simplification of a question's polygon and its rounding together
MARGIN_DEG = 0.002
_SIMPLIFY_DEG = 0.001
_DECIMALS = 5
# degrees, about 300 m: no place in England has ten thousand recorded crimes a month in less
SMALLEST_DEG = 0.004


@dataclass(frozen=True)
class Cell:
    """Longitudes and latitudes in WGS84: west <= x < east, south <= y < north."""

    west: float
    south: float
    east: float
    north: float

    def owns(self, x: float, y: float) -> bool:
        return self.west <= x < self.east and self.south <= y < self.north

    def halves(self) -> tuple[Cell, Cell]:
        """Two cells that share this one's points, cut across its longer side on the ground."""
        width = (self.east - self.west) * math.cos(math.radians((self.south + self.north) / 2))
        if width >= self.north - self.south:
            middle = (self.west + self.east) / 2
            return Cell(self.west, self.south, middle, self.north), Cell(middle, self.south, self.east, self.north)
        middle = (self.south + self.north) / 2
        return Cell(self.west, self.south, self.east, middle), Cell(self.west, middle, self.east, self.north)

    @property
    def is_smallest(self) -> bool:
        return max(self.east - self.west, self.north - self.south) <= SMALLEST_DEG


def cell_around(area: BaseGeometry) -> Cell:
    """The cell that owns every point of an area in WGS84, and of its edge."""
    west, south, east, north = area.bounds
    return Cell(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)


def question_ring(area: BaseGeometry, cell: Cell) -> list[tuple[float, float]] | None:
    """The corners, longitude first, of one polygon without holes that covers what the area has in the cell; None where it has nothing."""
    box = shapely.box(cell.west, cell.south, cell.east, cell.north)
    piece = shapely.intersection(area, box)
    if piece.is_empty:
        return None
    wide = shapely.set_precision(shapely.simplify(shapely.buffer(piece, MARGIN_DEG), _SIMPLIFY_DEG), 10.0**-_DECIMALS)
    if wide.geom_type != "Polygon":
        wide = shapely.convex_hull(wide)
    ring = shapely.Polygon(shapely.get_exterior_ring(wide))
    if not (ring.is_valid and ring.covers(piece)):
        ring = shapely.box(*shapely.buffer(piece, MARGIN_DEG).bounds)
    corners = shapely.get_coordinates(shapely.get_exterior_ring(ring))[:-1]
    return [(round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in corners]


def in_cells(
    area: BaseGeometry, ask: Callable[[list[tuple[float, float]], Cell], list[T] | None]
) -> Iterator[tuple[Cell, list[T]]]:
    """Ask about an area, and where the answer is None (too many) about its halves, and theirs. Yields each cell and what was said of it.

    The area must be valid (shapely.make_valid). Depth first, so that a service that answers nothing is asked a dozen times, not thousands.
    """
    waiting = [cell_around(area)]
    while waiting:
        cell = waiting.pop()
        ring = question_ring(area, cell)
        if ring is None:
            continue
        found = ask(ring, cell)
        if found is None:
            waiting.extend(reversed(cell.halves()))
        else:
            yield cell, found


def within(area: BaseGeometry, x: list[float], y: list[float]) -> list[bool]:
    """Which points lie in the area or on its edge."""
    if not x:
        return []
    shapely.prepare(area)
    return [bool(inside) for inside in shapely.intersects_xy(area, np.array(x), np.array(y))]

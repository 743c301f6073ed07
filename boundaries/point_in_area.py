"""Which area does each point lie in: the join that every incident goes through. No database here.

A uniform grid lies over the extent. A cell that lies wholly in one area, or in none, is answered by table look-up; in the
others the candidate areas are tested exactly, each against the edges that cross the cell's row only. A point on a border
intersects every area that shares it, as ST_Intersects and shapely.intersects say; the smallest code wins, so that the answer
never depends on the order of the polygons. Where a map mixes detail, the finer of two overlapping outlines comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from boundaries import area_grid
from core.errors import InternalError

OUTSIDE_ALL = -1

# cells for each area, and the most in all: 2,000 makes a cell of about 50 m over a police force area and of about 160 m
# over England and Wales; 8 million cells are 32 MB, and a finer table gains less than its cache misses cost
_CELLS_PER_AREA = 2_000
_MOST_CELLS = 8_000_000

_Float = npt.NDArray[np.float64]
_Int = npt.NDArray[np.int64]
_Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class AreaIndex:
    """Polygons of one geography and edition, ready to be asked. An area's number is its place in codes, the smaller winning a tie."""

    codes: tuple[str, ...]
    bounds: _Float
    cell_size: float
    columns: int
    rows: int
    cell_answer: _Int32
    slot_start: _Int
    candidates: _Int32
    row_edges: _Float
    row_start: _Int
    first_row: _Int
    row_offset: _Int

    @property
    def looked_up_share(self) -> float:
        """Share of the grid's cells that need no polygon test."""
        return float(np.mean(self.cell_answer >= -1))

    def assign(self, x: npt.ArrayLike, y: npt.ArrayLike) -> _Int32:
        """Number in codes of the area of each point, OUTSIDE_ALL for none.

        x, y: easting and northing in the CRS of the polygons (metres, EPSG:27700), one dimension, equally long; NaN is outside.
        """
        easting = np.ascontiguousarray(x, dtype=np.float64)
        northing = np.ascontiguousarray(y, dtype=np.float64)
        if easting.ndim != 1 or easting.shape != northing.shape:
            raise InternalError(f"points: x and y must be equally long rows, got {easting.shape} and {northing.shape}")
        out = np.empty(easting.size, dtype=np.int32)
        answers = area_grid.Answers(
            self.bounds, self.cell_size, self.columns, self.rows, self.cell_answer, self.slot_start, self.candidates,
            self.row_edges, self.row_start, self.first_row, self.row_offset,
        )  # fmt: skip
        area_grid.assign_points(answers, easting, northing, out)
        return out

    def codes_at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[Any]:
        """Code of the area of each point, None for none (dtype object)."""
        return self.codes_of(self.assign(x, y))

    def codes_of(self, numbers: _Int32) -> npt.NDArray[Any]:
        """Codes of areas by their numbers, None for OUTSIDE_ALL (dtype object)."""
        # the last place holds None, which is where OUTSIDE_ALL points
        names = np.array([*self.codes, None], dtype=object)
        return np.asarray(names[numbers], dtype=object)


def build_index(
    codes: Sequence[str], geometries: Sequence[Any], *, detail: Sequence[int] | None = None, cells: int | None = None
) -> AreaIndex:
    """Index polygons or multipolygons; they may overlap, have holes and leave gaps, but each must be valid.

    detail: how fine each outline is; where given, the finer of two that overlap wins, before the smaller code does.
    cells: about how many grid cells; by default it follows the number of areas. The answer never depends on it.
    Raises InternalError for repeated codes, geometries that are not areas, and invalid ones (even-odd and ST_Intersects
    could disagree about those: repair them when they are loaded).
    """
    coarseness = np.zeros(len(codes)) if detail is None else -np.asarray(detail, dtype=float)
    order = np.lexsort((np.asarray(codes, dtype=str), coarseness))
    sorted_codes = tuple(str(codes[i]) for i in order)
    shapes = np.asarray(geometries, dtype=object)[order]
    _refuse_unusable(sorted_codes, shapes)
    edges, edge_area = _edges_of(shapes)
    box = shapely.bounds(shapes)
    bounds = np.array([box[:, 0].min(), box[:, 1].min(), box[:, 2].max(), box[:, 3].max()])
    wanted = cells if cells is not None else min(_CELLS_PER_AREA * len(sorted_codes), _MOST_CELLS)
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    # a long thin extent must not make more columns than wanted cells
    size = float(max(np.sqrt(width * height / wanted), max(width, height) / wanted))
    columns, rows = int(np.ceil(width / size)) or 1, int(np.ceil(height / size)) or 1
    # a point may fall into the neighbour of its cell by rounding: cells overlap by more than rounding can move a point
    slack = size * 1e-6 + 8.0 * float(np.spacing(np.abs(bounds).max()))
    column_low = np.maximum(np.floor((box[:, 0] - slack - bounds[0]) / size), 0).astype(np.int64)
    column_high = np.minimum(np.floor((box[:, 2] + slack - bounds[0]) / size), columns - 1).astype(np.int64)
    first_row = np.maximum(np.floor((box[:, 1] - slack - bounds[1]) / size), 0).astype(np.int64)
    last_row = np.minimum(np.floor((box[:, 3] + slack - bounds[1]) / size), rows - 1).astype(np.int64)
    row_count = last_row - first_row + 1
    row_offset = np.concatenate([[0], np.cumsum(row_count)[:-1]]).astype(np.int64)

    grid = area_grid.Grid(float(bounds[0]), float(bounds[1]), size, slack, columns, rows)
    spans = area_grid.Spans(first_row, row_count, row_offset, column_low, column_high)
    in_row = np.zeros(int(row_count.sum()), dtype=np.int64)
    area_grid.count_edges_by_row(grid, spans, edges, edge_area, in_row)
    row_start = np.concatenate([[0], np.cumsum(in_row)]).astype(np.int64)
    row_edges = np.empty((int(row_start[-1]), 4))
    area_grid.fill_edges_by_row(grid, spans, edges, edge_area, row_start, np.zeros_like(in_row), row_edges)

    def scan(starts: _Int, candidates: _Int32, counts: _Int32, *, fill: bool) -> None:
        closed = np.zeros(columns * rows, dtype=np.bool_)
        filled = np.zeros(columns * rows if fill else 0, dtype=np.int32)
        area_grid.scan_cells(grid, spans, row_edges, row_start, closed, counts, starts, filled, candidates, fill)

    nothing = np.zeros(0, dtype=np.int64)
    counts = np.zeros(columns * rows, dtype=np.int32)
    scan(nothing, np.zeros(0, dtype=np.int32), counts, fill=False)
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    candidates = np.empty(int(starts[-1]), dtype=np.int32)
    scan(starts, candidates, counts, fill=True)
    return AreaIndex(sorted_codes, bounds, size, columns, rows, *_compact(counts, starts, candidates),
                     row_edges, row_start, first_row, row_offset)  # fmt: skip


def _refuse_unusable(codes: tuple[str, ...], shapes: npt.NDArray[Any]) -> None:
    if not codes:
        raise InternalError("no areas to index")
    if len(set(codes)) != len(codes):
        raise InternalError("areas to index: a code stands twice")
    kinds = shapely.get_type_id(shapes)
    for what, bad in (
        ("are not polygons", ~np.isin(kinds, (3, 6)) | shapely.is_empty(shapes)),
        ("are not valid", ~shapely.is_valid(shapes)),
    ):
        if bad.any():
            some = ", ".join(np.asarray(codes)[bad][:5])
            raise InternalError(f"areas to index: {int(bad.sum())} {what}: {some}")


def _edges_of(shapes: npt.NDArray[Any]) -> tuple[_Float, _Int32]:
    """Every edge of every ring as x1, y1, x2, y2, and the number of its area."""
    parts, part_area = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    joined = point_ring[1:] == point_ring[:-1]
    edges = np.hstack([points[:-1][joined], points[1:][joined]])
    area = part_area[ring_part][point_ring[:-1][joined]]
    real = (edges[:, 0] != edges[:, 2]) | (edges[:, 1] != edges[:, 3])
    return np.ascontiguousarray(edges[real]), area[real].astype(np.int32)


def _compact(counts: _Int32, starts: _Int, candidates: _Int32) -> tuple[_Int32, _Int, _Int32]:
    """Cell answers: the area's number, -1 for none, -2 - slot where candidates must be tested; and the slots' candidates."""
    answer = np.full(counts.size, OUTSIDE_ALL, dtype=np.int32)
    used = np.flatnonzero(counts)
    first = candidates[starts[used]]
    covered = (first & 1).astype(bool)
    answer[used[covered]] = first[covered] >> 1
    tested = used[~covered]
    answer[tested] = -2 - np.arange(tested.size, dtype=np.int32)
    slot_start = np.concatenate([[0], np.cumsum(counts[tested], dtype=np.int64)])
    keep = np.repeat(np.isin(np.arange(counts.size), tested, assume_unique=True), counts)
    return answer, slot_start, np.ascontiguousarray(candidates[keep])

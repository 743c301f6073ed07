"""The compiled kernels behind boundaries.point_in_area: exact point-in-polygon and the uniform grid that avoids most of it.

Every kernel stands in this one file because numba's cache notices a change of the kernel's own file only, not of a file it
calls into. No fast-math anywhere: the orientation test is exact, and that rests on IEEE arithmetic as written.

Areas are numbered in ascending order of their code, so "the smallest code wins" is "the smallest number wins".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit, prange

# Shewchuk (1997), Adaptive precision floating-point arithmetic: (3 + 16u)u with u = 2**-53, the bound below which the
# rounded orientation cannot be trusted
_ORIENTATION_BOUND = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
_SPLITTER = 134217729.0  # 2**27 + 1, Dekker's splitter

OUTSIDE = 0
INSIDE = 1
ON_EDGE = 2


class Grid(NamedTuple):
    """Square cells over the extent: its south-west corner, the side of a cell, by how much cells overlap, and how many there are."""

    x0: float
    y0: float
    size: float
    slack: float
    columns: int
    rows: int


class Spans(NamedTuple):
    """The cells that the box of each area covers. row_offset: where the area's rows begin in lists of (area, row)."""

    first_row: npt.NDArray[np.int64]
    row_count: npt.NDArray[np.int64]
    row_offset: npt.NDArray[np.int64]
    column_low: npt.NDArray[np.int64]
    column_high: npt.NDArray[np.int64]


class Answers(NamedTuple):
    """What a point is asked of. cell_answer: the area's number, -1 for none, -2 - slot where the slot's candidates must be tested, each
    against the edges of its (area, row). bounds: west, south, east, north."""

    bounds: npt.NDArray[np.float64]
    size: float
    columns: int
    rows: int
    cell_answer: npt.NDArray[np.int32]
    slot_start: npt.NDArray[np.int64]
    candidates: npt.NDArray[np.int32]
    row_edges: npt.NDArray[np.float64]
    row_start: npt.NDArray[np.int64]
    first_row: npt.NDArray[np.int64]
    row_offset: npt.NDArray[np.int64]


@njit(cache=True)
def _orientation_exact(ax, ay, bx, by, px, py):  # type: ignore[no-untyped-def]
    """Sign of the triangle a, b, p without rounding: six products kept as value and error, added as an expansion."""
    left = (ax, -ax, -px, -ay, ay, py)
    right = (by, py, by, bx, px, bx)
    expansion = np.zeros(13)
    size = 0
    for k in range(6):
        a = left[k]
        b = right[k]
        product = a * b
        c = _SPLITTER * a
        a_high = c - (c - a)
        a_low = a - a_high
        c = _SPLITTER * b
        b_high = c - (c - b)
        b_low = b - b_high
        error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
        for part in (error, product):
            carried = part
            for i in range(size):
                total = carried + expansion[i]
                virtual = total - carried
                expansion[i] = (carried - (total - virtual)) + (expansion[i] - virtual)
                carried = total
            expansion[size] = carried
            size += 1
    for i in range(size - 1, -1, -1):
        if expansion[i] > 0.0:
            return 1
        if expansion[i] < 0.0:
            return -1
    return 0


@njit(cache=True)
def orientation(ax, ay, bx, by, px, py):  # type: ignore[no-untyped-def]
    """1 where p lies left of the line from a to b, -1 right of it, 0 exactly on it."""
    left = (ax - px) * (by - py)
    right = (ay - py) * (bx - px)
    determinant = left - right
    bound = _ORIENTATION_BOUND * (abs(left) + abs(right))
    if determinant > bound:
        return 1
    if -determinant > bound:
        return -1
    return _orientation_exact(ax, ay, bx, by, px, py)


@njit(cache=True)
def locate(edges, first, last, px, py):  # type: ignore[no-untyped-def]
    """OUTSIDE, INSIDE or ON_EDGE of the rings whose edges (rows of x1, y1, x2, y2) are edges[first:last].

    Counts the edges that a ray towards +x crosses; a vertex at the ray's height belongs to the edge below it, so that a
    vertex is counted once. Even-odd over all rings answers holes and parts of a valid polygon alike.
    """
    odd = False
    for e in range(first, last):
        x1 = edges[e, 0]
        x2 = edges[e, 2]
        if x1 < px and x2 < px:
            continue
        y1 = edges[e, 1]
        y2 = edges[e, 3]
        if x2 == px and y2 == py:
            return ON_EDGE
        if (y1 > py) != (y2 > py):
            if x1 > px and x2 > px:
                odd = not odd
                continue
            side = orientation(x1, y1, x2, y2, px, py)
            if side == 0:
                return ON_EDGE
            if (side > 0) == (y2 > y1):
                odd = not odd
        elif y1 == py and y2 == py and min(x1, x2) <= px <= max(x1, x2):
            return ON_EDGE
    return INSIDE if odd else OUTSIDE


@njit(cache=True)
def count_edges_by_row(grid, spans, edges, edge_area, row_count):  # type: ignore[no-untyped-def]
    """How many edges of each area overlap each grid row (rows overlap by the slack); row_count is filled in place."""
    for e in range(edges.shape[0]):
        area = edge_area[e]
        low, high = _rows_of(grid, edges[e, 1], edges[e, 3])
        for row in range(low, high + 1):
            row_count[spans.row_offset[area] + row - spans.first_row[area]] += 1


@njit(cache=True)
def fill_edges_by_row(grid, spans, edges, edge_area, row_start, filled, row_edges):  # type: ignore[no-untyped-def]
    """Copy each edge to the list of every (area, row) it overlaps: a point is tested against its own row's edges only."""
    for e in range(edges.shape[0]):
        area = edge_area[e]
        low, high = _rows_of(grid, edges[e, 1], edges[e, 3])
        for row in range(low, high + 1):
            k = spans.row_offset[area] + row - spans.first_row[area]
            row_edges[row_start[k] + filled[k]] = edges[e]
            filled[k] += 1


@njit(cache=True)
def _rows_of(grid, ya, yb):  # type: ignore[no-untyped-def]
    low = int(np.floor((min(ya, yb) - grid.slack - grid.y0) / grid.size))
    high = int(np.floor((max(ya, yb) + grid.slack - grid.y0) / grid.size))
    return max(low, 0), min(high, grid.rows - 1)


@njit(cache=True)
def _mark_border_cells(grid, row_edges, first, last, row, border):  # type: ignore[no-untyped-def]
    """Set border[column] for every cell of the row that an edge may touch; too many is slow, too few would be wrong."""
    x0, y0, size, slack, n_columns, _ = grid
    bottom = y0 + row * size - slack
    top = y0 + (row + 1) * size + slack
    for e in range(first, last):
        x1, y1, x2, y2 = row_edges[e, 0], row_edges[e, 1], row_edges[e, 2], row_edges[e, 3]
        xa, xb = x1, x2
        if y1 != y2:
            t1 = min(max((bottom - y1) / (y2 - y1), 0.0), 1.0)
            t2 = min(max((top - y1) / (y2 - y1), 0.0), 1.0)
            xa = x1 + t1 * (x2 - x1)
            xb = x1 + t2 * (x2 - x1)
        low = max(int(np.floor((min(xa, xb) - slack - x0) / size)), 0)
        high = min(int(np.floor((max(xa, xb) + slack - x0) / size)), n_columns - 1)
        for column in range(low, high + 1):
            border[column] = True


@njit(cache=True)
def scan_cells(grid, spans, row_edges, row_start, closed, counts, starts, filled, candidates, fill):  # type: ignore[no-untyped-def]
    """Walk the areas in order of code and give each cell its candidates: 2 * area, plus 1 where the area covers the whole cell.

    A cell is closed by the first area that covers it: no later area can win there. Called twice: with fill False it counts
    into counts, with fill True it writes to candidates at starts.
    """
    x0, y0, size, _, n_columns, _ = grid
    first_row, row_count, row_offset, column_low, column_high = spans
    border = np.zeros(n_columns, dtype=np.bool_)
    for area in range(first_row.size):
        low, high = column_low[area], column_high[area]
        for step in range(row_count[area]):
            row = first_row[area] + step
            k = row_offset[area] + step
            border[low : high + 1] = False
            _mark_border_cells(grid, row_edges, row_start[k], row_start[k + 1], row, border)
            centre_y = y0 + (row + 0.5) * size
            known = False
            covers = False
            for column in range(low, high + 1):
                cell = row * n_columns + column
                if border[column]:
                    known = False
                else:
                    # between two border cells nothing changes: one test answers the whole run
                    if not known:
                        centre_x = x0 + (column + 0.5) * size
                        covers = locate(row_edges, row_start[k], row_start[k + 1], centre_x, centre_y) == INSIDE
                        known = True
                    if not covers:
                        continue
                if closed[cell]:
                    continue
                if fill:
                    candidates[starts[cell] + filled[cell]] = 2 * area + (0 if border[column] else 1)
                    filled[cell] += 1
                else:
                    counts[cell] += 1
                if not border[column]:
                    closed[cell] = True


@njit(cache=True, parallel=True)
def assign_points(answers, x, y, out):  # type: ignore[no-untyped-def]
    """Number of the area of each point, -1 outside. NaN falls outside every comparison, so it is outside every area."""
    bounds, size, n_columns, n_rows, cell_answer, slot_start, candidates, row_edges, row_start, first_row, row_offset = answers
    for i in prange(x.size):
        px = x[i]
        py = y[i]
        answer = -1
        if px >= bounds[0] and py >= bounds[1] and px <= bounds[2] and py <= bounds[3]:
            column = min(int((px - bounds[0]) / size), n_columns - 1)
            row = min(int((py - bounds[1]) / size), n_rows - 1)
            answer = cell_answer[row * n_columns + column]
            if answer < -1:
                slot = -2 - answer
                answer = -1
                for c in range(slot_start[slot], slot_start[slot + 1]):
                    area = candidates[c] >> 1
                    if candidates[c] & 1:
                        answer = area
                        break
                    k = row_offset[area] + row - first_row[area]
                    if locate(row_edges, row_start[k], row_start[k + 1], px, py) != OUTSIDE:
                        answer = area
                        break
        out[i] = answer

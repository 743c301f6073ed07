"""Controlled rounding: every count to one of the two multiples of the base beside it, so that tables still add up where they can.

A count between two multiples b q and b (q + 1) goes to either; a multiple, and so a 0, stays (zero-restricted). Of all ways to do so in which
every sum that is visible in the layout (a parent and the children that make it up, in geography and in category) still adds up, the one
nearest to the truth is taken: a linear programme over one variable a cell, which for one nested geography by categories is a network and
has whole solutions (Cox 1987, JASA 82(398), 520-524). Where no rounding adds up throughout, the sums that break are counted and said.

The method changes figures and knows nothing of attacks: intervals.py attacks what comes out, and the gate withholds what fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.attack.intervals import Bands
from analytics.disclosure.suppress.equations import find_equations
from analytics.disclosure.system import IntArray, PublicationSystem
from core.errors import InternalError

# of two roundings that both add up, ties are broken by a price that the seed decides
JITTER = 1e-3
# work of one programme; never in seconds, so that the figures do not depend on how busy the machine was
ITERATIONS = 500_000
NODES = 1_000
# the solver's word for a solution that keeps every row
FEASIBLE = 2
BROKEN = 1_000.0


@dataclass(frozen=True)
class Rounded:
    """figures: one multiple of the base a cell; bands: what it tells; sums: equations of the layout, broken: those that do not add up."""

    figures: IntArray
    bands: Bands
    sums: int
    broken: int


def round_controlled(system: PublicationSystem, base: int, *, seed: int, keep: IntArray | None = None) -> Rounded:
    """Round every cell. keep: a figure that a cell must keep (it was published before), -1 where it is free."""
    counts = system.cell_counts
    floor = counts - counts % base
    if keep is not None:
        # a figure of another base or method cannot be kept
        keep = np.where((keep >= 0) & (keep % base == 0) & (np.abs(keep - counts) < base), keep, -1)
    free = (counts % base != 0) & ((keep < 0) if keep is not None else True)
    figures = floor.copy() if keep is None else np.where(keep >= 0, keep, floor)
    parent, child_rows = _sums(system)
    variable = np.full(system.n_cells, -1, dtype=np.int64)
    variable[free] = np.arange(int(free.sum()))
    matrix = sparse.csr_matrix(child_rows, dtype=np.int64)
    left = (figures[parent] - matrix @ figures) // base
    top = np.flatnonzero(variable[parent] >= 0)
    own = sparse.csr_matrix(
        (-np.ones(len(top)), (top, variable[parent[top]])), shape=(len(parent), int(free.sum())), dtype=np.float64
    )
    rows = sparse.csr_matrix(matrix[:, np.flatnonzero(free)], dtype=np.float64) + own
    rng = np.random.default_rng(seed)
    up = (base - 2.0 * (counts[free] % base)) / base + JITTER * rng.standard_normal(int(free.sum()))
    chosen = _solve(rows, left.astype(np.float64), up)
    figures[free] += base * chosen
    broken = int((figures[parent] != matrix @ figures).sum())
    low = np.where(figures == 0, 0, figures - (base - 1))
    if (np.abs(figures - counts) >= base).any():
        raise InternalError("rounding: a figure lies a whole base or more from its count")
    return Rounded(figures, Bands(np.maximum(low, 0).astype(np.int64), figures + (base - 1)), len(parent), broken)


def _sums(system: PublicationSystem) -> tuple[IntArray, Any]:
    """Parents, and their children as 0/1 rows over cells, of every sum in the layout that leaves no remainder."""
    found = find_equations(system)
    size = np.diff(found.start)
    rows = sparse.csr_matrix(
        (np.ones(len(found.child), dtype=np.int64), found.child, found.start), shape=(len(found.parent), system.n_cells)
    )
    # children that make up their parent whatever the counts are: the same atoms, not only the same number today
    cover = sparse.csr_matrix(rows @ system.incidence - system.incidence[found.parent])
    whole = (np.diff(cover.indptr) == 0) if cover.nnz == 0 else np.asarray(np.abs(cover).sum(axis=1)).ravel() == 0
    whole &= (size > 0) & (found.rest == 0)
    return found.parent[whole], rows[np.flatnonzero(whole)]


def _solve(rows: Any, left: Any, price: Any) -> IntArray:
    """0 or 1 for each free cell (1: up) at the least price with rows @ up = left; where that cannot be, sums break at a high price."""
    n, m = rows.shape[1], rows.shape[0]
    if not n:
        return np.zeros(0, dtype=np.int64)
    gap = sparse.identity(m, format="csr")
    matrix = sparse.csr_matrix(sparse.hstack([rows, gap, -gap], format="csr"))
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.concatenate([price, np.full(2 * m, BROKEN)])
    model.col_lower_, model.col_upper_ = np.zeros(n + 2 * m), np.concatenate([np.ones(n), np.full(2 * m, np.inf)])
    model.row_lower_ = model.row_upper_ = left
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    for whole in (False, True):
        kinds = [highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous] * n
        model.integrality_ = [*kinds, *[highspy.HighsVarType.kContinuous] * (2 * m)]
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("simplex_iteration_limit", ITERATIONS)
        solver.setOptionValue("mip_max_nodes", NODES)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", 0.01)
        solver.passModel(model)
        solver.run()
        found = np.asarray(solver.getSolution().col_value)[:n]
        # a search that was cut short may have a table that breaks its own rules
        held = solver.getInfo().primal_solution_status == FEASIBLE
        if held and len(found) == n and np.abs(found - np.rint(found)).max(initial=0.0) < 1e-6:
            return np.asarray(np.rint(found), dtype=np.int64)
    # no whole solution within the work allowed: each to its nearer multiple
    return np.asarray(price < 0, dtype=np.int64)

"""Alternative tables by linear and integer programmes (HiGHS), for what the walk of moves.py does not reach.

A programme frees the atoms of a neighbourhood and leaves every other atom at its true count. A solution is therefore a possible
table of the whole system, however small the neighbourhood; only its absence is no proof. A neighbourhood without a solution is widened,
at last to the whole connected component, where infeasibility of the linear programme proves that the value can be ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.disclosure.evidence import Attack
from analytics.disclosure.system import BoolArray, FloatArray, IntArray

# a solver's whole number
NEARLY_WHOLE = 1e-6


class Outcome(Enum):
    """What one programme said of one value."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ground:
    """The attack prepared for programmes: by row and by column, and which atoms can move at all."""

    attack: Attack
    by_atom: Any
    watch_by_atom: Any
    free: BoolArray
    row_size: IntArray
    lower_rows: BoolArray


def prepare_ground(attack: Attack) -> Ground:
    """Atoms of a published 0 are 0 in every possible table: they are no variables."""
    zero_rows = (attack.figures == 0).astype(np.int64)
    free = np.asarray(attack.published.T @ zero_rows).ravel() == 0
    size = np.asarray(attack.published @ free.astype(np.int64)).ravel()
    return Ground(
        attack,
        sparse.csc_matrix(attack.published),
        sparse.csc_matrix(attack.watch),
        free,
        size.astype(np.int64),
        attack.at_least > 0,
    )


def neighbourhood(ground: Ground, row: int, *, largest_row: int, atoms_at_most: int) -> IntArray:
    """Free atoms near a watched row: ring by ring through published cells of at most `largest_row` free atoms."""
    attack = ground.attack
    start = attack.watch.indices[attack.watch.indptr[row] : attack.watch.indptr[row + 1]]
    inside = np.zeros(len(attack.truth), dtype=bool)
    front = start[ground.free[start]]
    inside[front] = True
    total = len(front)
    while len(front) and total < atoms_at_most:
        rows = np.unique(ground.by_atom[:, front].indices)
        rows = rows[(ground.row_size[rows] <= largest_row) & (ground.row_size[rows] > 0)]
        around = np.unique(attack.published[rows].indices)
        front = around[ground.free[around] & ~inside[around]]
        room = atoms_at_most - total
        if len(front) > 2 * room:
            # keep the ring's first part: whole rings of a city centre would swamp the programme
            front = front[: 2 * room]
        inside[front] = True
        total += len(front)
    return np.flatnonzero(inside).astype(np.int64)


class LocalProgramme:
    """One HiGHS model over the atoms of a neighbourhood; bounds and goals change, the matrix stays."""

    def __init__(self, ground: Ground, atoms: IntArray, table: IntArray, *, seconds: float = 10.0) -> None:
        attack = ground.attack
        self.atoms, self.table = atoms, table
        published = sparse.csr_matrix(ground.by_atom[:, atoms])
        published = published[np.flatnonzero(np.diff(published.indptr))]
        touched = np.unique(ground.watch_by_atom[:, atoms].indices)
        self.watched = touched
        floor_rows = touched[ground.lower_rows[touched]]
        floor = attack.watch[floor_rows][:, atoms]
        here = table[atoms]
        fixed_part = np.asarray(attack.watch[floor_rows] @ table - floor @ here)
        sums = np.asarray(published @ here)
        self.watch_here = sparse.csr_matrix(attack.watch[touched][:, atoms])
        self.watch_rest = np.asarray(attack.watch[touched] @ table - self.watch_here @ here)
        self._matrix = sparse.csr_matrix(sparse.vstack([published, floor], format="csr"), dtype=np.float64)
        self._published = published
        self._row_lower = np.concatenate([sums, attack.at_least[floor_rows] - fixed_part]).astype(np.float64)
        self._row_upper = np.concatenate([sums.astype(np.float64), np.full(len(floor_rows), highspy.kHighsInf)])
        self._seconds = seconds

    def solve(self, cost: FloatArray, lower: FloatArray, upper: FloatArray, *, fix: tuple[int, float, float] | None = None
              ) -> tuple[Outcome, IntArray | None]:  # fmt: skip
        """Minimise cost over possible tables of the neighbourhood; fix=(watched row, least, most) holds a sum. Whole table or None.

        NONE is said only where the linear relaxation is infeasible.
        """
        matrix, row_lower, row_upper = self._matrix, self._row_lower, self._row_upper
        if fix is not None:
            at = int(np.searchsorted(self.watched, fix[0]))
            matrix = sparse.vstack([matrix, self.watch_here[at].astype(np.float64)], format="csr")
            rest = float(self.watch_rest[at])
            row_lower, row_upper = np.append(row_lower, fix[1] - rest), np.append(row_upper, fix[2] - rest)
        outcome, solution = self._run(matrix, row_lower, row_upper, cost, lower, upper, whole=False)
        if outcome is not Outcome.FOUND or solution is None:
            return outcome, None
        rounded = np.rint(solution)
        if np.abs(solution - rounded).max(initial=0.0) > NEARLY_WHOLE:
            if fix is None:
                full = self.table.copy()
                full[self.atoms] += np.rint(whole_parts(self._matrix, solution - self.table[self.atoms])).astype(np.int64)
                return Outcome.FOUND, full
            outcome, solution = self._run(matrix, row_lower, row_upper, cost, lower, upper, whole=True)
            if solution is None:
                return Outcome.UNKNOWN, None
            rounded = np.rint(solution)
        full = self.table.copy()
        full[self.atoms] = rounded.astype(np.int64)
        return Outcome.FOUND, full

    def extreme(self, cost: FloatArray, lower: FloatArray, upper: FloatArray) -> float | None:
        """The least cost of the linear relaxation; None where it has no bound or was not found."""
        outcome, solution = self._run(self._matrix, self._row_lower, self._row_upper, cost, lower, upper, whole=False)
        return float(cost @ solution) if outcome is Outcome.FOUND and solution is not None else None

    def _run(self, matrix: Any, row_lower: FloatArray, row_upper: FloatArray, cost: FloatArray, lower: FloatArray, upper: FloatArray,
             *, whole: bool) -> tuple[Outcome, FloatArray | None]:  # fmt: skip
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_, model.col_lower_, model.col_upper_ = cost, lower, upper
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("time_limit", self._seconds)
        solver.setOptionValue("threads", 1)
        if whole:
            # any possible table will do
            solver.setOptionValue("mip_rel_gap", 0.5)
        solver.passModel(model)
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Outcome.NONE, None
        solution = solver.getSolution()
        if status == highspy.HighsModelStatus.kOptimal or (
            whole and solution.value_valid and solver.getInfo().primal_solution_status == 2
        ):
            return Outcome.FOUND, np.asarray(solution.col_value)
        return Outcome.UNKNOWN, None


def whole_parts(matrix: Any, shift: FloatArray) -> FloatArray:
    """The shift of a table less those of its unconnected parts that are not whole numbers; matrix: the rows that must keep their sums."""
    moved = np.flatnonzero(np.abs(shift) > NEARLY_WHOLE)
    part = sparse.csr_matrix(matrix[:, moved])
    part = part[np.flatnonzero(np.diff(part.indptr) > 0)]
    both = sparse.bmat([[None, part.T], [part, None]], format="csr")
    _, label = connected_components(both, directed=False)
    label = label[: len(moved)]
    broken = np.zeros(label.max(initial=0) + 1, dtype=bool)
    broken[label[np.abs(shift[moved] - np.rint(shift[moved])) > NEARLY_WHOLE]] = True
    kept = np.zeros(len(shift))
    good = moved[~broken[label]]
    kept[good] = np.rint(shift[good])
    return kept


def bounds_of(ground: Ground, row: int, *, seconds: float = 60.0) -> tuple[float, float]:
    """The attacker's interval for one watched row by linear programming over the whole system (infinite where unbounded)."""
    atoms = np.flatnonzero(ground.free).astype(np.int64)
    programme = LocalProgramme(ground, atoms, ground.attack.truth, seconds=seconds)
    at = int(np.searchsorted(programme.watched, row))
    if not len(programme.watched) or at >= len(programme.watched) or programme.watched[at] != row:
        value = float(ground.attack.watch[row] @ ground.attack.truth)
        return value, value
    goal = programme.watch_here[at].toarray().ravel().astype(np.float64)
    low, high = np.zeros(len(atoms)), np.full(len(atoms), highspy.kHighsInf)
    ends = []
    for sign in (1.0, -1.0):
        end = programme.extreme(sign * goal, low, high)
        ends.append(-sign * np.inf if end is None else sign * end + float(programme.watch_rest[at]))
    return ends[0], ends[1]

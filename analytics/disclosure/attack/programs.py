"""Alternative tables by linear and integer programmes (HiGHS), for what the walk of moves.py does not reach.

A programme frees the atoms of a neighbourhood and leaves every other atom at its true count. A solution is therefore a possible
table of the whole system, however small the neighbourhood; only its absence is no proof. A neighbourhood without a solution is widened,
at last to the whole connected component, where infeasibility of the linear programme proves that the value can be ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import Any

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.disclosure.attack.evidence import Attack
from analytics.disclosure.system import BoolArray, FloatArray, IntArray

# rows that are tried for being the sum of others
LARGEST = 1_000
# a solver's whole number
NEARLY_WHOLE = 1e-6
# work of one programme, in simplex iterations and in nodes of a search for whole numbers. Never in seconds: what an attack finds decides
# what a release withholds, and that must not depend on how busy the machine was
ITERATIONS = 50_000
NODES = 500


class Outcome(Enum):
    """What one programme said of one value."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ground:
    """The attack prepared for programmes: by row and by column, and which atoms can move at all.

    part: the number of each free atom's part (-1 for others). No published figure that is not the sum of others, and no floor, holds free
    atoms of two parts: what moves in one leaves the others as they are. binding: published figures less those that lie in them, over free
    atoms; they bind these as all figures do (the figures themselves where no parts were looked for).
    """

    attack: Attack
    by_atom: Any
    watch_by_atom: Any
    free: BoolArray
    row_size: IntArray
    lower_rows: BoolArray
    part: IntArray
    binding: Any


def prepare_ground(attack: Attack, among: BoolArray | None = None) -> Ground:
    """Atoms that everybody knows are no variables.

    among: atoms to leave free, where not all need be; the parts into which these fall are looked for (otherwise all are one).
    """
    free = can_move(attack)
    free = free if among is None else free & among
    size = np.asarray(attack.published @ free.astype(np.int64)).ravel().astype(np.int64)
    by_atom = sparse.csc_matrix(attack.published)
    ground = Ground(
        attack, by_atom, sparse.csc_matrix(attack.watch), free, size, attack.at_least > 0, np.where(free, 0, -1), by_atom
    )
    return ground if among is None else in_parts(ground)


def can_move(attack: Attack) -> BoolArray:
    """Atoms that are not known from single published figures: of a figure less the atoms that are known, one atom that is left is known,
    and where nothing is left all are 0. So it goes on until nothing more is known."""
    by_atom = sparse.csr_matrix(attack.published.T)
    free = np.ones(len(attack.truth), dtype=bool)
    while True:
        some = np.asarray(attack.published @ free.astype(np.int64)).ravel()
        left = np.asarray(attack.published @ np.where(free, attack.truth, 0)).ravel()
        tells = (some > 0) & ((some == 1) | (left == 0))
        if not tells.any():
            return free
        free &= np.asarray(by_atom @ tells.astype(np.int64)).ravel() == 0


def in_parts(ground: Ground) -> Ground:
    """The same ground with the parts into which its free atoms fall."""
    attack, free = ground.attack, ground.free
    own = np.flatnonzero(free)
    rows = sparse.csr_matrix(attack.published[np.flatnonzero(ground.row_size > 0)][:, own])
    left = _remainders(rows)
    binding = sparse.vstack([left, attack.watch[np.flatnonzero(ground.lower_rows)][:, own]], format="csr")
    both = sparse.bmat([[None, binding.T], [binding, None]], format="csr")
    part = np.full(len(free), -1, dtype=np.int64)
    part[own] = connected_components(both, directed=False)[1][: len(own)]
    over_all = sparse.csr_matrix((left.data, own[left.indices], left.indptr), shape=(left.shape[0], len(free)))
    return replace(ground, part=part, binding=sparse.csc_matrix(over_all))


def _remainders(rows: Any) -> Any:
    """The rows, each of the largest less smaller rows that lie in it without an atom in common: together they bind the same as before."""
    size = np.diff(rows.indptr)
    by_atom = sparse.csc_matrix(rows)
    members = [rows.indices[a:b] for a, b in pairwise(rows.indptr)]

    def fitting(atom: int, within: BoolArray, left: BoolArray) -> list[int]:
        """Rows that hold the atom and nothing that is taken, the largest first."""
        around = by_atom.indices[by_atom.indptr[atom] : by_atom.indptr[atom + 1]]
        around = around[within[around]]
        return [int(r) for r in around[np.argsort(-size[around], kind="stable")] if left[members[r]].all()]

    def without(first: int, row: int, within: BoolArray) -> IntArray:
        """Atoms of the row that are left when `first` is taken out of it, then whatever fits."""
        left = np.zeros(rows.shape[1], dtype=bool)
        left[members[row]] = True
        left[members[first]] = False
        over = []
        for atom in members[row]:
            if left[atom]:
                further = fitting(atom, within, left)
                left[members[further[0]] if further else [atom]] = False
                if not further:
                    over.append(atom)
        return np.array(over, dtype=np.int64)

    kept = list(members)
    largest = np.argsort(-size, kind="stable")[:LARGEST]
    shared = sparse.csr_matrix(rows[largest] @ rows.T)
    for row, (a, b) in zip(largest, pairwise(shared.indptr), strict=True):
        # only smaller ones, so that nothing is taken out of itself by way of others
        lie_in = shared.indices[a:b][(shared.data[a:b] == size[shared.indices[a:b]]) & (size[shared.indices[a:b]] < size[row])]
        if not len(lie_in):
            continue
        within = np.zeros(len(size), dtype=bool)
        within[lie_in] = True
        inside = np.zeros(rows.shape[1], dtype=bool)
        inside[members[row]] = True
        for first in fitting(members[row][0], within, inside):
            over = without(first, int(row), within)
            if len(over) < len(kept[row]):
                kept[row] = over
            if not len(over):
                break
    start = np.concatenate([[0], np.cumsum([len(k) for k in kept])]).astype(np.int64)
    atoms = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)
    return sparse.csr_matrix((np.ones(len(atoms), dtype=np.int64), atoms, start), shape=rows.shape)


def part_of(ground: Ground, row: int) -> IntArray:
    """Free atoms of every part that a watched row lies in: what can bear on it at all."""
    attack = ground.attack
    own = ground.part[attack.watch.indices[attack.watch.indptr[row] : attack.watch.indptr[row + 1]]]
    return np.flatnonzero(np.isin(ground.part, own[own >= 0])).astype(np.int64)


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

    def __init__(self, ground: Ground, atoms: IntArray, table: IntArray) -> None:
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
        solver.setOptionValue("simplex_iteration_limit", ITERATIONS)
        solver.setOptionValue("mip_max_nodes", NODES)
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


def bounds_of(ground: Ground, row: int) -> tuple[float, float]:
    """The attacker's interval for one watched row by linear programming over the whole system (infinite where unbounded)."""
    atoms = np.flatnonzero(ground.free).astype(np.int64)
    programme = LocalProgramme(ground, atoms, ground.attack.truth)
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

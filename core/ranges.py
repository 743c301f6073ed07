"""The least and the largest value that a set of printed figures leaves possible to any sum of what they are made of.

Atoms are counts that nobody prints; figures are sums of them. Linear programmes give the ends (HiGHS; one model for each part of the
tables that hangs together, each programme starting where the one before ended). A range is sound: it holds every value that is possible, and
may hold some that only whole numbers rule out. (The attacker's problem of Fischetti and Salazar-Gonzalez 2001.) Nothing here knows a true
count, so whoever may read the figures may ask: the gate of a release, and the portal.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from core.errors import DisclosureError, InternalError

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# an end of a programme that lies this near to a whole number is that number
NEARLY_WHOLE = 1e-5
# no published figure bounds the count from above
UNBOUNDED = -1
# rounds in which bounds of single atoms are handed from row to row before any programme runs
ROUNDS = 20
# stands for a bound that there is not
ENDLESS = np.int64(1) << 40
# HiGHS: the primal simplex method, which stays feasible when only the question changes
PRIMAL_SIMPLEX = 4
# questions of a part that are remembered; a reader who goes on asking must not fill the memory
REMEMBERED = 20_000


@dataclass(frozen=True)
class Printed:
    """What a reader holds, row by row.

    equal, figures: CSR of rows x atoms (0/1) and what each row is known to sum up to. floors, least: rows known to be at least so much.
    """

    equal: Any
    figures: IntArray
    floors: Any
    least: IntArray


class Reader:
    """Somebody who has read what is printed and owns a solver.

    DisclosureError where what is printed contradicts itself.
    """

    def __init__(self, printed: Printed) -> None:
        self._low, self._high = _bounds(printed)
        self._free = self._low < self._high
        self._parts = _parts(printed, self._low, self._high, self._free)
        self._part_of = np.full(len(self._low), -1, dtype=np.int64)
        for i, part in enumerate(self._parts):
            self._part_of[part.atoms] = i

    def ranges(self, rows: Any) -> tuple[IntArray, IntArray]:
        """The least and the largest possible value of each row (CSR of rows x atoms, whole numbers >= 0); UNBOUNDED where nothing bounds it.

        What lies in parts that nothing joins adds up: the ends of a sum are the sums of the ends.
        """
        rows = sparse.csr_matrix(rows)
        held = np.where(self._free, 0, self._low)
        low = np.asarray(rows @ held, dtype=np.int64)
        high = low.copy()
        coo = rows.tocoo()
        mine = self._free[coo.col]
        row, atom, times = coo.row[mine], coo.col[mine], coo.data[mine]
        part = self._part_of[atom]
        order = np.lexsort((atom, row, part))
        row, atom, times, part = row[order], atom[order], times[order], part[order]
        cut = np.flatnonzero(np.diff(part, prepend=-1) | np.diff(row, prepend=-1))
        for a, b in pairwise([*cut, len(row)]):
            first, last = self._parts[part[a]].range(atom[a:b], times[a:b])
            low[row[a]] += first
            high[row[a]] = UNBOUNDED if UNBOUNDED in (last, high[row[a]]) else high[row[a]] + last
        return low, high


class _Part:
    """Free atoms that published figures join, as one programme whose question changes."""

    def __init__(self, atoms: IntArray, low: IntArray, high: IntArray, matrix: Any, least: FloatArray, most: FloatArray) -> None:
        self.atoms = atoms
        self._place = {int(a): i for i, a in enumerate(atoms)}
        self._low, self._high = low.astype(np.float64), np.where(high >= ENDLESS, highspy.kHighsInf, high).astype(np.float64)
        self._matrix, self._least, self._most = matrix, least, most
        self._solver: Any = None
        self._known: dict[tuple[bytes, bytes], tuple[int, int]] = {}

    def range(self, atoms: IntArray, times: IntArray) -> tuple[int, int]:
        """The ends of a sum over some of these atoms."""
        key = (np.asarray(atoms, dtype=np.int64).tobytes(), np.asarray(times, dtype=np.int64).tobytes())
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            place = np.array([self._place[int(a)] for a in atoms], dtype=np.int32)
            cost = np.asarray(times, dtype=np.float64)
            if self._matrix.shape[0] == 0:
                ends = float(cost @ self._low[place]), float(cost @ self._high[place])
            else:
                ends = self._solve(place, cost, 1.0), self._solve(place, cost, -1.0)
            low = int(np.ceil(ends[0] - NEARLY_WHOLE))
            self._known[key] = low, UNBOUNDED if not np.isfinite(ends[1]) else max(low, int(np.floor(ends[1] + NEARLY_WHOLE)))
        return self._known[key]

    def _solve(self, place: Any, cost: FloatArray, sign: float) -> float:
        """The least (sign 1) or the largest (-1) value."""
        solver = self._solver = self._solver or self._open()
        solver.changeColsCost(len(place), place, sign * cost)
        solver.run()
        status = solver.getModelStatus()
        value = solver.getInfo().objective_function_value
        solver.changeColsCost(len(place), place, np.zeros(len(place)))
        if status == highspy.HighsModelStatus.kOptimal:
            return sign * float(value)
        if sign < 0 and status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return float("inf")
        if status == highspy.HighsModelStatus.kInfeasible:
            raise DisclosureError("the published figures contradict one another: no table gives all of them")
        raise InternalError(f"ranges: the solver ended with {status}")

    def _open(self) -> Any:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self._matrix.shape
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_, model.col_upper_ = self._low, self._high
        model.row_lower_, model.row_upper_ = self._least, self._most
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = self._matrix.indptr, self._matrix.indices
        model.a_matrix_.value_ = self._matrix.data.astype(np.float64)
        solver.passModel(model)
        return solver


def _bounds(printed: Printed) -> tuple[IntArray, IntArray]:
    """Bounds of single atoms, handed from row to row: a figure less the least (most) of all other atoms of its row."""
    n = printed.equal.shape[1]
    low, high = np.zeros(n, dtype=np.int64), np.full(n, ENDLESS, dtype=np.int64)
    equal, floors = printed.equal.tocoo(), printed.floors.tocoo()
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        least = np.asarray(printed.equal @ low).ravel()
        np.minimum.at(high, equal.col, printed.figures[equal.row] - least[equal.row] + low[equal.col])
        if (high < low).any():
            raise DisclosureError("the published figures contradict one another: a part would be less than nothing")
        most = np.asarray(printed.equal @ high).ravel()
        np.maximum.at(low, equal.col, printed.figures[equal.row] - most[equal.row] + high[equal.col])
        most = np.asarray(printed.floors @ high).ravel()
        np.maximum.at(low, floors.col, printed.least[floors.row] - most[floors.row] + high[floors.col])
        if (high < low).any():
            raise DisclosureError("the published figures contradict one another: a part would be more than its whole")
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def _parts(printed: Printed, low: IntArray, high: IntArray, free: BoolArray) -> list[_Part]:
    """The programmes: free atoms, cut where no figure joins them."""
    atoms = np.flatnonzero(free)
    held = np.where(free, 0, low)
    rows = sparse.vstack([printed.equal, printed.floors], format="csr", dtype=np.int64)
    least = np.concatenate([printed.figures, printed.least]) - np.asarray(rows @ held).ravel()
    most = np.concatenate([least[: len(printed.figures)].astype(np.float64), np.full(len(printed.least), highspy.kHighsInf)])
    if (
        (np.asarray(rows @ free.astype(np.int64)).ravel() == 0)[: len(printed.figures)] & (least[: len(printed.figures)] != 0)
    ).any():
        raise DisclosureError("the published figures contradict one another: parts do not add up to their whole")
    rows = sparse.csr_matrix(rows[:, atoms])
    # a row that is met whatever happens, or that another one repeats, need not be asked again
    floor_met = np.concatenate([np.zeros(len(printed.figures), dtype=bool), least[len(printed.figures) :] <= np.asarray(
        rows[len(printed.figures) :] @ low[atoms]).ravel()])  # fmt: skip
    use = np.flatnonzero((np.diff(rows.indptr) > 0) & ~floor_met)
    use = use[_first_of_each(rows[use], least[use], most[use])]
    rows, least, most = sparse.csr_matrix(rows[use]), least[use].astype(np.float64), most[use]
    both = sparse.bmat([[None, rows.T], [rows, None]], format="csr") if rows.shape[0] else sparse.csr_matrix((len(atoms),) * 2)
    _, label = connected_components(both, directed=False)
    of_atom, of_row = label[: len(atoms)], label[len(atoms) :]
    by_atom, by_row = np.argsort(of_atom, kind="stable"), np.argsort(of_row, kind="stable")
    names = np.unique(of_atom)
    at_atom, at_row = np.searchsorted(of_atom[by_atom], names), np.searchsorted(of_row[by_row], names)
    out = []
    for i, (start, first) in enumerate(zip(at_atom, at_row, strict=True)):
        mine = np.sort(by_atom[start : at_atom[i + 1] if i + 1 < len(names) else len(atoms)])
        lines = by_row[first : np.searchsorted(of_row[by_row], names[i], side="right")] if rows.shape[0] else by_row[:0]
        matrix = sparse.csr_matrix(rows[lines][:, mine])
        out.append(_Part(atoms[mine], low[atoms[mine]], high[atoms[mine]], matrix, least[lines], most[lines]))
    return out


def _first_of_each(rows: Any, least: IntArray, most: FloatArray) -> IntArray:
    """Rows less those that repeat another one: figures apart from floors, and floors of one height apart from those of another."""
    weight = np.random.default_rng(1).integers(1, 1 << 62, size=rows.shape[1], dtype=np.int64)
    with np.errstate(over="ignore"):
        name = np.asarray(rows @ weight).ravel()
    height = np.where(np.isfinite(most), -1, least)
    _, first = np.unique(np.column_stack([name, height]), axis=0, return_index=True)
    return np.sort(first).astype(np.int64)

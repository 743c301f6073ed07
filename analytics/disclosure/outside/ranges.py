"""What printed figures leave possible: the least and the most of sums of atoms, over all tables of whole numbers that agree with them.

Three steps, cheap first. (1) Every atom is hemmed in by the figures over it, in whole numbers. (2) A linear programme for each end; its bound
is worked out anew from its duals (Neumaier and Shcherbina 2004, Math. Programming 99, 283-296), so that it holds whatever the solver
rounded, and is then rounded inwards to a whole number. (3) Where no table of whole numbers was met that reaches the bound, an integer
programme. A bound is called exact only where such a table was checked, figure by figure, in 64-bit whole numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.disclosure.outside.printed import NO_END, Printed
from analytics.disclosure.system import BoolArray, FloatArray, IntArray

# given away when a bound is rounded to a whole number: many times what 64-bit floats lose
SLACK = 1e-6
# rounds of hemming in; more would seldom say more
ROUNDS = 60
# seconds of one integer programme
ONE_PROGRAMME = 20.0


class NoTable(Exception):
    """No table of whole numbers agrees with all that is printed."""


@dataclass(frozen=True)
class Ranges:
    """Of each watched sum: lowest, highest (NO_END: no upper end), whether each is exact, and which of the values 0..k were met or ruled out.

    met, ruled_out: sums x (k + 1). decided: all that was asked was answered in time.
    """

    lowest: IntArray
    highest: IntArray
    lowest_exact: BoolArray
    highest_exact: BoolArray
    met: BoolArray
    ruled_out: BoolArray
    decided: BoolArray


def hem_in(rows: Any, least: IntArray, most: IntArray) -> tuple[IntArray, IntArray]:
    """Bounds of every atom that follow row by row from least <= rows @ x <= most and x >= 0, in whole numbers. NoTable where they cross.

    An atom of no row with an upper end has none (NO_END).
    """
    n = rows.shape[1]
    part = sparse.csr_matrix(rows).tocoo()
    row, atom = part.row, part.col
    low, high = np.zeros(n, dtype=np.int64), np.full(n, NO_END, dtype=np.int64)
    bounded = most < NO_END
    for _ in range(ROUNDS):
        open_ = (high >= NO_END).astype(np.int64)
        sum_low = np.asarray(rows @ low)
        sum_high, n_open = np.asarray(rows @ np.where(open_ > 0, 0, high)), np.asarray(rows @ open_)
        new_low, new_high = low.copy(), high.copy()
        top = bounded[row]
        np.minimum.at(new_high, atom[top], (most[row] - sum_low[row] + low[atom])[top])
        # the least of a row less the most that its other atoms can hold
        closed = n_open[row] - open_[atom] == 0
        others = sum_high[row] - np.where(open_[atom] > 0, 0, high[atom])
        np.maximum.at(new_low, atom[closed], (least[row] - others)[closed])
        if (new_low > new_high).any():
            raise NoTable
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return low, high


class _Programme:
    """One part of the system in HiGHS, kept warm: rows (printed, then watched) x the part's atoms that are not settled."""

    def __init__(self, matrix: Any, low: FloatArray, high: FloatArray, atom_low: FloatArray, atom_high: FloatArray) -> None:
        self.matrix, self.low, self.high = sparse.csr_matrix(matrix, dtype=np.float64), low, high
        self.atom_low, self.atom_high = atom_low, atom_high
        self._by_atom = sparse.csr_matrix(self.matrix.T)
        self._linear = self._solver(whole=False)
        self._whole: Any = None

    def _solver(self, *, whole: bool) -> Any:
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self.matrix.shape
        model.col_cost_ = np.zeros(self.matrix.shape[1])
        model.col_lower_, model.col_upper_ = self.atom_low, self.atom_high
        model.row_lower_, model.row_upper_ = self.low, self.high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        model.a_matrix_.value_ = self.matrix.data
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.matrix.shape[1]
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("threads", 1)
        if whole:
            # the ends are whole numbers, so nothing short of the very end will do
            solver.setOptionValue("mip_rel_gap", 0.0)
            solver.setOptionValue("mip_abs_gap", 0.99)
        solver.passModel(model)
        return solver

    def linear(self, cost: FloatArray, seconds: float, fix: tuple[int, float] | None = None
               ) -> tuple[float | None, FloatArray | None, bool]:  # fmt: skip
        """Minimise: a lower bound that holds (None: none was found), a solution, and whether there is none at all."""
        solver = self._linear
        n = self.matrix.shape[1]
        solver.setOptionValue("time_limit", float(solver.getRunTime()) + seconds)
        solver.changeColsCost(n, np.arange(n, dtype=np.int32), cost)
        low, high = self.low, self.high
        if fix is not None:
            solver.changeRowBounds(fix[0], fix[1], fix[1])
        solver.run()
        status, solution = solver.getModelStatus(), solver.getSolution()
        if fix is not None:
            solver.changeRowBounds(fix[0], low[fix[0]], high[fix[0]])
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, None, True
        if status != highspy.HighsModelStatus.kOptimal:
            return None, None, False
        bound = self._sure(cost, np.asarray(solution.row_dual)) if fix is None else None
        return bound, np.asarray(solution.col_value), False

    def _sure(self, cost: FloatArray, dual: FloatArray) -> float:
        """The Lagrangian bound of any duals: holds for every table, however badly they were rounded."""
        ends = np.where(dual > 0, self.low, np.where(dual < 0, self.high, 0.0))
        dual, ends = np.where(np.isinf(ends), 0.0, dual), np.where(np.isinf(ends), 0.0, ends)
        rest = cost - self._by_atom @ dual
        return float(dual @ ends + np.minimum(rest * self.atom_low, rest * self.atom_high).sum())

    def integer(self, cost: FloatArray, seconds: float, fix: tuple[int, float] | None = None
                ) -> tuple[float | None, FloatArray | None, bool]:  # fmt: skip
        """The same over whole numbers, by branch and bound; the bound is the solver's word."""
        if self._whole is None:
            self._whole = self._solver(whole=True)
        solver = self._whole
        n = self.matrix.shape[1]
        solver.setOptionValue("time_limit", float(solver.getRunTime()) + min(seconds, ONE_PROGRAMME))
        solver.changeColsCost(n, np.arange(n, dtype=np.int32), cost)
        if fix is not None:
            solver.changeRowBounds(fix[0], fix[1], fix[1])
        solver.run()
        status, solution, info = solver.getModelStatus(), solver.getSolution(), solver.getInfo()
        found = np.asarray(solution.col_value) if solution.value_valid and info.primal_solution_status == 2 else None
        bound = float(info.mip_dual_bound)
        if fix is not None:
            solver.changeRowBounds(fix[0], self.low[fix[0]], self.high[fix[0]])
        solver.clearSolver()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, None, True
        return (bound if np.isfinite(bound) else None), found, False


class _Search:
    """The search for the ranges of all watched sums, part by part. Positions of sums are those of `watch`."""

    def __init__(self, rows: Any, least: IntArray, most: IntArray, watch: Any, k: int, deadline: float) -> None:
        self.rows, self.least, self.most, self.watch = rows, least, most, watch
        self.k, self.deadline = k, deadline
        self.low, self.high = hem_in(rows, least, most)
        n_open = np.asarray(watch @ (self.high >= NO_END).astype(np.int64))
        closed = np.where(self.high >= NO_END, 0, self.high)
        self.lowest = np.asarray(watch @ self.low, dtype=np.int64)
        self.highest = np.where(n_open > 0, NO_END, np.asarray(watch @ closed)).astype(np.int64)
        self.endless = n_open > 0
        n = watch.shape[0]
        self.least_met, self.most_met = np.full(n, NO_END, dtype=np.int64), np.full(n, -1, dtype=np.int64)
        self.met, self.ruled_out = np.zeros((n, k + 1), dtype=bool), np.zeros((n, k + 1), dtype=bool)
        # an atom without an upper end is in no row that has one: to hold it down to what the rows ask for, and k more, loses nothing
        floor = np.zeros(len(self.low), dtype=np.int64)
        part = sparse.csr_matrix(rows).tocoo()
        np.maximum.at(floor, part.col, least[part.row])
        self.cap = np.where(self.high >= NO_END, np.maximum(floor, self.low) + k + 1, self.high)
        self.table = self.low.copy()

    def admit(self, atoms: IntArray, values: FloatArray, watched: IntArray) -> bool:
        """Round a part's solution, put it into the table, check it exactly and note what it shows. False where it does not hold."""
        rounded = np.rint(values)
        table = self.table.copy()
        table[atoms] = rounded.astype(np.int64)
        sums = np.asarray(self.rows[self.part_rows] @ table)
        if (table < 0).any() or (sums < self.least[self.part_rows]).any() or (sums > self.most[self.part_rows]).any():
            return False
        self.table = table
        shown = np.asarray(self.watch[watched] @ table)
        self.least_met[watched] = np.minimum(self.least_met[watched], shown)
        self.most_met[watched] = np.maximum(self.most_met[watched], shown)
        small = shown <= self.k
        self.met[watched[small], shown[small]] = True
        return True

    def run(self) -> None:
        """Every part in turn. NoTable where one has none."""
        free = np.flatnonzero(self.low < self.high)
        both = sparse.vstack([self.rows, self.watch], format="csr")[:, free]
        links = sparse.bmat([[None, both.T], [both, None]], format="csr")
        label = connected_components(links, directed=False)[1][: len(free)]
        fixed_sums = np.asarray(self.rows @ self.low)
        settled = np.diff(sparse.csr_matrix(self.rows[:, free]).indptr) == 0
        if ((fixed_sums < self.least) | (fixed_sums > self.most))[settled].any():
            raise NoTable
        alone = np.diff(sparse.csr_matrix(self.watch[:, free]).indptr) == 0
        self._note_settled(np.flatnonzero(alone))
        by_atom_rows, by_atom_watch = sparse.csc_matrix(self.rows), sparse.csc_matrix(self.watch)
        for part in range(int(label.max(initial=-1)) + 1):
            atoms = free[label == part]
            rows = np.unique(by_atom_rows[:, atoms].indices)
            watched = np.unique(by_atom_watch[:, atoms].indices)
            self._part(atoms, rows.astype(np.int64), watched.astype(np.int64))

    def _note_settled(self, watched: IntArray) -> None:
        value = self.lowest[watched]
        self.least_met[watched], self.most_met[watched] = value, value
        small = value <= self.k
        self.met[watched[small], value[small]] = True

    def _part(self, atoms: IntArray, rows: IntArray, watched: IntArray) -> None:
        self.part_rows = rows
        base = self.low.copy()
        base[atoms] = 0
        printed, own = self.rows[rows][:, atoms], self.watch[watched][:, atoms]
        settled, own_settled = np.asarray(self.rows[rows] @ base), np.asarray(self.watch[watched] @ base)
        high = np.where(self.most[rows] >= NO_END, highspy.kHighsInf, self.most[rows] - settled).astype(np.float64)
        low = (self.least[rows] - settled).astype(np.float64)
        n = len(watched)
        programme = _Programme(
            sparse.vstack([printed, own], format="csr"),
            np.concatenate([low, np.full(n, -highspy.kHighsInf)]),
            np.concatenate([high, np.full(n, highspy.kHighsInf)]),
            self.low[atoms].astype(np.float64),
            self.cap[atoms].astype(np.float64),
        )
        zero = np.zeros(len(atoms))
        if not self._try(programme, atoms, watched, zero, None) and self.impossible:
            raise NoTable
        for i, sum_ in enumerate(watched):
            goal = own[i].toarray().ravel().astype(np.float64)
            self._end(programme, atoms, watched, int(sum_), goal, int(own_settled[i]), 1)
            self._end(programme, atoms, watched, int(sum_), goal, int(own_settled[i]), -1)
        for i, sum_ in enumerate(watched):
            self._values(programme, atoms, watched, int(sum_), len(rows) + i, int(own_settled[i]))

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _try(
        self, programme: _Programme, atoms: IntArray, watched: IntArray, cost: FloatArray, fix: tuple[int, float] | None
    ) -> bool:
        """Whether a checked table was found; self.impossible: whether there is none."""
        self.impossible = False
        if self._left() <= 0:
            return False
        _, solution, none = programme.linear(cost, self._left(), fix)
        if none:
            self.impossible = True
            return False
        if (
            solution is not None
            and np.abs(solution - np.rint(solution)).max(initial=0.0) < SLACK
            and self.admit(atoms, solution, watched)
        ):
            return True
        _, solution, none = programme.integer(cost, max(0.1, self._left()), fix)
        self.impossible = none
        return solution is not None and self.admit(atoms, solution, watched)

    def _end(
        self, programme: _Programme, atoms: IntArray, watched: IntArray, sum_: int, goal: FloatArray, settled: int, sign: int
    ) -> None:
        """One end of one sum, by a linear programme, and by one over whole numbers where no table reaches what it says."""
        if self._reached(sum_, sign) or self._left() <= 0:
            return
        for solve in (programme.linear, programme.integer):
            bound, solution, _ = solve(sign * goal, max(0.1, self._left()))
            if bound is not None:
                self._tighten(sum_, sign, int(np.ceil(bound - SLACK)), settled)
            if solution is not None:
                self.admit(atoms, solution, watched)
            if self._reached(sum_, sign) or self._left() <= 0:
                return

    def _tighten(self, sum_: int, sign: int, bound: int, settled: int) -> None:
        if sign > 0:
            self.lowest[sum_] = max(self.lowest[sum_], bound + settled)
        else:
            self.highest[sum_] = min(self.highest[sum_], -bound + settled)

    def _reached(self, sum_: int, sign: int) -> bool:
        if sign > 0:
            return bool(self.least_met[sum_] <= self.lowest[sum_])
        return bool(self.endless[sum_] or self.most_met[sum_] >= self.highest[sum_])

    def _values(self, programme: _Programme, atoms: IntArray, watched: IntArray, sum_: int, row: int, settled: int) -> None:
        """The values of 1..k within the range that no table has shown yet, where the range alone does not say all."""
        if self.lowest[sum_] > 1 or self.highest[sum_] < self.k:
            return
        for value in range(1, self.k + 1):
            if self.met[sum_, value]:
                continue
            found = self._try(programme, atoms, watched, np.zeros(len(atoms)), (row, float(value - settled)))
            self.ruled_out[sum_, value] = not found and self.impossible


def find_ranges(printed: Printed, watch: Any, k: int, *, seconds: float) -> Ranges:
    """Ranges of the rows of `watch` (CSR, sums x atoms, 0/1). NoTable where the printed figures contradict one another.

    lowest and highest are sound: no table that agrees with what is printed lies outside (of an integer programme's bound: on the solver's
    word). They are exact where they say so. Time that runs out leaves wider ranges, never wrong ones.
    """
    # a withheld figure that tells nothing binds nothing
    binding = printed.shown | (printed.least > 0) | (printed.most < NO_END)
    rows = printed.rows[np.flatnonzero(binding)]
    search = _Search(rows, printed.least[binding], printed.most[binding], watch, k, time.monotonic() + seconds)
    search.run()
    lowest_exact = search.least_met <= search.lowest
    highest_exact = search.endless | (search.most_met >= search.highest)
    values = np.arange(k + 1)
    outside = (values < search.lowest[:, None]) | (values > search.highest[:, None])
    ruled_out = search.ruled_out | outside
    decided = lowest_exact & highest_exact & (search.met | ruled_out)[:, 1:].all(axis=1)
    # where the range itself rules out some of 1..k, the other values are nobody's question
    decided |= lowest_exact & highest_exact & outside[:, 1:].any(axis=1)
    return Ranges(search.lowest, search.highest, lowest_exact, highest_exact, search.met, ruled_out, decided)

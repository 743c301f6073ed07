"""Alternative tables a part at a time, by one solver that goes on from where it was.

A part is what hangs together (Ground.part). Its programme holds every figure that binds it; for one value of one sum after the other only two
bounds change, so that the dual simplex takes up from the table before, some ten times quicker than a programme of its own. The goal means
nothing, but without one most corners are no whole numbers. Each table answers for other sums on the way. Nothing outside of a part bears on
it, so a value for which the linear programme has no solution is impossible.

Parts have nothing in common: tables of different parts are laid together and admitted as one (evidence.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.disclosure.attack.evidence import Evidence
from analytics.disclosure.attack.programs import NEARLY_WHOLE, Ground, whole_parts
from analytics.disclosure.system import FloatArray, IntArray
from analytics.disclosure.targets import Targets, seen_bits

THREADS = 2
# free atoms of a part up to which a table of all of it costs less than many of small neighbourhoods
ATOMS = 3_000
# simplex iterations of one value, and values of a part between two looks at the clock
ITERATIONS = 20_000
A_TURN = 200
# shares of the open sums that a sweep pushes, each until one sweep fills fewer values than so many tables of one value would cost
SHARES = (0.3, 0.1)
FEW = 6
# goals that are tried in turn for values whose tables were not in whole numbers
GOALS = 6


def walk_parts(evidence: Evidence, ground: Ground, *, rng: np.random.Generator, deadline: float) -> tuple[IntArray, IntArray]:
    """Try every value that is missing in parts of moderate size. Returns the open rows that lie in these parts, and those of them of which
    a value was shown to be impossible."""
    parts = list(_cut(ground, evidence.open_rows))
    # the parts are told apart by numbers drawn before any is tried: which thread is first must not matter
    walks = [_Walk(evidence, ground, atoms, rows, seed) for (atoms, rows), seed in zip(parts, rng.spawn(len(parts)), strict=True)]
    truth = evidence.attack.truth
    with ThreadPoolExecutor(THREADS) as pool:
        left = walks
        while left and time.process_time() < deadline:
            found = list(pool.map(_Walk.turn, left))
            for together in zip_longest(*found):
                table = truth.copy()
                for walk, piece in zip(left, together, strict=True):
                    if piece is not None:
                        table[walk.atoms] = piece
                if not evidence.admit(table):
                    _admit_singly(evidence, left, together)
            left = [walk for walk in left if not walk.done]
    tried = np.concatenate([walk.rows for walk in walks]) if walks else np.zeros(0, dtype=np.int64)
    never = np.concatenate([walk.rows[walk.impossible] for walk in walks]) if walks else np.zeros(0, dtype=np.int64)
    return tried, never


def _admit_singly(evidence: Evidence, walks: list[_Walk], pieces: tuple[IntArray | None, ...]) -> None:
    for walk, piece in zip(walks, pieces, strict=True):
        if piece is not None:
            table = evidence.attack.truth.copy()
            table[walk.atoms] = piece
            evidence.admit(table)


def _cut(ground: Ground, rows: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
    """(free atoms, open rows) of each part that holds any of these rows; parts that one of the rows joins are one."""
    watch = ground.attack.watch[rows][:, np.flatnonzero(ground.free)]
    part = ground.part[ground.free]
    if not len(rows) or not len(part):
        return
    row = np.repeat(np.arange(len(rows)), np.diff(watch.indptr))
    n_parts = int(part.max()) + 1
    joins = sparse.csr_matrix((np.ones(len(row)), (row, part[watch.indices])), shape=(len(rows), n_parts))
    label = connected_components(sparse.bmat([[None, joins.T], [joins, None]], format="csr"), directed=False)[1]
    of_atom, of_row = label[part], label[n_parts:]
    free = np.flatnonzero(ground.free)
    for number in np.unique(of_row[np.diff(watch.indptr) > 0]):
        atoms = free[of_atom == number]
        if len(atoms) <= ATOMS:
            yield atoms, rows[of_row == number]


@dataclass
class _Ends:
    """Of one row the values that were shown to be impossible: all from `high` on, and all up to `low`."""

    low: float = -np.inf
    high: float = np.inf


@dataclass
class _Walk:
    """The search in one part. rows: its open rows of the attack; impossible: which of them some required value is ruled out for."""

    evidence: Evidence
    ground: Ground
    atoms: IntArray
    rows: IntArray
    rng: np.random.Generator
    done: bool = False
    _ends: list[_Ends] = field(default_factory=list)
    _broken: list[tuple[int, int]] = field(default_factory=list)
    _goals: int = 0
    _poor: int = 0

    def __post_init__(self) -> None:
        attack = self.evidence.attack
        demand = attack.demand
        self.impossible = np.zeros(len(self.rows), dtype=bool)
        self._ends = [_Ends() for _ in self.rows]
        mine = sparse.csr_matrix(attack.watch[self.rows][:, self.atoms])
        self._here = attack.truth[self.atoms]
        self._true = np.asarray(attack.watch[self.rows] @ attack.truth)
        self._rest = self._true - mine @ self._here
        self._demand = Targets(
            mine, demand.low[self.rows], demand.high[self.rows], demand.ends[self.rows], demand.wanted[self.rows]
        )
        self._missing = self.evidence.missing[self.rows]
        self._programme: _Programme | None = None
        order = [(i, bit) for i, bits in enumerate(self._missing) for bit in range(int(bits).bit_length()) if int(bits) >> bit & 1]
        self._order = [order[i] for i in self.rng.permutation(len(order))]

    def turn(self) -> list[IntArray]:
        """Try some of the values that are missing; the tables that were found."""
        programme = self._opened()
        found: list[IntArray] = []
        while self._poor < len(SHARES) and self._missing.any():
            found += self._sweep(programme, SHARES[self._poor])
        tried = 0
        while self._order and tried < A_TURN:
            i, bit = self._order.pop()
            if not int(self._missing[i]) >> bit & 1:
                continue
            low, high = self._asked(i, bit)
            ends = self._ends[i]
            if low >= ends.high or high <= ends.low:
                continue
            tried += 1
            possible, table = programme.reach(i, low - self._rest[i], high - self._rest[i])
            if possible is False:
                self.impossible[i] = True
                self._ends[i] = _Ends(ends.low, low) if low > self._true[i] else _Ends(high, ends.high)
            if table is None:
                if possible:
                    self._broken.append((i, bit))
                continue
            found.append(table)
            self._missing &= ~seen_bits(self._demand, np.asarray(self._demand.rows @ table) + self._rest)
        if not self._order:
            # another goal, another corner: most of the tables that were not in whole numbers have a neighbour that is
            self._order, self._broken, self._goals = self._broken, [], self._goals + 1
            programme.aim(self.rng)
        self.done = not self._order or self._goals == GOALS
        return found

    def _opened(self) -> _Programme:
        if self._programme is None:
            self._programme = _Programme(self.ground, self.atoms, self._demand.rows)
            self._programme.aim(self.rng)
        return self._programme

    def _sweep(self, programme: _Programme, share: float) -> list[IntArray]:
        """One table in which many sums of some share take a value that is missing, drawn for each: it may lie between the truth and that
        value, and is pushed there. The truth is always within, so that this never fails."""
        before = int(np.bitwise_count(self._missing).sum())
        rows = np.flatnonzero(self._missing)
        rows = rows[self.rng.random(len(rows)) < share]
        if not len(rows):
            self._poor += 1
            return []
        bits = self._missing[rows]
        width = int(bits.max()).bit_length()
        lots = np.where(
            (bits[:, None] >> np.arange(width, dtype=np.uint64)) & np.uint64(1), self.rng.random((len(rows), width)), -1.0
        )
        bit = lots.argmax(axis=1)
        demand = self._demand
        value = np.where(demand.ends[rows], np.where(bit == 1, demand.high[rows], demand.low[rows]), demand.low[rows] + bit)
        table = programme.push(rows, (self._true - self._rest)[rows], value - self._rest[rows], self.rng)
        if table is not None:
            self._missing &= ~seen_bits(demand, np.asarray(demand.rows @ table) + self._rest)
        self._poor += before - int(np.bitwise_count(self._missing).sum()) < FEW
        return [] if table is None else [table]

    def _asked(self, i: int, bit: int) -> tuple[float, float]:
        demand = self._demand
        if not demand.ends[i]:
            return float(demand.low[i] + bit), float(demand.low[i] + bit)
        return (float(demand.high[i]), np.inf) if bit else (-np.inf, float(demand.low[i]))


class _Programme:
    """The free atoms of a part under all that binds them, and the sums that are asked of, as one model. A sum of one atom is a column's
    bound."""

    def __init__(self, ground: Ground, atoms: IntArray, asked: Any) -> None:
        attack = ground.attack
        here = attack.truth[atoms]
        binding = sparse.csr_matrix(ground.binding[:, atoms])
        binding = binding[np.flatnonzero(np.diff(binding.indptr))]
        floors = np.unique(ground.watch_by_atom[:, atoms].indices)
        floors = floors[ground.lower_rows[floors]]
        under = sparse.csr_matrix(attack.watch[floors][:, atoms])
        least = attack.at_least[floors] - np.asarray(attack.watch[floors] @ attack.truth) + under @ here
        single = np.diff(under.indptr) == 1
        self._low, self._here = np.zeros(len(atoms)), here
        np.maximum.at(self._low, under[single].indices, least[single])
        under, least = under[~single], least[~single]
        # which column or row each sum that is asked of is
        self._of_column = np.diff(asked.indptr) == 1
        self._at = np.zeros(asked.shape[0], dtype=np.int64)
        self._at[self._of_column] = asked[self._of_column].indices
        longer = np.flatnonzero(~self._of_column)
        self._at[longer] = binding.shape[0] + under.shape[0] + np.arange(len(longer))
        matrix = sparse.vstack([binding, under, asked[longer]], format="csr").astype(np.float64)
        self._asks, self._binds = asked, sparse.vstack([binding, under], format="csr")
        sums = np.asarray(binding @ here, dtype=np.float64)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.zeros(len(atoms))
        model.col_lower_, model.col_upper_ = self._low, np.full(len(atoms), np.inf)
        model.row_lower_ = np.concatenate([sums, least, np.full(len(longer), -np.inf)])
        model.row_upper_ = np.concatenate([sums, np.full(len(least) + len(longer), np.inf)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.silent()
        for option, setting in (("threads", 1), ("presolve", "off"), ("simplex_iteration_limit", ITERATIONS)):
            self._solver.setOptionValue(option, setting)
        self._solver.passModel(model)

    def reach(self, i: int, low: float, high: float) -> tuple[bool | None, IntArray | None]:
        """Whether a sum can lie between these, in real numbers (None: not known), and a table of whole numbers in which it does."""
        at = int(self._at[i])
        if self._of_column[i]:
            if high < self._low[at]:
                return False, None
            self._solver.changeColBounds(at, max(low, self._low[at]), high)
        else:
            self._solver.changeRowBounds(at, low, high)
        self._solver.run()
        status = self._solver.getModelStatus()
        table = self._table() if status == highspy.HighsModelStatus.kOptimal else None
        if self._of_column[i]:
            self._solver.changeColBounds(at, self._low[at], np.inf)
        else:
            self._solver.changeRowBounds(at, -np.inf, np.inf)
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return False, None
        return (True if status == highspy.HighsModelStatus.kOptimal else None), table

    def push(self, some: IntArray, true: IntArray, value: IntArray, rng: np.random.Generator) -> IntArray | None:
        """A table of whole numbers in which each of some sums lies between its true value and another one, and as near to that as the rest
        allows; None where no more than the truth was found. Without goals and bounds of its own afterwards."""
        up = value > true
        least, most = np.minimum(true, value).astype(np.float64), np.maximum(true, value).astype(np.float64)
        n = len(self._low)
        weight = np.where(up, -1.0, 1.0) * (1.0 + rng.random(len(some)))
        self._solver.changeColsCost(n, np.arange(n, dtype=np.int32), self._asks[some].T @ weight)
        self._bind(some, least, most)
        self._solver.run()
        table = self._table(rounded=True) if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal else None
        self._bind(some, np.full(len(some), -np.inf), np.full(len(some), np.inf))
        self.aim(rng)
        return table

    def _bind(self, some: IntArray, least: FloatArray, most: FloatArray) -> None:
        column = self._of_column[some]
        at = self._at[some].astype(np.int32)
        self._solver.changeColsBounds(int(column.sum()), at[column], np.maximum(self._low[at[column]], least[column]), most[column])
        self._solver.changeRowsBounds(int((~column).sum()), at[~column], least[~column], most[~column])

    def aim(self, rng: np.random.Generator) -> None:
        """Another goal, drawn at random."""
        n = len(self._low)
        self._solver.changeColsCost(n, np.arange(n, dtype=np.int32), rng.random(n))

    def _table(self, *, rounded: bool = False) -> IntArray | None:
        """The solver's table, where it is in whole numbers. rounded: else without what moves with a fraction."""
        values: FloatArray = np.asarray(self._solver.getSolution().col_value)
        whole = np.rint(values)
        if np.abs(values - whole).max(initial=0.0) > NEARLY_WHOLE:
            if not rounded:
                return None
            whole = self._here + whole_parts(self._binds, values - self._here)
        return whole.astype(np.int64)

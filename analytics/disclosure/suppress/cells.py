"""Which cells to withhold: the small ones, and those that would give them away, at least loss.

Primary suppression withholds every small cell. Secondary suppression asks, for one value that an attacker could rule out, what
it costs to make it possible: a linear programme over the atoms around finds the cheapest change of the true table in which the
sensitive count takes that value, where moving a published cell costs that cell's weight. The published cells that move are the
ones to withhold (the subproblem of Fischetti and Salazar-Gonzalez, 2001, Management Science 47(7), in terms of atoms; costs are
re-weighted once so that few cells move rather than many a little).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.nesting import Silence
from analytics.disclosure.policy import Policy, Zeros
from analytics.disclosure.system import BoolArray, FloatArray, IntArray, PublicationSystem
from analytics.disclosure.targets import Targets, no_targets

# (largest cell crossed, atoms) of the neighbourhood in which a remedy is looked for
REACH = ((40, 60), (80, 200), (500, 900), (6_000, 4_000), (1 << 60, 1 << 60))
# withheld atoms of a cell too large to take in whole
PARTNERS = 4
MOVED = 1e-6
# shares of needs that are met side by side, and how many needs are worth sharing out
THREADS = 2
ENOUGH = 100


@dataclass(frozen=True)
class Need:
    """One value that must become possible: of a cell, of an atom, or of a target that was asked for; the other two are -1."""

    cell: int
    atom: int
    value: int
    target: int = -1

    @property
    def who(self) -> tuple[int, int, int]:
        return self.cell, self.atom, self.target


def primary(system: PublicationSystem, policy: Policy) -> BoolArray:
    """Visible cells when every small cell of the candidate is withheld and nothing else."""
    counts = system.cell_counts
    small = (counts >= policy.smallest_sensitive) & (counts < policy.threshold)
    return np.asarray(~small & (system.seen >= 0))


def loss(system: PublicationSystem, policy: Policy) -> FloatArray:
    """Loss of withholding each cell: its weight, more where it holds more incidents; infinite where it must not be withheld."""
    counts = system.cell_counts
    size = 0.5 + 0.5 * np.log2(1.0 + counts) / 5.0
    never = (system.seen == 1) | ((counts == 0) & (policy.zeros is Zeros.SHOWN))
    return np.asarray(np.where(never, np.inf, system.weight * size), dtype=np.float64)


@dataclass(frozen=True)
class _Remedy:
    """Cells to withhold, the change of the atoms that shows why, and what it costs."""

    rows: IntArray
    atoms: IntArray
    change: FloatArray
    price: float


class Suppressor:
    """Withholds more cells of one system, need by need. `visible` only ever loses cells."""

    def __init__(self, system: PublicationSystem, policy: Policy, visible: BoolArray, targets: Targets | None = None) -> None:
        self.system = system
        self._targets = targets if targets is not None else no_targets(system.n_atoms)
        self.silence = Silence(system) if policy.hidden_is_at_least else None
        self.visible = visible.copy()
        self._loss = loss(system, policy)
        if self.silence is not None:
            finite = np.isfinite(self._loss) & visible
            whole = self.silence.with_what_is_in_it(np.where(finite, self._loss, 0.0))
            self._loss = np.where(np.isfinite(self._loss), np.maximum(whole, self._loss), np.inf)
        self._columns = sparse.csc_matrix(system.incidence)
        self._counts = system.cell_counts
        self._says = policy.hidden_is_at_least
        self._size = np.diff(system.incidence.indptr)
        self._single = np.flatnonzero(self._size == 1)
        self._single_atom = system.incidence[self._single].indices
        self._rng = np.random.default_rng(policy.seed)
        self.unsaid: BoolArray | None = None
        self.withhold(np.zeros(0, dtype=np.int64))

    def withhold(self, rows: IntArray) -> None:
        """Withhold cells, and with them all that nothing is said of then."""
        self.visible[rows] = False
        quiet = np.zeros(self.system.n_cells, dtype=bool)
        if self.silence is not None:
            quiet = self.silence.unsaid(self.visible)
            self.visible &= ~quiet
        if self.unsaid is not None and np.array_equal(quiet, self.unsaid):
            # floors and zeros hang on what is unsaid alone: a 0 is withheld in no other way
            return
        self.unsaid = quiet
        # what is withheld and not unsaid is known not to be 0
        self._floor = np.where(self.system.seen == 0, np.where(quiet, 0, self._says), self.system.known_least)
        # a 0 that can never be withheld keeps its atoms at 0
        stuck = np.isinf(self._loss) & (self._counts == 0) & self.visible
        self._movable = np.asarray(self.system.incidence.T @ stuck.astype(np.int64)).ravel() == 0

    def meet(self, needs: list[Need], *, first: int = 0, last: int = len(REACH)) -> list[Need]:
        """Withhold what each need takes; returns the needs for which no remedy was found. first, last: the neighbourhoods tried.

        Many needs are shared out by wide areas and met side by side, each share as if the others withheld nothing. What is withheld is the
        union: that is never less safe, and the same whichever share ends first.
        """
        shares = self._shares(needs)
        if len(shares) == 1:
            return self._meet(needs, first, last)
        workers = []
        for rng in self._rng.spawn(len(shares)):
            worker = copy(self)
            worker.visible, worker._rng = self.visible.copy(), rng
            workers.append(worker)
        with ThreadPoolExecutor(len(shares)) as pool:
            unmet = list(pool.map(lambda one: one[0]._meet(one[1], first, last), zip(workers, shares, strict=True)))
        left = np.logical_and.reduce([worker.visible for worker in workers])
        self.withhold(np.flatnonzero(self.visible & ~left))
        return [need for some in unmet for need in some]

    def _shares(self, needs: list[Need]) -> list[list[Need]]:
        """The needs in as many shares as there are threads, whole wide areas together; one share where they are few."""
        wide = min((g for g in self.system.place_of_atom if g.max(initial=0) >= THREADS), key=lambda g: int(g.max()), default=None)
        if wide is None or len(needs) < ENOUGH:
            return [needs]
        # from 1; 0 for what lies in none
        area = np.array([wide[self.own_row(need)[0][0]] + 1 for need in needs], dtype=np.int64)
        held = np.bincount(area)
        share, full = np.zeros_like(held), np.zeros(THREADS, dtype=np.int64)
        for a in np.argsort(-held, kind="stable"):
            share[a] = int(np.argmin(full))
            full[share[a]] += held[a]
        return [[need for need, mine in zip(needs, share[area], strict=True) if mine == i] for i in range(THREADS)]

    def _meet(self, needs: list[Need], first: int, last: int) -> list[Need]:
        unmet = []
        wanted = _Wanted(self, needs)
        for i, need in enumerate(needs):
            if wanted.met[i]:
                continue
            if not any(self._remedy(need, width, wanted) for width in REACH[min(first, last - 1) : last]):
                unmet.append(need)
        return unmet

    def _remedy(self, need: Need, width: tuple[int, int], wanted: _Wanted) -> bool:
        own, by = self.own_row(need)
        atoms = self._around(own, *width)
        if not len(atoms):
            return False
        found = self._cheapest_here(need, own, by, atoms)
        if found is None:
            return False
        if self._size[found.rows].max(initial=0) > width[0]:
            # a figure of a whole town would go: perhaps withheld cells elsewhere in it can keep it
            wider = self._cheapest_here(need, own, by, self._with_partners(atoms, width[0]))
            if wider is not None and wider.price < found.price:
                found = wider
        self.withhold(found.rows)
        wanted.credit(found.atoms, found.change)
        return True

    def _cheapest_here(self, need: Need, own: IntArray, by: IntArray, atoms: IntArray) -> _Remedy | None:
        """The cheapest remedy that moves these atoms only, re-priced once so that few cells move rather than many a little."""
        local = sparse.csr_matrix(self._columns[:, atoms])
        rows = np.flatnonzero(np.diff(local.indptr))
        local = local[rows]
        place = np.searchsorted(atoms, own)
        inside = (place < len(atoms)) & (atoms[np.minimum(place, len(atoms) - 1)] == own)
        target = np.zeros(len(atoms))
        target[place[inside]] = by[inside]
        here = self.system.atom_counts[atoms]
        change = need.value - float(by @ self.system.atom_counts[own])
        soft = self.visible[rows]
        price = self._loss[rows]
        first = self._cheapest(local, rows, soft, price, target, here, change)
        if first is None:
            return None
        moved = np.abs(np.asarray(local @ first)) * soft
        if (moved > MOVED).sum() > 1:
            again = self._cheapest(
                local, rows, soft, np.where(np.isinf(price), price, price / (moved + 0.05)), target, here, change
            )
            if again is not None:
                other = np.abs(np.asarray(local @ again)) * soft
                if price[other > MOVED].sum() <= price[moved > MOVED].sum():
                    first, moved = again, other
        return _Remedy(rows[moved > MOVED], atoms, first, float(price[moved > MOVED].sum()))

    def _cheapest(self, local: Any, rows: IntArray, soft: BoolArray, price: FloatArray, target: FloatArray, here: IntArray,
                  change: float) -> FloatArray | None:  # fmt: skip
        """The cheapest real-valued change of the atoms with target @ change as asked; None where there is none.

        Columns: the changes, then what each soft row goes up, then down. Rows: the published and withheld rows, then the target.
        """
        n = len(here)
        counts = self._counts[rows].astype(np.float64)
        loose = np.flatnonzero(soft & ~np.isinf(price))
        floor = self._floor[rows]
        kept = np.flatnonzero(soft | (floor > 0))
        place = np.full(len(rows), -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        slack = sparse.csr_matrix((np.ones(len(loose)), (place[loose], np.arange(len(loose)))), shape=(len(kept), len(loose)))
        matrix = sparse.bmat([[local[kept], -slack, slack], [target[None, :], None, None]], format="csr", dtype=np.float64)
        row_lower = np.append(np.where(soft[kept], 0.0, floor[kept] - counts[kept]), change)
        row_upper = np.append(np.where(soft[kept], 0.0, np.inf), change)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.concatenate([np.zeros(n), np.tile(price[loose], 2)])
        model.col_lower_ = np.concatenate([-here.astype(np.float64), np.zeros(2 * len(loose))])
        far = 3.0 * abs(change) + 10.0
        down = np.maximum(counts[loose] - floor[loose], 0.0)
        model.col_upper_ = np.concatenate([np.full(n, far), np.full(len(loose), np.inf), down])
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        # a new solver each time: its clock and its time limit run on over all that it solves
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", 30.0)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(solver.getSolution().col_value)[:n]

    def widen(self, need: Need) -> bool:
        """Withhold the cheapest published cell that holds an atom of the need; False where none is left to withhold."""
        cells = np.unique(self._columns[:, self.own_row(need)[0]].indices)
        cells = cells[self.visible[cells] & np.isfinite(self._loss[cells])]
        if not len(cells):
            return False
        self.withhold(cells[[int(np.argmin(self._loss[cells]))]])
        return True

    def own_row(self, need: Need) -> tuple[IntArray, IntArray]:
        """The atoms of the need's sum and how often each counts in it."""
        if need.atom >= 0:
            return np.array([need.atom], dtype=np.int64), np.ones(1, dtype=np.int64)
        rows, row = (self.system.incidence, need.cell) if need.cell >= 0 else (self._targets.rows, need.target)
        span = slice(rows.indptr[row], rows.indptr[row + 1])
        return rows.indices[span].astype(np.int64), rows.data[span].astype(np.int64)

    def _around(self, own: IntArray, largest: int, at_most: int) -> IntArray:
        """Movable atoms near the need's own, ring by ring through cells of at most `largest` atoms."""
        inside = np.zeros(self.system.n_atoms, dtype=bool)
        self._rings(inside, own[self._movable[own]], largest, at_most)
        return np.flatnonzero(inside).astype(np.int64)

    def _rings(self, inside: BoolArray, front: IntArray, largest: int, at_most: int) -> None:
        inside[front] = True
        total = len(front)
        while len(front) and total < at_most:
            rows = np.unique(self._columns[:, front].indices)
            rows = rows[self._size[rows] <= largest]
            around = np.unique(self.system.incidence[rows].indices)
            front = around[self._movable[around] & ~inside[around]][: 2 * (at_most - total)]
            inside[front] = True
            total += len(front)

    def _with_partners(self, atoms: IntArray, largest: int) -> IntArray:
        """The atoms, and for each larger published cell over them some atoms of it that are withheld already, with what lies around these:
        without any of its other atoms a large figure cannot be kept, and all of them are too many."""
        inside = np.zeros(self.system.n_atoms, dtype=bool)
        inside[atoms] = True
        rows = np.unique(self._columns[:, atoms].indices)
        shown = np.zeros(self.system.n_atoms, dtype=bool)
        shown[self._single_atom[self.visible[self._single]]] = True
        partners = []
        for row in rows[(self._size[rows] > largest) & self.visible[rows]]:
            members = self._members(row)
            members = members[~shown[members] & self._movable[members] & ~inside[members]]
            partners.append(members if len(members) <= PARTNERS else self._rng.choice(members, PARTNERS, replace=False))
        front = np.unique(np.concatenate(partners)) if partners else np.zeros(0, dtype=np.int64)
        beside = np.unique(self._columns[:, front].indices)
        around = self.system.incidence[beside[self._size[beside] <= largest]].indices
        # of what lies around the partners only what is withheld too: nothing new is to be withheld out there
        inside[around[~shown[around] & self._movable[around]]] = True
        return np.flatnonzero(inside).astype(np.int64)

    def _members(self, row: int) -> IntArray:
        incidence = self.system.incidence
        return np.asarray(incidence.indices[incidence.indptr[row] : incidence.indptr[row + 1]])


class _Wanted:
    """The needs as rows over atoms, so that one change of the table can meet several of them."""

    def __init__(self, suppressor: Suppressor, needs: list[Need]) -> None:
        own = [suppressor.own_row(need) for need in needs]
        start = np.concatenate([[0], np.cumsum([len(o) for o, _ in own])]).astype(np.int64)
        atoms = np.concatenate([o for o, _ in own]) if own else np.zeros(0, dtype=np.int64)
        by = np.concatenate([b for _, b in own]).astype(np.float64) if own else np.zeros(0)
        rows = sparse.csr_matrix((by, atoms, start), shape=(len(needs), suppressor.system.n_atoms))
        self._by_atom = sparse.csc_matrix(rows)
        self._change = np.array([n.value for n in needs], dtype=np.float64) - rows @ suppressor.system.atom_counts
        self.met = np.zeros(len(needs), dtype=bool)

    def credit(self, atoms: IntArray, change: FloatArray) -> None:
        """Needs whose value the changed table takes; only whole changes count, for a table holds whole incidents."""
        if np.abs(change - np.rint(change)).max(initial=0.0) > MOVED:
            return
        moved = self._by_atom[:, atoms] @ np.rint(change)
        self.met |= (moved == self._change) & (self._change != 0)

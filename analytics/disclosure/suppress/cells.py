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

import numpy as np
from scipy import sparse

from analytics.disclosure.nesting import Silence
from analytics.disclosure.policy import Policy, Zeros
from analytics.disclosure.suppress.programmes import RemedyProgramme, Slice, Terms, entries_of, slice_of
from analytics.disclosure.system import BoolArray, FloatArray, IntArray, PublicationSystem
from analytics.disclosure.targets import Targets, no_targets

# (largest cell crossed, atoms) of the neighbourhood in which a remedy is looked for
REACH = ((40, 60), (80, 200), (500, 900), (6_000, 4_000), (1 << 60, 1 << 60))
# where even the smallest cell holds more atoms than this, a neighbourhood would end at the first cell: everything is one then
SMALLEST = 20
EVERYTHING = (1 << 60, 4_000)
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


@dataclass(frozen=True)
class _Hush:
    """For each cell the cell above it that is cheapest to withhold so that nothing is said of it, and its loss (-1 and infinite for none);
    movable: the atoms that no 0 would hold then."""

    cell: IntArray
    price: FloatArray
    movable: BoolArray


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
        wide = system.candidate.any() and self._size[system.candidate].min() > SMALLEST
        self._reach = (EVERYTHING,) * len(REACH) if wide else REACH
        self._single = np.flatnonzero(self._size == 1)
        self._single_atom = system.incidence[self._single].indices
        self._rng = np.random.default_rng(policy.seed)
        self.unsaid = np.zeros(system.n_cells, dtype=bool)
        self._know()
        self.withhold(np.flatnonzero(~visible))

    def withhold(self, rows: IntArray) -> None:
        """Withhold cells, and with them all that nothing is said of then."""
        self.visible[rows] = False
        if self.silence is None or not self.silence.holds_others[rows].any():
            return
        quiet = self.silence.unsaid(self.visible)
        self.visible &= ~quiet
        if not np.array_equal(quiet, self.unsaid):
            self.unsaid = quiet
            self._know()

    def _know(self) -> None:
        """What hangs on what is unsaid alone, since a 0 is withheld in no other way: floors, and which atoms can move."""
        # what is withheld and not unsaid is known not to be 0
        self._floor = np.where(self.system.seen == 0, np.where(self.unsaid, 0, self._says), self.system.known_least)
        # a 0 that can never be withheld keeps its atoms at 0, unless nothing is said of it
        stuck = np.isinf(self._loss) & (self._counts == 0) & self.visible
        self._movable = self._in_none(stuck)
        self._hush: _Hush | None = None

    def _quietly(self) -> _Hush:
        """What it would take to say nothing of a cell, worked out where it is needed."""
        if self._hush is None:
            cell, price = np.full(self.system.n_cells, -1, dtype=np.int64), np.full(self.system.n_cells, np.inf)
            if self.silence is not None:
                cell, price = self.silence.cheapest_above(np.where(self.visible, self._loss, np.inf))
            stuck = np.isinf(self._loss) & (self._counts == 0) & self.visible & np.isinf(price)
            self._hush = _Hush(cell, price, self._in_none(stuck))
        return self._hush

    def _in_none(self, rows: BoolArray) -> BoolArray:
        """Atoms that are in none of these rows."""
        return np.asarray(np.asarray(self.system.incidence.T @ rows.astype(np.int64)).ravel() == 0)

    def meet(self, needs: list[Need], *, first: int = 0, last: int = len(REACH), quiet: bool = False) -> list[Need]:
        """Withhold what each need takes; returns the needs for which no remedy was found. first, last: the neighbourhoods tried. quiet: where
        they hold no other remedy, one that says less of withheld cells and zeros.

        Many needs are shared out by wide areas and met side by side, each share as if the others withheld nothing. What is withheld is the
        union: that is never less safe, and the same whichever share ends first.
        """
        shares = self._shares(needs)
        if len(shares) == 1:
            return self._meet(needs, first, last, quiet)
        workers = []
        for rng in self._rng.spawn(len(shares)):
            worker = copy(self)
            worker.visible, worker._rng = self.visible.copy(), rng
            workers.append(worker)
        with ThreadPoolExecutor(len(shares)) as pool:
            unmet = list(pool.map(lambda one: one[0]._meet(one[1], first, last, quiet), zip(workers, shares, strict=True)))
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

    def _meet(self, needs: list[Need], first: int, last: int, quiet: bool) -> list[Need]:
        unmet = []
        wanted = _Wanted(self, needs)
        widths = self._reach[min(first, last - 1) : last]
        quiet = quiet and self.silence is not None
        for i, need in enumerate(needs):
            if wanted.met[i]:
                continue
            bound = self._is_bound(need)
            if not bound and any(self._remedy(need, width, wanted, False) for width in widths):
                continue
            if (bound or quiet) and any(self._remedy(need, width, wanted, True) for width in widths):
                continue
            unmet.append(need)
        return unmet

    def _is_bound(self, need: Need) -> bool:
        """Whether what is known of withheld cells in it alone keeps a cell above the value: nothing helps then but to say less of them."""
        if need.cell < 0 or need.value >= self._counts[need.cell]:
            return False
        own = self.own_row(need)[0]
        held, times = np.unique(entries_of(self._columns.indptr, self._columns.indices, own)[0], return_counts=True)
        inside = held[(times == self._size[held]) & (self._floor[held] > 0) & ~self.visible[held] & (held != need.cell)]
        taken = np.zeros(self.system.n_atoms, dtype=bool)
        least = 0
        for row in inside[np.argsort(self._size[inside], kind="stable")]:
            members = self._members(int(row))
            if not taken[members].any():
                taken[members] = True
                least += int(self._floor[row])
        return least > need.value

    def _remedy(self, need: Need, width: tuple[int, int], wanted: _Wanted, quiet: bool) -> bool:
        own, by = self.own_row(need)
        atoms = self._around(own, *width, quiet)
        if not len(atoms):
            return False
        found = self._cheapest_here(need, own, by, atoms, quiet)
        if found is None:
            return False
        if self._size[found.rows].max(initial=0) > width[0]:
            # a figure of a whole town would go: perhaps withheld cells elsewhere in it can keep it
            wider = self._cheapest_here(need, own, by, self._with_partners(atoms, width[0]), quiet)
            if wider is not None and wider.price < found.price:
                found = wider
        self.withhold(found.rows)
        wanted.credit(found.atoms, found.change)
        return True

    def _cheapest_here(self, need: Need, own: IntArray, by: IntArray, atoms: IntArray, quiet: bool = False) -> _Remedy | None:
        """The cheapest remedy that moves these atoms only, re-priced once so that few cells move rather than many a little.

        quiet: what is known of withheld cells and of zeros may be undone too, by withholding what they lie in.
        """
        part = slice_of(self._columns, atoms)
        rows = part.rows
        place = np.searchsorted(atoms, own)
        inside = (place < len(atoms)) & (atoms[np.minimum(place, len(atoms) - 1)] == own)
        target = np.zeros(len(atoms))
        target[place[inside]] = by[inside]
        asked = need.value - float(by @ self.system.atom_counts[own])
        shown, price = self.visible[rows], self._loss[rows]
        counts, floor = self._counts[rows].astype(np.float64), self._floor[rows].astype(np.float64)
        hush = self._quietly().price[rows] if quiet else np.full(len(rows), np.inf)
        stuck = shown & np.isinf(price) & (counts == 0)
        terms = Terms(
            equal=shown,
            up=np.where(shown, np.where(stuck, hush, price), np.inf),
            down=np.where(shown, price, np.where(floor > 0, hush, np.inf)),
            most_down=np.where(shown, np.maximum(counts - floor, 0.0), floor),
            room=np.where(~shown & (floor > 0), counts - floor, np.inf),
        )
        programme = RemedyProgramme(part, terms, self.system.atom_counts[atoms], target, asked)
        first = programme.solve()
        if first is None:
            return None
        moved = _moved(part, terms, first)
        loss = np.where(shown & ~stuck, price, hush)
        if (moved > MOVED).sum() > 1:
            by_move = 1.0 / (moved + 0.05)
            programme.price_anew(terms.up * by_move, terms.down * by_move)
            again = programme.solve()
            if again is not None:
                other = _moved(part, terms, again)
                if loss[other > MOVED].sum() <= loss[moved > MOVED].sum():
                    first, moved = again, other
        # what has no price does not move, but for a solver's last digits
        gone = (moved > MOVED) & np.isfinite(loss)
        own_loss = gone & shown & ~stuck
        withheld = rows[own_loss]
        if quiet:
            withheld = np.unique(np.concatenate([withheld, self._quietly().cell[rows[gone & ~own_loss]]]))
        return _Remedy(withheld, atoms, first, float(loss[gone].sum()))

    def widen(self, need: Need, how_many: int = 1) -> bool:
        """Withhold the cheapest published cells that hold an atom of the need, and where these are too few, of those that share an atom with
        them, ring by ring. False where none is left to withhold."""
        found = self._cells_around(need, how_many)
        self.withhold(found)
        return bool(len(found))

    def give_up(self, needs: list[Need]) -> int:
        """Withhold all that may be withheld of what hangs together with the needs; returns how many cells that are."""
        before = int(self.visible.sum())
        for need in needs:
            self.withhold(self._cells_around(need, self.system.n_cells))
        return before - int(self.visible.sum())

    def _cells_around(self, need: Need, how_many: int) -> IntArray:
        """Published cells that may be withheld, in rings around the need through all that may be or are; the cheapest of a ring first."""
        reached = np.zeros(self.system.n_cells, dtype=bool)
        atoms = self.own_row(need)[0]
        found: list[IntArray] = []
        while how_many > 0:
            ring = self._rows_of(atoms)
            ring = ring[~reached[ring] & np.isfinite(self._loss[ring])]
            if not len(ring):
                break
            reached[ring] = True
            shown = ring[self.visible[ring]]
            found.append(shown[np.argsort(self._loss[shown], kind="stable")][:how_many])
            how_many -= len(found[-1])
            atoms = self._atoms_of(ring)
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def own_row(self, need: Need) -> tuple[IntArray, IntArray]:
        """The atoms of the need's sum and how often each counts in it."""
        if need.atom >= 0:
            return np.array([need.atom], dtype=np.int64), np.ones(1, dtype=np.int64)
        rows, row = (self.system.incidence, need.cell) if need.cell >= 0 else (self._targets.rows, need.target)
        span = slice(rows.indptr[row], rows.indptr[row + 1])
        return rows.indices[span].astype(np.int64), rows.data[span].astype(np.int64)

    def _around(self, own: IntArray, largest: int, at_most: int, quiet: bool = False) -> IntArray:
        """Movable atoms near the need's own, ring by ring through cells of at most `largest` atoms."""
        inside = np.zeros(self.system.n_atoms, dtype=bool)
        movable = self._quietly().movable if quiet else self._movable
        front = own[movable[own]]
        inside[front] = True
        total = len(front)
        while len(front) and total < at_most:
            rows = self._rows_of(front)
            around = self._atoms_of(rows[self._size[rows] <= largest])
            front = around[movable[around] & ~inside[around]][: 2 * (at_most - total)]
            inside[front] = True
            total += len(front)
        return np.flatnonzero(inside).astype(np.int64)

    def _rows_of(self, atoms: IntArray) -> IntArray:
        """Rows that hold any of the atoms."""
        return np.unique(entries_of(self._columns.indptr, self._columns.indices, atoms)[0])

    def _atoms_of(self, rows: IntArray) -> IntArray:
        """Atoms that any of the rows holds."""
        incidence = self.system.incidence
        return np.unique(entries_of(incidence.indptr, incidence.indices, rows)[0])

    def _with_partners(self, atoms: IntArray, largest: int) -> IntArray:
        """The atoms, and for each larger published cell over them some atoms of it that are withheld already, with what lies around these:
        without any of its other atoms a large figure cannot be kept, and all of them are too many."""
        inside = np.zeros(self.system.n_atoms, dtype=bool)
        inside[atoms] = True
        rows = self._rows_of(atoms)
        shown = np.zeros(self.system.n_atoms, dtype=bool)
        shown[self._single_atom[self.visible[self._single]]] = True
        partners = []
        for row in rows[(self._size[rows] > largest) & self.visible[rows]]:
            members = self._members(row)
            members = members[~shown[members] & self._movable[members] & ~inside[members]]
            partners.append(members if len(members) <= PARTNERS else self._rng.choice(members, PARTNERS, replace=False))
        front = np.unique(np.concatenate(partners)) if partners else np.zeros(0, dtype=np.int64)
        beside = self._rows_of(front)
        around = self._atoms_of(beside[self._size[beside] <= largest])
        # of what lies around the partners only what is withheld too: nothing new is to be withheld out there
        inside[around[~shown[around] & self._movable[around]]] = True
        return np.flatnonzero(inside).astype(np.int64)

    def _members(self, row: int) -> IntArray:
        incidence = self.system.incidence
        return np.asarray(incidence.indices[incidence.indptr[row] : incidence.indptr[row + 1]])


def _moved(part: Slice, terms: Terms, change: FloatArray) -> FloatArray:
    """By how much each row of a slice moves that a remedy has to give up: shown ones at all, withheld ones below what is known of them."""
    by = part.matrix @ change
    return np.asarray(np.where(terms.equal, np.abs(by), np.maximum(-terms.room - by, 0.0)))


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

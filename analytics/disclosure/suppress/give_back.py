"""Showing again what is superfluous once the rest is fixed.

Cells are withheld one need after another, and what a later need took may be enough for an earlier one. So when an attack has certified the
result, every cell that is withheld to protect others is tried once, those worth most first: it is shown again where no sum of the layout
then gives anything away and each sensitive count around it can still reach the ends of what must remain possible. That is a proposal and no
more: what hangs together with it is attacked anew from nothing, and what does not pass is withheld again (repair.py).

It is for a release that is attacked by itself, as each block of small areas is. Beside its past a pattern that stays gives less away than one
that changes, and the attack anew would take longer than the release.

What a key asks of the sums is kept: a cell that it had withheld beyond need stays so. Work is counted in programmes, never in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.nesting import Silence
from analytics.disclosure.policy import Policy, Zeros
from analytics.disclosure.suppress.cells import MOVED, primary
from analytics.disclosure.suppress.choice import Choice
from analytics.disclosure.suppress.equations import Sums
from analytics.disclosure.suppress.programmes import ITERATIONS, slice_of
from analytics.disclosure.system import BoolArray, FloatArray, IntArray, PublicationSystem

# programmes of one part: what is not tried by then stays withheld. Of a part, so that an area run by itself gives what it gave in the whole
PROGRAMMES = 2_000
# sensitive counts up to which the pass is worth a further attack; of the largest systems nothing is tried
COUNTS = 8_000
# atoms of a part that is taken whole; of a larger one only what lies around the cell, and a cell around which more lies stays withheld
WHOLE = 3_000
# programmes of a part that is not taken whole, over all the cells that are tried in it
AROUND = 20_000
# cells that are crossed to find what is near have at most so many atoms; in a part that is not small the counts so near to a cell are tried
MODERATE = 60
RINGS = 2
SMALL = 150
# possible tables of a part that are kept to answer for other counts and other cells
KEPT = 4_000


class _Part:
    """Atoms that hang together, the rows over them, and what must remain possible there, in one solver: from one question to the next only
    bounds change, so that it goes on from where it was.

    columns: CSC of the system's rows x atoms. watch: the counts that must stay unknown x atoms (CSR); shift: by how much each must be able
    to move down and up.
    """

    def __init__(self, atoms: IntArray, columns: Any, here: IntArray, watch: Any, shift: IntArray) -> None:
        self.atoms, self.slice = atoms, slice_of(columns, atoms)
        self.watch, self.shift = watch, shift
        self.programmes = 0
        self._tables = _Tables()
        held = len(self.slice.rows)
        matrix = sparse.vstack([self.slice.matrix, watch], format="csr").astype(np.float64)
        # what each atom goes up by, then what it goes down by: the least change in all is asked for, which touches little else
        matrix = sparse.hstack([matrix, -matrix], format="csr")
        n = len(atoms)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = 1.0 + 0.01 * np.random.default_rng(n).random(2 * n)
        model.col_lower_, model.col_upper_ = np.zeros(2 * n), np.concatenate([np.full(n, np.inf), here.astype(np.float64)])
        model.row_lower_, model.row_upper_ = np.full(matrix.shape[0], -np.inf), np.full(matrix.shape[0], np.inf)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        self._first_watch = held
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.silent()
        for option, setting in (("threads", 1), ("presolve", "off"), ("simplex_iteration_limit", ITERATIONS)):
            self._solver.setOptionValue(option, setting)
        self._solver.passModel(model)

    def bind(self, least: FloatArray, most: FloatArray) -> None:
        """How far each row may go below and above its sum."""
        rows = np.arange(self._first_watch, dtype=np.int32)
        self._solver.changeRowsBounds(len(rows), rows, least, most)
        self._tables.bind(least, most)

    def can_move(self, target: int, by: int) -> bool:
        """Whether a count can move so far, in real numbers, and nobody sees it."""
        self.programmes += 1
        row = self._first_watch + target
        self._solver.changeRowBounds(row, float(by), float(by))
        self._solver.run()
        found = bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
        if found:
            up, down = np.split(np.asarray(self._solver.getSolution().col_value), 2)
            change = up - down
            whole = np.rint(change)
            if np.abs(change - whole).max(initial=0.0) < MOVED:
                self._tables.keep(np.asarray(self.slice.matrix @ whole), np.asarray(self.watch @ whole))
        self._solver.changeRowBounds(row, -np.inf, np.inf)
        return found

    def was_moved(self, target: int, by: int) -> bool:
        """Whether a table that is kept moves it so far."""
        return self._tables.moves(target, by)

    def over(self, atoms: BoolArray) -> IntArray:
        """The counts that hold any of these."""
        return np.flatnonzero(np.asarray(self.watch @ atoms[self.atoms].astype(np.int64)).ravel())


class _Tables:
    """Changes of the atoms of a part, each by what it does to the rows and to the counts that must stay unknown. None is forgotten: what a
    cell that is tried forbids may hold for the next."""

    def __init__(self) -> None:
        self._row: list[IntArray] = []
        self._by: list[FloatArray] = []
        self._moves: dict[tuple[int, int], list[int]] = {}
        self._holds = np.zeros(0, dtype=bool)

    def bind(self, least: FloatArray, most: FloatArray) -> None:
        """Which of them nobody can see, where rows may go so far below and above."""
        self._holds = np.ones(len(self._row), dtype=bool)
        if self._row:
            row, by = np.concatenate(self._row), np.concatenate(self._by)
            table = np.repeat(np.arange(len(self._row)), [len(r) for r in self._row])
            self._holds[table[(by < least[row]) | (by > most[row])]] = False

    def keep(self, of_rows: FloatArray, of_counts: FloatArray) -> None:
        """One that nobody can see as things are bound."""
        if len(self._row) == KEPT:
            return
        row = np.flatnonzero(of_rows)
        for count in np.flatnonzero(of_counts):
            self._moves.setdefault((int(count), int(of_counts[count])), []).append(len(self._row))
        self._row.append(row)
        self._by.append(of_rows[row])
        self._holds = np.append(self._holds, True)

    def moves(self, count: int, by: int) -> bool:
        return any(self._holds[table] for table in self._moves.get((count, by), ()))


@dataclass(frozen=True)
class Held:
    """What the attack holds of a layout, told by who knows it (repair.py): this module shares no code with it.

    part: for each atom the number of those that hang together with it, -1 for atoms that cannot move. watch: counts that must stay
    unknown x atoms (CSR); shift: (counts x 2) by how much each must be able to move down and up.
    """

    part: IntArray
    watch: Any
    shift: IntArray


class GivingBack:
    """What is visible of a system, with cells shown again one by one. `given` are those."""

    def __init__(
        self,
        system: PublicationSystem,
        policy: Policy,
        visible: BoolArray,
        price: FloatArray,
        held: Held,
        choice: Choice | None = None,
    ) -> None:
        self.system, self._policy = system, policy
        self.visible = visible.copy()
        self.given: list[IntArray] = []
        self._price = price
        self._counts = system.cell_counts
        self._silence = Silence(system) if policy.hidden_is_at_least else None
        self._unsaid = self._quiet(visible)
        self._columns = sparse.csc_matrix(system.incidence)
        self._size = np.diff(system.incidence.indptr)
        self._sums = Sums(system, policy.required[1], None if choice is None else choice.room)
        self._part, self._watch, self._shift = held.part, held.watch, held.shift
        self._parts: dict[tuple[int, ...], _Part] = {}
        self._spent: dict[tuple[int, ...], int] = {}

    def give(self, among: BoolArray) -> int:
        """Try each of these cells that is withheld to protect others; returns how many are shown again."""
        order = np.flatnonzero(among & withheld_for_others(self.system, self._policy, self.visible, self._price))
        for cell in order[np.argsort(-self._price[order], kind="stable")]:
            shown = self._with(int(cell))
            if shown is not None and self._stands(int(cell), shown):
                self.given.append(np.flatnonzero(shown & ~self.visible))
                self.visible, self._unsaid = shown, self._quiet(shown)
        return len(self.given)

    @property
    def anew(self) -> BoolArray:
        """The atoms that hang together with what was given back. Of all others every table that was possible before still is: put these
        back to the truth in it, and no figure and no floor is broken, since none binds atoms of two parts."""
        own = (
            self._part[np.unique(self.system.incidence[np.concatenate(self.given)].indices)]
            if self.given
            else np.zeros(0, dtype=np.int64)
        )
        return np.isin(self._part, own[own >= 0])

    def take_back(self, atoms: IntArray, *, near: bool) -> int:
        """Withhold again what was given back around some atoms, or (near=False) in all that hangs together with them; returns how many."""
        around = self._around(atoms) if near else np.isin(self._part, self._part[atoms])
        held = np.asarray(self.system.incidence @ around.astype(np.int64)).ravel() > 0
        back = [cells for cells in self.given if held[cells].any()]
        self.given = [cells for cells in self.given if not held[cells].any()]
        for cells in back:
            self.visible[cells] = False
        self.visible &= ~self._quiet(self.visible)
        self._unsaid = self._quiet(self.visible)
        return len(back)

    def _quiet(self, visible: BoolArray) -> BoolArray:
        return self._silence.unsaid(visible) if self._silence is not None else np.zeros(self.system.n_cells, dtype=bool)

    def _with(self, cell: int) -> BoolArray | None:
        """What is visible with the cell shown too, and with every 0 of which something would be said then. None where nothing may be said
        of it."""
        if self._unsaid[cell]:
            return None
        shown = self.visible.copy()
        shown[cell] = True
        while self._policy.zeros is Zeros.SHOWN:
            zeros = self.system.candidate & ~shown & ~self._quiet(shown) & (self._counts == 0)
            if not zeros.any():
                break
            shown |= zeros
        return shown

    def _stands(self, cell: int, shown: BoolArray) -> bool:
        """Whether the sums of the layout and the counts around it bear that these cells are visible."""
        new = np.flatnonzero(shown & ~self.visible)
        if self._sums.give_away(new, shown):
            return False
        own = np.unique(self.system.incidence[new].indices)
        key = self._hangs_together(own)
        if not key:
            return True
        atoms = np.flatnonzero(np.isin(self._part, key))
        around = len(atoms) > WHOLE
        if around:
            atoms = np.flatnonzero(self._around(own) & (self._part >= 0))
            if len(atoms) > WHOLE or self._spent.get(key, 0) >= AROUND:
                return False
            part = self._cut(atoms)
        else:
            part = self._parts.get(key) or self._parts.setdefault(key, self._cut(atoms))
        unsaid = self._quiet(shown) if len(new) > 1 or self._silence is None or self._silence.holds_others[cell] else self._unsaid
        part.bind(*self._bounds(part.slice.rows, shown, unsaid))
        stands = all(
            part.was_moved(target, by) or (part.programmes < PROGRAMMES and part.can_move(target, by))
            for target, by in self._asked(part, own)
        )
        if around:
            self._spent[key] = self._spent.get(key, 0) + part.programmes
        return stands

    def _hangs_together(self, own: IntArray) -> tuple[int, ...]:
        """The parts that can bear on these atoms; none where none of them can move."""
        return tuple(int(number) for number in np.unique(self._part[own]) if number >= 0)

    def _cut(self, atoms: IntArray) -> _Part:
        watch = sparse.csr_matrix(self._watch[:, atoms])
        inside = np.flatnonzero(np.diff(watch.indptr))
        return _Part(atoms, self._columns, self.system.atom_counts[atoms], watch[inside], self._shift[inside])

    def _bounds(self, rows: IntArray, shown: BoolArray, unsaid: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Nothing that is shown moves, and nothing that is withheld goes below what is known of it."""
        system = self.system
        still = shown[rows] | (system.seen[rows] >= 1)
        known = np.where(
            system.seen[rows] == 0, np.where(unsaid[rows], 0, self._policy.hidden_is_at_least), system.known_least[rows]
        )
        least = np.where(known > 0, known - self._counts[rows], -np.inf)
        return np.where(still, 0.0, least), np.where(still, 0.0, np.inf)

    def _asked(self, part: _Part, own: IntArray) -> Iterator[tuple[int, int]]:
        """The ends that must be reached, the nearest first: (count of the part, by how much it must move)."""
        ring = np.zeros(self.system.n_atoms, dtype=bool)
        ring[own] = True
        done = np.zeros(len(part.shift), dtype=bool)
        for turn in range(RINGS + 1 + (len(part.atoms) <= SMALL)):
            found = part.over(ring) if turn <= RINGS else np.arange(len(part.shift))
            for target in found[~done[found]]:
                done[target] = True
                yield from ((int(target), int(by)) for by in part.shift[target] if by)
            ring = self._around(np.flatnonzero(ring), rings=1)

    def _around(self, atoms: IntArray, rings: int = RINGS) -> BoolArray:
        """Atoms that are reached through cells of moderate size."""
        inside = np.zeros(self.system.n_atoms, dtype=bool)
        inside[atoms] = True
        rows = self.system.incidence
        for _ in range(rings):
            touched = (np.asarray(rows @ inside.astype(np.int64)).ravel() > 0) & (self._size <= MODERATE)
            inside |= np.asarray(rows.T @ touched.astype(np.int64)).ravel() > 0
        return inside


def withheld_for_others(system: PublicationSystem, policy: Policy, visible: BoolArray, price: FloatArray) -> BoolArray:
    """The cells that are withheld to protect others: not small, no 0, and such that may be withheld for that at all."""
    large = primary(system, policy) & (system.cell_counts > 0)
    return np.asarray(system.candidate & ~visible & large & np.isfinite(price))

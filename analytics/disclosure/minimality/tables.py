"""Possible tables for guesses: what an attacker who knows all that is printed can put in place of the true counts.

A guess draws small counts anew, and the possible table nearest to that is found. Then one count is set to each of its values in turn, and the
rest follows as little as it can. So the tables of one guess differ in that count and in little else.
"""

from __future__ import annotations

import math

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.attack.evidence import Evidence, lay_out_attack
from analytics.disclosure.attack.programs import neighbourhood, prepare_ground
from analytics.disclosure.nesting import unsaid_cells
from analytics.disclosure.policy import Policy
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem

# the most atoms that a guess moves: around the count in question, where the part has more
ATOMS_AT_MOST = 1_500
# the largest share of the small counts that one step draws anew; the smallest is a single one
ANEW = 0.6
SECONDS_A_TABLE = 5.0
# any possible table that is nearly as near will do
NEAR_ENOUGH = 0.2


class Guesses:
    """Possible tables of one part, around one withheld cell. Every table is checked in whole numbers against all that is public."""

    def __init__(self, system: PublicationSystem, visible: BoolArray, policy: Policy, cell: int,
                 rng: np.random.Generator) -> None:  # fmt: skip
        attack = lay_out_attack(
            system, visible, threshold=policy.threshold, required=policy.required, smallest_sensitive=policy.smallest_sensitive,
            hidden_is_at_least=policy.hidden_is_at_least, protect_implied=False, unsaid=unsaid_cells(system, visible, policy),
        )  # fmt: skip
        self._evidence, self._threshold, self._truth = Evidence(attack), policy.threshold, system.atom_counts
        row = int(np.flatnonzero(attack.cell == cell)[0])
        ground = prepare_ground(attack)
        atoms = np.flatnonzero(ground.free)
        if len(atoms) > ATOMS_AT_MOST:
            atoms = neighbourhood(ground, row, largest_row=1 << 60, atoms_at_most=ATOMS_AT_MOST)
        self._atoms = atoms
        bound = np.flatnonzero(attack.at_least > 0)
        bound = np.append(bound[bound != row], row)
        every = sparse.vstack([attack.published, attack.watch[bound]], format="csr")
        kept = np.flatnonzero(np.diff(sparse.csr_matrix(every[:, atoms]).indptr) > 0)
        self._rows = sparse.csr_matrix(every[kept])
        self._moves = sparse.csr_matrix(self._rows[:, atoms], dtype=np.float64)
        free = np.full(len(bound), highspy.kHighsInf)
        self._low = np.concatenate([attack.figures, attack.at_least[bound]])[kept].astype(np.float64)
        self._high = np.concatenate([attack.figures.astype(np.float64), free])[kept]

        # what it costs to move each atom by one
        self._distance = rng.exponential(size=len(atoms)) + 0.1
        here = self._truth[atoms]
        # the last guess, and the possible table nearest to it
        self._last: tuple[IntArray, IntArray | None] | None = None
        self._small = np.flatnonzero((here >= 1) & (here < policy.threshold))

    @property
    def truth(self) -> IntArray:
        """The guess that is right: the true counts of the atoms that may move."""
        return self._truth[self._atoms]

    def other(self, guess: IntArray, rng: np.random.Generator) -> IntArray:
        """The guess with some of its small counts drawn anew from 1 to k - 1. The step back is as likely as the step there."""
        found, n = guess.copy(), len(self._small)
        if n:
            share = math.exp(rng.uniform(math.log(min(1.0 / n, ANEW)), math.log(ANEW)))
            anew = rng.choice(self._small, max(1, round(share * n)), replace=False)
            found[anew] = rng.integers(1, self._threshold, size=len(anew))
        return found

    def table(self, guess: IntArray, value: int) -> IntArray | None:
        """The possible table nearest to the guess in which the cell has this value; None where the solver found none in its time."""
        if self._last is None or not np.array_equal(guess, self._last[0]):
            near = self._truth.copy()
            near[self._atoms] = guess
            self._last = guess, self._nearest(near, None)
        free = self._last[1]
        return None if free is None else self._nearest(free, value)

    def _nearest(self, base: IntArray, value: int | None) -> IntArray | None:
        """Columns: what each atom goes up, then down. The cell's own row is the last."""
        low, high = self._low.copy(), self._high.copy()
        if value is not None:
            low[-1] = high[-1] = value
        now = np.asarray(self._rows @ base)
        here, n = base[self._atoms], len(self._atoms)
        matrix = sparse.hstack([self._moves, -self._moves], format="csr")
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.tile(self._distance, 2)
        model.col_lower_ = np.zeros(2 * n)
        model.col_upper_ = np.concatenate([np.full(n, highspy.kHighsInf), here.astype(np.float64)])
        model.row_lower_, model.row_upper_ = low - now, high - now
        model.integrality_ = [highspy.HighsVarType.kInteger] * (2 * n)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        for option, setting in (("threads", 1), ("time_limit", SECONDS_A_TABLE), ("mip_rel_gap", NEAR_ENOUGH)):
            solver.setOptionValue(option, setting)
        solver.passModel(model)
        solver.run()
        solution = solver.getSolution()
        if not solution.value_valid:
            return None
        moved = np.rint(np.asarray(solution.col_value)).astype(np.int64)
        table = base.copy()
        table[self._atoms] += moved[:n] - moved[n:]
        return table if self._evidence.admit(table) else None

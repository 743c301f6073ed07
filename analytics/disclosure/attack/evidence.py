"""The trusted part of the audit: what the attacker knows, and the exact check of every alternative table.

Nothing here solves anything. An alternative table, wherever it came from, counts only after it was checked in whole numbers
against every published figure; so a defect or a rounding error of a solver can cost a certificate, never forge one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from analytics.disclosure.system import BY_CONSTRUCTION, BoolArray, IntArray, PublicationSystem
from analytics.disclosure.targets import BitArray, Targets, every_value, join, no_targets, seen_bits
from core.errors import InternalError

# what an attacker knows of a sum for which nothing better is known: no count comes near it
NOTHING_KNOWN = -(1 << 40)


@dataclass(frozen=True)
class Attack:
    """What an attacker knows, and what must stay hidden from them.

    Rows of `watch` are withheld cells, then small implied atoms, then the targets that were asked for beside them.

    published, figures: matrix and values of every published cell, of every release; the attacker knows published @ x = figures.
    watch, at_least: rows that are not published; the attacker knows watch @ x >= at_least.
    demand: what must remain possible for each row of watch; nothing is wanted of a row that is not sensitive.
    cell: the row's index in the system's cells, -1 for other rows; atom: the atom of an implied row, else -1; extra: the row's index
    in the list of targets asked for, else -1.
    truth: the true atoms, themselves one possible table.
    exposed: indices of cells that are small and yet published: lost before any attack.
    required: every value from required[0] to required[1] must remain possible for every small cell and atom.
    """

    published: Any
    figures: IntArray
    watch: Any
    at_least: IntArray
    demand: Targets
    cell: IntArray
    atom: IntArray
    extra: IntArray
    truth: IntArray
    exposed: IntArray
    required: tuple[int, int]

    @property
    def target(self) -> BoolArray:
        """Which rows of watch are sensitive."""
        return np.asarray(self.demand.wanted != 0)


def lay_out_attack(
    system: PublicationSystem,
    visible: BoolArray,
    *,
    threshold: int,
    required: tuple[int, int],
    smallest_sensitive: int = 1,
    hidden_is_at_least: int = 0,
    unsaid: BoolArray | None = None,
    protect_implied: bool = True,
    protect_small: bool = True,
    targets: Targets | None = None,
    least: IntArray | None = None,
) -> Attack:
    """State the attack on a publication in which exactly the cells of `visible` show their count.

    A cell that an earlier release showed cannot be hidden again, whatever `visible` says. targets: sums of atoms that are attacked too,
    each with its own requirement; hidden_is_at_least: what the symbol of a withheld cell of the candidate says; unsaid: cells of the
    candidate of which nothing is said, so that nobody knows them to be more than 0 (of earlier releases the system knows it); least: for
    each cell the least count that is possible by what was public before, below which nothing is required any more; protect_small: False
    leaves them as the only targets (a comparison with other rules asks for that).
    """
    if len(visible) != system.n_cells:
        raise InternalError("audit: the list of visible cells has the wrong length")
    targets = targets if targets is not None else no_targets(system.n_atoms)
    if targets.rows.shape[1] != system.n_atoms:
        raise InternalError("audit: the targets are over other atoms than the system's")
    shown = (visible & (system.seen >= 0)) | (system.seen >= 1)
    counts = system.cell_counts
    small = (counts >= smallest_sensitive) & (counts < threshold) & (system.seen < BY_CONSTRUCTION)
    hidden = np.flatnonzero(~shown).astype(np.int64)
    quiet = np.zeros(system.n_cells, dtype=bool) if unsaid is None else unsaid
    said = np.where(system.seen == 0, np.where(quiet, 0, hidden_is_at_least), system.known_least)
    implied = _small_atoms_without_cell(system, threshold) if protect_implied else np.zeros(0, dtype=np.int64)
    small_rows = np.concatenate([small[hidden], np.ones(len(implied), dtype=bool)]) & protect_small
    own = sparse.vstack(
        [system.incidence[hidden], sparse.identity(system.n_atoms, dtype=np.int64, format="csr")[implied]], format="csr"
    )
    low = np.full(len(small_rows), required[0], dtype=np.int64)
    ordinary = every_value(own, low, np.full(len(small_rows), required[1], dtype=np.int64))
    wanted = np.where(small_rows, ordinary.wanted, np.uint64(0))
    if least is not None:
        gone = np.clip(least[hidden] - required[0], 0, required[1] - required[0]).astype(np.uint64)
        wanted[: len(hidden)] &= ~((np.uint64(1) << gone) - np.uint64(1))
    demand = join([replace(ordinary, wanted=wanted), targets])
    none, more = np.full(len(hidden), -1, dtype=np.int64), np.full(len(targets), -1, dtype=np.int64)
    signed = np.asarray(targets.rows.min(axis=1).todense()).ravel() < 0 if len(targets) else np.zeros(0, dtype=bool)
    return Attack(
        published=sparse.csr_matrix(system.incidence[shown]),
        figures=counts[shown],
        watch=demand.rows,
        at_least=np.concatenate([said[hidden], np.zeros(len(implied)), np.where(signed, NOTHING_KNOWN, 0)]).astype(np.int64),
        demand=demand,
        cell=np.concatenate([hidden, np.full(len(implied), -1, dtype=np.int64), more]),
        atom=np.concatenate([none, implied, more]),
        extra=np.concatenate([none, np.full(len(implied), -1, dtype=np.int64), np.arange(len(targets))]),
        truth=system.atom_counts.copy(),
        exposed=np.flatnonzero(small & shown & protect_small).astype(np.int64),
        required=required,
    )


def _small_atoms_without_cell(system: PublicationSystem, threshold: int) -> IntArray:
    """Atoms of 1..k-1 that are no published cell of their own: slivers and remainders."""
    small = (system.atom_counts >= 1) & (system.atom_counts < threshold)
    single = np.diff(system.incidence.indptr) == 1
    has_cell = np.zeros(system.n_atoms, dtype=bool)
    has_cell[system.incidence[single].indices] = True
    return np.flatnonzero(small & ~has_cell).astype(np.int64)


class Evidence:
    """Which values of each watched row have been shown possible, in the bits of its requirement (Targets.wanted)."""

    def __init__(self, attack: Attack) -> None:
        self.attack = attack
        self.covered: BitArray = np.zeros(attack.watch.shape[0], dtype=np.uint64)
        self.tables = 0
        if not self.admit(attack.truth):
            raise InternalError("audit: the true counts do not agree with what is to be published")

    def admit(self, table: IntArray) -> bool:
        """Check one alternative table exactly; note its values where it holds. False (and nothing noted) where it does not."""
        if table.dtype != np.int64 or table.shape != self.attack.truth.shape:
            raise InternalError("audit: an alternative table must be int64 and one value an atom")
        if table.size and table.min() < 0:
            return False
        if not np.array_equal(self.attack.published @ table, self.attack.figures):
            return False
        values = np.asarray(self.attack.watch @ table)
        if not np.all(values >= self.attack.at_least):
            return False
        self.note(values)
        self.tables += 1
        return True

    def note(self, values: IntArray) -> None:
        self.covered |= seen_bits(self.attack.demand, values)

    @property
    def missing(self) -> BitArray:
        """What is required of each watched row and was not shown possible yet; 0 for rows that are no target."""
        return np.asarray(self.attack.demand.wanted & ~self.covered, dtype=np.uint64)

    @property
    def open_rows(self) -> IntArray:
        return np.flatnonzero(self.missing).astype(np.int64)

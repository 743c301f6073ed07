"""The trusted part of the audit: what the attacker knows, and the exact check of every alternative table.

Nothing here solves anything. An alternative table, wherever it came from, counts only after it was checked in whole numbers
against every published figure; so a defect or a rounding error of a solver can cost a certificate, never forge one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from core.errors import InternalError

BitArray = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Attack:
    """What an attacker knows, and what must stay hidden from them. Rows of `watch` are withheld cells, then small implied cells.

    published, figures: matrix and values of every published cell, of every release; the attacker knows published @ x = figures.
    watch, at_least: rows that are not published; the attacker knows watch @ x >= at_least.
    target: which rows of watch are sensitive; cell: the row's index in the system's cells, -1 for an implied cell.
    truth: the true atoms, themselves one possible table.
    exposed: indices of cells that are small and yet published: lost before any attack.
    required: every value from required[0] to required[1] must remain possible for every target.
    """

    published: Any
    figures: IntArray
    watch: Any
    at_least: IntArray
    target: BoolArray
    cell: IntArray
    truth: IntArray
    exposed: IntArray
    required: tuple[int, int]

    @property
    def required_bits(self) -> int:
        low, high = self.required
        return ((1 << (high + 1)) - 1) & ~((1 << low) - 1)


def lay_out_attack(
    system: PublicationSystem,
    visible: BoolArray,
    *,
    threshold: int,
    required: tuple[int, int],
    smallest_sensitive: int = 1,
    hidden_is_at_least: int = 0,
    protect_implied: bool = True,
) -> Attack:
    """State the attack on a publication in which exactly the cells of `visible` show their count.

    A cell that an earlier release showed cannot be hidden again, whatever `visible` says.
    """
    if len(visible) != system.n_cells:
        raise InternalError("audit: the list of visible cells has the wrong length")
    shown = (visible & (system.seen >= 0)) | (system.seen == 1)
    counts = system.cell_counts
    small = (counts >= smallest_sensitive) & (counts < threshold)
    hidden = np.flatnonzero(~shown)
    watch = system.incidence[hidden]
    target = small[hidden]
    cell = hidden.astype(np.int64)
    at_least = np.full(len(hidden), hidden_is_at_least, dtype=np.int64)
    if protect_implied:
        implied = _small_atoms_without_cell(system, threshold)
        watch = sparse.vstack([watch, sparse.identity(system.n_atoms, dtype=np.int64, format="csr")[implied]], format="csr")
        target = np.concatenate([target, np.ones(len(implied), dtype=bool)])
        cell = np.concatenate([cell, np.full(len(implied), -1, dtype=np.int64)])
        at_least = np.concatenate([at_least, np.zeros(len(implied), dtype=np.int64)])
    return Attack(
        published=sparse.csr_matrix(system.incidence[shown]),
        figures=counts[shown],
        watch=sparse.csr_matrix(watch),
        at_least=at_least,
        target=target,
        cell=cell,
        truth=system.atom_counts.copy(),
        exposed=np.flatnonzero(small & shown).astype(np.int64),
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
    """Which values of each watched row have been shown possible, as bit v of an unsigned 64-bit number."""

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
        inside = values <= self.attack.required[1]
        self.covered[inside] |= np.uint64(1) << values[inside].astype(np.uint64)

    @property
    def missing(self) -> BitArray:
        """Required values of each watched row that nothing has shown possible yet; 0 for rows that are no target."""
        bits = np.uint64(self.attack.required_bits)
        return np.asarray(np.where(self.attack.target, bits & ~self.covered, np.uint64(0)), dtype=np.uint64)

    @property
    def open_rows(self) -> IntArray:
        return np.flatnonzero(self.missing).astype(np.int64)

"""The independent auditor: which values of every small count can an attacker not rule out?

It sees the published numbers, the layout of the tables and the true counts, and shares no code with the suppressor. Three
searches for alternative tables, cheap first: a walk over small exchanges, programmes that move a whole block at once, programmes for one
value of one count. What is neither certified nor refuted in the time allowed counts as unsafe.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from analytics.disclosure.evidence import Attack, BitArray, Evidence, lay_out_attack
from analytics.disclosure.exchanges import find_vectors
from analytics.disclosure.moves import walk_exchanges
from analytics.disclosure.policy import Policy
from analytics.disclosure.programs import Ground, LocalProgramme, Outcome, bounds_of, neighbourhood, prepare_ground
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem

# free atoms of a published cell that still counts as near
MODERATE = 80
# (largest published cell crossed, atoms in the neighbourhood): each is tried where the one before found nothing
WIDTHS = ((60, 150), (400, 700), (5_000, 3_000))


@dataclass(frozen=True)
class Memory:
    """Values already shown possible, by cell and by atom. Withholding more cells never takes a possibility away from an attacker's
    view, so what was shown for a publication holds for every publication that shows less of the same system."""

    cells: BitArray
    atoms: BitArray


@dataclass(frozen=True)
class AuditReport:
    """safe: nothing is exposed and every target has all required values witnessed.

    unsafe_cells, unsafe_atoms: indices into the system, with the missing values as bits.
    narrowest: smallest number of witnessed values among targets (of those required); refuted: targets for which a programme over the
    whole system proved that a required value is impossible.
    """

    targets: int
    implied_targets: int
    exposed: IntArray
    unsafe_cells: IntArray
    unsafe_cell_bits: BitArray
    unsafe_atoms: IntArray
    unsafe_atom_bits: BitArray
    narrowest: int
    required: tuple[int, int]
    refuted: int
    tables: int
    by_walk: int
    by_programme: int
    free_atoms: int
    published_cells: int
    seconds: float
    memory: Memory

    @property
    def safe(self) -> bool:
        return not (len(self.exposed) or len(self.unsafe_cells) or len(self.unsafe_atoms))


def audit(system: PublicationSystem, visible: BoolArray, policy: Policy, *, seed: int, seconds: float | None = None,
          memory: Memory | None = None, widths: tuple[tuple[int, int], ...] = WIDTHS, prove: bool = False) -> AuditReport:  # fmt: skip
    """Attack the publication that shows exactly the visible cells.

    prove: take what is left unsafe to the whole system, to tell refuted from unknown (slow; either is unsafe).
    """
    attack = lay_out_attack(
        system, visible, threshold=policy.threshold, required=policy.required, smallest_sensitive=policy.smallest_sensitive,
        hidden_is_at_least=policy.hidden_is_at_least, protect_implied=policy.protect_implied,
    )  # fmt: skip
    return attack_all(system, attack, seed=seed, seconds=policy.audit_seconds if seconds is None else seconds, memory=memory,
                      widths=widths, prove=prove)  # fmt: skip


def attack_all(system: PublicationSystem, attack: Attack, *, seed: int, seconds: float, memory: Memory | None = None,
               widths: tuple[tuple[int, int], ...] = WIDTHS, prove: bool = False) -> AuditReport:  # fmt: skip
    """Run the searches in turn and sum up."""
    began = time.monotonic()
    rng = np.random.default_rng(seed)
    evidence = Evidence(attack)
    atom_of = _atom_of_implied(attack)
    if memory is not None:
        _recall(evidence, memory, atom_of)
    ground = prepare_ground(attack)
    before = len(evidence.open_rows)
    walk_exchanges(evidence, find_vectors(system, attack.published, ground.free, rng, largest=2), rng=rng)
    if len(evidence.open_rows):
        # longer vectors are many: only around what is still open
        near = _near(ground, evidence.open_rows)
        walk_exchanges(evidence, find_vectors(system, attack.published, near, rng, largest=4), rng=rng)
    after_walk = len(evidence.open_rows)
    refuted = _one_by_one(evidence, ground, deadline=began + seconds, widths=widths)
    left = evidence.open_rows
    if prove and len(left):
        refuted = _one_by_one(evidence, ground, deadline=began + seconds, widths=((1 << 60, 1 << 60),))
        left = evidence.open_rows
    missing = evidence.missing[left]
    cell = attack.cell[left]
    bits = np.uint64(attack.required_bits)
    seen = np.bitwise_count(evidence.covered[attack.target] & bits)
    return AuditReport(
        targets=int(attack.target.sum()),
        implied_targets=int((attack.cell < 0).sum()),
        exposed=attack.exposed,
        unsafe_cells=cell[cell >= 0],
        unsafe_cell_bits=missing[cell >= 0],
        unsafe_atoms=atom_of[left[cell < 0]],
        unsafe_atom_bits=missing[cell < 0],
        narrowest=int(seen.min()) if len(seen) else attack.required[1] - attack.required[0] + 1,
        required=attack.required,
        refuted=refuted,
        tables=evidence.tables,
        by_walk=before - after_walk,
        by_programme=after_walk - len(left),
        free_atoms=int(ground.free.sum()),
        published_cells=int(attack.published.shape[0]),
        seconds=time.monotonic() - began,
        memory=_remember(system, evidence, atom_of),
    )


def interval_of(system: PublicationSystem, attack: Attack, cell: int) -> tuple[float, float]:
    """The attacker's interval for one withheld cell, by linear programming over the whole system."""
    row = int(np.flatnonzero(attack.cell == cell)[0])
    return bounds_of(prepare_ground(attack), row)


def _near(ground: Ground, rows: IntArray) -> BoolArray:
    """Free atoms that share a published cell of moderate size with an atom of one of the rows, or with such an atom."""
    attack = ground.attack
    part = attack.published[ground.row_size <= MODERATE]
    inside = np.zeros(len(attack.truth), dtype=bool)
    inside[attack.watch[rows].indices] = True
    for _ in range(2):
        inside |= np.asarray(part.T @ (part @ inside.astype(np.int64))).ravel() > 0
    return np.asarray(inside & ground.free)


def _one_by_one(evidence: Evidence, ground: Ground, *, deadline: float, widths: tuple[tuple[int, int], ...]) -> int:  # fmt: skip
    """A programme for each value not seen yet; each table found is tried on every other row too. Returns rows proven unsafe."""
    refuted = 0
    everything = int(ground.free.sum())
    for largest_row, atoms_at_most in widths:
        for row in evidence.open_rows:
            if time.monotonic() > deadline:
                return refuted
            if not evidence.missing[row]:
                continue
            atoms = neighbourhood(ground, int(row), largest_row=largest_row, atoms_at_most=atoms_at_most)
            if not len(atoms):
                continue
            programme = LocalProgramme(ground, atoms, ground.attack.truth, seconds=max(1.0, min(20.0, deadline - time.monotonic())))
            if _values_of_row(evidence, programme, int(row)) and len(atoms) == everything:
                refuted += 1
    return refuted


def _values_of_row(evidence: Evidence, programme: LocalProgramme, row: int) -> bool:
    """Try each missing value of a row, largest first; True where one of them is impossible in this neighbourhood.

    Any possible table will do, so there is no goal. The first impossible value ends it: the row is unsafe here whatever the others are.
    """
    n = len(programme.atoms)
    nothing, low, high = np.zeros(n), np.zeros(n), np.full(n, 1e9)
    for value in range(evidence.attack.required[1], evidence.attack.required[0] - 1, -1):
        if not int(evidence.missing[row]) >> value & 1:
            continue
        outcome, table = programme.solve(nothing, low, high, fix=(row, value))
        if table is not None:
            evidence.admit(table)
        elif outcome is Outcome.NONE:
            return True
    return False


def _atom_of_implied(attack: Attack) -> IntArray:
    """The atom of each implied row; -1 for rows that are cells."""
    atom = np.full(attack.watch.shape[0], -1, dtype=np.int64)
    rows = np.flatnonzero(attack.cell < 0)
    atom[rows] = attack.watch.indices[attack.watch.indptr[rows]]
    return atom


def _recall(evidence: Evidence, memory: Memory, atom_of: IntArray) -> None:
    cell = evidence.attack.cell
    evidence.covered |= np.where(cell >= 0, memory.cells[np.maximum(cell, 0)], memory.atoms[np.maximum(atom_of, 0)])


def _remember(system: PublicationSystem, evidence: Evidence, atom_of: IntArray) -> Memory:
    cells = np.zeros(system.n_cells, dtype=np.uint64)
    atoms = np.zeros(system.n_atoms, dtype=np.uint64)
    own = evidence.attack.cell >= 0
    cells[evidence.attack.cell[own]] = evidence.covered[own]
    atoms[atom_of[~own]] = evidence.covered[~own]
    return Memory(cells, atoms)

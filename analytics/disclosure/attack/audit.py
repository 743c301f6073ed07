"""The independent auditor: which values of every small count can an attacker not rule out?

It sees the published numbers, the layout of the tables and the true counts, and shares no code with the suppressor. Three
searches for alternative tables, cheap first: a walk over small exchanges, programmes that move a whole block at once, programmes
for one value of one count. What is neither certified nor refuted in the time allowed counts as unsafe.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from analytics.disclosure.attack.blocks import THREADS, walk_blocks
from analytics.disclosure.attack.evidence import Attack, Evidence, lay_out_attack
from analytics.disclosure.attack.exchanges import find_vectors
from analytics.disclosure.attack.moves import walk_exchanges
from analytics.disclosure.attack.part_by_part import walk_parts
from analytics.disclosure.attack.programs import (
    Ground,
    LocalProgramme,
    Outcome,
    bounds_of,
    in_parts,
    neighbourhood,
    part_of,
    prepare_ground,
)
from analytics.disclosure.nesting import unsaid_cells
from analytics.disclosure.policy import Policy
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from analytics.disclosure.targets import BitArray, Targets

# free atoms of a published cell that still counts as near
MODERATE = 80
# atoms around open rows up to which the walk with longer vectors is worth its lists; rows tried before their tables are shared
NEAR_ENOUGH = 5_000
# the first walk ends where two rounds running certify less than this share of what is open
QUICK = 0.2
ROWS_A_TURN = 32
# (largest published cell crossed, atoms in the neighbourhood): each is tried where the one before found nothing
WIDTHS = ((60, 150), (400, 700), (5_000, 3_000))
EVERYTHING = ((1 << 60, 1 << 60),)
# a part of the system with so few free atoms is taken whole at once
SMALL_PART = 1_000


@dataclass(frozen=True)
class Memory:
    """Values already shown possible, by cell, atom and target asked for. Withholding more cells never takes a possibility away from an
    attacker's view, so what was shown for a publication holds for every publication that shows less of the same system."""

    cells: BitArray
    atoms: BitArray
    targets: BitArray


@dataclass(frozen=True)
class AuditReport:
    """safe: nothing is exposed and every target has all required values witnessed.

    unsafe_cells, unsafe_atoms: indices into the system; unsafe_targets: into the list of targets asked for; each with what is missing of its
    requirement, in the bits of Targets.wanted (of cells and atoms: bit 0 is the first required value).
    narrowest: smallest number of witnessed values among small cells and atoms (of those required); refuted: targets for which a programme
    over the whole system proved that a required value is impossible.
    """

    targets: int
    implied_targets: int
    asked_targets: int
    exposed: IntArray
    unsafe_cells: IntArray
    unsafe_cell_bits: BitArray
    unsafe_atoms: IntArray
    unsafe_atom_bits: BitArray
    unsafe_targets: IntArray
    unsafe_target_bits: BitArray
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
        return not (len(self.exposed) or len(self.unsafe_cells) or len(self.unsafe_atoms) or len(self.unsafe_targets))


# proposes alternative tables to the evidence, from the true one, before any programme is tried; returns the ground on which what is left is
# to be sought: atoms that it takes out must be such that no possible table of the rest depends on them
Walk = Callable[[PublicationSystem, Evidence, Ground, np.random.Generator], Ground]


def walk_everywhere(system: PublicationSystem, evidence: Evidence, ground: Ground, rng: np.random.Generator) -> Ground:
    """Exchanges of up to two atoms around what is open, as long as they certify much."""
    near = _near(ground, evidence.open_rows)
    walk_exchanges(evidence, find_vectors(system, evidence.attack.published, near, rng, largest=2), rng=rng, least=QUICK)
    return in_parts(ground)


def audit(system: PublicationSystem, visible: BoolArray, policy: Policy, *, seed: int, seconds: float | None = None,
          memory: Memory | None = None, widths: tuple[tuple[int, int], ...] = WIDTHS, prove: bool = False, targets: Targets | None = None,
          protect_small: bool = True, walk: Walk = walk_everywhere, least: IntArray | None = None) -> AuditReport:  # fmt: skip
    """Attack the publication that shows exactly the visible cells.

    targets: sums of atoms with requirements of their own, beside the small cells and atoms (protect_small=False: instead of them).
    least: for each cell the least count that what was public before leaves possible: lower values cannot be required any more.
    prove: take what is left unsafe to the whole system, to tell refuted from unknown (slow; either is unsafe).
    """
    attack = lay_out_attack(
        system, visible, threshold=policy.threshold, required=policy.required, smallest_sensitive=policy.smallest_sensitive,
        hidden_is_at_least=policy.hidden_is_at_least, protect_implied=policy.protect_implied and protect_small,
        protect_small=protect_small, targets=targets, least=least,
        unsaid=unsaid_cells(system, visible, policy),
    )  # fmt: skip
    return attack_all(system, attack, seed=seed, seconds=policy.audit_seconds if seconds is None else seconds, memory=memory,
                      widths=widths, prove=prove, walk=walk)  # fmt: skip


def attack_all(system: PublicationSystem, attack: Attack, *, seed: int, seconds: float, memory: Memory | None = None,
               widths: tuple[tuple[int, int], ...] = WIDTHS, prove: bool = False, walk: Walk = walk_everywhere) -> AuditReport:  # fmt: skip
    """Run the searches in turn and sum up. walk: for systems of another shape, such as intervals or many releases."""
    began = time.monotonic()
    rng = np.random.default_rng(seed)
    evidence = Evidence(attack)
    if memory is not None:
        _recall(evidence, memory)
    ground = prepare_ground(attack)
    # of the processor: what else the machine does takes nothing from it
    deadline = time.process_time() + seconds
    before = len(evidence.open_rows)
    # the walk while it is quick, then whole blocks, then the walk with longer vectors around the little that is left
    ground = walk(system, evidence, ground, rng)
    tried, never = walk_parts(evidence, ground, rng=rng, deadline=deadline)
    refuted: set[int] = set(never.tolist())
    walk_blocks(evidence, ground, rng=rng, deadline=deadline, among=np.isin(np.arange(len(evidence.covered)), tried, invert=True))
    near = _near(ground, np.setdiff1d(evidence.open_rows, never))
    if walk is walk_everywhere and near.sum() <= NEAR_ENOUGH:
        walk_exchanges(evidence, find_vectors(system, attack.published, near, rng, largest=4), rng=rng)
    after_walk = len(evidence.open_rows)
    _one_by_one(evidence, ground, deadline=deadline, widths=widths + EVERYTHING * prove, refuted=refuted)
    left = evidence.open_rows
    missing = evidence.missing[left]
    cell, atom, extra = attack.cell[left], attack.atom[left], attack.extra[left]
    ordinary = attack.target & (attack.extra < 0)
    seen = np.bitwise_count(evidence.covered[ordinary] & attack.demand.wanted[ordinary])
    return AuditReport(
        targets=int(attack.target.sum()),
        implied_targets=int((attack.atom >= 0).sum()),
        asked_targets=int((attack.extra >= 0).sum()),
        exposed=attack.exposed,
        unsafe_cells=cell[cell >= 0],
        unsafe_cell_bits=missing[cell >= 0],
        unsafe_atoms=atom[atom >= 0],
        unsafe_atom_bits=missing[atom >= 0],
        unsafe_targets=extra[extra >= 0],
        unsafe_target_bits=missing[extra >= 0],
        narrowest=int(seen.min()) if len(seen) else attack.required[1] - attack.required[0] + 1,
        required=attack.required,
        refuted=len(refuted),
        tables=evidence.tables,
        by_walk=before - after_walk,
        by_programme=after_walk - len(left),
        free_atoms=int(ground.free.sum()),
        published_cells=int(attack.published.shape[0]),
        seconds=time.monotonic() - began,
        memory=_remember(system, evidence),
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


def _one_by_one(
    evidence: Evidence, ground: Ground, *, deadline: float, widths: tuple[tuple[int, int], ...], refuted: set[int]
) -> None:
    """A programme for each value not seen yet; each table found is tried on every other row too. Rows proven unsafe go to `refuted`."""
    with ThreadPoolExecutor(THREADS) as pool:
        for width in widths:
            rows = evidence.open_rows
            rows = rows[~np.isin(rows, list(refuted))]
            for some in np.array_split(rows, max(1, len(rows) // ROWS_A_TURN)):
                if time.process_time() > deadline:
                    return
                # what the tables of the turn before have shown needs no programme. What is missing is read before any of this turn is
                # tried: the threads must not see what the others have found so far, which depends on who is first
                missing = evidence.missing
                some = some[missing[some] > 0]
                tries = pool.map(lambda row, w=width, m=missing: _values_of_row(ground, int(row), int(m[row]), w), some)
                for row, (tables, impossible) in zip(some, tries, strict=True):
                    for table in tables:
                        evidence.admit(table)
                    if impossible:
                        refuted.add(int(row))


def _values_of_row(ground: Ground, row: int, missing: int, width: tuple[int, int]) -> tuple[list[IntArray], bool]:
    """Try each missing value (bits) of a row, largest first, in one neighbourhood: tables that show some, and whether a value is impossible
    whatever the rest does.

    Any possible table will do, so there is no goal. The first impossible value ends it: the row is unsafe here whatever the others are.
    """
    atoms = part_of(ground, row)
    whole = len(atoms) <= max(width[1], SMALL_PART)
    if not whole:
        atoms = neighbourhood(ground, row, largest_row=width[0], atoms_at_most=width[1])
    if not missing or not len(atoms):
        return [], False
    programme = LocalProgramme(ground, atoms, ground.attack.truth)
    n = len(atoms)
    nothing, low, high = np.zeros(n), np.zeros(n), np.full(n, 1e9)
    demand = ground.attack.demand
    first, last = float(demand.low[row]), float(demand.high[row])
    tables = []
    for bit in range(missing.bit_length() - 1, -1, -1):
        if not missing >> bit & 1:
            continue
        held = (row, first + bit, first + bit)
        if demand.ends[row]:
            held = (row, last, np.inf) if bit else (row, -np.inf, first)
        outcome, table = programme.solve(nothing, low, high, fix=held)
        if table is not None:
            tables.append(table)
        elif outcome is Outcome.NONE:
            return tables, whole
    return tables, False


def _recall(evidence: Evidence, memory: Memory) -> None:
    attack = evidence.attack
    for index, known in ((attack.cell, memory.cells), (attack.atom, memory.atoms), (attack.extra, memory.targets)):
        rows = np.flatnonzero(index >= 0)
        evidence.covered[rows] |= known[index[rows]]


def _remember(system: PublicationSystem, evidence: Evidence) -> Memory:
    attack = evidence.attack
    known = []
    for index, size in (
        (attack.cell, system.n_cells),
        (attack.atom, system.n_atoms),
        (attack.extra, int((attack.extra >= 0).sum())),
    ):
        bits = np.zeros(size, dtype=np.uint64)
        bits[index[index >= 0]] = evidence.covered[index >= 0]
        known.append(bits)
    return Memory(*known)

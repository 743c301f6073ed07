"""The attack on figures that are rounded or perturbed: what is published of a cell is an interval that holds its true count.

An interval is laid into the very system that exact figures use, by two more atoms for its cell: with low <= row @ x <= high,

    row @ x + a = high        a + b = high - low        a, b >= 0 and whole.

So the tables that an attacker cannot rule out are again the non-negative whole tables that agree with every published row, and the trusted
check of evidence.py stands as it is. The walk below proposes tables for this shape of system; it shares no code with what rounds or perturbs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from analytics.disclosure.attack.audit import AuditReport, attack_all
from analytics.disclosure.attack.evidence import Attack, Evidence, lay_out_attack
from analytics.disclosure.attack.moves import Links, links
from analytics.disclosure.attack.programs import Ground
from analytics.disclosure.policy import Policy
from analytics.disclosure.system import BY_CONSTRUCTION, BoolArray, IntArray, PublicationSystem
from analytics.disclosure.targets import BitArray, Targets
from core.compiled import over_held_arrays
from core.errors import InternalError

# what is not published at all: no upper end
NO_LIMIT = 1 << 40
STEPS_A_ROUND = 400_000
ROUNDS = 12
# moves of one chain
LONGEST = 24


@dataclass(frozen=True)
class Bands:
    """What everybody knows of each cell: low <= count <= high (NO_LIMIT: not published, at least `low`)."""

    low: IntArray
    high: IntArray

    @property
    def shown(self) -> BoolArray:
        return np.asarray(self.high < NO_LIMIT)

    def without(self, cells: BoolArray) -> Bands:
        """The same publication with some cells withheld altogether."""
        return Bands(np.where(cells, 0, self.low), np.where(cells, NO_LIMIT, self.high))


def lay_out_intervals(
    system: PublicationSystem, bands: Bands, policy: Policy, targets: Targets | None = None
) -> tuple[PublicationSystem, Attack]:
    """The system with the atoms of its intervals, and the attack on it. InternalError where an interval misses the true count."""
    counts = system.cell_counts
    if ((counts < bands.low) | (counts > bands.high)).any():
        raise InternalError("intervals: a published interval does not hold the true count")
    plain = lay_out_attack(
        system, np.zeros(system.n_cells, dtype=bool), threshold=policy.threshold, required=policy.required,
        smallest_sensitive=policy.smallest_sensitive, hidden_is_at_least=0, protect_implied=policy.protect_implied and targets is None,
        targets=targets,
    )  # fmt: skip
    exact = np.flatnonzero(bands.shown & (bands.low == bands.high))
    loose = np.flatnonzero(bands.shown & (bands.low < bands.high))
    n, one = len(loose), sparse.identity(len(loose), dtype=np.int64, format="csr")
    nothing = sparse.csr_matrix((len(exact), n), dtype=np.int64)
    by_row = sparse.vstack([system.incidence[exact], system.incidence[loose]], format="csr")
    slack = sparse.vstack([sparse.hstack([nothing, nothing]), sparse.hstack([one, sparse.csr_matrix((n, n), dtype=np.int64)])])
    published = sparse.vstack(
        [sparse.hstack([by_row, slack]), sparse.hstack([sparse.csr_matrix((n, system.n_atoms), dtype=np.int64), one, one])]
    )
    room = bands.high[loose] - counts[loose]
    wide = bands.high[loose] - bands.low[loose]
    truth = np.concatenate([system.atom_counts, room, wide - room])
    at_least = plain.at_least.copy()
    own = plain.cell >= 0
    at_least[own] = np.maximum(at_least[own], np.where(bands.shown, 0, bands.low)[plain.cell[own]])
    grown = replace(system, incidence=_wider(system.incidence, 2 * n), atom_counts=truth)
    attack = replace(
        plain,
        published=sparse.csr_matrix(published, dtype=np.int64),
        figures=np.concatenate([counts[exact], bands.high[loose], wide]).astype(np.int64),
        watch=_wider(plain.watch, 2 * n),
        demand=replace(plain.demand, rows=_wider(plain.demand.rows, 2 * n)),
        at_least=at_least,
        truth=truth,
        # a cell whose figure is exact and small is lost before any attack
        exposed=exact[
            (counts[exact] >= policy.smallest_sensitive) & (counts[exact] < policy.threshold) & (system.seen[exact] < BY_CONSTRUCTION)
        ].astype(np.int64),
    )  # fmt: skip
    return grown, attack


def _wider(rows: Any, by: int) -> Any:
    return sparse.csr_matrix(sparse.hstack([rows, sparse.csr_matrix((rows.shape[0], by), dtype=np.int64)], format="csr"))


class Field(NamedTuple):
    """What the walk moves in. cells, watched: the rows that each atom is in; of_cell, of_watched: the atoms of each row.

    least, most: the interval of each cell. at_least: what a watched row must not fall below. wanted, low, high: as in Targets.
    """

    cells: Links
    watched: Links
    of_cell: Links
    of_watched: Links
    least: IntArray
    most: IntArray
    at_least: IntArray
    wanted: BitArray
    low: IntArray
    high: IntArray


class Position(NamedTuple):
    """Where the walk stands, changed in place. table: the atoms; sums, values: the cells and the watched rows; covered: values met, in
    the bits of `wanted`."""

    table: IntArray
    sums: IntArray
    values: IntArray
    covered: BitArray


class Trail(NamedTuple):
    """Atoms moved one after the other, and 1 or -1 for the way."""

    atom: IntArray
    turn: IntArray


@over_held_arrays
def _move(at: Position, field: Field, atom: int, by: int) -> None:  # pragma: no cover - compiled
    at.table[atom] += by
    for e in range(field.cells.start[atom], field.cells.start[atom + 1]):
        at.sums[field.cells.other[e]] += by
    for e in range(field.watched.start[atom], field.watched.start[atom + 1]):
        at.values[field.watched.other[e]] += by


@over_held_arrays
def _towards(at: Position, field: Field, row: int, want: np.uint64) -> int:  # pragma: no cover - compiled
    """1 or -1: the way in which this row meets a value that is still wanted."""
    here = at.values[row] - field.low[row]
    place = np.uint64(max(0, min(here, 62)))
    above = here < 0 or (want >> place) > 0
    below = here > 62 or (here > 0 and (want & ((np.uint64(1) << place) - np.uint64(1))) > 0)
    return 1 if above and (not below or np.random.random() < 0.5) else -1


@over_held_arrays
def _out_of_interval(at: Position, field: Field, trail: Trail, length: int) -> int:  # pragma: no cover - compiled
    """A cell out of its interval among those touched, any of them with the same chance; -1 for none."""
    off, seen = -1, 0
    for c in range(length):
        for e in range(field.cells.start[trail.atom[c]], field.cells.start[trail.atom[c] + 1]):
            cell = field.cells.other[e]
            if at.sums[cell] < field.least[cell] or at.sums[cell] > field.most[cell]:
                seen += 1
                if np.random.randint(seen) == 0:
                    off = cell
    return off


@over_held_arrays
def _follow(at: Position, field: Field, trail: Trail, atom: int, direction: int
            ) -> tuple[int, bool]:  # fmt: skip  # pragma: no cover - compiled
    """Move single incidents from this atom on until every cell is in its interval: how many, and whether it came to that."""
    length = 0
    while length < LONGEST:
        if at.table[atom] + direction < 0:
            return length, False
        _move(at, field, atom, direction)
        trail.atom[length], trail.turn[length] = atom, direction
        length += 1
        off = _out_of_interval(at, field, trail, length)
        if off < 0:
            return length, True
        direction = -1 if at.sums[off] > field.most[off] else 1
        first, after = field.of_cell.start[off], field.of_cell.start[off + 1]
        atom = field.of_cell.other[first + np.random.randint(after - first)]
    return length, False


@over_held_arrays
def _stands(at: Position, field: Field, atom: int) -> bool:  # pragma: no cover - compiled
    """Whether no watched row that the atom is in fell below what is known of it."""
    for e in range(field.watched.start[atom], field.watched.start[atom + 1]):
        if at.values[field.watched.other[e]] < field.at_least[field.watched.other[e]]:
            return False
    return True


@over_held_arrays
def _note(at: Position, field: Field, atom: int) -> None:  # pragma: no cover - compiled
    for e in range(field.watched.start[atom], field.watched.start[atom + 1]):
        row = field.watched.other[e]
        if field.low[row] <= at.values[row] <= field.high[row]:
            at.covered[row] |= np.uint64(1) << np.uint64(at.values[row] - field.low[row])


@over_held_arrays
def _walk(at: Position, field: Field, trail: Trail, open_rows: IntArray, steps: int,
          seed: int) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Move single incidents towards values not seen yet; a cell that leaves its interval is brought back by another of its atoms.

    Changes `at`, and `trail`, which is scratch.
    """
    np.random.seed(seed)
    for _ in range(steps):
        row = open_rows[np.random.randint(len(open_rows))]
        want = field.wanted[row] & ~at.covered[row]
        if want == 0:
            continue
        direction = _towards(at, field, row, want)
        first, after = field.of_watched.start[row], field.of_watched.start[row + 1]
        length, fine = _follow(at, field, trail, field.of_watched.other[first + np.random.randint(after - first)], direction)
        for c in range(length):
            fine = fine and _stands(at, field, trail.atom[c])
        for c in range(length):
            if fine:
                _note(at, field, trail.atom[c])
            else:
                _move(at, field, trail.atom[c], -trail.turn[c])


def walk_intervals(system: PublicationSystem, bands: Bands, evidence: Evidence, *, seed: int) -> None:
    """Walk from the true table until a round certifies nothing more; every value met is noted, and the last table is checked in full.

    system: without the atoms of the intervals; evidence: of the attack with them.
    """
    attack, demand = evidence.attack, evidence.attack.demand
    shown = np.flatnonzero(bands.shown)
    rows = sparse.csr_matrix(system.incidence[shown])
    watch = sparse.csr_matrix(attack.watch[:, : system.n_atoms])
    field = Field(
        cells=links(sparse.csc_matrix(rows)), watched=links(sparse.csc_matrix(watch)), of_cell=links(rows), of_watched=links(watch),
        least=bands.low[shown], most=bands.high[shown], at_least=attack.at_least,
        wanted=demand.wanted, low=demand.low, high=demand.high,
    )  # fmt: skip
    true = system.atom_counts
    at = Position(
        true.copy(), np.asarray(rows @ true, dtype=np.int64), np.asarray(watch @ true, dtype=np.int64), evidence.covered.copy()
    )
    trail = Trail(np.zeros(LONGEST, dtype=np.int64), np.zeros(LONGEST, dtype=np.int64))
    before = -1
    for turn in range(ROUNDS):
        open_rows = np.flatnonzero(field.wanted & ~at.covered)
        if not len(open_rows) or len(open_rows) == before:
            break
        before = len(open_rows)
        _walk(at, field, trail, open_rows, STEPS_A_ROUND, seed + turn)
    loose = field.least < field.most
    room = (field.most - np.asarray(rows @ at.table))[loose]
    full = np.concatenate([at.table, room, (field.most - field.least)[loose] - room]).astype(np.int64)
    if not evidence.admit(full):
        raise InternalError("intervals: the walk left the tables that are possible")
    evidence.covered |= at.covered


def attack_intervals(system: PublicationSystem, bands: Bands, policy: Policy, *, seed: int, seconds: float,
                     targets: Targets | None = None) -> AuditReport:  # fmt: skip
    """Walk, then the programmes of the auditor for what is left. Returns its AuditReport."""
    began, worked = time.monotonic(), time.process_time()
    grown, attack = lay_out_intervals(system, bands, policy, targets)

    def walk(_grown: PublicationSystem, evidence: Evidence, ground: Ground, _rng: np.random.Generator) -> Ground:
        walk_intervals(system, bands, evidence, seed=seed)
        return ground

    report = attack_all(grown, attack, seed=seed, seconds=max(1.0, seconds - (time.process_time() - worked)), walk=walk)
    return replace(report, seconds=time.monotonic() - began)

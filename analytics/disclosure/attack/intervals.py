"""The attack on figures that are rounded or perturbed: what is published of a cell is an interval that holds its true count.

An interval is laid into the very system that exact figures use, by two more atoms for its cell: with low <= row @ x <= high,

    row @ x + a = high        a + b = high - low        a, b >= 0 and whole.

So the tables that an attacker cannot rule out are again the non-negative whole tables that agree with every published row, and the trusted
check of evidence.py stands as it is. The walk below proposes tables for this shape of system; it shares no code with what rounds or perturbs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
from scipy import sparse

from analytics.disclosure.attack.audit import AuditReport, attack_all
from analytics.disclosure.attack.evidence import Attack, Evidence, lay_out_attack
from analytics.disclosure.attack.programs import Ground
from analytics.disclosure.policy import Policy
from analytics.disclosure.system import BY_CONSTRUCTION, BoolArray, IntArray, PublicationSystem
from analytics.disclosure.targets import Targets
from core.errors import InternalError

# what is not published at all: no upper end
NO_LIMIT = 1 << 40
STEPS_A_ROUND = 400_000
ROUNDS = 12


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


@numba.njit(cache=True)
def _walk(table: Any, sums: Any, low: Any, high: Any, row_ptr: Any, row_atom: Any, atom_ptr: Any, atom_row: Any, values: Any, floor: Any,
          watch_ptr: Any, watch_row: Any, own_ptr: Any, own_atom: Any, first: Any, last: Any, covered: Any, wanted: Any, open_rows: Any,
          steps: int, seed: int) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Move single incidents towards values not seen yet; a cell that leaves its interval is brought back by another of its atoms."""
    np.random.seed(seed)
    moved = np.zeros(24, dtype=np.int64)
    turn = np.zeros(24, dtype=np.int64)
    for _ in range(steps):
        row = open_rows[np.random.randint(len(open_rows))]
        want = wanted[row] & ~covered[row]
        if want == 0:
            continue
        here = values[row] - first[row]
        place = np.uint64(max(0, min(here, 62)))
        above = here < 0 or (want >> place) > 0
        below = here > 62 or (here > 0 and (want & ((np.uint64(1) << place) - np.uint64(1))) > 0)
        direction = 1 if above and (not below or np.random.random() < 0.5) else -1
        atom = own_atom[own_ptr[row] + np.random.randint(own_ptr[row + 1] - own_ptr[row])]
        length, fine = 0, False
        while length < 24:
            if table[atom] + direction < 0:
                break
            table[atom] += direction
            moved[length], turn[length] = atom, direction
            length += 1
            for e in range(atom_ptr[atom], atom_ptr[atom + 1]):
                sums[atom_row[e]] += direction
            for e in range(watch_ptr[atom], watch_ptr[atom + 1]):
                values[watch_row[e]] += direction
            # a cell out of its interval among those touched, any of them with the same chance
            off, seen = -1, 0
            for c in range(length):
                for e in range(atom_ptr[moved[c]], atom_ptr[moved[c] + 1]):
                    r = atom_row[e]
                    if sums[r] < low[r] or sums[r] > high[r]:
                        seen += 1
                        if np.random.randint(seen) == 0:
                            off = r
            if off < 0:
                fine = True
                break
            direction = -1 if sums[off] > high[off] else 1
            atom = row_atom[row_ptr[off] + np.random.randint(row_ptr[off + 1] - row_ptr[off])]
        if fine:
            for c in range(length):
                for e in range(watch_ptr[moved[c]], watch_ptr[moved[c] + 1]):
                    if values[watch_row[e]] < floor[watch_row[e]]:
                        fine = False
        if not fine:
            for c in range(length):
                for e in range(atom_ptr[moved[c]], atom_ptr[moved[c] + 1]):
                    sums[atom_row[e]] -= turn[c]
                for e in range(watch_ptr[moved[c]], watch_ptr[moved[c] + 1]):
                    values[watch_row[e]] -= turn[c]
                table[moved[c]] -= turn[c]
            continue
        for c in range(length):
            for e in range(watch_ptr[moved[c]], watch_ptr[moved[c] + 1]):
                w = watch_row[e]
                if first[w] <= values[w] <= last[w]:
                    covered[w] |= np.uint64(1) << np.uint64(values[w] - first[w])


def walk_intervals(system: PublicationSystem, bands: Bands, evidence: Evidence, *, seed: int) -> None:
    """Walk from the true table until a round certifies nothing more; every value met is noted, and the last table is checked in full.

    system: without the atoms of the intervals; evidence: of the attack with them.
    """
    attack = evidence.attack
    shown = np.flatnonzero(bands.shown)
    rows = sparse.csr_matrix(system.incidence[shown])
    by_atom = sparse.csc_matrix(rows)
    watch = sparse.csr_matrix(attack.watch[:, : system.n_atoms])
    watch_by_atom = sparse.csc_matrix(watch)
    table, sums = system.atom_counts.copy(), np.asarray(rows @ system.atom_counts, dtype=np.int64)
    values = np.asarray(watch @ table, dtype=np.int64)
    covered = evidence.covered.copy()
    demand = attack.demand
    low, high = bands.low[shown], bands.high[shown]
    before = -1
    for turn in range(ROUNDS):
        open_rows = np.flatnonzero(demand.wanted & ~covered)
        if not len(open_rows) or len(open_rows) == before:
            break
        before = len(open_rows)
        _walk(
            table, sums, low, high, rows.indptr, rows.indices, by_atom.indptr, by_atom.indices, values, attack.at_least,
            watch_by_atom.indptr, watch_by_atom.indices, watch.indptr, watch.indices, demand.low, demand.high, covered, demand.wanted,
            open_rows, STEPS_A_ROUND, seed + turn,
        )  # fmt: skip
    loose = bands.low[shown] < bands.high[shown]
    room = (high - np.asarray(rows @ table))[loose]
    full = np.concatenate([table, room, (high - low)[loose] - room]).astype(np.int64)
    if not evidence.admit(full):
        raise InternalError("intervals: the walk left the tables that are possible")
    evidence.covered |= covered


def attack_intervals(system: PublicationSystem, bands: Bands, policy: Policy, *, seed: int, seconds: float,
                     targets: Targets | None = None) -> AuditReport:  # fmt: skip
    """Walk, then the programmes of the auditor for what is left. Returns its AuditReport."""
    began = time.monotonic()
    grown, attack = lay_out_intervals(system, bands, policy, targets)

    def walk(_grown: PublicationSystem, evidence: Evidence, ground: Ground, _rng: np.random.Generator) -> Ground:
        walk_intervals(system, bands, evidence, seed=seed)
        return ground

    report = attack_all(grown, attack, seed=seed, seconds=max(1.0, seconds - (time.monotonic() - began)), walk=walk)
    return replace(report, seconds=time.monotonic() - began)

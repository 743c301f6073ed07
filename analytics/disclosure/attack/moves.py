"""Alternative tables by a walk over small exchanges: fast, and enough for most cells.

The walk starts from the true table. Each step takes a vector of exchanges.py that pushes an uncertified count the way it is wanted,
then one to three more whose shadows cancel it, and keeps the result only where every published figure is exactly what it was, no
count is negative and no withheld cell falls below what the attacker knows. Every table on the way is thus possible, and each value
that a sensitive count takes is noted. The idea is that of Diaconis and Sturmfels (1998, Annals of Statistics 26, 363-397) with a partial
set of moves: what the walk reaches is possible; what it does not reach is left to programs.py.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from scipy import sparse

from analytics.disclosure.attack.evidence import Evidence
from analytics.disclosure.attack.exchanges import Vectors
from core.errors import InternalError

LONGEST = 4


@numba.njit(cache=True)
def _apply(vector: int, turn: int, atoms: Any, signs: Any, table: Any, values: Any, residue: Any, watch_ptr: Any, watch_row: Any,
           watch_by: Any, pub_ptr: Any, pub_row: Any) -> None:  # fmt: skip  # pragma: no cover - compiled
    for k in range(4):
        atom = atoms[vector, k]
        if atom < 0:
            break
        by = turn * signs[vector, k]
        table[atom] += by
        for e in range(watch_ptr[atom], watch_ptr[atom + 1]):
            values[watch_row[e]] += by * watch_by[e]
        for e in range(pub_ptr[atom], pub_ptr[atom + 1]):
            residue[pub_row[e]] += by


@numba.njit(cache=True)
def _stands(vector: int, atoms: Any, table: Any, values: Any, residue: Any, low: Any, watch_ptr: Any, watch_row: Any, pub_ptr: Any,
            pub_row: Any) -> bool:  # fmt: skip  # pragma: no cover - compiled
    """Whether everything that the vector touched is as it must be."""
    for k in range(4):
        atom = atoms[vector, k]
        if atom < 0:
            break
        if table[atom] < 0:
            return False
        for e in range(pub_ptr[atom], pub_ptr[atom + 1]):
            if residue[pub_row[e]] != 0:
                return False
        for e in range(watch_ptr[atom], watch_ptr[atom + 1]):
            if values[watch_row[e]] < low[watch_row[e]]:
                return False
    return True


@numba.njit(cache=True)
def _unsettled(vector: int, atoms: Any, residue: Any, pub_ptr: Any, pub_row: Any) -> int:  # pragma: no cover - compiled
    """A published row that the vector touched and that is out of balance; -1 for none."""
    found, seen = -1, 0
    for k in range(4):
        atom = atoms[vector, k]
        if atom < 0:
            break
        for e in range(pub_ptr[atom], pub_ptr[atom + 1]):
            if residue[pub_row[e]] != 0:
                seen += 1
                if np.random.randint(seen) == 0:
                    found = pub_row[e]
    return found


@numba.njit(cache=True)
def _walk(table: Any, values: Any, residue: Any, low: Any, watch_ptr: Any, watch_row: Any, watch_by: Any, pub_ptr: Any, pub_row: Any,
          target_ptr: Any, target_atom: Any, target_by: Any, row_ptr: Any, row_atom: Any, atoms: Any, signs: Any, shadow: Any, shades: Any,
          start: Any, of_ptr: Any, of_vector: Any, covered: Any, wanted: Any, first: Any, last: Any, ends: Any, open_rows: Any, steps: int,
          seed: int) -> int:  # fmt: skip  # pragma: no cover - compiled
    """Make `steps` attempts; changes table, values and covered. Returns the exchanges kept. residue is nil before and after."""
    np.random.seed(seed)
    kept = 0
    chain = np.zeros(4, dtype=np.int64)
    turns = np.zeros(4, dtype=np.int64)
    for _ in range(steps):
        steered = np.random.random() < 0.75
        if steered:
            row = open_rows[np.random.randint(len(open_rows))]
            want = wanted[row] & ~covered[row]
            if want == 0 or target_ptr[row + 1] == target_ptr[row]:
                continue
            one = target_ptr[row] + np.random.randint(target_ptr[row + 1] - target_ptr[row])
            atom = target_atom[one]
            if ends[row]:
                above, below = (want & np.uint64(2)) > 0, (want & np.uint64(1)) > 0
            else:
                here = np.uint64(max(0, min(values[row] - first[row], 63)))
                above = (want >> here) > 0
                below = (want & ((np.uint64(1) << here) - np.uint64(1))) > 0
            direction = 1 if above and (not below or np.random.random() < 0.5) else -1
            if target_by[one] < 0:
                direction = -direction
        else:
            atom = np.random.randint(len(table))
            direction = 1 if np.random.random() < 0.5 else -1
        if of_ptr[atom + 1] == of_ptr[atom]:
            continue
        length = 0
        hanging = np.uint64(0)
        while True:
            vector = of_vector[of_ptr[atom] + np.random.randint(of_ptr[atom + 1] - of_ptr[atom])]
            own = 0
            for k in range(4):
                if atoms[vector, k] == atom:
                    own = signs[vector, k]
            turn = direction * own
            _apply(vector, turn, atoms, signs, table, values, residue, watch_ptr, watch_row, watch_by, pub_ptr, pub_row)
            chain[length], turns[length] = vector, turn
            length += 1
            hanging = hanging + shadow[vector] if turn > 0 else hanging - shadow[vector]
            if hanging == 0 or length == LONGEST:
                break
            # a vector whose shadow is exactly what hangs over settles the chain
            opposite = np.uint64(0) - hanging
            flip = 1
            if opposite > np.uint64(2**63):
                opposite, flip = hanging, -1
            at = np.searchsorted(shades, opposite)
            if at < len(shades) and shades[at] == opposite:
                closing = start[at] + np.random.randint(start[at + 1] - start[at])
                if closing != vector:
                    _apply(closing, flip, atoms, signs, table, values, residue, watch_ptr, watch_row, watch_by, pub_ptr, pub_row)
                    chain[length], turns[length] = closing, flip
                    length += 1
                    break
            # else go on from an atom of a row that is out of balance
            off = _unsettled(vector, atoms, residue, pub_ptr, pub_row)
            if off < 0:
                break
            atom = row_atom[row_ptr[off] + np.random.randint(row_ptr[off + 1] - row_ptr[off])]
            direction = -1 if residue[off] > 0 else 1
            if of_ptr[atom + 1] == of_ptr[atom]:
                break
        fine = True
        for c in range(length):
            if not _stands(chain[c], atoms, table, values, residue, low, watch_ptr, watch_row, pub_ptr, pub_row):
                fine = False
                break
        if not fine:
            for c in range(length):
                _apply(chain[c], -turns[c], atoms, signs, table, values, residue, watch_ptr, watch_row, watch_by, pub_ptr, pub_row)
            continue
        kept += 1
        for c in range(length):
            for k in range(4):
                a = atoms[chain[c], k]
                if a < 0:
                    break
                for e in range(watch_ptr[a], watch_ptr[a + 1]):
                    w = watch_row[e]
                    value = values[w]
                    if ends[w]:
                        if value <= first[w]:
                            covered[w] |= np.uint64(1)
                        if value >= last[w]:
                            covered[w] |= np.uint64(2)
                    elif first[w] <= value <= last[w]:
                        covered[w] |= np.uint64(1) << np.uint64(value - first[w])
    return kept


def walk_exchanges(
    evidence: Evidence,
    vectors: Vectors,
    *,
    rng: np.random.Generator,
    attempts_a_row: int = 40,
    rounds: int = 60,
    least: float = 0.035,
) -> int:
    """Walk from the true table until two rounds running each certify less than the share `least` of what is open. Returns the
    exchanges kept.

    The last table is checked in full again; a mismatch (a defect of this module) raises.
    """
    attack = evidence.attack
    if not len(vectors.atoms) or not len(evidence.open_rows):
        return 0
    inside = vectors.atoms >= 0
    member = vectors.atoms[inside]
    of_vector = np.nonzero(inside)[0][np.argsort(member, kind="stable")]
    of_ptr = np.concatenate([[0], np.cumsum(np.bincount(member, minlength=len(attack.truth)))])
    watch, published = sparse.csc_matrix(attack.watch), sparse.csc_matrix(attack.published)
    table = attack.truth.copy()
    values = np.asarray(attack.watch @ table, dtype=np.int64)
    residue = np.zeros(attack.published.shape[0], dtype=np.int64)
    covered = evidence.covered.copy()
    demand = attack.demand
    kept = poor = 0
    for _ in range(rounds):
        open_rows = np.flatnonzero(demand.wanted & ~covered)
        if not len(open_rows) or poor == 2:
            break
        kept += _walk(
            table, values, residue, attack.at_least, watch.indptr, watch.indices, watch.data, published.indptr, published.indices,
            attack.watch.indptr, attack.watch.indices, attack.watch.data, attack.published.indptr, attack.published.indices,
            vectors.atoms, vectors.signs, vectors.shadow, vectors.shades, vectors.start, of_ptr, of_vector, covered, demand.wanted,
            demand.low, demand.high, demand.ends, open_rows,
            max(4_000, attempts_a_row * len(open_rows)), int(rng.integers(2**31)),
        )  # fmt: skip
        left = int(np.count_nonzero(demand.wanted & ~covered))
        poor = poor + 1 if left > (1.0 - least) * len(open_rows) else 0
    if not evidence.admit(table) or not np.array_equal(attack.watch @ table, values):
        raise InternalError("audit: the walk over exchanges left the possible tables")
    evidence.covered |= covered
    evidence.tables += kept
    return kept

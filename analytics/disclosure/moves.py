"""Alternative tables by a walk over small exchanges: fast, and enough for most cells.

An exchange takes one incident from each of two atoms and gives one to each of two others so that no published figure changes:
column i - column j = column k - column l of the published matrix. Pairs with equal differences are found by hashing (a random
linear hash of the columns, then a sort) and confirmed column by column in whole numbers. The walk applies random exchanges,
keeps every count and every withheld cell within what the attacker knows, and notes each value that a sensitive cell takes.
This is the idea of Diaconis and Sturmfels (1998, Annals of Statistics 26) with a partial basis: what a walk reaches is possible;
what it does not reach is left to the programmes in programs.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.disclosure.evidence import Evidence
from analytics.disclosure.system import IntArray
from core.errors import InternalError

PAIRS_A_BLOCK = 120_000


@dataclass(frozen=True)
class Exchanges:
    """Pairs of atoms (giver, taker) in groups of equal difference; any two pairs of a group make an exchange.

    alone: which groups have difference nil, so that one pair is an exchange by itself.
    """

    giver: IntArray
    taker: IntArray
    group: IntArray
    start: IntArray
    alone: npt.NDArray[np.bool_]


def find_exchanges(published: Any, blocks: list[IntArray], rng: np.random.Generator) -> Exchanges:
    """Search each block of atoms for pairs whose columns of the published matrix differ equally."""
    columns = sparse.csc_matrix(published)
    columns.sort_indices()
    rows = rng.integers(0, 2**63, size=published.shape[0], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    hashes = sparse.csc_matrix(columns, dtype=np.uint64).T @ rows
    givers, takers, keys = [], [], []
    for atoms in blocks:
        first, second = _pairs(len(atoms), rng)
        i, j = atoms[first], atoms[second]
        difference = hashes[i] - hashes[j]
        # one direction for each pair: the smaller of difference and its negative, modulo 2**64
        turn = difference > np.uint64(2**63)
        i, j = np.where(turn, j, i), np.where(turn, i, j)
        difference = np.where(turn, np.uint64(0) - difference, difference)
        order = np.argsort(difference, kind="stable")
        difference, i, j = difference[order], i[order], j[order]
        edge = (
            np.flatnonzero(np.diff(difference, prepend=difference[:1] - np.uint64(1)) != 0) if len(difference) else np.zeros(0, int)
        )
        size = np.diff(np.append(edge, len(difference)))
        keep = np.repeat((size > 1) | (difference[edge] == 0), size) if len(edge) else np.zeros(0, bool)
        givers.append(i[keep])
        takers.append(j[keep])
        keys.append(difference[keep])
    return _confirmed(columns, givers, takers, keys)


def _pairs(n: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """All pairs of n atoms, or a random sample of them where there are too many."""
    if n * (n - 1) // 2 <= PAIRS_A_BLOCK:
        first, second = np.triu_indices(n, 1)
        return first.astype(np.int64), second.astype(np.int64)
    first, second = rng.integers(0, n, PAIRS_A_BLOCK), rng.integers(0, n, PAIRS_A_BLOCK)
    code = np.unique(np.minimum(first, second)[first != second] * n + np.maximum(first, second)[first != second])
    return code // n, code % n


def _confirmed(columns: Any, givers: list[IntArray], takers: list[IntArray], keys: list[npt.NDArray[np.uint64]]) -> Exchanges:
    """Number the groups across blocks, and drop every pair whose column difference is not exactly that of its group's first."""
    giver = np.concatenate(givers) if givers else np.zeros(0, dtype=np.int64)
    taker = np.concatenate(takers) if takers else np.zeros(0, dtype=np.int64)
    changes = [np.diff(k, prepend=k[:1] - np.uint64(1)) != 0 if len(k) else np.zeros(0, bool) for k in keys]
    new = np.concatenate(changes) if changes else np.zeros(0, dtype=bool)
    for offset in np.cumsum([0, *[len(k) for k in keys]])[:-1]:
        if offset < len(new):
            new[offset] = True
    group = np.cumsum(new) - 1
    head = np.flatnonzero(new)[group] if len(group) else group
    same = _same_difference(columns.indptr, columns.indices, giver, taker, giver[head], taker[head])
    nil = _same_difference(columns.indptr, columns.indices, giver, taker, giver, giver)
    giver, taker, group, nil = giver[same], taker[same], group[same], nil[same]
    _, first, group = np.unique(group, return_index=True, return_inverse=True)
    return Exchanges(giver, taker, group.astype(np.int64), np.append(first, len(giver)).astype(np.int64), nil[first])


@numba.njit(cache=True)
def _same_difference(ptr: Any, idx: Any, a: Any, b: Any, c: Any, d: Any) -> Any:  # pragma: no cover - compiled
    """Whether column a - column b equals column c - column d, entry by entry (entries are 0 or 1, indices sorted)."""
    out = np.zeros(len(a), dtype=np.bool_)
    for p in range(len(a)):
        ia, ea = ptr[a[p]], ptr[a[p] + 1]
        ib, eb = ptr[b[p]], ptr[b[p] + 1]
        ic, ec = ptr[c[p]], ptr[c[p] + 1]
        id_, ed = ptr[d[p]], ptr[d[p] + 1]
        equal = True
        while equal and (ia < ea or ib < eb or ic < ec or id_ < ed):
            row = 2**62
            if ia < ea and idx[ia] < row:
                row = idx[ia]
            if ib < eb and idx[ib] < row:
                row = idx[ib]
            if ic < ec and idx[ic] < row:
                row = idx[ic]
            if id_ < ed and idx[id_] < row:
                row = idx[id_]
            total = 0
            if ia < ea and idx[ia] == row:
                total += 1
                ia += 1
            if ib < eb and idx[ib] == row:
                total -= 1
                ib += 1
            if ic < ec and idx[ic] == row:
                total -= 1
                ic += 1
            if id_ < ed and idx[id_] == row:
                total += 1
                id_ += 1
            equal = total == 0
        out[p] = equal
    return out


@numba.njit(cache=True)
def _shift(x: Any, y: Any, ptr: Any, rows: Any, atom: int, by: int) -> None:  # pragma: no cover - compiled
    x[atom] += by
    for e in range(ptr[atom], ptr[atom + 1]):
        y[rows[e]] += by


@numba.njit(cache=True)
def _holds(x: Any, y: Any, ptr: Any, rows: Any, low: Any, atom: int) -> bool:  # pragma: no cover - compiled
    if x[atom] < 0:
        return False
    for e in range(ptr[atom], ptr[atom + 1]):  # noqa: SIM110 - compiled
        if y[rows[e]] < low[rows[e]]:
            return False
    return True


@numba.njit(cache=True)
def _walk(x: Any, y: Any, low: Any, ptr: Any, rows: Any, row_ptr: Any, row_atoms: Any, covered: Any, goal: Any, high: int,
          giver: Any, taker: Any, group: Any, start: Any, alone: Any, of_ptr: Any, of_pair: Any,
          open_rows: Any, steps: int, seed: int) -> int:  # fmt: skip  # pragma: no cover - compiled
    """Walk `steps` exchanges, steering open rows towards values not seen yet; changes x, y and covered. Returns exchanges made."""
    np.random.seed(seed)
    made = 0
    four = np.zeros(4, dtype=np.int64)
    sign = np.zeros(4, dtype=np.int64)
    for _ in range(steps):
        if np.random.random() < 0.7:
            row = open_rows[np.random.randint(len(open_rows))]
            want = goal & ~covered[row]
            if want == 0:
                continue
            atom = row_atoms[row_ptr[row] + np.random.randint(row_ptr[row + 1] - row_ptr[row])]
            n_of = of_ptr[atom + 1] - of_ptr[atom]
            if n_of == 0:
                continue
            here = np.uint64(max(0, min(y[row], 62)))
            above = (want >> here) > 0
            below = (want & ((np.uint64(1) << here) - np.uint64(1))) > 0
            direction = 1 if above and (not below or np.random.random() < 0.5) else -1
            pair = of_pair[of_ptr[atom] + np.random.randint(n_of)]
            # the giver loses one: turn the exchange so that this atom moves the wanted way
            turn = -direction if giver[pair] == atom else direction
        else:
            pair = np.random.randint(len(giver))
            turn = 1 if np.random.random() < 0.5 else -1
        g = group[pair]
        four[0], sign[0] = giver[pair], -turn
        four[1], sign[1] = taker[pair], turn
        n = 2
        if not alone[g]:
            other = start[g] + np.random.randint(start[g + 1] - start[g])
            if other == pair:
                continue
            four[2], sign[2] = giver[other], turn
            four[3], sign[3] = taker[other], -turn
            n = 4
        for a in range(n):
            _shift(x, y, ptr, rows, four[a], sign[a])
        fine = True
        for a in range(n):
            if not _holds(x, y, ptr, rows, low, four[a]):
                fine = False
                break
        if not fine:
            for a in range(n):
                _shift(x, y, ptr, rows, four[a], -sign[a])
            continue
        made += 1
        for a in range(n):
            for e in range(ptr[four[a]], ptr[four[a] + 1]):
                value = y[rows[e]]
                if value <= high:
                    covered[rows[e]] |= np.uint64(1) << np.uint64(value)
    return made


def walk_exchanges(
    evidence: Evidence, exchanges: Exchanges, *, rng: np.random.Generator, steps_a_row: int = 400, rounds: int = 12
) -> int:
    """Walk from the true table until a round certifies little more. Returns the exchanges made.

    Each exchange was confirmed against every published row, so every table passed on the way is possible; the last table is checked
    in full again, and a mismatch (which would be a defect of this module) voids the whole walk.
    """
    attack = evidence.attack
    if not len(exchanges.giver):
        return 0
    by_atom = sparse.csc_matrix(attack.watch)
    both = np.concatenate([exchanges.giver, exchanges.taker])
    pair = np.tile(np.arange(len(exchanges.giver)), 2)[np.argsort(both, kind="stable")]
    of_ptr = np.concatenate([[0], np.cumsum(np.bincount(both, minlength=len(attack.truth)))])
    table = attack.truth.copy()
    values = np.asarray(attack.watch @ table, dtype=np.int64)
    covered = evidence.covered.copy()
    goal = np.uint64(attack.required_bits)
    made = 0
    for _ in range(rounds):
        open_rows = np.flatnonzero(attack.target & ((goal & ~covered) != 0))
        if not len(open_rows):
            break
        made += _walk(
            table, values, attack.at_least, by_atom.indptr, by_atom.indices, attack.watch.indptr, attack.watch.indices, covered, goal,
            attack.required[1], exchanges.giver, exchanges.taker, exchanges.group, exchanges.start, exchanges.alone, of_ptr, pair,
            open_rows, max(20_000, steps_a_row * len(open_rows)), int(rng.integers(2**31)),
        )  # fmt: skip
        left = int(np.count_nonzero(attack.target & ((goal & ~covered) != 0)))
        if left > 0.97 * len(open_rows):
            break
    if not evidence.admit(table) or not np.array_equal(attack.watch @ table, values):
        raise InternalError("audit: the walk over exchanges left the possible tables")
    evidence.covered |= covered
    evidence.tables += made
    return made

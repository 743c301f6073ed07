"""Alternative tables by a walk over small exchanges: fast, and enough for most cells.

The walk starts from the true table. Each step takes a vector of exchanges.py that pushes an uncertified count the way it is wanted,
then one to three more whose shadows cancel it, and keeps the result only where every published figure is exactly what it was, no
count is negative and no withheld cell falls below what the attacker knows. Every table on the way is thus possible, and each value
that a sensitive count takes is noted. The idea is that of Diaconis and Sturmfels (1998, Annals of Statistics 26, 363-397) with a partial
set of moves: what the walk reaches is possible; what it does not reach is left to programs.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from analytics.disclosure.attack.evidence import Attack, Evidence
from analytics.disclosure.attack.exchanges import Vectors
from analytics.disclosure.system import BoolArray, IntArray
from analytics.disclosure.targets import BitArray
from core.compiled import over_held_arrays
from core.errors import InternalError

LONGEST = 4
# share of attempts that are steered towards a value still wanted; the rest roam
STEERED = 0.75


class Links(NamedTuple):
    """One side of a sparse matrix: what `i` is linked to stands in other[start[i]:start[i + 1]], each with its coefficient in `by`."""

    start: IntArray
    other: IntArray
    by: IntArray


class Board(NamedTuple):
    """What the walk moves on. watched, published: the rows that each atom is in; of_watched, of_published: the atoms of each row.

    at_least: what a watched row must not fall below. wanted, low, high, ends: as in Targets.
    """

    watched: Links
    published: Links
    of_watched: Links
    of_published: Links
    at_least: IntArray
    wanted: BitArray
    low: IntArray
    high: IntArray
    ends: BoolArray


class Exchanges(NamedTuple):
    """The fields of Vectors, and of_atom: the vectors that each atom is in, with its sign there."""

    atoms: IntArray
    signs: IntArray
    shadow: BitArray
    shades: BitArray
    start: IntArray
    of_atom: Links


class Position(NamedTuple):
    """Where the walk stands, changed in place. table: the atoms; values: the watched rows; residue: by how much published rows are off;
    covered: the values met, in the bits of `wanted`."""

    table: IntArray
    values: IntArray
    residue: IntArray
    covered: BitArray


class Chain(NamedTuple):
    """Exchanges taken one after the other: the vector, and 1 or -1 for the way it was taken."""

    vector: IntArray
    turn: IntArray


@over_held_arrays
def _apply(at: Position, board: Board, moves: Exchanges, vector: int, turn: int) -> None:  # pragma: no cover - compiled
    for k in range(4):
        atom = moves.atoms[vector, k]
        if atom < 0:
            break
        by = turn * moves.signs[vector, k]
        at.table[atom] += by
        for e in range(board.watched.start[atom], board.watched.start[atom + 1]):
            at.values[board.watched.other[e]] += by * board.watched.by[e]
        for e in range(board.published.start[atom], board.published.start[atom + 1]):
            at.residue[board.published.other[e]] += by


@over_held_arrays
def _stands(at: Position, board: Board, moves: Exchanges, vector: int) -> bool:  # pragma: no cover - compiled
    """Whether everything that the vector touched is as it must be."""
    for k in range(4):
        atom = moves.atoms[vector, k]
        if atom < 0:
            break
        if at.table[atom] < 0:
            return False
        for e in range(board.published.start[atom], board.published.start[atom + 1]):
            if at.residue[board.published.other[e]] != 0:
                return False
        for e in range(board.watched.start[atom], board.watched.start[atom + 1]):
            if at.values[board.watched.other[e]] < board.at_least[board.watched.other[e]]:
                return False
    return True


@over_held_arrays
def _unsettled(at: Position, board: Board, moves: Exchanges, vector: int) -> int:  # pragma: no cover - compiled
    """A published row that the vector touched and that is out of balance; -1 for none."""
    found, seen = -1, 0
    for k in range(4):
        atom = moves.atoms[vector, k]
        if atom < 0:
            break
        for e in range(board.published.start[atom], board.published.start[atom + 1]):
            if at.residue[board.published.other[e]] != 0:
                seen += 1
                if np.random.randint(seen) == 0:
                    found = board.published.other[e]
    return found


@over_held_arrays
def _aim(at: Position, board: Board, open_rows: IntArray) -> tuple[int, int]:  # pragma: no cover - compiled
    """An atom and the way to push it, towards a value of an open row not met yet or at random; atom -1 where nothing is wanted."""
    if np.random.random() >= STEERED:
        atom = np.random.randint(len(at.table))
        return atom, 1 if np.random.random() < 0.5 else -1
    row = open_rows[np.random.randint(len(open_rows))]
    want = board.wanted[row] & ~at.covered[row]
    first, after = board.of_watched.start[row], board.of_watched.start[row + 1]
    if want == 0 or after == first:
        return -1, 0
    one = first + np.random.randint(after - first)
    if board.ends[row]:
        above, below = (want & np.uint64(2)) > 0, (want & np.uint64(1)) > 0
    else:
        here = np.uint64(max(0, min(at.values[row] - board.low[row], 63)))
        above = (want >> here) > 0
        below = (want & ((np.uint64(1) << here) - np.uint64(1))) > 0
    direction = 1 if above and (not below or np.random.random() < 0.5) else -1
    return board.of_watched.other[one], -direction if board.of_watched.by[one] < 0 else direction


@over_held_arrays
def _closing(moves: Exchanges, hanging: np.uint64) -> tuple[int, int]:  # pragma: no cover - compiled
    """A vector whose shadow is exactly what hangs over, which settles the chain, and the way to take it; -1 for none."""
    opposite, turn = np.uint64(0) - hanging, 1
    if opposite > np.uint64(2**63):
        opposite, turn = hanging, -1
    shade = np.searchsorted(moves.shades, opposite)
    if shade == len(moves.shades) or moves.shades[shade] != opposite:
        return -1, 0
    first, after = moves.start[shade], moves.start[shade + 1]
    return first + np.random.randint(after - first), turn


@over_held_arrays
def _follow(at: Position, board: Board, moves: Exchanges, chain: Chain, atom: int, direction: int
            ) -> int:  # fmt: skip  # pragma: no cover - compiled
    """Take exchanges from this atom on until their shadows cancel or the chain is full; returns its length. Changes `at` and `chain`."""
    length = 0
    hanging = np.uint64(0)
    while True:
        first, after = moves.of_atom.start[atom], moves.of_atom.start[atom + 1]
        if after == first:
            break
        one = first + np.random.randint(after - first)
        vector, turn = moves.of_atom.other[one], direction * moves.of_atom.by[one]
        _apply(at, board, moves, vector, turn)
        chain.vector[length], chain.turn[length] = vector, turn
        length += 1
        hanging = hanging + moves.shadow[vector] if turn > 0 else hanging - moves.shadow[vector]
        if hanging == 0 or length == LONGEST:
            break
        closing, turn = _closing(moves, hanging)
        if closing >= 0 and closing != vector:
            _apply(at, board, moves, closing, turn)
            chain.vector[length], chain.turn[length] = closing, turn
            length += 1
            break
        # else go on from an atom of a row that is out of balance
        off = _unsettled(at, board, moves, vector)
        if off < 0:
            break
        first, after = board.of_published.start[off], board.of_published.start[off + 1]
        atom = board.of_published.other[first + np.random.randint(after - first)]
        direction = -1 if at.residue[off] > 0 else 1
    return length


@over_held_arrays
def _note(at: Position, board: Board, moves: Exchanges, vector: int) -> None:  # pragma: no cover - compiled
    """Note the values of the watched rows that the vector touched."""
    for k in range(4):
        atom = moves.atoms[vector, k]
        if atom < 0:
            break
        for e in range(board.watched.start[atom], board.watched.start[atom + 1]):
            row = board.watched.other[e]
            value = at.values[row]
            if board.ends[row]:
                if value <= board.low[row]:
                    at.covered[row] |= np.uint64(1)
                if value >= board.high[row]:
                    at.covered[row] |= np.uint64(2)
            elif board.low[row] <= value <= board.high[row]:
                at.covered[row] |= np.uint64(1) << np.uint64(value - board.low[row])


@over_held_arrays
def _walk(at: Position, board: Board, moves: Exchanges, chain: Chain, open_rows: IntArray, steps: int,
          seed: int) -> int:  # fmt: skip  # pragma: no cover - compiled
    """Make `steps` attempts; changes `at`, and `chain`, which is scratch. Returns how many were kept; the residue is nil after each."""
    np.random.seed(seed)
    kept = 0
    for _ in range(steps):
        atom, direction = _aim(at, board, open_rows)
        if atom < 0:
            continue
        length = _follow(at, board, moves, chain, atom, direction)
        if length == 0:
            continue
        fine = True
        for c in range(length):
            if not _stands(at, board, moves, chain.vector[c]):
                fine = False
                break
        if not fine:
            for c in range(length):
                _apply(at, board, moves, chain.vector[c], -chain.turn[c])
            continue
        kept += 1
        for c in range(length):
            _note(at, board, moves, chain.vector[c])
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
    board = _board(attack)
    moves = _exchanges(vectors, len(attack.truth))
    at = Position(
        attack.truth.copy(),
        np.asarray(attack.watch @ attack.truth, dtype=np.int64),
        np.zeros(attack.published.shape[0], dtype=np.int64),
        evidence.covered.copy(),
    )
    chain = Chain(np.zeros(LONGEST, dtype=np.int64), np.zeros(LONGEST, dtype=np.int64))
    kept = poor = 0
    for _ in range(rounds):
        open_rows = np.flatnonzero(board.wanted & ~at.covered)
        if not len(open_rows) or poor == 2:
            break
        steps = max(4_000, attempts_a_row * len(open_rows))
        kept += _walk(at, board, moves, chain, open_rows, steps, int(rng.integers(2**31)))
        left = int(np.count_nonzero(board.wanted & ~at.covered))
        poor = poor + 1 if left > (1.0 - least) * len(open_rows) else 0
    if not evidence.admit(at.table) or not np.array_equal(attack.watch @ at.table, at.values):
        raise InternalError("audit: the walk over exchanges left the possible tables")
    evidence.covered |= at.covered
    evidence.tables += kept
    return kept


def links(matrix: Any) -> Links:
    """Of a CSR matrix its rows, of a CSC matrix its columns."""
    return Links(matrix.indptr, matrix.indices, matrix.data)


def _board(attack: Attack) -> Board:
    demand = attack.demand
    return Board(
        watched=links(sparse.csc_matrix(attack.watch)), published=links(sparse.csc_matrix(attack.published)),
        of_watched=links(attack.watch), of_published=links(attack.published),
        at_least=attack.at_least, wanted=demand.wanted, low=demand.low, high=demand.high, ends=demand.ends,
    )  # fmt: skip


def _exchanges(vectors: Vectors, n_atoms: int) -> Exchanges:
    inside = vectors.atoms >= 0
    member = vectors.atoms[inside]
    order = np.argsort(member, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(member, minlength=n_atoms))])
    of_atom = Links(start, np.nonzero(inside)[0][order], vectors.signs[inside][order])
    return Exchanges(vectors.atoms, vectors.signs, vectors.shadow, vectors.shades, vectors.start, of_atom)

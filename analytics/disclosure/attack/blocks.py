"""Alternative tables a block at a time: one linear programme moves hundreds of sums at once, each towards a value not seen yet.

The free atoms are cut into blocks that hang together. For each open sum of a block one missing value is drawn, and a programme
finds a possible table in which these sums come as near to the drawn values as the published figures allow (least total distance).
Its vertices are nearly always whole numbers. Blocks have no atom in common, so two are solved at a time; each result is admitted
by itself (evidence.py), onto the table that the blocks before left. Another round cuts other blocks and draws other values.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.attack.evidence import Evidence
from analytics.disclosure.attack.programs import NEARLY_WHOLE, Ground, whole_parts
from analytics.disclosure.system import BoolArray, FloatArray, IntArray

THREADS = 2
# (atoms of a block, share of the open sums that are aimed at), each taken where the one before fills little more. Where one sum can only rise
# when another falls, aims at both hold the block still: fewer aims move it
STAGES = ((400, 1.0), (400, 0.3), (2_000, 0.3), (2_000, 0.1))
# free atoms of a published cell through which a block grows
CROSSED = 150
# a round that fills less than this share of what is missing is poor; so many poor ones in a row end it
POOR = 0.02
# simplex iterations of one block, some times the most that was seen (2,621). No seconds: an attack must find the same on a busy machine
ITERATIONS = 20_000


@dataclass(frozen=True)
class Aim:
    """Values drawn for some open rows; loose[i]: -1 where less will do, 1 where more will do, 0 where it must be the value itself."""

    row: IntArray
    value: IntArray
    loose: IntArray


def walk_blocks(evidence: Evidence, ground: Ground, *, rng: np.random.Generator, deadline: float, rounds: int = 200,
                among: BoolArray | None = None) -> int:  # fmt: skip
    """Rounds of blocks until they fill little more. among: the rows that are sought, where not all are. Returns how many tables were
    admitted."""
    table = evidence.attack.truth.copy()
    admitted = poor = stage = 0
    missing = _missing(evidence, among)
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(rounds):
            if poor == 2:
                poor, stage = 0, stage + 1
            if not missing or stage == len(STAGES) or time.process_time() > deadline:
                break
            size, share = STAGES[stage]
            aim = draw_aims(evidence, rng, share, among)
            blocks = list(cut_blocks(ground, aim.row, rng, size))
            solve = partial(solve_block, ground, table=table, aim=aim)
            for atoms, moved in zip(blocks, pool.map(solve, blocks), strict=True):
                if moved is None:
                    continue
                trial = table.copy()
                trial[atoms] = moved
                if evidence.admit(trial):
                    table = trial
                    admitted += 1
            left = _missing(evidence, among)
            poor = poor + 1 if missing - left < POOR * missing else 0
            missing = left
    return admitted


def _missing(evidence: Evidence, among: BoolArray | None) -> int:
    """How many values are missing."""
    count = np.bitwise_count(evidence.missing)
    return int((count if among is None else count[among]).sum())


def draw_aims(evidence: Evidence, rng: np.random.Generator, share: float = 1.0, among: BoolArray | None = None) -> Aim:
    """One missing value of each of a share of the open rows, each as likely as the others."""
    rows = evidence.open_rows
    rows = rows if among is None else rows[among[rows]]
    rows = rows[rng.random(len(rows)) < share] if share < 1 else rows
    bits = evidence.missing[rows]
    demand = evidence.attack.demand
    width = max(1, int(bits.max(initial=np.uint64(0))).bit_length())
    lots = np.where((bits[:, None] >> np.arange(width, dtype=np.uint64)) & np.uint64(1), rng.random((len(rows), width)), -1.0)
    bit = lots.argmax(axis=1)
    ends = demand.ends[rows]
    value = np.where(ends, np.where(bit == 1, demand.high[rows], demand.low[rows]), demand.low[rows] + bit)
    return Aim(rows, value.astype(np.int64), np.where(ends, np.where(bit == 1, 1, -1), 0))


def cut_blocks(ground: Ground, rows: IntArray, rng: np.random.Generator, size: int) -> Iterator[IntArray]:
    """Free atoms in pieces of about `size` that hang together through published cells, begun from the open rows' atoms.

    A piece that small cells do not join to anything more goes on at some atom with which it shares a large one. Parts of the system that are
    no larger than that are blocks themselves.
    """
    attack = ground.attack
    crossed = (ground.row_size <= CROSSED) & (ground.row_size > 1)
    small, large = attack.published[crossed], attack.published[ground.row_size > CROSSED]
    small_of, large_of = sparse.csc_matrix(small), sparse.csc_matrix(large)
    left = ground.free.copy()
    of_part = np.bincount(ground.part[left])
    for number in np.unique(ground.part[np.unique(attack.watch[rows].indices)]):
        if number >= 0 and of_part[number] <= size:
            block = np.flatnonzero(ground.part == number)
            left[block] = False
            yield block
    for start in rng.permutation(np.unique(attack.watch[rows].indices)):
        if not left[start]:
            continue
        block = np.zeros(0, dtype=np.int64)
        while True:
            piece = _grow(int(start), size, left, small.indptr, small.indices, small_of.indptr, small_of.indices)
            block = np.concatenate([block, piece])
            shared = large_of.indices[large_of.indptr[start] : large_of.indptr[start + 1]]
            if len(block) >= size or not len(shared):
                break
            row = shared[int(rng.integers(len(shared)))]
            others = large.indices[large.indptr[row] : large.indptr[row + 1]]
            others = others[left[others]]
            if not len(others):
                break
            start = others[int(rng.integers(len(others)))]
        yield np.sort(block)


def _grow(start: int, size: int, left: Any, row_ptr: Any, row_atom: Any, atom_ptr: Any, atom_row: Any) -> IntArray:
    """Breadth first from one atom over what is left; takes what it finds out of `left`."""
    block = [start]
    left[start] = False
    seen: set[int] = set()
    at = 0
    while at < len(block) and len(block) < size:
        atom = block[at]
        at += 1
        for row in atom_row[atom_ptr[atom] : atom_ptr[atom + 1]]:
            if row in seen:
                continue
            seen.add(row)
            around = row_atom[row_ptr[row] : row_ptr[row + 1]]
            around = around[left[around]]
            left[around] = False
            block.extend(around.tolist())
    return np.array(block, dtype=np.int64)


def solve_block(ground: Ground, atoms: IntArray, table: IntArray, aim: Aim) -> IntArray | None:
    """The block's atoms in the possible table nearest to the drawn values; None where nothing moves or nothing was found.

    Columns: the atoms, then for each aimed sum how far it stays below and above. Rows: published figures, floors, aimed sums.
    """
    attack = ground.attack
    here = table[atoms]
    published = sparse.csr_matrix(ground.by_atom[:, atoms])
    published = published[np.flatnonzero(np.diff(published.indptr) > 0)]
    watch = sparse.csr_matrix(ground.watch_by_atom[:, atoms])
    touched = np.flatnonzero(np.diff(watch.indptr) > 0)
    place = np.searchsorted(aim.row, touched)
    own = place < len(aim.row)
    own[own] = aim.row[place[own]] == touched[own]
    if not own.any():
        return None
    floors = touched[ground.lower_rows[touched]]
    aimed, drawn = watch[touched[own]], place[own]
    change = aim.value[drawn] - np.asarray(attack.watch[touched[own]] @ table)
    n, m = len(atoms), len(change)
    one = sparse.identity(m, format="csr")
    matrix = sparse.bmat(
        [[published, None, None], [watch[floors] if len(floors) else None, None, None], [aimed, one, -one]]
        if len(floors)
        else [[published, None, None], [aimed, one, -one]],
        format="csr",
        dtype=np.float64,
    )
    sums = np.asarray(published @ here, dtype=np.float64)
    room = attack.at_least[floors] - np.asarray(attack.watch[floors] @ table) + np.asarray(watch[floors] @ here)
    goal = change + np.asarray(aimed @ here)
    loose = aim.loose[drawn]
    cost = np.concatenate([np.zeros(n), np.where(loose < 0, 0.0, 1.0), np.where(loose > 0, 0.0, 1.0)])
    lower = np.concatenate([sums, room, goal]).astype(np.float64)
    upper = np.concatenate([sums, np.full(len(floors), highspy.kHighsInf), goal]).astype(np.float64)
    solution = _solve(matrix, cost, lower, upper)
    if solution is None:
        return None
    shift = solution[:n] - here
    if np.abs(shift - np.rint(shift)).max(initial=0.0) > NEARLY_WHOLE:
        shift = whole_parts(sparse.vstack([published, watch[floors]], format="csr"), shift)
    moved = np.rint(shift).astype(np.int64)
    return here + moved if moved.any() else None


def _solve(matrix: Any, cost: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray | None:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = cost
    model.col_lower_, model.col_upper_ = np.zeros(len(cost)), np.full(len(cost), highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("simplex_iteration_limit", ITERATIONS)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.asarray(solver.getSolution().col_value)

"""The linear programme of one remedy: the cheapest change of some atoms in which a sum takes a value that it must be able to take.

Columns are the changes of the atoms, then by how much each figure that may be given up goes up, then down. All costs are none below 0,
so the dual simplex has a start without presolve, which on programmes of this size takes longer than they do. Work is limited in
simplex iterations, never in seconds: what a release withholds must not depend on how busy the machine was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.system import BoolArray, FloatArray, IntArray

# simplex iterations of one programme: some hundred times what a neighbourhood takes
ITERATIONS = 20_000


@dataclass(frozen=True)
class Slice:
    """The rows of a system that some atoms lie in, and where: CSC of those rows x these atoms, entries 1."""

    rows: IntArray
    start: IntArray
    place: IntArray
    matrix: Any


@dataclass(frozen=True)
class Terms:
    """What each row of a slice allows. equal: its sum must stay what it is, but for what up and down let it move. up, down: the price of
    moving it by one, infinite where it cannot be moved; most_down: by how much at most. room: how far below its sum a row that need
    not be equal may go (-infinity: anything)."""

    equal: BoolArray
    up: FloatArray
    down: FloatArray
    most_down: FloatArray
    room: FloatArray


def entries_of(start: IntArray, other: IntArray, some: IntArray) -> tuple[IntArray, IntArray]:
    """Of some rows (columns) of a CSR (CSC) matrix the entries one after the other, and where each row begins, with the end."""
    first = start[some]
    size = start[some + 1] - first
    begin = np.concatenate([[0], np.cumsum(size)])
    return other[np.repeat(first - begin[:-1], size) + np.arange(begin[-1])], begin


def slice_of(columns: Any, atoms: IntArray) -> Slice:
    """columns: CSC of the system's rows x atoms, entries 1."""
    held, start = entries_of(columns.indptr, columns.indices, atoms)
    rows, place = np.unique(held, return_inverse=True)
    matrix = sparse.csc_matrix((np.ones(len(place)), place, start), shape=(len(rows), len(atoms)))
    return Slice(rows.astype(np.int64), start, place, matrix)


class RemedyProgramme:
    """One solver over a slice; prices change, all else stays. here: the true atoms; target @ change is held at what is asked."""

    def __init__(self, part: Slice, terms: Terms, here: IntArray, target: FloatArray, asked: float) -> None:
        n = len(here)
        self._n = n
        self._up, self._down = np.flatnonzero(np.isfinite(terms.up)), np.flatnonzero(np.isfinite(terms.down))
        kept = np.flatnonzero(terms.equal | np.isfinite(terms.room))
        line = np.full(len(part.rows), -1, dtype=np.int64)
        line[kept] = np.arange(len(kept))
        bound = line[part.place] >= 0
        start = np.concatenate([[0], np.cumsum(bound)])[part.start]
        index, value = line[part.place][bound], np.ones(int(bound.sum()))
        # the target is the last row
        own = np.flatnonzero(target)
        index, value = np.insert(index, start[own + 1], len(kept)), np.insert(value, start[own + 1], target[own])
        start = start + np.concatenate([[0], np.cumsum(target != 0)])
        slack = np.concatenate([line[self._up], line[self._down]])
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = len(kept) + 1, n + len(slack)
        model.col_cost_ = np.concatenate([np.zeros(n), terms.up[self._up], terms.down[self._down]])
        model.col_lower_ = np.concatenate([-here.astype(np.float64), np.zeros(len(slack))])
        far = 3.0 * abs(asked) + 10.0
        model.col_upper_ = np.concatenate([np.full(n, far), np.full(len(self._up), np.inf), terms.most_down[self._down]])
        equal = terms.equal[kept]
        model.row_lower_ = np.append(np.where(equal, 0.0, -terms.room[kept]), asked)
        model.row_upper_ = np.append(np.where(equal, 0.0, np.inf), asked)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.concatenate([start, start[-1] + np.arange(1, len(slack) + 1)])
        model.a_matrix_.index_ = np.concatenate([index, slack])
        model.a_matrix_.value_ = np.concatenate([value, np.full(len(self._up), -1.0), np.full(len(self._down), 1.0)])
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.silent()
        for option, setting in (("threads", 1), ("presolve", "off"), ("simplex_iteration_limit", ITERATIONS)):
            self._solver.setOptionValue(option, setting)
        self._solver.passModel(model)

    def solve(self) -> FloatArray | None:
        """The cheapest change of the atoms, in real numbers; None where there is none or it was not found within the work allowed."""
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(self._solver.getSolution().col_value)[: self._n]

    def price_anew(self, up: FloatArray, down: FloatArray) -> None:
        """Other prices of the rows that could be moved before."""
        column = np.arange(self._n, self._n + len(self._up) + len(self._down), dtype=np.int32)
        self._solver.changeColsCost(len(column), column, np.concatenate([up[self._up], down[self._down]]))

"""The least that must change in a possible table so that a sum is another number.

Of a sum and a value that no table has shown yet, a linear programme over everything that hangs together is asked for the smallest change,
in incidents moved, that gives the sum this value and leaves every printed figure as it is. The table without any change is nearly its
answer: one row is wrong, so the dual simplex method needs few steps (a second where the programme from nothing needs minutes), and what it
finds moves a dozen incidents along a circle of places, kinds and months, mostly in whole numbers. Halves are mended by an integer programme
over what moves and what lies beside it, with the rest held still.

Where the programme has no answer, no table has the value: then printed figures rule it out, and whoever asked finds out why (ranges.py).
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from tests.builders.outside_attack.ranges import NEAR_WHOLE
from tests.builders.outside_attack.reading import Ints

# other prices for moving an incident lead to other circles, where one led to halves
TRIES = 6
BESIDE, NODES = 1_500, 300


def least_change(
    rows: Any,
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    room: Ints,
    within: Ints,
    move: int,
    rng: np.random.Generator,
) -> Ints | None:
    """The change of each part, in whole numbers; None where no table has the value, or where halves could not be mended.

    rows: printed sums over the parts of a component, by column; low, high: by how much each may change; room: by how much each part can
    become smaller; within: the parts of the sum; move: by how much it is to change.
    """
    n = rows.shape[1]
    goal = np.zeros(n)
    goal[within] = 1
    both = sparse.bmat([[rows, -rows], [goal[None, :], -goal[None, :]]], format="csc")
    for number in range(TRIES):
        price = np.ones(2 * n) if number == 0 else rng.uniform(1, 2, 2 * n)
        solver = _programme(both, price, np.append(low, move), np.append(high, move), room)
        solver.run()
        status = solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        change = _change(solver, n)
        if (np.abs(change - np.rint(change)) < NEAR_WHOLE).all():
            return np.asarray(np.rint(change), dtype=np.int64)
        mended = _in_whole_numbers(solver, rows, change, n, rng)
        if mended is not None:
            return mended
    return None


def _programme(both: Any, price: Any, low: Any, high: Any, room: Ints) -> Any:
    n = len(room)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = both.shape
    model.col_cost_ = price
    model.col_lower_ = np.zeros(2 * n)
    model.col_upper_ = np.concatenate([np.full(n, highspy.kHighsInf), room.astype(np.float64)])
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = both.indptr.astype(np.int32)
    model.a_matrix_.index_ = both.indices.astype(np.int32)
    model.a_matrix_.value_ = both.data.astype(np.float64)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    # nothing moved is where it begins
    solver.setOptionValue("presolve", "off")
    solver.passModel(model)
    return solver


def _change(solver: Any, n: int) -> npt.NDArray[np.float64]:
    values = np.array(solver.getSolution().col_value)
    return np.asarray(values[:n] - values[n:])


def _in_whole_numbers(solver: Any, rows: Any, change: Any, n: int, rng: np.random.Generator) -> Ints | None:
    moved = np.flatnonzero(np.abs(change) > NEAR_WHOLE)
    beside = np.unique(rows.tocsr()[np.unique(rows[:, moved].indices)].indices)
    kept = np.union1d(moved, rng.choice(beside, min(len(beside), BESIDE), replace=False))
    free = np.concatenate([kept, kept + n]).astype(np.int32)
    still = np.setdiff1d(np.arange(2 * n), free).astype(np.int32)
    solver.changeColsBounds(len(still), still, np.zeros(len(still)), np.zeros(len(still)))
    solver.changeColsIntegrality(len(free), free, np.ones(len(free), dtype=np.uint8))
    for option, value in (("presolve", "choose"), ("mip_max_nodes", NODES)):
        solver.setOptionValue(option, value)
    solver.run()
    return np.asarray(np.rint(_change(solver, n)), dtype=np.int64) if solver.getSolution().value_valid else None

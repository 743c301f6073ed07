"""Which printed figures contradict one another: a set of them that cannot all hold, and that could if any one of them were taken away."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analytics.disclosure.outside.frames import NAMED_AT_MOST
from analytics.disclosure.outside.printed import NO_END, Printed
from analytics.disclosure.system import IntArray
from core.errors import UserError

# what a programme may miss a figure by and still be said to meet it
MISSED = 1e-6
# sums that one message spells out
MARGINS = 3
# of the four names of a figure, those that a margin and its parts share: parts are places of one geography, categories, or periods
_WAYS = (["category", "period"], ["geography", "place", "period"], ["geography", "place", "category"])


def contradiction(printed: Printed) -> UserError:
    """The error that names the figures: which sum does not add up, or which figures cannot all hold."""
    hint = "correct the figures, or say by areas and groups how they really lie in one another."
    where = "published"
    margins = _wrong_margins(printed)
    if margins:
        more = f"; and {len(margins) - MARGINS} more sums do not add up" if len(margins) > MARGINS else ""
        said = "; ".join(_margin_said(printed, top, parts) for top, parts in margins[:MARGINS])
        return UserError(f"the tables contradict one another: {said}{more}", where=where, hint=hint)
    rows = _smallest_set(printed)
    if not rows:
        return UserError(
            "the tables contradict one another: no table of whole numbers agrees with all figures", where=where, hint=hint
        )
    return UserError(f"the tables contradict one another: {_said(printed, rows)}", where=where, hint=hint)


def _wrong_margins(printed: Printed) -> list[tuple[int, list[int]]]:
    """Shown figures that are not the sum of shown figures which together make them up, with these; the narrowest first."""
    shown = np.flatnonzero(printed.shown)
    cells, figures = printed.cells.iloc[shown], printed.least
    rows = printed.rows
    size = np.diff(rows.indptr)
    found = {}
    for shared in _WAYS:
        for _, family in cells.groupby(shared, sort=False):
            own = family.index.to_numpy()
            overlap = sparse.csr_matrix(rows[own] @ rows[own].T)
            for top, first, last in zip(own, overlap.indptr[:-1], overlap.indptr[1:], strict=True):
                near = own[overlap.indices[first:last]]
                candidates = near[(overlap.data[first:last] == size[near]) & (size[near] < size[top])]
                for geography in printed.cells["geography"][candidates].unique():
                    parts = _made_up_of(rows, candidates[printed.cells["geography"][candidates] == geography], int(size[top]))
                    if parts and figures[parts].sum() != figures[top]:
                        found[int(top), tuple(parts)] = size[top]
    return [(top, list(parts)) for top, parts in sorted(found, key=lambda margin: (found[margin], margin))]


def _made_up_of(rows: Any, candidates: IntArray, size: int) -> list[int]:
    """Of these figures, the widest first, those that share nothing; [] unless they cover so many atoms."""
    taken = np.zeros(rows.shape[1], dtype=bool)
    parts = []
    for row in candidates[np.argsort(-np.diff(rows.indptr)[candidates], kind="stable")]:
        atoms = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        if not taken[atoms].any():
            taken[atoms] = True
            parts.append(int(row))
    return sorted(parts) if taken.sum() == size else []


def _smallest_set(printed: Printed) -> list[int]:
    """Rows that cannot all hold, none of which could be spared; [] where the linear programme finds no contradiction.

    The duals of "miss the figures by as little as possible" are a certificate of Farkas, so the rows that bear any are such a set; then
    each is left out in turn to see whether it is needed (deletion filter, Chinneck and Dravnieks 1991, ORSA J. Computing 3(2), 157-168).
    """
    missed, dual = _least_missed(printed, np.arange(len(printed.cells), dtype=np.int64))
    if missed <= MISSED:
        return []
    rows = np.flatnonzero(np.abs(dual) > MISSED)
    # the widest figures go first, so that the narrowest contradiction is the one that is named
    for row in rows[np.argsort(-np.diff(printed.rows.indptr)[rows], kind="stable")]:
        fewer = rows[rows != row]
        if _least_missed(printed, fewer)[0] > MISSED:
            rows = fewer
    return [int(r) for r in rows]


def _least_missed(printed: Printed, rows: IntArray) -> tuple[float, np.ndarray[Any, np.dtype[np.float64]]]:
    """By how much some table must miss these rows in all, and the dual of each."""
    matrix = printed.rows[rows].astype(np.float64)
    n_rows, n_atoms = matrix.shape
    if not n_rows:
        return 0.0, np.zeros(0)
    one = sparse.identity(n_rows, format="csr")
    whole = sparse.csr_matrix(sparse.hstack([matrix, one, -one], format="csr"))
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = whole.shape
    model.col_cost_ = np.concatenate([np.zeros(n_atoms), np.ones(2 * n_rows)])
    model.col_lower_, model.col_upper_ = np.zeros(whole.shape[1]), np.full(whole.shape[1], highspy.kHighsInf)
    most = printed.most[rows]
    model.row_lower_ = printed.least[rows].astype(np.float64)
    model.row_upper_ = np.where(most >= NO_END, highspy.kHighsInf, most).astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = whole.indptr, whole.indices, whole.data
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    return float(solver.getInfo().objective_function_value), np.asarray(solver.getSolution().row_dual)


def _said(printed: Printed, rows: list[int]) -> str:
    """The figures of a set in a row, the widest first."""
    size = np.diff(printed.rows.indptr)
    return "these cannot all hold: " + _listed([_one(printed, r) for r in sorted(rows, key=lambda r: -size[r])])


def _margin_said(printed: Printed, top: int, parts: list[int]) -> str:
    """'county county-1 is 21, but what makes it up comes to 20 (region A 2, ...)'."""
    each = _listed([f"{printed.name(r)} {printed.least[r]}" for r in parts])
    return f"{printed.name(top)} is {printed.least[top]}, but what makes it up comes to {printed.least[parts].sum()} ({each})"


def _one(printed: Printed, row: int) -> str:
    if printed.shown[row]:
        return f"{printed.name(row)} is {printed.least[row]}"
    most = printed.most[row]
    ends = f"at least {printed.least[row]}" + ("" if most >= NO_END else f" and at most {most}")
    return f"{printed.name(row)} is withheld, which says {ends}"


def _listed(texts: list[str]) -> str:
    # a few more than names, since here each one is needed to see the contradiction
    most = 2 * NAMED_AT_MOST
    more = f"; and {len(texts) - most} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more

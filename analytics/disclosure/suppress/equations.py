"""Secondary suppression, first pass: the sums that anyone can see in the layout of the tables.

A parent cell less its published children leaves a remainder that everybody can work out. A remainder of 1..k-1 tells a small number;
a remainder that is one withheld cell tells that cell. Where either happens, the cheapest member of the equation is withheld, with an eye
to the other equations it stands in. This pass is a heuristic and claims nothing: the programmes of suppress.py and the audit follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from scipy import sparse

from analytics.disclosure.nesting import codes, parents_of
from analytics.disclosure.system import BoolArray, FloatArray, IntArray, PublicationSystem

# packings of one category by others that are looked at; plans have a dozen categories, so this is never reached in practice
PACKINGS_AT_MOST = 24


@dataclass(frozen=True)
class Equations:
    """parent = sum of children + rest; member e's children are child[start[e]:start[e + 1]]; rest is what no child holds."""

    parent: IntArray
    start: IntArray
    child: IntArray
    rest: IntArray


def find_equations(system: PublicationSystem) -> Equations:
    """Equations from nested geographies (next level only) and from categories that pack into one another."""
    pieces = [*parents_of(system), *system.kept("packings", lambda: _by_category(system))]
    parent = np.concatenate([p for p, _ in pieces]) if pieces else np.zeros(0, dtype=np.int64)
    child = np.concatenate([c for _, c in pieces]) if pieces else np.zeros(0, dtype=np.int64)
    if pieces:
        # pairs of one piece belong together; two pieces with the same parent are two equations
        piece = np.concatenate([np.full(len(p), i) for i, (p, _) in enumerate(pieces)])
        order = np.lexsort((child, parent, piece))
        parent, child, piece = parent[order], child[order], piece[order]
        first = np.flatnonzero((np.diff(parent, prepend=-1) != 0) | (np.diff(piece, prepend=-1) != 0))
    else:
        first = np.zeros(0, dtype=np.int64)
    counts = system.cell_counts
    held = np.add.reduceat(counts[child], first) if len(first) else np.zeros(0, dtype=np.int64)
    return Equations(parent[first], np.append(first, len(child)).astype(np.int64), child, counts[parent[first]] - held)


def _by_category(system: PublicationSystem) -> list[tuple[IntArray, IntArray]]:
    """Pairs (cell of a category, cell of one that lies in it, same place), one list a packing by disjoint categories."""
    cells = system.cells
    category, names = codes(cells["category"].to_numpy().astype(str))
    where = cells["geography"].astype(str) + "|" + cells["edition"].astype(str) + "|" + cells["place_code"].astype(str)
    where = (
        where + "|" + cells["period_start"].astype(str) + "|" + cells["period_end"].astype(str) + "|" + cells["release"].astype(str)
    )
    site, sites = codes(where.to_numpy())
    at = np.full((sites, names), -1, dtype=np.int64)
    at[site, category] = np.arange(system.n_cells)
    full = np.flatnonzero((at >= 0).all(axis=1))
    if not len(full):
        return []
    # one site with every category tells how they lie in one another
    overlap = system.incidence[at[full].ravel()]
    shared = _shared_atoms(overlap, names)
    found = []
    for outer in range(names):
        inner = [c for c in range(names) if c != outer and shared[c, outer] == shared[c, c] and shared[c, c] < shared[outer, outer]]
        for packing in _packings(inner, shared)[:PACKINGS_AT_MOST]:
            chosen = at[:, [outer, *packing]]
            whole = chosen[(chosen >= 0).all(axis=1)]
            found.append((np.repeat(whole[:, 0], len(packing)), whole[:, 1:].ravel()))
    return found


def _shared_atoms(rows: Any, names: int) -> IntArray:
    """names x names: how many atoms each two categories share, summed over sites."""
    by_category = sparse.csr_matrix(
        (np.ones(rows.shape[0]), (np.tile(np.arange(names), rows.shape[0] // names), np.arange(rows.shape[0]))),
        shape=(names, rows.shape[0]),
    )
    member = by_category @ rows
    member.data[:] = 1
    return np.asarray((member @ member.T).toarray(), dtype=np.int64)


def _packings(inner: list[int], shared: IntArray) -> list[list[int]]:
    """Maximal families of mutually disjoint categories (Bron-Kerbosch on the graph of disjointness)."""
    out: list[list[int]] = []

    def extend(chosen: list[int], may: list[int], done: list[int]) -> None:
        if not may and not done:
            if chosen:
                out.append(chosen)
            return
        for c in list(may):
            apart = [d for d in may if d != c and shared[c, d] == 0]
            extend([*chosen, c], apart, [d for d in done if shared[c, d] == 0])
            may = [d for d in may if d != c]
            done = [*done, c]

    extend([], inner, [])
    return out


def close_equations(system: PublicationSystem, visible: BoolArray, loss: FloatArray, *, enough: int, more: IntArray | None = None
                    ) -> BoolArray:  # fmt: skip
    """Withhold members until no remainder is in 1..enough-1 and no equation has a single withheld member. Returns what stays visible.

    more: for each cell by how much more than `enough` the remainder of what it is the sum of must be.
    """
    sums = Sums(system, enough, more)
    shown = visible.copy()
    if len(sums.equations.parent):
        eq = sums.equations
        _close(eq.parent, eq.start, eq.child, eq.rest, sums.cell_start, sums.cell_eq, system.cell_counts, loss, shown, sums.enough)
    return shown


class Sums:
    """The equations of a layout with the members of each, ready to be asked what they give away.

    enough, more: as for close_equations.
    """

    def __init__(self, system: PublicationSystem, enough: int, more: IntArray | None = None) -> None:
        self.equations = find_equations(system)
        self._counts = system.cell_counts
        n = len(self.equations.parent)
        member = np.concatenate([self.equations.child, self.equations.parent])
        of = np.concatenate([np.repeat(np.arange(n), np.diff(self.equations.start)), np.arange(n)])
        self.cell_eq = of[np.argsort(member, kind="stable")]
        held = np.cumsum(np.bincount(member, minlength=system.n_cells))
        self.cell_start = np.concatenate([[0], held]).astype(np.int64)
        self.enough = np.full(n, enough, dtype=np.int64) + (0 if more is None else more[self.equations.parent])

    def give_away(self, cells: IntArray, shown: BoolArray) -> bool:
        """Whether a sum that one of these cells stands in gives something away, where exactly `shown` is visible."""
        eq = self.equations
        return any(
            _lacking(e, eq.parent, eq.start, eq.child, eq.rest, self._counts, shown, -1, self.enough)
            for cell in cells
            for e in self.cell_eq[self.cell_start[cell] : self.cell_start[cell + 1]]
        )


@numba.njit(cache=True)
def _lacking(e: int, parent: Any, start: Any, child: Any, rest: Any, counts: Any, shown: Any, extra: int, enough: Any
             ) -> bool:  # fmt: skip  # pragma: no cover - compiled
    """Whether equation e gives something away; extra: a cell to think of as withheld (-1 for none);
    enough: of each equation, the least remainder that is large enough."""
    hidden = 0
    remainder = rest[e]
    for p in range(start[e], start[e + 1]):
        c = child[p]
        if not shown[c] or c == extra:
            hidden += 1
            remainder += counts[c]
    top_hidden = (not shown[parent[e]]) or parent[e] == extra
    if top_hidden:
        hidden += 1
    if rest[e] > 0:
        hidden += 1
    # a withheld figure of k or more that can be worked out gives nothing away
    if hidden == 1 and rest[e] == 0 and top_hidden and 1 <= counts[parent[e]] < enough[e]:
        return True
    return (not top_hidden) and 1 <= remainder < enough[e]


@numba.njit(cache=True)
def _close(parent: Any, start: Any, child: Any, rest: Any, cell_start: Any, cell_eq: Any, counts: Any, loss: Any, shown: Any,
           enough: Any) -> None:  # fmt: skip  # pragma: no cover - compiled
    stack = list(range(len(parent)))
    while stack:
        e = stack.pop()
        if not _lacking(e, parent, start, child, rest, counts, shown, -1, enough):
            continue
        best, best_score = -1, np.inf
        for p in range(start[e], start[e + 1] + 1):
            c = child[p] if p < start[e + 1] else parent[e]
            if not shown[c] or np.isinf(loss[c]) or _lacking(e, parent, start, child, rest, counts, shown, c, enough):
                continue
            mended, broken = 0, 0
            for q in range(cell_start[c], cell_start[c + 1]):
                f = cell_eq[q]
                before = _lacking(f, parent, start, child, rest, counts, shown, -1, enough)
                after = _lacking(f, parent, start, child, rest, counts, shown, c, enough)
                if before and not after:
                    mended += 1
                elif after and not before:
                    broken += 1
            score = loss[c] * (1.0 + broken) / max(mended, 1)
            if score < best_score:
                best, best_score = c, score
        if best >= 0:
            shown[best] = False
            for q in range(cell_start[best], cell_start[best + 1]):
                stack.append(cell_eq[q])

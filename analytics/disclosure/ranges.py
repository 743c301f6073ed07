"""What a reader can work out of a withheld figure: the least and the largest count that the published figures leave possible.

Everything here is made from what is printed: figures, symbols and the layout of the tables. No true count is looked at, so a range says
nothing that a reader with a solver does not have already. The solver is core.ranges.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import sparse

from analytics.disclosure.nesting import parents_of
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from core.ranges import UNBOUNDED, Printed, Reader


def printed_of(system: PublicationSystem, visible: BoolArray, unsaid: BoolArray, *, said: int) -> Printed:
    """What the candidate of a system prints, as rows that join as few atoms as may be.

    visible, unsaid: by cell. said: the least that the symbol of a withheld cell says, where something is said of it. The published figures of
    the areas in an area are taken off its own, which binds the same as before, so that districts whose figures stand fall apart.
    """
    own = system.candidate
    shown = own & visible
    rows, figures = system.incidence.copy(), np.where(shown, system.cell_counts, 0)
    size = np.diff(system.incidence.indptr).astype(np.int64)
    n = system.n_cells
    # of an area that several geographies divide, the division that leaves least of it
    left, division = size.copy(), np.full(n, -1, dtype=np.int64)
    pairs = [(above[own[above] & own[below]], below[own[above] & own[below]]) for above, below in parents_of(system)]
    for i, (above, below) in enumerate(pairs):
        whole = np.bincount(above, weights=size[below], minlength=n) == size
        after = size - np.bincount(above, weights=np.where(shown[below], size[below], 0), minlength=n).astype(np.int64)
        better = whole & shown & (after < left)
        left[better], division[better] = after[better], i
    taken = sparse.csr_matrix((n, n), dtype=np.int64)
    for i, (above, below) in enumerate(pairs):
        use = (division[above] == i) & shown[below]
        ones = np.ones(int(use.sum()), dtype=np.int64)
        taken = taken + sparse.csr_matrix((ones, (above[use], below[use])), shape=(n, n))
    rows = sparse.csr_matrix(rows - taken @ system.incidence)
    rows.eliminate_zeros()
    figures = figures - taken @ figures
    floor = own & ~visible & ~unsaid if said else np.zeros_like(own)
    pick, under = np.flatnonzero(shown), np.flatnonzero(floor)
    return Printed(rows[pick], figures[pick].astype(np.int64), system.incidence[under], np.full(len(under), said, dtype=np.int64))


def withheld_ranges(system: PublicationSystem, visible: BoolArray, unsaid: BoolArray, *, said: int) -> tuple[IntArray, IntArray]:
    """By cell of the system the least and largest possible count of the candidate's withheld cells; 0 and UNBOUNDED elsewhere, and UNBOUNDED
    where nothing bounds a count."""
    low, high = np.zeros(system.n_cells, dtype=np.int64), np.full(system.n_cells, UNBOUNDED, dtype=np.int64)
    hidden = np.flatnonzero(system.candidate & ~visible)
    if len(hidden):
        own, place = alone(system)
        reader = Reader(printed_of(own, visible[place], unsaid[place], said=said))
        asked = np.flatnonzero(~visible[place])
        low[hidden], high[hidden] = reader.ranges(own.incidence[asked])
    return low, high


def alone(system: PublicationSystem) -> tuple[PublicationSystem, IntArray]:
    """The candidate without its past: its cells over atoms that they tell apart, and which cells of the system they are."""
    place = np.flatnonzero(system.candidate)
    rows = sparse.csc_matrix(system.incidence[place])
    rows.sort_indices()
    members = [rows.indices[a:b].tobytes() for a, b in pairwise(rows.indptr)]
    names: dict[bytes, int] = {}
    kind = np.zeros(len(members), dtype=np.int64)
    for i, name in enumerate(members):
        kind[i] = names.setdefault(name, len(names))
    first = np.zeros(len(names), dtype=np.int64)
    first[kind[::-1]] = np.arange(len(members))[::-1]
    used = np.diff(rows.indptr)[first] > 0
    counts = np.bincount(kind, weights=system.atom_counts, minlength=len(names)).astype(np.int64)
    small = PublicationSystem(
        sparse.csr_matrix(rows[:, first[used]]), counts[used], system.cells.iloc[place].reset_index(drop=True),
        system.weight[place], system.seen[place],
    )  # fmt: skip
    return small, place

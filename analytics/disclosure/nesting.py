"""Which cell lies in which: the next wider area of the same category and period. Layout alone, which everybody knows."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.disclosure.system import BoolArray, FloatArray, IntArray, PublicationSystem


def parents_of(system: PublicationSystem) -> list[tuple[IntArray, IntArray]]:
    """Pairs (parent cell, child cell) for each geography and the smallest geography of the same release that it nests in."""
    cells = system.cells
    place, kind = {}, {}
    names = cells["category"].astype(str) + "|" + cells["period_start"].astype(str) + "|" + cells["period_end"].astype(str)
    kind_code, _ = codes(names.to_numpy())
    for key, rows in _tables(system).items():
        code, _ = codes(cells["place_code"].to_numpy()[rows].astype(str))
        part = system.incidence[rows].tocoo()
        label = np.full(system.n_atoms, -1, dtype=np.int64)
        label[part.col] = code[part.row]
        place[key], kind[key] = label, (rows, code)
    found = []
    for low, inside in place.items():
        hosts = []
        for high, outside in place.items():
            if high == low or high[2] != low[2] or kind[high][1].max() >= kind[low][1].max():
                continue
            both = inside >= 0
            pair = np.unique(np.column_stack([inside[both], outside[both]]), axis=0)
            if len(pair) == len(np.unique(pair[:, 0])) and (pair[:, 1] >= 0).all():
                hosts.append((len(np.unique(pair[:, 1])), high, pair))
        if not hosts:
            continue
        _, high, pair = max(hosts, key=lambda h: h[0])
        to_host = np.full(int(pair[:, 0].max()) + 1, -1, dtype=np.int64)
        to_host[pair[:, 0]] = pair[:, 1]
        rows, code = kind[low]
        host_rows, host_code = kind[high]
        n_kind = int(kind_code.max()) + 1
        lookup = np.full((int(host_code.max()) + 1) * n_kind, -1, dtype=np.int64)
        lookup[host_code * n_kind + kind_code[host_rows]] = host_rows
        known = code < len(to_host)
        target = np.where(known, to_host[np.minimum(code, len(to_host) - 1)], -1)
        parent = np.where(target >= 0, lookup[np.maximum(target, 0) * n_kind + kind_code[rows]], -1)
        found.append((parent[parent >= 0], rows[parent >= 0]))
    return found


def codes(values: Any) -> tuple[IntArray, int]:
    """A number from 0 for each distinct value, and how many there are."""
    names, code = np.unique(values, return_inverse=True)
    return code.astype(np.int64), len(names)


def _tables(system: PublicationSystem) -> dict[tuple[str, ...], IntArray]:
    """Rows of each geography x edition x release."""
    groups = system.cells.groupby(["geography", "edition", "release"], sort=True).groups
    return {tuple(str(k) for k in key): np.asarray(rows, dtype=np.int64) for key, rows in groups.items()}


class Silence:
    """Where a wider area's figure is withheld, nothing is said of the smaller areas in it, a true 0 included.

    Otherwise a reader counts: three neighbourhoods that are withheld and not 0 make the local area at least 3. The rule looks at what is
    withheld and never at why, so that it tells nothing of its own.
    """

    def __init__(self, system: PublicationSystem) -> None:
        parent = np.full(system.n_cells, -1, dtype=np.int64)
        for above, below in parents_of(system):
            parent[below] = above
        parent[system.seen != 0] = -1
        self._child = np.flatnonzero(parent >= 0)
        self._parent = parent[self._child]
        self._n = system.n_cells

    def unsaid(self, visible: BoolArray) -> BoolArray:
        """Cells of which nothing is said: those in an area whose own figure is withheld or unsaid."""
        quiet = np.zeros(self._n, dtype=bool)
        while True:
            grown = quiet.copy()
            grown[self._child] |= ~visible[self._parent] | quiet[self._parent]
            if np.array_equal(grown, quiet):
                return quiet
            quiet = grown

    def close(self, visible: BoolArray) -> BoolArray:
        """What stays visible when the rule is kept."""
        return np.asarray(visible & ~self.unsaid(visible))

    def below(self, loss: FloatArray) -> FloatArray:
        """For each cell the loss of all cells that would be unsaid without it."""
        total = np.zeros(self._n)
        own = loss
        # one step a level: what lies in the areas that lie in it, and so on down
        while True:
            step = np.bincount(self._parent, weights=own[self._child], minlength=self._n)
            if not step.any():
                return total
            total = total + step
            own = step

"""Which cell lies in which: the next wider area of the same category and period. Layout alone, which everybody knows."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.system import BoolArray, FloatArray, IntArray, PublicationSystem


def parents_of(system: PublicationSystem) -> list[tuple[IntArray, IntArray]]:
    """Pairs (parent cell, child cell) for each geography and the smallest geography of the same release that it nests in."""
    return system.kept("parents", lambda: _parents_of(system))


def _parents_of(system: PublicationSystem) -> list[tuple[IntArray, IntArray]]:
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


def wholes_of(system: PublicationSystem) -> list[tuple[IntArray, IntArray]]:
    """Pairs (cell of the widest category, cell of another one) of the same place and period: the total, where the plan has one."""
    return system.kept("wholes", lambda: _wholes_of(system))


def _wholes_of(system: PublicationSystem) -> list[tuple[IntArray, IntArray]]:
    where = ["geography", "edition", "place_code", "period_start", "period_end", "release"]
    site = system.cells.groupby(where, sort=False).ngroup().to_numpy()
    size = np.diff(system.incidence.indptr)
    order = np.lexsort((-size, site))
    first = np.flatnonzero(np.diff(site[order], prepend=-1) != 0)
    widest = order[first]
    top = widest[site]
    mine = np.flatnonzero(top != np.arange(system.n_cells))
    # only where it holds all that the other one holds
    shared = np.asarray(system.incidence[mine].multiply(system.incidence[top[mine]]).sum(axis=1)).ravel()
    inside = mine[shared == size[mine]]
    return [(top[inside], inside)]


class Silence:
    """Where the figure of a wider area, or a place's total, is withheld, nothing is said of what lies in it, a true 0 included.

    Otherwise a reader counts: three neighbourhoods that are withheld and not 0 make their local area at least 3. The rule looks at what is
    withheld and never at why, so that it tells nothing of its own.
    """

    def __init__(self, system: PublicationSystem) -> None:
        pairs = [*parents_of(system), *wholes_of(system)]
        above = np.concatenate([a for a, _ in pairs]) if pairs else np.zeros(0, dtype=np.int64)
        below = np.concatenate([b for _, b in pairs]) if pairs else np.zeros(0, dtype=np.int64)
        own = (system.seen[above] == 0) & (system.seen[below] == 0)
        self._above, self._below, self._n = above[own], below[own], system.n_cells
        self.holds_others = np.zeros(system.n_cells, dtype=bool)
        self.holds_others[self._above] = True

    def unsaid(self, visible: BoolArray) -> BoolArray:
        """Cells of which nothing is said, where exactly these are visible."""
        quiet = np.zeros(self._n, dtype=bool)
        while True:
            grown = quiet.copy()
            grown[self._below[~visible[self._above] | quiet[self._above]]] = True
            if np.array_equal(grown, quiet):
                return quiet
            quiet = grown

    def cheapest_above(self, loss: FloatArray) -> tuple[IntArray, FloatArray]:
        """For each cell the cheapest of those that would leave it unsaid if they were withheld, and its loss: -1 and infinite for none."""
        order = np.argsort(-loss[self._above], kind="stable")
        cell = np.full(self._n, -1, dtype=np.int64)
        cell[self._below[order]] = self._above[order]
        price = np.where(cell >= 0, loss[cell], np.inf)
        return np.where(np.isfinite(price), cell, -1), price

    def with_what_is_in_it(self, loss: FloatArray) -> FloatArray:
        """The loss of withholding each cell together with all that would then be unsaid (what lies in it twice counts twice)."""
        total, own = loss.copy(), loss
        while own.any():
            own = np.bincount(self._above, weights=own[self._below], minlength=self._n).astype(np.float64)
            total = total + own
        return total


def unsaid_cells(system: PublicationSystem, visible: BoolArray, policy: Policy) -> BoolArray:
    """Cells of the candidate of which nothing is said; none under a policy whose symbol says nothing by itself."""
    if not policy.hidden_is_at_least:
        return np.zeros(system.n_cells, dtype=bool)
    return Silence(system).unsaid(visible)


def least_of_members(system: PublicationSystem, least: IntArray) -> IntArray:
    """For each row the most of its own lower bound and the sum of those of the areas in it, of the same release."""
    pairs = parents_of(system)
    while True:
        grown = least.copy()
        for above, below in pairs:
            grown = np.maximum(grown, np.bincount(above, weights=least[below], minlength=system.n_cells).astype(np.int64))
        if np.array_equal(grown, least):
            return least
        least = grown

"""Alternative tables in which every place and group keeps its incidents in every window, so that no figure of any release sees the change.

With P_t the incidents up to month t, a window (a, b] kept as it is says P_b - P_a = W, and P never falls: difference constraints, all of
whose corners are whole numbers. From shortest paths d of their graph, P_t = min(d(a, t), v + d(b, t)) is a possible series in which the
months (a, b] hold v, for every v between the least and the most that they can (Bellman 1958). The series of different places and groups do
not touch one another, so one table tries a value in each of them at once. Tables are proposals like all others: the evidence counts every
figure.

A place and group of which every window is published can do nothing else, and nothing that others do depends on it: in any possible table its
series can be put back to the truth without a figure changing. What is then still open is to be sought among the others alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csgraph

from analytics.disclosure.attack.evidence import Evidence
from analytics.disclosure.history import Joint
from analytics.disclosure.system import BoolArray, IntArray

# no count comes near it
FAR = 1 << 40


@dataclass(frozen=True)
class _Wish:
    """A watched row that lies in one site's months (first, last], and a value that it has not been seen to take."""

    site: int
    first: int
    last: int
    value: int


def atoms_of_sites(joint: Joint) -> IntArray:
    """(sites x month classes): the atom of each area class and category class in each month class, -1 for none."""
    own = np.flatnonzero(joint.area >= 0)
    label = joint.area[own] * (joint.kind.max() + 1) + joint.kind[own]
    sites, row = np.unique(label, return_inverse=True)
    at = np.full((len(sites), int(joint.month.max()) + 1), -1, dtype=np.int64)
    at[row, joint.month[own]] = own
    return at


def propose_steady(evidence: Evidence, joint: Joint, sites: IntArray) -> int:
    """Propose tables until every value that such a series can take was tried. Returns how many were admitted."""
    whole = np.flatnonzero((sites >= 0).all(axis=1))
    in_time = sites[:, joint.in_time]
    spans = _spans_kept(joint)
    if spans is None or not len(whole):
        return 0
    queues = _wishes(evidence, in_time[whole])
    truth = evidence.attack.truth
    paths = {site: _paths(truth[in_time[whole[site]]], spans) for site in queues}
    admitted = 0
    for turn in range(max((len(q) for q in queues.values()), default=0)):
        table = truth.copy()
        for site, queue in queues.items():
            if turn < len(queue):
                series = _series(paths[site], queue[turn])
                if series is not None:
                    table[in_time[whole[site]]] = series
        admitted += evidence.admit(table)
    return admitted


def loose_atoms(evidence: Evidence, joint: Joint, sites: IntArray) -> BoolArray:
    """Atoms that can take part in what is open: those of sites of which some window is not published, and what is no incident of a site."""
    spans = _spans_kept(joint)
    loose = np.ones(len(evidence.attack.truth), dtype=bool)
    if spans is None:
        return loose
    n_atoms = len(loose)
    site, month = np.full(n_atoms, -1, dtype=np.int64), np.zeros(n_atoms, dtype=np.int64)
    in_time = sites[:, joint.in_time]
    of, at = np.nonzero(in_time >= 0)
    site[in_time[of, at]], month[in_time[of, at]] = of, at
    published = evidence.attack.published
    size = np.diff(published.indptr)
    full = size > 0
    starts = published.indptr[:-1][full]
    least, most = (f.reduceat(site[published.indices], starts) for f in (np.minimum, np.maximum))
    first, last = (f.reduceat(month[published.indices], starts) for f in (np.minimum, np.maximum))
    own = (least == most) & (least >= 0) & (last - first + 1 == size[full])
    shown = np.unique(np.column_stack([least[own], first[own], last[own] + 1]), axis=0)
    known = np.isin(
        shown[:, 1] * (joint.windows.shape[1] + 1) + shown[:, 2], spans[:, 0] * (joint.windows.shape[1] + 1) + spans[:, 1]
    )
    pinned = np.bincount(shown[known, 0], minlength=len(sites)) == len(spans)
    for more in joint.sees_more.values():
        touched = np.flatnonzero(np.diff(more.indptr))
        pinned[site[touched[site[touched] >= 0]]] = False
    loose[in_time[of, at]] = ~pinned[of]
    return loose


def _spans_kept(joint: Joint) -> IntArray | None:
    """First month and the one after the last of every window, in order of time; None where months of one lie apart."""
    found = []
    for inside in joint.windows:
        at = np.flatnonzero(inside[joint.in_time])
        if not len(at) or at[-1] - at[0] + 1 != len(at):
            return None
        found.append((int(at[0]), int(at[-1]) + 1))
    return np.array(sorted(set(found)), dtype=np.int64)


def _wishes(evidence: Evidence, in_time: IntArray) -> dict[int, list[_Wish]]:
    """By site, what is open and lies in a run of its months."""
    watch, demand = evidence.attack.watch, evidence.attack.demand
    place = np.full((len(evidence.attack.truth), 2), -1, dtype=np.int64)
    place[in_time] = np.stack(np.meshgrid(np.arange(in_time.shape[0]), np.arange(in_time.shape[1]), indexing="ij"), axis=-1)
    out: dict[int, list[_Wish]] = {}
    missing = evidence.missing
    for row in evidence.open_rows:
        span = slice(watch.indptr[row], watch.indptr[row + 1])
        site, month = place[watch.indices[span]].T
        first, last = int(month.min()), int(month.max()) + 1
        if (
            demand.ends[row]
            or (site < 0).any()
            or (site != site[0]).any()
            or last - first != len(month)
            or (watch.data[span] != 1).any()
        ):
            continue
        bits, low = int(missing[row]), int(demand.low[row])
        out.setdefault(int(site[0]), []).extend(
            _Wish(int(site[0]), first, last, low + bit) for bit in range(bits.bit_length()) if bits >> bit & 1
        )
    return out


def _paths(months: IntArray, spans: IntArray) -> IntArray:
    """Lengths of shortest paths between the edges of months: the most that the incidents from one to the other can be."""
    upto = np.concatenate([[0], np.cumsum(months)])
    # lengths less the truth are none below 0: a month may lose what it holds, and a window nothing
    grid = np.full((len(upto), len(upto)), np.inf)
    step = np.arange(1, len(upto))
    grid[step, step - 1] = months
    grid[spans[:, 0], spans[:, 1]] = 0
    grid[spans[:, 1], spans[:, 0]] = 0
    length = csgraph.shortest_path(csgraph.csgraph_from_dense(grid, null_value=np.inf), method="D")
    return np.where(np.isinf(length), FAR, np.where(np.isinf(length), 0, length).astype(np.int64) + upto[None, :] - upto[:, None])


def _series(paths: IntArray, wish: _Wish) -> IntArray | None:
    """A series in which the months hold the wished value; None where there is none."""
    if not -paths[wish.last, wish.first] <= wish.value <= paths[wish.first, wish.last]:
        return None
    upto = np.minimum(paths[wish.first], wish.value + paths[wish.last])
    return np.asarray(np.diff(upto))

"""Near repeats: are incidents that are close in space also close in time more often than chance gives? The Knox table.

Knox (1964), Journal of the Royal Statistical Society C 13(1), 25-30, with bands instead of one threshold, as in the near repeat literature
(Johnson and others 2007, Journal of Quantitative Criminology 23, 201-219). Every pair of incidents falls into one band of distance and one
of time. Chance is a shuffle of the times among the incidents: places and times stay as they are, only who met whom changes.

Points of police.uk are snapped to anchors, and its times are months: a band "same place" then means the same anchor, and a band of
time counts months. Both weaken what the table can say; the caller's page must say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from core.errors import InternalError, UserError

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# pairs within the last band of distance; each costs 10 bytes, and a visit in every permutation
MOST_PAIRS = 100_000_000


@dataclass(frozen=True)
class KnoxTable:
    """A row a band of distance, a column a band of time; observed .. p_any are (bands of distance x bands of time).

    space_edges_m, time_edges: upper ends of the bands, included; each band starts where the one before ends, the first at 0.
    observed: pairs of incidents. expected: their exact mean under shuffled times, pairs in the band of distance x share of all pairs in
    the band of time. ratio: observed / expected (NaN where none is expected). p: share of shuffles, the data counted among them, with
    at least as many pairs. p_any: the same against the most surprising cell of each shuffle, so that the table as a whole errs
    at that rate (single-step maxT; Westfall and Young 1993).
    """

    space_edges_m: tuple[float, ...]
    time_edges: tuple[float, ...]
    observed: Counts
    expected: Floats
    ratio: Floats
    p: Floats
    p_any: Floats
    events: int
    permutations: int
    seed: int


def knox_table(
    points_m: Floats,
    times: Floats,
    space_edges_m: tuple[float, ...],
    time_edges: tuple[float, ...],
    *,
    permutations: int,
    seed: int,
) -> KnoxTable:
    """Knox table of incidents at points_m (n x 2, metres) and times (n,), in days or as month numbers.

    A first edge of distance such as 0.1 makes a band for the same place. UserError for fewer than two incidents, edges that do not
    rise, or more pairs than fit.
    """
    points_m, times = np.asarray(points_m, dtype=np.float64), np.asarray(times, dtype=np.float64)
    n = len(points_m)
    if points_m.shape != (n, 2) or times.shape != (n,) or not (np.isfinite(points_m).all() and np.isfinite(times).all()):
        raise InternalError(f"Knox: points {points_m.shape} and times {times.shape} do not fit, or a value is missing")
    if n < 2:
        raise UserError("near repeats need at least two incidents", hint="choose another group or a longer period")
    if permutations < 1:
        raise UserError(f"near repeats need at least one permutation, {permutations} were asked for")
    for edges, what in ((space_edges_m, "distance"), (time_edges, "time")):
        if not edges or edges[0] < 0 or any(b <= a for a, b in pairwise(edges)):
            raise UserError(f"the bands of {what} must have rising upper ends, none below 0", hint="such as 100,200,400")
    first, second, band = _close_pairs(points_m, np.asarray(space_edges_m, dtype=np.float64))
    ends = np.asarray(time_edges, dtype=np.float64)
    bands = (len(space_edges_m), len(time_edges))
    observed = _count(first, second, band, times, ends, *bands)
    shuffled = _count_shuffled(first, second, band, times, ends, *bands, np.random.SeedSequence(seed).generate_state(permutations))
    in_space = np.bincount(band, minlength=bands[0]).astype(np.float64)
    in_time = _pairs_by_time(times, ends).astype(np.float64)
    expected = np.outer(in_space, in_time) / (n * (n - 1) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(expected > 0, observed / expected, np.nan)
    return KnoxTable(
        space_edges_m=tuple(space_edges_m), time_edges=tuple(time_edges), observed=observed, expected=expected, ratio=ratio,
        p=(1 + (shuffled >= observed).sum(axis=0)) / (permutations + 1), p_any=_p_of_the_most_surprising(observed, expected, shuffled),
        events=n, permutations=permutations, seed=seed,
    )  # fmt: skip


def _p_of_the_most_surprising(observed: Counts, expected: Floats, shuffled: Counts) -> Floats:
    """Each cell's excess in its own standard deviations, against the largest such excess of each shuffle."""
    spread = shuffled.std(axis=0)
    scale = np.where(spread > 0, spread, np.inf)
    surprise = (shuffled - expected) / scale
    largest = surprise.reshape(len(shuffled), -1).max(axis=1)
    own = (observed - expected) / scale
    p: Floats = (1 + (largest[:, None, None] >= own - 1e-12).sum(axis=0)) / (len(shuffled) + 1)
    return p


def _close_pairs(points_m: Floats, edges: Floats) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]:
    """Pairs no further apart than the last edge, and the band of distance of each."""
    tree = cKDTree(points_m)
    count = (int(tree.count_neighbors(tree, edges[-1])) - len(points_m)) // 2
    if count > MOST_PAIRS:
        raise UserError(
            f"{count:,} pairs of incidents lie within {edges[-1]:g} m, more than the {MOST_PAIRS:,} that fit",
            hint="choose a shorter distance, a shorter period or a smaller area",
        )
    pairs = tree.query_pairs(edges[-1], output_type="ndarray")
    distance = np.sqrt(((points_m[pairs[:, 0]] - points_m[pairs[:, 1]]) ** 2).sum(axis=1))
    # the tree and this sum round differently at the very edge: what the tree took belongs to the last band
    band = np.minimum(np.searchsorted(edges, distance, side="left"), len(edges) - 1).astype(np.int16)
    return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32), band


def _pairs_by_time(times: Floats, edges: Floats) -> Counts:
    """How many of all pairs fall into each band of time."""
    ordered = np.sort(times)
    position = np.arange(len(ordered))
    # measured as in the compiled count, later less earlier, so that a difference at an edge falls on the same side
    within = [_pairs_within(ordered, position, float(edge)) for edge in edges]
    return np.diff(np.concatenate([[0], within])).astype(np.int64)


def _pairs_within(ordered: Floats, position: NDArray[np.int64], edge: float) -> int:
    last = np.searchsorted(ordered, ordered + edge, side="right")
    # ordered + edge rounds; move back over values whose true difference is larger, on over those whose is not
    while (over := (last - 1 > position) & (ordered[last - 1] - ordered > edge)).any():
        last = last - over
    n = len(ordered)
    while (under := (last < n) & (ordered[np.minimum(last, n - 1)] - ordered <= edge)).any():
        last = last + under
    return int((last - 1 - position).sum())


@njit(cache=True)
def _count(first, second, band, times, ends, space_bands, time_bands):  # type: ignore[no-untyped-def]
    table = np.zeros((space_bands, time_bands), dtype=np.int64)
    for pair in range(len(first)):
        apart = abs(times[first[pair]] - times[second[pair]])
        if apart <= ends[-1]:
            column = 0
            while apart > ends[column]:
                column += 1
            table[band[pair], column] += 1
    return table


@njit(cache=True, parallel=True)
def _count_shuffled(first, second, band, times, ends, space_bands, time_bands, seeds):  # type: ignore[no-untyped-def]
    tables = np.zeros((len(seeds), space_bands, time_bands), dtype=np.int64)
    for r in prange(len(seeds)):
        np.random.seed(seeds[r])
        shuffled = times.copy()
        for i in range(len(shuffled) - 1, 0, -1):
            j = int(np.random.random() * (i + 1))
            shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
        tables[r] = _count(first, second, band, shuffled, ends, space_bands, time_bands)
    return tables

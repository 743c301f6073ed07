"""The scan itself, compiled: the best cylinder over all zones and spans of time, for the data and for every replicate.

Trying every cylinder of every replicate would cost 10^11 likelihood ratios for 1,400 places and 24 months. Most are never looked at:

* A ratio above the best so far takes a known excess of cases (analytics.statistics.scan.likelihood.excess_needed), and more where more are
  expected. So the spans of one length are one comparison: the largest excess among them against what the fewest expected would need.
* Where that fails, the shortfall says how much excess must come before any span of that length can win. A further place adds at
  most the excess of its own best span, and what is needed never falls as places are added, so zones are passed over until the
  places added make up the shortfall.

Both are exact: the maximum is the one that trying every cylinder gives, which a test holds against a plain implementation.

`cases`, `expected` and `excess` (cases less expected) are cumulative over time, (n x T + 1). `surplus`: (n x lengths), the largest excess
of a place's own spans.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from analytics.statistics.scan.likelihood import LEVEL_STEP, LEVELS, log_likelihood_ratio


class Cylinders(NamedTuple):
    """What is tried, the same for the data and for every replicate. total: cases; minimum_cases: fewer are no cluster.

    expected: as above. least: (lengths,), no place expects a smaller share of its cases in any span of that length. order, offsets, closes:
    of Windows. starts: (lengths,) the first step at which a span of 1, 2, ... steps may begin; it may begin at every later one too.
    table, per_root: of excess_needed.
    """

    total: int
    minimum_cases: int
    expected: NDArray[np.float64]
    least: NDArray[np.float64]
    order: NDArray[np.int32]
    offsets: NDArray[np.int64]
    closes: NDArray[np.bool_]
    starts: NDArray[np.int64]
    table: NDArray[np.float64]
    per_root: float


@njit(cache=True)
def largest_spans(cumulative, starts):  # type: ignore[no-untyped-def]
    """(n x lengths): the largest sum of a place over any span of each length."""
    n = len(cumulative)
    largest = np.full((n, len(starts)), -np.inf)
    for i in range(n):
        for k in range(len(starts)):
            until = cumulative[i, starts[k] + k + 1 :]
            since = cumulative[i, starts[k] :]
            most = -np.inf
            for t in range(len(until)):
                most = max(most, until[t] - since[t])
            largest[i, k] = most
    return largest


@njit(cache=True, error_model="numpy")
def scan_centre(cylinders, centre, best, cases, excess, surplus):  # type: ignore[no-untyped-def]
    """(best ratio, position in order, start, length - 1) of the cylinders around one centre that beat `best`; position -1 if none."""
    total, minimum_cases, expected, least, order, offsets, closes, starts, table, per_root = cylinders
    steps = cases.shape[1]
    lengths = len(starts)
    zone_cases = np.zeros(steps, dtype=np.int32)
    zone_expected = np.zeros(steps)
    zone_excess = np.zeros(steps)
    zone_total = 0.0
    added = np.zeros(lengths)
    shortfall = np.zeros(lengths)
    found = -1
    found_start = -1
    found_length = -1
    level = min(int(best / LEVEL_STEP), LEVELS - 1)
    # cases and expected cases are summed only when a cylinder comes close
    summed = offsets[centre]
    for position in range(offsets[centre], offsets[centre + 1]):
        # unsigned, because a loop over an index that could be negative is not vectorised
        place = np.uint32(order[position])
        for t in range(steps):
            zone_excess[t] += excess[place, t]
        zone_total += expected[place, steps - 1]
        look = np.int32(0)
        for k in range(lengths):
            added[k] += surplus[place, k]
            look |= np.int32(added[k] >= shortfall[k])
        if look == 0 or not closes[position]:
            continue
        for k in range(lengths):
            if added[k] < shortfall[k]:
                continue
            until = zone_excess[starts[k] + k + 1 :]
            since = zone_excess[starts[k] :]
            most = -np.inf
            for t in range(len(until)):
                most = max(most, until[t] - since[t])
            short = table[level, int(np.sqrt(zone_total * least[k]) * per_root)] - most
            if short <= 0.0:
                while summed <= position:
                    for t in range(steps):
                        zone_cases[t] += cases[order[summed], t]
                        zone_expected[t] += expected[order[summed], t]
                    summed += 1
                short = np.inf
                for t in range(starts[k], steps - k - 1):
                    e = max(zone_expected[t + k + 1] - zone_expected[t], 0.0)
                    lacking = table[level, int(np.sqrt(e) * per_root)] - (zone_excess[t + k + 1] - zone_excess[t])
                    if lacking <= 0.0:
                        c = zone_cases[t + k + 1] - zone_cases[t]
                        ratio = log_likelihood_ratio(c, e, total)
                        if ratio > best and c >= minimum_cases:
                            best = ratio
                            found, found_start, found_length = position, t, k
                            level = min(int(best / LEVEL_STEP), LEVELS - 1)
                        # it does not beat the best now, but may with the next place
                        lacking = -np.inf
                    short = min(short, lacking)
            shortfall[k] = short
            added[k] = 0.0
    return best, found, found_start, found_length


@njit(cache=True, parallel=True)
def best_of_each_centre(cylinders, cases):  # type: ignore[no-untyped-def]
    """The best cylinder around every centre: ratios, and positions (-1: none above 0), starts and lengths - 1 as (3 x n)."""
    n = len(cylinders.offsets) - 1
    excess = cases - cylinders.expected
    surplus = largest_spans(excess, cylinders.starts)
    ratios = np.zeros(n)
    where = np.full((3, n), -1, dtype=np.int64)
    for i in prange(n):
        ratio, position, start, length = scan_centre(cylinders, i, 0.0, cases, excess, surplus)
        ratios[i] = ratio
        where[0, i], where[1, i], where[2, i] = position, start, length
    return ratios, where


@njit(cache=True)
def best_of_all(cylinders, cases):  # type: ignore[no-untyped-def]
    """The largest ratio of all cylinders."""
    excess = cases - cylinders.expected
    surplus = largest_spans(excess, cylinders.starts)
    best = 0.0
    for i in range(len(cylinders.offsets) - 1):
        best = scan_centre(cylinders, i, best, cases, excess, surplus)[0]
    return best


@njit(cache=True, parallel=True)
def permuted_maxima(cylinders, seeds, case_place, case_step):  # type: ignore[no-untyped-def]
    """Largest ratio of each replicate in which the steps of all cases are shuffled among them."""
    n, steps = cylinders.expected.shape
    total = len(case_place)
    maxima = np.empty(len(seeds))
    for r in prange(len(seeds)):
        np.random.seed(seeds[r])
        shuffled = case_step.copy()
        for i in range(total - 1, 0, -1):
            j = int(np.random.random() * (i + 1))
            shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
        cases = np.zeros((n, steps), dtype=np.int32)
        for i in range(total):
            cases[case_place[i], shuffled[i] + 1] += 1
        accumulate(cases)
        maxima[r] = best_of_all(cylinders, cases)
    return maxima


@njit(cache=True, parallel=True)
def poisson_maxima(cylinders, seeds, keep, other):  # type: ignore[no-untyped-def]
    """Largest ratio of each replicate in which all cases fall on cells in proportion to what is expected there.

    keep, other: (n x T, flattened) Walker's alias table of the cells.
    """
    n, steps = cylinders.expected.shape
    cells = len(keep)
    maxima = np.empty(len(seeds))
    for r in prange(len(seeds)):
        np.random.seed(seeds[r])
        cases = np.zeros((n, steps), dtype=np.int32)
        for _ in range(cylinders.total):
            cell = int(np.random.random() * cells)
            if np.random.random() >= keep[cell]:
                cell = other[cell]
            cases[cell // (steps - 1), cell % (steps - 1) + 1] += 1
        accumulate(cases)
        maxima[r] = best_of_all(cylinders, cases)
    return maxima


@njit(cache=True)
def accumulate(cases):  # type: ignore[no-untyped-def]
    """Cumulative over time, in place."""
    for i in range(cases.shape[0]):
        for t in range(1, cases.shape[1]):
            cases[i, t] += cases[i, t - 1]

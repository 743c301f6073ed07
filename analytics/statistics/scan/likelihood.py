"""The likelihood ratio of a cylinder, and a table that says how many cases it takes to reach one.

Kulldorff (1997), Communications in Statistics 26, 1481-1496, and Kulldorff, Heffernan, Hartman, Assuncao and Mostashari (2005), PLoS
Medicine 2(3) e59: with c cases of C in the cylinder and E expected there,

    log likelihood ratio = c ln(c / E) + (C - c) ln((C - c) / (C - E))    if c > E, else 0
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

# the table's grid: expected cases by their square root, because the excess that matters grows with it; ratios in steps of this size
BINS = 1024
LEVEL_STEP = 0.25
LEVELS = 160


@njit(cache=True, inline="always")
def log_likelihood_ratio(cases, expected, total):  # type: ignore[no-untyped-def]
    """0 unless there are more cases than expected."""
    if cases <= expected:
        return 0.0
    inside = cases * math.log(cases / expected) if expected > 0.0 else math.inf
    outside = (total - cases) * math.log((total - cases) / (total - expected)) if cases < total else 0.0
    return inside + outside


def excess_needed(total: int, most_expected: float) -> tuple[NDArray[np.float64], float]:
    """Table (LEVELS x BINS) and the number of bins for each unit of sqrt(expected).

    table[l, b] is a number of cases beyond those expected below which no cylinder with expected cases in bin b *or any bin above* has
    a ratio of l x LEVEL_STEP. It never falls with b, nor with l. most_expected: no cylinder expects more.
    """
    per_root = (BINS - 1) / math.sqrt(max(most_expected, 1.0))
    table = _fill(float(total), per_root)
    # the excess needed grows with the expected cases to about half of the total, then falls: a bin answers for those above it too
    table = np.minimum.accumulate(table[:, ::-1], axis=1)[:, ::-1]
    # a hair less, so that the rounding of a sum of expected cases cannot hide a cylinder
    return np.ascontiguousarray(table * (1.0 - 1e-9) - 1e-6), per_root


@njit(cache=True)
def _fill(total, per_root):  # type: ignore[no-untyped-def]
    """The excess that gives exactly the ratio of each level at the lower edge of each bin, by Newton's method from above."""
    table = np.zeros((LEVELS, BINS))
    for b in range(1, BINS):
        expected = (b / per_root) ** 2
        room = total - expected
        if room <= 0.0:
            continue
        most = log_likelihood_ratio(total, expected, total)
        for level in range(1, LEVELS):
            wanted = level * LEVEL_STEP
            if most <= wanted:
                # out of reach for a cylinder of this bin
                table[level, b] = room
                continue
            # the ratio is convex in the excess, so that each step from below lands above, and each from above nearer
            excess = min(max(table[level - 1, b], math.sqrt(2.0 * wanted * expected * room / total)), 0.999999 * room)
            for _ in range(6):
                cases = expected + excess
                slope = math.log(cases / expected) - math.log((total - cases) / room)
                step = (log_likelihood_ratio(cases, expected, total) - wanted) / slope
                excess = min(excess - step, 0.999999 * room)
                if abs(step) < 1e-9 * excess:
                    break
            table[level, b] = excess
    return table

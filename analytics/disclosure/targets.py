"""Sums of atoms that must stay unknown beside the small cells and atoms, each with what must remain possible for it.

A target is a row of whole numbers over atoms: 0/1 for a sliver or a remainder, +1 and -1 for the difference of two sums. What must
remain possible is either a set of whole numbers, each of them, or an interval: some value at or below its lower end and some
value at or above its upper end (the protection interval of Fischetti and Salazar-Gonzalez 2001, and of tau-ARGUS).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.disclosure.system import BoolArray, IntArray
from core.errors import InternalError

BitArray = npt.NDArray[np.uint64]

# a set of required values spans at most this many whole numbers: one bit each
WIDEST_SET = 63


@dataclass(frozen=True)
class Targets:
    """rows: CSR of targets x atoms (int64). low, high: the smallest and largest value that must remain possible.

    ends: True where low and high are the ends of an interval, False where each value of a set must remain possible.
    wanted: bit v - low for each value v of a set; bits 0 (low end) and 1 (high end) of an interval.
    """

    rows: Any
    low: IntArray
    high: IntArray
    ends: BoolArray
    wanted: BitArray

    def __post_init__(self) -> None:
        if not len(self.low) == len(self.high) == len(self.ends) == len(self.wanted) == self.rows.shape[0]:
            raise InternalError("targets: rows and requirements differ in length")
        if (self.high < self.low).any():
            raise InternalError("targets: a required value is above the last one")
        if ((self.high - self.low >= WIDEST_SET) & ~self.ends).any():
            raise InternalError(f"targets: a set of required values spans more than {WIDEST_SET}; ask for an interval instead")

    def __len__(self) -> int:
        return int(self.rows.shape[0])


def no_targets(n_atoms: int) -> Targets:
    """None at all, over so many atoms."""
    nothing = np.zeros(0, dtype=np.int64)
    rows = sparse.csr_matrix((0, n_atoms), dtype=np.int64)
    return Targets(rows, nothing, nothing, np.zeros(0, dtype=bool), np.zeros(0, dtype=np.uint64))


def every_value(rows: Any, low: IntArray, high: IntArray) -> Targets:
    """Every whole number from low to high must remain possible for each row."""
    wide = np.minimum(high - low, WIDEST_SET).astype(np.uint64)
    bits = (np.uint64(1) << (wide + np.uint64(1))) - np.uint64(1)
    return Targets(_csr(rows), _whole(low), _whole(high), np.zeros(len(low), dtype=bool), bits)


def chosen_values(rows: Any, values: Iterable[Iterable[int]]) -> Targets:
    """For each row its own set of whole numbers."""
    sets = [sorted(set(v)) for v in values]
    if not all(sets):
        raise InternalError("targets: an empty set of required values")
    low, high = np.array([s[0] for s in sets]), np.array([s[-1] for s in sets])
    bits = [sum(1 << (v - s[0]) for v in s if v - s[0] < WIDEST_SET) for s in sets]
    return Targets(_csr(rows), _whole(low), _whole(high), np.zeros(len(sets), dtype=bool), np.array(bits, dtype=np.uint64))


def interval(rows: Any, low: IntArray, high: IntArray) -> Targets:
    """Some value <= low and some value >= high must remain possible for each row."""
    n = len(low)
    return Targets(_csr(rows), _whole(low), _whole(high), np.ones(n, dtype=bool), np.full(n, 3, dtype=np.uint64))


def join(parts: Iterable[Targets]) -> Targets:
    """All targets of several lists over the same atoms, in order."""
    every = list(parts)
    rows = sparse.vstack([t.rows for t in every], format="csr")
    low, high, ends, wanted = (np.concatenate([getattr(t, name) for t in every]) for name in ("low", "high", "ends", "wanted"))
    return Targets(_csr(rows), low, high, ends, wanted)


def seen_bits(targets: Targets, values: IntArray) -> BitArray:
    """What one table shows of each target: the bits of `wanted` that its values fill."""
    inside = ~targets.ends & (values >= targets.low) & (values <= targets.high)
    bits = np.where(inside, np.uint64(1) << np.where(inside, values - targets.low, 0).astype(np.uint64), np.uint64(0))
    below, above = targets.ends & (values <= targets.low), targets.ends & (values >= targets.high)
    return np.asarray(bits | below.astype(np.uint64) | (above.astype(np.uint64) << np.uint64(1)), dtype=np.uint64)


def _csr(rows: Any) -> Any:
    return sparse.csr_matrix(rows, dtype=np.int64)


def _whole(values: Any) -> IntArray:
    return np.asarray(values, dtype=np.int64)

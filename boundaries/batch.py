"""Area and H3 cell of many points at once, each distinct location worked out a single time.

Recorded incidents repeat their coordinates (police.uk snaps them to anchor points): ten million of them stand on some fifty thousand
locations. So the distinct ones are found by a hash table in one pass, projected, placed and given their cell, and the answers handed out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from boundaries.hexagons import cells_at
from boundaries.point_in_area import AreaIndex
from boundaries.projection import to_national_grid
from core.errors import InternalError

_EMPTY = -1


@dataclass(frozen=True)
class Assigned:
    """For each point: area, the number in index.codes (-1 outside all), and its H3 cell; distinct: how many locations there were."""

    area: npt.NDArray[np.int32]
    h3_cell: npt.NDArray[np.int64]
    distinct: int


def assign_points(index: AreaIndex, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Assigned:
    """Place points given in longitude and latitude (WGS84), one dimension, equally long."""
    lon64 = np.ascontiguousarray(lon, dtype=np.float64)
    lat64 = np.ascontiguousarray(lat, dtype=np.float64)
    if lon64.ndim != 1 or lon64.shape != lat64.shape:
        raise InternalError(f"points: lon and lat must be equally long rows, got {lon64.shape} and {lat64.shape}")
    first, place = distinct_points(lon64, lat64)
    easting, northing = to_national_grid(lon64[first], lat64[first])
    return Assigned(index.assign(easting, northing)[place], cells_at(lon64[first], lat64[first])[place], len(first))


def distinct_points(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each distinct pair stands first, and for each point the number of its pair. Pairs are compared bit by bit."""
    first, place = _distinct(lon.view(np.int64), lat.view(np.int64))
    return first, place


@njit(cache=True)
def _slot(a, b, mask):  # type: ignore[no-untyped-def]
    """Where to start looking: coordinates differ in their middle bits, so multiply and fold the upper half down (Fibonacci hashing)."""
    mixed = (a * np.int64(-7046029254386353131)) ^ (b * np.int64(-4417276706812531889))
    return (mixed ^ (mixed >> 29) ^ (mixed >> 43)) & mask


@njit(cache=True)
def _distinct(a, b):  # type: ignore[no-untyped-def]
    # a megabyte of slots holds a force area without growing; a smaller start was half as fast on real points
    slots = np.full(1 << 18, _EMPTY, np.int32)
    # both halves of a key side by side: one cache line a look-up
    keys = np.empty((slots.size // 2, 2), np.int64)
    first = np.empty(slots.size // 2, np.int64)
    place = np.empty(a.size, np.int64)
    done, found = _enter(a, b, 0, 0, slots, keys, first, place)
    while done < a.size:
        # half full: double everything and enter the known pairs anew
        slots = np.full(slots.size * 2, _EMPTY, np.int32)
        keys = np.concatenate((keys, np.empty_like(keys)))
        first = np.concatenate((first, np.empty_like(first)))
        for pair in range(found):
            slot = _slot(keys[pair, 0], keys[pair, 1], slots.size - 1)
            while slots[slot] != _EMPTY:
                slot = (slot + 1) & (slots.size - 1)
            slots[slot] = pair
        done, found = _enter(a, b, done, found, slots, keys, first, place)
    return first[:found].copy(), place


@njit(cache=True)
def _enter(a, b, done, found, slots, keys, first, place):  # type: ignore[no-untyped-def]
    """Number the points from `done` on until all are done or the keys are full; how far it came, and how many pairs are known.

    A function of its own because a loop that also replaces its arrays is six times as slow: each turn then counts references.
    """
    mask = slots.size - 1
    for i in range(done, a.size):
        slot = _slot(a[i], b[i], mask)
        known = slots[slot]
        while known != _EMPTY and (keys[known, 0] != a[i] or keys[known, 1] != b[i]):
            slot = (slot + 1) & mask
            known = slots[slot]
        if known == _EMPTY:
            if found == first.size:
                return i, found
            known = found
            slots[slot] = known
            keys[known, 0] = a[i]
            keys[known, 1] = b[i]
            first[known] = i
            found += 1
        place[i] = known
    return a.size, found

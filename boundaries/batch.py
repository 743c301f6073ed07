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
    # two megabytes of slots hold a force area without growing; a smaller start was half as fast on real points
    size = 1 << 18
    slots = np.full(size, _EMPTY, dtype=np.int64)
    room = size // 2
    key_a, key_b, first = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    found = 0
    place = np.empty(a.size, dtype=np.int64)
    for i in range(a.size):
        slot = _slot(a[i], b[i], size - 1)
        while slots[slot] != _EMPTY and (key_a[slots[slot]] != a[i] or key_b[slots[slot]] != b[i]):
            slot = (slot + 1) & (size - 1)
        if slots[slot] == _EMPTY:
            if found == room:
                # half full: double everything and enter the known pairs anew
                size, room = size * 2, room * 2
                key_a = np.concatenate((key_a, np.empty(room // 2, np.int64)))
                key_b = np.concatenate((key_b, np.empty(room // 2, np.int64)))
                first = np.concatenate((first, np.empty(room // 2, np.int64)))
                slots = np.full(size, _EMPTY, dtype=np.int64)
                for known in range(found):
                    slot = _slot(key_a[known], key_b[known], size - 1)
                    while slots[slot] != _EMPTY:
                        slot = (slot + 1) & (size - 1)
                    slots[slot] = known
                slot = _slot(a[i], b[i], size - 1)
                while slots[slot] != _EMPTY:
                    slot = (slot + 1) & (size - 1)
            slots[slot] = found
            key_a[found], key_b[found], first[found] = a[i], b[i], i
            found += 1
        place[i] = slots[slot]
    return first[:found].copy(), place

"""Small exchanges of incidents between atoms that lie together, found by hashing.

A vector moves single incidents among at most four atoms of one place: +1 here, -1 there. Its shadow is what it does to the published
figures. Two vectors with equal shadows, one taken backwards, change nothing that is published; so do three or four whose shadows
cancel. Shadows are compared by a random linear hash (modulo 2**64), so that finding a vector with a given shadow is one search in a
sorted list. The hash only proposes: moves.py counts every published figure before it believes an exchange.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.disclosure.system import IntArray, PublicationSystem

HashArray = npt.NDArray[np.uint64]

# places with more free atoms than this are searched by pairs only
ATOMS_FOR_ALL_VECTORS = 12
PAIRS_A_PLACE = 20_000
HALF = np.uint64(2**63)


@dataclass(frozen=True)
class Vectors:
    """atoms, signs: one row a vector, up to four atoms (-1 where there is none). Sorted by shadow, which is at most 2**63.

    shadow: the hash of what a vector does to the published figures; shades: the distinct ones; start: where each begins.
    """

    atoms: IntArray
    signs: IntArray
    shadow: HashArray
    shades: HashArray
    start: IntArray


def find_vectors(
    system: PublicationSystem, published: Any, among: npt.NDArray[np.bool_], rng: np.random.Generator, *, largest: int = 4
) -> Vectors:
    """Vectors of up to `largest` atoms within each finest area over its categories, and pairs of like atoms within each place of each
    geography. among: the atoms to look at; atoms that cannot move must not be among them."""
    area, kind = system.area_of_atom, system.kind_of_atom
    key = rng.integers(0, 2**63, size=published.shape[0], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    by_row = sparse.csc_matrix(published, dtype=np.uint64).T
    hashes = np.asarray(by_row @ key, dtype=np.uint64)
    inner = np.asarray(by_row @ np.where(_within_one(published, among, area), key, np.uint64(0)), dtype=np.uint64)
    found = _within_areas(area, among, hashes, inner, rng, largest)
    for label in system.place_of_atom:
        found.extend(_like_pairs(label, kind, among, hashes, rng))
    return _sorted(found)


def _within_one(published: Any, free: npt.NDArray[np.bool_], area: IntArray) -> npt.NDArray[np.bool_]:
    """Published rows whose free atoms all lie in one finest area."""
    rows = sparse.coo_matrix(published)
    keep = free[rows.col]
    row, label = rows.row[keep], area[rows.col[keep]]
    low = np.full(published.shape[0], np.iinfo(np.int64).max, dtype=np.int64)
    high = np.full(published.shape[0], -1, dtype=np.int64)
    np.minimum.at(low, row, label)
    np.maximum.at(high, row, label)
    return np.asarray(low == high)


@cache
def _patterns(n: int, largest: int) -> IntArray:
    """Every vector over n atoms with entries -1, 0, 1, at most `largest` of them not 0, the first one +1. One row a vector."""
    out = []
    for size in range(1, min(largest, n) + 1):
        for where in combinations(range(n), size):
            for signs in product((1, -1), repeat=size - 1):
                row = np.zeros(n, dtype=np.int64)
                row[list(where)] = (1, *signs)
                out.append(row)
    return np.array(out, dtype=np.int64).reshape(-1, n)


Found = tuple[IntArray, IntArray, HashArray]


def _within_areas(
    area: IntArray, free: npt.NDArray[np.bool_], hashes: HashArray, inner: HashArray, rng: np.random.Generator, largest: int
) -> list[Found]:
    """Vectors of each finest area that leave every figure of that area alone as it is."""
    atoms = np.flatnonzero(free)
    atoms = atoms[np.argsort(area[atoms], kind="stable")]
    edges = np.append(np.flatnonzero(np.diff(area[atoms], prepend=-1)), len(atoms))
    size = np.diff(edges)
    out: list[Found] = []
    for n in np.unique(size):
        group = np.array([atoms[a : a + n] for a in edges[:-1][size == n]])
        if n > ATOMS_FOR_ALL_VECTORS and largest > 2:
            out.extend(_pairs(row, hashes, rng) for row in group)
            continue
        pattern = _patterns(int(n), largest)
        turned = pattern.astype(np.uint64).T  # -1 wraps to 2**64 - 1, as the hash wants
        for chunk in np.array_split(group, max(1, len(group) * len(pattern) // 2_000_000)):
            quiet_row, quiet_pattern = np.nonzero(inner[chunk] @ turned == 0)
            shadow = (hashes[chunk] @ turned)[quiet_row, quiet_pattern]
            out.append(_spread(chunk[quiet_row], pattern[quiet_pattern], shadow))
    return out


def _spread(rows: IntArray, pattern: IntArray, shadow: HashArray) -> Found:
    """Up to four (atom, sign) of each vector."""
    order = np.argsort(pattern == 0, axis=1, kind="stable")[:, :4]
    signs = np.take_along_axis(pattern, order, axis=1)
    atoms = np.where(signs != 0, np.take_along_axis(rows, order, axis=1), -1)
    short = 4 - atoms.shape[1]
    return np.pad(atoms, ((0, 0), (0, short)), constant_values=-1), np.pad(signs, ((0, 0), (0, short))), shadow


def _like_pairs(
    place: IntArray, kind: IntArray, free: npt.NDArray[np.bool_], hashes: HashArray, rng: np.random.Generator
) -> list[Found]:
    """Pairs of atoms of one place that differ in where they lie only."""
    atoms = np.flatnonzero(free & (place >= 0))
    group = place[atoms] * (kind.max() + 1) + kind[atoms]
    atoms = atoms[np.argsort(group, kind="stable")]
    edges = np.append(np.flatnonzero(np.diff(np.sort(group), prepend=-1)), len(atoms))
    return [_pairs(atoms[a:b], hashes, rng) for a, b in pairwise(edges) if 2 <= b - a <= 400]


def _pairs(atoms: IntArray, hashes: HashArray, rng: np.random.Generator) -> Found:
    first, second = np.triu_indices(len(atoms), 1)
    if len(first) > PAIRS_A_PLACE:
        take = rng.choice(len(first), PAIRS_A_PLACE, replace=False)
        first, second = first[take], second[take]
    none = np.full(len(first), -1)
    both = np.column_stack([atoms[first], atoms[second], none, none])
    signs = np.tile(np.array([1, -1, 0, 0]), (len(first), 1))
    return both, signs, hashes[atoms[first]] - hashes[atoms[second]]


def _sorted(found: list[Found]) -> Vectors:
    """All vectors with the sign that makes the shadow at most 2**63, in order of shadow."""
    if not found:
        none = np.zeros((0, 4), dtype=np.int64)
        return Vectors(none, none, np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(1, np.int64))
    atoms, signs, shadow = (np.concatenate([f[i] for f in found]) for i in range(3))
    turn = shadow > HALF
    shadow = np.where(turn, np.uint64(0) - shadow, shadow)
    signs = np.where(turn[:, None], -signs, signs)
    order = np.argsort(shadow, kind="stable")
    shadow = shadow[order]
    shades, first = np.unique(shadow, return_index=True)
    start = np.append(first, len(shadow)).astype(np.int64)
    return Vectors(
        np.ascontiguousarray(atoms[order], dtype=np.int64),
        np.ascontiguousarray(signs[order], dtype=np.int64),
        shadow,
        shades,
        start,
    )

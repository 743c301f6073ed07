"""Alternative tables for a history of releases: incidents moved between months so that no window that a release showed sees them.

First whole tables in which every window of every place and group stays as it is, so every figure does (steady_tables.py). Then single
exchanges. With rolling periods a month is in the windows of the releases around it. Months that together lie in every window exactly once
(January of one year and of the next, in rolling years) form a tiling; an incident more in each month of one tiling and one less in
each of another changes no window at all. So
the vectors of the walk (moves.py) are single atoms, the tilings of all windows by up to four months at every area and category, and
pairs of months that few windows tell apart. They only propose: the walk counts every published figure before it believes an exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.disclosure.attack.audit import Walk
from analytics.disclosure.attack.evidence import Evidence
from analytics.disclosure.attack.exchanges import Vectors
from analytics.disclosure.attack.moves import walk_exchanges
from analytics.disclosure.attack.programs import Ground, prepare_ground
from analytics.disclosure.attack.steady_tables import atoms_of_sites, loose_atoms, propose_steady
from analytics.disclosure.history import Joint
from analytics.disclosure.system import IntArray, PublicationSystem

MOST_MONTHS = 4
MOST_TILINGS = 400
# months of a pair lie in windows that differ in at most so many
STEP = 2
Found = tuple[IntArray, IntArray]
HALF = np.uint64(2**63)


def walk_series(joint: Joint) -> Walk:
    """The walk for one history."""
    covers = tilings(joint.windows)
    sites = atoms_of_sites(joint)

    def walk(_system: PublicationSystem, evidence: Evidence, _ground: Ground, rng: np.random.Generator) -> Ground:
        propose_steady(evidence, joint, sites)
        left = prepare_ground(evidence.attack, loose_atoms(evidence, joint, sites))
        if len(evidence.open_rows):
            walk_exchanges(evidence, find_series(joint, covers, evidence.attack.published, left.free, rng), rng=rng)
        return left

    return walk


def tilings(windows: npt.NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """Sets of up to four month classes that cover every window exactly once. windows: one row a window, one column a month class."""
    n_windows, n_months = windows.shape
    everything = (1 << n_windows) - 1
    mask = [sum(1 << w for w in np.flatnonzero(windows[:, m]).tolist()) for m in range(n_months)]
    found: list[tuple[int, ...]] = []

    def extend(chosen: tuple[int, ...], covered: int) -> None:
        if len(found) >= MOST_TILINGS:
            return
        if covered == everything:
            found.append(chosen)
            return
        if len(chosen) == MOST_MONTHS:
            return
        first = (~covered & (covered + 1)).bit_length() - 1  # the first window not covered yet
        for month in range(n_months):
            if mask[month] >> first & 1 and not mask[month] & covered:
                extend((*chosen, month), covered | mask[month])

    extend((), 0)
    return found


def find_series(joint: Joint, covers: Sequence[tuple[int, ...]], published: Any, free: npt.NDArray[np.bool_],
                rng: np.random.Generator) -> Vectors:  # fmt: skip
    """All vectors, sorted by what they do to the published figures."""
    key = rng.integers(0, 2**63, size=published.shape[0], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    hashes = np.asarray(sparse.csc_matrix(published, dtype=np.uint64).T @ key, dtype=np.uint64)
    at = atoms_of_sites(joint)
    singles = np.flatnonzero(free)[:, None]
    found = [(singles, np.ones_like(singles)), _steps(joint, at, free)]
    for months in covers:
        if len(months) > 1:
            atoms = at[:, list(months)]
            atoms = atoms[(atoms >= 0).all(axis=1)]
            atoms = atoms[free[atoms].all(axis=1)]
            found.append((atoms, np.ones_like(atoms)))
    return _sorted(found, hashes)


def _steps(joint: Joint, at: IntArray, free: npt.NDArray[np.bool_]) -> Found:
    """Pairs of months of one site that differ in few windows: what one window alone sees."""
    inside = joint.windows.astype(np.int64)
    apart = (inside[:, :, None] != inside[:, None, :]).sum(axis=0)
    first, second = np.nonzero(np.triu(apart <= STEP, 1))
    pairs = np.concatenate([np.zeros((0, 2), dtype=np.int64), *[at[:, [i, j]] for i, j in zip(first, second, strict=True)]])
    pairs = pairs[(pairs >= 0).all(axis=1)]
    pairs = pairs[free[pairs].all(axis=1)]
    return pairs, np.tile(np.array([1, -1]), (len(pairs), 1))


def _sorted(found: list[Found], hashes: npt.NDArray[np.uint64]) -> Vectors:
    """Vectors in order of shadow, each turned so that its shadow is at most 2**63."""
    width = MOST_MONTHS
    atoms = np.concatenate([np.pad(a, ((0, 0), (0, width - a.shape[1])), constant_values=-1) for a, _ in found])
    sign = np.concatenate([np.pad(s, ((0, 0), (0, width - s.shape[1]))) for _, s in found])
    sign = np.where(atoms >= 0, sign, 0)
    # -1 wraps to 2**64 - 1, as the hash wants
    shadow = np.zeros(len(atoms), dtype=np.uint64)
    for k in range(width):
        shadow += hashes[np.maximum(atoms[:, k], 0)] * sign[:, k].astype(np.uint64)
    turn = shadow > HALF
    shadow = np.where(turn, np.uint64(0) - shadow, shadow)
    sign = np.where(turn[:, None], -sign, sign)
    order = np.argsort(shadow, kind="stable")
    shades, first = np.unique(shadow[order], return_index=True)
    return Vectors(
        np.ascontiguousarray(atoms[order]), np.ascontiguousarray(sign[order].astype(np.int64)), shadow[order], shades,
        np.append(first, len(order)).astype(np.int64),
    )  # fmt: skip

"""Places alike: groups of neighbouring areas of the size of the place that gets a response, with as many incidents in the months before it.

They are chosen from the months before the response alone, so nothing that it did can have a say in what it is compared with. The ring of a
place is every area that touches it. The ring of the place that gets a response is never part of a place alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.errors import UserError

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# with fewer places alike nothing can be told; more than these add little
FEWEST_ALIKE = 12
MOST_ALIKE = 39
# a place alike has at least half and at most twice the incidents before
LEVEL_RATIO = 2.0


@dataclass(frozen=True)
class Place:
    """areas: positions of neighbouring areas. ring: those that touch one of them and are none of them."""

    areas: tuple[int, ...]
    ring: tuple[int, ...]


def hang_together(neighbours: sparse.csr_matrix, areas: Sequence[int]) -> bool:
    """Whether one can walk from each of the areas to every other without leaving them."""
    held = sorted(set(areas))
    return int(sparse.csgraph.connected_components(neighbours[held][:, held], directed=False, return_labels=False)) == 1


def place_of(neighbours: sparse.csr_matrix, areas: Sequence[int]) -> Place:
    """The place that these areas make, with its ring. neighbours: (n x n), 1 where two areas touch."""
    held = sorted(set(areas))
    around = np.asarray(neighbours[held].sum(axis=0)).ravel() > 0
    around[held] = False
    return Place(tuple(held), tuple(int(i) for i in np.flatnonzero(around)))


def places_alike(
    before: Counts, centres: Floats, neighbours: sparse.csr_matrix, target: Place, *, most: int = MOST_ALIKE
) -> tuple[Place, ...]:
    """At most so many places that share no area with each other, with the target or with its ring; the most alike first.

    before: (n), incidents of each area over all months before the response. centres: (n x 2), metres. UserError where the target has no
    incident before it.
    """
    level = int(before[list(target.areas)].sum())
    if level == 0:
        raise UserError(
            "the place has no incident in the months before the response",
            where="problem file",
            hint="choose the kind of incident that the response is about, or more of the areas.",
        )
    barred = set(target.areas) | set(target.ring)
    grown: list[tuple[float, tuple[int, ...]]] = []
    for start in range(len(before)):
        areas = _grown(start, len(target.areas), centres, neighbours, barred)
        held = int(before[list(areas)].sum()) if areas else 0
        if held and 1.0 / LEVEL_RATIO <= held / level <= LEVEL_RATIO:
            grown.append((abs(float(np.log(held / level))), areas))
    taken: set[int] = set()
    chosen: list[Place] = []
    for _, areas in sorted(grown):
        if taken.isdisjoint(areas):
            taken.update(areas)
            chosen.append(place_of(neighbours, areas))
        if len(chosen) == most:
            break
    return tuple(chosen)


def _grown(start: int, size: int, centres: Floats, neighbours: sparse.csr_matrix, barred: set[int]) -> tuple[int, ...]:
    """A connected group around an area, the nearest next; empty where barred areas leave no room for it."""
    if start in barred:
        return ()
    held = [start]
    while len(held) < size:
        around = {int(n) for area in held for n in neighbours.indices[neighbours.indptr[area] : neighbours.indptr[area + 1]]}
        around -= barred | set(held)
        if not around:
            return ()
        held.append(min(around, key=lambda n: (float(np.hypot(*(centres[n] - centres[start]))), n)))
    return tuple(sorted(held))


def monthly(counts: Counts, places: Sequence[Place], *, ring: bool = False) -> Counts:
    """(places x months): incidents of each place, or of its ring. counts: (n x months)."""
    return np.array([counts[list(p.ring if ring else p.areas)].sum(axis=0) for p in places], dtype=np.int64)


def ring_without(place: Place, target: Place) -> Place:
    """A place alike whose ring leaves out the place that gets the response and the ring of that, where displacement would be."""
    barred = set(target.areas) | set(target.ring)
    return Place(place.areas, tuple(i for i in place.ring if i not in barred))

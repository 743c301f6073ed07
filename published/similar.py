"""Areas that are like a place by what a release says of them, and what was recorded in them together.

The rule is the place brief's, too: the same tenth of the same index of deprivation, so it names none for places that have no tenth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from published.release import Place, Release


@dataclass(frozen=True)
class Together:
    """What was recorded in several areas, per 1,000 residents of all of them: the least and the most that it can be. areas: how many."""

    areas: int
    lowest: float
    highest: float


def similar_areas(release: Release, place: Place) -> tuple[Place, ...]:
    """The other areas of its kind and edition in the same tenth of the same index of deprivation, in order of code."""
    if place.deprivation_decile is None:
        return ()
    return tuple(p for p in _by_tenth(release).get(_tenth(place), ()) if p != place)


@lru_cache(maxsize=8)
def _by_tenth(release: Release) -> dict[tuple[str, str, int | None, str], list[Place]]:
    """Places that are like one another, in order of code: each page of a release asks for those of its place, several times."""
    found: dict[tuple[str, str, int | None, str], list[Place]] = {}
    for place in sorted(release.places.values(), key=lambda p: p.code):
        found.setdefault(_tenth(place), []).append(place)
    return found


def nearest_in_size(place: Place, areas: Sequence[Place], most: int) -> tuple[Place, ...]:
    """Of some areas those with most nearly as many residents as a place, by name."""
    known = [p for p in areas if p.residents is not None]
    chosen = sorted(known, key=lambda p: (abs((p.residents or 0) - (place.residents or 0)), p.code))[:most]
    return tuple(sorted(chosen, key=lambda p: p.name))


def rate_together(release: Release, areas: Sequence[Place], category: str) -> Together | None:
    """A withheld count goes in with both ends of its range. None where one has no range, no figure or no residents."""
    lowest = highest = residents = 0
    for area in areas:
        cell = release.cell(area, category)
        ends = None if cell is None else cell.ends
        if ends is None or not area.residents:
            return None
        lowest, highest, residents = lowest + ends[0], highest + ends[1], residents + area.residents
    return Together(len(areas), 1000 * lowest / residents, 1000 * highest / residents) if residents else None


def _tenth(place: Place) -> tuple[str, str, int | None, str]:
    return place.geography, place.edition, place.deprivation_decile, place.deprivation_reference

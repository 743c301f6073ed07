"""What the kinds of a place that are given as ranges add up to: the place's total less its other kinds, all of them printed figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from published.release import PARTITION, Category, Place, Release


@dataclass(frozen=True)
class Together:
    """Kinds that are given as ranges, and how many incidents they hold together."""

    categories: tuple[Category, ...]
    count: int


def others_together(release: Release, place: Place) -> Together | None:
    """None where the total is not shown, where fewer than two of its kinds or all of them are ranges, and where the kinds do not add up."""
    whole = _whole(release, place)
    cells = [(c, release.cell(place, c.category)) for c in _parts(release)]
    ranged = tuple(c for c, cell in cells if cell is not None and cell.has_range)
    shown = [cell.count for _, cell in cells if cell is not None and cell.count is not None]
    if whole is None or len(ranged) < 2 or not shown or len(ranged) + len(shown) < len(cells) or not kinds_add_up(release):
        return None
    return Together(ranged, whole - sum(shown))


@lru_cache(maxsize=4)
def kinds_add_up(release: Release) -> bool:
    """Whether the kinds make up the total in every place of the release of which all are shown, and there is such a place.

    They do not where a plan publishes some kinds only, or where figures are rounded.
    """
    told = []
    for place in release.places.values():
        whole = _whole(release, place)
        counts = [cell.count for c in _parts(release) if (cell := release.cell(place, c.category)) is not None]
        if whole is not None and len(counts) == len(_parts(release)) and None not in counts:
            told.append(sum(n or 0 for n in counts) == whole)
    return bool(told) and all(told)


def _whole(release: Release, place: Place) -> int | None:
    cell = release.cell(place, release.total.category) if release.total is not None else None
    return None if cell is None else cell.count


def _parts(release: Release) -> tuple[Category, ...]:
    return tuple(c for c in release.categories if c.kind == PARTITION)

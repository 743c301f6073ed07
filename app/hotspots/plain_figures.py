"""The arithmetic of plain maps: a kernel density on hexagons, and how much of what was recorded the busiest places hold. No reading here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3
import numpy as np
from numpy.typing import NDArray

# bandwidth of the kernel, metres, and how many rings of hexagons of resolution 9 (centres about 330 m apart) it reaches
BANDWIDTH_M = 500.0
_RINGS = 2
# what chance alone would concentrate: so many maps of the same number laid at random, from this seed
_CHANCE_MAPS, _SEED = 200, 20_260_101
BUSIEST = 0.05


def kernel_density(counts: Mapping[str, int], area_km2: Mapping[str, float]) -> dict[str, float]:
    """Incidents per km2 of each hexagon, counts spread by a quartic kernel of BANDWIDTH_M about each middle.

    counts: by H3 cell of resolution 9; area_km2: of every cell to be given a density. Each cell's weights add up to 1 over all cells within
    the bandwidth, those that are asked for or not: what is spread beyond the cells asked for is lost to them, and the total is kept
    where all are asked for.
    """
    spread: dict[str, float] = {}
    for code, n in counts.items():
        if not n:
            continue
        near = h3.grid_disk(code, _RINGS)
        weights = [
            _quartic(h3.great_circle_distance(h3.cell_to_latlng(code), h3.cell_to_latlng(other), unit="m")) for other in near
        ]
        whole = sum(weights)
        for other, weight in zip(near, weights, strict=True):
            if weight and other in area_km2:
                spread[other] = spread.get(other, 0.0) + n * weight / whole
    return {code: spread.get(code, 0.0) / area for code, area in area_km2.items()}


def _quartic(distance_m: float) -> float:
    return max(0.0, 1.0 - (distance_m / BANDWIDTH_M) ** 2) ** 2


@dataclass(frozen=True)
class Concentration:
    """How much the busiest places hold. curve: share of all incidents held by the busiest 0, 1, 2, ... of the places, in places' order from
    the busiest; busiest_places: how many are the busiest twentieth (at least one); by_chance: what they would hold, were the same number laid
    at random over the places, mean of many such maps."""

    places: int
    incidents: int
    curve: tuple[float, ...]
    busiest_places: int
    by_chance: float

    @property
    def held(self) -> float:
        return self.curve[self.busiest_places]

    @property
    def for_half(self) -> int:
        """How many of the busiest places hold half."""
        return next(n for n, share in enumerate(self.curve) if share >= 0.5)


def concentration(counts: Sequence[int]) -> Concentration | None:
    """Of the counts of all places, those with nothing among them; None where nothing was recorded."""
    ordered = np.sort(np.asarray(counts, dtype=np.int64))[::-1]
    total = int(ordered.sum())
    if not total:
        return None
    places = len(ordered)
    top = max(1, math.ceil(BUSIEST * places))
    curve = np.concatenate([[0.0], np.cumsum(ordered) / total])
    return Concentration(places, total, tuple(float(x) for x in curve), top, _by_chance(total, places, top))


def _by_chance(total: int, places: int, top: int) -> float:
    rng = np.random.default_rng(_SEED)
    laid: NDArray[Any] = rng.multinomial(total, np.full(places, 1.0 / places), size=_CHANCE_MAPS)
    return float(np.sort(laid, axis=1)[:, ::-1][:, :top].sum(axis=1).mean() / total)

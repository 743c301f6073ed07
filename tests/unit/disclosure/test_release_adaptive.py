"""Adaptive hexagons: conserved, nested, and divided only where every part holds enough."""

from __future__ import annotations

import h3
import numpy as np
import pytest

from analytics.release.adaptive import COARSEST, adaptive_hexagons


def _cells(seed: int, mean: float) -> dict[str, int]:
    rng = np.random.default_rng(seed)
    disk = h3.grid_disk(h3.latlng_to_cell(51.75, -1.25, 9), 14)
    near = {c: h3.grid_distance(c, sorted(disk)[0]) for c in disk}
    return {c: int(n) for c in sorted(disk) if (n := rng.poisson(mean * 20 / (3 + near[c])))}


@pytest.mark.parametrize("enough", [5, 20, 100])
def test_every_cell_lies_in_one_hexagon_and_nothing_is_lost(enough):
    counts = _cells(1, 6.0)
    holder = adaptive_hexagons(counts, enough=enough)
    assert set(holder) == set(counts)
    for cell, hexagon in holder.items():
        assert h3.cell_to_parent(cell, h3.get_resolution(hexagon)) == hexagon
    chosen = set(holder.values())
    for hexagon in chosen:
        above = [h3.cell_to_parent(hexagon, r) for r in range(COARSEST, h3.get_resolution(hexagon))]
        assert not chosen & set(above), "no hexagon lies in another"


@pytest.mark.parametrize("enough", [5, 20, 100])
def test_a_divided_hexagon_has_parts_that_all_hold_enough(enough):
    counts = _cells(2, 6.0)
    holder = adaptive_hexagons(counts, enough=enough)
    held: dict[str, int] = {}
    for cell, hexagon in holder.items():
        held[hexagon] = held.get(hexagon, 0) + counts[cell]
    assert all(n >= enough for h, n in held.items() if h3.get_resolution(h) > COARSEST)


def test_more_is_asked_the_coarser_it_gets():
    counts = _cells(3, 8.0)
    sizes = [len(set(adaptive_hexagons(counts, enough=e).values())) for e in (1, 10, 50, 10_000)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == len(counts) and sizes[-1] <= 3
    assert adaptive_hexagons({}, enough=5) == {}

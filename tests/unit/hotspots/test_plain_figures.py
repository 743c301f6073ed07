"""A kernel density keeps its total and falls off with distance; concentration is that of the busiest places, beside chance."""

from __future__ import annotations

import h3
import pytest

from app.hotspots.plain_figures import BANDWIDTH_M, concentration, kernel_density

MIDDLE = h3.latlng_to_cell(51.75, -1.25, 9)
AROUND = h3.grid_disk(MIDDLE, 5)
AREA = {cell: h3.cell_area(cell, unit="km^2") for cell in AROUND}


def test_what_is_spread_adds_up_to_what_was_recorded() -> None:
    other = next(c for c in AROUND if h3.grid_distance(MIDDLE, c) == 3)
    density = kernel_density({MIDDLE: 7, other: 2, AROUND[-1]: 0}, AREA)
    assert sum(density[c] * AREA[c] for c in AROUND) == pytest.approx(9)
    # nothing beyond the bandwidth, most in the middle, and less the further away
    one = kernel_density({MIDDLE: 1}, AREA)
    at = {c: h3.great_circle_distance(h3.cell_to_latlng(MIDDLE), h3.cell_to_latlng(c), unit="m") for c in AROUND}
    assert {c for c in AROUND if one[c] > 0} == {c for c in AROUND if at[c] < BANDWIDTH_M}
    shares = [one[c] * AREA[c] for c in sorted(AROUND, key=lambda c: at[c])]
    assert shares == sorted(shares, reverse=True)
    # by hand: the quartic kernel of the six next to it, whose middles are at those distances
    near = [(1 - (at[c] / BANDWIDTH_M) ** 2) ** 2 for c in AROUND if 0 < at[c] < BANDWIDTH_M]
    assert len(near) == 6
    assert one[MIDDLE] * AREA[MIDDLE] == pytest.approx(1 / (1 + sum(near)))


def test_what_is_spread_beyond_a_patch_is_lost_to_it_and_not_heaped_on_its_edge() -> None:
    alone = kernel_density({MIDDLE: 1}, {MIDDLE: AREA[MIDDLE]})
    assert alone[MIDDLE] == kernel_density({MIDDLE: 1}, AREA)[MIDDLE]


def test_the_busiest_twentieth_and_the_places_that_hold_half() -> None:
    # 40 places: 5% are two, which hold 30 + 20 of 100; half is reached with them
    found = concentration([30, 20, *[5] * 10, *[0] * 28])
    assert found is not None
    assert (found.places, found.incidents, found.busiest_places, found.held, found.for_half) == (40, 100, 2, 0.5, 2)
    assert found.curve[0] == 0 and found.curve[-1] == 1 and list(found.curve) == sorted(found.curve)
    # 100 laid at random over 40 places: more than an even spread (5%), far less than half
    assert 0.08 < found.by_chance < 0.16
    assert concentration([0, 0]) is None
    single = concentration([3])
    assert single is not None and (single.busiest_places, single.held, single.by_chance) == (1, 1.0, 1.0)

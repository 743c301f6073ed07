"""Every method on one synthetic county whose truth is known; `homeground bench planted` does the same on fifty."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bench.planted import Tally, score
from feeds.synthetic.land import LSOAS, make_land


@pytest.fixture(scope="module")
def shares() -> dict[str, float]:
    tally = Tally()
    score(2, tally)
    return tally.shares()


def test_planted_clusters_are_found_and_little_else(shares: dict[str, float]) -> None:
    assert shares["hot_spot_clusters_found"] == 1.0
    assert shares["hot_spot_recall"] >= 0.8
    assert shares["false_discovery_rate"] <= 0.05
    assert shares["null_places_called"] <= 0.01


def test_planted_trends_are_called_by_their_names(shares: dict[str, float]) -> None:
    assert shares["pattern_agreement"] >= 0.5
    assert shares["null_patterns"] <= 0.01


def test_flare_ups_and_near_repeats_are_detected(shares: dict[str, float]) -> None:
    assert shares["scan_detected"] >= 0.75
    assert shares["knox_detected"] == 1.0
    assert shares["null_knox_detected"] == 0.0


def test_a_county_whose_first_draw_leaves_a_place_without_land_is_drawn_again() -> None:
    land = make_land(np.random.default_rng(np.random.SeedSequence(25).spawn(7)[0]))
    assert len(land.outlines) == LSOAS
    assert not shapely.is_empty(land.outlines).any()

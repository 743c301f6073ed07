"""Weights for residents: by postcodes, by land where there are too few, and nothing lost on the way."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.areal_weights import carry, cells_of_areas, edition_errors, shared_land, shares_by_postcode
from core.errors import InternalError


def _land(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["from_code", "to_code", "m2"])


def _postcodes(*pairs: tuple[str, str, int]) -> pd.DataFrame:
    rows = [(a, b) for a, b, count in pairs for _ in range(count)]
    return pd.DataFrame(rows, columns=["from_code", "to_code"])


def test_people_go_where_the_postcodes_are() -> None:
    weights = shares_by_postcode(_postcodes(("P", "A", 9), ("P", "B", 3)), _land(("P", "A", 1.0), ("P", "B", 99.0)))
    assert weights.to_dict("list") == {
        "from_code": ["P", "P"],
        "to_code": ["A", "B"],
        "weight": [0.75, 0.25],
        "basis": ["postcodes"] * 2,
    }


def test_too_few_postcodes_go_by_land_and_one_target_takes_all() -> None:
    weights = shares_by_postcode(_postcodes(("P", "A", 4)), _land(("P", "A", 1.0), ("P", "B", 3.0), ("Q", "C", 0.0)))
    assert weights.set_index("to_code")["weight"].to_dict() == {"A": 0.25, "B": 0.75, "C": 1.0}
    assert weights["basis"].tolist() == ["area", "area", "exact"]


def test_an_area_with_neither_is_a_defect() -> None:
    with pytest.raises(InternalError, match="neither postcodes nor land"):
        shares_by_postcode(_postcodes(), _land(("P", "A", 0.0), ("P", "B", 0.0)))


def test_a_value_without_weights_is_not_dropped_in_silence() -> None:
    weights = shares_by_postcode(_postcodes(), _land(("P", "A", 1.0)))
    with pytest.raises(InternalError, match="1 areas with a value have none"):
        carry(pd.Series({"P": 1.0, "Q": 2.0}), weights)


_PAIRS = st.lists(
    st.tuples(st.sampled_from("PQR"), st.sampled_from("ABCD"), st.integers(0, 20), st.floats(0.01, 1e6)), min_size=1, max_size=12,
    unique_by=lambda pair: pair[:2],
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(_PAIRS)
def test_totals_stand_whatever_the_map(pairs: list[tuple[str, str, int, float]]) -> None:
    weights = shares_by_postcode(_postcodes(*[p[:3] for p in pairs]), _land(*[(a, b, m2) for a, b, _, m2 in pairs]))
    assert weights.groupby("from_code")["weight"].sum().tolist() == pytest.approx([1.0] * weights["from_code"].nunique())
    people = pd.Series({code: 1_000.0 * (n + 1) for n, code in enumerate(sorted({p[0] for p in pairs}))})
    moved = carry(people, weights)
    assert moved.sum() == pytest.approx(people.sum())
    assert (moved >= 0).all()


def test_land_is_what_both_outlines_cover() -> None:
    old = gpd.GeoDataFrame(index=["P"], geometry=[shapely.box(0, 0, 10, 10)], crs=27700)
    new = gpd.GeoDataFrame(index=["A", "B"], geometry=[shapely.box(0, 0, 3, 10), shapely.box(3, 0, 10, 10)], crs=27700)
    pairs = pd.DataFrame({"from_code": ["P", "P", "P"], "to_code": ["A", "B", "unknown"]})
    assert shared_land(old, new, pairs)["m2"].tolist() == [30.0, 70.0, 0.0]


def test_cells_cover_an_area_exactly_once() -> None:
    areas = gpd.GeoDataFrame(index=["A"], geometry=[shapely.box(450_000, 200_000, 451_500, 201_000)], crs=27700)
    cells = cells_of_areas(areas)
    # neighbouring cells share borders, so their parts of an area add up to it
    assert cells["m2"].sum() == pytest.approx(1.5e6, rel=1e-6)
    assert len(cells) > 10


def test_errors_are_measured_against_the_known_children() -> None:
    changes = pd.DataFrame([("P", "A", "S"), ("P", "B", "S"), ("U", "U", "U")], columns=["from_code", "to_code", "change"])
    land = _land(("P", "A", 1.0), ("P", "B", 1.0), ("U", "U", 1.0))
    weights = shares_by_postcode(_postcodes(("P", "A", 6), ("P", "B", 4)), land)
    by_land = shares_by_postcode(_postcodes(), land)
    truth = pd.Series({"A": 750.0, "B": 250.0, "U": 1_000.0})
    alone, changed, unchanged = edition_errors(changes, weights, by_land, truth, pd.Series({"P": 1_100.0, "U": 1_100.0}))
    # 600 for 750 and 400 for 250; by land 500 each
    assert (alone.areas, alone.mean_percent, alone.by_land_mean_percent) == pytest.approx((2, (20 + 60) / 2, (100 / 3 + 100) / 2))
    # 660 for 750 and 440 for 250
    assert (changed.areas, changed.mean_percent) == pytest.approx((2, (12 + 76) / 2))
    assert (unchanged.areas, unchanged.mean_percent, unchanged.worst_percent) == pytest.approx((1, 10, 10))

"""The rule by which a drawn area becomes whole LSOAs, on a drawing whose answer can be counted by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.patches import Snapped, snap
from core.errors import UserError

# four squares of 1 km in a row; people of A live in its west, of B in its east; C has too few postcodes; D is no part of the region
_AREAS = gpd.GeoDataFrame(
    index=["A", "B", "C", "D"], geometry=[shapely.box(1_000 * i, 0, 1_000 * (i + 1), 1_000) for i in range(4)], crs=27700
)
_PEOPLE = pd.Series({"A": 1_000.0, "B": 2_000.0, "C": 400.0, "D": 800.0})
_POSTCODES = pd.DataFrame(
    [(100.0, 500.0, "A")] * 9 + [(900.0, 500.0, "A")] + [(1_900.0, 500.0, "B")] * 10 + [(2_500.0, 500.0, "C")] * 2
    + [(3_500.0, 500.0, "D")] * 8,
    columns=["easting", "northing", "lsoa21_code"],
)  # fmt: skip
_REGION = frozenset("ABC")


def _snap(west: float, east: float, **more: object) -> Snapped:
    return snap(_AREAS, _PEOPLE, _POSTCODES, shapely.box(west, 0, east, 1_000), allowed=_REGION, **more)  # type: ignore[arg-type]


def _balance(made: Snapped) -> None:
    assert made.people_members == pytest.approx(made.people_drawn + made.people_gained - made.people_lost)
    assert made.members_m2 == pytest.approx(made.drawn_m2 + made.gained_m2 - made.lost_m2)


def test_people_decide_and_not_land() -> None:
    # 40% of the land of A, 90% of its people
    made = _snap(0, 400)
    assert made.members == ("A",)
    assert (made.people_drawn, made.people_members, made.people_gained, made.people_lost) == pytest.approx((900, 1_000, 100, 0))
    assert (made.drawn_m2, made.gained_m2, made.lost_m2, made.outside_m2) == pytest.approx((400_000, 600_000, 0, 0))
    _balance(made)


def test_land_without_people_is_lost() -> None:
    # all of A, and 80% of the land of B where nobody lives
    made = _snap(0, 1_800)
    assert made.members == ("A",)
    assert [(a.code, a.people_share, a.basis) for a in made.areas] == [("A", 1.0, "postcodes"), ("B", 0.0, "postcodes")]
    assert made.lost_m2 == pytest.approx(800_000)
    _balance(made)


def test_few_postcodes_go_by_land() -> None:
    made = _snap(1_850, 2_600)
    assert made.members == ("B", "C")
    assert [(a.code, round(a.people_share, 3), a.basis) for a in made.areas] == [("B", 1.0, "postcodes"), ("C", 0.6, "area")]
    _balance(made)


def test_exactly_half_is_not_more_than_half() -> None:
    with pytest.raises(UserError, match="most residents of no LSOA"):
        _snap(2_000, 2_500)


def test_what_lies_outside_the_region_or_every_lsoa_is_lost_and_said() -> None:
    made = _snap(1_500, 4_500)
    assert made.members == ("B", "C")
    assert made.people_lost == pytest.approx(800)
    assert made.outside_m2 == pytest.approx(500_000)
    assert made.lost_m2 == pytest.approx(1_500_000)
    _balance(made)


def test_wholly_outside_is_refused() -> None:
    with pytest.raises(UserError, match="outside the region"):
        _snap(3_100, 4_000)


def test_a_list_of_codes_is_taken_at_its_word() -> None:
    # the outline of the list reaches a hair into C, which the list does not hold
    made = _snap(0, 2_010, whole={"A": True, "B": True, "C": False})
    assert made.members == ("A", "B")
    assert [a.basis for a in made.areas] == ["exact", "exact"]
    assert (made.people_gained, made.people_lost, made.gained_m2) == (0, 0, 0)
    _balance(made)


def test_unknown_residents_are_not_taken_for_none() -> None:
    with pytest.raises(UserError, match="residents of A are not known"):
        snap(_AREAS, _PEOPLE.drop("A"), _POSTCODES, shapely.box(0, 0, 900, 1_000), allowed=_REGION)


def test_a_neighbour_whose_residents_are_not_held_is_outside() -> None:
    made = snap(_AREAS, _PEOPLE.drop("D"), _POSTCODES, shapely.box(2_000, 0, 4_000, 1_000), allowed=_REGION)
    assert made.members == ("C",)
    assert (made.outside_m2, made.people_lost) == pytest.approx((1e6, 0))
    _balance(made)

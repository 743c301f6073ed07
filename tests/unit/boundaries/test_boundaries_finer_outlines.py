"""Finer outlines from an older edition, on drawn maps: which areas take them, and that the map stays whole."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.finer_outlines import as_areas, finer_outlines

# four parents in a row, 100 m wide; their fine northern border is wavy, the coarse one is a straight line
_FINE_TOP = [(0, 100), (25, 108), (50, 97), (75, 104), (100, 100)]


def _fine(west: float) -> shapely.Polygon:
    return shapely.Polygon([(west, 0), (west + 100, 0), *[(west + x, y) for x, y in reversed(_FINE_TOP)]])


def _coarse(west: float, east: float) -> shapely.Polygon:
    return shapely.box(west, 0, east, 100)


def _frame(shapes: dict[str, shapely.Polygon], detail: int) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"detail": detail}, geometry=list(shapes.values()), index=list(shapes), crs=27700)


_OLD = _frame({"P1": _fine(0), "P2": _fine(100), "P3": _fine(200), "P4": _fine(300), "P5": _fine(400)}, 2)
_NEW = _frame(
    {
        "P1": _coarse(0, 100),
        "S1": _coarse(100, 160),
        "S2": _coarse(160, 200),
        "M1": _coarse(200, 400),
        "X1": _coarse(400, 500),
        "N1": _coarse(500, 600),
    },
    1,
)
_CHANGES = pd.DataFrame(
    [("P1", "P1", "U"), ("P2", "S1", "S"), ("P2", "S2", "S"), ("P3", "M1", "M"), ("P4", "M1", "M"), ("P5", "X1", "X")],
    columns=["from_code", "to_code", "change"],
)


def test_unchanged_areas_take_the_old_outline_and_merged_ones_the_union() -> None:
    made = finer_outlines(_OLD, _NEW, _CHANGES)
    assert made.outlines["P1"].equals(_OLD.geometry["P1"])
    assert made.outlines["M1"].equals(_OLD.geometry["P3"].union(_OLD.geometry["P4"]))
    assert dict(made.detail) == {"P1": 2, "S1": 2, "S2": 2, "M1": 2}


def test_split_areas_share_their_parent_without_gap_or_overlap() -> None:
    made = finer_outlines(_OLD, _NEW, _CHANGES)
    first, second = made.outlines["S1"], made.outlines["S2"]
    assert first.intersection(second).area == pytest.approx(0, abs=1e-9)
    assert first.union(second).symmetric_difference(_OLD.geometry["P2"]).area == pytest.approx(0, abs=1e-6)
    # the crest at x = 125 m lies above the coarse border, in no child: it goes to the one beside it
    assert first.contains(shapely.Point(125, 105))
    assert second.contains(shapely.Point(190, 50))


def test_what_cannot_be_refined_is_left_with_its_reason() -> None:
    made = finer_outlines(_OLD, _NEW, _CHANGES)
    assert dict(made.left) == {"X1": "changed irregularly", "N1": "not in the lookup between the editions"}


def test_an_outline_that_is_as_fine_already_stays() -> None:
    made = finer_outlines(_OLD, _frame(dict(_NEW.geometry.items()), 2), _CHANGES)
    assert not made.outlines
    assert made.left["P1"] == "the old outline is no finer"


def test_a_family_without_its_old_outline_stays() -> None:
    made = finer_outlines(_OLD.drop("P4"), _NEW, _CHANGES)
    assert made.left["M1"] == "an outline of its family is missing"


def test_as_areas_drops_what_has_no_area() -> None:
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(1, 1), (2, 2)])])
    made = as_areas(mixed)
    assert made.geom_type == "MultiPolygon"
    assert made.equals(shapely.box(0, 0, 1, 1))

"""Boundary bytes: coordinate systems said and true, polygons valid and multi, transformed as PROJ does."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon

from core.errors import FeedError
from feeds.catalogue.feed import Feed, Reading, Recognise
from feeds.reading.vector import as_multipolygons, ewkb_hex, read_features, repair, to_national_grid
from tests.builders import feeds_files as county

FEED = Feed(
    id="areas",
    title="t",
    publisher="p",
    licence="l",
    sensitivity="open",
    recognise=Recognise(columns=["code"]),
    read=Reading(format="vector"),
)


def test_geojson_is_degrees_unless_it_says_otherwise() -> None:
    rows = read_features(county.geojson([({"code": "E1", "n": 3}, county.square(0))]), FEED, "a.geojson")
    assert (rows.epsg, rows.table.to_pydict()) == (4326, {"code": ["E1"], "n": ["3"]})
    assert rows.geometry is not None
    back = to_national_grid(rows.geometry, rows.epsg)
    assert shapely.area(back)[0] == pytest.approx(county.SIDE_M**2, rel=1e-6)


@pytest.mark.parametrize(
    ("ring", "crs", "word"),
    [
        (county.square(0, degrees=False), "", "contradict"),
        ([[y, x] for x, y in county.square(0)], "", "contradict"),
        (county.square(0), "urn:ogc:def:crs:EPSG::27700", "contradict"),
        (county.square(0, degrees=False), "urn:ogc:def:crs:EPSG::3857", "EPSG:3857 is not one"),
    ],
)
def test_a_system_that_is_not_true_is_refused(ring: list[list[float]], crs: str, word: str) -> None:
    with pytest.raises(FeedError, match=word):
        read_features(county.geojson([({"code": "E1"}, ring)], crs=crs), FEED, "a.geojson")


@pytest.mark.parametrize("data", [b"", b"{", b"not a boundary at all", b"PK\x03\x04"])
def test_bytes_that_are_no_boundaries(data: bytes) -> None:
    with pytest.raises(FeedError, match=r"empty|cannot be read"):
        read_features(data, FEED, "a.geojson")


def test_missing_properties() -> None:
    with pytest.raises(FeedError, match="missing code"):
        read_features(county.geojson([({"name": "x"}, county.square(0))]), FEED, "a.geojson")


def test_repair_keeps_area_and_drops_what_has_none() -> None:
    good = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)])
    bow_tie = Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    # a spike: valid once the line is gone
    spiked = Polygon([(0, 0), (4, 0), (4, 4), (4, 9), (4, 4), (0, 4)])
    fixed, changed = repair(np.array([good, bow_tie, spiked], dtype=object))
    assert changed.tolist() == [1, 2]
    assert shapely.is_valid(fixed).all()
    assert shapely.area(fixed).tolist() == [16.0, 8.0, 16.0]
    assert {g.geom_type for g in as_multipolygons(fixed)} == {"MultiPolygon"}


def test_stored_geometry_carries_its_coordinate_system() -> None:
    text = ewkb_hex(np.array([MultiPolygon([Polygon([(0, 0), (1, 0), (1, 1)])]), None], dtype=object))
    assert text[1].as_py() is None
    assert shapely.get_srid(shapely.from_wkb(bytes.fromhex(text[0].as_py()))) == 27700

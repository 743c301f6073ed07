"""The background of maps: from files as their publishers give them to tiles that the public's credential reads."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from pydantic import ValidationError
from shapely import box
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.release import background as cutting
from analytics.release.background import BackgroundReport, cut_background
from core import db
from core.db import Role
from core.settings import RegionSettings
from feeds.catalogue.feed import Feed, read_catalogue
from feeds.loading import delivery
from feeds.loading.load import load_source
from feeds.loading.report import FileResult
from feeds.reading.source import Source
from feeds.shapes.scope import Scope
from published.background import current_background, tile
from tests.builders.files import backgrounds

pytestmark = pytest.mark.database
REGION = RegionSettings(force_name="Westfordshire Police", force_area_name="Westfordshire")
# the tile of zoom 14 in which the middle of Westford lies: 0.8789 degrees east, 53.7318 north
_WESTFORD = (14, 8231, 5281)


def loaded(path: Path) -> FileResult:
    (result,) = load_source(path, region=REGION).files
    return result


def features() -> set[tuple[Any, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        rows = connection.execute(text("SELECT kind, class, name, least_zoom FROM place.background"))
        return {tuple(r) for r in rows}


def cut() -> BackgroundReport | None:
    with db.transaction(Role.PIPELINE) as connection:
        return cut_background(connection)


def seen(zoom: int, x: int, y: int, role: Role = Role.COMMUNITY) -> bytes | None:
    with db.transaction(role) as connection:
        shown = current_background(connection)
        return None if shown is None else tile(connection, shown.mark, zoom, x, y)


def test_every_layer_of_a_zoomstack_file_is_drawn_by_its_own_rule(database: str, tmp_path: Path) -> None:
    result = loaded(backgrounds.geopackage(tmp_path / "any_name.gpkg", backgrounds.ZOOMSTACK))
    assert (result.feed, result.status, result.rows_in, result.rows_rejected) == ("os_open_zoomstack", "loaded", 14, 0)
    assert features() == {
        ("settlement", "town", "Westford", 8),
        ("settlement", "hamlet", "Mill End", 13),
        ("station", "station", "Westford Road", 12),
        ("road", "motorway", "M61", 6),
        ("road", "b_road", "Ford Street", 10),
        ("road", "street", "Église Lane", 13),
        ("rail", "railway", "", 9),
        # 400 m across are 8.7 pixels at zoom 11, where a pixel is 46 m
        ("water", "water", "The Mere", 11),
        ("green", "park", "", 14),
        ("green", "wood", "", 12),
    }
    with db.transaction(Role.PIPELINE) as connection:
        notes = connection.execute(text("SELECT notes FROM raw.delivery")).scalar_one()
    # a landform, a busway and the line of high water: nothing is wrong with them
    assert (notes["features_kept"], notes["left_out_by_kind"]) == (11, 3)
    assert "mended" in result.message


def test_open_roads_and_openstreetmap_are_known_by_their_layers(database: str, tmp_path: Path) -> None:
    assert loaded(backgrounds.geopackage(tmp_path / "oproad_gb.gpkg", backgrounds.OPEN_ROADS)).feed == "os_open_roads"
    assert features() == {("road", "a_road", "London Road", 8), ("road", "street", "", 13)}
    path = tmp_path / "little-ford-latest.osm.pbf"
    path.write_bytes(backgrounds.OSM_PBF)
    assert loaded(path).feed == "osm_extract"
    packed = backgrounds.zipped_shapefiles(tmp_path / "little-ford-latest-free.shp.zip", backgrounds.GEOFABRIK)
    assert loaded(packed).feed == "osm_geofabrik"
    # each brings its own and takes nothing of another's
    assert features() >= {
        ("road", "a_road", "London Road", 8), ("road", "street", "Mill Lane", 13), ("waterway", "river", "River Ford", 9),
        ("rail", "railway", "", 9), ("settlement", "village", "Little Ford", 11), ("station", "station", "Ford Halt", 12),
    }  # fmt: skip
    assert {(k, c, n) for k, c, n, _ in features()} >= {("green", "park", "The Green"), ("water", "water", "")}


def test_a_file_without_any_of_the_layers_is_unknown_and_one_without_some_says_so(database: str, tmp_path: Path) -> None:
    other = loaded(backgrounds.geopackage(tmp_path / "other.gpkg", {"contours": backgrounds.ZOOMSTACK["rail"]}))
    assert other.status == "unrecognised"
    some = {name: backgrounds.ZOOMSTACK[name] for name in ("names", "roads_national")}
    result = loaded(backgrounds.geopackage(tmp_path / "some.gpkg", some))
    assert result.status == "loaded"
    assert "lacks 8 of 10 layers" in result.message
    degrees = backgrounds.geopackage(tmp_path / "degrees.gpkg", some, epsg=4326)
    assert "coordinate system EPSG:4326 is not one" in loaded(degrees).message


def test_a_national_file_is_cut_to_the_region_before_it_is_read(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the whole country has more bytes than are read. The same file gives the same bytes, so it is known again."""
    monkeypatch.setattr(delivery, "_LARGE_BYTES", 0)
    monkeypatch.setattr(Scope, "outline", property(lambda _scope: box(589_000, 429_000, 591_000, 431_000)))
    far = ({"type": "Local", "name": "Far Away", "number": ""}, backgrounds.line((400_000, 300_000), (400_100, 300_000)))
    layers = {**backgrounds.ZOOMSTACK, "roads_local": [*backgrounds.ZOOMSTACK["roads_local"], far], "contours": [far]}
    path = backgrounds.geopackage(tmp_path / "national.gpkg", layers)
    monkeypatch.setattr(Source, "read", lambda _source: pytest.fail("read whole"))
    result = loaded(path)
    assert (result.status, result.rows_in) == ("loaded", 14)
    assert ("road", "street", "Église Lane", 13) in features()
    assert loaded(path).status == "unchanged"


def test_tiles_are_cut_once_and_read_by_the_public(database: str, tmp_path: Path) -> None:
    assert cut() is None
    assert seen(*_WESTFORD) is None
    loaded(backgrounds.geopackage(tmp_path / "first.gpkg", backgrounds.ZOOMSTACK))
    made = cut()
    assert made is not None
    assert (made.features, made.unchanged) == (11, False)
    body = seen(*_WESTFORD)
    assert body is not None
    assert body == seen(*_WESTFORD, role=Role.PROFESSIONAL)
    # read by another reader of vector tiles than ours
    path = tmp_path / "14.mvt"
    path.write_bytes(gzip.decompress(body))
    assert {name for name, _ in pyogrio.list_layers(path)} >= {"road", "rail", "settlement"}
    roads = pyogrio.read_dataframe(path, layer="road")
    # two links of one street are one line
    assert sorted(roads["name"].dropna()) == ["Ford Street", "M61", "Église Lane"]
    # a wide map has the motorway without its name and no street
    with db.transaction(Role.COMMUNITY) as connection:
        first = current_background(connection)
    assert first is not None
    assert first.holds(*_WESTFORD)
    assert not first.holds(14, 8231, 5000)
    assert not first.holds(15, *_WESTFORD[1:])
    assert first.attribution == "Contains OS data © Crown copyright and database rights"
    wide = gzip.decompress(seen(8, 128, 82) or b"")
    assert b"motorway" in wide
    assert b"M61" not in wide
    assert b"street" not in wide
    again = cut()
    assert again is not None
    assert again.unchanged
    # another delivery takes its place, and the addresses of all tiles change
    fewer = {name: backgrounds.ZOOMSTACK[name] for name in ("names", "roads_national")}
    loaded(backgrounds.geopackage(tmp_path / "second.gpkg", fewer))
    assert {kind for kind, *_ in features()} == {"settlement", "road"}
    cut()
    with db.transaction(Role.COMMUNITY) as connection:
        second = current_background(connection)
        assert second is not None
        assert second.mark != first.mark
        assert tile(connection, first.mark, *_WESTFORD) is None


def test_a_tile_that_would_be_too_large_leaves_out_what_is_finest(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(backgrounds.geopackage(tmp_path / "first.gpkg", backgrounds.ZOOMSTACK))
    cut()
    whole = gzip.decompress(seen(*_WESTFORD) or b"")
    assert "Église Lane".encode() in whole
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("DELETE FROM published.background"))
    monkeypatch.setattr(cutting, "MOST_TILE_BYTES", len(seen_packed()) * 3 // 4)
    cut()
    lighter = gzip.decompress(seen(*_WESTFORD) or b"")
    assert "Église Lane".encode() not in lighter
    assert b"Ford Street" in lighter


def seen_packed() -> bytes:
    with db.transaction(Role.PIPELINE) as connection:
        zoom, x, y = _WESTFORD
        query = "SELECT body FROM published.background_tile WHERE zoom = :zoom AND x = :x AND y = :y"
        return bytes(connection.execute(text(query), {"zoom": zoom, "x": x, "y": y}).scalar_one())


def test_a_feed_that_is_not_open_is_no_background() -> None:
    """Everybody sees it on every map."""
    feed = read_catalogue().get("os_open_roads").model_dump(exclude_none=True)
    assert Feed.model_validate(feed).background is not None
    agreement = read_catalogue().get("partner_housing_asb").agreement
    assert agreement is not None
    with pytest.raises(ValidationError, match="background is open"):
        Feed.model_validate({**feed, "sensitivity": "restricted", "licence": "", "agreement": agreement.model_dump()})
    with pytest.raises(ValidationError, match="background is open"):
        Feed.model_validate({**feed, "read": {"format": "csv"}})


@pytest.mark.parametrize("table", ["published.background", "published.background_tile"])
@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PROFESSIONAL])
def test_no_portal_can_put_anything_on_a_map(database: str, table: str, role: Role) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {'mark' if table.endswith('background') else 'body'} = NULL"):
        with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role, districts=None) as connection:
            connection.execute(text(statement))

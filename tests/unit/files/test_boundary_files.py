"""Boundary files as people have them: heights, collections, broken outlines, encodings, layers, folders in a zip."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from core.errors import FeedError
from feeds.reading.layers import layers_of
from feeds.reading.outlines import CANNOT_BE_READ, HAS_NO_ONE_AREA, NO_NUMBER, read_outlines
from feeds.reading.vector import read_features
from tests.builders import feeds_files as county
from tests.builders.files.offered import feed, offered, only, zipped

SQUARE = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)])
AREAS = feed(
    "areas", columns=["LSOA21CD", "LSOA21NM"], file_name=r"lsoa21_.*\.(geojson|gpkg|zip)$", read={"format": "vector"},
    writes=[{"shape": "area", "geography": "lsoa", "edition": "2021", "code": "LSOA21CD", "name": "LSOA21NM", "detail": 1}],
)  # fmt: skip


def outlines(*geometries: BaseGeometry) -> tuple[list[BaseGeometry | None], dict[int, str]]:
    found = read_outlines(np.array([shapely.to_wkb(g) for g in geometries], dtype=object))
    return list(found.geometry), found.faults


def test_heights_are_dropped() -> None:
    (flat,), faults = outlines(shapely.force_3d(SQUARE, 7.0))
    assert flat is not None and not flat.has_z and flat.equals(SQUARE)
    assert faults == {}


def test_a_collection_gives_its_polygons_however_deep() -> None:
    deep = GeometryCollection([LineString([(0, 0), (1, 1)]), GeometryCollection([SQUARE, Point(9, 9)])])
    (taken, line), _ = outlines(deep, GeometryCollection([LineString([(0, 0), (1, 1)])]))
    assert taken is not None and taken.geom_type == "MultiPolygon" and taken.area == 16
    assert line is not None and line.area == 0, "a collection without a polygon has no area, and its row is rejected for that"


def test_an_outline_is_mended_where_it_is_plain_what_it_encloses() -> None:
    bow_tie = Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    spike = Polygon([(0, 0), (4, 0), (4, 4), (4, 9), (4, 4), (0, 4)])
    mended, faults = outlines(bow_tie, spike)
    assert [g.area for g in mended if g is not None] == [8.0, 16.0]
    assert faults == {}


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_an_outline_of_no_one_area_is_a_fault_with_its_reason() -> None:
    wound_twice = Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (2, 2), (8, 2), (8, 8), (2, 8), (2, 2)])
    overlapping = MultiPolygon([SQUARE, Polygon([(2, 2), (6, 2), (6, 6), (2, 6)])])
    without_number = Polygon([(0, 0), (4, 0), (float("nan"), 4), (0, 4)])
    kept, faults = outlines(wound_twice, overlapping, without_number, SQUARE)
    assert [g is None for g in kept] == [True, True, True, False]
    assert faults == {0: HAS_NO_ONE_AREA, 1: HAS_NO_ONE_AREA, 2: NO_NUMBER}


def test_bytes_that_are_no_geometry_are_a_fault_and_an_open_ring_is_closed() -> None:
    whole = shapely.to_wkb(SQUARE)
    # one point fewer, and the count with it
    open_ring = whole[:9] + (4).to_bytes(4, "little") + whole[13 : 13 + 4 * 16]
    found = read_outlines(np.array([b"\x01no geometry", open_ring, None], dtype=object))
    assert found.faults == {0: CANNOT_BE_READ}
    assert found.geometry[1].area == 16
    assert found.repaired.tolist() == [1]
    assert found.geometry[2] is None


def features(*geometries: dict[str, object]) -> bytes:
    made = [
        {"type": "Feature", "properties": {"LSOA21CD": county.LSOAS[i], "LSOA21NM": f"Area {i}"}, "geometry": g}
        for i, g in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def polygon(i: int) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [county.square(i)]}


def test_one_bad_outline_rejects_its_own_row_alone(tmp_path: Path) -> None:
    overlap = [[county.square(3)], [[[x + 0.005, y] for x, y in county.square(3)]]]
    line = {"type": "LineString", "coordinates": county.square(1)[:2]}
    z = {"type": "Polygon", "coordinates": [[[*p, 12.5] for p in county.square(2)]]}
    collection = {"type": "GeometryCollection", "geometries": [polygon(4), {"type": "Point", "coordinates": county.square(4)[0]}]}
    data = features(polygon(0), line, z, {"type": "MultiPolygon", "coordinates": overlap}, collection)
    county.write(tmp_path, "lsoa21_x.geojson", data)
    found = only(tmp_path, AREAS)
    assert found.accepted["LSOA21CD"] == [county.LSOAS[i] for i in (0, 2, 4)]
    assert found.reasons == [(2, "LSOA21CD: no polygon with an area"), (4, f"LSOA21CD: {HAS_NO_ONE_AREA}")]
    assert "collections" in found.told


def shapefile(name: str = "Ynys Môn", encoding: str = "ISO-8859-1", field: str = "LSOA21CD", cpg: bool = False) -> dict[str, bytes]:
    """The parts of a shapefile of one area, by their endings."""
    import tempfile

    import geopandas as gpd

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        square = Polygon(county.square(0, degrees=False))
        frame = gpd.GeoDataFrame({field: [county.LSOAS[0]], "LSOA21NM": [name]}, geometry=[square], crs=27700)
        frame.to_file(Path(folder) / "areas.shp", encoding=encoding)
        parts = {p.suffix: p.read_bytes() for p in Path(folder).iterdir()}
    if not cpg:
        parts.pop(".cpg", None)
        # GDAL marks the code page in the .dbf too; the files that are met have no mark
        parts[".dbf"] = parts[".dbf"][:29] + b"\x00" + parts[".dbf"][30:]
    return parts


def in_zip(parts: dict[str, bytes], stem: str = "areas") -> dict[str, bytes]:
    return {f"{stem}{suffix}": data for suffix, data in parts.items()}


@pytest.mark.parametrize(
    ("encoding", "cpg", "told"),
    [("ISO-8859-1", False, "CP1252"), ("UTF-8", False, "UTF-8"), ("ISO-8859-1", True, ""), ("UTF-8", True, "")],
)
def test_the_encoding_of_a_dbf(encoding: str, cpg: bool, told: str, tmp_path: Path) -> None:
    county.write(tmp_path, "lsoa21_x.zip", zipped(in_zip(shapefile(encoding=encoding, cpg=cpg))))
    found = only(tmp_path, AREAS)
    assert found.accepted["LSOA21NM"] == ["Ynys Môn"]
    assert told in found.told and bool(told) == bool(found.told)


def test_an_encoding_that_cannot_be_told_or_is_not_true_is_refused(tmp_path: Path) -> None:
    dos = shapefile()
    dos[".dbf"] = dos[".dbf"].replace("ô".encode("latin-1"), "ô".encode("cp850"))
    county.write(tmp_path / "a", "lsoa21_x.zip", zipped(in_zip(dos)))
    assert "names no encoding" in only(tmp_path / "a", AREAS).message
    county.write(tmp_path / "b", "lsoa21_x.zip", zipped(in_zip(shapefile() | {".cpg": b"UTF-8"})))
    assert "not in the encoding that the file says" in only(tmp_path / "b", AREAS).message


def test_a_shapefile_in_a_folder_of_its_zip(tmp_path: Path) -> None:
    parts = shapefile(cpg=True)
    county.write(tmp_path, "lsoa21_x.zip", zipped({f"Lower_layer/LSOA/areas{s}": d for s, d in parts.items()}))
    assert only(tmp_path, AREAS).accepted["LSOA21CD"] == [county.LSOAS[0]]


def test_a_part_that_is_missing_and_a_geodatabase_are_named(tmp_path: Path) -> None:
    for part in (".dbf", ".shx"):
        parts = shapefile(cpg=True)
        del parts[part]
        county.write(tmp_path, "lsoa21_x.zip", zipped(in_zip(parts)))
        assert f"lacks its {part}" in only(tmp_path, AREAS).message
    county.write(tmp_path, "lsoa21_x.zip", zipped({"areas.gdb/a00000001.gdbtable": b""}))
    assert "file geodatabase (.gdb)" in only(tmp_path, AREAS).message


def test_attributes_in_other_capital_letters(tmp_path: Path) -> None:
    county.write(tmp_path, "x.geojson", county.geojson([({"lsoa21cd": county.LSOAS[0], "lsoa21nm": "A"}, county.square(0))]))
    found = only(tmp_path)
    assert (found.feed, found.accepted["LSOA21CD"]) == ("boundary_lsoa21_download", [county.LSOAS[0]])


def test_two_shapefiles_of_one_feed_are_refused_by_name_and_one_is_chosen_by_its_columns(tmp_path: Path) -> None:
    ours, other = shapefile(cpg=True), shapefile(field="WD24CD", cpg=True)
    county.write(tmp_path / "a", "lsoa21_x.zip", zipped(in_zip(ours, "one") | in_zip(ours, "two")))
    message = only(tmp_path / "a", AREAS).message
    assert "one.shp" in message and "two.shp" in message and "cannot be told" in message
    county.write(tmp_path / "b", "lsoa21_x.zip", zipped(in_zip(other, "first") | in_zip(ours, "second")))
    found = only(tmp_path / "b", AREAS)
    assert found.accepted["LSOA21CD"] == [county.LSOAS[0]]
    assert "only second.shp was read" in found.told


def test_a_zip_of_two_shapefiles_that_no_name_claims_is_two_deliveries(tmp_path: Path) -> None:
    by_columns = AREAS.model_copy(update={"recognise": AREAS.recognise.model_copy(update={"file_name": ""})})
    wards = feed(
        "wards", columns=["WD24CD", "LSOA21NM"], read={"format": "vector"},
        writes=[{"shape": "area", "geography": "ward", "edition": "2024", "code": "WD24CD", "name": "LSOA21NM", "detail": 1}],
    )  # fmt: skip
    from feeds.catalogue.feed import Catalogue

    catalogue = Catalogue(feed=[by_columns, wards])
    data = in_zip(shapefile(cpg=True), "one") | in_zip(shapefile(field="WD24CD", cpg=True), "two")
    county.write(tmp_path / "a", "both.zip", zipped(data))
    assert {o.label: o.feed for o in offered(tmp_path / "a", catalogue)} == {
        "both.zip/one.shp": "areas",
        "both.zip/two.shp": "wards",
    }
    rival = in_zip(shapefile("Area B", cpg=True), "three")
    county.write(tmp_path / "b", "both.zip", zipped(in_zip(shapefile(cpg=True), "one") | rival))
    assert all("one and the same place in the store" in o.message for o in offered(tmp_path / "b", catalogue))


def geopackage(folder: Path, *layers: tuple[str, str]) -> Path:
    """A GeoPackage of one square in each layer, whose code stands in the field that is given."""
    import geopandas as gpd

    path = folder / "lsoa21_x.gpkg"
    for name, field in layers:
        columns = {field: [county.LSOAS[0]], "LSOA21NM": [name]}
        frame = gpd.GeoDataFrame(columns, geometry=[Polygon(county.square(0, degrees=False))], crs=27700)
        frame.to_file(path, layer=name, driver="GPKG")
    return path


def test_the_layer_of_a_geopackage_that_has_the_columns(tmp_path: Path) -> None:
    data = geopackage(tmp_path, ("styles", "name"), ("lsoa", "LSOA21CD")).read_bytes()
    rows = read_features(data, AREAS, "x.gpkg")
    assert rows.text("LSOA21NM").to_pylist() == ["lsoa"]
    by_columns = AREAS.model_copy(update={"recognise": AREAS.recognise.model_copy(update={"file_name": ""})})
    assert only(tmp_path, by_columns).feed == "areas"


def test_two_layers_with_the_columns_are_refused_unless_the_feed_names_one(tmp_path: Path) -> None:
    data = geopackage(tmp_path, ("first", "LSOA21CD"), ("second", "LSOA21CD")).read_bytes()
    with pytest.raises(FeedError, match=r"2 layers .* first, second"):
        read_features(data, AREAS, "x.gpkg")
    named = AREAS.model_copy(update={"read": AREAS.read.model_copy(update={"layer": "second"})})
    assert read_features(data, named, "x.gpkg").text("LSOA21NM").to_pylist() == ["second"]
    absent = AREAS.model_copy(update={"read": AREAS.read.model_copy(update={"layer": "third"})})
    with pytest.raises(FeedError, match=r"no layer 'third'[\s\S]*first, second"):
        read_features(data, absent, "x.gpkg")


def test_a_layer_without_the_columns_is_named() -> None:
    with pytest.raises(FeedError, match=r"missing LSOA21CD, LSOA21NM"):
        read_features(county.geojson([({"other": 1}, county.square(0))]), AREAS, "x.geojson")
    assert layers_of(county.geojson([({"a": 1}, county.square(0))]), None, "x")[0].fields == ("a",)


@pytest.mark.parametrize("name", ["Area {1}", 'a "quoted" } brace', "plain"])
@pytest.mark.parametrize("late", [False, True])
def test_geojson_is_known_by_its_properties_wherever_they_stand(name: str, late: bool, tmp_path: Path) -> None:
    ring = [[-1 + i / 1e6, 51.0] for i in range(20_000 if late else 4)]
    ring += [[-0.9, 51.1], ring[0]]
    feature = {
        "type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"note": {"nested": [1, {}]}, "PFA23CD": "E23000030", "PFA23NM": name},
    }  # fmt: skip
    county.write(tmp_path, "x.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    found = only(tmp_path)
    assert found.feed == "boundary_police_force_2023"
    assert found.accepted["PFA23NM"] == [name]


def test_properties_that_only_later_features_have(tmp_path: Path) -> None:
    first = {"type": "Feature", "geometry": None, "properties": None}
    second = {"type": "Feature", "geometry": polygon(0), "properties": {"PFA23CD": "E23000030", "PFA23NM": "A"}}
    county.write(tmp_path, "x.geojson", json.dumps({"type": "FeatureCollection", "features": [first, second]}).encode())
    assert only(tmp_path).feed == "boundary_police_force_2023"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BSC_V4_123.geojson", "boundary_lsoa21_download"),
        ("Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5_-4230000000000.geojson", "boundary_lsoa21_bgc"),
        ("Lower_layer_Super_Output_Areas_(December_2021)_Boundaries_EW_BFC_(V10).geojson", "boundary_lsoa21_bfc"),
        ("LSOA_2021_EW_BFE_V10.geojson", "boundary_lsoa21_bfc"),
        ("lsoa21_bsc.geojson", "boundary_lsoa21_bsc"),
        ("my areas.json", "boundary_lsoa21_download"),
    ],
)
def test_names_of_the_open_geography_portal(name: str, known: str, tmp_path: Path) -> None:
    county.write(tmp_path, name, county.geojson([({"LSOA21CD": county.LSOAS[0], "LSOA21NM": "A"}, county.square(0))]))
    assert only(tmp_path).feed == known

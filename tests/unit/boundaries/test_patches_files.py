"""Files and lists of codes that people hand in for a patch: what is read, and what is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from boundaries.patch_file import read_codes, read_drawn_area
from core.errors import UserError

_RING = [[-1.27, 51.735], [-1.22, 51.735], [-1.22, 51.76], [-1.27, 51.76], [-1.27, 51.735]]
_METRES = [[450_000, 200_000], [451_000, 200_000], [451_000, 201_000], [450_000, 201_000], [450_000, 200_000]]
_SPECK = [[450_000, 200_000], [450_000.1, 200_000], [450_000.1, 200_000.1], [450_000, 200_000]]


def _file(folder: Path, document: object) -> Path:
    path = folder / "area.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def _polygon(ring: list[list[float]], **more: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring], **more}


def _crs(name: str) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


def test_a_file_without_a_system_is_longitude_and_latitude(tmp_path: Path) -> None:
    drawn = read_drawn_area(_file(tmp_path, {"type": "Feature", "properties": {}, "geometry": _polygon(_RING)}))
    assert drawn.epsg == 4326
    # 0.05 degrees of longitude at 51.75 N by 0.025 of latitude: 3.45 km by 2.78 km
    assert drawn.shape.area == pytest.approx(3_452 * 2_781, rel=0.01)
    assert drawn.shape.geom_type == "MultiPolygon"


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::27700", "EPSG:27700"])
def test_the_national_grid_is_taken_when_declared(tmp_path: Path, name: str) -> None:
    in_file = read_drawn_area(_file(tmp_path, _polygon(_METRES, crs=_crs(name))))
    by_option = read_drawn_area(_file(tmp_path, _polygon(_METRES)), epsg=27700)
    assert in_file.epsg == by_option.epsg == 27700
    assert in_file.shape.area == by_option.shape.area == 1e6


def test_several_features_become_one_area(tmp_path: Path) -> None:
    east = [[x + 1_000, y] for x, y in _METRES]
    features = [{"type": "Feature", "properties": {}, "geometry": _polygon(ring)} for ring in (_METRES, east)]
    drawn = read_drawn_area(_file(tmp_path, {"type": "FeatureCollection", "features": features, "crs": _crs("EPSG:27700")}))
    assert shapely.get_num_geometries(drawn.shape) == 1
    assert drawn.shape.area == 2e6


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "not GeoJSON"),
        ("{", "not GeoJSON"),
        ("[1, 2]", "not GeoJSON"),
        ({"type": "Polygon"}, "not GeoJSON"),
        ({"type": "FeatureCollection", "features": []}, "no area"),
        ({"type": "LineString", "coordinates": _RING}, "LineString"),
        (_polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), "not valid"),
        (_polygon(_METRES), "cannot be of EPSG:4326"),
        (_polygon([[y, x] for x, y in _RING]), "cannot be of EPSG:4326"),
        (_polygon(_RING, crs=_crs("EPSG:27700")), "cannot be of EPSG:27700"),
        (_polygon(_RING, crs=_crs("EPSG:3857")), "is in EPSG:3857"),
        (_polygon(_RING, crs={"type": "name"}), "'crs' that cannot be read"),
        (_polygon(_SPECK, crs=_crs("EPSG:27700")), "square metre"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, document: object, reason: str) -> None:
    with pytest.raises(UserError, match=reason) as caught:
        read_drawn_area(_file(tmp_path, document))
    assert "What next" in str(caught.value)
    assert "area.geojson" in str(caught.value)


def test_a_declaration_against_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="was declared"):
        read_drawn_area(_file(tmp_path, _polygon(_METRES, crs=_crs("EPSG:27700"))), epsg=4326)


def test_codes_are_read_from_words_and_files(tmp_path: Path) -> None:
    assert read_codes("E01000002, e01000001 E01000002") == ("E01000001", "E01000002")
    path = tmp_path / "codes.csv"
    path.write_text("\ufefflsoa21cd,name\nE01000001,One\nE01000002,Two\n", encoding="utf-8")
    assert read_codes(str(path)) == ("E01000001", "E01000002")


@pytest.mark.parametrize("given", ["", " , ", "E01000001;E01000002", "not a code"])
def test_words_that_are_no_codes_are_refused(given: str) -> None:
    with pytest.raises(UserError, match="code"):
        read_codes(given)

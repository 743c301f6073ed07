"""Services that are points without a postcode, such as bus stops: by TOML alone, thinned to the region by its boundary."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from feeds.catalogue.feed import CATALOGUE, read_catalogue
from feeds.loading.load import FileResult, load_source
from tests.builders import feeds_files as county
from tests.builders.feeds_files import ACROSS, FORCE_CODE, REGION, SIDE_M, SOUTH, WEST

pytestmark = pytest.mark.database

FEED = """
[[feed]]
id = "shelters"
title = "Shelters"
publisher = "Someone"
licence = "Open"
sensitivity = "open"
recognise.columns = ["Code", "Called"]
[[feed.writes]]
shape = "service"
kind = "shelter"
identifier = "Code"
name = "Called"
"""
GRID = 'easting = "East"\nnorthing = "North"\n'
DEGREES = 'longitude = "Lon"\nlatitude = "Lat"\n'
HEADER = "Code,Called,East,North,Lon,Lat,Pcd"


def _force_boundary(folder: Path) -> None:
    west, south, side = WEST, SOUTH, ACROSS * SIDE_M
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    ring = [list(county.TO_DEGREES.transform(*corner)) for corner in corners]
    county.write(folder, "force.geojson", county.geojson([({"PFA20CD": FORCE_CODE, "PFA20NM": "Testshire"}, ring)]))


def _load(tmp_path: Path, lines: list[str], writes: str, *, known: bool = True) -> FileResult:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(CATALOGUE.read_text(encoding="utf-8") + FEED + writes, encoding="utf-8")
    folder = tmp_path / "in"
    if known:
        county.write_lookups(folder)
        _force_boundary(folder)
    county.write(folder, "shelters.csv", "\n".join([HEADER, *lines]).encode())
    report = load_source(folder, region=REGION, catalogue=read_catalogue(catalogue))
    return next(f for f in report.files if f.file.endswith("shelters.csv"))


def _rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


POINTS = "SELECT service_id, round(easting), round(northing), postcode FROM record.service ORDER BY 1"


def test_eastings_and_northings_inside_the_boundary(database: str, tmp_path: Path) -> None:
    lines = [f"a,Inside,{WEST + 10},{SOUTH + 20},,,", f"b,Beyond,{WEST - 10},{SOUTH + 20},,,", "c,No place given,,,,,"]
    found = _load(tmp_path, lines, GRID)
    assert (found.status, found.rows_in, found.rows_rejected) == ("loaded", 3, 0)
    assert _rows(POINTS) == [("a", WEST + 10, SOUTH + 20, None)]
    assert _rows("SELECT notes ->> 'kept', notes ->> 'left_out_without_place' FROM raw.delivery WHERE feed = 'shelters'") == [
        ("services inside the region's boundary", "1")
    ]


def test_longitudes_and_latitudes_are_the_same_points(database: str, tmp_path: Path) -> None:
    lon, lat = county.point_in(5)
    beyond = county.point_in(5, dx=9)
    _load(tmp_path, [f"a,Inside,,,{lon},{lat},", f"b,Beyond,,,{beyond[0]},{beyond[1]},"], DEGREES)
    assert _rows(POINTS) == [("a", WEST + 1.5 * SIDE_M, SOUTH + 1.5 * SIDE_M, None)]


def test_a_row_may_have_either_and_the_grid_counts_where_it_has_both(database: str, tmp_path: Path) -> None:
    lon, lat = county.point_in(5)
    lines = [f"a,Grid,{WEST + 7},{SOUTH + 7},,,", f"b,Degrees,,,{lon},{lat},", f"c,Both,{WEST + 9},{SOUTH + 9},{lon},{lat},"]
    _load(tmp_path, lines, GRID + DEGREES)
    middle = (WEST + 1.5 * SIDE_M, SOUTH + 1.5 * SIDE_M)
    assert _rows(POINTS) == [("a", WEST + 7, SOUTH + 7, None), ("b", *middle, None), ("c", WEST + 9, SOUTH + 9, None)]


def test_coordinates_that_cannot_be_true_are_rejected(database: str, tmp_path: Path) -> None:
    here = f"{WEST + 7},{SOUTH + 7}"
    lines = [f"a,Good,{here},,,", "b,None,0,0,,,", "c,Degrees,-1.26,51.75,,,", f"d,Half,{WEST},,,,", "e,Words,far,away,,,"]
    lines += [f"f,Abroad,{WEST + 900_000},{SOUTH},,,", f"a,Good again,{here},,,", f"g,,{here},,,"]
    found = _load(tmp_path, lines, GRID)
    assert (found.rows_in, found.rows_rejected) == (8, 7)
    assert _rows("SELECT line, field, reason FROM raw.rejected_row ORDER BY line") == [
        *((line, "East", "coordinates are no point in Great Britain, and there is no postcode") for line in (3, 4, 5, 6, 7)),
        (8, "Code", "repeated identifier"),
        (9, "Called", "no name"),
    ]
    assert [r[0] for r in _rows(POINTS)] == ["a"]


def test_everything_is_kept_while_the_region_is_not_known(database: str, tmp_path: Path) -> None:
    _load(tmp_path, [f"a,Here,{WEST},{SOUTH},,,", "b,Far,300000,700000,,,"], GRID, known=False)
    assert [r[0] for r in _rows(POINTS)] == ["a", "b"]


def test_a_postcode_still_decides_where_a_row_has_one(database: str, tmp_path: Path) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text("INSERT INTO place.postcode (postcode, display, easting, northing) VALUES ('OX11AA', 'OX1 1AA', :x, :y)"),
            {"x": WEST + 1, "y": SOUTH + 1},
        )
    here = f"{WEST + 7},{SOUTH + 7}"
    lines = [f"a,Held,{here},,,OX1 1AA", "b,Held and without a point,,,,,ox1 1aa", f"c,Elsewhere,{here},,,AB1 2CD"]
    lines += [f"d,By its point alone,{here},,,", "e,Bad point but a postcode,0,0,,,OX1 1AA", f"f,Beyond,{WEST - 7},{SOUTH},,,"]
    found = _load(tmp_path, lines, GRID + 'postcode = "Pcd"\n')
    assert found.rows_rejected == 0
    own, middle = (WEST + 7, SOUTH + 7), (WEST + 1, SOUTH + 1)
    assert _rows(POINTS) == [
        ("a", *own, "OX11AA"), ("b", *middle, "OX11AA"), ("d", *own, None), ("e", *middle, "OX11AA"),
    ]  # fmt: skip

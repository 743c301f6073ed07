"""Which file is a delivery of which feed and slot."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.catalogue.feed import read_catalogue
from feeds.reading.recognise import Recognised, Unreadable, discover
from feeds.shapes.lookup import derived_change
from tests.builders import feeds_files as county


def found(folder: Path) -> dict[str, tuple[str, str]]:
    """label -> (feed, slot); an unreadable file has the feed '!' and an unknown one ''."""
    result = {}
    for item in discover(folder, read_catalogue()):
        if isinstance(item, Unreadable):
            result[item.label] = ("!", "")
        else:
            result[item.source.label] = (item.feed.id if item.feed else "", item.slot)
    return result


@pytest.mark.parametrize(
    ("name", "feed", "slot"),
    [
        ("2025-01-thames-valley-street.csv", "police_uk_street", "thames-valley 2025-01"),
        ("a/b/2018-06-btp-street.csv.gz", "police_uk_street", "btp 2018-06"),
        ("2025-01-thames-valley-outcomes.csv", "police_uk_outcomes", "thames-valley 2025-01"),
        ("2024-03-leicestershire-stop-and-search.csv", "police_uk_stop_search", "leicestershire 2024-03"),
        ("E06000036.json", "boundary_lsoa11_by_district", "E06000036"),
        ("epraccur.csv", "ods_gp_practices", "ods_gp_practices"),
        ("my-2025-01-thames-valley-street.csv.bak.csv", "", ""),
    ],
)
def test_by_name(name: str, feed: str, slot: str, tmp_path: Path) -> None:
    county.write(tmp_path, name, b"not,these,columns\n")
    assert found(tmp_path) == {name: (feed, slot)}


def test_by_columns_whatever_the_name_order_or_byte_order_mark(tmp_path: Path) -> None:
    county.write(tmp_path, "x.csv", b"\xef\xbb\xbfmsoa21_code,something,msoa11_code\r\n")
    assert found(tmp_path) == {"x.csv": ("lookup_msoa11_msoa21", "lookup_msoa11_msoa21")}


def test_members_of_archives_are_deliveries_of_their_own(tmp_path: Path) -> None:
    county.write_zip(
        tmp_path, "a.zip", {"2025-01/2025-01-x-street.csv": b"", "Data/CSV/ox.csv": b"", "licence.txt": b"", "who.csv": b"1\n"}
    )
    assert found(tmp_path) == {
        "a.zip/2025-01/2025-01-x-street.csv": ("police_uk_street", "x 2025-01"),
        "a.zip/Data/CSV/ox.csv": ("code_point_open", "ox"),
        "a.zip/who.csv": ("", ""),
    }


def test_what_is_no_data_is_passed_over(tmp_path: Path) -> None:
    for name in ("SOURCES.md", "licence.txt", ".hidden.csv", ".git/x.csv", "photo.png"):
        county.write(tmp_path, name, b"a,b\n1,2\n")
    assert found(tmp_path) == {}


def test_an_archive_that_cannot_be_opened(tmp_path: Path) -> None:
    county.write(tmp_path, "a.zip", b"PK nothing")
    assert found(tmp_path) == {"a.zip": ("!", "")}


def test_boundaries_by_their_properties(tmp_path: Path) -> None:
    square = county.square(0)
    county.write(
        tmp_path,
        "a.geojson",
        county.geojson([({"PFA20CD": "E23000029", "PFA20NM": "X"}, square)], crs="urn:ogc:def:crs:OGC:1.3:CRS84"),
    )
    county.write(tmp_path, "b.json.gz", county.geojson([({"LSOA11CD": "E0", "LSOA11NM": "X", "Shape__Area": 1}, square)]))
    assert found(tmp_path) == {
        "a.geojson": ("boundary_police_force_2020", "boundary_police_force_2020"),
        "b.json.gz": ("boundary_lsoa11_bsc", "boundary_lsoa11_bsc"),
    }


def test_a_whole_real_folder_is_known(real_data: Path) -> None:
    items = list(discover(real_data, read_catalogue()))
    assert [i.label for i in items if isinstance(i, Unreadable)] == []
    assert [i.source.label for i in items if isinstance(i, Recognised) and i.feed is None] == []


def test_changes_that_pairs_of_codes_show() -> None:
    import pyarrow as pa

    old = pa.array(["same", "torn", "torn", "one", "two", "moved", "p", "p", "q"])
    new = pa.array(["same", "t1", "t2", "both", "both", "renumbered", "r", "s", "s"])
    assert derived_change(old, new).to_pylist() == ["U", "S", "S", "M", "M", "X", "S", "X", "M"]


@pytest.mark.parametrize("data", [b"a,b\rc,d\n1,2\n", b"x" * 300_000 + b"\n1\n", bytes(range(256)) * 4])
def test_bytes_that_are_no_table_are_not_recognised_and_stop_nothing(data: bytes, tmp_path: Path) -> None:
    county.write(tmp_path, "noise.csv", data)
    county.write(tmp_path, "2025-01-thames-valley-street.csv", b"")
    assert found(tmp_path) == {
        "noise.csv": ("", ""), "2025-01-thames-valley-street.csv": ("police_uk_street", "thames-valley 2025-01"),
    }  # fmt: skip


def test_a_shapefile_that_is_not_zipped_is_its_parts_together(tmp_path: Path) -> None:
    import geopandas as gpd
    import shapely

    from feeds.reading.vector import read_features

    shape = shapely.Polygon([(x, y) for x, y in county.square(0, degrees=False)])
    columns = {"LSOA11CD": [county.LSOAS[0]], "LSOA11NM": ["Area 0"], "LAD13CD": ["E07900001"]}
    gpd.GeoDataFrame(columns, geometry=[shape], crs=27700).to_file(tmp_path / "areas.shp")
    (one,) = list(discover(tmp_path, read_catalogue()))
    assert isinstance(one, Recognised)
    assert one.feed is not None and one.feed.id == "boundary_lsoa11_shapefile"
    before = one.source.read()
    # copied anew, the same bytes are the same delivery
    for part in tmp_path.iterdir():
        part.touch()
    assert one.source.read() == before
    rows = read_features(before, one.feed, "areas.shp")
    assert rows.text("LSOA11CD").to_pylist() == [county.LSOAS[0]]
    assert rows.epsg == 27700

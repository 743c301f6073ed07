"""What becomes of files in the store: one's trouble is its own, and nothing that gives way does so in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from feeds.catalogue.feed import Catalogue, read_catalogue
from feeds.loading import load as loading
from feeds.loading.load import load_source
from feeds.loading.report import FileResult
from feeds.loading.steward import accept
from feeds.shapes import area
from tests.builders import feeds_files as county
from tests.builders.feeds_files import LSOAS, REGION, Street
from tests.builders.files.offered import feed
from tests.conftest import absent

pytestmark = pytest.mark.database

MEALS = feed("meals", file_name=r"(^|/)(?P<file>fsm_[a-z]+)\.csv$", slot="{file}")


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def meals(folder: Path, name: str, **values: int) -> Path:
    lines = [f"{LSOAS[int(i[1:])]},2023,{value}" for i, value in values.items()]
    return county.write(folder, name, "\n".join(["LSOA code,Year,FSM", *lines, ""]).encode())


def load(folder: Path) -> dict[str, FileResult]:
    return {r.file: r for r in load_source(folder, region=REGION, catalogue=Catalogue(feed=[MEALS])).files}


def held_values() -> list[tuple[object, ...]]:
    return rows("SELECT code, value FROM record.indicator ORDER BY 1")


def test_a_file_of_which_every_value_is_held_otherwise_is_refused_by_name(database: str, tmp_path: Path) -> None:
    meals(tmp_path, "fsm_spring.csv", a0=12, a1=13)
    meals(tmp_path, "fsm_summer.csv", a0=99, a1=98)
    found = load(tmp_path)
    assert found["fsm_spring.csv"].status == "loaded"
    assert found["fsm_summer.csv"].status == "refused"
    assert "fsm_spring.csv holds every one of its 2 values" in found["fsm_summer.csv"].message
    assert held_values() == [(LSOAS[0], 12.0), (LSOAS[1], 13.0)]
    assert rows("SELECT count(*) FROM raw.delivery") == [(1,)]


@pytest.mark.real_data
def test_the_two_files_for_one_area_that_lost_one_in_silence(real_data: Path, database: str, tmp_path: Path) -> None:
    case = real_data.parent / "cases" / "files" / "two-slots-one-area"
    if not case.is_dir():
        absent(f"no failing inputs in {case}")
    for name in ("fsm_spring.csv", "fsm_summer.csv"):
        (tmp_path / name).write_bytes((case / name).read_bytes())
    found = load(tmp_path)
    assert {name: r.status for name, r in found.items()} == {"fsm_spring.csv": "loaded", "fsm_summer.csv": "refused"}
    assert "fsm_spring.csv holds every one of its" in found["fsm_summer.csv"].message


def test_values_that_give_way_are_told_whichever_file_comes_first(database: str, tmp_path: Path) -> None:
    meals(tmp_path / "1", "fsm_summer.csv", a0=1, a1=2, a2=3)
    meals(tmp_path / "2", "fsm_winter.csv", a2=9, a3=4)
    meals(tmp_path / "3", "fsm_spring.csv", a0=7, a1=2)
    assert load(tmp_path / "1")["fsm_summer.csv"].message == ""
    assert "1 of 2 values not stored, because fsm_summer.csv holds others" in str(load(tmp_path / "2")["fsm_winter.csv"])
    spring = load(tmp_path / "3")["fsm_spring.csv"]
    assert "1 values in place of those of fsm_summer.csv" in spring.message, "the same value is no loss and not counted"
    assert held_values() == [(LSOAS[0], 7.0), (LSOAS[1], 2.0), (LSOAS[2], 3.0), (LSOAS[3], 4.0)]
    noted = rows("SELECT notes -> 'values_taken', notes -> 'values_lost' FROM raw.delivery WHERE slot = 'fsm_spring'")
    assert noted == [(1, 0)]


def test_the_same_values_from_two_files_are_no_loss(database: str, tmp_path: Path) -> None:
    meals(tmp_path, "fsm_a.csv", a0=1)
    meals(tmp_path, "fsm_b.csv", a0=1)
    assert {(r.status, r.message) for r in load(tmp_path).values()} == {("loaded", "")}


def test_a_file_that_takes_the_slot_of_another_of_the_same_load_says_so(database: str, tmp_path: Path) -> None:
    county.write(tmp_path, f"a/{county.street_name()}", county.street_csv(county.many(3)))
    county.write(tmp_path, f"b/{county.street_name()}", county.street_csv(county.many(4)))
    first, second = load_source(tmp_path, region=REGION).files
    assert (first.status, first.message, second.status) == ("loaded", "", "loaded")
    assert f"in place of {first.file}, which this load stored for the same slot" in str(second)


def features(*geometries: object) -> bytes:
    made = [
        {"type": "Feature", "properties": {"LSOA21CD": LSOAS[i], "LSOA21NM": f"Area {i}"}, "geometry": geometry}
        for i, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def test_heights_and_collections_are_stored_flat(database: str, tmp_path: Path) -> None:
    polygon = {"type": "Polygon", "coordinates": [county.square(0)]}
    high = {"type": "Polygon", "coordinates": [[[*p, 7.5] for p in county.square(1)]]}
    county.write(tmp_path, "lsoa21_x.geojson", features({"type": "GeometryCollection", "geometries": [polygon]}, high))
    (found,) = load_source(tmp_path, region=REGION).files
    assert (found.status, found.rows_accepted) == ("loaded", 2), found.message
    assert rows("SELECT st_ndims(geom), geometrytype(geom) FROM place.area") == [(2, "MULTIPOLYGON")] * 2


def test_what_the_database_refuses_is_one_files_refusal_and_the_rest_goes_on(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = area.ewkb_hex

    def broken_once(geometry: object) -> pa.Array:
        monkeypatch.setattr(area, "ewkb_hex", real)
        return pa.array(["no geometry: Secret Lane 7"])

    monkeypatch.setattr(area, "ewkb_hex", broken_once)
    for name, i in (("lsoa21_a.geojson", 0), ("lsoa21_b.geojson", 1)):
        county.write(tmp_path, name, county.geojson([({"LSOA21CD": LSOAS[i], "LSOA21NM": "A"}, county.square(i))]))
    county.write(tmp_path, county.street_name(), county.street_csv(county.many(5)))
    found = {r.file: r for r in load_source(tmp_path, region=REGION).files}
    assert [found[n].status for n in ("lsoa21_a.geojson", "lsoa21_b.geojson", county.street_name())] == [
        "refused",
        "loaded",
        "loaded",
    ]
    message = found["lsoa21_a.geojson"].message
    assert "the database refuses a value of it" in message and "SQLSTATE" in message
    assert "Secret" not in message, "what a driver says quotes rows"
    assert rows("SELECT count(*) FROM place.area") == [(1,)]


def test_an_error_that_no_check_foresaw_is_one_files_refusal_too(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = loading.prepare

    def prepare(found: object, *rest: object) -> object:
        from feeds.loading import delivery

        if "2025-01" in str(found):
            monkeypatch.setattr(delivery, "screen", lambda *_: {}["Secret Lane 7"])
        try:
            return real(found, *rest)  # type: ignore[arg-type]
        finally:
            monkeypatch.undo()
            monkeypatch.setattr(loading, "prepare", prepare)

    monkeypatch.setattr(loading, "prepare", prepare)
    for month in ("2025-01", "2025-02"):
        county.write(tmp_path, county.street_name(month), county.street_csv(county.many(5, month)))
    first, second = load_source(tmp_path, region=REGION).files
    assert (first.status, second.status) == ("refused", "loaded")
    assert "KeyError, which no check foresaw" in first.message and "Secret" not in first.message


def test_a_month_with_crime_types_of_before_is_held(database: str, tmp_path: Path) -> None:
    kinds = ["Anti-social behaviour", "Violent crime", "Burglary", "Public disorder and weapons"]
    county.write(tmp_path, county.street_name("2014-05"), county.street_csv([Street("", "2014-05", kind=k) for k in kinds]))
    (found,) = load_source(tmp_path, region=REGION).files
    assert found.status == "held"
    assert "Violent crime, Public disorder and weapons" in found.message
    assert rows("SELECT count(*) FROM record.incident") == [(0,)]
    assert found.delivery_id is not None
    assert accept(found.delivery_id, reason="only burglary is wanted", actor="steward jo", region=REGION).rows_accepted == 2


@pytest.mark.parametrize(("strange", "status"), [(1, "loaded"), (4, "loaded"), (12, "held")])
def test_a_delivery_that_would_lose_a_whole_category_is_held(strange: int, status: str, database: str, tmp_path: Path) -> None:
    data = [*county.many(60), *(Street(f"s{i}", kind="Spitting") for i in range(strange))]
    county.write(tmp_path, county.street_name(), county.street_csv(data))
    (found,) = load_source(tmp_path, region=REGION, catalogue=read_catalogue()).files
    assert found.status == status, found.message
    assert "Spitting" not in found.message

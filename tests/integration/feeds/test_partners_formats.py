"""Deliveries that are Parquet, layers of points, or a query on another PostgreSQL: the same rows in the store as from CSV."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from pydantic import SecretStr, ValidationError
from sqlalchemy import create_engine, text

from core import db
from core.db import Role
from core.db.credentials import url_for
from core.errors import DatabaseUnavailable, FeedError, UserError
from core.settings import DatabaseSettings, PartnerSettings
from feeds.catalogue.feed import read_catalogue
from feeds.catalogue.source import DatabaseSource
from feeds.fetching.query import pull_query
from feeds.loading.load import load_source
from feeds.loading.report import LoadReport
from tests.builders import feeds_files as county
from tests.builders.feeds_files import REGION

pytestmark = pytest.mark.database

FEED = """
[[feed]]
id = "callouts"
title = "Call-outs"
publisher = "An invented partner"
licence = "for tests"
sensitivity = "open"
recognise.columns = ["day", "kind"]
read.format = "{format}"
period.rule = "column"
[[feed.writes]]
shape = "event"
month = "day"
month_format = "%Y-%m-%d"
category = "kind"
x = "{x}"
y = "{y}"
"""
LON, LAT = (float(v) for v in county.point_in(5))


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def load(tmp_path: Path, form: str, *, x: str = "lon", y: str = "lat") -> LoadReport:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(FEED.format(format=form, x=x, y=y), encoding="utf-8")
    return load_source(tmp_path / "in", region=REGION, catalogue=read_catalogue(catalogue))


def test_parquet_gives_its_values_as_text(database: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    days = pa.array(["2025-01-31", "2025-02-01", None]).cast(pa.date32())
    kinds = pa.array(["Fall", "Assault", "Fall"]).dictionary_encode()
    table = pa.table({"day": days, "kind": kinds, "lon": [LON, None, LON], "lat": [LAT, None, LAT], "age": [9.0, None, 1.5]})
    parquet.write_table(table, tmp_path / "in" / "callouts.parquet")
    result = load(tmp_path, "parquet").files[0]
    assert (result.status, result.rows_in, result.rows_rejected, result.rows_unplaced) == ("loaded", 3, 1, 1)
    assert rows("SELECT line, field FROM raw.rejected_row") == [(3, "day")]
    assert rows("SELECT lon, lat FROM record.location") == [(LON, LAT)]


def test_parquet_cut_short_is_refused(database: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "callouts.parquet"
    parquet.write_table(pa.table({"day": ["2025-01-31"], "kind": ["Fall"], "lon": [LON], "lat": [LAT]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    assert load(tmp_path, "parquet").files[0].status == "unrecognised"


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_layer_of_points_is_events(suffix: str, database: str, tmp_path: Path) -> None:
    import geopandas as gpd
    import shapely

    (tmp_path / "in").mkdir()
    points = [shapely.Point(LON, LAT), None, shapely.Point(2.0, 60.0)]
    frame = gpd.GeoDataFrame({"day": ["2025-01-31"] * 3, "kind": ["Fall"] * 3}, geometry=points, crs=4326)
    if suffix == ".gpkg":
        frame.to_crs(27700).to_file(tmp_path / "in" / "callouts.gpkg", driver="GPKG")
    else:
        (tmp_path / "in" / "callouts.geojson").write_text(json.dumps(json.loads(frame.to_json())), encoding="utf-8")
    county.write_county(tmp_path / "place")
    load_source(tmp_path / "place", region=REGION)
    result = load(tmp_path, "vector", x="geometry.longitude", y="geometry.latitude").files[0]
    assert (result.status, result.rows_in, result.rows_accepted, result.rows_unplaced) == ("loaded", 3, 2, 1)
    lon, lat = rows(
        "SELECT lon, lat FROM record.location WHERE location_id IN (SELECT location_id FROM record.incident WHERE category = 'Fall')"
    )[0]
    assert (lon, lat) == (pytest.approx(LON, abs=2e-6), pytest.approx(LAT, abs=2e-6))


@pytest.fixture
def housing(cluster: DatabaseSettings, make_database: Callable[..., str]) -> PartnerSettings:
    """Another database of the server, as a partner's."""
    address = url_for(Role.OWNER, cluster).set(database=make_database("partner_housing", template="template0"))
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE asb (day DATE, kind TEXT, lon DOUBLE PRECISION, lat DOUBLE PRECISION)"))
        connection.execute(
            text(
                "INSERT INTO asb VALUES ('2025-01-31', 'Noise, \"late\"', :x, :y), ('2025-02-01', 'Rubbish', NULL, NULL),"
                " ('2024-01-01', 'Old', NULL, NULL)"
            ),
            {"x": LON, "y": LAT},
        )  # fmt: skip
    engine.dispose()
    return PartnerSettings(databases={"housing": SecretStr(address.render_as_string(hide_password=False))})


def source(
    statement: str = "SELECT day, kind, lon, lat FROM asb WHERE day >= :since ORDER BY day", **more: object
) -> DatabaseSource:
    values = {"kind": "database", "database": "housing", "file_name": "asb.csv", "statement": statement}
    return DatabaseSource.model_validate(values | {"parameters": {"since": "2025-01-01"} if ":since" in statement else {}} | more)


def test_a_query_becomes_a_delivery_and_the_same_rows_change_nothing(
    database: str, housing: PartnerSettings, tmp_path: Path
) -> None:
    assert pull_query(source(), tmp_path / "in", housing) == (tmp_path / "in" / "asb.csv", True)
    result = load(tmp_path, "csv").files[0]
    assert (result.status, result.rows_in, result.rows_unplaced) == ("loaded", 2, 1)
    assert rows("SELECT category FROM record.incident ORDER BY line") == [('Noise, "late"',), ("Rubbish",)]
    assert pull_query(source(), tmp_path / "in", housing)[1] is False
    assert load(tmp_path, "csv").files[0].status == "unchanged"


@pytest.mark.parametrize("statement", ["SELECT 1; DROP TABLE asb", "DELETE FROM asb", "SELECT :unknown"])
def test_what_is_no_question_is_no_source(statement: str) -> None:
    with pytest.raises(ValidationError):
        source(statement)


def test_a_query_can_only_read_and_only_for_so_long(housing: PartnerSettings, tmp_path: Path) -> None:
    writes = "WITH gone AS (DELETE FROM asb RETURNING day) SELECT day FROM gone"
    with pytest.raises(FeedError, match=r"SQLSTATE (25006|0A000|42601)"):
        pull_query(source(writes), tmp_path, housing)
    with pytest.raises(FeedError, match="ran out of time"):
        pull_query(source("SELECT pg_sleep(5)", timeout_s=1), tmp_path, housing)
    with pytest.raises(FeedError, match="more than 2 rows"):
        pull_query(source("SELECT day FROM asb", most_rows=2), tmp_path, housing)
    assert list(tmp_path.iterdir()) == []
    assert pull_query(source("SELECT count(*) AS n FROM asb"), tmp_path, housing)[0].read_text(encoding="utf-8") == "n\n3\n"


def test_messages_hold_no_address(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no address is known"):
        pull_query(source(), tmp_path, PartnerSettings(databases={}))
    down = PartnerSettings(databases={"housing": SecretStr("postgresql://reader:secret-word@127.0.0.1:9/none")})
    with pytest.raises(DatabaseUnavailable) as caught:
        pull_query(source(), tmp_path, down)
    assert "secret-word" not in str(caught.value)
    assert caught.value.__cause__ is None

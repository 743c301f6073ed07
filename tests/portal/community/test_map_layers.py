"""Layers for programs for maps: GDAL's client of the standard opens them, its requirements are tried one by one, and no figure differs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyogrio import list_drivers, list_layers, read_dataframe, read_info
from shapely.geometry import box, shape
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.api.content import ROOT
from app.api.ogc import MOST
from app.routes import routes_of
from core.settings import PortalSettings
from tests.builders.portal_processes import serve_community, stop

pytestmark = pytest.mark.database

OGC = "/ogc"
# the county is of one force, so it has no level of forces
LEVELS = ("lsoa", "msoa", "lad", "all")
ITEMS = f"{OGC}/collections/lsoa/items"
KIND = "robbery"


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community")
    yield TestClient(Starlette(routes=routes_of("community")))


@pytest.fixture(scope="module")
def address(invented_county: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("layers")
    process, found = serve_community(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "community.log").read_text()


def columns(figure: dict[str, Any], kind: str) -> dict[str, Any]:
    """A figure of the interface as the columns of a layer."""
    ends, rate = figure["range"] or {}, figure["rate_a_year"] or {}
    known = rate.get("per_1000") is not None
    found = {
        "count": figure["count"], "symbol": figure["symbol"], "lowest": ends.get("lowest"), "highest": ends.get("highest"),
        "rate": rate.get("per_1000"),
        "rate_lower": rate.get("lower_95" if known else "lowest"),
        "rate_upper": rate.get("upper_95" if known else "highest"),
    }  # fmt: skip
    return {f"{kind}_{name}": value for name, value in found.items()}


def test_gdal_opens_every_layer_by_the_address_alone(address: str, community: TestClient) -> None:
    """As QGIS does: GDAL's driver finds the collections, their areas page by page, and each figure as the interface has it."""
    if "OAPIF" not in list_drivers():
        pytest.fail("this GDAL has no client for OGC API Features")
    source = f"OAPIF:{address}{OGC}"
    assert sorted(name for name, _ in list_layers(source)) == sorted(LEVELS)
    for level in LEVELS:
        areas = read_dataframe(source, layer=level, PAGE_SIZE="7")
        said = {f["code"]: f for f in community.get(f"{ROOT}/figures/{level}/{KIND}").json()["figures"]}
        assert sorted(areas["code"]) == sorted(said) and areas.crs.to_epsg() == 4326 and areas.geometry.is_valid.all()
        for row in json.loads(areas.drop(columns="geometry").to_json(orient="records")):
            right = columns(said[row["code"]], KIND)
            assert {k: row.get(k) for k in right} == right, row["code"]
    assert len(read_dataframe(source, layer="lsoa")) == 40
    assert read_info(source, layer="lsoa")["geometry_type"] in ("Polygon", "MultiPolygon", "Unknown", None)


def test_gdal_asks_for_a_box_and_gets_what_lies_in_it(address: str, community: TestClient) -> None:
    every = gpd.read_parquet(io.BytesIO(community.get("/download/outlines/lsoa.parquet").content))
    west, south, east, north = every.total_bounds
    part = (west, south, west + (east - west) / 3, south + (north - south) / 3)
    found = read_dataframe(f"OAPIF:{address}{OGC}", layer="lsoa", bbox=part)
    right = every[every.intersects(box(*part))]
    assert sorted(found["code"]) == sorted(right["code"]) and 3 < len(right) < 20


def test_the_file_holds_the_layer(community: TestClient) -> None:
    for level in LEVELS:
        answer = community.get(f"/download/outlines/{level}.parquet")
        assert (
            answer.headers["content-type"] == "application/vnd.apache.parquet"
            and ".parquet" in answer.headers["content-disposition"]
        )
        table = gpd.read_parquet(io.BytesIO(answer.content))
        features = community.get(f"{OGC}/collections/{level}/items").json()["features"]
        assert table.crs.equals("OGC:CRS84") and list(table["code"]) == [f["id"] for f in features]
        assert [g.equals(shape(f["geometry"])) for g, f in zip(table.geometry, features, strict=True)] == [True] * len(features)
        rows = json.loads(table.drop(columns="geometry").to_json(orient="records", double_precision=15))
        assert [{k: v for k, v in r.items() if k in f["properties"]} for r, f in zip(rows, features, strict=True)] == [
            f["properties"] for f in features
        ]
    assert community.get("/download/outlines/h3.parquet").status_code == 404


def test_every_link_leads_where_it_says(community: TestClient) -> None:
    """From the landing page to the last feature (17-069r4: 7.2, 7.13 to 7.16)."""
    seen: dict[str, str] = {}
    waiting = [OGC]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        answer = community.get(at)
        assert answer.status_code == 200, at
        seen[at] = answer.headers["content-type"].split(";")[0]
        if "parquet" in at:
            continue
        found = answer.json()
        for link in [*found.get("links", ()), *(li for c in found.get("collections", ()) for li in c["links"])]:
            parts = urlsplit(link["href"])
            if parts.netloc == "testserver":
                waiting.append(f"{parts.path}?{parts.query}".rstrip("?"))
                assert link["rel"] and link["type"]
    landing = community.get(OGC).json()
    assert {"self", "service-desc", "conformance", "data"} <= {li["rel"] for li in landing["links"]}
    assert (
        seen[f"{OGC}/api"] == "application/vnd.oai.openapi+json" and seen[ITEMS.replace("lsoa", "msoa")] == "application/geo+json"
    )
    assert [c.rsplit("/", 1)[1] for c in community.get(f"{OGC}/conformance").json()["conformsTo"]] == ["core", "geojson", "oas30"]
    described = community.get(f"{OGC}/api").json()
    assert described["openapi"].startswith("3.0")
    served = {
        str(getattr(r, "path", "")).removeprefix(OGC) or "/"
        for r in routes_of("community")
        if str(getattr(r, "path", "")).startswith(OGC)
    }
    assert set(described["paths"]) == served


@pytest.mark.parametrize("limit", [1, 7, 39, 40, 41])
def test_pages_hold_each_feature_once(community: TestClient, limit: int) -> None:
    at: str | None = f"{ITEMS}?limit={limit}"
    codes: list[str] = []
    while at is not None:
        page = community.get(at).json()
        assert page["numberMatched"] == 40 and page["numberReturned"] == len(page["features"]) <= limit
        codes += [f["id"] for f in page["features"]]
        at = next((li["href"].removeprefix("http://testserver") for li in page["links"] if li["rel"] == "next"), None)
    assert len(codes) == len(set(codes)) == 40
    last = community.get(f"{ITEMS}?limit=7&offset=35").json()
    before = next(li["href"] for li in last["links"] if li["rel"] == "prev")
    assert community.get(before.removeprefix("http://testserver")).json()["features"][0]["id"] == codes[28]


def test_a_box_gives_what_meets_it(community: TestClient) -> None:
    every = {f["id"]: shape(f["geometry"]) for f in community.get(ITEMS).json()["features"]}
    west, south, east, north = gpd.GeoSeries(list(every.values())).total_bounds
    middle = ((west + east) / 2, (south + north) / 2)
    for asked in (
        (west, south, *middle),
        (*middle, east, north),
        (middle[0], middle[1], middle[0] + 1e-6, middle[1] + 1e-6),
        (0, 0, 1, 1),
    ):
        found = community.get(ITEMS, params={"bbox": ",".join(map(str, asked))}).json()
        right = sorted(code for code, outline in every.items() if outline.intersects(box(*asked)))
        assert [f["id"] for f in found["features"]] == right and found["numberMatched"] == len(right)
    # across the 180th meridian, where all of England lies in the part that goes round the world
    assert community.get(ITEMS, params={"bbox": "170,40,10,60"}).json()["numberMatched"] == 40
    assert community.get(ITEMS, params={"bbox": f"{west},{south},0,{east},{north},99"}).json()["numberMatched"] == 40


@pytest.mark.parametrize(
    ("moment", "found"),
    [("2025-01-15", 40), ("2025-01-15T12:00:00Z", 40), ("2025-11-30T23:00:00Z", 40), ("2025-12-01T00:00:00Z", 0), ("2024-11-30", 0),
     ("../2024-12-01", 40),
     ("2025-11-30/..", 40), ("2026-01-01/..", 0), ("2024-01-01/2024-12-31", 40), ("/2025-01-01", 40)],
)  # fmt: skip
def test_a_moment_is_held_against_the_months_of_the_figures(community: TestClient, moment: str, found: int) -> None:
    assert community.get(ITEMS, params={"datetime": moment}).json()["numberMatched"] == found


@pytest.mark.parametrize(
    "asked",
    ["limit=0", "limit=-1", "limit=a", "limit=1.5", "offset=-1", "offset=x", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,0,1,1", "bbox=0,2,1,1",
     "bbox=", "datetime=yesterday", "datetime=2025-13-01", "datetime=2025-02-01/2025-01-01", "datetime=", "f=gml", "secret=1",
     "bbox-crs=http://x", "limit=٣"],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_refused(community: TestClient, asked: str) -> None:
    answer = community.get(f"{ITEMS}?{asked}")
    assert answer.status_code == 400 and set(answer.json()) == {"code", "description"}


def test_what_is_not_there_is_404_and_a_high_limit_is_the_highest(community: TestClient) -> None:
    for at in ("/collections/h3", "/collections/h3/items", "/collections/lsoa/items/E01999999", "/collections/lad/items/E01900001"):
        assert community.get(OGC + at).status_code == 404, at
    assert f"limit={MOST}&" in community.get(f"{ITEMS}?limit=999999999").json()["links"][0]["href"]
    one = community.get(f"{ITEMS}/E01900001").json()
    assert one["id"] == one["properties"]["code"] == "E01900001" and {"self", "collection"} <= {li["rel"] for li in one["links"]}


word = st.one_of(st.sampled_from(["1", "-1", "0,0,1,1", "..", "2025-01-01/..", "json", "\x00", "1e309"]), st.text(max_size=20))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    level=st.sampled_from([*LEVELS, "h3", "%00"]),
    asked=st.dictionaries(st.sampled_from(["limit", "offset", "bbox", "datetime", "f", "x"]), word),
)
def test_whatever_is_asked_is_answered_or_refused(community: TestClient, level: str, asked: dict[str, str]) -> None:
    answer = community.get(f"{OGC}/collections/{level}/items", params={k: v for k, v in asked.items() if not set(v) & {"\ud800"}})
    assert answer.status_code in (200, 400, 404)
    answer.json()


def test_pages_without_a_box_are_kept_and_known_again(community: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = community.get(ITEMS)
    monkeypatch.setattr("app.api.ogc.layer_of", lambda *_: pytest.fail("made a second time"))
    again = community.get(f"{ITEMS}?limit=1000")
    assert again.text == first.text and community.get(ITEMS, headers={"if-none-match": again.headers["etag"]}).status_code == 304
    # a link names the host that asked, so another host has an answer of its own
    monkeypatch.undo()
    assert "http://other" in community.get(ITEMS, headers={"host": "other"}).text


def test_the_professional_process_has_no_layers(invented_county: str, as_portal: Callable[..., PortalSettings]) -> None:
    as_portal(audience="professional", demo=True)
    client = TestClient(Starlette(routes=routes_of("professional")))
    for path in (OGC, ITEMS, "/download/outlines/lsoa.parquet"):
        assert client.get(path).status_code == 404

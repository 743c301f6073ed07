"""A FeatureServer's layer as one file: every page, every feature once, and the count held against what the layer says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import FeedError
from feeds.catalogue.source import ArcgisSource
from feeds.fetching.client import Client, Limits, SourceUnavailable
from feeds.live.arcgis import Pulled, pull_layer
from tests.builders.replay.server import FakeTime, ReplayServer, in_json, status
from tests.builders.replay.services import FakeFeatureServer, lsoa_features

PATH = "/rest/services/LSOA/FeatureServer/0"


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


def pull(server: ReplayServer, url: str, folder: Path, **keys: Any) -> Pulled:
    time = FakeTime()
    client = Client(
        hosts=[server.host], limits=Limits(attempts=3, total_s=1e9), rng=random.Random(1), sleep=time.sleep, clock=time.clock,
        allow_loopback_http=True,
    )  # fmt: skip
    source = ArcgisSource.model_validate({"kind": "arcgis", "url": url, "file_name": "lsoa21.geojson", **keys})
    return pull_layer(client, source, folder)


def codes(path: Path) -> list[str]:
    return [f["properties"]["LSOA21CD"] for f in json.loads(path.read_text())["features"]]


@pytest.mark.parametrize("says_partial", [True, False])
@pytest.mark.parametrize("n", [1, 99, 100, 101, 450])
def test_pages_add_up(server: ReplayServer, tmp_path: Path, n: int, says_partial: bool) -> None:
    url = FakeFeatureServer(lsoa_features(n), says_partial=says_partial).serve(server)
    got = pull(server, url, tmp_path)
    assert got.features == n
    assert codes(got.path) == [f"E01{i:06d}" for i in range(n)]
    asked = [a.query for a in server.asked if "resultOffset" in a.query]
    assert all(q["orderByFields"] == "FID" and q["outSR"] == "4326" and q["f"] == "geojson" for q in asked)


def test_a_server_that_gives_less_than_was_asked_is_asked_from_where_it_stopped(server: ReplayServer, tmp_path: Path) -> None:
    layer = FakeFeatureServer(lsoa_features(250), page_size=100)
    url = layer.serve(server)
    layer.page_size = 30
    assert pull(server, url, tmp_path).features == 250


def test_a_layer_that_cannot_page_is_asked_by_ids(server: ReplayServer, tmp_path: Path) -> None:
    url = FakeFeatureServer(lsoa_features(450), can_page=False).serve(server)
    got = pull(server, url, tmp_path)
    assert codes(got.path) == [f"E01{i:06d}" for i in range(450)]
    assert all(a.method == "POST" for a in server.asked if "objectIds" in a.fields)


def test_the_same_layer_again_leaves_the_file_untouched(server: ReplayServer, tmp_path: Path) -> None:
    url = FakeFeatureServer(lsoa_features(20)).serve(server)
    assert pull(server, url, tmp_path).changed
    before = (tmp_path / "lsoa21.geojson").stat().st_mtime_ns
    assert not pull(server, url, tmp_path).changed
    assert (tmp_path / "lsoa21.geojson").stat().st_mtime_ns == before


def test_pages_that_do_not_add_up_to_the_count_are_not_a_file(server: ReplayServer, tmp_path: Path) -> None:
    url = FakeFeatureServer(lsoa_features(250), says_count=251).serve(server)
    with pytest.raises(SourceUnavailable, match="250 features, and it says it has 251"):
        pull(server, url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_know_offsets_does_not_go_on_for_ever(server: ReplayServer, tmp_path: Path) -> None:
    layer = FakeFeatureServer(lsoa_features(250), says_partial=False, ignores_offset=True)
    with pytest.raises(FeedError, match="same page"):
        pull(server, layer.serve(server), tmp_path)
    assert len(server.asked) < 6


def test_an_error_inside_a_good_status_is_an_error(server: ReplayServer, tmp_path: Path) -> None:
    url = FakeFeatureServer(lsoa_features(5)).serve(server)
    server.serve(PATH + "/query", in_json({"error": {"code": 400, "message": "Invalid query", "details": []}}))
    with pytest.raises(FeedError, match="own error 400") as caught:
        pull(server, url, tmp_path)
    assert not isinstance(caught.value, SourceUnavailable)
    server.serve(PATH + "/query", in_json({"error": {"code": 504, "message": "Timeout"}}))
    with pytest.raises(SourceUnavailable, match="own error 504"):
        pull(server, url, tmp_path)


def test_a_busy_server_between_two_pages_is_waited_for(server: ReplayServer, tmp_path: Path) -> None:
    layer = FakeFeatureServer(lsoa_features(150))
    url = layer.serve(server)
    server.serve(PATH + "/query", layer._query, status(429, retry_after="3"), layer._query)
    assert pull(server, url, tmp_path).features == 150


def test_a_field_that_the_layer_lost_is_named(server: ReplayServer, tmp_path: Path) -> None:
    url = FakeFeatureServer(lsoa_features(5)).serve(server)
    with pytest.raises(FeedError, match="no field LSOA31CD"):
        pull(server, url, tmp_path, fields=["LSOA21CD", "LSOA31CD"])


def test_a_layer_without_geojson_and_an_empty_one_are_said(server: ReplayServer, tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="GeoJSON"):
        pull(server, FakeFeatureServer(lsoa_features(5), formats="JSON, AMF").serve(server), tmp_path)
    with pytest.raises(FeedError, match="empty"):
        pull(server, FakeFeatureServer([]).serve(server), tmp_path)
    assert list(tmp_path.iterdir()) == []

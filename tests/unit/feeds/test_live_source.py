"""The optional source of a feed: typed and strict, and the files that it brings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from core.errors import FeedError
from feeds.catalogue.feed import read_catalogue
from feeds.catalogue.source import FileSource, LiveSource
from feeds.fetching.client import Client, NotThere
from feeds.live.collect import collect
from feeds.reading.recognise import Source, recognise
from feeds.reading.tabular import read_table
from feeds.reading.vector import read_features
from tests.builders.replay.server import FakeTime, ReplayServer, file, status
from tests.builders.replay.services import FakeFeatureServer, FakePolice, crime, lsoa_features

SOURCE: TypeAdapter[Any] = TypeAdapter(LiveSource)
JANUARY = date(2026, 1, 20)


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"kind": "file", "url": "http://example.org/a.csv", "file_name": "a.csv"}, "https"),
        ({"kind": "file", "url": "file:///etc/passwd", "file_name": "a.csv"}, "https"),
        ({"kind": "file", "url": "https://me:secret@example.org/a.csv", "file_name": "a.csv"}, "password"),
        ({"kind": "file", "url": "https://example.org/a.csv", "file_name": "../a.csv"}, "plain"),
        ({"kind": "file", "url": "https://example.org/a.csv", "file_name": "/a.csv"}, "plain"),
        ({"kind": "file", "url": "https://example.org/a.csv", "file_name": ".a.csv"}, "plain"),
        ({"kind": "file", "url": "https://example.org/{month}.csv", "file_name": "a.csv"}, "month"),
        ({"kind": "file", "url": "https://example.org/a.csv", "file_name": "a.csv", "sha256": "abc"}, "SHA-256"),
        ({"kind": "file", "url": "https://example.org/a.csv", "file_name": "a.csv", "header_row": 5.25}, "Extra inputs"),
        ({"kind": "file", "url": "https://example.org/{month}.csv", "file_name": "{month}.csv", "months": "3"}, "integer"),
        ({"kind": "police_api", "force": "Thames Valley", "force_name": "x", "data": "crimes"}, "pattern"),
        ({"kind": "arcgis", "url": "https://example.org/FeatureServer", "file_name": "a.geojson"}, "layer"),
        ({"kind": "folder", "folder": "../elsewhere"}, "plain"),
        ({"kind": "ftp", "url": "ftp://example.org"}, "kind"),
    ],
)
def test_a_source_that_is_not_right_is_refused(told: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        SOURCE.validate_python(told)


def test_only_the_hosts_of_the_address_and_the_named_ones_may_be_asked() -> None:
    source = FileSource(kind="file", url="https://Example.org/a.csv", file_name="a.csv", hosts=["CDN.example.org"])
    assert source.allowed_hosts == ("example.org", "cdn.example.org")


def client_for(server: ReplayServer) -> Client:
    time = FakeTime()
    return Client(hosts=[server.host], sleep=time.sleep, clock=time.clock, allow_loopback_http=True)


def test_a_file_by_month_takes_the_months_that_are_there(tmp_path: Path) -> None:
    with ReplayServer() as server:
        server.serve("/2025-10.csv", file(b"a,b\n1,2\n"))
        server.serve("/2025-11.csv", file(b"a,b\n3,4\n"))
        server.serve("/2025-12.csv", status(404))
        url = server.url("/{month}.csv")
        source = FileSource(kind="file", url=url, file_name="partner-{month}.csv", months=3)
        got = collect(source, tmp_path, client_for(server), today=JANUARY)
        assert [c.path.name for c in got] == ["partner-2025-10.csv", "partner-2025-11.csv"]
        assert not any(c.changed for c in collect(source, tmp_path, client_for(server), today=JANUARY))
        none = FileSource(kind="file", url=server.url("/x/{month}.csv"), file_name="{month}.csv", months=2)
        with pytest.raises(NotThere):
            collect(none, tmp_path, client_for(server), today=JANUARY)


def test_changed_columns_arrive_and_are_refused_by_the_feeds_own_rules(tmp_path: Path) -> None:
    catalogue = read_catalogue()
    with ReplayServer() as server:
        server.serve("/street.csv", file(b"CrimeID,Month,Lon,Lat\n1,2025-11,-1.3,51.7\n"))
        source = FileSource(kind="file", url=server.url("/street.csv"), file_name="2025-11-thames-valley-street.csv")
        (got,) = collect(source, tmp_path, client_for(server), today=JANUARY)
    found = recognise(Source(got.path, root=tmp_path), catalogue)
    assert found.feed is not None and found.feed.id == "police_uk_street"
    with pytest.raises(FeedError, match="Crime ID"):
        read_table(found.source.read(), found.feed, found.source.label)


def test_what_the_services_give_is_what_the_ordinary_loader_reads(tmp_path: Path) -> None:
    import shapely

    catalogue = read_catalogue()
    with ReplayServer() as server:
        police = FakePolice([crime(-1.3, 51.7) for _ in range(7)]).serve(server)
        told = {
            "kind": "police_api",
            "url": police,
            "force": "thames-valley",
            "force_name": "Thames Valley Police",
            "data": "crimes",
        }
        area = shapely.box(-1.4, 51.6, -1.2, 51.8)
        (street,) = collect(SOURCE.validate_python(told), tmp_path, client_for(server), today=JANUARY, area=area)
        layer = FakeFeatureServer(lsoa_features(12)).serve(server)
        told = {"kind": "arcgis", "url": layer, "file_name": "lsoa21.geojson"}
        (boundaries,) = collect(SOURCE.validate_python(told), tmp_path, client_for(server), today=JANUARY)
    found = recognise(Source(street.path, root=tmp_path), catalogue)
    assert found.feed is not None and found.slot == "thames-valley 2025-11"
    assert len(read_table(found.source.read(), found.feed, found.source.label)) == 7
    lsoa = next(f for f in catalogue.feed if f.read.format == "vector" and {"LSOA21CD", "LSOA21NM"} <= set(f.required_columns))
    rows = read_features(boundaries.path.read_bytes(), lsoa, "lsoa21.geojson")
    assert len(rows) == 12 and rows.epsg == 4326

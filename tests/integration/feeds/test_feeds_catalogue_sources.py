"""The addresses of the shipped catalogue, each one asked as the worker asks it: a server on this machine stands for the publishers'.

Only the host of an address is changed. What the publishers answer is played from invented files in their layouts, so the test shows that an
entry's own source, reading and rules fit together; whether an address still stands is for a connected place to see.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

import feeds.worker.run as run_module
from core import db
from core.db import Role
from core.errors import UserError
from core.settings import WorkerSettings
from feeds.catalogue.feed import CATALOGUE, Catalogue, Feed, read_catalogue
from feeds.catalogue.source import ArcgisSource, FileSource, PoliceSource, is_web
from feeds.fetching.client import Client, Limits
from feeds.loading.load import load_source
from feeds.reading.recognise import Source, recognise
from feeds.worker.queue import ask
from feeds.worker.run import RunFailed, run_feed
from feeds.worker.status import worker_status
from tests.builders import feeds_files as county
from tests.builders.feeds_police import Stop, outcome, outcomes_csv, stops_csv
from tests.builders.replay.server import FakeTime, ReplayServer, file, in_json, redirect
from tests.builders.replay.services import FakeFeatureServer, FakePolice, crime, stop

pytestmark = pytest.mark.database
_DEPRIVATION = [
    "Index of Multiple Deprivation (IMD) Score", "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
]  # fmt: skip
_POSTCODES = ["ZX1 1AA", "ZX1 1AB"]


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


@pytest.fixture
def testshire(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A real region by its settings, with the lookups that a person brings first."""
    monkeypatch.setenv("HOMEGROUND_REGION_FORCE_NAME", county.FORCE)
    monkeypatch.setenv("HOMEGROUND_REGION_FORCE_AREA_NAME", "Testshire")
    county.write_lookups(tmp_path / "by_hand")
    load_source(tmp_path / "by_hand")


def web_feeds() -> list[Feed]:
    return [f for f in read_catalogue().feed if is_web(f.source)]


def on_this_machine(feed: Feed, server: ReplayServer) -> Feed:
    """The feed with the publishers' hosts replaced by this machine's; path and query stay as the catalogue has them."""
    source = feed.source
    assert isinstance(source, FileSource | PoliceSource | ArcgisSource)
    parts = urlsplit(source.url)
    query = f"?{parts.query}" if parts.query else ""
    moved = source.model_copy(update={"url": server.url(parts.path) + query, "hosts": [server.host]})
    return feed.model_copy(update={"source": moved})


def squares(code: str, name: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature", "id": i + 1, "geometry": {"type": "Polygon", "coordinates": [county.square(i)]},
            "properties": {"FID": i + 1, code: c, name: f"Area {i}", "Shape__Area": 1.0},
        }
        for i, c in enumerate(county.LSOAS)
    ]  # fmt: skip


def whole(code: str, value: str, name: str, called: str) -> list[dict[str, Any]]:
    """One feature around all squares."""
    low, high = county.square(0), county.square(county.ACROSS**2 - 1)
    west, south, east, north = low[0][0] - 0.01, low[0][1] - 0.01, high[2][0] + 0.01, high[2][1] + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return [{"type": "Feature", "id": 1, "geometry": geometry, "properties": {"FID": 1, code: value, name: called}}]


def play(server: ReplayServer, folder: Path) -> None:
    """What the publishers' servers answer at the paths of the catalogue."""
    lon, lat = (float(v) for v in county.point_in(5))
    months = {"2025-10": ["testshire"], "2025-11": ["testshire"]}
    crimes = [crime(lon, lat, month=m) for m in months for _ in range(3)]
    FakePolice(crimes, stops=[], months=months).serve(server)

    def stops_of_force(asked: Any, reply: Any) -> None:
        in_json([stop(lon, lat, datetime=f"{asked.fields['date']}-06T22:45:00+00:00")])(asked, reply)

    server.serve("/api/stops-force", stops_of_force)
    ons = "/ESMARspQHYMw9BZ9/arcgis/rest/services"
    lsoa11, lsoa21 = squares("LSOA11CD", "LSOA11NM"), squares("LSOA21CD", "LSOA21NM")
    msoa = whole("MSOA21CD", county.msoa_of(0)[0], "MSOA21NM", "Westford 001")
    force = whole("PFA23CD", county.FORCE_CODE, "PFA23NM", "Testshire")
    # one district and one ward, each around everything: the test is about the source
    district = whole("LAD22CD", "E07900001", "LAD22NM", "Westford")
    ward = whole("WD24CD", "E05900001", "WD24NM", "Old Mill")
    layers = {
        "Local_Authority_Districts_December_2022_UK_BGC_V2": (district, ("LAD22CD", "LAD22NM")),
        "Wards_December_2024_Boundaries_UK_BGC": (ward, ("WD24CD", "WD24NM")),
        "LSOA_2011_Boundaries_Super_Generalised_Clipped_BSC_EW_V4": (lsoa11, ("LSOA11CD", "LSOA11NM", "Shape__Area")),
        "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BSC_V4": (lsoa21, ("LSOA21CD", "LSOA21NM")),
        "Middle_layer_Super_Output_Areas_December_2021_Boundaries_EW_BSC_V3": (msoa, ("MSOA21CD", "MSOA21NM")),
        "Police_Force_Areas_December_2023_EW_BUC": (force, ("PFA23CD", "PFA23NM")),
    }
    for name, (features, fields) in layers.items():
        FakeFeatureServer(features, page_size=5, fields=fields).serve(server, f"{ons}/{name}/FeatureServer/0")
    # the archive stands on another host, as the real one does, and holds every force and other feeds
    members = {
        "2025-10/2025-10-testshire-outcomes.csv": outcomes_csv([outcome("a", "2025-10")]),
        "2025-10/2025-10-btp-outcomes.csv": b"\x00",
        "2025-10/2025-10-testshire-street.csv": county.street_csv(county.many(3, "2025-10")),
        "2025-10/2025-10-testshire-stop-and-search.csv": stops_csv([Stop("2025-10-02T10:00:00+00:00")]),
    }
    server.serve("/archive/2025-10.zip", file(county.write_zip(folder, "police.zip", members).read_bytes(), "application/zip"))
    server.serve("/data/archive/latest.zip", redirect(server.url("/archive/2025-10.zip")))
    east, north = county.WEST + 1500, county.SOUTH + 1500
    postcodes = [
        [p, "10", str(east + i), str(north), "E92000001", "", "", "", "E07900001", "E05900001"] for i, p in enumerate(_POSTCODES)
    ]
    members = {
        "Data/CSV/zx.csv": county.as_csv(postcodes[0], postcodes[1:]),
        "Doc/Code-Point_Open_Column_Headers.csv": b"PC,PQ\nPostcode,Quality\n",
        "Doc/Codelist.xlsx": b"no feed of ours",
    }
    server.serve("/codepo_gb.zip", file(county.write_zip(folder, "codepo.zip", members).read_bytes(), "application/octet-stream"))
    server.serve("/downloads/v1/products/CodePointOpen/downloads", redirect(server.url("/codepo_gb.zip")))

    def report(asked: Any, reply: Any) -> None:
        setting = {"epraccur": "4", "edispensary": ""}[asked.fields["report"]]
        row = [""] * 27
        row[0], row[1], row[9], row[12], row[25] = f"X{setting}1", "A PRACTICE", _POSTCODES[0], "A", setting
        file(county.as_csv(row, []))(asked, reply)

    server.serve("/api/getReport", report)
    names = [[county.msoa_of(0)[0], "Westford 001", "", "Old Mill & Station"]]
    server.serve(
        "/msoanames/MSOA-Names-Latest2.csv", file(county.as_csv(["msoa21cd", "msoa21nm", "msoa21nmw", "msoa21hclnm"], names))
    )
    for year, path in (
        ("2011", "/media/5dc407b440f0b6379a7acc8d/File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv"),
        ("2021", "/media/691ded56d140bbbaa59a2a7d/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"),
    ):
        rows = [[c, "9.5", str(i + 1), str(i % 10 + 1)] for i, c in enumerate(county.LSOAS)]
        server.serve(path, file(county.as_csv([f"LSOA code ({year})", *_DEPRIVATION], rows)))


def test_every_source_of_the_catalogue_loads_and_again_changes_nothing(
    testshire: None, server: ReplayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(server, tmp_path)
    time = FakeTime()

    def client(hosts: tuple[str, ...]) -> Client:
        return Client(
            hosts=hosts, limits=Limits(attempts=2, total_s=1e9), rng=random.Random(1), sleep=time.sleep, clock=time.clock,
            allow_loopback_http=True,
        )  # fmt: skip

    monkeypatch.setattr(run_module, "open_client", client)
    shipped = {f.id: f for f in read_catalogue().feed}
    moved = {f.id: on_this_machine(f, server) for f in web_feeds()}
    catalogue = Catalogue(feed=[moved.get(i, f) for i, f in shipped.items()])
    settings = WorkerSettings(downloads=tmp_path / "down", retries=0)

    def run_all() -> dict[str, tuple[str, int]]:
        found = {}
        # as the queue does: reference data before what is joined to it
        for number, feed in enumerate(sorted(moved.values(), key=lambda f: f.stage), start=1):
            result = run_feed(catalogue, feed.id, job_id=number, attempt=1, settings=settings)
            found[feed.id] = (str(result.outcome), result.counts.rows_in)
        return found

    first = run_all()
    assert first == {
        "boundary_police_force_2023": ("loaded", 1), "boundary_lad22_bgc": ("loaded", 1), "boundary_ward24_bgc": ("loaded", 1),
        "boundary_lsoa11_bsc": ("loaded", 16), "boundary_lsoa21_bsc": ("loaded", 16),
        "boundary_msoa21_bsc": ("loaded", 1), "msoa_names": ("loaded", 1), "code_point_open": ("loaded", 2),
        "imd2019_file_7": ("loaded", 16), "imd2025_file_7": ("loaded", 16), "ods_gp_practices": ("loaded", 1),
        "ods_pharmacies": ("loaded", 1), "police_uk_street": ("loaded", 6), "police_uk_outcomes": ("loaded", 1),
        "police_uk_stop_search": ("loaded", 2),
    }  # fmt: skip
    assert set(first) == {f.id for f in web_feeds()}
    assert {outcome for outcome, _ in run_all().values()} == {"unchanged"}
    with db.transaction(Role.PIPELINE) as connection:
        counted = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM record.incident), (SELECT count(*) FROM record.outcome), (SELECT count(*) FROM record.stop),"
                " (SELECT count(*) FROM place.postcode), (SELECT count(*) FROM record.service), (SELECT count(*) FROM place.local_name)"
            )
        ).one()
    assert tuple(counted) == (6, 1, 2, 2, 2, 1)


def test_an_archive_without_the_feed_and_a_corrupt_one_are_said(
    testshire: None, server: ReplayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "open_client", lambda hosts: Client(hosts=hosts, allow_loopback_http=True))
    feed = on_this_machine(read_catalogue().get("police_uk_outcomes"), server)
    settings = WorkerSettings(downloads=tmp_path / "down", retries=0)
    other = county.write_zip(
        tmp_path, "a.zip", {"2025-10/2025-10-testshire-street.csv": county.street_csv(county.many(3, "2025-10"))}
    )
    for data, words in (
        (other.read_bytes(), "holds no file of feed police_uk_outcomes"),
        (b"PK\x03\x04 cut short", "corrupt or cut short"),
    ):
        server.serve("/data/archive/latest.zip", file(data, "application/zip"))
        with pytest.raises(RunFailed, match=words):
            run_feed(Catalogue(feed=[feed]), feed.id, job_id=1, attempt=1, settings=settings)


def test_where_publishers_may_not_be_asked_nobody_is(testshire: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shut = WorkerSettings(fetch=False, downloads=tmp_path)
    with pytest.raises(UserError, match="not asked from here: msoa_names"):
        ask(shut, CATALOGUE, ["msoa_names"])
    states = {f.feed: f for f in worker_status(shut, CATALOGUE, datetime.now(UTC)).feeds}
    assert states["msoa_names"].next_at is None
    assert states["msoa_names"].message == "not asked: HOMEGROUND_WORKER_FETCH is false"
    monkeypatch.setenv("HOMEGROUND_REGION_SYNTHETIC", "true")
    states = {f.feed: f for f in worker_status(WorkerSettings(), CATALOGUE, datetime.now(UTC)).feeds}
    assert states["msoa_names"].message == "not asked: the region is synthetic"
    monkeypatch.delenv("HOMEGROUND_REGION_SYNTHETIC")
    states = {f.feed: f for f in worker_status(WorkerSettings(), CATALOGUE, datetime.now(UTC)).feeds}
    assert states["msoa_names"].next_at is not None


@pytest.mark.parametrize("feed", web_feeds(), ids=lambda f: f.id)
def test_a_live_feed_says_how_often_it_comes_and_knows_its_own_file(feed: Feed) -> None:
    assert feed.cadence is not None
    if (
        isinstance(feed.source, FileSource | ArcgisSource)
        and not feed.source.file_name.endswith(".zip")
        and feed.recognise.file_name
    ):
        found = recognise(Source(Path(feed.source.file_name)), read_catalogue())
        assert found.feed is not None and found.feed.id == feed.id


def test_crimes_wait_for_the_boundary_that_is_on_its_way(
    testshire: None, server: ReplayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a first start the boundary and the crimes are asked together: the crimes are tried again, not given up until the next day."""
    FakePolice([], months={"2025-11": ["testshire"]}).serve(server)
    monkeypatch.setattr(run_module, "open_client", lambda hosts: Client(hosts=hosts, allow_loopback_http=True))
    feed = on_this_machine(read_catalogue().get("police_uk_street"), server)
    settings = WorkerSettings(downloads=tmp_path / "down", retries=5)
    with pytest.raises(RunFailed, match="the area of the force is not known yet") as failed:
        run_feed(Catalogue(feed=[feed]), feed.id, job_id=1, attempt=3, settings=settings)
    assert failed.value.retry_in_s is not None

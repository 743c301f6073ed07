"""The police.uk API as bulk files: nothing lost or doubled where the area is split, and every fault said."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from core.errors import FeedError
from feeds.catalogue.source import PoliceSource
from feeds.fetching.client import Client, Limits, SourceUnavailable
from feeds.live.collect import collect
from feeds.live.police_api import PoliceApi
from feeds.live.police_cells import SMALLEST_DEG, cell_around
from feeds.live.police_files import STOP_COLUMNS, STREET_COLUMNS, stop_search_file, street_file
from tests.builders.replay.server import FakeTime, ReplayServer, in_json, status
from tests.builders.replay.services import CATEGORIES, FakePolice, crime, stop, unmapped

NOVEMBER = date(2025, 11, 1)
# an area with a bay, so that a box is not the area
AREA = shapely.Polygon([(-1.4, 51.6), (-0.8, 51.6), (-0.8, 52.0), (-1.1, 51.75), (-1.4, 52.0)])


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


def api_for(server: ReplayServer, base: str) -> PoliceApi:
    return PoliceApi(client_for(server), base)


def client_for(server: ReplayServer) -> Client:
    time = FakeTime()
    return Client(
        hosts=[server.host], limits=Limits(attempts=3, total_s=1e9), rng=random.Random(1), sleep=time.sleep, clock=time.clock,
        allow_loopback_http=True,
    )  # fmt: skip


def scattered(n: int, seed: int) -> list[dict[str, Any]]:
    """Crimes all over the area's box, a third of them at three busy points, many exactly on the lines where cells are cut."""
    rng = random.Random(seed)
    cell = cell_around(AREA)
    cuts_x = [round(cell.west + (cell.east - cell.west) * k / 8, 6) for k in range(9)]
    cuts_y = [round(cell.south + (cell.north - cell.south) * k / 8, 6) for k in range(9)]
    crimes = []
    for i in range(n):
        x, y = rng.uniform(-1.42, -0.78), rng.uniform(51.58, 52.02)
        if i % 3 == 0:
            x, y = rng.choice([(-1.257726, 51.752022), (-1.3, 51.62), (-0.85, 51.65)])
        elif i % 3 == 1:
            x, y = rng.choice([(rng.choice(cuts_x), y), (x, rng.choice(cuts_y)), (rng.choice(cuts_x), rng.choice(cuts_y))])
        crimes.append(crime(x, y, category=rng.choice(["anti-social-behaviour", "violent-crime"])))
    return crimes


def truly_inside(records: list[dict[str, Any]]) -> set[int]:
    return {
        r["id"] for r in records if AREA.covers(shapely.Point(float(r["location"]["longitude"]), float(r["location"]["latitude"])))
    }


@pytest.mark.parametrize("limit", [10_000, 300, 60])
def test_a_split_area_gives_every_crime_once(server: ReplayServer, limit: int) -> None:
    crimes = scattered(900, seed=3)
    # three points hold 100 each: a cell cannot be split below one point
    crimes = crimes if limit > 100 else [c for i, c in enumerate(crimes) if i % 3 != 0 or i % 9 == 0]
    api = api_for(server, FakePolice(crimes, limit=limit).serve(server))
    found = api.crimes(AREA, NOVEMBER)
    assert [r["id"] for r in found.records] == sorted(truly_inside(crimes))
    assert (found.questions > 1) == (limit < 900)
    asked = [a for a in server.asked if a.path.endswith("all-crime")]
    assert len(asked) == found.questions


def test_a_service_that_answers_503_to_everything_is_given_up_soon(server: ReplayServer) -> None:
    api = api_for(server, FakePolice([crime(-1.3, 51.7)], limit=-1).serve(server))
    with pytest.raises(SourceUnavailable, match="503"):
        api.crimes(AREA, NOVEMBER)
    assert len(server.asked) < 30


def test_the_smallest_cell_is_small_and_is_reached() -> None:
    cell, halvings = cell_around(AREA), 0
    while not cell.is_smallest:
        cell, halvings = cell.halves()[0], halvings + 1
    assert max(cell.east - cell.west, cell.north - cell.south) <= SMALLEST_DEG
    assert halvings < 20


def test_a_long_coast_is_posted_because_an_address_has_a_limit(server: ReplayServer) -> None:
    rng = random.Random(5)
    coast = [(-1.4 + 0.6 * i / 400, 51.9 + rng.uniform(0.0, 0.08)) for i in range(401)]
    area = shapely.Polygon([(-1.4, 51.6), *coast, (-0.8, 51.6)])
    crimes = [crime(-1.1, 51.7)]
    found = api_for(server, FakePolice(crimes).serve(server)).crimes(area, NOVEMBER)
    assert len(found.records) == 1
    assert server.asked[-1].method == "POST"
    assert "poly" in server.asked[-1].form


def test_a_simple_area_is_a_short_get(server: ReplayServer) -> None:
    api_for(server, FakePolice([crime(-1.3, 51.7)]).serve(server)).crimes(AREA, NOVEMBER)
    assert server.asked[-1].method == "GET"
    assert server.asked[-1].target_length <= 4094


def test_the_months_that_are_published(server: ReplayServer) -> None:
    api = api_for(server, FakePolice(months={"2025-11": ["essex"], "2025-10": []}).serve(server))
    assert api.months() == {NOVEMBER: frozenset({"essex"}), date(2025, 10, 1): frozenset()}


@pytest.mark.parametrize(
    ("path", "content", "what"),
    [
        ("crimes-street-dates", [{"month": "2025-11"}], "date and stop-and-search"),
        ("crime-categories", [{"slug": "x"}], "url and name"),
        ("crimes-no-location", {"error": "x"}, "list of records"),
    ],
)
def test_an_answer_that_is_built_otherwise_is_said(server: ReplayServer, path: str, content: object, what: str) -> None:
    api = api_for(server, FakePolice().serve(server))
    server.serve(f"/api/{path}", in_json(content))
    ask = {
        "crimes-street-dates": api.months, "crime-categories": lambda: api.categories(NOVEMBER),
        "crimes-no-location": lambda: api.crimes_without_location("thames-valley", NOVEMBER),
    }[path]  # fmt: skip
    with pytest.raises(FeedError, match=f"no longer holds .*{what}"):
        ask()


def test_crimes_whose_fields_changed_are_refused(server: ReplayServer) -> None:
    renamed = {("position" if k == "location" else k): v for k, v in crime(-1.3, 51.7).items()}
    base = FakePolice().serve(server)
    server.serve("/api/crimes-street/all-crime", in_json([renamed]))
    with pytest.raises(FeedError, match="longitude and latitude"):
        api_for(server, base).crimes(AREA, NOVEMBER)
    without = {k: v for k, v in crime(-1.3, 51.7).items() if k != "outcome_status"}
    with pytest.raises(FeedError, match="outcome_status"):
        street_file([without], NOVEMBER, force="thames-valley", force_name="Thames Valley Police", categories=CATEGORIES)


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_a_street_file_is_written_as_the_bulk_files_are() -> None:
    asb = crime(-1.3, 51.7, category="anti-social-behaviour")
    known = crime(-1.31, 51.71)
    btp = crime(-1.3, 51.7, location_type="BTP")
    bulk = street_file(
        [asb, known, btp, unmapped(crime(0, 0))],
        NOVEMBER,
        force="thames-valley",
        force_name="Thames Valley Police",
        categories=CATEGORIES,
    )
    rows = read(bulk.data)
    assert bulk.name == "2025-11-thames-valley-street.csv"
    assert (bulk.rows, bulk.left_out) == (3, 1)
    assert bulk.data.decode().splitlines()[0] == ",".join(STREET_COLUMNS)
    assert rows[0]["Crime ID"] == "" and rows[0]["Last outcome category"] == ""
    assert rows[1] == {
        "Crime ID": known["persistent_id"], "Month": "2025-11", "Reported by": "Thames Valley Police",
        "Falls within": "Thames Valley Police", "Longitude": "-1.310000", "Latitude": "51.710000", "Location": "On or near Example Road",
        "LSOA code": "", "LSOA name": "", "Crime type": "Violence and sexual offences", "Last outcome category": "Under investigation",
        "Context": "",
    }  # fmt: skip
    assert (rows[2]["Location"], rows[2]["Longitude"], rows[2]["Latitude"]) == ("No Location", "", "")


def test_a_category_that_the_api_does_not_name_is_not_guessed() -> None:
    with pytest.raises(FeedError, match="category"):
        street_file([crime(-1.3, 51.7, category="new-crime")], NOVEMBER, force="x", force_name="X", categories=CATEGORIES)


def test_an_empty_month_is_an_error_never_a_month_without_crime() -> None:
    with pytest.raises(FeedError, match="not one crime in November 2025"):
        street_file([], NOVEMBER, force="x", force_name="X", categories=CATEGORIES)


def test_stops_are_written_as_the_bulk_files_are() -> None:
    bulk = stop_search_file(
        [stop(None, None, outcome="", datetime="2025-11-09T00:00:00+00:00"), stop(-1.3, 51.7), stop(-1.3, 51.7, operation=True)],
        NOVEMBER,
        force="thames-valley",
    )
    rows = read(bulk.data)
    assert bulk.name == "2025-11-thames-valley-stop-and-search.csv"
    assert list(rows[0]) == list(STOP_COLUMNS)
    assert [r["Part of a policing operation"] for r in rows] == ["False", "True", "False"]
    assert [r["Outcome"] for r in rows] == ["Nothing found - no further action", "Nothing found - no further action", ""]
    assert rows[0]["Self-defined ethnicity"] == "" and rows[0]["Outcome linked to object of search"] == ""
    assert (rows[2]["Latitude"], rows[2]["Date"]) == ("", "2025-11-09T00:00:00+00:00")


def test_a_stop_without_a_place_counts_once_though_two_questions_give_it(server: ReplayServer) -> None:
    stops = [stop(-1.3, 51.7), stop(None, None), stop(None, None)]
    api = api_for(server, FakePolice(stops=stops).serve(server))
    assert len(api.stops_of_force("thames-valley", NOVEMBER)) == 3


def source_for(base: str, data: str, months: int = 1) -> PoliceSource:
    told = {"kind": "police_api", "url": base, "force": "thames-valley", "force_name": "Thames Valley Police", "data": data}
    return PoliceSource.model_validate({**told, "months": months})


def test_the_newest_published_months_are_collected_and_again_nothing_changes(server: ReplayServer, tmp_path: Path) -> None:
    crimes = [crime(-1.3, 51.7, month=m) for m in ("2025-09", "2025-10", "2025-11") for _ in range(5)]
    police = FakePolice(crimes, months={"2025-11": [], "2025-10": [], "2025-09": []})
    source = source_for(police.serve(server), "crimes", months=2)
    first = collect(source, tmp_path, client_for(server), today=date(2026, 1, 20), area=AREA)
    assert [c.path.name for c in first] == ["2025-10-thames-valley-street.csv", "2025-11-thames-valley-street.csv"]
    assert all(c.changed for c in first)
    again = collect(source, tmp_path, client_for(server), today=date(2026, 1, 20), area=AREA)
    assert not any(c.changed for c in again)


def test_a_force_whose_stops_are_not_published_is_said(server: ReplayServer, tmp_path: Path) -> None:
    source = source_for(FakePolice(months={"2025-11": ["essex"]}).serve(server), "stops")
    with pytest.raises(SourceUnavailable, match="no month of stops"):
        collect(source, tmp_path, client_for(server), today=date(2026, 1, 20))
    assert list(tmp_path.iterdir()) == []


def test_an_api_that_breaks_off_leaves_the_file_of_last_time(server: ReplayServer, tmp_path: Path) -> None:
    source = source_for(FakePolice([crime(-1.3, 51.7)]).serve(server), "crimes")
    collect(source, tmp_path, client_for(server), today=date(2026, 1, 20), area=AREA)
    before = (tmp_path / "2025-11-thames-valley-street.csv").read_bytes()
    server.serve("/api/crimes-no-location", status(500))
    with pytest.raises(SourceUnavailable):
        collect(source, tmp_path, client_for(server), today=date(2026, 1, 20), area=AREA)
    assert (tmp_path / "2025-11-thames-valley-street.csv").read_bytes() == before

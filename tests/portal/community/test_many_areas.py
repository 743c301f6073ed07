"""Comparison, map of a measure, table of all areas, releases, words, and addresses that lead nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.area.profile import figure_of
from app.pages import COMMUNITY_PAGES
from app.region.compare import MOST, named_areas, told_apart
from app.region.every_area import ON_A_PAGE, every_area
from app.region.pages import asked, no_such_page
from app.routes import routes_of
from app.web.known_addresses import KnownAddresses
from core import db
from core.db import Role
from core.settings import PortalSettings
from published.release import Release, current_release
from tests.builders import portal_data

pytestmark = pytest.mark.database

AREAS = [f"lsoa.E01900{n:03d}" for n in range(1, 8)]


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community")
    yield TestClient(Starlette(routes=routes_of("community")))


def now() -> Release:
    release = current_release()
    assert release is not None
    return release


def flat(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_areas_are_compared_in_the_order_in_which_they_are_named(community: TestClient) -> None:
    html = community.get("/compare", params={"area": ["lad.E07900002", "lsoa.E01900019", "all.E23900001"]}).text
    heads = re.findall(r'<th scope="col" class="num">([^<]*)</th>', html)
    assert [h.replace("\u00ad", "") for h in heads] == ["Linfield", "Ashmoor 003C", "Invented County"]
    # each can be left out, and the others stay
    assert 'href="/compare?area=lsoa.E01900019&amp;area=all.E23900001"' in html
    assert html.count('class="hg-line hg-beside"') == 3


def test_no_more_than_five_are_compared_each_once_and_what_names_none_is_said(community: TestClient) -> None:
    places, unknown = named_areas(now(), [AREAS[0], *AREAS, "lsoa.E01999999", "<script>", "lad"])
    assert [f"lsoa.{p.code}" for p in places] == AREAS[:MOST]
    assert unknown == ("lsoa.E01999999", "<script>", "lad")
    html = community.get("/compare", params={"area": [*AREAS, "<script>alert(1)</script>"]}).text
    assert "<script" not in html and "Not an area of this release" in html
    # with five there the field for another is gone
    assert 'name="q"' not in html and 'name="q"' in community.get("/compare", params={"area": AREAS[:2]}).text


def test_a_place_is_found_and_added_to_those_there_are(community: TestClient) -> None:
    html = community.get("/compare", params={"area": AREAS[:1], "q": "zz22aa"}).text
    (added,) = re.findall(r'href="(/compare\?[^"]*)">Add ', html)
    assert added == "/compare?area=lsoa.E01900001&amp;area=lsoa.E01900010"


def test_areas_are_told_apart_only_where_their_limits_do_not_touch(invented_county: str) -> None:
    a, b, c = now().of("msoa")[:3]
    assert (
        told_apart([a, b], [(1.0, 2.0), (2.0, 3.0)]) == "No two of these can be told apart: chance alone could make the difference."
    )
    assert told_apart([a, b], [(1.0, 2.0), None]).startswith("No two")
    said = told_apart([a, b, c], [(5.0, 6.0), (1.0, 2.0), (1.5, 3.0)])
    assert said == f"{a.label} is clearly higher than {b.label} and {c.label}. No other two can be told apart."
    assert told_apart([a, b], [(1.0, 2.0), (2.1, 3.0)]) == f"{b.label} is clearly higher than {a.label}."


@pytest.mark.parametrize(("level", "count"), [("lsoa", 40), ("msoa", 8), ("lad", 2)])
def test_the_map_draws_every_area_of_a_level_and_links_it(community: TestClient, level: str, count: int) -> None:
    html = community.get("/map", params={"level": level, "kind": "robbery"}).text
    drawn = re.findall(r'<a href="/area/(\w+)/(\w+)" tabindex="-1"><path class="([\w-]+)" d="M[^"]+z"><title>([^<]*)</title>', html)
    assert {(g, c) for g, c, _, _ in drawn} == {(level, p.code) for p in now().of(level)} and len(drawn) == count
    release = now()
    for _, code, look, words in drawn:
        place = release.place(level, code)
        assert place is not None
        figure = figure_of(release, place, "robbery")
        assert words.startswith(f"{place.label}: {figure.words}")
        # a range is coloured only where it lies in one class
        assert look in ({"m0", "m1", "m2", "m3", "m4", "withheld"} if figure.withheld else {"m0", "m1", "m2", "m3", "m4"})
    assert community.get("/map", params={"level": level, "kind": "robbery", "district": "E07900001"}).text.count(
        "<title>"
    ) < count + 1 + (level == "lad")


def test_without_a_choice_the_map_shows_violence(community: TestClient) -> None:
    assert "<h1>Violence and sexual offences: map of local areas of Invented County</h1>" in community.get("/map").text


@pytest.mark.parametrize(
    "query",
    ["level=h3", "kind=none", "district=E07999999", "level=all", "kind=%3Cscript%3E", "kind=" + "a" * 65],
)
def test_what_a_map_does_not_have_is_a_404_with_ways_on(community: TestClient, query: str) -> None:
    answer = community.get(f"/map?{query}")
    assert answer.status_code == 404
    assert 'href="/areas"' in answer.text and "<script" not in answer.text


def test_the_table_holds_every_area_in_the_order_asked_for(community: TestClient) -> None:
    release = now()
    category = release.category("violence")
    assert category is not None
    for order, key in (("number", lambda p: _least(release, p)), ("people", lambda p: p.residents)):
        html = community.get("/table", params={"level": "lsoa", "kind": "violence", "order": order}).text
        codes = re.findall(r'<th scope="row"><a href="/area/lsoa/(\w+)"', html)
        assert len(codes) == 40
        values = [key(release.place("lsoa", c)) for c in codes]
        assert values == sorted(values, reverse=True) and len(set(values)) > 5
    names = re.findall(r'href="/area/lsoa/\w+" target="_self">([^<]*)<', community.get("/table?level=lsoa").text)
    assert names == [p.label for p in release.of("lsoa")]


def _least(release: Release, place: object) -> int:
    cell = release.cell(place, "violence")  # type: ignore[arg-type]
    assert cell is not None and cell.ends is not None
    return cell.ends[0]


def test_a_long_table_comes_in_pages(invented_county: str, monkeypatch: pytest.MonkeyPatch, community: TestClient) -> None:
    monkeypatch.setattr("app.region.every_area.ON_A_PAGE", 15)
    release = now()
    category = release.category("violence")
    assert category is not None
    rows = [row for n in (1, 2, 3) for row in every_area(release, category, "lsoa", "rate", n).table.rows]
    assert len(rows) == 40 == len({row[0].link for row in rows})
    html = community.get("/table?level=lsoa&order=rate&page=2").text
    assert 'aria-current="page">2</strong>' in html and "page=3" in html
    assert community.get("/table?level=lsoa&page=4").status_code == 404
    assert ON_A_PAGE == 100


def test_maps_and_tables_are_kept_under_what_they_depend_on(community: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    one = community.get("/map?level=lad&kind=drugs")
    monkeypatch.setattr("app.plain_pages.page", lambda *_, **__: pytest.fail("made a second time"))
    # the order of the words, and words that mean nothing, make no other page
    again = community.get("/map?kind=drugs&utm=1&level=lad")
    assert again.text == one.text and again.headers["etag"] == one.headers["etag"]
    seen: list[str] = []

    def echo(request: object) -> PlainTextResponse:
        seen.append(asked(request))  # type: ignore[arg-type]
        return PlainTextResponse("")

    client = TestClient(Starlette(routes=[Route("/table", echo)]))
    for query in ("kind=%3C1", "kind=%3C2", "page=2", "page=-1", "page=1e9", "page=%C2%B2", ""):
        client.get(f"/table?{query}")
    assert len(set(seen)) == 3


def test_releases_are_listed_with_their_certificates(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None],
    as_portal: Callable[..., PortalSettings],
) -> None:  # fmt: skip
    use_database(make_database("listed_releases", template=invented_county_database))
    as_portal(audience="community")
    with db.transaction(Role.OWNER) as connection:
        second = portal_data.load_release_again(connection, status="withdrawn")
        connection.execute(text("INSERT INTO published.withdrawal VALUES (:r, now(), 'a file was read twice')"), {"r": second})
        first = connection.execute(text("SELECT min(release_id) FROM published.release")).scalar_one()
    community = TestClient(Starlette(routes=routes_of("community")))
    page = community.get("/releases").text
    assert "withdrawn: a file was read twice" in flat(page)
    assert f'href="/download/certificate/{first}.json"' in page and f"/download/certificate/{second}.json" not in page
    one = community.get(f"/download/certificate/{first}.json")
    assert json.loads(one.text)["certificate"]["passed"] is True
    assert f"certificate-{first}" in one.headers["content-disposition"]
    for number in (second, 999, 1 << 70):
        assert community.get(f"/download/certificate/{number}.json").status_code == 404


def test_what_changed_since_the_release_before(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None],
    as_portal: Callable[..., PortalSettings],
) -> None:  # fmt: skip
    use_database(make_database("changed_releases", template=invented_county_database))
    as_portal(audience="community")
    community = TestClient(Starlette(routes=routes_of("community")))
    assert "One period has been published so far" in community.get("/releases").text
    with db.transaction(Role.OWNER) as connection:
        portal_data.load_release_again(connection, months_before=12, status="superseded", times=3)
    fresh = flat(TestClient(Starlette(routes=routes_of("community"))).get("/releases").text)
    assert "Recorded in December 2023 to November 2024 and in" in fresh
    assert re.search(r"Linfield fell from [\d.,]+ to [\d.,]+ a month: more than chance would give", fresh)


def test_every_kind_and_the_words_of_the_pages_are_explained(community: TestClient) -> None:
    page = flat(community.get("/glossary").text)
    for word in ("Withheld", "Range", "Chance", "Release", "Area like it", *[c.label for c in now().categories]):
        assert word in page, word
    assert "a number from 1 to 4" in page


def site() -> TestClient:
    async def shell(request: object) -> HTMLResponse:
        return HTMLResponse(
            "<html><noscript>\n  <h1>enable JavaScript</h1>\n</noscript><div id=root></div></html>", headers={"etag": "1"}
        )

    routes = routes_of("community")
    middleware = Middleware(
        KnownAddresses, routes=routes, pages=COMMUNITY_PAGES, no_such_page=no_such_page, without_script='<a href="/areas">plain</a>'
    )
    return TestClient(Starlette(routes=[*routes, Route("/{rest:path}", shell)], middleware=[middleware]))


@pytest.mark.parametrize("path", ["/nosuch", "/area", "/area/lsoa", "/docs", "/.env", "/about/x", "/your-area/area/lsoa/E01900001"])
def test_an_unknown_address_is_a_404_that_leads_on(community: TestClient, path: str) -> None:
    answer = site().get(path)
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.text and 'action="/areas"' in answer.text


@pytest.mark.parametrize("path", ["/", "/?area=lsoa.E01900001", *(f"/{p}" for p in COMMUNITY_PAGES)])
def test_a_page_of_streamlit_leads_those_without_a_script_to_the_plain_pages(community: TestClient, path: str) -> None:
    answer = site().get(path, headers={"if-none-match": "1"})
    assert answer.status_code == 200
    assert answer.text == '<html><noscript><a href="/areas">plain</a></noscript><div id=root></div></html>'
    assert "etag" not in answer.headers and answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize(
    "path", ["/static/js/main.js", "/_stcore/health", "/about/_stcore/health", "/component/streamlit_folium/index.html"]
)
def test_what_streamlit_needs_passes_as_it_is(community: TestClient, path: str) -> None:
    answer = site().get(path)
    assert answer.status_code == 200 and "enable JavaScript" in answer.text

"""The interface for programs: every answer is what its description says, holds the figures of the pages, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.api.content import LEVELS, ROOT
from app.api.description import description
from app.look.outlines import bounds_of
from app.routes import routes_of
from core import db
from core.db import Role
from core.settings import PortalSettings
from published.release import Release, current_release
from tests.builders import portal_data

pytestmark = pytest.mark.database

PLACE = ("lsoa", "E01900001")
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community")
    yield TestClient(Starlette(routes=routes_of("community")))


def now() -> Release:
    release = current_release()
    assert release is not None
    return release


def faults(path: str, status: int, body: Any) -> list[str]:
    """What is wrong with an answer by the description of its path."""
    document = description()
    answers = document["paths"][path]["get"]["responses"]
    if str(status) not in answers:
        return [f"no answer {status} is described"]
    (content,) = answers[str(status)]["content"].values()
    # the schemas refer to one another from the root of the document
    validator = Draft202012Validator(content["schema"] | {"components": document["components"]})
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(body)]


def paths() -> Iterator[tuple[str, str]]:
    """Of each path that is described: as it is described, and filled with each level, with a place and a kind."""
    for path in description()["paths"]:
        # a level of forces is there where several supply figures
        for level in [v for v in LEVELS if now().of(v)] if "{level}" in path else ("",):
            place = next(p for p in now().of(level)) if level else None
            yield path, path.format(level=level, code=place.code if place else "", kind="robbery")


def test_the_description_names_every_route_and_no_other(community: TestClient) -> None:
    addresses = [str(getattr(route, "path", "")) for route in routes_of("community")]
    served = {address.removeprefix(ROOT) for address in addresses if address.startswith(f"{ROOT}/")}
    document = community.get("/api/openapi.json").json()
    assert set(document["paths"]) == served and document == description()
    assert document["servers"] == [{"url": ROOT}] and document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_answer_is_what_is_described(community: TestClient) -> None:
    found = {}
    for path, filled in paths():
        answer = community.get(ROOT + filled)
        media = description()["paths"][path]["get"]["responses"]["200"]["content"]
        assert answer.status_code == 200 and answer.headers["content-type"] == next(iter(media)), filled
        found[filled] = faults(path, 200, answer.json())
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert len(found) > 15


def test_the_description_would_find_a_fault(community: TestClient) -> None:
    body = community.get(f"{ROOT}/areas/lsoa/{PLACE[1]}").json()
    assert faults("/areas/{level}/{code}", 200, body) == []
    body["figures"][0]["count"] = -1
    body["figures"][1]["secret"] = 3
    assert len(faults("/areas/{level}/{code}", 200, body)) == 2


words = st.one_of(
    st.sampled_from([*LEVELS, "robbery", "violence", "E01900001", "E07900001", "h3", "%00"]), st.text(min_size=1, max_size=30)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(sorted(description()["paths"])), level=words, code=words, kind=words, district=words)
def test_whatever_is_asked_the_answer_is_described(
    community: TestClient, path: str, level: str, code: str, kind: str, district: str
) -> None:
    from urllib.parse import quote

    # a client takes dots for steps along the path, before it asks
    assume(not {level, code, kind} & {".", ".."})
    filled = path.format(level=quote(level, safe=""), code=quote(code, safe=""), kind=quote(kind, safe=""))
    answer = community.get(ROOT + filled, params={"district": district, "kind": kind})
    if answer.headers["content-type"].startswith("text/"):
        # such a path is none of the interface's: a slash in a word makes it another
        assert answer.status_code == 404
        return
    assert faults(path, answer.status_code, answer.json()) == []


def test_the_interface_says_what_the_download_says(community: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(community.get("/download/values.csv").text.lstrip("\ufeff"))))
    printed = {
        (r["geography"], r["place_code"], r["category"]): tuple(r[k] for k in ("count", "symbol", "lowest", "highest"))
        for r in rows
    }
    said = {}
    for level in LEVELS:
        for category in now().categories:
            answer = community.get(f"{ROOT}/figures/{level}/{category.category}").json()
            for f in answer["figures"]:
                ends = f["range"] or {"lowest": None, "highest": None}
                cell = (f["count"], f["symbol"], ends["lowest"], ends["highest"])
                said[level, f["code"], category.category] = tuple("" if v is None else str(v) for v in cell)
    assert said == printed and len(said) > 300
    one = community.get(f"{ROOT}/areas/lsoa/{PLACE[1]}").json()
    assert [f["kind"] for f in one["figures"]] == [c.category for c in now().categories]
    withheld = next(f for f in one["figures"] if f["kind"] == "robbery")
    # the small one and the one that is withheld with it differ by the name of their kind alone
    second = next(f for f in one["figures"] if f["kind"] == "burglary")
    assert withheld | {"kind": ""} == second | {"kind": ""}
    assert withheld["count"] is None and withheld["withheld_because"].startswith("We never print")


def test_rates_are_of_the_months_that_were_loaded_and_of_a_year(community: TestClient) -> None:
    one = community.get(f"{ROOT}/areas/lad/E07900001").json()
    assert (one["period"]["months_loaded"], one["period"]["months_missing"]) == (11, ["2025-07"])
    figure = one["figures"][0]
    assert figure["rate"]["per_1000"] == pytest.approx(1000 * figure["count"] / one["residents"], abs=0.001)
    for key in ("per_1000", "lower_95", "upper_95"):
        assert figure["rate_a_year"][key] == pytest.approx(figure["rate"][key] * 12 / 11, abs=0.002)


def test_outlines_hold_the_figures_of_a_kind_for_a_map(community: TestClient) -> None:
    whole = community.get(f"{ROOT}/outlines/lsoa?kind=robbery").json()
    assert {f["id"] for f in whole["features"]} == {p.code for p in now().of("lsoa")}
    properties = next(f for f in whole["features"] if f["id"] == PLACE[1])["properties"]
    assert properties["count"] is None and (properties["range_lowest"], properties["range_highest"]) == (1, portal_data.WIDEST)
    # a table of a map holds numbers and words only
    assert not [k for k, v in properties.items() if isinstance(v, dict | list)]
    part = community.get(f"{ROOT}/outlines/lsoa?district=E07900001").json()
    assert {f["id"] for f in part["features"]} == {p.code for p in now().of("lsoa", district="E07900001")}
    # degrees, longitude first, about where the invented county lies
    west, south, east, north = bounds_of({f["id"]: f["geometry"] for f in part["features"]})
    assert -1.3 < west < east < -1.1 and 51.7 < south < north < 51.9


@pytest.mark.parametrize(
    "path", ["/areas/h3", "/areas/lsoa/E01999999", "/figures/lsoa/none", "/outlines/lsoa?district=E07999999", "/outlines/lsoa?kind=none",
             "/areas/lsoa?district=%3Cscript%3E", "/areas/all?district=E07900001"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_in_words(community: TestClient, path: str) -> None:
    answer = community.get(ROOT + path)
    assert answer.status_code == 404 and answer.json() == {"error": "nothing of that name was published"}


def test_answers_are_kept_and_known_again(community: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{ROOT}/figures/lsoa/violence?district=E07900001"
    first = community.get(path)
    monkeypatch.setattr("app.api.content.figures_of", lambda *_: pytest.fail("made a second time"))
    again = community.get(f"{path}&utm=1")
    assert again.text == first.text and again.headers["cache-control"] == "public, max-age=60"
    assert community.get(path, headers={"if-none-match": again.headers["etag"]}).status_code == 304


def test_without_a_release_there_is_nothing(community: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.routes.current_release", lambda _role: None)
    for path in (f"{ROOT}/release", f"{ROOT}/areas/lsoa", "/feeds/releases.atom", "/sitemap.xml"):
        assert community.get(path).status_code == 404, path


def test_a_feed_of_an_area_tells_its_releases(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None],
    as_portal: Callable[..., PortalSettings],
) -> None:  # fmt: skip
    use_database(make_database("feeds", template=invented_county_database))
    as_portal(audience="community", community_url="https://figures.example")
    with db.transaction(Role.OWNER) as connection:
        portal_data.load_release_again(connection, months_before=12)
    community = TestClient(Starlette(routes=routes_of("community")))
    address = f"/feeds/area/{PLACE[0]}/{PLACE[1]}.atom"
    answer = community.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.text)  # noqa: S314 - our own answer
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    identifiers = [e.findtext(f"{ATOM}id", "") for e in [feed, *entries]]
    assert len(set(identifiers)) == 3 and all(i.startswith("urn:uuid:") for i in identifiers)
    # the same at every asking: a reader shows no release twice
    fresh = TestClient(Starlette(routes=routes_of("community")))
    assert fresh.get(address).text == answer.text
    (said,) = [
        e.findtext(f"{ATOM}summary", "") for e in entries if "Violence and sexual offences:" in e.findtext(f"{ATOM}summary", "")
    ]
    assert "December 2024 to November 2025; 11 of 12 months" in said
    links = {e.get("rel"): e.get("href") for e in feed.findall(f"{ATOM}link")}
    assert links == {"self": f"https://figures.example{address}", "alternate": "https://figures.example/area/lsoa/E01900001"}
    assert len(ElementTree.fromstring(community.get("/feeds/releases.atom").text).findall(f"{ATOM}entry")) == 2  # noqa: S314
    assert community.get("/feeds/area/lsoa/E01999999.atom").status_code == 404
    # robots are led to every page that stands on its own
    assert "Sitemap: https://figures.example/sitemap.xml" in community.get("/robots.txt").text
    pages = ElementTree.fromstring(community.get("/sitemap.xml").text)  # noqa: S314
    found = [p.findtext(f"{SITEMAP}loc", "") for p in pages]
    assert len(found) == len(set(found)) >= len(now().places) + 7
    for page in found[::9]:
        assert community.get(page.removeprefix("https://figures.example")).status_code == 200, page


def test_without_an_address_there_is_no_sitemap(community: TestClient) -> None:
    assert community.get("/sitemap.xml").status_code == 404
    assert "Sitemap" not in community.get("/robots.txt").text and "Disallow: /compare?" in community.get("/robots.txt").text


def test_the_professional_process_has_no_interface(invented_county: str, as_portal: Callable[..., PortalSettings]) -> None:
    as_portal(audience="professional", demo=True)
    client = TestClient(Starlette(routes=routes_of("professional")))
    for path in (
        "/api/openapi.json",
        f"{ROOT}/release",
        "/feeds/releases.atom",
        "/sitemap.xml",
        "/compare",
        "/map",
        "/table",
        "/releases",
    ):
        assert client.get(path).status_code == 404, path
    assert json.loads(client.get("/health").text)["audience"] == "professional"

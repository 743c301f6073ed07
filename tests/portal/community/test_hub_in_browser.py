"""Two forces on one hub, as a resident sees them: find a place of either, its own period, and who supplied its figures and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from analytics.release.hub.change import add
from analytics.release.hub.trust import load_trust
from app.languages.addresses import is_complete
from app.languages.pages import in_words_of
from app.look import wording
from app.routes import routes_of
from core import db
from core.db import Role
from core.languages.catalogue import CATALOGUES
from core.languages.spoken import WELSH
from core.periods import add_months
from core.settings import PortalSettings
from published.release import current_release
from tests.builders.crates import neighbours
from tests.builders.crates.neighbours import CODES, WHOLE
from tests.builders.portal_processes import Visit, serve_community, stop
from tests.builders.release_county import PERIOD
from tests.builders.words.pseudo_language import MONTHS, InBrackets, never_said

pytestmark = pytest.mark.database

HALF = add_months(PERIOD.start, 5)
NORTH, MID = "E01500003", "E01510003"
PAGES = [
    f"/area/lsoa/{NORTH}", f"/area/lsoa/{MID}", f"/area/force/{CODES[0]}", f"/area/all/{WHOLE}", "/areas?q=ward", "/map", "/map?level=lsoa",
    "/table?level=lsoa", "/table?level=force", "/table?level=all", f"/compare?area=lsoa.{NORTH}&area=force.{CODES[1]}", "/releases", "/data",
    "/protection", "/questions", f"/ask?about=force.{CODES[0]}", f"/figure/lsoa/{NORTH}/violence", f"/figure/force/{CODES[1]}/all_recorded",
    f"/figure/all/{WHOLE}/all_recorded", "/api/v1/release", "/api/v1/areas/force", f"/api/v1/areas/lsoa/{NORTH}",
    "/api/v1/figures/force/violence",
    f"/api/v1/areas/all/{WHOLE}", "/download/values.csv", "/download/places.csv", "/download/sources.csv", "/download/suppliers.csv",
    "/in-words", f"/in-words?q=violence+in+{NORTH}", f"/in-words?about=force.{CODES[0]}", "/ogc", "/ogc/collections",
    "/ogc/collections/force/items", f"/ogc/collections/lsoa/items/{MID}", "/download/outlines/lsoa.parquet",
    f"/download/area/force/{CODES[0]}.csv", "/feeds/releases.atom", f"/feeds/area/lsoa/{NORTH}.atom",
]  # fmt: skip


def find_page() -> None:
    from app.area import find

    find.show()


def about_page() -> None:
    from app.area import about

    about.show()


@pytest.fixture(scope="module")
def hub(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Northshire with half a year, Midshire with that and a year; so districts and smaller places of the two have other periods."""
    folder = tmp_path_factory.mktemp("hub")
    crates = [neighbours.write(folder / "0", 0, ends=(HALF,)), neighbours.write(folder / "1", 1)]
    trust = load_trust(neighbours.trust_file(folder / "trust.toml"))
    with db.transaction(Role.PIPELINE) as connection:
        add(connection, crates, trust, actor="test")
    return module_database


@pytest.fixture
def community(hub: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community", contact="panel@example.org")
    yield TestClient(Starlette(routes=routes_of("community")))


@pytest.mark.parametrize("path", [path for path in PAGES if is_complete(path.partition("?")[0])])
def test_pages_of_a_hub_are_whole_in_welsh(community: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    release = current_release()
    assert release is not None
    names = {n for p in release.places.values() for n in (p.name, p.local_name, p.label, p.code) if n}
    names |= {words for c in release.categories for words in (c.label, wording.lower(c.label), c.description) if words}
    names |= {n for s in release.suppliers for n in (s.name, s.code)} | set(
        re.findall(r"/(?:api|ogc)[\w/{}]*", community.get("/data").text)
    )
    plain = community.get(f"/cy{path}")
    assert plain.status_code == community.get(path).status_code and '<html lang="cy">' in plain.text
    monkeypatch.setitem(CATALOGUES.read, WELSH, InBrackets())
    in_words_of.cache_clear()
    # what is kept of the pages is kept by the client's own routes, so these are made anew
    bracketed = TestClient(Starlette(routes=routes_of("community"))).get(f"/cy{path}").text
    in_words_of.cache_clear()
    written = {"Homeground", "Homeground standard", release.region_name, release.title, "panel@example.org", "LSOA", "MSOA"}
    assert never_said(bracketed, names | written | MONTHS) == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_force_is_there_for_many(community: TestClient, path: str) -> None:
    answer = community.get(path)
    # the two have no period in common, so there is no figure of both together
    assert answer.status_code == (404 if f"/{WHOLE}" in path else 200), answer.text[:500]


def test_each_place_is_of_its_own_force_and_period(community: TestClient) -> None:
    north, mid = (community.get(f"/area/lsoa/{code}").text for code in (NORTH, MID))
    assert "Figures of Northshire Police: its release 1, published 1 January 2025" in north
    assert "January 2024 to June 2024" in north and "January 2024 to December 2024 (11 of 12 months" not in north
    assert "Figures of Midshire Police" in mid and "January 2024 to December 2024 (11 of 12 months, without July 2024)" in mid
    assert "2.0% of the records" in mid
    rows = community.get("/download/values.csv").text.splitlines()
    ends = {row.split(",")[2]: row.split(",")[5] for row in rows[1:] if row.startswith("lsoa")}
    assert (ends[NORTH], ends[MID]) == ("2024-06-30", "2024-12-31")
    told = community.get("/api/v1/release").json()
    supplied = {s["name"]: s["period"]["last_month"] for s in told["suppliers"]}
    assert supplied == {"Midshire Police": "2024-12", "Northshire Police": "2024-06"}
    assert community.get(f"/api/v1/areas/lsoa/{NORTH}").json()["parents"]["force"] == CODES[0]


def test_no_page_says_the_months_of_one_force_of_all(
    community: TestClient, hub: str, as_portal: Callable[..., PortalSettings]
) -> None:
    found = community.get("/areas").text
    assert "See what was recorded in a place, over the months that each police force has supplied" in found
    as_portal(audience="community", contact="panel@example.org")
    for show in (find_page, about_page):
        app = AppTest.from_function(show, default_timeout=600).run()
        assert not app.exception
        said = " ".join(str(html.proto.body) for html in app.get("html"))
        assert "over the months that each police force has supplied" in said
        assert "so every figure here covers" not in said


def test_a_question_and_a_layer_know_the_months_of_each_force(community: TestClient) -> None:
    def said(question: str) -> dict[str, Any]:
        return dict(community.get("/api/v1/answer", params={"q": question}).json())

    north, mid = (said(f"violence in {code}") for code in (NORTH, MID))
    assert (north["period"]["last_month"], mid["period"]["last_month"]) == ("2024-06", "2024-12")
    both = said(f"compare violence in {NORTH} and {MID}")
    assert "not of the same months, so nothing is said of which is higher" in both["answer"] and "clearly" not in both["answer"]
    # there is no figure of all together, so none is taken for one
    assert said("how much violence is there")["figures"] == []
    items = community.get("/ogc/collections/lsoa/items").json()["features"]
    assert {f["id"]: f["properties"]["last_month"] for f in items if f["id"] in (NORTH, MID)} == {NORTH: "2024-06", MID: "2024-12"}
    autumn = community.get("/ogc/collections/lsoa/items", params={"datetime": "2024-10-01/.."}).json()["features"]
    assert MID in {f["id"] for f in autumn} and NORTH not in {f["id"] for f in autumn}


@pytest.mark.browser
def test_a_resident_finds_a_place_and_reads_who_supplied_it(hub: str, visit: Callable[..., Visit], tmp_path: Path) -> None:
    process, address = serve_community(tmp_path)
    try:
        seen = visit(address, width=390)
        page = seen.open("/")
        page.get_by_role("textbox").first.fill("Northshire Ward 03")
        page.get_by_role("button", name="Find", exact=True).click()
        expect(page.get_by_text("Figures of Northshire Police: its release 1, published 1 January 2025")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("January 2024 to June 2024")
        seen.open("/about")
        table = page.get_by_role("table").filter(has_text="Who supplied the figures, and when")
        expect(table.get_by_role("row")).to_have_count(3)
        expect(table).to_contain_text("Midshire Police")
        assert seen.errors == [] and seen.others() == set()
    finally:
        assert stop(process) == 0


def test_a_map_and_a_table_are_of_one_period_and_say_whose_figures_are_of_another(community: TestClient) -> None:
    whole, north = community.get("/table?level=lad").text, community.get("/table?level=lad&district=E07500000").text
    for page, other in ((whole, True), (north, False)):
        assert ("2 areas of other forces have figures over other months, on their own pages" in page) == other
        assert (page.count("not published") > 0) == other
    assert "January 2024 to June 2024" in north
    assert "24 areas of other forces have figures over other months" in community.get("/map?level=lsoa").text

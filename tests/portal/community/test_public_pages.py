"""The plain pages of the community portal: one screen first, ways on, plain words, who publishes, and what a reader of the screen meets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.person.sign_in import ProfessionalRole, demo_person
from app.questions import desk_store
from app.routes import routes_of
from core import db
from core.db import Role
from core.settings import PortalSettings
from tests.builders.portal_processes import serve_community, stop, visit
from tests.builders.reading_grade import grade, sentences_of
from tests.builders.shown_problem import show_problem_file

pytestmark = pytest.mark.database

LSOA, MSOA, LAD, REGION = "/area/lsoa/E01900001", "/area/msoa/E02900001", "/area/lad/E07900001", "/area/all/E23900001"
PROFILES = (LSOA, MSOA, LAD, REGION)
COMPARED = "/compare?area=lsoa.E01900001&area=lsoa.E01900019&area=lad.E07900001"
ASKED = ("/ask?about=lsoa.E01900001&kind=robbery", "/ask/paper?about=lad.E07900001")
IN_WORDS = tuple(
    f"/in-words?q={quote(asked)}"
    for asked in (
        "robbery in Ashmoor 001A",
        "compare violence in Ashmoor and Linfield",
        "burglary in Ash",
        "why is there robbery",
        "what does range mean",
    )
)
PAGES = [
    *PROFILES, "/areas", "/areas?q=ashmoor", "/protection", "/compare", COMPARED, f"{COMPARED}&q=linfield", "/map", "/map?level=lsoa",
    "/in-words", "/in-words?about=lsoa.E01900001", *IN_WORDS,
    "/table", "/table?level=lsoa&order=rate", "/releases", "/glossary", "/data", *ASKED, "/questions", "/follow", "/register",
    "/easy/lsoa/E01900001",
    "/news?about=lsoa.E01900001", f"/news/confirm?t={'0' * 32}",
    "/problems",
    "/stop-and-search",
    "/figure/lsoa/E01900001/robbery", "/figure/all/E23900001/all_recorded",
]  # fmt: skip
# the first of those that begin alike
OF_EACH_KIND = list({path.partition("?")[0].split("/")[1]: path for path in reversed(PAGES)}.values())
# the school year of a reader of twelve
TWELVE_YEARS = 7.0


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(
        audience="community", contact="panel@example.org", publisher="Invented Partnership", questions_url="http://127.0.0.1:8603",
        community_url="http://testserver", news_by_email=True,
    )  # fmt: skip
    yield TestClient(Starlette(routes=routes_of("community")))


def links(html: str) -> list[str]:
    return re.findall(r'href="(/[^"]*)"', html)


@pytest.mark.parametrize("path", PROFILES)
def test_a_profile_begins_with_violence_and_then_lists_its_parts(community: TestClient, path: str) -> None:
    html = community.get(path).text
    keys = re.findall(r'<section class="hg-key" aria-label="([^"]*)"', html)
    assert keys == ["Violence and sexual offences", "Serious violence", "All recorded incidents"]
    contents = re.findall(r'<li><a href="#(\w+)">([^<]*)</a></li>', html)
    assert len(contents) >= 7
    for address, heading in contents:
        assert f'<h2 id="{address}">{heading}</h2>' in html
    # and no part is left out of the list
    assert [address for address, _ in contents] == [i for i in re.findall(r'<h2 id="(\w+)">', html) if i != "contents"]
    assert html.index('class="hg-keys"') < html.index('id="contents"') < html.index("<table")


def test_every_level_leads_up_and_down(community: TestClient) -> None:
    pages = {path: links(community.get(path).text) for path in PROFILES}
    assert {MSOA, LAD, REGION} <= set(pages[LSOA])
    assert LSOA in pages[MSOA] and MSOA in pages[LAD] and LAD in pages[REGION]
    assert {LAD, REGION} <= set(pages[MSOA]) and REGION in pages[LAD]
    # whatever is led to is there
    for path in {p for found in pages.values() for p in found if p.startswith("/area/")}:
        assert community.get(path).status_code == 200, path


def test_neighbours_and_places_like_it_are_named(community: TestClient) -> None:
    html = community.get(LSOA).text
    beside = html[html.index("<h3>Next to it</h3>") : html.index("<h3>Places like it")]
    # the first area of the grid touches one to the east, one to the north and one at its corner
    assert sorted(links(beside)) == [f"/area/lsoa/E01900{n:03d}" for n in (2, 9, 10)]
    like = html[html.index("<h3>Places like it") : html.index('<h2 id="map">')]
    assert 1 <= len(links(like)) <= 6


def test_a_withheld_figure_has_its_range_and_its_reason(community: TestClient) -> None:
    html = community.get(LSOA).text
    part = html[html.index('<h2 id="withheld">') : html.index('<h2 id="places">')]
    assert "1 to 12" in part and "We never print a number from 1 to 4" in part
    whole = community.get(REGION).text
    assert "None had to be held back" in whole[whole.index('<h2 id="withheld">') :]


@pytest.mark.parametrize(
    "path",
    [
        *PROFILES,
        "/problems",
        "/protection",
        "/releases",
        "/glossary",
        COMPARED,
        "/figure/lsoa/E01900001/robbery",
        *ASKED,
        "/in-words",
        *IN_WORDS[:2],
    ],
)
def test_a_reader_of_twelve_can_read_it(community: TestClient, path: str) -> None:
    sentences = sentences_of(community.get(path).text)
    assert len(sentences) >= 5
    assert grade(sentences) <= TWELVE_YEARS


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_who_publishes_and_whom_to_write_to(community: TestClient, path: str) -> None:
    html = community.get(path).text
    foot = html[html.index("<footer") :]
    assert "Published by Invented Partnership." in foot and 'href="mailto:panel@example.org"' in foot
    # the link of a letter is its reader's own
    assert not re.search(r"\batoms\b|SHA-256|[0-9a-f]{32}", html.replace("0" * 32, ""), re.I)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_ranks_places_or_gives_causes(community: TestClient, path: str) -> None:
    forbidden = r"\b(worst|best|safest|most dangerous|league|rank(?:ed|ing)?|caus(?:e|es|ed|ing)|because of|leads to|drives?)\b"
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", community.get(path).text, flags=re.DOTALL)
    assert re.search(forbidden, words, re.I) is None


def test_without_settings_the_foot_names_the_area_and_the_panel(
    invented_county: str, as_portal: Callable[..., PortalSettings]
) -> None:
    as_portal(audience="community")
    html = TestClient(Starlette(routes=routes_of("community"))).get(LSOA).text
    assert "Published by the community safety partnership of Invented County." in html
    assert "Ask at your council or your community panel." in html and "mailto:" not in html


def test_titles_tell_the_pages_apart(community: TestClient) -> None:
    titles = [re.findall(r"<title>(.*?)</title>", community.get(p).text)[0] for p in PAGES if "?" not in p]
    assert len(set(titles)) == len(titles)


@pytest.fixture(scope="module")
def address(invented_county: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("public_pages")
    # so that the pages have an answer to show
    moderator = demo_person(ProfessionalRole.ANALYST, "")
    desk_store.type_in(moderator, "contest", "lsoa", "E01900001", "robbery", "Is this number too high?")
    with db.transaction(Role.OWNER) as connection:
        number = int(connection.execute(text("SELECT max(question_id) FROM asked.question")).scalar_one())
    desk_store.accept(moderator, number, "Is this number too high?")
    desk_store.answer(moderator, number, "the police", "We counted again. It is right.", "stands", None)
    show_problem_file("lsoa", "E01900001", "robbery")
    process, found = serve_community(
        folder, HOMEGROUND_PORTAL_QUESTIONS_URL="http://127.0.0.1:8603", HOMEGROUND_PORTAL_COMMUNITY_URL="http://figures.example",
        HOMEGROUND_PORTAL_NEWS_BY_EMAIL="true",
    )  # fmt: skip
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "community.log").read_text()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "first", "paths"),
    [
        pytest.param(390, "light", OF_EACH_KIND, id="one of each kind on a phone"),
        pytest.param(390, "light", PAGES, id="all on a phone", marks=pytest.mark.slow),
        pytest.param(1280, "dark", PAGES, id="all on a wide screen", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_and_nothing_slides_sideways(
    address: str, browser: Browser, width: int, first: Literal["light", "dark"], paths: list[str]
) -> None:
    """Each page in both themes: opened in one of them, and then changed to the other as a device does at dusk."""
    seen = visit(browser, address, width=width, dark=first == "dark")
    found = {}
    for path in paths:
        seen.open(path)
        if violations := seen.violations_in_both_themes(first):
            found[path] = violations
    seen.page.context.close()
    assert found == {}
    assert seen.errors == [] and seen.others() == set()


@pytest.mark.browser
def test_what_stands_for_the_drawn_map_is_at_most_25_tabs_from_the_top(address: str, browser: Browser) -> None:
    """Areas of a drawn map are no stops of the Tab key, because there may be hundreds: the same areas, with their links, are its table."""
    seen = visit(browser, address)
    seen.open("/map?level=lsoa")
    tabs = seen.tabs_to("main a[href*='/table?']")
    page = seen.page
    page.keyboard.press("Enter")
    page.wait_for_url("**/table?**")
    page.get_by_role("link", name="Ashmoor 001A", exact=True).wait_for()
    seen.page.context.close()
    print(f"/map: {tabs} tabs to the table of the map")
    assert tabs <= 25


EMBEDDED = ["/embed/figure/lsoa/E01900001/robbery", "/embed/map?level=lsoa"]


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_what_others_show(address: str, browser: Browser, dark: bool) -> None:
    seen = visit(browser, address, width=390, dark=dark)
    found = {}
    for path in EMBEDDED:
        seen.open(path)
        if violations := seen.violations():
            found[path] = violations
    seen.page.context.close()
    assert found == {}


@pytest.mark.browser
def test_the_profile_is_printed_whole_and_without_what_is_for_the_screen(address: str, browser: Browser) -> None:
    seen = visit(browser, address)
    page = seen.open(LSOA)
    page.emulate_media(media="print")
    for gone in ("nav.contents", "nav.up", "header.site a", "ul.links"):
        assert not page.locator(gone).first.is_visible(), gone
    for there in ("h1", ".hg-keys", "#withheld", ".hg-profile", "footer.site"):
        assert page.locator(there).first.is_visible(), there
    # paper does not scroll: what slides on a screen lies open
    assert page.locator(".hg-scroll").first.evaluate("e => getComputedStyle(e).overflowX") == "visible"
    seen.page.context.close()

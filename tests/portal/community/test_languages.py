"""The public pages in Welsh: whole, at addresses of their own, with links that stay in the language, and nothing of English left over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Literal

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from app.languages.addresses import COMPLETE, is_complete, kept_in_language, language_of, without_language
from app.languages.pages import in_words_of
from app.look import wording
from app.region.pages import no_such_page
from app.routes import routes_of
from app.web.known_addresses import KnownAddresses
from core.languages.catalogue import CATALOGUES, read_catalogue
from core.languages.spoken import WELSH, speaking
from core.settings import PortalSettings
from published.release import Release, current_release
from tests.builders.portal_processes import serve_community, stop, visit
from tests.builders.shown_problem import show_problem_file
from tests.builders.words.pseudo_language import MONTHS, InBrackets, never_said, words_of

pytestmark = pytest.mark.database

LSOA = "/area/lsoa/E01900001"
# each family of pages that is complete, by what it is called in COMPLETE
COMPARED = "/compare?area=lsoa.E01900001&area=lsoa.E01900019&area=lad.E07900001"
PAGES = {
    "finding an area, and its profile": [
        LSOA, "/area/msoa/E02900001", "/area/lad/E07900001", "/area/all/E23900001", "/area/lsoa/E01999999",
        "/areas", "/areas?q=ashmoor", "/areas?q=nowhere", "/areas?q=SW1A+1AA", "/areas?q=a",
    ],
    "a profile in easy words": ["/easy/lsoa/E01900001", "/easy/lad/E07900001", "/easy/all/E23900001"],
    "how one figure came about": ["/figure/lsoa/E01900001/robbery", "/figure/all/E23900001/all_recorded", "/figure/lad/E07900001/nothing"],
    "many areas": [
        "/compare", COMPARED, f"{COMPARED}&q=linfield", "/map", "/map?level=lsoa&kind=robbery&district=E07900001", "/table",
        "/table?level=lsoa&order=rate", "/table?level=lad&order=people",
    ],
    "releases and how people are protected": ["/releases", "/protection"],
    "what the words mean, and the data": ["/glossary", "/data"],
    "stop and search": ["/stop-and-search", "/stop-and-search?place=lad.E07900001"],
    "problems of places": ["/problems", "/problems/1"],
    "questions from residents": ["/questions", "/ask?about=lsoa.E01900001&kind=robbery", "/ask", "/ask/paper?about=lad.E07900001", "/follow"],
    "a figure or a map for other sites": ["/embed/figure/lsoa/E01900001/robbery", "/embed/map", "/embed/map?level=lsoa&kind=robbery"],
    "news of an area": ["/news", "/news?about=lsoa.E01900001", f"/news/confirm?t={'0' * 32}", "/news/stop?t=none"],
    "register of models": ["/register"],
    "questions in words": [
        "/in-words", "/in-words?about=lsoa.E01900001", "/in-words?q=robbery+in+Ashmoor+001A", "/in-words?q=burglary+in+Ash",
        "/in-words?q=why+is+there+robbery",
    ],
}  # fmt: skip
# what leads nowhere, in either language
NOT_THERE = (
    "/area/lsoa/E01999999", "/figure/lad/E07900001/nothing", "/stop-and-search?place=lad.E07900001", "/news/stop?t=none",
)  # fmt: skip
EVERY = [path for paths in PAGES.values() for path in paths]
HERE = "http://testserver"
# what is written by people, or stands for an example, and so is in no catalogue
WRITTEN = {
    "Homeground", "Invented Partnership", "panel@example.org", "LSOA", "MSOA", "SW1A 1AA", "lad.E07900001", "census 2021", "test policy",
    "Recorded crime by area", "IMD 2025", "Algorithmic Transparency Recording Standard",
    "Fights after closing time", "People can walk home here (scanning).", "People can walk home here (objective).",
    "People can walk home here (analysis).", "People can walk home here (learned).", "The lights stay on until the last bus.",
    "Keep the lights on", "The council", "A residents' panel",
}  # fmt: skip


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(
        audience="community",
        contact="panel@example.org",
        publisher="Invented Partnership",
        questions_url="http://127.0.0.1:8603",
        community_url=HERE,
        news_by_email=True,
    )
    yield TestClient(Starlette(routes=routes_of("community")))


@pytest.fixture(scope="module")
def with_a_problem(invented_county: str) -> None:
    """The county, with something on every page: a problem file that everyone may read."""
    show_problem_file("lsoa", "E01900001", "robbery")


@pytest.fixture
def in_brackets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks for Welsh gets English in brackets, and nothing of it is kept afterwards."""
    monkeypatch.setitem(CATALOGUES.read, WELSH, InBrackets())
    in_words_of.cache_clear()
    yield
    in_words_of.cache_clear()


def names_of(release: Release) -> set[str]:
    """Names of places, which are the same in every language."""
    names = {n for p in release.places.values() for n in (p.name, p.local_name, p.label, p.code) if n}
    # a release may have kinds of its own, and the county's are
    kinds = {words for c in release.categories for words in (c.label, wording.lower(c.label), c.description) if words}
    return names | kinds | {release.region_name} | WRITTEN | MONTHS


def release_now() -> Release:
    release = current_release()
    assert release is not None
    return release


def test_each_complete_family_is_looked_at() -> None:
    assert set(PAGES) == set(COMPLETE)
    for family, begins in COMPLETE.items():
        for begin in begins:
            assert any(path.partition("?")[0].startswith(begin) for path in PAGES[family]), begin
        assert all(is_complete(path.partition("?")[0]) for path in PAGES[family])


@pytest.mark.parametrize("path", EVERY)
def test_every_word_of_a_complete_page_comes_from_the_catalogue(
    with_a_problem: None, in_brackets: None, community: TestClient, path: str
) -> None:
    addresses = set(re.findall(r"/(?:api|ogc)[\w/{}]*", community.get("/data").text))
    services = {
        f"{place} {kind}" for place in ("Ashmoor", "Linfield") for kind in ("gp practice", "hospital", "pharmacy", "school")
    }
    assert never_said(community.get(f"/cy{path}").text, names_of(release_now()) | services | addresses) == []


@pytest.mark.parametrize("path", EVERY)
def test_no_english_sentence_stands_on_a_welsh_page(with_a_problem: None, community: TestClient, path: str) -> None:
    page = " ".join(unescape(t) for t in words_of(community.get(f"/cy{path}").text))
    left = []
    for message in read_catalogue(WELSH):
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for english in ids:
            parts = [p.replace("%%", "%") for p in re.split(r"%\(\w+\)s|<[^>]+>", english)]
            sentence = max((" ".join(p.split()) for p in parts), key=len, default="")
            if len(sentence.split()) >= 3 and sentence in page and not any(sentence in s for s in strings):
                left.append(sentence)
    assert left == []


@pytest.mark.parametrize("path", EVERY)
def test_a_page_says_its_language_and_leads_to_the_other(with_a_problem: None, community: TestClient, path: str) -> None:
    welsh, english = community.get(f"/cy{path}"), community.get(path)
    assert welsh.status_code == english.status_code
    assert '<html lang="cy">' in welsh.text and '<html lang="en-GB">' in english.text
    # what stands in a frame of another page leads nowhere by itself
    if english.status_code == 200 and not path.startswith("/embed/"):
        switch = r'<a class="language" hreflang="[^"]*" lang="([^"]*)" href="([^"]*)">([^<]*)</a>'
        ((tag, there, name),) = re.findall(switch, english.text)
        assert (tag, name) == ("cy", "Cymraeg")
        ((tag, back, name),) = re.findall(switch, welsh.text)
        assert (tag, name) == ("en-GB", "English") and there == f"/cy{back}"
        # the switch leads to this very page
        assert community.get(unescape(there)).text == welsh.text and community.get(unescape(back)).text == english.text
        for page in (english, welsh):
            assert re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page.text) == [
                ("en-GB", HERE + back),
                ("cy", HERE + there),
            ]


@pytest.mark.parametrize("path", EVERY)
def test_links_stay_in_the_language(with_a_problem: None, community: TestClient, path: str) -> None:
    html = community.get(f"/cy{path}").text
    for tag, address in re.findall(r'<((?:a|form)\b[^>]*?(?:href|action)="(/[^"]*)"[^>]*)>', html):
        plain = without_language(unescape(address)).partition("?")[0].partition("#")[0]
        if 'class="language"' not in tag and is_complete(plain):
            assert language_of(address) == WELSH, tag
        elif language_of(address) == WELSH:
            raise AssertionError(f"no page is there: {tag}")
    led = {unescape(a) for a in re.findall(r'href="(/cy/[^"#]*)"', html)}
    assert led
    for address in sorted(led)[::7]:
        assert community.get(address).status_code in (200, 404 if "E01999999" in address else 200), address


def test_a_page_is_kept_once_for_each_language(community: TestClient) -> None:
    first, other, again = (community.get(p) for p in (LSOA, f"/cy{LSOA}", LSOA))
    assert first.text == again.text != other.text
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]
    not_changed = community.get(f"/cy{LSOA}", headers={"if-none-match": other.headers["etag"]})
    assert not_changed.status_code == 304
    assert community.get(f"/cy{LSOA}", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_figures_are_the_same_in_both_languages(community: TestClient) -> None:
    """Numbers, ranges and marks of the tables, cell by cell: a translation may move words, never a figure."""

    def cells(html: str) -> list[list[str]]:
        return [
            re.findall(r"\d[\d,.]*\*?", " ".join(words_of(cell))) for cell in re.findall(r'<td class="num.*?</td>', html, re.DOTALL)
        ]

    for path in PAGES["finding an area, and its profile"][:4]:
        english, welsh = cells(community.get(path).text), cells(community.get(f"/cy{path}").text)
        assert english == welsh and len(english) > 7


def test_the_kinds_of_crime_are_named_in_welsh(community: TestClient) -> None:
    html = unescape(community.get(f"/cy{LSOA}").text)
    assert "Trais a throseddau rhywiol" in html and "Violence and sexual offences" not in html
    # what another page reads of the release stays as it was
    assert "Violence and sexual offences" in community.get(LSOA).text


def test_the_bare_prefix_leads_to_the_first_page_and_what_is_not_there_is_said_in_welsh(community: TestClient) -> None:
    assert community.get("/cy", follow_redirects=False).headers["location"] == "/cy/areas"
    routes: list[BaseRoute] = routes_of("community")
    known = TestClient(
        KnownAddresses(Starlette(routes=routes), routes=routes, pages=(), no_such_page=no_such_page, without_script="")
    )
    for path in ("/cy/nowhere", "/cy/register.json", "/cy/stop-and-search.csv", "/cy/download/values.csv", "/cy/api/v1/release"):
        told = known.get(path)
        assert told.status_code == 404 and "Nid oes tudalen yn y cyfeiriad hwn" in told.text, path
        assert 'href="/cy/areas"' in told.text and 'action="/cy/areas"' in told.text
    assert "There is no page at this address" in known.get("/nowhere").text


def test_a_link_to_a_page_in_english_alone_says_so() -> None:
    with speaking(WELSH):
        made = kept_in_language(
            '<a href="/areas">x</a><a class="y" href="/">z</a><a href="/download/values.csv">v</a><a href="#here">h</a>'
        )
    assert made == (
        '<a href="/cy/areas">x</a><a class="y" href="/" hreflang="en-GB">z</a><a href="/download/values.csv">v</a><a href="#here">h</a>'
    )


def test_words_that_a_style_adds_are_translated_too(community: TestClient) -> None:
    html = community.get(f"/cy{LSOA}").text
    added = [w for w in re.findall(r'content: (?:var\([^,]*, )?"([^"]*)"', html) if re.search(r"[a-z]{2}", w)]
    assert added == [" (Saesneg)", " (cuts across the kinds above)"]
    assert '--hg-cuts-across: " (yn torri ar draws y mathau uchod)"' in html


@pytest.fixture(scope="module")
def address(invented_county: str, with_a_problem: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server, at = serve_community(
        tmp_path_factory.mktemp("portal"), HOMEGROUND_PORTAL_QUESTIONS_URL="http://127.0.0.1:8603", HOMEGROUND_PORTAL_COMMUNITY_URL="http://figures.example",
        HOMEGROUND_PORTAL_NEWS_BY_EMAIL="true",
    )  # fmt: skip
    yield at
    stop(server)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "first", "paths"),
    [
        pytest.param(390, "dark", [of_a_kind[0] for of_a_kind in PAGES.values()], id="one of each kind on a phone"),
        pytest.param(390, "dark", EVERY, id="all on a phone", marks=pytest.mark.slow),
        pytest.param(1280, "light", EVERY, id="all on a wide screen", marks=pytest.mark.slow),
    ],
)
def test_welsh_pages_are_sound_in_a_browser(
    browser: Browser, address: str, width: int, first: Literal["light", "dark"], paths: list[str]
) -> None:
    """Each page in both themes: opened in one of them, and then changed to the other."""
    seen = visit(browser, address, width=width, dark=first == "dark")
    found = {}
    for path in paths:
        if path not in NOT_THERE:
            seen.open(f"/cy{path}")
            assert seen.page.evaluate("document.documentElement.lang") == "cy"
            if violations := seen.violations_in_both_themes(first):
                found[path] = violations
    seen.page.context.close()
    assert found == {}
    assert seen.errors == [] and seen.others() == set()


@pytest.mark.browser
def test_a_reader_changes_the_language_and_comes_back(browser: Browser, address: str) -> None:
    seen = visit(browser, address)
    page = seen.open("/areas")
    page.get_by_role("link", name="Cymraeg").click()
    page.get_by_label("Cod post, neu enw lle").fill("ashmoor")
    page.get_by_role("button", name="Chwilio").click()
    page.wait_for_url("**/cy/areas?q=ashmoor")
    page.get_by_role("link", name="Ashmoor 001A").first.click()
    page.wait_for_url("**/cy/area/lsoa/*")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/area/lsoa/E*")
    assert "/cy/" not in page.url and page.evaluate("document.documentElement.lang") == "en-GB"

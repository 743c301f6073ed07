"""My patch on a phone: the five places on the first screen, the sheet, the way back, and a link that a colleague opens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from core import db
from core.db import Role
from tests.builders.portal_processes import PATHS, Visit, boxes, in_order, serve_professional, stop

pytestmark = [pytest.mark.database, pytest.mark.browser]

# what a phone of 390 x 844 pixels shows without scrolling
SCREEN = 844


@pytest.fixture(scope="module")
def address(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("my_patch")
    process, found = serve_professional(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


def enter(seen: Visit, role: str, path: str = "/") -> Page:
    page = seen.open(path)
    page.get_by_text(role, exact=True).click()
    page.get_by_role("button", name="Enter").click()
    page.locator(".hg-places summary").first.wait_for()
    return seen.settled()


def sideways(page: Page) -> bool:
    scroll, client = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()"
    )
    return bool(scroll > client)


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_phone_shows_five_places_on_its_first_screen_and_the_map_right_below(
    address: str, visit: Callable[..., Visit], dark: bool
) -> None:
    seen = visit(address, width=390, dark=dark)
    page = enter(seen, "Neighbourhood officer")
    frame = seen.map(20)
    rows = page.locator(".hg-places").first.locator("li")
    expect(rows).to_have_count(5)
    places, chart = boxes(rows), boxes(page.locator("iframe[title^='Map of']"))[0]
    print(f"first {places[0]['y']:.0f} px, last ends {places[-1]['y'] + places[-1]['height']:.0f} px, map {chart['y']:.0f} px")
    assert places[0]["y"] < SCREEN / 2
    assert places[-1]["y"] + places[-1]["height"] <= SCREEN
    assert chart["y"] - (places[-1]["y"] + places[-1]["height"]) < 60
    assert not sideways(page)
    expect(frame.locator(".hg-mark")).to_have_text(["1", "2", "3", "4", "5"])
    # a tap opens what stands behind the words, and one on the map leaves the page where it is
    page.locator(".hg-places summary").first.tap()
    expect(page.locator(".hg-places dl").first).to_contain_text("By month")
    page.locator("iframe[title^='Map of']").scroll_into_view_if_needed()
    top = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(top)
    frame.locator(PATHS).first.tap(force=True)
    seen.settled()
    assert page.evaluate(top) == before
    assert not sideways(page)
    assert seen.others() == set()
    assert seen.errors == []


def test_an_officer_takes_the_sheet_along_and_it_is_on_record(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address, width=390)
    page = enter(seen, "Neighbourhood officer")
    with page.expect_download() as download:
        page.get_by_role("button", name="Sheet (PDF)").click()
    assert download.value.suggested_filename == "homeground-patrol-sheet-E07900001-serious_violence-2025-11.pdf"
    (side,) = pypdf.PdfReader(download.value.path()).pages
    said = " ".join(side.extract_text().split())
    first = page.locator(".hg-places .name").first.inner_text()
    assert f"1 {first}" in said
    assert "Not for publication" in said and "Asked for by Neighbourhood officer (demo)" in said
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT detail FROM audit.event WHERE action = 'export' AND subject = 'my_patch' AND actor = 'demo:officer'"
        (detail,) = connection.execute(text(query)).scalars()
    assert detail["places"] == 5 and detail["file"] == download.value.suggested_filename


@pytest.mark.slow
def test_a_choice_is_in_the_address_for_the_way_back_for_a_reload_and_for_a_colleague(
    address: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(address)
    page = enter(seen, "Analyst")
    page.get_by_test_id("stPopover").get_by_role("button").click()
    seen.choose("Patch", "Linfield")
    page.get_by_role("heading", level=1, name="My patch: Linfield").wait_for()
    page.wait_for_url("**/?patch=E07900002&kind=serious_violence")
    page.go_back()
    page.get_by_role("heading", level=1, name="My patch: Ashmoor").wait_for()
    page.go_forward()
    page.get_by_role("heading", level=1, name="My patch: Linfield").wait_for()
    link = page.url.removeprefix(address)
    colleague = visit(address)
    enter(colleague, "Planner", link)
    expect(colleague.page.locator("h1")).to_have_text("My patch: Linfield")
    in_order(colleague.page.locator("h1"), colleague.page.locator(".hg-places").first)
    # an officer of the other district is told so and sees their own
    officer = visit(address)
    theirs = enter(officer, "Neighbourhood officer", link)
    expect(theirs.locator("h1")).to_have_text("My patch: Ashmoor")
    expect(theirs.get_by_text("That link leads to a patch that your account does not open")).to_be_visible()
    assert "Linfield" not in theirs.locator("[data-testid=stMain]").inner_text()


@pytest.mark.slow
def test_the_slider_moves_the_map_through_the_months_without_a_word_to_the_portal(
    address: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(address, width=390)
    page = enter(seen, "Neighbourhood officer")
    seen.map(20)
    page.get_by_text("Month by month", exact=True).click()
    seen.settled()
    frame = seen.one_map("Map of")
    slider, said = frame.get_by_role("slider", name="Month"), frame.locator(".hg-months p")
    expect(said).to_have_text(re.compile(r"November 2025: [\d,]+ recorded"))
    fills = [str(one.get_attribute("fill")) for one in frame.locator(PATHS).all()]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    frames: list[object] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameSent", lambda event: frames.append(event))
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("July 2025: not loaded")
    expect(slider).to_have_attribute("aria-valuetext", "July 2025: not loaded")
    assert {str(one.get_attribute("fill")) for one in frame.locator(PATHS).all()} == {"url(#hg-no-data)"}
    # a finger: a button as large as one, and the map stays where it is
    back = frame.get_by_role("button", name="The month before")
    (button,) = boxes(back)
    assert button["width"] >= 40 and button["height"] >= 40
    back.tap()
    expect(said).to_have_text(re.compile("June 2025: "))
    words = [str(one.get_attribute("aria-label")) for one in frame.locator(PATHS).all()]
    assert len(words) == 20 and all(one.endswith(" recorded in June 2025") for one in words)
    total = sum(int(one.rsplit(". ", 1)[1].split()[0].replace(",", "")) for one in words)
    expect(said).to_have_text(f"June 2025: {total:,} recorded")
    slider.press("Home")
    expect(said).to_have_text(re.compile("December 2024: "))
    slider.press("End")
    expect(said).to_have_text(re.compile("November 2025: "))
    assert [str(one.get_attribute("fill")) for one in frame.locator(PATHS).all()] == fills
    assert sent == [] and frames == []
    assert not sideways(page) and seen.errors == []

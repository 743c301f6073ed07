"""A dashboard of one's own in a browser: put together, kept, handed to a colleague, taken away; wide and on a phone, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.builders.portal_processes import Visit

pytestmark = [pytest.mark.database, pytest.mark.browser]
LINE = "[data-testid=stPopover] button"


def came_to(seen: Visit, address: str, role: str = "Analyst") -> Page:
    page = seen.open(address)
    page.get_by_text(role, exact=True).click()
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("heading", level=1, name="My dashboard").wait_for()
    return seen.settled()


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False), pytest.param(390, True, marks=pytest.mark.slow)]
)
def test_it_is_drawn_whole_within_the_screen_and_axe_finds_nothing(
    county_portal: str, visit: Callable[..., Visit], width: int, dark: bool
) -> None:
    seen = visit(county_portal, width=width, dark=dark)
    tiles = ("group.serious_violence@all", "found.all@all", "event.homicides@all", "indicator.imd2025_income_decile@all")
    page = came_to(seen, f"/my-dashboard?{'&'.join(f't{n}={t}' for n, t in enumerate(tiles, 1))}")
    seen.charts(3)
    expect(page.get_by_role("heading", level=2)).to_have_count(4)
    # in their order, on a phone too
    assert [h.split(",")[0] for h in page.get_by_role("heading", level=2).all_inner_texts()] == [
        "Serious violence (broad measure)", "Searches that found what was looked for", "Homicides",
        "Deprivation 2025",
    ]  # fmt: skip
    page.get_by_text("What this is, and its figures").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    seen.at_rest(page.locator("h2"))
    seen.sound()


@pytest.mark.slow
def test_it_is_put_together_kept_and_opened_by_a_colleague(county_portal: str, visit: Callable[..., Visit]) -> None:
    seen = visit(county_portal)
    page = came_to(seen, "/my-dashboard?t1=group.serious_violence@all")
    page.locator(LINE).click()
    seen.choose("What", "Stop and search")
    page.locator(LINE).click()
    with seen.run():
        page.get_by_role("button", name="Add this tile").click()
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    assert "t2=searches.all" in page.url
    # it stays between pages, and so does its address
    page.get_by_role("link", name="Serious violence").click()
    page.get_by_role("heading", level=1, name=re.compile("Serious violence in")).wait_for()
    page.get_by_role("link", name="My dashboard").click()
    page.get_by_role("heading", level=1, name="My dashboard").wait_for()
    seen.settled()
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    page.locator(LINE).click()
    page.get_by_label("Name", exact=True).fill("Town centre")
    with seen.run():
        page.get_by_role("button", name="Save this dashboard").click()
    page.get_by_role("heading", level=1, name="Town centre").wait_for()
    seen.settled()
    shared = page.url.removeprefix(county_portal.rstrip("/"))
    assert re.fullmatch(r"/my-dashboard\?dashboard=dash-[0-9a-f]{16}", shared)
    for label, first in (
        ("the figures (CSV)", b"tile,"),
        ("as PDF", b"%PDF"),
        ("as picture (PNG)", b"\x89PNG"),
        ("as slides (PowerPoint)", b"PK"),
    ):
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"Download {label}").click()
        assert Path(taken.value.path()).read_bytes().startswith(first), label
    colleague = visit(county_portal)
    theirs = colleague.open(shared)
    theirs.get_by_text("Neighbourhood officer", exact=True).click()
    theirs.get_by_role("button", name="Enter").click()
    theirs.get_by_role("heading", level=1, name="Town centre").wait_for()
    colleague.settled()
    expect(theirs.get_by_text("A colleague’s dashboard")).to_be_visible()
    mine, other = (p.locator(".hg-tiles .figure").first.inner_text() for p in (page, theirs))
    # all districts of the one are more than the district of the other
    assert int(mine.replace(",", "")) > int(other.replace(",", "")) > 0
    # who made it takes it away again
    page.locator(LINE).click()
    with seen.run():
        page.get_by_role("button", name="Delete this dashboard").click()
    page.get_by_role("heading", level=1, name="My dashboard").wait_for()
    assert seen.errors == [] and colleague.errors == []


# signs of Markdown, of Streamlit's own additions, of what becomes a link by itself, and of HTML
TYPED = "**x** [a](http://evil.example) :red[y] :smile: $z$ <b>q</b>"
LINKED = "# 1. http://evil.example www.evil.example a@evil.example `k`"


@pytest.mark.slow
@pytest.mark.parametrize("typed", [TYPED, LINKED])
def test_a_name_stands_as_it_was_typed(county_portal: str, visit: Callable[..., Visit], typed: str) -> None:
    seen = visit(county_portal)
    page = came_to(seen, "/my-dashboard?t1=group.serious_violence@all")
    page.locator(LINE).click()
    page.get_by_label("Name", exact=True).fill(typed)
    with seen.run():
        page.get_by_role("button", name="Save this dashboard").click()
    seen.settled()
    # what keeps a sign from being read has no width
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text().replace("\u2060", "") == typed
    said = page.get_by_test_id("stAlert").inner_text().replace("\u2060", "")
    assert f"“{typed}” is saved." in said
    line = page.locator(LINE).inner_text().replace("\u2060", "")
    assert line.startswith(f"{typed}: 1 tile.")
    for of in (heading, page.get_by_test_id("stAlert"), page.locator(LINE)):
        assert of.locator("a[href*=evil], strong, em, code, del, img, .katex, b, [style*=color]").count() == 0
    delete = page.get_by_role("button", name="Delete this dashboard")
    # the boxes are open still, as they were when the dashboard was saved, unless the page was quicker
    if not delete.is_visible():
        page.locator(LINE).click()
    with seen.run():
        delete.click()
    page.get_by_role("heading", level=1, name="My dashboard").wait_for()
    assert seen.others() == set() and seen.errors == []

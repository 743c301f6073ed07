"""The dashboard in a browser: drawn whole, wide and on a phone, light and dark, and its address leads back to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.builders.portal_processes import Visit, boxes, enter

pytestmark = [pytest.mark.database, pytest.mark.browser]
DRAWINGS = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"


def came_to(seen: Visit, address: str) -> Page:
    """An analyst who came by a link to a page, through the demo's role picker."""
    page = seen.open(address)
    page.get_by_text("Analyst", exact=True).click()
    page.get_by_role("button", name="Enter").click()
    return page


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_dashboard_is_drawn_whole_within_the_screen(
    county_portal: str, visit: Callable[..., Visit], width: int, dark: bool
) -> None:
    seen = visit(county_portal, width=width, dark=dark)
    page = enter(seen, "Analyst")
    page.get_by_role("link", name="Serious violence").click()
    page.get_by_role("heading", level=1, name="Serious violence in all districts").wait_for()
    seen.settled()
    # trend, rates of districts, outcomes; nobody supplies anything else here
    expect(page.locator(DRAWINGS)).to_have_count(3)
    # the first figures stand on the first screen
    tiles = boxes(page.locator(".hg-tiles > div"))
    assert len(tiles) == 4
    assert tiles[1]["y"] + tiles[1]["height"] < 700
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "found => found.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the figures (CSV)").click()
    assert Path(taken.value.path()).read_text(encoding="utf-8").startswith("table,place,place_code,kind,")
    assert seen.others() == set()
    assert seen.errors == []


@pytest.mark.slow
def test_its_address_leads_a_colleague_to_the_same_place(county_portal: str, visit: Callable[..., Visit]) -> None:
    seen = visit(county_portal)
    page = came_to(seen, "/serious-violence")
    page.get_by_role("heading", level=1, name="Serious violence in all districts").wait_for()
    seen.settled()
    page.get_by_test_id("stPopover").get_by_role("button").click()
    seen.choose("Place", "Homeminster")
    page.get_by_role("heading", level=1, name="Serious violence in Homeminster").wait_for()
    shared = page.url.removeprefix(county_portal.rstrip("/"))
    assert "place=" in shared and "kind=serious_violence" in shared
    colleague = visit(county_portal)
    theirs = came_to(colleague, shared)
    theirs.get_by_role("heading", level=1, name="Serious violence in Homeminster").wait_for()
    assert colleague.errors == []
    # a reload and another tab show it to the same person; who leaves is asked again, there and after a reload
    theirs.reload()
    theirs.get_by_role("heading", level=1, name="Serious violence in Homeminster").wait_for()
    beside = theirs.context.new_page()
    beside.goto(theirs.url)
    beside.get_by_role("heading", level=1, name="Serious violence in Homeminster").wait_for()
    beside.get_by_role("button", name="Change role").click()
    beside.get_by_role("heading", level=1, name="Choose a role").wait_for()
    beside.reload()
    beside.get_by_role("heading", level=1, name="Choose a role").wait_for()

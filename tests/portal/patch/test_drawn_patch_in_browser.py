"""A patch from the first corner to a colleague's screen: drawn on a phone and at a desk, kept, looked at, put on paper, sent."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import pypdf
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import text

from core import db
from core.db import Role
from tests.builders.files import invented_streets
from tests.builders.portal_processes import Visit, boxes, serve_professional, stop

pytestmark = [pytest.mark.database, pytest.mark.browser]

MAP = "iframe[title^='Map of']"
PHONE = 600
# shares of the map's width and height; of Ashmoor's twenty neighbourhoods some lie inside
OUTLINE = ((0.3, 0.3), (0.62, 0.3), (0.62, 0.7), (0.3, 0.7))
CROSSING = ((0.3, 0.3), (0.6, 0.6), (0.6, 0.3), (0.3, 0.6))


@pytest.fixture(scope="module")
def address(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    invented_streets.lay()
    folder = tmp_path_factory.mktemp("drawn_patch")
    process, found = serve_professional(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


@pytest.fixture(autouse=True)
def nothing_kept_before(address: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.setting"))
        connection.execute(text("DELETE FROM person.patch"))


def enter(seen: Visit, role: str, path: str) -> Page:
    page = seen.open(path)
    page.get_by_text(role, exact=True).click()
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("heading", level=1, name="Choose a role").wait_for(state="detached")
    return seen.settled()


def tap(seen: Visit, corners: tuple[tuple[float, float], ...]) -> None:
    """Corners on the map, with a finger on a phone and a mouse at a desk.

    Each is there and at rest before the next is set: for a moment after a corner Leaflet.draw takes a tap for the same one.
    """
    page = seen.page
    icons = page.frame_locator(MAP).locator(".leaflet-editing-icon")
    page.locator(MAP).scroll_into_view_if_needed()
    for number, (x, y) in enumerate(corners, start=1):
        (box,) = boxes(page.locator(MAP))
        at = box["x"] + x * box["width"], box["y"] + y * box["height"]
        if page.viewport_size is not None and page.viewport_size["width"] < PHONE:
            page.touchscreen.tap(*at)
        else:
            page.mouse.move(*at)
            page.mouse.click(*at)
        if number < len(corners) or corners[0] != corners[-1]:
            expect(icons).to_have_count(number)
            seen.at_rest(icons)


def draw(seen: Visit) -> FrameLocator:
    """The outline, closed by its first corner at a desk and by the button beside it on a phone."""
    page = seen.page
    frame = page.frame_locator(MAP)
    # a map whose outlines are still to come is not yet where it will stand
    expect(frame.locator("[data-hg-drawn]")).to_have_count(1)
    seen.at_rest(page.locator(MAP))
    frame.get_by_role("link", name="Draw an outline, corner by corner").click()
    if page.viewport_size is not None and page.viewport_size["width"] < PHONE:
        tap(seen, OUTLINE)
        frame.get_by_role("link", name="Close it").tap()
    else:
        tap(seen, (*OUTLINE, OUTLINE[0]))
    return frame


def sideways(page: Page) -> bool:
    script = "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth > m.clientWidth })()"
    return bool(page.evaluate(script))


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_a_patch_is_drawn_kept_looked_at_put_on_paper_and_sent(
    address: str, visit: Callable[..., Visit], width: int, dark: bool
) -> None:
    seen = visit(address, width=width, dark=dark)
    page = enter(seen, "Neighbourhood officer", "/area-you-choose")
    frame = draw(seen)
    held = frame.locator("path.hg-held")
    expect(held.first).to_be_visible()
    number = held.count()
    assert 2 <= number <= 12
    seen.settled()
    expect(page.get_by_text(f"{number} neighbourhoods.")).to_be_visible()
    assert not sideways(page)
    page.get_by_label("Name of the patch").fill("Market Square")
    page.get_by_role("button", name="Save the patch").click()
    expect(page.get_by_text("“Market Square” is saved.")).to_be_visible()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert link.startswith(f"{address}/?patch=own-")
    assert not sideways(page)
    # in the boxes of other pages, in the same session
    page.get_by_role("link", name="Hot spots").click()
    page.get_by_role("heading", level=1, name="Hot spots of").wait_for()
    seen.settled()
    seen.choose("Patch", "Market Square (yours)")
    page.get_by_role("heading", level=1, name="in Market Square,").wait_for()
    # what was chosen there is kept, and My patch opens with it
    page.get_by_role("link", name="My patch").click()
    page.get_by_role("heading", level=1, name="My patch: Market Square").wait_for()
    seen.settled()
    expect(page.locator(".hg-places").first.locator("li")).to_have_count(min(number, 5))
    with page.expect_download() as download:
        page.get_by_role("button", name="Sheet (PDF)").click()
    (side,) = pypdf.PdfReader(download.value.path()).pages
    said = " ".join(side.extract_text().split())
    assert "Patrol sheet: Market Square" in said
    assert re.search(r"Street [A-P]|Lane \d", said) is not None and f"Roads and names: {invented_streets.ATTRIBUTION}." in said
    assert seen.others() == set() and seen.errors == []
    # a colleague who may see the district opens the link; one of the other district does not
    colleague = visit(address, width=width, dark=dark)
    theirs = enter(colleague, "Analyst", link.removeprefix(address))
    expect(theirs.get_by_role("heading", level=1, name="My patch: Market Square")).to_be_visible()
    expect(theirs.locator(".hg-places").first.locator("li")).to_have_count(min(number, 5))


def test_an_outline_that_would_cross_itself_is_refused_where_it_is_drawn(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address)
    page = enter(seen, "Neighbourhood officer", "/area-you-choose")
    frame = page.frame_locator(MAP)
    # a map whose outlines are still to come is not yet where it will stand
    expect(frame.locator("[data-hg-drawn]")).to_have_count(1)
    seen.at_rest(page.locator(MAP))
    frame.get_by_role("link", name="Draw an outline, corner by corner").click()
    tap(seen, CROSSING[:3])
    (box,) = boxes(page.locator(MAP))
    page.mouse.move(box["x"] + CROSSING[3][0] * box["width"], box["y"] + CROSSING[3][1] * box["height"])
    page.mouse.click(box["x"] + CROSSING[3][0] * box["width"], box["y"] + CROSSING[3][1] * box["height"])
    expect(frame.get_by_text("The outline would cross itself.")).to_be_visible()
    expect(frame.locator(".leaflet-editing-icon")).to_have_count(3)
    assert seen.errors == []


@pytest.mark.slow
def test_a_drawing_outlives_a_look_at_another_page(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address)
    page = enter(seen, "Neighbourhood officer", "/area-you-choose")
    held = draw(seen).locator("path.hg-held")
    expect(held.first).to_be_visible()
    seen.settled()
    number = held.count()
    page.get_by_role("link", name="The data").click()
    page.get_by_role("heading", level=1, name="An area you choose").wait_for(state="detached")
    seen.settled()
    page.get_by_role("link", name="An area you choose").click()
    expect(page.frame_locator(MAP).locator("path.hg-held")).to_have_count(number)


def here(page: Page) -> FrameLocator:
    frame = page.frame_locator(MAP)
    frame.get_by_role("button", name="Locate me").wait_for()
    page.locator(MAP).scroll_into_view_if_needed()
    return frame


def is_tile_around(address: str, lat: float, lon: float) -> bool:
    """Whether an address is that of a background tile within four tiles of a place (slippy map numbers, Web Mercator)."""
    found = re.search(r"/background/[0-9a-f]+/(\d+)/(\d+)/(\d+)\.mvt$", address)
    if found is None:
        return False
    zoom, x, y = (int(part) for part in found.groups())
    across = (lon + 180) / 360 * 2**zoom
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return zoom >= 12 and abs(x - across) < 5 and abs(y - down) < 5


def test_the_tile_of_elsewhere_is_told_from_those_of_the_patch() -> None:
    assert is_tile_around("http://x/background/9b1d/14/8136/5428.mvt", 51.7713, -1.2251)
    # 52.9 degrees north, where the position of the test below goes
    assert not is_tile_around("http://x/background/9b1d/14/8136/5343.mvt", 51.7713, -1.2251)
    assert not is_tile_around("http://x/api/v1?lat=51.7713", 51.7713, -1.2251)


def test_a_position_is_shown_on_the_map_and_leaves_the_browser_in_no_request(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address, width=390)
    context = seen.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 51.7713, "longitude": -1.2251, "accuracy": 40})
    page = enter(seen, "Neighbourhood officer", "/")
    page.locator(".hg-places summary").first.wait_for()
    frame = here(page)
    seen.settled()
    # what the map itself asks for has come: its outlines and every tile below it
    expect(frame.locator("[data-hg-drawn]")).to_have_count(1)
    expect(frame.locator(".leaflet-tile-loaded").first).to_be_attached()
    expect(frame.locator(".leaflet-tile:not(.leaflet-tile-loaded)")).to_have_count(0)
    requests: list[str] = []
    frames: list[str | bytes] = []
    page.on("request", lambda request: requests.append(request.url))
    seen.sockets[-1].on("framesent", lambda frame: frames.append(frame))
    frame.get_by_role("button", name="Locate me").tap()
    expect(frame.get_by_role("status")).to_have_text("You are at the ringed dot, to within 40 m.")
    expect(frame.locator(".hg-here")).to_be_visible()
    # somebody who is elsewhere is told so, and the map stays where it is
    context.set_geolocation({"latitude": 52.9, "longitude": -1.2251, "accuracy": 40})
    frame.get_by_role("button", name="Locate me").tap()
    expect(frame.get_by_role("status")).to_contain_text("km to the north of it.")
    # a frame that is given its height late asks for tiles of the patch once more; of anything else, such as of where somebody stands, none
    assert [r for r in requests if not is_tile_around(r, 51.7713, -1.2251)] == []
    assert frames == []
    assert seen.errors == []


def test_a_browser_that_denies_a_position_is_explained(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address)
    page = enter(seen, "Neighbourhood officer", "/")
    frame = here(page)
    frame.get_by_role("button", name="Locate me").click()
    expect(frame.get_by_role("status")).to_contain_text("Your browser keeps your position from this page. Allow location")


def test_places_of_interest_are_switched_on_and_stay_on(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address, width=390)
    page = enter(seen, "Neighbourhood officer", "/")
    frame = here(page)
    expect(frame.locator(".hg-place")).to_have_count(0)
    frame.get_by_role("button", name="Places").tap()
    expect(frame.locator(".hg-places-box label")).to_have_text(["Licensed premises (1)", "Pharmacies (1)", "Stations (1)"])
    frame.get_by_label("Licensed premises (1)").check()
    frame.get_by_label("Stations (1)").check()
    expect(frame.locator(".hg-place")).to_have_text(["L", "S"])
    page.get_by_text("What changes", exact=True).first.click()
    seen.one_map("Map of")
    expect(page.frame_locator(MAP).locator(".hg-place")).to_have_text(["L", "S"])
    assert seen.others() == set() and seen.errors == []

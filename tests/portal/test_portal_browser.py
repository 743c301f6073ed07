"""Both portals as a person meets them: two processes, a real browser, drawn maps, and not one request to another host."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from tests.builders import portal_data
from tests.builders.portal_processes import PATHS, Visit, all_drawn, enter, in_order, serve_community, serve_professional, stop
from tests.builders.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def community_address(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("community")
    process, address = serve_community(folder)
    yield address
    assert stop(process) == 0
    assert not list((folder / "state").iterdir()), "the community process made a credential of another role"
    assert "Traceback" not in (folder / "community.log").read_text()


@pytest.fixture(scope="module")
def professional_address(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("professional")
    process, address = serve_professional(folder)
    yield address
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


def test_a_resident_finds_a_place_sees_it_drawn_and_clicks_to_its_neighbour(
    community_address: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(community_address)
    page = seen.open()
    all_drawn(seen.map(40), px=5)
    page.get_by_label("Postcode, or name of a place").fill("ZZ3 3AA")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Recorded crime in Ashmoor 003C").wait_for()
    assert page.url.endswith("?area=lsoa.E01900019")
    frame = seen.map(20)
    all_drawn(frame, px=5)
    title = f"Map of all recorded incidents around Ashmoor 003C, {portal_data.COVERED}"
    expect(page.locator("iframe[title^='Map of']")).to_have_attribute("title", title)
    # the chart is drawn, not only announced
    expect(page.locator("[data-testid=stVegaLiteChart]").locator("canvas, svg").first).to_be_visible()
    frame.get_by_role("button", name="Ashmoor 001A.").click()
    page.get_by_role("heading", level=1, name="Recorded crime in Ashmoor 001A").wait_for()
    # the heading is there before the table of the area before it has gone
    expect(page.locator("table.hg-profile")).to_contain_text("in Ashmoor 001A and the places around it")
    expect(page.locator("table.hg-profile")).to_contain_text("1 to 12")
    assert seen.others() == set()
    assert seen.errors == []


def test_the_map_can_be_used_with_the_keyboard_alone(community_address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(community_address)
    page = seen.open("/?area=lsoa.E01900019")
    frame = seen.map(20)
    # one stop for the Tab key: the area that the page is about; the arrow keys go on from there
    stop_of_tab = frame.locator(f"{PATHS}[tabindex='0']")
    expect(stop_of_tab).to_have_count(1)
    here = stop_of_tab.get_attribute("aria-label")
    assert here is not None and here.startswith("Ashmoor 003C.")
    stop_of_tab.press("ArrowRight")
    chosen = frame.locator(f"{PATHS}:focus")
    expect(chosen).not_to_have_attribute("aria-label", here)
    there = chosen.get_attribute("aria-label")
    assert there is not None and there != here
    chosen.press("Enter")
    page.get_by_role("heading", level=1, name=f"Recorded crime in {there.split('.')[0]}").wait_for()


@pytest.mark.parametrize(("path", "areas"), [("/", 40), ("/?area=lsoa.E01900019", 20)])
def test_the_map_is_at_most_25_tabs_from_the_top(
    community_address: str, visit: Callable[..., Visit], path: str, areas: int
) -> None:
    seen = visit(community_address)
    seen.open(path)
    seen.map(areas)
    past_the_list = seen.page.get_by_role("link", name="Past the list, to the map")
    tabs = 0
    if past_the_list.count():
        tabs += seen.tabs_to(".hg-skip")
        expect(past_the_list).to_be_in_viewport()
        seen.page.keyboard.press("Enter")
    tabs += seen.tabs_to("iframe[title^='Map of']", from_here=True)
    print(f"{path}: {tabs} tabs to the map")
    assert tabs <= 25


def test_ranges_that_cross_classes_are_hatched_and_named_in_the_key(community_address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(community_address)
    page = seen.open("/?area=lsoa.E01900001")
    seen.map(20)
    seen.choose("Kind", "Robbery")
    page.locator(".hg-legend").get_by_text("given as a range that crosses classes", exact=True).wait_for()
    page.locator("iframe[title^='Map of robbery']").wait_for()
    frame = seen.map(20)
    hatched = frame.locator(f"{PATHS}[fill='url(#hg-withheld)']")
    exact = portal_data.counts().query("category == 'robbery' and 0 < count < 5")["code"]
    withheld = [a for a in portal_data.areas() if a.lad == "E07900001" and a.code in set(exact)]
    expect(hatched).to_have_count(len(withheld))
    expect(frame.locator("pattern#hg-withheld")).to_have_count(1)
    expect(frame.get_by_role("button", name="given as a range to protect people")).to_have_count(len(withheld))


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (390, True)])
def test_nothing_runs_off_the_page_and_targets_are_large_enough(
    community_address: str, visit: Callable[..., Visit], width: int, dark: bool
) -> None:
    seen = visit(community_address, width=width, dark=dark)
    for path in ("/", "/?area=lsoa.E01900001", "/area-you-choose", "/how-we-protect-people", "/about"):
        page = seen.open(path)
        seen.settled()
        scroll, client = page.evaluate(
            "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()"
        )
        assert scroll <= client, path
        for button in page.get_by_role("button").all():
            box = button.bounding_box()
            if box is not None and button.is_visible():
                assert box["height"] >= 24, (path, button.inner_text())
    assert seen.others() == set()
    assert seen.errors == []


def test_on_a_phone_the_table_comes_before_the_map(
    community_address: str, professional_address: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(community_address, width=390)
    page = seen.open("/?area=lsoa.E01900001")
    seen.map(20)
    in_order(page.locator("table.hg-profile"), page.locator("iframe").first)


def test_an_officer_sees_hot_spots_of_their_own_district_with_their_certainty(
    professional_address: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(professional_address)
    page = enter(seen, "Neighbourhood officer")
    frame = seen.map(20)
    all_drawn(frame, px=5)
    expect(page.get_by_text("Of 20 neighbourhoods in Ashmoor, 5 are hot spots with at least 95% confidence")).to_have_count(1)
    expect(frame.get_by_role("button", name="Hot spot, 99% confidence")).to_have_count(1)
    for label in ("hot spot, 99% confidence", "not significant", "cold spot, 95% confidence"):
        expect(page.locator(".hg-legend").get_by_text(label, exact=True)).to_have_count(1)
    assert "Linfield" not in page.locator("[data-testid=stMain]").inner_text()
    assert seen.others() == set()
    assert seen.errors == []


@pytest.mark.slow
def test_an_analyst_changes_patch_kind_and_geography(professional_address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(professional_address)
    page = enter(seen, "Analyst")
    seen.map(20)
    seen.choose("Kind", "Violence and sexual offences")
    # of violence another map comes first
    page.get_by_role("heading", level=1, name="Where next").wait_for()
    seen.choose("Map", "Hot spots")
    seen.choose("On", "Hexagons of about 0.1 km²")
    # the district in its neutral look, and the hexagons that stand out from it
    page.get_by_text("hexagons in Ashmoor").first.wait_for()
    seen.map(47)
    seen.choose("Patch", "Linfield")
    page.get_by_role("heading", level=1, name="Hot spots of violence and sexual offences in Linfield").wait_for()
    page.get_by_text("hexagons in Linfield").first.wait_for()
    expect(page.get_by_text("No hot spot beyond chance").first).to_be_visible()
    assert seen.others() == set()


def test_views_and_exports_of_a_professional_are_in_the_audit_trail(professional_address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(professional_address)
    page = enter(seen, "Planner")
    seen.map(20)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the table (CSV)").click()
    content = download.value.path().read_text()
    assert "Not for publication" in content

    def actions() -> set[str]:
        with db.transaction(Role.OWNER) as connection:
            query = text("SELECT action FROM audit.event WHERE actor = 'demo:planner' AND subject = 'hot_spots'")
            return {row.action for row in connection.execute(query)}

    until(lambda: "export" in actions(), "the download in the audit trail")
    assert actions() == {"view", "export"}


def test_a_demo_that_others_could_reach_does_not_start() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.serve", "--audience", "professional", "--demo", "--host", "192.0.2.1"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "this machine only" in done.stderr
    assert "Traceback" not in done.stderr

"""Both portals on what the whole flow made of the real Thames Valley."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.builders.portal_processes import PATHS, Visit, all_drawn, enter, serve_community, serve_professional, stop

pytestmark = [pytest.mark.database, pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Portals:
    """Addresses of the two processes."""

    community: str
    professional: str


@pytest.fixture
def portals(tmp_path: Path) -> Iterator[Callable[[], Portals]]:
    """portals() starts both on the database that is in use."""
    running = []

    def start() -> Portals:
        found = []
        for name, serve in (("c", serve_community), ("p", serve_professional)):
            folder = tmp_path / name
            folder.mkdir()
            process, address = serve(folder)
            running.append(process)
            found.append(address)
        return Portals(*found)

    yield start
    assert [stop(process) for process in running] == [0] * len(running)


@pytest.mark.real_data
def test_the_real_thames_valley_in_a_browser(
    thames_valley: str, portals: Callable[[], Portals], visit: Callable[..., Visit]
) -> None:
    addresses = portals()
    seen = visit(addresses.community)
    page = seen.open()
    page.get_by_label("Postcode, or name of a place").fill("ox4 1aa")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_text="Oxford 011D").wait_for()
    all_drawn(seen.map(84), px=1)
    expect(page.get_by_text("December 2024 and July 2025 are missing")).to_have_count(1)
    assert seen.others() == set()
    assert seen.errors == []
    seen = visit(addresses.professional)
    page = enter(seen, "Analyst")
    seen.choose("Patch", "Oxford")
    seen.map(84)
    seen.choose("On", "Hexagons of about 0.1 km²")
    page.get_by_text("hexagons in Oxford").first.wait_for()
    # the district in its neutral look, and the hexagons that stand out from it
    expect(page.frame_locator("iframe[title^='Map of']").locator(PATHS).nth(1)).to_be_attached()
    assert seen.others() == set()
    assert seen.errors == []

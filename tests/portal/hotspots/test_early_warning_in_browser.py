"""The early warning in a browser, on a phone and on a desk, light and dark: the list, numbers on the map, nothing that leaves the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from core import db
from core.db import Role
from tests.builders.portal_processes import Visit, boxes, enter, serve_professional, stop

pytestmark = [pytest.mark.database, pytest.mark.browser]
SIDEWAYS = "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth > m.clientWidth })()"


@pytest.fixture(scope="module")
def address(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("early_warning")
    process, found = serve_professional(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_the_list_and_the_map_bear_the_same_numbers(address: str, visit: Callable[..., Visit], width: int, dark: bool) -> None:
    seen = visit(address, width=width, dark=dark)
    page = enter(seen, "Neighbourhood officer")
    seen.choose("Map", "Early warning")
    expect(page.get_by_role("heading", name="Early warning: Ashmoor, November 2025")).to_be_visible()
    rows = page.locator(".hg-warnings li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("By chance less than once in 83 years")
    frame = seen.map(20)
    expect(frame.locator(".hg-mark")).to_have_text(["1", "2"])
    # the whole patch is drawn, not the two numbered places alone
    assert not page.evaluate(SIDEWAYS)
    listed, chart = boxes(page.locator(".hg-warnings"))[0], boxes(page.locator("iframe[title^='Map of the early warning']"))[0]
    beside = chart["x"] >= listed["x"] + listed["width"]
    assert beside == (width == 1280)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the record (CSV)").click()
    assert download.value.suggested_filename == "homeground-alarms-E07900001-2025-11.csv"
    with db.transaction(Role.OWNER) as connection:
        query = (
            "SELECT action, detail FROM audit.event WHERE subject = 'early_warning' AND actor = 'demo:officer' ORDER BY event_id"
        )
        recorded = connection.execute(text(query)).all()
    assert {row.action for row in recorded} == {"view", "export"}
    assert recorded[-1].detail["rows"] == 5
    assert seen.others() == set()
    assert seen.errors == []

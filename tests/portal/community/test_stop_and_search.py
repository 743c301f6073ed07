"""The public page of stop and search in a real browser, with figures on it: shown ones, ranges, and a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest
from playwright.sync_api import Browser

from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from analytics.release.searches import audit_searches
from core import db
from core.db import Role
from tests.builders.portal_processes import serve_community, stop, visit
from tests.builders.release_county import CATEGORIES, GAP, PERIOD, fill_county, fill_searches, lsoas, searches

pytestmark = [pytest.mark.database, pytest.mark.browser]
THEMES: tuple[tuple[int, Literal["light", "dark"]], ...] = ((390, "light"), (1280, "dark"))


@pytest.fixture(scope="module")
def address(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # of crime a few large counts, which take no time
    crime = [(code, category, m, 40) for code in lsoas()["code"] for category in CATEGORIES for m in PERIOD.months() if m != GAP]
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection, rows=pd.DataFrame(crime, columns=["code", "category", "month", "incidents"]))
        fill_searches(connection, searches(a_month=30.0))
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    tables, searched = audit_release(candidate), audit_searches(candidate.searches)
    assert searched is not None and searched.frame["count"].isna().any()
    with db.transaction(Role.PIPELINE) as connection:
        publish(connection, tables, candidate=candidate, actor="test", searches=searched)
    folder: Path = tmp_path_factory.mktemp("searches_page")
    process, found = serve_community(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "community.log").read_text()


@pytest.mark.parametrize(("width", "first"), THEMES)
def test_axe_finds_nothing_and_nothing_slides_sideways(
    address: str, browser: Browser, width: int, first: Literal["light", "dark"]
) -> None:
    seen = visit(browser, address, width=width, dark=first == "dark")
    found = {}
    for path in ("/stop-and-search", "/stop-and-search?place=lad.E07990000", "/cy/stop-and-search"):
        page = seen.open(path)
        # what came of it by ethnic group is drawn for the whole area alone
        assert page.locator("svg.hg-beside[role=img]").count() == ("place" not in path)
        if violations := seen.violations_in_both_themes(first):
            found[path] = violations
    seen.page.context.close()
    assert found == {}
    assert seen.errors == [] and seen.others() == set()

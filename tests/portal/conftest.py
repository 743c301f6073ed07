"""What the portal's tests share: an invented county in a database, and the settings of a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from app import process
from core import db
from core.settings import PortalSettings
from tests.builders import portal_data
from tests.builders.portal_processes import CHROMIUM, FLAGS, Visit
from tests.builders.portal_processes import visit as visit_with
from tests.conftest import absent


@pytest.fixture(scope="module")
def invented_county(module_database: str) -> Iterator[str]:
    """The invented county of tests/builders/portal_data.py, published and analysed."""
    portal_data.load_all()
    db.dispose_engines()
    yield module_database


@pytest.fixture
def as_portal() -> Iterator[Callable[..., PortalSettings]]:
    """as_portal(audience=..., demo=...) makes this process that portal, and undoes it after the test."""

    def become(**values: Any) -> PortalSettings:
        return process.start(PortalSettings(**values))

    yield become
    process._started.clear()


# a module's, not the session's: Playwright keeps an event loop running, and tests of other modules start their own
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        absent(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """visit(address, width=..., dark=...) is a new visitor with an empty profile."""
    contexts = []

    def start(address: str, **values: Any) -> Visit:
        found = visit_with(browser, address, **values)
        contexts.append(found.page.context)
        return found

    yield start
    for context in contexts:
        context.close()

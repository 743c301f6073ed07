"""What the portal's tests share: a portal on the synthetic county, and a browser that visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.builders.portal_processes import CHROMIUM, FLAGS, Visit, serve_professional, stop
from tests.builders.portal_processes import visit as visit_with
from tests.conftest import absent, pointed_at


@pytest.fixture(scope="session")
def county_portal(
    _county_for_reading: str, use_database: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of a professional portal in demo mode on what the flow made of the synthetic county; one for all modules of a worker."""
    folder = tmp_path_factory.mktemp("county_portal")
    with pointed_at(_county_for_reading, use_database):
        process, address = serve_professional(folder)
    yield address
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


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

"""Signing in with OpenID Connect, through a provider of our own: who gets in, what they see, and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.db import Role
from core.db.credentials import url_for
from tests.builders.portal_processes import Visit, serve, stop
from tests.builders.sign_in_provider import CLIENT_ID, Provider, provider
from tests.builders.starts.ports import free_port

pytestmark = [pytest.mark.database, pytest.mark.browser]

OFFICER = {"name": "A. Officer", "homeground_role": "officer", "homeground_districts": ["E07900002"]}


@dataclass(frozen=True)
class Portal:
    """clock_ahead: the file that says by how many seconds the portal's check of sign-ins is ahead of the time."""

    address: str
    provider: Provider
    clock_ahead: Path


@pytest.fixture(scope="module")
def portal(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("sign-in")
    (folder / "state").mkdir()
    port = free_port()
    clock_ahead = folder / "clock-ahead"
    clock_ahead.write_text("0", encoding="ascii")
    with provider() as signs:
        environment = {
            "HOMEGROUND_PROFESSIONAL_URL": url_for(Role.PROFESSIONAL).render_as_string(hide_password=False),
            "HOMEGROUND_STATE_DIR": str(folder / "state"),
            "HOMEGROUND_PORTAL_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HOMEGROUND_PORTAL_OIDC_METADATA_URL": f"{signs.issuer}/.well-known/openid-configuration",
            "HOMEGROUND_PORTAL_OIDC_CLIENT_ID": CLIENT_ID,
            "HOMEGROUND_PORTAL_OIDC_CLIENT_SECRET": "test-secret",
            "HOMEGROUND_PORTAL_COOKIE_SECRET": "a-cookie-secret-for-this-test-alone",
            "PORTAL_CLOCK_AHEAD": str(clock_ahead),
        }
        process, address = serve("professional", environment, folder, port=port, module="tests.builders.portal_ahead_of_time")
        yield Portal(address, signs, clock_ahead)
        assert stop(process) == 0
        log = (folder / "professional.log").read_text()
        assert "Traceback" not in log
        assert "test-secret" not in log


def signed_in(seen: Visit) -> None:
    page = seen.open()
    page.get_by_role("heading", level=1, name="Homeground for professionals").wait_for()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1).filter(has_not_text="Homeground for professionals").wait_for()


def test_an_officer_signs_in_and_sees_their_district_alone(portal: Portal, visit: Callable[..., Visit]) -> None:
    portal.provider.claims = OFFICER
    seen = visit(portal.address)
    signed_in(seen)
    expect(seen.page.locator("h1")).to_have_text("My patch: Linfield")
    expect(seen.page.get_by_text("A. Officer, Linfield")).to_be_visible()
    seen.map(20)
    expect(seen.page.locator("[data-testid=stMain]")).not_to_contain_text("Ashmoor")
    seen.page.get_by_role("button", name="Sign out").click()
    seen.page.get_by_role("heading", level=1, name="Homeground for professionals").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("link", "heading"),
    [
        ("/?patch=E02900006&kind=burglary", "My patch: Linfield 002"),
        ("/data", "The data behind the maps"),
        ("/?patch=E07900001", "My patch: Linfield"),
        ("/", "My patch: Linfield"),
    ],
)
def test_a_link_leads_where_it_says_after_the_sign_in_too(
    portal: Portal, visit: Callable[..., Visit], link: str, heading: str
) -> None:
    portal.provider.claims = OFFICER
    seen = visit(portal.address)
    page = seen.open(link)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
    seen.settled()
    expect(page.get_by_text("That link leads to a patch that your account does not open")).to_have_count(
        1 if "E07900001" in link else 0
    )
    # the way in is walked once
    assert [c for c in page.context.cookies() if c["name"] == "homeground-way-in"] == []


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"homeground_role": "admin"}, "no role in this portal"),
        ({"homeground_role": "officer", "homeground_districts": ["*"]}, "names no district"),
    ],
)
def test_an_unknown_role_or_no_district_is_no_access(
    portal: Portal, visit: Callable[..., Visit], claims: dict[str, object], reason: str
) -> None:
    portal.provider.claims = claims
    seen = visit(portal.address)
    signed_in(seen)
    expect(seen.page.locator("h1")).to_have_text("No access")
    expect(seen.page.get_by_text(reason)).to_be_visible()
    expect(seen.settled().locator("table")).to_have_count(0)


def test_an_identity_that_runs_out_ends_the_access_on_the_next_run(portal: Portal, visit: Callable[..., Visit]) -> None:
    portal.provider.claims = OFFICER
    seen = visit(portal.address)
    signed_in(seen)
    expect(seen.page.locator("h1")).to_have_text("My patch: Linfield")
    seen.map(20)
    try:
        # one click before it runs out is still an officer's, and any click after it runs the page anew and ends the access
        portal.clock_ahead.write_text(str(portal.provider.lifetime_s - 600), encoding="ascii")
        seen.page.get_by_role("link", name="The data").click()
        expect(seen.page.locator("h1")).to_contain_text("The data")
        seen.settled()
        portal.clock_ahead.write_text(str(portal.provider.lifetime_s + 1), encoding="ascii")
        seen.page.get_by_role("link", name="My patch").click()
        expect(seen.page.locator("h1")).to_have_text("No access")
        expect(seen.page.get_by_text("Your sign-in has expired")).to_be_visible()
    finally:
        portal.clock_ahead.write_text("0", encoding="ascii")


def test_without_sign_in_configured_nobody_gets_in(
    invented_county: str, visit: Callable[..., Visit], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("closed")
    (folder / "state").mkdir()
    url = url_for(Role.PROFESSIONAL).render_as_string(hide_password=False)
    process, address = serve(
        "professional", {"HOMEGROUND_PROFESSIONAL_URL": url, "HOMEGROUND_STATE_DIR": str(folder / "state")}, folder
    )
    try:
        for path in ("/", "/data", "/place-brief"):
            seen = visit(address)
            expect(seen.open(path).locator("h1")).to_have_text("Sign-in is not set up")
            expect(seen.settled().locator("table")).to_have_count(0)
    finally:
        assert stop(process) == 0

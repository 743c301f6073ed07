"""Attacks on the professional portal by whoever can reach its port: on what is taken away, on who is signed in, on who may ask at all.

Nobody here has a browser: a client speaks Streamlit's web socket and HTTP as an attacker would.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest
from websockets.exceptions import InvalidStatus

from bench.portal.streamlit_client import StreamlitClient
from core import db
from core.db import Role
from core.db.credentials import url_for
from core.paths import PROJECT_ROOT
from tests.builders.portal_processes import serve, stop
from tests.builders.sign_in_provider import CLIENT_ID, Provider, provider
from tests.builders.starts.ports import free_port

pytestmark = pytest.mark.database

PLANNER = {"name": "A. Planner", "homeground_role": "planner"}
SIGN_IN, BUTTON = "Homeground for professionals", "Download the table (CSV)"
PAGES = (
    "",
    "my-dashboard",
    "serious-violence",
    "stop-and-search",
    "hot-spots",
    "track-record",
    "risk-overlaps",
    "services",
    "outcomes",
    "area-you-choose",
    "problems",
    "place-brief",
    "models",
    "board-decisions",
    "data",
)


@dataclass(frozen=True)
class Portal:
    """half_sent: a connection that sent half a request when the portal started."""

    address: str
    provider: Provider
    half_sent: socket.socket


@pytest.fixture(scope="module")
def portal(invented_county: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "state").mkdir()
    port = free_port()
    with provider() as signs:
        environment = {
            "HOMEGROUND_PROFESSIONAL_URL": url_for(Role.PROFESSIONAL).render_as_string(hide_password=False),
            "HOMEGROUND_STATE_DIR": str(folder / "state"),
            "HOMEGROUND_PORTAL_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HOMEGROUND_PORTAL_OIDC_METADATA_URL": f"{signs.issuer}/.well-known/openid-configuration",
            "HOMEGROUND_PORTAL_OIDC_CLIENT_ID": CLIENT_ID,
            "HOMEGROUND_PORTAL_OIDC_CLIENT_SECRET": "test-secret",
            "HOMEGROUND_PORTAL_COOKIE_SECRET": "a-cookie-secret-for-this-test-alone",
        }
        process, address = serve("professional", environment, folder, port=port)
        half_sent = socket.create_connection(("127.0.0.1", port))
        half_sent.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        yield Portal(address, signs, half_sent)
        half_sent.close()
        assert stop(process) == 0
        assert "Traceback" not in (folder / "professional.log").read_text()


@pytest.fixture
def signed_in(portal: Portal) -> Iterator[Callable[..., httpx.Client]]:
    """signed_in() is a browser's store of cookies after a sign-in; signed_in(**claims) of somebody else."""
    opened = []

    def sign_in(**claims: object) -> httpx.Client:
        portal.provider.claims = {**PLANNER, **claims}
        browser = httpx.Client(base_url=portal.address, follow_redirects=True, timeout=300)
        opened.append(browser)
        with StreamlitClient(portal.address) as page:
            page.run()
            assert page.title() == SIGN_IN
            page.run(pressed="Sign in")
        assert browser.get(page.redirect).status_code == 200
        return browser

    yield sign_in
    for browser in opened:
        browser.close()


def page_of(browser: httpx.Client) -> StreamlitClient:
    return StreamlitClient(str(browser.base_url).rstrip("/"), cookies=dict(browser.cookies))


def exports() -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit.event WHERE action = 'export'")).scalar_one())


def ask_for_a_file(page: StreamlitClient) -> str:
    """The address under which the page fetches the file of the button."""
    page.run(page="hot-spots")
    page.run(page="hot-spots", pressed=BUTTON)
    (address,) = page.frames()
    return address


def test_a_file_is_handed_out_once_to_the_session_that_asked_and_recorded(
    portal: Portal, signed_in: Callable[..., httpx.Client]
) -> None:
    browser, other = signed_in(), signed_in(sub="person-2")
    before = exports()
    with page_of(browser) as page:
        address = ask_for_a_file(page)
    # a stranger who knows the address, another signed-in person, a question for the head alone: nothing, and it is not used up
    for asked in (httpx.get(portal.address + address, timeout=300), other.get(address), browser.head(address)):
        assert asked.status_code == 404
        assert asked.headers["cache-control"] == "no-store"
    assert exports() == before
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="homeground-hot-spots-')
    assert "Not for publication" in answer.text
    assert exports() == before + 1
    assert browser.get(address).status_code == 404
    assert exports() == before + 1


def test_a_file_asked_for_before_sign_out_is_not_to_be_had_after_it(signed_in: Callable[..., httpx.Client]) -> None:
    browser = signed_in()
    before = exports()
    copied = dict(browser.cookies)
    with page_of(browser) as page:
        address = ask_for_a_file(page)
    browser.get("/auth/logout")
    for cookies in (dict(browser.cookies), copied):
        assert httpx.get(str(browser.base_url).rstrip("/") + address, cookies=cookies, timeout=300).status_code == 404
    assert exports() == before


def kept(text: str) -> bool:
    """Whether there is an address of the media store in it. Streamlit's own fonts lie below /static/media/, for everyone."""
    return "/media/" in text.replace("/static/media/", "")


@pytest.mark.slow
def test_no_professional_page_puts_anything_into_the_media_store(portal: Portal, signed_in: Callable[..., httpx.Client]) -> None:
    """Whatever Streamlit keeps there has an address below /media, and the page that put it there tells its browser so."""
    browser = signed_in()
    with page_of(browser) as page:
        for name in PAGES:
            page.run(page=name)
            assert page.title() not in ("", SIGN_IN), name
            assert not kept(page.text()), name
            for button in [e.button.label for e in page.seen if e.WhichOneof("type") == "button" and "Download" in e.button.label]:
                page.run(page=name, pressed=button)
                assert page.frames()[0].startswith("/take-away/"), name
                assert not kept(page.text()), name
                page.run(page=name)
    # the way in which it would be seen
    offered = AppTest.from_string("import streamlit as st\nst.download_button('x', b'1')").run()
    assert kept(str(offered.get("download_button")[0].proto))
    # and nothing that calls for it is written anywhere in the portal
    stores = re.compile(
        r"\.(download_button|image|logo|audio|video|pyplot|file_uploader|camera_input|chat_input|audio_input|pdf)\("
    )
    assert [str(f) for f in (PROJECT_ROOT / "app").rglob("*.py") if stores.search(f.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "path",
    [
        "/media/0123456789abcdef.csv", "/media/", "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/mcp",
        "/_stcore/agent/openapi.json", "/_stcore/bidi-components/x/y.js", "/component/other/index.html", "/_stcore/script-health-check",
    ],
)  # fmt: skip
def test_addresses_of_streamlit_that_no_page_needs_are_closed(
    portal: Portal, signed_in: Callable[..., httpx.Client], path: str
) -> None:
    assert httpx.get(portal.address + path, timeout=300).status_code == 404


def test_a_cookie_copied_before_sign_out_opens_nothing_after_it(signed_in: Callable[..., httpx.Client]) -> None:
    browser = signed_in()
    copied = dict(browser.cookies)
    address = str(browser.base_url).rstrip("/")
    with StreamlitClient(address, cookies=copied) as thief:
        thief.run()
        assert thief.title().startswith("My patch: ")
        with page_of(browser) as page:
            page.run()
            # the word to Streamlit alone, before the browser has followed it to the sign-out address
            page.run(pressed="Sign out")
            assert page.redirect.startswith("/auth/logout")
        # on the page that was open, and on a new one
        thief.run()
        assert thief.title() == SIGN_IN
    with StreamlitClient(address, cookies=copied) as thief:
        thief.run()
        assert thief.title() == SIGN_IN
    browser.get(page.redirect)
    with StreamlitClient(address, cookies=copied) as thief:
        thief.run()
        assert thief.title() == SIGN_IN


def test_the_browser_holds_a_number_and_no_identity(portal: Portal, signed_in: Callable[..., httpx.Client]) -> None:
    browser = signed_in()
    assert not [n for n in browser.cookies if n.startswith("_streamlit_user")]
    assert "A. Planner" not in "".join(browser.cookies.values())
    number = browser.cookies["homeground-session"]
    assert re.fullmatch(r"[\w-]{43}", number)
    # a number that was made up, and an identity that a stranger brings along
    for cookies in ({"homeground-session": "x" * 43}, {"_streamlit_user": "forged"}, {"homeground-session": number[:-1]}):
        with StreamlitClient(portal.address, cookies=cookies) as stranger:
            stranger.run()
            assert stranger.title() == SIGN_IN
    # whoever signs in gets a new number: one that was planted beforehand is nobody's
    again = signed_in()
    assert again.cookies["homeground-session"] != number


def test_a_foreign_name_is_not_answered(portal: Portal) -> None:
    for host in ("attacker.example", "127.0.0.1.attacker.example", "127.0.0.1@attacker.example", ""):
        answer = httpx.get(portal.address + "/health", headers={"Host": host}, timeout=300)
        assert answer.status_code in (400, 421), host
        assert "ok" not in answer.text
        with pytest.raises(InvalidStatus) as refused:
            StreamlitClient(portal.address, headers={"Host": host}).run()
        assert refused.value.response.status_code in (400, 403), host


def test_a_page_of_another_origin_is_not_answered(portal: Portal) -> None:
    port = urlsplit(portal.address).port
    for origin in (
        f"http://127.0.0.1:{(port or 0) + 1}",
        "http://localhost:3000",
        f"https://127.0.0.1:{port}",
        "https://attacker.example",
        "null",
    ):
        assert httpx.get(portal.address + "/", headers={"Origin": origin}, timeout=300).status_code == 403, origin
        with pytest.raises(InvalidStatus) as refused:
            StreamlitClient(portal.address, origin=origin).run()
        assert refused.value.response.status_code == 403, origin
    assert httpx.get(portal.address + "/", headers={"Origin": portal.address}, timeout=300).status_code == 200
    assert httpx.post(portal.address + "/health", timeout=300).status_code == 405


def test_half_a_request_is_hung_up_on(portal: Portal) -> None:
    # ten seconds are long over, or soon will be
    portal.half_sent.settimeout(60)
    assert portal.half_sent.recv(100) == b""

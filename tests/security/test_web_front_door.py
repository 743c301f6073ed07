"""What stands before the pages of a portal, without a process: names, origins, TLS, cookies, requests that are never sent to their end."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket
from uvicorn import Config, Server
from websockets.asyncio.client import connect

from app.person.sessions import LONGEST_S, SESSIONS, Sessions
from app.serve import middleware_of
from app.web.patience import PatientProtocol, be_patient_no_longer
from core.settings import PortalSettings
from tests.builders.starts.ports import free_port

PUBLIC = "https://portal.example"
# an address of this machine that others can reach
ELSEWHERE = "192.0.2.10"


async def page(_request: Request) -> Response:
    answer = HTMLResponse("<h1>Page</h1>")
    answer.set_cookie("_streamlit_xsrf", "2|x")
    return answer


async def cookies(request: Request) -> Response:
    return PlainTextResponse(" ".join(sorted(request.cookies)))


def client_of(settings: PortalSettings, base: str = PUBLIC) -> TestClient:
    routes = [Route("/", page), Route("/cookies", cookies), Route("/auth/logout", cookies)]
    app = Starlette(routes=routes, middleware=middleware_of(settings, routes))
    return TestClient(app, base_url=base)


@pytest.fixture(autouse=True)
def no_sessions() -> Iterator[None]:
    yield
    SESSIONS.end_all()


def test_behind_tls_the_browser_comes_over_tls_alone(as_portal: Callable[..., PortalSettings]) -> None:
    for settings in (
        as_portal(audience="professional", public_url=PUBLIC, host=ELSEWHERE),
        as_portal(audience="community", community_url=PUBLIC, host=ELSEWHERE),
    ):
        browser = client_of(as_portal(**settings.model_dump()))
        for path in ("/", "/no/such"):
            answer = browser.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "; Secure" in browser.get("/").headers["set-cookie"]
    plain = client_of(as_portal(audience="community"), "http://127.0.0.1:8601").get("/")
    assert "strict-transport-security" not in plain.headers
    assert "Secure" not in plain.headers["set-cookie"]


def test_only_names_of_this_portal_are_answered(as_portal: Callable[..., PortalSettings]) -> None:
    def status(named: str, **settings: object) -> int:
        return client_of(as_portal(**settings)).get("/", headers={"host": named}).status_code

    served = {"audience": "professional", "public_url": PUBLIC, "host": ELSEWHERE}
    assert status("portal.example", **served) == 200
    # the health check of a container, and a number, which nobody can make point elsewhere
    assert status("127.0.0.1:8602", **served) == status("localhost", **served) == status("10.0.0.4:8602", **served) == 200
    for foreign in (
        "attacker.example",
        "portal.example.attacker.example",
        "xportal.example",
        "portal.example@attacker.example",
        "a b",
    ):
        assert status(foreign, **served) == 421, foreign
        assert status(foreign, audience="professional", host=ELSEWHERE) == 421
        assert status(foreign, audience="community", community_url=PUBLIC, host=ELSEWHERE) == 421
        assert status(foreign, audience="community") == 421
    # a public portal whose name was never told
    assert status("any.example", audience="community", host=ELSEWHERE) == 200


def test_only_pages_of_this_portal_are_answered(as_portal: Callable[..., PortalSettings]) -> None:
    browser = client_of(as_portal(audience="professional", public_url=PUBLIC, host=ELSEWHERE))
    for origin in ("http://portal.example", "https://portal.example:8443", "https://other.example", "null"):
        assert browser.get("/", headers={"origin": origin}).status_code == 403, origin
    assert browser.get("/", headers={"origin": PUBLIC}).status_code == 200


def test_an_identity_that_a_browser_brings_along_reaches_nobody(as_portal: Callable[..., PortalSettings]) -> None:
    browser = client_of(as_portal(audience="professional", public_url=PUBLIC, host=ELSEWHERE))
    number = SESSIONS.begin({"sub": "a"}, {"_streamlit_user": "kept"})
    brought = {"cookie": "_streamlit_user=forged; _streamlit_user_1=more; other=1"}
    assert browser.get("/cookies", headers=brought).text == "other"
    # the number of a session under the name that is used without TLS, which a page of another host could plant
    assert browser.get("/cookies", headers={"cookie": f"homeground-session={number}"}).text == "homeground-session"
    mine = {"cookie": f"__Host-homeground-session={number}"}
    assert browser.get("/cookies", headers=mine).text == "__Host-homeground-session _streamlit_user"
    assert "Max-Age=0" in browser.get("/auth/logout", headers=mine).headers["set-cookie"]
    assert browser.get("/cookies", headers=mine).text == "__Host-homeground-session"


def test_sessions_end_and_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Sessions(most=3)
    numbers = [held.begin({"sub": str(n)}) for n in range(4)]
    assert [held.find(n) is not None for n in numbers] == [False, True, True, True]
    held.sign_out(numbers[1])
    signed_out = held.find(numbers[1])
    assert signed_out is not None and signed_out.claims is None
    held.end(numbers[2])
    assert held.find(numbers[2]) is None and held.find(None) is None and held.find("") is None
    now = time.time()
    monkeypatch.setattr("app.person.sessions.time.time", lambda: now + LONGEST_S + 1)
    assert held.find(numbers[3]) is None


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT",
    ],
)
def test_a_request_that_never_ends_is_hung_up_on(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "patience_s", 0.3)
    be_patient_no_longer()
    port = free_port()
    server = Server(Config(Starlette(routes=[Route("/", page)]), port=port, log_level="error", timeout_keep_alive=60))

    async def attack() -> tuple[float, bytes]:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = time.monotonic()
        writer.write(sent)
        await writer.drain()
        # a byte now and then buys no time
        dribble = asyncio.create_task(_dribble(writer) if sent else asyncio.sleep(0))
        answer = await asyncio.wait_for(reader.read(), timeout=20)
        took = time.monotonic() - begun
        dribble.cancel()
        writer.close()
        server.should_exit = True
        await serving
        return took, answer

    took, _ = asyncio.run(attack())
    assert took < 5


def test_the_body_of_an_answer_does_not_wait_for_the_head_to_be_confirmed() -> None:
    """A socket as Streamlit opens it, of which asyncio does not know that it is TCP."""
    opened = socket.create_server(("127.0.0.1", 0))
    unnamed = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=opened.detach())
    noted: list[int] = []

    class Noting(PatientProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            noted.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    server = Server(Config(Starlette(routes=[Route("/", page)]), log_level="error", http=Noting))

    async def visit() -> None:
        serving = asyncio.create_task(server.serve(sockets=[unnamed]))
        while not server.started:
            await asyncio.sleep(0.01)
        _, writer = await asyncio.open_connection(*unnamed.getsockname())
        while not noted:
            await asyncio.sleep(0.01)
        writer.close()
        server.should_exit = True
        await serving

    asyncio.run(visit())
    assert noted and all(noted)


def test_a_web_socket_outlives_the_deadline_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "patience_s", 0.3)
    be_patient_no_longer()

    async def echo(visitor: WebSocket) -> None:
        await visitor.accept()
        await visitor.send_text(await visitor.receive_text())

    port = free_port()
    server = Server(Config(Starlette(routes=[WebSocketRoute("/", echo)]), port=port, log_level="error", ws="websockets-sansio"))

    async def visit() -> str:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        async with connect(f"ws://127.0.0.1:{port}/") as visitor:
            await asyncio.sleep(1)
            await visitor.send("still here")
            said = await visitor.recv()
        server.should_exit = True
        await serving
        return str(said)

    assert asyncio.run(visit()) == "still here"


async def _dribble(writer: asyncio.StreamWriter) -> None:
    while True:
        await asyncio.sleep(0.1)
        writer.write(b"x")

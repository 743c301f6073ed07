"""What is kept in memory is given to everybody, packed, and never older than it may be; and one address cannot take it all."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.testing.v1 import AppTest

from app import serve
from app.routes import area_page, kept_pages, one_of_each_kind, routes_of
from app.web.fair_share import SEARCHES, FairShare, Measure, Shares
from app.web.kept_files import KeptFiles
from app.web.kept_pages import MAX_AGE_S, STALE_S, KeptPages
from core import db
from core.db import Role
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import PortalSettings

PROFILE = "/area/lsoa/E01900001"


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community")
    yield TestClient(Starlette(routes=routes_of("community")))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """later(s) makes it that much later for what is kept."""
    ahead = [0.0]
    import time

    now = time.monotonic
    monkeypatch.setattr("app.web.kept_pages.time.monotonic", lambda: now() + ahead[0])
    return lambda seconds: ahead.__setitem__(0, ahead[0] + seconds)


def test_what_the_first_visitor_asks_for_was_made_before_the_port_opened(
    invented_county: str, as_portal: Callable[..., PortalSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_portal(audience="community")
    pages = kept_pages()
    serve._warm_up(lambda: pages.make_ahead(one_of_each_kind(), area_page))
    visitor = TestClient(Starlette(routes=routes_of("community", pages)))
    monkeypatch.setattr("app.plain_pages.area", lambda *_: pytest.fail("made while somebody waited"))
    paths = [path for path, _ in one_of_each_kind()]
    assert sorted(path.split("/")[2] for path in paths) == ["all", "lad", "lsoa", "msoa"]
    assert [visitor.get(path).status_code for path in paths] == [200] * 4


def test_a_portal_opens_without_its_database() -> None:
    def no_database() -> None:
        raise UserError("the database does not answer")

    serve._warm_up(no_database)


def test_a_released_page_is_made_once_and_known_again(community: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = community.get(PROFILE)
    monkeypatch.setattr("app.plain_pages.area", lambda *_: pytest.fail("made a second time"))
    again = community.get(PROFILE)
    assert again.status_code == 200 and again.text == first.text
    assert again.headers["cache-control"] == f"public, max-age={MAX_AGE_S}"
    assert again.headers["content-encoding"] == "gzip" and again.headers["vary"] == "Accept-Encoding"
    known = community.get(PROFILE, headers={"if-none-match": again.headers["etag"]})
    assert known.status_code == 304 and known.content == b""
    other = community.get(PROFILE, headers={"if-none-match": 'W/"other"'})
    assert other.status_code == 200
    plain = community.get(PROFILE, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == first.text
    assert plain.headers["etag"] == again.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/download/values.csv", "/download/area/lsoa/E01900001.csv", "/download/certificate.json", "/protection"]
)
def test_downloads_are_kept_the_same_way(community: TestClient, path: str) -> None:
    one, again = community.get(path), community.get(path)
    assert one.content == again.content and one.headers["etag"] == again.headers["etag"]
    assert ("content-disposition" in one.headers) == path.startswith("/download")


def test_a_withdrawn_release_shows_within_the_stated_bound(
    invented_county_database: str,
    make_database: Callable[..., str],
    use_database: Callable[[str], None],
    as_portal: Callable[..., PortalSettings],
    later: Callable[[float], None],
) -> None:
    use_database(make_database("withdrawn", template=invented_county_database))
    as_portal(audience="community")
    browser = TestClient(Starlette(routes=routes_of("community")))
    assert browser.get(PROFILE).status_code == browser.get("/download/values.csv").status_code == 200
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE published.release SET status = 'withdrawn' WHERE status = 'current'"))
        reason = (
            "INSERT INTO published.withdrawal SELECT release_id, now(), 'a test' FROM published.release WHERE status = 'withdrawn'"
        )
        connection.execute(text(reason))
    later(STALE_S + 0.01)
    assert browser.get(PROFILE).status_code == browser.get("/download/values.csv").status_code == 404
    assert "Nothing is published yet" in browser.get("/protection").text


def test_a_page_made_of_a_release_that_is_no_more_is_not_kept(later: Callable[[float], None]) -> None:
    stamps = iter(["one", "two", "two", "two"])
    kept = KeptPages(lambda: next(stamps), lambda _error: PlainTextResponse("", 503), UserError)
    made = itertools.count()

    def page(_request: Request) -> Response:
        # while the first page is made, another release is published and seen by another visitor
        if next(made) == 0:
            later(STALE_S + 0.01)
            kept.refresh()
        return PlainTextResponse("page")

    browser = TestClient(Starlette(routes=[Route("/", kept.keep(page))]))
    browser.get("/")
    browser.get("/")
    browser.get("/")
    assert next(made) == 2


def test_what_is_kept_is_bounded_and_faults_are_not_kept() -> None:
    kept = KeptPages(lambda: "one", lambda _error: PlainTextResponse("", 503), UserError, most_bytes=40_000)
    made: list[str] = []

    def page(request: Request) -> Response:
        made.append(request.url.path)
        status = 404 if "none" in request.url.path else 200
        # 9 kB that cannot be packed
        return Response(bytes(hash((i, request.url.path)) % 256 for i in range(9_000)), status_code=status, media_type="image/png")

    browser = TestClient(Starlette(routes=[Route("/{name}", kept.keep(page))]))
    for name in ("a", "b", "c", "d", "d", "a", "e", "a", "b", "none", "none"):
        assert browser.get(f"/{name}").status_code == (404 if name == "none" else 200)
    assert made == ["/a", "/b", "/c", "/d", "/e", "/b", "/none", "/none"]
    assert kept._bytes <= 40_000


def test_a_database_that_does_not_answer_gives_no_old_page(later: Callable[[float], None]) -> None:
    answers = [lambda: "one", lambda: (_ for _ in ()).throw(UserError("down"))]
    kept = KeptPages(lambda: answers.pop(0)(), lambda _error: PlainTextResponse("later", 503), UserError)
    browser = TestClient(Starlette(routes=[Route("/", kept.keep(lambda _request: PlainTextResponse("page")))]))
    assert browser.get("/").text == "page"
    later(STALE_S + 0.01)
    assert browser.get("/").status_code == 503


def test_files_are_packed_once_and_names_that_are_made_up_take_no_room() -> None:
    read: list[str] = []

    async def file(request: Request) -> Response:
        read.append(request.url.path)
        if "none" in request.url.path:
            return PlainTextResponse("<!doctype html>" * 100, headers={"cache-control": "no-cache"})
        return FileResponse(PROJECT_ROOT / "CHANGELOG.md", headers={"cache-control": "public, immutable, max-age=31536000"})

    app = Starlette(routes=[Route("/static/{path:path}", file)], middleware=[Middleware(KeptFiles)])
    browser = TestClient(app)
    whole = (PROJECT_ROOT / "CHANGELOG.md").read_bytes()
    for _ in range(3):
        answer = browser.get("/static/a.js")
        assert answer.content == whole and answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    with browser.stream("GET", "/static/a.js") as raw:
        assert gzip.decompress(b"".join(raw.iter_raw())) == whole
    assert browser.get("/static/a.js", headers={"accept-encoding": "identity"}).content == whole
    assert browser.get("/static/a.js", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert browser.get("/static/a.js", headers={"range": "bytes=0-9"}).content == whole[:10]
    assert browser.get("/static/none.js").text == browser.get("/static/none.js").text
    assert read == ["/static/a.js", "/static/a.js", "/static/none.js", "/static/none.js"]


@pytest.mark.parametrize("spec_version", ["2.3", "2.4"])
def test_a_file_is_kept_whole_where_its_first_asker_leaves(spec_version: str) -> None:
    parts = [b"a" * 2_000, b"b" * 2_000, b"c" * 2_000]

    async def file(_request: Request) -> Response:
        async def content() -> AsyncIterator[bytes]:
            for part in parts:
                await asyncio.sleep(0.01)
                yield part

        return StreamingResponse(content(), headers={"cache-control": "public, max-age=60"})

    kept = KeptFiles(Starlette(routes=[Route("/static/{path:path}", file)]))
    asked = {"type": "http", "asgi": {"version": "3.0", "spec_version": spec_version}, "method": "GET", "path": "/static/a.js"}
    asked |= {"query_string": b"", "headers": [], "http_version": "1.1", "scheme": "http", "root_path": ""}

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def unheard(_message: MutableMapping[str, Any]) -> None:
        pass

    asyncio.run(kept(asked, gone, unheard))
    assert TestClient(kept).get("/static/a.js").content == b"".join(parts)


def test_an_answer_that_breaks_off_is_not_kept_and_is_one_status() -> None:
    begun = False

    async def broken(_scope: object, _receive: object, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"public")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})

    browser = TestClient(KeptFiles(broken))
    for begun in (False, True):  # noqa: B007 -- read by `broken`
        answer = browser.get("/static/a.js")
        assert answer.status_code == 503 and answer.content == b""


def test_one_address_cannot_search_or_open_sessions_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.fair_share.SESSIONS", Measure(3, 0.001))

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    routes = [Route("/areas", lambda _r: PlainTextResponse("found")), WebSocketRoute("/s", stream)]
    app = Starlette(routes=routes, middleware=[Middleware(FairShare)])
    one, other = TestClient(app, client=("192.0.2.1", 1)), TestClient(app, client=("192.0.2.2", 1))
    answers = [one.get("/areas?q=a").status_code for _ in range(int(SEARCHES.at_once) + 20)]
    assert answers[: int(SEARCHES.at_once)] == [200] * int(SEARCHES.at_once)
    assert 429 in answers
    # another visitor is served, and so is a page that costs nothing
    assert other.get("/areas?q=a").status_code == one.get("/areas").status_code == 200
    for _ in range(3):
        with one.websocket_connect("/s"):
            pass
    with pytest.raises(WebSocketDisconnect), one.websocket_connect("/s"):
        pass
    with other.websocket_connect("/s"):
        pass
    shares = Shares(Measure(2, 1.0))
    assert [shares.take("a", now=t) for t in (0.0, 0.0, 0.0, 0.5, 1.5, 1.6)] == [True, True, False, False, True, False]


def test_a_map_is_written_once_and_nobody_is_shown_the_words_of_another(
    as_portal: Callable[..., PortalSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> None:
        import streamlit as st

        from app.look.folium_map import show_map
        from app.look.map_frame import MapArea

        outline = {"type": "Polygon", "coordinates": [[[0.0, 51.0], [0.1, 51.0], [0.1, 51.1], [0.0, 51.0]]]}
        shape = st.session_state.setdefault("shape", outline)
        said = st.text_input("said", "one")
        show_map([MapArea("E1", shape, "#123456", f"{said} crimes")], title="Map of it", key="k")

    as_portal(audience="professional", demo=True)
    import app.look.folium_map as folium_map

    written: list[str] = []
    draw = folium_map.draw_map
    monkeypatch.setattr(folium_map, "draw_map", lambda areas, **given: (written.append(areas[0].words), draw(areas, **given))[1])
    seen = AppTest.from_function(page, default_timeout=600).run()
    assert not seen.exception
    seen.run()
    assert written == ["one crimes"]
    seen.text_input[0].set_value("two").run()
    assert written == ["one crimes", "two crimes"]
    assert "two crimes" in str(seen.get("component_instance")[0].proto)
    seen.text_input[0].set_value("one").run()
    assert written == ["one crimes", "two crimes"]
    shown = str(seen.get("component_instance")[0].proto)
    assert "one crimes" in shown and "two crimes" not in shown

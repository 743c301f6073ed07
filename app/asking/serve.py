"""The process itself: one address that takes a form, two for the links of letters, its health, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import process
from app.asking.intake import Intake
from app.headers import FIXED, TLS_ONLY
from app.web.patience import PatientProtocol
from app.web.who_asks import is_ours
from core.db import Role, dispose_engines, run_statement, transaction
from core.errors import UserError
from core.languages.catalogue import CATALOGUES
from core.settings import PortalSettings

ADDRESS = "/ask"
# where the page that a letter's link leads to sends its button, and where a mail program stops letters (List-Unsubscribe)
STEPS, STOP = "/news", "/news/stop"
# connections that are open at once: those above are told to come back, and each has ten seconds (app.web.patience)
_MOST_CONNECTIONS = 200

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    **FIXED,
    # nothing of it is shown in a frame, and nobody is told that somebody was here
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


def community_origins(settings: PortalSettings) -> frozenset[str]:
    """The origins of the page with the form: the community portal's, and no other may send one."""
    if settings.community_url:
        return frozenset({settings.community_url.rstrip("/")})
    if not process.is_loopback(settings.host):
        return frozenset()
    return frozenset(f"http://{name}:{settings.community_port}" for name in ("localhost", "127.0.0.1", "[::1]"))


class FormsOfOurs:
    """ASGI middleware: a name of ours, a form from the community portal's page, our headers on every answer."""

    def __init__(self, app: ASGIApp, *, origins: frozenset[str], tls: bool) -> None:
        self.app = app
        self._origins = origins
        self._headers = [(k.encode(), v.encode()) for k, v in _HEADERS.items()]
        if tls:
            self._headers.append((b"strict-transport-security", TLS_ONLY.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        refusal = self._refusal(scope)
        await (self.app if refusal is None else refusal)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        def of(name: bytes) -> list[str]:
            return [value.decode("latin-1") for key, value in scope["headers"] if key == name]

        hosts, origins = of(b"host"), of(b"origin")
        if len(hosts) != 1 or not is_ours(hosts[0]):
            return PlainTextResponse("This server is not known by that name.\n", status_code=421)
        # a mail program has no page; what it sends is good by the link alone
        from_mail = scope["path"] == STOP and not origins
        if scope["method"] == "POST" and not from_mail and (len(origins) != 1 or origins[0] not in self._origins):
            return PlainTextResponse("A question is taken from the page of the public portal only.\n", status_code=403)
        return None


def health(_request: Request) -> Response:
    """Whether the process answers and its database does; says nothing else to a stranger."""
    try:
        with transaction(Role.QUESTIONS) as connection:
            run_statement(connection, "checks/answers")
    except UserError:
        return JSONResponse({"status": "database unavailable"}, status_code=503)
    return JSONResponse({"status": "ok", "audience": "questions"})


def build(settings: PortalSettings) -> Starlette:
    """The application, not yet running."""

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        # before the port is open: whoever sends the first Welsh form does not wait for the catalogue
        await run_in_threadpool(CATALOGUES.read_all)
        yield
        dispose_engines()

    intake = Intake()
    return Starlette(
        routes=[
            Route(ADDRESS, intake.ask, methods=["POST"]),
            Route(STEPS, intake.step, methods=["POST"]),
            Route(STOP, intake.stop, methods=["GET", "POST"]),
            Route("/health", health),
        ],
        middleware=[
            Middleware(FormsOfOurs, origins=community_origins(settings), tls=settings.questions_url.startswith("https://"))
        ],
        lifespan=lifespan,
        exception_handlers={404: _nothing, 405: _nothing},
    )


def _nothing(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("There is nothing at this address.\n", status_code=404)


def run(settings: PortalSettings, port: int) -> None:
    """Serve until stopped. No request is logged: a line of it would hold an address."""
    uvicorn.run(
        build(settings),
        host=settings.host,
        port=port,
        http=PatientProtocol,
        ws="none",
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        log_level="warning",
    )

"""Addresses that lead nowhere are told so: Streamlit answers every one with its own page, and a mistyped address looked like the first.

And whoever has no script is led from Streamlit's page, which is empty without one, to the plain pages.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Match

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# Streamlit's own files and sockets; it answers for what lies below them
_STREAMLIT = ("static", "_stcore", "component", "media", "vendor")
_STREAMLIT_FILES = ("/index.html", "/favicon.png", "/favicon.ico", "/manifest.json", "/robots.txt")
_WITHOUT_SCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)


class KnownAddresses:
    """ASGI middleware. pages: addresses of Streamlit's pages, without their slash. no_such_page: the body of a 404 at a path.

    without_script: what stands in Streamlit's page for a browser that runs no script, as HTML.
    """

    def __init__(
        self,
        app: AsgiApp,
        *,
        routes: Sequence[BaseRoute],
        pages: Collection[str],
        no_such_page: Callable[[str], str],
        without_script: str,
    ) -> None:
        self.app = app
        self._routes = routes
        self._pages = frozenset(pages)
        self._no_such_page = no_such_page
        self._without_script = f"<noscript>{without_script}</noscript>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif not self.is_known(scope):
            body = await run_in_threadpool(self._no_such_page, scope["path"])
            await HTMLResponse(body, status_code=404, headers={"cache-control": "no-cache"})(scope, receive, send)
        elif self.is_page(scope["path"]):
            await _Rewritten(self.app, self._without_script)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def is_page(self, path: str) -> bool:
        """Whether Streamlit draws the page at a path itself."""
        return path in ("/", "/index.html") or path.strip("/") in self._pages

    def is_known(self, scope: Scope) -> bool:
        path = str(scope["path"])
        first, _, below = path.lstrip("/").partition("/")
        if self.is_page(path) or path in _STREAMLIT_FILES or first in _STREAMLIT:
            return True
        # Streamlit looks for its own root below the page that was opened
        if first in self._pages and below.split("/")[0] in _STREAMLIT:
            return True
        return any(route.matches(scope)[0] == Match.FULL for route in self._routes)


class _Rewritten:
    """Streamlit's page with other words for a browser that runs no script."""

    def __init__(self, app: AsgiApp, without_script: bytes) -> None:
        self.app = app
        self._without_script = without_script

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # as the page is changed it has to come whole and unpacked, and a mark of the page as it was means nothing
        headers = [
            h for h in scope["headers"] if h[0] not in (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        ]
        start: Message = {}
        parts: list[bytes] = []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    body = _WITHOUT_SCRIPT.sub(lambda _: self._without_script, b"".join(parts), count=1)
                    kept = [h for h in start["headers"] if h[0].lower() not in (b"content-length", b"etag", b"last-modified")]
                    # the answer to HEAD names a length and has no body
                    if body:
                        kept.append((b"content-length", str(len(body)).encode()))
                    await send({**start, "headers": kept})
                    await send({"type": "http.response.body", "body": body})

        await self.app({**scope, "headers": headers}, receive, take)

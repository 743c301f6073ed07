"""What costs most, a search of names and a session of the portal, is given to each address in a measure, so that one cannot take it all.

A page that is kept costs nothing and has no measure. Behind a proxy the address is the one that the proxy names, where the server believes it
(FORWARDED_ALLOW_IPS, which uvicorn reads; this machine unless told); else all come from the proxy and share its measure, which is wide
enough for a hundred visitors who come at once.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import PlainTextResponse

from app.languages.addresses import without_language

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_ADDRESSES = 10_000
# pages that are made anew for what is asked, as nobody could keep all of them
_LAYERS = "/ogc/collections/"
_SEARCHES = ("/areas", "/compare", "/ask", "/ask/paper", "/news", "/in-words", "/api/v1/answer")


@dataclass(frozen=True)
class Measure:
    """at_once: how many one address may ask for in one go; a_second: how fast it gets them back."""

    at_once: float
    a_second: float


SEARCHES = Measure(40, 10)
SESSIONS = Measure(200, 5)
# receipts that somebody tries: forty bits each half, at one in ten seconds
RECEIPTS = Measure(10, 0.1)


class Shares:
    """What each address has left of a measure. Bounded: who asked longest ago is forgotten first, and has the whole measure again."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, now: float | None = None) -> bool:
        """Whether there is one left for the address, and take it."""
        now = time.monotonic() if now is None else now
        left, since = self._left.pop(address, (self._measure.at_once, now))
        left = min(self._measure.at_once, left + (now - since) * self._measure.a_second)
        self._left[address] = (left - 1 if left >= 1 else left, now)
        while len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return left >= 1


class FairShare:
    """ASGI middleware that asks an address to wait where it has had its measure."""

    def __init__(self, app: AsgiApp) -> None:
        self.app = app
        self._searches, self._sessions, self._receipts = Shares(SEARCHES), Shares(SESSIONS), Shares(RECEIPTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = str((scope.get("client") or ("", 0))[0])
        if scope["type"] == "websocket" and not self._sessions.take(address):
            await receive()
            await send({"type": "websocket.close", "code": 1013})
        elif scope["type"] == "http" and _is_search(scope) and not self._searches.take(address):
            text = "Too many searches from your address at once. Please try again in a few seconds.\n"
            await PlainTextResponse(text, status_code=429, headers={"retry-after": "2", "cache-control": "no-store"})(
                scope, receive, send
            )
        elif scope["type"] == "http" and scope["method"] == "POST" and not self._receipts.take(address):
            text = "Too many receipts were tried from your address. Please try again in a few minutes.\n"
            await PlainTextResponse(text, status_code=429, headers={"retry-after": "60", "cache-control": "no-store"})(
                scope, receive, send
            )
        else:
            await self.app(scope, receive, send)


def _is_search(scope: Scope) -> bool:
    """Whether a page is asked for that is made anew; of a layer for maps that is so where a box is named."""
    if scope["path"].startswith(_LAYERS):
        return b"bbox" in scope["query_string"]
    return without_language(scope["path"]) in _SEARCHES and bool(scope["query_string"])

"""Files that never change while the process runs: read once, packed once, and given from memory.

Streamlit sends its scripts unpacked and reads each anew for every visitor. Its answer of the first time is kept here instead, of those files
alone that it calls public, so a name that is made up takes no room.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from app.web.packed import Packed, pack

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_PREFIXES = ("/static/", "/vendor/", "/component/")
_YEAR, _WEEK = "public, immutable, max-age=31536000", "public, max-age=604800"
# a name with a fingerprint of its content in it
_HASHED = re.compile(r"[.-][0-9a-f]{8}\.(chunk\.)?(js|css)$")
# Streamlit's own scripts together are smaller
_MOST_BYTES = 48 * 1024 * 1024


class KeptFiles:
    """ASGI middleware in front of what serves files."""

    def __init__(self, app: AsgiApp) -> None:
        self.app = app
        self._held: dict[str, Packed] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIXES) or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        found = self._held.get(scope["path"])
        if found is None and "range" not in asked:
            found = await self._read(scope, send)
            if found is None:
                return
        if found is None or "range" in asked:
            await self.app(scope, receive, send)
            return
        await found.answer(asked)(scope, receive, send)

    async def _read(self, scope: Scope, send: Send) -> Packed | None:
        """The file, kept; None where the answer is none that can be kept and was sent on as it came.

        It is read to its end for those who ask next, whether or not the asker waits for it: an answer cut off where the asker left would
        be kept cut off.
        """
        plain = {**scope, "headers": [h for h in scope["headers"] if h[0] not in _ABOUT_KEPT]}
        start: Message = {}
        parts: list[bytes] = []
        ended = False

        async def take(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                ended = not message.get("more_body", False)

        await self.app(plain, _Stays(), take)
        if not ended:
            start = {"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"1")]}
            parts.clear()
        headers = Headers(raw=start.get("headers", []))
        if start["status"] != 200 or "public" not in headers.get("cache-control", ""):
            await send(start)
            await send({"type": "http.response.body", "body": b"".join(parts)})
            return None
        kept = {
            "content-type": headers.get("content-type", "application/octet-stream"),
            "cache-control": _for_how_long(scope["path"], headers),
        }
        packed = await run_in_threadpool(pack, b"".join(parts), kept)
        if scope["path"] not in self._held and self._bytes + len(packed.body) <= _MOST_BYTES:
            self._held[scope["path"]] = packed
            self._bytes += len(packed.body)
        return packed


class _Stays:
    """What an asker who waits to the end sends: the request, then nothing."""

    def __init__(self) -> None:
        self._asked = False

    async def __call__(self) -> Message:
        if self._asked:
            # whoever listens for a leave-taking is cancelled when the answer is whole
            await asyncio.Event().wait()
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}


_ABOUT_KEPT = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


def _for_how_long(path: str, headers: Headers) -> str:
    said = headers["cache-control"]
    if "max-age" in said:
        return said
    return _YEAR if _HASHED.search(path) else _WEEK

"""Security headers on every answer of the process, as plain ASGI middleware.

The content policy lets a page load from this process and from nowhere else. Two parts of the pages need more: Streamlit's own page has
one inline script (allowed by its hash) and styles set from script; the frame of streamlit-folium runs the map script that folium
wrote, so that one document, and no other, gets 'unsafe-inline' and 'unsafe-eval'. A tile
address that the operator sets is allowed for images in that frame alone. A page under /embed/ runs no script, and may be shown in a frame by
the sites that the operator names, and by no other. The pages on which a resident asks, or asks
for news, may send their forms to the process that takes questions in.

Of the browser's own knowledge a page may ask for nothing; on maps of professionals for the position, which no request of a page carries away.

Where people come over TLS, the browser is told to come in no other way for a year, and every cookie is one for TLS alone.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.languages.addresses import without_language

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

MAP_FRAME_PREFIX = "/component/streamlit_folium"
# a figure or a map by itself, which other sites may show where the operator names them
EMBED_PREFIX = "/embed/"

# the pages whose forms go to another process
FORM_PAGES = ("/ask", "/news", "/news/confirm", "/news/stop")

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


# of what a browser can tell of its holder a page of ours asks for nothing, and a map of professionals for where they stand
_PERMISSIONS = "accelerometer=(), camera=(), geolocation={}, gyroscope=(), microphone=(), payment=(), usb=()"
TLS_ONLY = "max-age=31536000"


def inline_script_hashes(index_page: Path) -> list[str]:
    """'sha256-...' sources for the inline scripts of Streamlit's page, so that a new version of it needs no change here."""
    found = _INLINE_SCRIPT.findall(index_page.read_bytes())
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in found]


def tile_source(tile_url: str) -> str:
    """The origin of a tile address as a content policy names it; {s} sub-domains become a wildcard. Empty for no tiles."""
    if not tile_url:
        return ""
    parts = urlsplit(tile_url.replace("{s}.", "*.").replace("{r}", ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def content_policy(*, script: str, images: str = "", frames_in: str = "") -> str:
    """A Content-Security-Policy that knows this host alone. frames_in: other origins whose pages may show this one in a frame."""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {script}".strip(),
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob: {images}".strip(),
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors 'self' {frames_in}".strip(),
        ]
    )


class SecurityHeaders:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        page_scripts: str,
        tile_url: str = "",
        tls: bool = False,
        embed_in: str = "",
        locates: bool = False,
        form_to: str = "",
    ) -> None:
        self.app = app
        self.fixed = {**FIXED, "permissions-policy": _PERMISSIONS.format("(self)" if locates else "()")}
        self.tls = tls
        self.page = content_policy(script=page_scripts)
        # no script at all: it is shown on pages that we know nothing of
        self.embed = content_policy(script="", frames_in=embed_in).replace("script-src 'self'", "script-src 'none'")
        self.embed_in = embed_in
        # the process that takes the form learns from which portal's page it comes, and nothing more of the page
        self.form = self.page.replace("form-action 'self'", f"form-action 'self' {form_to}") if form_to else ""
        self.map_frame = content_policy(script="'unsafe-inline' 'unsafe-eval'", images=tile_source(tile_url))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = str(scope.get("path", ""))
        embedded = without_language(path).startswith(EMBED_PREFIX)
        policy = self.map_frame if path.startswith(MAP_FRAME_PREFIX) else self.embed if embedded else self.page
        fixed = dict(self.fixed)
        if embedded and self.embed_in:
            # the older header can name no other site; browsers that know the policy's frame-ancestors go by that
            del fixed["x-frame-options"]
            fixed["cross-origin-resource-policy"] = "cross-origin"
        if without_language(path) in FORM_PAGES and self.form:
            policy, fixed["referrer-policy"] = self.form, "strict-origin"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", ())}
                added = {**fixed, "content-security-policy": policy}
                if self.tls:
                    added["strict-transport-security"] = TLS_ONLY
                message["headers"] = [
                    *(_for_tls_alone(h) if self.tls else h for h in message.get("headers", ())),
                    *((k.encode(), v.encode()) for k, v in added.items() if k.encode() not in present),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _for_tls_alone(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return header
    return name, value + b"; Secure"

"""Which requests are answered at all: those to a name of ours, from a page of ours, for an address that this portal needs.

The name that a request asks for is checked so that a foreign name that was made to point here (DNS rebinding) opens nothing, and the origin,
on the web socket too, so that no page of another site or of another port of the same machine speaks to a portal with its reader's cookie.
Of Streamlit's own addresses those that the pages need are open and the others closed: what it keeps in memory for downloads, its counters,
uploads, components that no page uses, and its interface for programs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

from app import process
from app.languages.addresses import without_language

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN_CORE = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream")
OPEN_COMPONENT = "/component/streamlit_folium"
_METHODS = ("GET", "HEAD")
FOLLOW = "/follow"


class WhoAsks:
    """ASGI middleware that turns away what no reader's browser would ask of this portal."""

    def __init__(self, app: AsgiApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = refused(scope)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            status, text = refusal
            headers = {"allow": ", ".join(_METHODS)} if status == 405 else None
            await PlainTextResponse(text, status_code=status, headers=headers)(scope, receive, send)


def refused(scope: Scope) -> tuple[int, str] | None:
    """Status and sentence where a request is turned away; None for one that is answered."""
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(named) != 1 or not is_ours(named[0]):
        return 421, "This server is not known by that name.\n"
    origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    # a browser always says where a web socket was opened
    if (origins or scope["type"] == "websocket") and origins != [origin_of(named[0], origins)]:
        return 403, "This is answered to pages of this portal only.\n"
    if is_closed(scope["path"]):
        return 404, "There is nothing at this address.\n"
    if scope["type"] == "http" and scope["method"] not in _METHODS and not _follows_up(scope):
        return 405, "This portal is read only.\n"
    return None


def _follows_up(scope: Scope) -> bool:
    """Whether the two halves of a receipt are sent: not in an address, which browsers keep and proxies log. It changes nothing."""
    return scope["method"] == "POST" and without_language(scope["path"]) == FOLLOW and process.settings().audience == "community"


def is_ours(host: str) -> bool:
    """Whether a Host header names this portal: this machine itself, the address that people were told, or where neither is known, any."""
    name = _name_of(host)
    if name is None:
        return False
    public = urlsplit(process.public_url()).hostname
    settings = process.settings()
    if process.is_loopback(name) or name == public or name == settings.host:
        return True
    if process.is_loopback(settings.host):
        return False
    # a number is no name that somebody could make point here
    return _is_number(name) or (public is None and settings.audience != "professional")


def origin_of(host: str, origins: list[str]) -> str:
    """The one origin from which a page may ask this host."""
    public = urlsplit(process.public_url())
    if public.hostname is not None and _name_of(host) == public.hostname:
        return f"{public.scheme}://{public.netloc}"
    scheme = "https" if origins and origins[0].startswith("https://") else "http"
    return f"{scheme}://{host}"


def is_closed(path: str) -> bool:
    """Whether an address is one of Streamlit's that no page of ours needs."""
    return (
        (path.startswith("/_stcore/") and path not in OPEN_CORE)
        or (path.startswith("/component/") and not path.startswith((f"{OPEN_COMPONENT}/", f"{OPEN_COMPONENT}.")))
        or path == "/media"
        or path.startswith("/media/")
    )


def _name_of(host: str) -> str | None:
    """The name in a Host header, without its port; None for what is no such header."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if "@" in host or parts.path or parts.query or parts.fragment or not parts.hostname:
        return None
    return parts.hostname.rstrip(".")


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

"""Who is signed in is kept here, on the server, and ends here: the browser holds a random number and nothing else.

Streamlit's own sign-in puts the claims and the tokens of a person, signed, into cookies, and whoever copies them is that person for as long
as they last. `KeptSessions` takes these cookies out of every answer, keeps them in this process, and gives the browser the number of its
session instead; towards Streamlit it puts them back. So to sign out is to forget: a copy of the cookie opens nothing afterwards. A restart
of the process signs everyone out.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from typing import TYPE_CHECKING, Any

from app import process
from app.person.way_in import COOKIE as WAY_IN
from app.person.way_in import asked_for, is_a_page

if TYPE_CHECKING:
    from app.person.sign_in import Person

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# a working day and its overtime; an identity that runs out sooner ends the access sooner (app.person.sign_in)
LONGEST_S = 12 * 3_600
_MOST = 10_000
# what Streamlit calls the cookies of a signed-in person: claims, tokens, and the parts of either that is too long for one
_IDENTITY = "_streamlit_user"
_SIGN_OUT = "/auth/logout"
_SIGN_IN = "/auth/login"
# long enough to find a second factor
_WAY_IN_S = 900


@dataclass
class Session:
    """One browser.

    claims: of the person who signed in there, None in the demo and after sign-out; identity: Streamlit's cookies of them; demo: whom
    somebody chose to be in the demo, so that a reload, a link and another tab show it to the same.
    """

    ends_at: float
    claims: Mapping[str, Any] | None = None
    identity: dict[str, str] = field(default_factory=dict)
    demo: Person | None = None


class Sessions:
    """The sessions of this process, by the number that the browser holds. Bounded: the oldest goes first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def begin(self, claims: Mapping[str, Any] | None = None, identity: Mapping[str, str] | None = None) -> str:
        number = secrets.token_urlsafe(32)
        now = time.time()
        with self._lock:
            for old in [n for n, s in self._held.items() if s.ends_at <= now]:
                del self._held[old]
            self._held[number] = Session(now + LONGEST_S, claims, dict(identity or {}))
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return number

    def find(self, number: str | None) -> Session | None:
        """The session of that number while it lasts."""
        with self._lock:
            found = self._held.get(number or "")
            return found if found is not None and found.ends_at > time.time() else None

    def end(self, number: str | None) -> None:
        with self._lock:
            self._held.pop(number or "", None)

    def sign_out(self, number: str | None) -> None:
        """From now on this session opens nothing; it is still known until the browser has been to the sign-in provider's own sign-out."""
        with self._lock:
            found = self._held.get(number or "")
            if found is not None:
                found.claims = None

    def end_all(self) -> None:
        with self._lock:
            self._held.clear()


SESSIONS = Sessions()


def cookie_name(*, secure: bool) -> str:
    """Behind TLS a name that a browser takes from this host alone, over TLS alone."""
    return "__Host-homeground-session" if secure else "homeground-session"


def number_in(cookies: Mapping[str, str]) -> str | None:
    """The number of the session that a request's cookies name."""
    return cookies.get(cookie_name(secure=process.behind_tls()))


class KeptSessions:
    """ASGI middleware between the browser, which holds a number, and Streamlit, which reads and writes cookies of its own.

    everyone: give each browser that asks for a page a session, as the demo needs, where nobody signs in.
    """

    def __init__(self, app: AsgiApp, *, everyone: bool = False) -> None:
        self.app = app
        self.everyone = everyone
        self.secure = process.behind_tls()
        self.name = cookie_name(secure=self.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        cookies = cookies_of(scope)
        number = cookies.get(self.name)
        session = SESSIONS.find(number)
        known = {} if session is None else session.identity
        inner = {
            **scope,
            "headers": _with_cookies(scope["headers"], {k: v for k, v in cookies.items() if not _is_identity(k)} | known),
        }
        if scope["type"] == "websocket":
            await self.app(inner, receive, send)
            return

        async def send_without_identity(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(scope, message.get("headers", []), number, session)}
            await send(message)

        await self.app(inner, receive, send_without_identity)

    def _headers(
        self, scope: Scope, headers: list[tuple[bytes, bytes]], number: str | None, session: Session | None
    ) -> list[tuple[bytes, bytes]]:
        """The answer's headers for the browser, with the session begun or ended that Streamlit's cookies speak of."""
        given = {n: v for n, v in map(_set_cookie, headers) if n and _is_identity(n)}
        kept = [h for h in headers if not _is_identity(_set_cookie(h)[0])]
        identity = {n: v for n, v in given.items() if v}
        if identity:
            SESSIONS.end(number)
            claims = claims_in(identity)
            return kept if claims is None else [*self._led_back(scope, kept), self._cookie(SESSIONS.begin(claims, identity))]
        if scope["path"] == _SIGN_IN and (page := asked_for(scope)):
            return [*kept, self._set(WAY_IN, page, f"Max-Age={_WAY_IN_S}")]
        if given or scope["path"] == _SIGN_OUT:
            SESSIONS.end(number)
            return [*kept, self._cookie("")]
        if self.everyone and session is None and dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            return [*kept, self._cookie(SESSIONS.begin())]
        return kept

    def _led_back(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The answer that begins a session, which leads to the page from which its person went to sign in."""
        page = cookies_of(scope).get(WAY_IN, "")
        if not is_a_page(page):
            return headers
        led = [(n, page.encode("ascii") if n.lower() == b"location" else v) for n, v in headers]
        return [*led, self._set(WAY_IN, "", "Max-Age=0")]

    def _cookie(self, number: str) -> tuple[bytes, bytes]:
        return self._set(self.name, number, *([] if number else ["Max-Age=0"]))

    def _set(self, name: str, value: str, *more: str) -> tuple[bytes, bytes]:
        parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax", *(["Secure"] if self.secure else []), *more]
        return (b"set-cookie", "; ".join(parts).encode())


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a request; none where they cannot be read."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            for part in value.decode("latin-1").split(";"):
                key, _, held = part.strip().partition("=")
                if key:
                    found[key] = held
    return found


def claims_in(identity: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The claims in Streamlit's signed cookies; None where the signature is not ours."""
    from streamlit.auth_util import get_cookie_with_chunks
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

    def read(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, identity.get(name, ""))

    text = get_cookie_with_chunks(read, _IDENTITY)
    claims = json.loads(text) if text else None
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") else None


def _is_identity(name: str) -> bool:
    return name.startswith(_IDENTITY)


def _set_cookie(header: tuple[bytes, bytes]) -> tuple[str, str]:
    """Name and value that a header sets; a cookie that is taken back has the value ''."""
    name, value = header
    if name.lower() != b"set-cookie":
        return "", ""
    try:
        found = SimpleCookie(value.decode("latin-1"))
    except CookieError:
        return "", ""
    for key, morsel in found.items():
        return key, "" if morsel["max-age"] == "0" else morsel.value
    return "", ""


def _with_cookies(headers: list[tuple[bytes, bytes]], cookies: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    others = [h for h in headers if h[0] != b"cookie"]
    return [*others, (b"cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()).encode("latin-1"))] if cookies else others

"""A web server on this machine that replays what publishers' servers do, faults and all.

Each path has a list of behaviours: the first request gets the first, and the last one stays. A behaviour is a function of the request in
hand; those below are the ones met in the wild. Everything that was asked is kept in `asked`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]
    # the length of the request line's target, which police.uk bounds
    target_length: int

    @property
    def fields(self) -> dict[str, str]:
        return {**self.query, **self.form}


class Reply:
    """What a behaviour writes to. Nothing is buffered, so that a body can be cut off anywhere."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    def head(self, status: int, headers: dict[str, str] | None = None) -> None:
        self._handler.send_response(status)
        for name, value in (headers or {}).items():
            self._handler.send_header(name, value)
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()

    def body(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def whole(self, status: int, data: bytes, content_type: str, headers: dict[str, str] | None = None) -> None:
        self.head(status, {"Content-Type": content_type, "Content-Length": str(len(data)), **(headers or {})})
        self.body(data)


Behaviour = Callable[[Asked, Reply], None]


@dataclass
class ReplayServer:
    """`with ReplayServer() as server: server.serve("/a.csv", file(b"..."))`."""

    asked: list[Asked] = field(default_factory=list)
    _routes: dict[str, list[Behaviour]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    # set when the server goes down, so that a behaviour that would hang lets go
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> ReplayServer:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                parts = urlsplit(self.path)
                data = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                asked = Asked(
                    self.command, parts.path, dict(parse_qsl(parts.query)), {k.lower(): v for k, v in self.headers.items()},
                    dict(parse_qsl(data)), len(self.path),
                )  # fmt: skip
                behaviour = server._next(asked)
                self.close_connection = True
                try:
                    behaviour(asked, Reply(self))
                except (BrokenPipeError, ConnectionResetError):
                    return

            do_GET = do_POST = _any  # noqa: N815 - the standard library's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=lambda: self._http.serve_forever(poll_interval=0.02), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def serve(self, path: str, *behaviours: Behaviour) -> str:
        """Set what a path does; returns its address."""
        self._routes[path] = list(behaviours)
        return self.url(path)

    def _next(self, asked: Asked) -> Behaviour:
        with self._lock:
            self.asked.append(asked)
            left = self._routes.get(asked.path)
            if not left:
                return status(404)
            return left.pop(0) if len(left) > 1 else left[0]


def etag_of(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def file(data: bytes, content_type: str = "text/csv", *, validators: bool = True, ranges: bool = True) -> Behaviour:
    """A well-behaved static file: ETag, 304, Range with If-Range."""

    def behave(asked: Asked, reply: Reply) -> None:
        tag = etag_of(data)
        headers = {"ETag": tag, "Last-Modified": "Sat, 01 Nov 2025 10:00:00 GMT"} if validators else {}
        if validators and asked.headers.get("if-none-match") == tag:
            reply.head(304, headers)
            return
        span = asked.headers.get("range", "")
        if ranges and span and asked.headers.get("if-range", tag) == tag:
            first = int(span.removeprefix("bytes=").rstrip("-"))
            if first >= len(data):
                reply.whole(416, b"", content_type, {"Content-Range": f"bytes */{len(data)}"})
                return
            rest = data[first:]
            reply.whole(206, rest, content_type, {**headers, "Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"})
            return
        reply.whole(200, data, content_type, headers)

    return behave


def cut_off(data: bytes, after: int, content_type: str = "text/csv", *, etag: str = "") -> Behaviour:
    """Promises all of it, sends the first bytes, hangs up."""

    def behave(asked: Asked, reply: Reply) -> None:
        reply.head(200, {"Content-Type": content_type, "Content-Length": str(len(data)), "ETag": etag or etag_of(data)})
        reply.body(data[:after])

    return behave


def status(code: int, *, retry_after: str = "", body: bytes = b"", content_type: str = "text/plain") -> Behaviour:
    def behave(asked: Asked, reply: Reply) -> None:
        reply.whole(code, body, content_type, {"Retry-After": retry_after} if retry_after else {})

    return behave


def redirect(target: str, code: int = 302) -> Behaviour:
    def behave(asked: Asked, reply: Reply) -> None:
        reply.whole(code, b"", "text/html", {"Location": target})

    return behave


def silence(server: ReplayServer, seconds: float, then: Behaviour | None = None) -> Behaviour:
    """Says nothing for a while."""

    def behave(asked: Asked, reply: Reply) -> None:
        server.closing.wait(seconds)
        if then is not None and not server.closing.is_set():
            then(asked, reply)

    return behave


def never_ending(
    server: ReplayServer, piece: bytes = b"x" * 65536, content_type: str = "text/csv", pause_s: float = 0.0
) -> Behaviour:
    """A body without a length and without an end."""

    def behave(asked: Asked, reply: Reply) -> None:
        reply.head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"})
        while not server.closing.is_set():
            reply.body(b"%x\r\n%s\r\n" % (len(piece), piece))
            if pause_s:
                server.closing.wait(pause_s)

    return behave


def in_json(content: object, content_type: str = "application/json") -> Behaviour:
    return lambda asked, reply: reply.whole(200, json.dumps(content).encode(), content_type)


@dataclass
class FakeTime:
    """A clock that moves only when somebody sleeps, and remembers for how long."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

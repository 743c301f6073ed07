"""Pages and downloads of a release, made once and kept until any release changes.

A release never changes, so neither does a page made from it. What can change is which releases there are: that is asked of the database, at
most once in `STALE_S`. So a release that was withdrawn or published shows after at most `STALE_S` at this server, and after `MAX_AGE_S` more
in a browser that has just read the page.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.web.packed import Packed, pack

STALE_S = 1.0
MAX_AGE_S = 60
_MOST_BYTES = 64 * 1024 * 1024
_LOG = logging.getLogger("homeground.portal")

Page = Callable[[Request], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


class KeptPages:
    """What was made of the releases of one stamp, by path. Bounded in bytes: what was asked for longest ago goes first.

    stamp: what the database says of its releases (published.release.release_stamp); problem: the answer where it says nothing.
    """

    def __init__(
        self,
        stamp: Callable[[], str],
        problem: Callable[[Exception], Response],
        failures: type[Exception],
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._ask_stamp = stamp
        self._problem = problem
        self._failures = failures
        self._most_bytes = most_bytes
        self._stamp, self._asked_at = "", float("-inf")
        self._last_request = float("-inf")
        self._held: OrderedDict[str, Packed] = OrderedDict()
        self._bytes = 0
        self._making: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._stamp_lock = threading.Lock()

    def keep(self, page: Page, named: Callable[[Request], str] | None = None) -> Endpoint:
        """An endpoint that gives what `page` makes of a path, made once. The page may depend on nothing but its path and the releases.

        named: the name that it is kept under where it depends on more than the path. It holds all of that, and has few values.
        """

        async def endpoint(request: Request) -> Response:
            self._last_request = time.monotonic()
            if time.monotonic() - self._asked_at > STALE_S:
                try:
                    await run_in_threadpool(self.refresh)
                except self._failures as error:
                    return self._problem(error)
            path = request.url.path if named is None else named(request)
            found = self._find(path)
            if found is not None:
                return found.answer(request.headers)
            return await run_in_threadpool(self.make, path, page, request)

        return endpoint

    def refresh(self) -> None:
        """Ask which releases there are, unless somebody just did; forget everything where they changed."""
        with self._stamp_lock:
            if time.monotonic() - self._asked_at <= STALE_S:
                return
            begun = time.monotonic()
            stamp = self._ask_stamp()
            with self._lock:
                if stamp != self._stamp:
                    self._held.clear()
                    self._bytes = 0
                # the answer is as old as the question
                self._stamp, self._asked_at = stamp, begun

    def make(self, path: str, page: Page, request: Request) -> Response:
        """Make a page and keep it; who asks for the same one meanwhile waits for it. What is no page (404, 503) is not kept."""
        with self._lock:
            making = self._making.setdefault(path, threading.Lock())
        with making:
            try:
                found = self._find(path)
                if found is not None:
                    return found.answer(request.headers)
                stamp = self._stamp
                made = page(request)
                if made.status_code != 200:
                    made.headers.setdefault("cache-control", "no-cache")
                    return made
                kept = {k: v for k, v in made.headers.items() if k in ("content-type", "content-disposition")}
                packed = pack(bytes(made.body), {**kept, "cache-control": f"public, max-age={MAX_AGE_S}"})
                self._put(stamp, path, packed)
                return packed.answer(request.headers)
            finally:
                with self._lock:
                    self._making.pop(path, None)

    def _find(self, path: str) -> Packed | None:
        with self._lock:
            found = self._held.get(path)
            if found is not None:
                self._held.move_to_end(path)
            return found

    def _put(self, stamp: str, path: str, packed: Packed) -> None:
        with self._lock:
            # made of releases that are no more
            if stamp != self._stamp or path in self._held or len(packed.body) > self._most_bytes // 4:
                return
            self._held[path] = packed
            self._bytes += len(packed.body)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._held.popitem(last=False)[1].body)

    def make_ahead(self, paths: Iterable[tuple[str, dict[str, str]]], page: Page) -> None:
        """Make these pages now."""
        self.refresh()
        for path, parameters in paths:
            self.make(path, page, _request(path, parameters))

    def ahead(self, paths: Callable[[], Iterable[tuple[str, dict[str, str]]]], page: Page, stop: threading.Event) -> None:
        """Make pages before anyone asks, one after the other, for each state of the releases anew, until told to stop.

        While people ask for pages it rests between two for twice as long as the last one took, so that they are served first.
        """
        done = None
        while not stop.wait(STALE_S):
            try:
                self.refresh()
                if self._stamp == done:
                    continue
                done = self._stamp
                for path, parameters in paths():
                    if stop.is_set() or self._stamp != done:
                        break
                    if self._find(path) is None:
                        begun = time.monotonic()
                        self.make(path, page, _request(path, parameters))
                        if begun - self._last_request < STALE_S:
                            stop.wait(2 * (time.monotonic() - begun))
            except self._failures as error:
                done = None
                _LOG.warning("pages were not made ahead: %s", type(error).__name__)


def _request(path: str, parameters: dict[str, str]) -> Request:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "path_params": parameters,
    }
    return Request(scope)

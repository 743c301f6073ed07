"""The one HTTP client: nothing else in Homeground asks another machine for anything.

It asks politely (a rate for each host, Retry-After, backoff with jitter), takes nothing twice (ETag, Last-Modified, Range with If-Range),
believes nothing (content type, length, checksum, size and time bounds) and goes nowhere that it was not sent: https only, TLS verified,
redirects few and only to hosts that the caller named. Every error says host and path, never a query, because a query may hold a key.
"""

from __future__ import annotations

import hashlib
import json
import random
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import httpx

from core.errors import FeedError
from core.provenance import VERSION
from feeds.fetching.headers import body_length, check_type, conditions, continues, is_coded
from feeds.fetching.pace import Pace, backoff_s, retry_after_s
from feeds.fetching.record import Record, Shelf, digest_of

T = TypeVar("T")

JSON_TYPES = ("application/json", "application/geo+json", "text/json", "text/plain")
# the wrong answers that may be right in a while
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MOST_REDIRECTS = 5


class SourceUnavailable(FeedError):
    """The other side did not answer as it should this time; asking later may help. retry_after_s: what it asked us to wait, where it said."""

    def __init__(self, what: str, *, where: str = "", hint: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(what, where=where, hint=hint or "nothing was changed here; try again later.")
        self.retry_after_s = retry_after_s


class NotThere(FeedError):
    """There is nothing at this address, or no longer."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one request (connect_s, read_s) and of one download or question with all its attempts."""

    connect_s: float = 10.0
    # the longest silence in the middle of an answer
    read_s: float = 60.0
    total_s: float = 1800.0
    attempts: int = 6
    # the longest Retry-After that is waited for here; a longer one ends the attempt
    longest_wait_s: float = 300.0
    # the police.uk archive of every force and month is 1.6 GB
    largest_bytes: int = 4 * 1024**3
    largest_json_bytes: int = 256 * 1024**2


@dataclass(frozen=True)
class Fetched:
    """A file that is here, whole. changed is False where its bytes are those that were here before."""

    path: Path
    source: str
    sha256: str
    byte_size: int
    changed: bool
    etag: str = ""
    last_modified: str = ""
    resumed_from: int = 0


@dataclass(frozen=True)
class Answer:
    """A JSON answer; content is None where the status is one that the caller asked to see."""

    status: int
    content: Any
    retry_after_s: float | None = None


class _Again(Exception):
    """This attempt came to nothing; the next may not."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class Client:
    """Asks the named hosts and no other. One client may be used by several threads.

    hosts: 'host' or 'host:port'. allow_loopback_http: plain http to this very machine, for tests against a local server.
    rng, sleep and clock are arguments so that a test waits for nothing.
    """

    def __init__(
        self,
        *,
        hosts: Collection[str],
        limits: Limits | None = None,
        rng: random.Random | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        allow_loopback_http: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        self._hosts = frozenset(h.lower() for h in hosts)
        self._rng = rng or random.SystemRandom()
        self._sleep, self._clock = sleep, clock
        self._allow_loopback_http = allow_loopback_http
        self._pace = Pace(clock, sleep)
        self._http = httpx.Client(
            follow_redirects=False,
            timeout=httpx.Timeout(self.limits.read_s, connect=self.limits.connect_s),
            headers={"User-Agent": f"homeground/{VERSION}"},
            # an organisation's proxy and certificates count, except on the way to this machine itself
            trust_env=not allow_loopback_http,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def download(self, url: str, to: Path, *, content_types: Collection[str], sha256: str = "") -> Fetched:
        """Bring a file here, or find that the one that is here is still the publisher's.

        content_types: media types that are believed, 'application/octet-stream' and none at all among them only where named ('').
        sha256: the checksum that the file must have, where the publisher gives one.
        Raises SourceUnavailable after the last attempt and FeedError for what would be no better next time.
        """
        address = self._parse(url)
        where = _shown(address)
        shelf = Shelf(to)
        url_sha256 = digest_of(url)
        known = shelf.whole(url_sha256)

        def once(deadline: float) -> Fetched:
            started = shelf.unfinished(url_sha256)
            headers = {"Accept-Encoding": "identity", **conditions(known, started)}
            with self._open("GET", address, headers, deadline) as response:
                if response.status_code == 304 and known is not None and started is None:
                    return Fetched(to, where, known.sha256, known.byte_size, False, known.etag, known.last_modified)
                if response.status_code == 416 and started is not None:
                    shelf.discard()
                    raise _Again("it no longer has the rest of the file", after_s=0.0)
                offset = 0
                if response.status_code == 206 and started is not None:
                    if not continues(response.headers, started):
                        shelf.discard()
                        raise _Again("it resumed at another place than was asked", after_s=0.0)
                    offset = started.byte_size
                elif response.status_code != 200:
                    self._refuse(response, where)
                check_type(response.headers, content_types, where)
                record = self._receive(response, shelf, url_sha256, offset, where, deadline)
            if sha256 and record.sha256 != sha256.lower():
                shelf.discard()
                raise FeedError(
                    f"its checksum is {record.sha256[:12]}..., the catalogue says {sha256[:12].lower()}...",
                    where=where,
                    hint="ask the publisher which is right; nothing was kept.",
                )
            changed = shelf.finish(record)
            return Fetched(to, where, record.sha256, record.byte_size, changed, record.etag, record.last_modified, offset)

        return self._persist(once, where)

    def get_json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        post: bool = False,
        content_types: Collection[str] = JSON_TYPES,
        let_through: Collection[int] = (),
    ) -> Answer:
        """Ask a question that is answered in JSON; with post its parameters travel in the body as a form.

        let_through: statuses that mean something to the caller and come back as they are (content None) instead of being retried; one with a
        Retry-After is the ordinary kind of refusal all the same. Raises as `download` does.
        """
        address = self._parse(url)
        where = _shown(address)
        fields = {k: str(v) for k, v in (params or {}).items()}
        target = address if post else address.copy_merge_params(fields)

        def once(deadline: float) -> Answer:
            method = "POST" if post else "GET"
            with self._open(method, target, {"Accept": "application/json"}, deadline, fields if post else None) as response:
                after = retry_after_s(response.headers.get("retry-after"))
                if response.status_code in let_through and after is None:
                    return Answer(response.status_code, None)
                if response.status_code != 200:
                    self._refuse(response, where)
                check_type(response.headers, content_types, where)
                body = b"".join(self._bounded(response.iter_bytes(), self.limits.largest_json_bytes, where, deadline))
            try:
                return Answer(200, json.loads(body))
            except (ValueError, RecursionError) as error:
                raise _Again("its answer is not JSON, or was cut short") from error

        return self._persist(once, where)

    def _parse(self, url: str) -> httpx.URL:
        try:
            return httpx.URL(url)
        except (httpx.InvalidURL, TypeError) as error:
            raise FeedError("the address cannot be read", hint="give it as https://host/path in the catalogue.") from error

    def _check_address(self, url: httpx.URL) -> None:
        where = _shown(url)
        if url.userinfo:
            raise FeedError("the address holds a user name or password", where=where, hint="leave them out of the catalogue.")
        loopback = self._allow_loopback_http and url.scheme == "http" and url.host in _LOOPBACK
        if url.scheme != "https" and not loopback:
            raise FeedError(f"only https addresses are followed, not {url.scheme or 'one without a scheme'}", where=where)
        name = url.host.lower()
        if name not in self._hosts and f"{name}:{url.port or 443}" not in self._hosts:
            raise FeedError(
                "this host is not one that the feed may ask",
                where=where,
                hint="add it to source.hosts if the publisher has moved its files there.",
            )

    @contextmanager
    def _open(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], deadline: float, form: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """One answer, its redirects followed by hand: each is checked as the first address was."""
        for _ in range(_MOST_REDIRECTS + 1):
            self._check_address(url)
            self._pace.wait(url.host)
            if self._clock() > deadline:
                raise self._too_slow(_shown(url))
            with self._http.stream(method, url, headers=dict(headers), data=form) as response:
                if response.status_code not in _REDIRECTS:
                    yield response
                    return
                target = response.headers.get("location", "")
                if method != "GET" or not target:
                    raise FeedError(
                        "it redirects where it should answer", where=_shown(url), hint="look up the service's present address."
                    )
                try:
                    url = url.join(target)
                except httpx.InvalidURL as error:
                    raise FeedError("it redirects to an address that cannot be read", where=_shown(url)) from error
        raise FeedError(f"more than {_MOST_REDIRECTS} redirects", where=_shown(url), hint="look up the file's present address.")

    def _persist(self, once: Callable[[float], T], where: str) -> T:
        """Attempt after attempt, until one succeeds, the attempts or the time are used up, or trying again is pointless."""
        deadline = self._clock() + self.limits.total_s
        reason = "no attempt was made"
        for attempt in range(1, self.limits.attempts + 1):
            after: float | None = None
            try:
                return once(deadline)
            except _Again as again:
                reason, after = str(again), again.after_s
            except httpx.TransportError as error:
                if _is_certificate_fault(error):
                    raise FeedError(
                        "its certificate cannot be trusted", where=where, hint="tell the publisher; never switch the check off."
                    ) from error
                reason = _reason(error)
            if after is not None and after > self.limits.longest_wait_s:
                raise SourceUnavailable(
                    f"{reason}, and asks to be left alone for {after:.0f} seconds", where=where, retry_after_s=after
                )
            wait = backoff_s(attempt, self._rng) if after is None else after
            if attempt < self.limits.attempts:
                if self._clock() + wait > deadline:
                    raise self._too_slow(where)
                self._sleep(wait)
        raise SourceUnavailable(f"{reason} ({self.limits.attempts} attempts)", where=where, retry_after_s=after)

    def _refuse(self, response: httpx.Response, where: str) -> NoReturn:
        """Raise what a status other than success means."""
        status = response.status_code
        if status in _PASSING:
            raise _Again(
                f"it answers {status} {response.reason_phrase}".rstrip(), retry_after_s(response.headers.get("retry-after"))
            )
        hints = {
            401: "the feed needs credentials that were not accepted.",
            403: "the feed needs a right that we do not have.",
        }
        what = f"it answers {status} {response.reason_phrase}".rstrip()
        if status in (404, 410):
            raise NotThere(what, where=where, hint="look up the file's present address.")
        raise FeedError(what, where=where, hint=hints.get(status, "ask the publisher."))

    def _receive(self, response: httpx.Response, shelf: Shelf, url_sha256: str, offset: int, where: str, deadline: float) -> Record:
        """Stream the body to the part file, from offset; the record of the whole, checked for length."""
        # a coded body has another length than the file, and cannot be resumed
        coded = is_coded(response.headers)
        declared = body_length(response.headers)
        total = None if declared is None else offset + declared
        if total is not None and total > self.limits.largest_bytes:
            raise self._too_large(where)
        record = Record(url_sha256, response.headers.get("etag", ""), response.headers.get("last-modified", ""), total=total)
        digest = hashlib.sha256()
        if offset:
            with shelf.part.open("rb") as held:
                digest = hashlib.file_digest(held, "sha256")
        else:
            shelf.begin(replace(record, etag="", last_modified="") if coded else record)
        size = offset
        # chunks as they come: gathering them would let a trickle pass the deadline by
        source = response.iter_bytes() if coded else response.iter_raw()
        with shelf.part.open("ab") as part:
            try:
                for chunk in self._bounded(source, self.limits.largest_bytes - offset, where, deadline):
                    if not size and chunk.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
                        raise FeedError(
                            "a web page came instead of the file", where=where, hint="look up the file's present address."
                        )
                    part.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
            except SourceUnavailable:
                # too slow: what came is kept, and resumed another time
                raise
            except FeedError:
                shelf.discard()
                raise
        if total is not None and size != total:
            raise _Again(f"{size:,} of {total:,} bytes came")
        return replace(record, sha256=digest.hexdigest(), byte_size=size)

    def _bounded(self, chunks: Iterator[bytes], largest: int, where: str, deadline: float) -> Iterator[bytes]:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > largest:
                raise self._too_large(where)
            if self._clock() > deadline:
                raise self._too_slow(where)
            yield chunk

    def _too_large(self, where: str) -> FeedError:
        return FeedError("it is larger than a delivery may be", where=where, hint="check the address; nothing was kept.")

    def _too_slow(self, where: str) -> SourceUnavailable:
        return SourceUnavailable(f"it did not finish within {self.limits.total_s:.0f} seconds", where=where)


def _shown(url: httpx.URL) -> str:
    """An address as one may print it: host and path."""
    return f"{url.host}{url.path}"


def _reason(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "no connection to it"
    return "the connection broke off"


def _is_certificate_fault(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False

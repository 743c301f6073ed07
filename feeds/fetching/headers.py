"""What the headers of a request should say and those of an answer do say: conditions, ranges, lengths and content types (RFC 9110)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.errors import FeedError
from feeds.fetching.record import Record


def conditions(known: Record | None, started: Record | None) -> dict[str, str]:
    """The rest of a file that was cut off, else the file unless it is the one that we have."""
    if started is not None:
        return {"Range": f"bytes={started.byte_size}-", "If-Range": started.validator}
    headers = {}
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def continues(headers: Mapping[str, str], started: Record) -> bool:
    """Whether a 206 joins on to what is here: at this byte, to the end, and of this version (some servers ignore If-Range)."""
    span, _, total = headers.get("content-range", "").removeprefix("bytes ").partition("/")
    first, _, last = span.partition("-")
    if not (first.isdigit() and last.isdigit()) or int(first) != started.byte_size:
        return False
    if total.isdigit() and (int(last) + 1 != int(total) or started.total not in (None, int(total))):
        return False
    return headers.get("etag", started.etag) == started.etag


def check_type(headers: Mapping[str, str], believed: Collection[str], where: str) -> None:
    """FeedError unless the media type is one of those believed; '' among them believes an answer without one."""
    found = headers.get("content-type", "").partition(";")[0].strip().lower()
    if found not in believed:
        raise FeedError(
            f"its content type is {found or 'not given'}, expected {' or '.join(t for t in believed if t)}",
            where=where,
            hint="open the address in a browser: it may be a sign-in or error page.",
        )


def body_length(headers: Mapping[str, str]) -> int | None:
    """Bytes that the body will have; None where it is not said or does not hold for the bytes of the file (a coded body)."""
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and not is_coded(headers) else None


def is_coded(headers: Mapping[str, str]) -> bool:
    return headers.get("content-encoding", "identity").lower() != "identity"

"""An answer that is kept and given many times: packed once, with a mark by which a browser knows that it has it already."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response

# below this a header costs more than packing saves
_SMALLEST = 600
# what is packed already: a second time it only grows
_PACKED_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "font/woff", "application/zip", "application/font-woff")


@dataclass(frozen=True)
class Packed:
    """body is gzip where packed is true. mark: the ETag, made of the plain body alone, so it tells nothing that the body does not."""

    body: bytes
    packed: bool
    mark: str
    headers: Mapping[str, str]

    def answer(self, asked: Headers) -> Response:
        """This for one request: nothing but the mark where the browser has it, plain where it cannot unpack."""
        headers = {**self.headers, "etag": self.mark, "vary": "Accept-Encoding"}
        if self.mark in _marks(asked.getlist("if-none-match")):
            return Response(
                status_code=304, headers={k: v for k, v in headers.items() if k not in ("content-type", "content-disposition")}
            )
        if not self.packed:
            return Response(self.body, headers=headers)
        if "gzip" in asked.get("accept-encoding", ""):
            return Response(self.body, headers={**headers, "content-encoding": "gzip"})
        return Response(gzip.decompress(self.body), headers=headers)


def pack(body: bytes, headers: Mapping[str, str]) -> Packed:
    """headers: those of the answer that hold for everyone, its type among them."""
    mark = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    if len(body) >= _SMALLEST and not headers.get("content-type", "").startswith(_PACKED_TYPES):
        # no time and no name in it: the same body gives the same bytes
        smaller = gzip.compress(body, 6, mtime=0)
        if len(smaller) < len(body):
            return Packed(smaller, True, mark, dict(headers))
    return Packed(body, False, mark, dict(headers))


def _marks(named: Iterable[str]) -> set[str]:
    return {mark.strip() for line in named for mark in line.split(",")}

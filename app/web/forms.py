"""The fields of a form that was sent, read up to a bound and no further."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request


class TooLarge(Exception):
    """The form has more bytes than are read."""


async def fields(request: Request, most_bytes: int, most_fields: int = 20) -> dict[str, str]:
    """Name and value of each field of a form as browsers send it. Raises TooLarge; what is no such form has no field.

    Of two fields of one name the first counts.
    """
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most_bytes:
        raise TooLarge
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise TooLarge
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most_fields)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found

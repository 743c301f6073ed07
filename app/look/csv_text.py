"""Rows as the text of a CSV file (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A missing value is an empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(["" if v is None else _inert(v) for v in row] for row in rows)
    return out.getvalue()


# -0.5 begins like a formula and is none
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def _inert(value: object) -> object:
    """A text that a spreadsheet would run as a formula is led by an apostrophe."""
    if not isinstance(value, str) or value[:1] not in ("=", "+", "-", "@", "\t", "\r") or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"

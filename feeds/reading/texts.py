"""Texts without what nobody sees: spaces at their ends, no-break spaces, characters of no width."""

from __future__ import annotations

import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import FeedError
from feeds.reading.rows import Rows, plain

# of no width: joiners, marks of direction, soft hyphens, byte-order marks
_OF_NO_WIDTH = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
# spaces that are not the ordinary one
_OTHER_SPACES = "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"


def clean(text: str) -> str:
    """One text, such as a column's name: nothing invisible in it or around it, a line break in it as a space."""
    return re.sub(r"[\r\n\t]+", " ", re.sub(_OTHER_SPACES, " ", re.sub(_OF_NO_WIDTH, "", text))).strip()


def trimmed(rows: Rows, label: str) -> Rows:
    """The same rows with every text cleaned; remarks say in which columns that changed something, and in how many rows.

    FeedError for NUL characters, which no text holds and the store does not take.
    """
    changed: dict[str, int] = {}
    columns = {}
    for name in rows.table.column_names:
        before = plain(rows.table.column(name))
        columns[name] = _trimmed(before, label)
        if count := pc.sum(pc.not_equal(before, columns[name])).as_py() or 0:
            changed[name] = count
    remarks = rows.remarks | ({"trimmed": changed} if changed else {})
    return replace(rows, table=pa.table(columns), remarks=remarks)


def _trimmed(values: pa.Array, label: str) -> pa.Array:
    if pc.any(pc.match_substring(values, "\x00")).as_py():
        raise FeedError("holds NUL characters, so it is not text", where=label, hint="ask the publisher for the file again.")
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return pc.ascii_trim_whitespace(values)
    seen = pc.replace_substring_regex(values, _OF_NO_WIDTH, "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(seen, _OTHER_SPACES, " "))

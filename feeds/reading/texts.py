"""Texts without what nobody sees: spaces at their ends, no-break spaces, characters of no width."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import FeedError
from feeds.reading.rows import Rows, plain

# of no width: joiners, marks of direction, soft hyphens, byte-order marks
_OF_NO_WIDTH = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
# spaces that are not the ordinary one
_OTHER_SPACES = "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"

_SPACE, _BEYOND_ASCII = 0x20, 0x80


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
        column = rows.table.column(name)
        if all(map(_is_clean, column.chunks)):
            # as it is, and not a copy in one piece: a national file has hundreds of megabytes
            columns[name] = column
            continue
        before = plain(column)
        columns[name] = _trimmed(before, label)
        if count := pc.sum(pc.not_equal(before, columns[name])).as_py() or 0:
            changed[name] = count
    remarks = rows.remarks | ({"trimmed": changed} if changed else {})
    return replace(rows, table=pa.table(columns), remarks=remarks)


def _is_clean(values: pa.Array) -> bool:
    """Whether texts are ASCII without a space or a control character at either end, which most columns are: seen from their bytes alone."""
    if not pa.types.is_string(values.type) or values.null_count or not len(values):
        return not len(values)
    _, of_offsets, of_bytes = values.buffers()
    offsets = np.frombuffer(of_offsets, dtype=np.int32)[values.offset : values.offset + len(values) + 1]
    starts, ends = offsets[:-1], offsets[1:]
    if of_bytes is None or starts[0] == ends[-1]:
        return True
    held = np.frombuffer(of_bytes, dtype=np.uint8)
    used = held[starts[0] : ends[-1]]
    if used.max() >= _BEYOND_ASCII or used.min() == 0:
        return False
    filled = ends > starts
    return bool(min(held[starts[filled]].min(), held[ends[filled] - 1].min()) > _SPACE)


def _trimmed(values: pa.Array, label: str) -> pa.Array:
    if pc.any(pc.match_substring(values, "\x00")).as_py():
        raise FeedError("holds NUL characters, so it is not text", where=label, hint="ask the publisher for the file again.")
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return pc.ascii_trim_whitespace(values)
    seen = pc.replace_substring_regex(values, _OF_NO_WIDTH, "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(seen, _OTHER_SPACES, " "))

"""When in the week a partner's event happened: its weekday and its hour, where the feed says so, and no date.

A weekday comes from a date written to the day (`month_format` with %d, %j or %A), an hour from the column that the feed names. What cannot be
read is unknown, never a reason to reject a row: the month, which every count needs, is checked by `feeds.shapes.event`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from feeds.catalogue.writes import EventWrite
from feeds.reading.rows import Rows

_TO_THE_DAY = re.compile(r"%[djAaxcD]")
_HOUR = re.compile(r"^\s*(\d{1,2})(?::\d{2}(?::\d{2})?)?\s*$")


def week_times(rows: Rows, write: EventWrite) -> tuple[pa.Array, pa.Array]:
    """Weekday (0 Monday to 6) and hour (0 to 23) of each row, null where the feed does not say or it cannot be read."""
    nothing = pa.nulls(len(rows), pa.int16())
    weekday = _mapped(rows.text(write.month), lambda text: _weekday(text, write.month_format))
    hour = _mapped(rows.text(write.hour), _hour) if write.hour else nothing
    return (weekday if _TO_THE_DAY.search(write.month_format) else nothing), hour


def _mapped(texts: pa.Array, read: Callable[[str], int | None]) -> pa.Array:
    """Each distinct text read once."""
    encoded = pc.dictionary_encode(texts)
    values = pa.array([read(text) for text in encoded.dictionary.to_pylist()], pa.int16())
    return values.take(encoded.indices)


def _weekday(text: str, written: str) -> int | None:
    try:
        return datetime.strptime(text, written).weekday()  # noqa: DTZ007 - a day as the partner wrote it, not a moment
    except ValueError:
        return None


def _hour(text: str) -> int | None:
    """'7', '07', '07:45'; the minutes are dropped."""
    found = _HOUR.match(text or "")
    return int(found[1]) if found and int(found[1]) < 24 else None

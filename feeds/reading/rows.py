"""Rows on their way from a file to the store, and the record of those that are refused.

A file becomes `Rows`: text columns, the line each row stood on, and the rows that could not be cut into fields. `Screening` then
collects reasons; a row is rejected for the first one found, so that rows in = accepted + rejected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import FeedError, InternalError

Mask = npt.NDArray[np.bool_]

# a rejected row is kept as text for the steward who puts it right; longer ones are cut
ROW_TEXT_LIMIT = 2_000
# from so many allowed texts on, those that a column has are the fewer
_MANY = 1_000


# a file of which more rows would be rejected is refused: each is kept for the steward who puts it right
MOST_REJECTED = 1_000_000


def too_many_rejected(count: int, first: str, label: str) -> FeedError:
    return FeedError(
        f"{count:,} rows and more would be rejected; the first: {first}",
        where=label,
        hint="the file is not what its name or columns say; nothing was stored.",
    )


@dataclass(frozen=True)
class RejectedRow:
    """One row that did not go in. line counts from 1 and includes the header; for features it counts features."""

    line: int
    field: str
    reason: str
    row_text: str = ""


@dataclass(frozen=True)
class Rows:
    """Text columns ('' = no value), each row's line, malformed rows; for boundary files the geometries and their EPSG number.

    faults: why a row's geometry could not be kept, by the row's number from 0; such a row has none.
    """

    table: pa.Table
    line: npt.NDArray[np.int64]
    malformed: tuple[RejectedRow, ...] = ()
    geometry: npt.NDArray[np.object_] | None = None
    epsg: int = 0
    remarks: dict[str, object] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def rows_in(self) -> int:
        return len(self) + len(self.malformed)

    def text(self, column: str) -> pa.Array:
        """One column as a plain array of texts without nulls."""
        return plain(self.table.column(column))

    def where(self, mask: Mask) -> Rows:
        """The rows of a mask; malformed rows and remarks stay with the original."""
        geometry = None if self.geometry is None else self.geometry[mask]
        return Rows(self.table.filter(pa.array(mask)), self.line[mask], geometry=geometry, epsg=self.epsg)


def plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def mask_of(values: pa.Array | pa.ChunkedArray) -> Mask:
    """An Arrow array of booleans as a mask; null counts as false."""
    found: Mask = plain(pc.fill_null(values, False)).to_numpy(zero_copy_only=False)
    return found


class Screening:
    """Collects the first reason against each row."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._reason = np.zeros(len(rows), dtype=np.int32)
        self._known: list[tuple[str, str]] = [("", "")]

    def reject(self, mask: Mask, column: str, reason: str) -> int:
        """Reject the rows of the mask that stand unrejected; returns how many that were."""
        fresh = mask & (self._reason == 0)
        count = int(fresh.sum())
        if count:
            self._known.append((column, reason))
            self._reason[fresh] = len(self._known) - 1
        return count

    @property
    def accepted(self) -> Mask:
        standing: Mask = self._reason == 0
        return standing

    @property
    def rejected_count(self) -> int:
        return int((self._reason != 0).sum()) + len(self._rows.malformed)

    def first_rejected(self) -> RejectedRow:
        """The rejected row that stands first, without a thought for the others. InternalError where there is none."""
        at = np.flatnonzero(self._reason)[:1]
        found = [RejectedRow(int(self._rows.line[i]), *self._known[int(self._reason[i])]) for i in at]
        first = min([*found, *self._rows.malformed], key=lambda r: r.line, default=None)
        if first is None:
            raise InternalError("no row is rejected")
        return first

    def rejected_rows(self) -> list[RejectedRow]:
        """Every rejected row with its line, field, reason and text, in order of line."""
        at = np.flatnonzero(self._reason)
        texts = row_texts(self._rows.table.take(pa.array(at)))
        found = []
        for i, content in zip(at, texts, strict=True):
            column, reason = self._known[int(self._reason[i])]
            found.append(RejectedRow(int(self._rows.line[i]), column, reason, content))
        return sorted([*found, *self._rows.malformed], key=lambda r: r.line)


def row_texts(table: pa.Table) -> list[str]:
    """Each row as one line of text, fields divided by '|'."""
    columns = [plain(c).to_pylist() for c in table.columns]
    return [" | ".join(str(v) for v in values)[:ROW_TEXT_LIMIT] for values in zip(*columns, strict=True)]


def is_empty(values: pa.Array) -> Mask:
    return mask_of(pc.equal(values, ""))


def is_in(values: pa.Array, allowed: frozenset[str] | list[str]) -> Mask:
    """Which texts are among the allowed ones; null is none."""
    if len(allowed) <= _MANY:
        return mask_of(pc.is_in(values, value_set=_value_set(frozenset(allowed))))
    # Arrow would enter every code of an edition into a table of its own for each file: rather ask about each distinct text
    encoded = plain(pc.dictionary_encode(values))
    among = allowed if isinstance(allowed, frozenset) else frozenset(allowed)
    known = np.array([text in among for text in encoded.dictionary.to_pylist()] + [False], dtype=bool)
    found: Mask = known[encoded.indices.fill_null(len(known) - 1).to_numpy()]
    return found


@lru_cache(maxsize=64)
def _value_set(allowed: frozenset[str]) -> pa.Array:
    """A code list is asked for again with each file."""
    return pa.array(list(allowed), pa.string())


def numbers(values: pa.Array) -> npt.NDArray[np.float64]:
    """Texts as numbers; NaN for an empty text and for one that is not a finite number."""
    try:
        found = pc.cast(pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values), pa.float64())
        result: npt.NDArray[np.float64] = found.to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        import pandas as pd

        result = pd.to_numeric(values.to_pandas(), errors="coerce").to_numpy(dtype=np.float64)
    return np.where(np.isfinite(result), result, np.nan)


def repeats(*keys: pa.Array) -> Mask:
    """Rows whose key stood in an earlier row; rows with an empty key never count as repeats."""
    import pandas as pd

    frame = pd.DataFrame({str(i): plain(k).to_pandas() for i, k in enumerate(keys)})
    found: Mask = frame.duplicated(keep="first").to_numpy(copy=True)
    for key in keys:
        found &= ~is_empty(key)
    return found

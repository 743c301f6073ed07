"""CSV, XLSX and Parquet bytes to `Rows`: every field as text, bad rows named by line, encodings as declared.

Raises FeedError where the file as a whole is not what its feed says: not the encoding, no rows, columns missing.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from core.errors import FeedError
from feeds.catalogue.feed import Feed, Reading
from feeds.reading.kind import require_columns_bound, require_kind, require_rows_bound
from feeds.reading.layout import Elsewhere, Header, elsewhere, first_lines, in_line, is_unnamed, named, read_header
from feeds.reading.rows import MOST_REJECTED, ROW_TEXT_LIMIT, RejectedRow, Rows, plain, too_many_rejected
from feeds.reading.source import require_size, under_password
from feeds.reading.workbook import cell_text, header_rows, read_workbook

if TYPE_CHECKING:
    from pyarrow import parquet

_BLOCK_BYTES = 16 * 1024 * 1024
# what a value of a column takes in memory, at the least
_VALUE_BYTES = 8
# divides fields in place of a delimiter that UTF-8 writes as two bytes; no text file holds it
_UNIT_SEPARATOR = "\x1f"


def read_table(data: bytes, feed: Feed, label: str) -> Rows:
    """The rows of a CSV, XLSX or Parquet delivery, with exactly the columns that the file has."""
    if not data.strip():
        raise FeedError("the file is empty", where=label, hint="ask the publisher for the file again; nothing was stored.")
    require_kind(data, feed.read.format, label)
    if feed.read.format == "csv":
        rows = _read_csv(data, feed, label)
    else:
        rows = (read_workbook if feed.read.format == "xlsx" else _read_parquet)(data, feed, label)
    if missing := _missing(rows.table.column_names, feed):
        raise _not_its_columns(missing, _elsewhere(data, feed, label), feed, label)
    if rows.rows_in == 0:
        raise FeedError(
            "the file has a header and no rows",
            where=label,
            hint="a month without rows is a gap, not zero; ask the publisher for the file again.",
        )
    return _without_missing(_without_empty(rows), feed.read)


def require_columns(found: list[str], feed: Feed, label: str) -> None:
    """FeedError naming the columns that the feed needs and the file does not have."""
    if missing := _missing(found, feed):
        raise _not_its_columns(missing, None, feed, label)


def _missing(found: list[str], feed: Feed) -> list[str]:
    return [c for c in feed.required_columns if c not in found]


def _not_its_columns(missing: list[str], why: Elsewhere | None, feed: Feed, label: str) -> FeedError:
    return FeedError(
        f"not the columns of feed {feed.id}: missing {', '.join(missing)}{f' ({why.what})' if why else ''}",
        where=label,
        hint=why.next
        if why
        else "compare the file's header with feeds/catalogue.toml; a changed layout needs a changed entry there.",
    )


def _elsewhere(data: bytes, feed: Feed, label: str) -> Elsewhere | None:
    """Where a file whose header lacks the feed's columns has them otherwise."""
    if feed.read.format == "csv":
        return elsewhere(first_lines(data, feed.read.encoding), feed)
    if feed.read.format == "xlsx":
        wanted = set(feed.recognise.columns) or set(feed.required_columns)
        for number, cells in enumerate(header_rows(data, feed.read.sheet, label, 40), start=1):
            if wanted <= set(cells):
                return in_line(number, feed)
    return None


def _without_empty(rows: Rows) -> Rows:
    """Without the columns that have neither a name nor a value: what a spreadsheet leaves at the edge of a CSV."""
    names = rows.table.column_names
    without_name = [n for n in names if is_unnamed(n)]
    empty = [n for n in without_name if not pc.any(pc.not_equal(rows.table[n], "")).as_py()]
    kept = rows.table.drop_columns(empty) if empty else rows.table
    nameless = [n for n in without_name if n not in empty]
    told = [f"{', '.join(nameless[:5])}: not used"] if nameless else []
    return replace(rows, table=kept, remarks=rows.remarks | ({"told": told} if told else {}))


def to_utf8(data: bytes, reading: Reading, label: str) -> bytes:
    """The text as UTF-8 without a byte-order mark. FeedError naming the line where the declared encoding does not hold."""
    if reading.encoding == "utf-8":
        data = data.removeprefix(b"\xef\xbb\xbf")
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FeedError(
                "the file is UTF-16, not UTF-8", where=label, hint='save it as UTF-8, or declare read.encoding = "utf-16".'
            )
    if reading.encoding == "utf-8" and b"\x00" in data:
        wide = data[1:2] == b"\x00" or data[:1] == b"\x00"
        raise FeedError(
            f"the file holds NUL characters, so it is not text{' (it may be UTF-16)' if wide else ''}",
            where=label,
            hint="ask the publisher for the file again.",
        )
    if reading.encoding == "utf-8" and reading.delimiter.isascii() and data.isascii():
        return data
    try:
        content = data.decode(reading.encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FeedError(
            f"line {line} is not {reading.encoding.upper()}",
            where=label,
            hint="declare the file's encoding in feeds/catalogue.toml, read.encoding (cp1252 is what Windows writes), or save it as UTF-8.",
        ) from error
    if "\x00" in content:
        raise FeedError(
            "the file holds NUL characters, so it is not text", where=label, hint="ask the publisher for the file again."
        )
    if len(reading.delimiter.encode()) > 1:
        content = content.replace(reading.delimiter, _UNIT_SEPARATOR)
        return content.encode()
    return data if reading.encoding == "utf-8" else content.encode()


def _read_csv(data: bytes, feed: Feed, label: str) -> Rows:
    reading = feed.read
    data = to_utf8(data, reading, label)
    delimiter = reading.delimiter if len(reading.delimiter.encode()) == 1 else _UNIT_SEPARATOR
    begun = Header(reading.headerless, 0, 0) if reading.headerless else read_header(data, reading, delimiter, label)
    names = begun.names
    if missing := _missing(names, feed):
        raise _not_its_columns(missing, _elsewhere(data, feed, label), feed, label)
    require_rows_bound(data.count(b"\n", begun.body), label)
    bad: list[tuple[int, int, int, str]] = []
    across_lines = False

    def note(row: arrow_csv.InvalidRow) -> str:
        nonlocal across_lines
        across_lines |= "\n" in row.text
        bad.append((row.number, row.actual_columns, row.expected_columns, row.text[:ROW_TEXT_LIMIT]))
        return "skip" if len(bad) <= MOST_REJECTED else "error"

    body = pa.py_buffer(data).slice(begun.body)
    if not data[begun.body : begun.body + _BLOCK_BYTES].strip() and not data[begun.body :].strip():
        return Rows(pa.table({n: pa.array([], pa.string()) for n in names}), np.array([], dtype=np.int64))
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body),
            # without threads each row's number is known
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=reading.quote or False, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if len(bad) > MOST_REJECTED:
            raise too_many_rejected(len(bad), f"has {bad[0][1]} fields, not {bad[0][2]}", label) from error
        raise FeedError(
            "the file cannot be cut into rows and fields (an unclosed quotation mark, perhaps)",
            where=label,
            hint="open it and look at its last rows.",
        ) from error
    _quotation_marks_are_closed(data, begun.body, reading.quote, across_lines, label)
    lines, bad_lines = _lines(data, begun.body, table.num_rows, [b[0] for b in bad], delimiter, reading.quote)
    malformed = tuple(
        RejectedRow(at + begun.lines if at else 0, "", f"has {actual} fields, not {expected}", content)
        for at, (_, actual, expected, content) in zip(bad_lines, bad, strict=True)
    )
    return Rows(table, lines + begun.lines, malformed)


def _quotation_marks_are_closed(data: bytes, body: int, quote: str, across_lines: bool, label: str) -> None:
    """FeedError where a quotation mark was left open: it swallows whole rows, which would then be missing without a trace."""
    if quote and (data.count(quote.encode(), body) % 2 or across_lines):
        raise FeedError(
            "a quotation mark is left open, so rows run into each other",
            where=label,
            hint='ask the publisher for the file again; where quotation marks are plain text, declare read.quote = "".',
        )


def _lines(
    data: bytes, body: int, good: int, bad_numbers: list[int], delimiter: str, quote: str
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """The line of each good row and of each bad one, from 1 below the header.

    Counted from line ends where one row is one line, else by reading again.
    """
    records = good + len(bad_numbers)
    breaks = data.count(b"\n", body) + (not data.endswith(b"\n"))
    if breaks == records:
        starts = np.arange(1, breaks + 1, dtype=np.int64)
    else:
        # blank lines, or line breaks inside quotation marks: the standard reader knows where each record began
        reader = csv.reader(
            io.StringIO(data[body:].decode(), newline=""),
            delimiter=delimiter,
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        )
        begun, found = 1, []
        try:
            for record in reader:
                if record:
                    found.append(begun)
                begun = reader.line_num + 1
        except csv.Error:
            # a field longer than the standard reader takes: rows are then numbered as they come
            found = []
        starts = np.array(found, dtype=np.int64)
    # Arrow numbers records from 1
    at_bad = [n - 1 for n in bad_numbers]
    bad_lines = [int(starts[i]) if i < len(starts) else 0 for i in at_bad]
    keep = np.ones(len(starts), dtype=bool)
    keep[[i for i in at_bad if i < len(starts)]] = False
    lines = starts[keep]
    if len(lines) != good:
        lines = np.arange(good, dtype=np.int64) + 1
    return lines, bad_lines


def _without_missing(rows: Rows, reading: Reading) -> Rows:
    """The publisher's own texts for 'no value' as the empty text."""
    if not reading.missing:
        return rows
    stands_for_none = pa.array(reading.missing, pa.string())
    table = rows.table
    columns = {n: plain(table[n]) for n in table.column_names}
    kept = {n: pc.if_else(pc.is_in(pc.utf8_trim_whitespace(v), value_set=stands_for_none), "", v) for n, v in columns.items()}
    return replace(rows, table=pa.table(kept))


def _read_parquet(data: bytes, feed: Feed, label: str) -> Rows:
    """The rows of a Parquet file; line counts rows from 1.

    Values as text: whole numbers as such, dates as the feed writes them, else as ISO 8601, null as ''.
    """
    from pyarrow import parquet

    try:
        meta = parquet.read_metadata(pa.BufferReader(data))
        require_columns_bound(meta.num_columns, label)
        require_rows_bound(meta.num_rows, label)
        _unpacks_to(meta, len(data), label)
        # a text that is repeated a million times is held once
        texts = [meta.schema.column(i).path for i in range(meta.num_columns) if meta.schema.column(i).physical_type == "BYTE_ARRAY"]
        table = parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts).read()
        # indices that lie beyond their dictionary, texts that are not UTF-8
        table.validate(full=True)
    except FeedError:
        raise
    except Exception as error:
        # Arrow has many errors for bytes that are no Parquet; a key that is missing is one of them
        if "ncrypt" in str(error):
            raise under_password(label) from error
        raise FeedError("the Parquet file cannot be opened", where=label, hint="ask the publisher for the file again.") from error
    names = named(table.column_names, label)
    dates = feed.date_formats
    as_text = pa.table({name: _column_text(table.column(i), name, label, dates.get(name, "")) for i, name in enumerate(names)})
    return Rows(as_text, np.arange(1, table.num_rows + 1, dtype=np.int64))


def _unpacks_to(meta: parquet.FileMetaData, packed: int, label: str) -> None:
    """FeedError for a Parquet file that says of itself that it unpacks to too much."""
    require_size(sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)), packed, label)
    values = meta.num_rows * max(meta.num_columns, 1)
    require_size(values * _VALUE_BYTES, values * _VALUE_BYTES, label)


def _column_text(column: pa.ChunkedArray, name: str, label: str, written: str) -> pa.Array:
    values = plain(column)
    if pa.types.is_dictionary(values.type):
        lengths = pc.binary_length(values.dictionary.cast(pa.binary())).take(values.indices)
        require_size(size := pc.sum(lengths).as_py() or 0, size, label)
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type) or (written and pa.types.is_temporal(values.type)):
        return pa.array(["" if v is None else cell_text(v, written) for v in values.to_pylist()], pa.string())
    try:
        texts = pc.fill_null(values.cast(pa.string()), "")
        texts.validate(full=True)
    except pa.ArrowException as error:
        raise FeedError(
            f"column {name} is of type {values.type}, which is no plain value",
            where=label,
            hint="ask the publisher for a flat table.",
        ) from error
    return texts

"""CSV, XLSX and Parquet bytes to `Rows`: every field as text, bad rows named by line, encodings as declared.

Raises FeedError where the file as a whole is not what its feed says: not the encoding, no rows, columns missing.
"""

from __future__ import annotations

import csv
import io

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from python_calamine import CalamineError, CalamineWorkbook

from core.errors import FeedError
from feeds.catalogue.feed import Feed, Reading
from feeds.reading.rows import RejectedRow, Rows, plain

_BLOCK_BYTES = 16 * 1024 * 1024
# divides fields in place of a delimiter that UTF-8 writes as two bytes; no text file holds it
_UNIT_SEPARATOR = "\x1f"


def read_table(data: bytes, feed: Feed, label: str) -> Rows:
    """The rows of a CSV, XLSX or Parquet delivery, with exactly the columns that the file has."""
    if not data.strip():
        raise FeedError("the file is empty", where=label, hint="ask the publisher for the file again; nothing was stored.")
    if feed.read.format == "csv":
        rows = _read_csv(data, feed, label)
    else:
        rows = (_read_xlsx if feed.read.format == "xlsx" else _read_parquet)(data, feed.read, label)
    require_columns(rows.table.column_names, feed, label)
    if rows.rows_in == 0:
        raise FeedError(
            "the file has a header and no rows",
            where=label,
            hint="a month without rows is a gap, not zero; ask the publisher for the file again.",
        )
    return rows


def require_columns(found: list[str], feed: Feed, label: str) -> None:
    """FeedError naming the columns that the feed needs and the file does not have."""
    missing = [c for c in feed.required_columns if c not in found]
    if missing:
        raise FeedError(
            f"not the columns of feed {feed.id}: missing {', '.join(missing)}",
            where=label,
            hint="compare the file's header with feeds/catalogue.toml; a changed layout needs a changed entry there.",
        )


def to_utf8(data: bytes, reading: Reading, label: str) -> bytes:
    """The text as UTF-8 without a byte-order mark. FeedError naming the line where the declared encoding does not hold."""
    if reading.encoding == "utf-8":
        data = data.removeprefix(b"\xef\xbb\xbf")
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FeedError(
                "the file is UTF-16, not UTF-8", where=label, hint='save it as UTF-8, or declare read.encoding = "utf-16".'
            )
    try:
        content = data.decode(reading.encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FeedError(
            f"line {line} is not {reading.encoding.upper()}",
            where=label,
            hint="declare the file's encoding in feeds/catalogue.toml, read.encoding.",
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
    names = reading.headerless or _header(data, delimiter, reading.quote, label)
    require_columns(names, feed, label)
    bad: list[tuple[int, int, int, str]] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        bad.append((row.number, row.actual_columns, row.expected_columns, row.text))
        return "skip"

    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            # without threads each row's number is known
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, column_names=names, skip_rows=0 if reading.headerless else 1
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=reading.quote or False, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise FeedError(
            "the file cannot be cut into rows and fields (an unclosed quotation mark, perhaps)",
            where=label,
            hint="open it and look at its last rows.",
        ) from error
    _quotation_marks_are_closed(data, reading.quote, [content for *_, content in bad], label)
    table = _without_missing(table, reading)
    header_lines = 0 if reading.headerless else 1
    lines, bad_lines = _lines(data, table.num_rows, [b[0] for b in bad], header_lines, delimiter, reading.quote)
    malformed = tuple(
        RejectedRow(at, "", f"has {actual} fields, not {expected}", content)
        for at, (_, actual, expected, content) in zip(bad_lines, bad, strict=True)
    )
    return Rows(table, lines, malformed)


def _quotation_marks_are_closed(data: bytes, quote: str, malformed: list[str], label: str) -> None:
    """FeedError where a quotation mark was left open: it swallows whole rows, which would then be missing without a trace."""
    if quote and (data.count(quote.encode()) % 2 or any("\n" in content for content in malformed)):
        raise FeedError(
            "a quotation mark is left open, so rows run into each other",
            where=label,
            hint='ask the publisher for the file again; where quotation marks are plain text, declare read.quote = "".',
        )


def _header(data: bytes, delimiter: str, quote: str, label: str) -> list[str]:
    end = data.find(b"\n")
    first = data[: end if end >= 0 else len(data)].decode().rstrip("\r")
    try:
        names = next(
            csv.reader(
                [first], delimiter=delimiter, quotechar=quote or None, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
            ),
            [],
        )
    except csv.Error as error:
        raise FeedError(
            "the first line cannot be cut into column names",
            where=label,
            hint="ask the publisher for the file again; it may be no CSV.",
        ) from error
    names = [n.strip() for n in names]
    _names_are_single(names, label)
    return names


def _names_are_single(names: list[str], label: str) -> None:
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise FeedError(
            f"the header names a column twice: {', '.join(twice)}",
            where=label,
            hint="ask the publisher for a file with one column a name.",
        )


def _lines(
    data: bytes, good: int, bad_numbers: list[int], header_lines: int, delimiter: str, quote: str
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """The line of each good row and of each bad one. Counted from line ends where one row is one line, else by reading again."""
    records = good + len(bad_numbers)
    breaks = data.count(b"\n") + (not data.endswith(b"\n"))
    if breaks == records + header_lines:
        starts = np.arange(1, breaks + 1, dtype=np.int64)[header_lines:]
    else:
        # blank lines, or line breaks inside quotation marks: the standard reader knows where each record began
        reader = csv.reader(
            io.StringIO(data.decode(), newline=""),
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
        starts = np.array(found[header_lines:], dtype=np.int64)
    # Arrow numbers records from 1, the header among them
    at_bad = [n - 1 - header_lines for n in bad_numbers]
    bad_lines = [int(starts[i]) if i < len(starts) else 0 for i in at_bad]
    keep = np.ones(len(starts), dtype=bool)
    keep[[i for i in at_bad if i < len(starts)]] = False
    lines = starts[keep]
    if len(lines) != good:
        lines = np.arange(good, dtype=np.int64) + 1 + header_lines
    return lines, bad_lines


def _without_missing(table: pa.Table, reading: Reading) -> pa.Table:
    """The publisher's own texts for 'no value' as the empty text."""
    if not reading.missing:
        return table
    stands_for_none = pa.array(reading.missing, pa.string())
    return pa.table(
        {n: pc.if_else(pc.is_in(plain(table[n]), value_set=stands_for_none), "", plain(table[n])) for n in table.column_names}
    )


def _read_xlsx(data: bytes, reading: Reading, label: str) -> Rows:
    """The rows of one sheet; the first row is the header. Wholly empty rows are spacing, not data."""
    book = open_workbook(data, label)
    if reading.sheet not in book.sheet_names:
        raise FeedError(
            f"no sheet {reading.sheet!r}",
            where=label,
            hint=f"it has {', '.join(book.sheet_names)}; see feeds/catalogue.toml, read.sheet.",
        )
    cells = book.get_sheet_by_name(reading.sheet).to_python(skip_empty_area=False)
    header = [str(v).strip() for v in cells[0]] if cells else []
    wide = [i for i, name in enumerate(header) if name]
    _names_are_single([header[i] for i in wide], label)
    filled = [(number, row) for number, row in enumerate(cells[1:], start=2) if any(v != "" for v in row)]
    columns = [pa.array([_cell_text(row[i]) for _, row in filled], pa.string()) for i in wide]
    table = pa.table(columns, names=[header[i] for i in wide])
    return Rows(_without_missing(table, reading), np.array([number for number, _ in filled], dtype=np.int64))


def open_workbook(data: bytes, label: str) -> CalamineWorkbook:
    """A spreadsheet of any usual kind. FeedError where it is none."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError as error:
        raise FeedError("the workbook cannot be opened", where=label, hint="ask the publisher for the file again.") from error


def _cell_text(value: object) -> str:
    """A cell as text; a whole number as one, because spreadsheets store 9 as 9.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_parquet(data: bytes, reading: Reading, label: str) -> Rows:
    """The rows of a Parquet file; line counts rows from 1. Values as text: whole numbers as such, dates as ISO 8601, null as ''."""
    from pyarrow import parquet

    try:
        table = parquet.read_table(pa.BufferReader(data))
    except (pa.ArrowInvalid, OSError) as error:
        raise FeedError("the Parquet file cannot be opened", where=label, hint="ask the publisher for the file again.") from error
    _names_are_single(table.column_names, label)
    as_text = pa.table({name: _column_text(table[name], name, label) for name in table.column_names})
    return Rows(_without_missing(as_text, reading), np.arange(1, table.num_rows + 1, dtype=np.int64))


def _column_text(column: pa.ChunkedArray, name: str, label: str) -> pa.Array:
    values = plain(column)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type):
        return pa.array(["" if v is None else _cell_text(v) for v in values.to_pylist()], pa.string())
    try:
        return pc.fill_null(values.cast(pa.string()), "")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise FeedError(
            f"column {name} is of type {values.type}, which is no plain value",
            where=label,
            hint="ask the publisher for a flat table.",
        ) from error

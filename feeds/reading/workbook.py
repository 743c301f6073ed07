"""One worksheet of an .xlsx workbook to rows, within bounds: a cell far away would make an array of everything before it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from core.errors import FeedError
from feeds.catalogue.feed import HOUR, Feed
from feeds.reading.kind import require_columns_bound, require_kind
from feeds.reading.layout import named, unnamed
from feeds.reading.rows import Rows
from feeds.reading.source import file_settings, require_sound, unpacked
from feeds.reading.texts import clean

# a cell with something in it: one that only has a format closes in itself
_CELL = re.compile(rb'<(?:\w+:)?c (?:[^<>]*? )?r="([A-Z]{1,3})(\d{1,7})"(?:[^<>]*[^/<>])?>')


def read_workbook(data: bytes, feed: Feed, label: str) -> Rows:
    """The rows of one sheet, under the row that the feed declares as its header. Wholly empty rows are spacing, not data.

    A date is written as the feed says that the dates of its column are written; any other as ISO 8601.
    """
    cells = sheet_cells(data, feed.read.sheet, label)
    above = feed.read.header_row
    header = named((cell_text(v) for v in cells[above - 1]), label) if len(cells) >= above else []
    filled = [(number, row) for number, row in enumerate(cells[above:], start=above + 1) if any(v != "" for v in row)]
    # columns without a name and without a value are what a spreadsheet leaves at its edge
    kept = [i for i, name in enumerate(header) if name != unnamed(i + 1) or any(row[i] != "" for _, row in filled)]
    dates = feed.date_formats
    columns = [pa.array([cell_text(row[i], dates.get(header[i], "")) for _, row in filled], pa.string()) for i in kept]
    table = pa.table(columns, names=[header[i] for i in kept])
    return Rows(table, np.array([number for number, _ in filled], dtype=np.int64))


def header_rows(data: bytes, sheet: str, label: str, most: int) -> list[list[str]]:
    """The first rows of a sheet as texts, for knowing the file by its columns. FeedError where the sheet cannot be read."""
    return [[clean(cell_text(v)) for v in row] for row in sheet_cells(data, sheet, label, most)]


def sheet_cells(data: bytes, sheet: str, label: str, most: int | None = None) -> list[list[object]]:
    """The cells of a sheet from its first row and column on. FeedError where there is no such sheet or it is too large."""
    require_kind(data, "xlsx", label)
    _within_bounds(data, sheet, label)
    with _opening(label):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
    if sheet not in names:
        raise FeedError(
            f"no sheet {sheet!r}", where=label, hint=f"it has {', '.join(names[:20])}; see feeds/catalogue.toml, read.sheet."
        )
    with _opening(label):
        return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=most)]


@contextmanager
def _opening(label: str) -> Iterator[None]:
    """FeedError for whatever the reader says of bytes that are no sound workbook; a panic of compiled code is no Exception."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, CalamineError | Exception) or type(error).__name__ == "PanicException":
            raise FeedError("the workbook cannot be opened", where=label, hint="ask the publisher for the file again.") from error
        raise


def _within_bounds(data: bytes, sheet: str, label: str) -> None:
    """FeedError for a workbook that unpacks to too much, or whose sheet reaches too far."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            require_sound(archive, label)
            wanted = _file_of_sheet(archive, sheet, label)
            for info in archive.infolist():
                name = info.filename.lower()
                if not name.startswith("xl/") or not name.endswith((".xml", ".bin")):
                    continue
                content = _content(archive, info, label)
                if "worksheets/" in name and (wanted is None or info.filename == wanted):
                    _reaches(content, label)
    except FeedError:
        raise
    except Exception as error:
        # whatever the standard library says of a ZIP that is none
        raise FeedError("the workbook cannot be opened", where=label, hint="ask the publisher for the file again.") from error


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> bytes:
    """A part of the workbook, read to its end, so that a size that is not true shows."""
    with archive.open(info) as handle:
        return unpacked(handle, info.compress_size, label)


def _file_of_sheet(archive: zipfile.ZipFile, sheet: str, label: str) -> str | None:
    """The member that holds a sheet; None where that cannot be told, and every sheet is looked at."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    relations = _tags(_content(archive, archive.getinfo("xl/_rels/workbook.xml.rels"), label), "Relationship")
    targets = {r.get("Id", ""): r.get("Target", "") for r in relations}
    for found in _tags(_content(archive, archive.getinfo("xl/workbook.xml"), label), "sheet"):
        if found.get("name") == sheet and (target := targets.get(found.get("id", ""))):
            path = target.removeprefix("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            return path if path in names else None
    return None


def _tags(content: bytes, name: str) -> list[dict[str, str]]:
    """Attributes, without their prefixes, of every tag of a name. A parser of XML would unfold whatever the file defines."""
    found = re.findall(rf"<(?:\w+:)?{name}\s([^<>]*)>", content.decode(errors="replace"))
    return [{key: html.unescape(value) for key, value in re.findall(r'(?:\w+:)?(\w+)="([^"]*)"', tag)} for tag in found]


def _reaches(content: bytes, label: str) -> None:
    """FeedError where the last cell of a sheet is so far from its first that the array of both is too large."""
    most = file_settings().most_cells
    # those too that do not say where they stand
    if (cells := content.count(b"<c>") + content.count(b"<c ") + content.count(b":c>") // 2 + content.count(b":c ")) > most:
        raise _too_many_cells(f"its sheet has {cells:,} cells; {most:,} are allowed", label)
    rows, columns = 0, set()
    for found in _CELL.finditer(content):
        columns.add(found[1])
        rows = max(rows, int(found[2]))
    width = max((_number(letters) for letters in columns), default=0)
    require_columns_bound(width, label)
    if rows * width > most:
        raise _too_many_cells(
            f"its sheet reaches to row {rows:,} and column {width:,}, which makes more than {most:,} cells", label
        )


def _too_many_cells(what: str, label: str) -> FeedError:
    hint = "delete what stands far from the table; HOMEGROUND_FILES_MOST_CELLS says what is allowed."
    return FeedError(what, where=label, hint=hint)


def _number(letters: bytes) -> int:
    """The number of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def cell_text(value: object, written: str = "") -> str:
    """A cell as text; a whole number as one, because spreadsheets store 9 as 9.0. written: how dates of its column are written."""
    if written == HOUR and isinstance(value, float) and 0 <= value < 1:
        # an hour that was not formatted as one is a share of the day
        minutes = round(value * 24 * 60)
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.strftime(written) if written else _iso(value)
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


def _iso(value: datetime | date | time) -> str:
    """A day without an hour as a day alone: a spreadsheet has no other word for one."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat()

"""The figures of a brief as an Excel workbook: one sheet a subject, numbers as numbers, withheld counts as their symbol."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from briefs import archive
from briefs.content import Brief, Bullets, FigureRow, Paragraph
from briefs.describe.services import services_inside
from briefs.facts import Facts
from briefs.figures_table import (
    COLUMN_MEANINGS,
    FIGURE_COLUMNS,
    SERVICE_COLUMNS,
    SOURCE_COLUMNS,
    Value,
    figure_values,
    service_values,
    source_values,
)

_WIDEST = 60
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def workbook(facts: Facts, brief: Brief, rows: Sequence[FigureRow]) -> bytes:
    """The .xlsx file; its bytes depend on the brief alone."""
    book = Workbook()
    _read_me(book.active, brief)
    _sheet(book, "Figures", FIGURE_COLUMNS, (figure_values(facts, r) for r in rows))
    _sheet(book, "Services", SERVICE_COLUMNS, (service_values(s) for s in services_inside(facts)))
    _sheet(book, "Sources", SOURCE_COLUMNS, (source_values(s) for s in facts.sources))
    _sheet(book, "Columns", ("column", "meaning"), COLUMN_MEANINGS.items())
    properties = book.properties
    properties.title, properties.creator, properties.subject = brief.title, brief.author, brief.subtitle
    properties.identifier = brief.permanent
    properties.created = brief.published_at.replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    files = archive.unpack(buffer.getvalue())
    # openpyxl writes the machine's clock here whatever it is told
    stamp = brief.published_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    files["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", files["docProps/core.xml"])
    return archive.pack(files, brief.published_at)


def _read_me(sheet: Any, brief: Brief) -> None:
    """What the brief says in words, so that the numbers never travel without it."""
    sheet.title = "Read me"
    sheet.column_dimensions["A"].width = 110
    lines: list[tuple[str, bool]] = [(brief.title, True), (brief.subtitle, False), (brief.reference, False)]
    if brief.synthetic_label:
        lines.append((brief.synthetic_label, True))
    lines += [(f"{name}: {words}", False) for name, words in brief.colophon]
    for section in brief.sections:
        words = [b.text for b in section.blocks if isinstance(b, Paragraph)]
        words += [item for b in section.blocks if isinstance(b, Bullets) for item in b.items]
        if words:
            lines += [("", False), (section.heading, True), *((w, False) for w in words)]
    for number, (words_, bold) in enumerate(lines, start=1):
        cell = sheet.cell(number, 1)
        _text(cell, words_)
        cell.font = Font(name="Arial", size=16 if number == 1 else 10.5, bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _sheet(book: Any, title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    sheet = book.create_sheet(title)
    widths = [len(c) for c in columns]
    for x, name in enumerate(columns, start=1):
        _text(sheet.cell(1, x), name)
        sheet.cell(1, x).font = Font(name="Arial", size=10.5, bold=True)
    for y, row in enumerate(rows, start=2):
        for x, value in enumerate(row, start=1):
            cell = sheet.cell(y, x)
            cell.font = Font(name="Arial", size=10.5)
            if isinstance(value, str):
                _text(cell, value)
            elif value is not None:
                cell.value = value
            widths[x - 1] = max(widths[x - 1], len(str(value or "")))
    for x, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(x)].width = min(width + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _text(cell: Any, words: str) -> None:
    """A text that stays one: a name from outside that begins with = must not become a formula."""
    cell.value = words
    cell.data_type = "s"

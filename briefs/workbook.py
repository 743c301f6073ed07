"""The figures of a brief as an Excel workbook: one sheet a subject, numbers as numbers, withheld counts as their symbol."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference, Series
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
from published.release import TOTAL

_WIDEST = 60
# columns of days, which the other formats write as text
_DATES = frozenset({"period_start", "period_end", "loaded_at"})
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def workbook(facts: Facts, brief: Brief, rows: Sequence[FigureRow]) -> bytes:
    """The .xlsx file; its bytes depend on the brief alone."""
    book = Workbook()
    _this_place(book.active, facts, brief)
    _read_me(book.create_sheet("Read me"), brief)
    _sheet(book, "Figures", FIGURE_COLUMNS, (figure_values(facts, r) for r in rows))
    _sheet(book, "Services", SERVICE_COLUMNS, (service_values(s) for s in services_inside(facts)))
    _sheet(book, "Sources", SOURCE_COLUMNS, (source_values(s) for s in facts.sources))
    _sheet(book, "Columns", ("column", "meaning"), COLUMN_MEANINGS.items())
    properties = book.properties
    properties.title, properties.creator, properties.subject = brief.title, brief.author, brief.subtitle
    properties.identifier, properties.keywords = brief.permanent, ", ".join(brief.keywords)
    properties.created = brief.published_at.replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    files = archive.unpack(buffer.getvalue())
    # openpyxl writes the machine's clock here whatever it is told
    stamp = brief.published_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    files["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", files["docProps/core.xml"])
    return archive.pack(files, brief.published_at)


def _this_place(sheet: Any, facts: Facts, brief: Brief) -> None:
    """The place alone, for whoever opens the file: counts, rates a year with limits, the areas around, and a chart of them."""
    sheet.title = "This place"
    covered, place = facts.release.covered, facts.place
    factor = covered.to_a_year
    head: list[tuple[str, Any]] = [
        (brief.title, None), (brief.subtitle, None), ("First day", covered.period.start), ("Last day", covered.last_day),
        ("Residents", place.residents), *brief.colophon,
    ]  # fmt: skip
    for y, (name, value) in enumerate(head, start=1):
        _text(sheet.cell(y, 1), name)
        sheet.cell(y, 1).font = Font(name="Arial", size=16 if y == 1 else 10.5, bold=y == 1)
        if value is not None:
            _put(sheet.cell(y, 2), value)
            sheet.cell(y, 2).alignment = Alignment(horizontal="left")
    top = len(head) + 2
    others = [p for p in (facts.parent("lad"), facts.parent("all")) if p is not None]
    per = "a year per 1,000" if covered.noted else "per 1,000 over the months loaded"
    columns = (
        "Group of offences",
        "Recorded",
        "Least",
        "Most",
        f"Rate {per}",
        "Lower 95%",
        "Upper 95%",
        *(f"{p.name} {per}" for p in others),
    )
    for x, words in enumerate(columns, start=1):
        _text(sheet.cell(top, x), words)
        sheet.cell(top, x).font = Font(name="Arial", size=10.5, bold=True)
        sheet.cell(top, x).alignment = Alignment(wrap_text=True, vertical="bottom", horizontal="left" if x == 1 else "right")
        sheet.column_dimensions[get_column_letter(x)].width = 44 if x == 1 else 15
    for y, category in enumerate(facts.release.categories, start=top + 1):
        cell = facts.cell(place, category.category)
        rate = cell.rate(place)
        known = (None, None, None) if rate is None else (rate.per_1000 * factor, rate.lower * factor, rate.upper * factor)
        around = [None if (r := facts.cell(p, category.category).rate(p)) is None else r.per_1000 * factor for p in others]
        count = cell.count if cell.count is not None else cell.symbol
        for x, value in enumerate((category.label, count, cell.lowest, cell.highest, *known, *around), start=1):
            _put(sheet.cell(y, x), value)
            if x >= 5:
                sheet.cell(y, x).number_format = "0.0"
            if x > 1:
                sheet.cell(y, x).alignment = Alignment(horizontal="right")
    _chart(sheet, facts, top, len(columns), len(others))
    sheet.freeze_panes = sheet.cell(top + 1, 2)


def _chart(sheet: Any, facts: Facts, top: int, columns: int, others: int) -> None:
    """Bars of the rates of the place and of the areas around it; the total is left out, for it would press the others flat."""
    kinds = [n for n, c in enumerate(facts.release.categories) if c.kind != TOTAL]
    if not kinds:
        return
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "clustered", 0, 60
    chart.title = f"Recorded a year per 1,000 people, {facts.place.label}"
    first, last = top + 1 + min(kinds), top + 1 + max(kinds)
    names = Reference(sheet, min_col=1, min_row=first, max_row=last)
    for x in (5, *range(columns - others + 1, columns + 1)):
        chart.series.append(Series(Reference(sheet, min_col=x, min_row=first, max_row=last), title=str(sheet.cell(top, x).value)))
    chart.set_categories(names)
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.legend.position = "b"
    chart.height, chart.width = 2.2 + 1.5 * len(kinds), 24
    sheet.add_chart(chart, f"A{top + len(facts.release.categories) + 3}")


def _put(cell: Any, value: Any, like: Any = None) -> None:
    """A value as what it is: a date as a date, a number as a number, and a text that stays one.

    like: a cell set as the others are, whose style is taken over: openpyxl looks up each font that it is given among all that there are,
    which took half the time of a workbook.
    """
    if like is None:
        cell.font = Font(name="Arial", size=10.5)
    else:
        cell._style = copy(like._style)
    if isinstance(value, str):
        _text(cell, value)
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"


def _read_me(sheet: Any, brief: Brief) -> None:
    """What the brief says in words, so that the numbers never travel without it."""
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
            dated = isinstance(value, str) and columns[x - 1] in _DATES
            first = sheet.cell(2, x) if y > 2 else None
            _put(sheet.cell(y, x), date.fromisoformat(value) if dated and isinstance(value, str) else value, first)
            widths[x - 1] = max(widths[x - 1], len(str(value or "")))
    for x, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(x)].width = min(width + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _text(cell: Any, words: str) -> None:
    """A text that stays one: a name from outside that begins with = must not become a formula."""
    cell.value = words
    cell.data_type = "s"

"""A deck as PowerPoint: titles in their places, charts as charts, a text for each picture, handling and reference on every slide.

Its bytes depend on the brief alone: the dates inside, those of the workbooks behind its charts too, are the release's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from briefs import archive
from briefs.content import Brief, Figure, Table
from briefs.pdf import picture
from briefs.slides.content import BARS, COLUMNS, LINE, Chart, Series, Slide

_ACCENT, _INK, _MUTED, _HAIR = "0B5F6A", "1D2528", "5B6770", "C9CFD4"
# of the place, of the area around it, of the whole: told apart in grey, too
_SERIES = (_ACCENT, "8B959C", "D9A441")
_THEME = {
    "dk1": "1D2528", "lt1": "FFFFFF", "dk2": "0B5F6A", "lt2": "F3F5F5", "accent1": _SERIES[0], "accent2": _SERIES[1], "accent3": _SERIES[2],
    "accent4": "3A7F5C", "accent5": "7A4F8C", "accent6": "A4483A", "hlink": "0B5F6A", "folHlink": "5B6770",
}  # fmt: skip
_FONT = "Arial"
_WIDE, _HIGH, _EDGE = 13.333, 7.5, 0.6
_KINDS = {
    BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
    LINE: XL_CHART_TYPE.LINE_MARKERS,
}
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_MOST_ROWS = 12
_MOST_LABELS = 14


def deck(brief: Brief, slides: Sequence[Slide]) -> bytes:
    """The .pptx file: a first slide with who answers for it, then one message a slide."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(_WIDE), Inches(_HIGH)
    _theme(show)
    _properties(show, brief)
    of = len(slides) + 1
    _first(show, brief, of)
    for number, slide in enumerate(slides, start=2):
        _slide(show, brief, slide, number, of)
    buffer = io.BytesIO()
    show.save(buffer)
    return _same_bytes(buffer.getvalue(), brief)


def _same_bytes(data: bytes, brief: Brief) -> bytes:
    """The workbooks behind the charts have a clock of their own."""
    stamp = brief.published_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    files = archive.unpack(data)
    for name, content in files.items():
        if name.endswith(".xlsx"):
            inner = archive.unpack(content)
            inner["docProps/core.xml"] = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", inner["docProps/core.xml"])
            files[name] = archive.pack(inner, brief.published_at)
    return archive.pack(files, brief.published_at)


def _theme(show: Any) -> None:
    """The project's colours and one face that every machine has, for whatever somebody adds to the deck."""
    part = show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    for name, colour in _THEME.items():
        for place in root.iter(qn(f"a:{name}")):
            for child in list(place):
                place.remove(child)
            etree.SubElement(place, qn("a:srgbClr")).set("val", colour)
    for face in root.iter(qn("a:latin")):
        face.set("typeface", _FONT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _properties(show: Any, brief: Brief) -> None:
    core = show.core_properties
    core.title, core.subject, core.author, core.language = brief.title, brief.subtitle, brief.author, "en-GB"
    core.keywords, core.comments, core.last_modified_by = ", ".join(brief.keywords), brief.reference, "Homeground"
    core.created = core.modified = brief.published_at.replace(tzinfo=None)
    core.revision, core.identifier = 1, brief.permanent


def _first(show: Any, brief: Brief, of: int) -> None:
    slide = show.slides.add_slide(show.slide_layouts[5])
    _title(slide, brief.title, 40, top=1.5, high=1.5)
    lines = [brief.subtitle, *([brief.synthetic_label] if brief.synthetic_label else [])]
    _text(slide, lines, 20, top=3.1, high=1.3)
    _text(slide, [f"{name}: {words}" for name, words in brief.colophon], 14, top=4.5, high=2.2, colour=_MUTED)
    _frame(slide, brief, 1, of)


def _slide(show: Any, brief: Brief, content: Slide, number: int, of: int) -> None:
    slide = show.slides.add_slide(show.slide_layouts[5])
    longest = len(content.title)
    _title(slide, content.title, 28 if longest <= 90 else 24 if longest <= 130 else 20, top=0.65, high=1.15)
    top, high = 1.9, 4.4 if content.note else 4.9
    if isinstance(content.shown, Chart):
        _text(slide, [content.shown.caption], 14, top=top, high=0.35, colour=_MUTED)
        _chart(slide, content.shown, top + 0.4, high - 0.4)
    elif isinstance(content.shown, Figure):
        _picture(slide, content.shown, top, high)
    elif isinstance(content.shown, Table):
        _table(slide, content.shown, top)
    if content.points:
        _text(slide, content.points, 20 if len(content.points) < 5 else 18, top=top, high=high, apart=10)
    if content.note:
        _text(slide, [content.note], 12, top=6.35, high=0.55, colour=_MUTED)
    if spoken := content.spoken or _in_words(content):
        slide.notes_slide.notes_text_frame.text = "\n".join(spoken)
    _frame(slide, brief, number, of)


def _in_words(content: Slide) -> tuple[str, ...]:
    """What is seen, for the notes of a slide for which no sentence was given; nothing where it is made of sentences."""
    match content.shown:
        case Chart(alt=alt) | Figure(alt=alt):
            return (alt,)
        case Table(caption=caption, columns=columns, rows=rows):
            return (f"{caption}.", *("; ".join(f"{c.label}: {v}" for c, v in zip(columns, row, strict=True)) for row in rows))
        case _:
            return ()


def _frame(slide: Any, brief: Brief, number: int, of: int) -> None:
    """Handling above, reference and edition below."""
    marking = ". ".join(filter(None, (brief.marking, brief.synthetic_label.rstrip("."))))
    if marking:
        _text(slide, [marking], 12, top=0.22, high=0.35, bold=True, name="Handling")
    version = next((words for name, words in brief.colophon if name == "Version"), "")
    _text(
        slide,
        [". ".join(filter(None, (brief.permanent, f"{version[:1].upper()}{version[1:].split(',')[0]}")))],
        11,
        top=7.0,
        high=0.35,
        wide=10.5,
        colour=_MUTED,
        name="Reference",
    )
    _text(slide, [f"{number} of {of}"], 11, top=7.0, high=0.35, left=11.4, wide=1.33, colour=_MUTED, right=True, name="Number")


def _title(slide: Any, words: str, size: float, *, top: float, high: float) -> None:
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (Inches(v) for v in (_EDGE, top, _WIDE - 2 * _EDGE, high))
    frame = title.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    _set(frame.paragraphs[0], words, size, _ACCENT, bold=True)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT


def _text(
    slide: Any, lines: Sequence[str], size: float, *, top: float, high: float, left: float = _EDGE, wide: float = _WIDE - 2 * _EDGE,
    colour: str = _INK, bold: bool = False, right: bool = False, apart: float = 4, name: str = "",
) -> None:  # fmt: skip
    box = slide.shapes.add_textbox(*(Inches(v) for v in (left, top, wide, high)))
    if name:
        box.name = name
    frame = box.text_frame
    frame.word_wrap = True
    for n, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        _set(paragraph, line, size, colour, bold=bold)
        paragraph.space_after = Pt(apart)
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _set(paragraph: Any, words: str, size: float, colour: str, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = words
    font = run.font
    font.size, font.bold, font.name, font.language_id = Pt(size), bold, _FONT, MSO_LANGUAGE_ID.ENGLISH_UK
    font.color.rgb = _colour(colour)


def _picture(slide: Any, figure: Figure, top: float, high: float) -> None:
    shape = slide.shapes.add_picture(io.BytesIO(picture(figure)), Inches(_EDGE), Inches(top), height=Inches(high))
    if shape.width > Inches(_WIDE - 2 * _EDGE):
        shape.height = int(shape.height * Inches(_WIDE - 2 * _EDGE) / shape.width)
        shape.width = Inches(_WIDE - 2 * _EDGE)
    shape.left = int((Inches(_WIDE) - shape.width) / 2)
    _describe(shape._element.nvPicPr.cNvPr, figure.name, figure.alt)


def _table(slide: Any, table: Table, top: float) -> None:
    rows = table.rows[:_MOST_ROWS]
    shape = slide.shapes.add_table(len(rows) + 1, len(table.columns), *(Inches(v) for v in (_EDGE, top, _WIDE - 2 * _EDGE, 0.3)))
    _describe(shape._element.nvGraphicFramePr.cNvPr, "Table", table.caption)
    weights = [1.0 if c.numeric else 1.6 * c.weight for c in table.columns]
    for column, weight in zip(shape.table.columns, weights, strict=True):
        column.width = int(Inches(_WIDE - 2 * _EDGE) * weight / sum(weights))
    for y, row in enumerate((tuple(c.label for c in table.columns), *rows)):
        for x, words in enumerate(row):
            cell = shape.table.cell(y, x)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            _set(cell.text_frame.paragraphs[0], words, 12, "FFFFFF" if y == 0 else _INK, bold=y == 0)
            if table.columns[x].numeric:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _colour(hexadecimal: str) -> Any:
    return RGBColor.from_string(hexadecimal)  # type: ignore[no-untyped-call]


def _describe(facts: Any, name: str, alt: str) -> None:
    facts.set("name", name)
    facts.set("descr", alt)


def _chart(slide: Any, content: Chart, top: float, high: float) -> None:
    form = f"0.{'0' * content.decimals}" if content.decimals else "#,##0"
    data: Any = CategoryChartData(number_format=form)  # type: ignore[no-untyped-call]
    data.categories = list(content.categories)
    for series in content.series:
        data.add_series(series.name, list(series.values))
    frame = slide.shapes.add_chart(_KINDS[content.kind], *(Inches(v) for v in (_EDGE, top, _WIDE - 2 * _EDGE, high)), data)
    _describe(frame._element.nvGraphicFramePr.cNvPr, "Chart", content.alt)
    chart = frame.chart
    chart.has_title = False
    chart.font.size, chart.font.name = Pt(12), _FONT
    chart.font.color.rgb = _colour(_INK)
    chart.has_legend = len(content.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    values, names = chart.value_axis, chart.category_axis
    values.has_major_gridlines = content.kind == LINE
    if values.has_major_gridlines:
        values.major_gridlines.format.line.color.rgb = _colour(_HAIR)
    values.minimum_scale = 0
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = "General" if content.decimals else "#,##0", False
    names.format.line.color.rgb = values.format.line.color.rgb = _colour(_HAIR)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if content.kind == BARS:
        # the first category at the top, as it is read
        names.reverse_order = True
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    plot = chart.plots[0]
    if content.kind != LINE:
        plot.gap_width, plot.overlap = 50, 0
    for n, (drawn, series) in enumerate(zip(plot.series, content.series, strict=True)):
        _look(drawn, series, content, n)


def _look(drawn: Any, series: Series, content: Chart, n: int) -> None:
    colour = _colour(_SERIES[n % len(_SERIES)])
    if content.kind == LINE:
        drawn.smooth = False
        drawn.format.line.color.rgb, drawn.format.line.width = colour, Pt(2.5 if n == 0 else 1.5)
        drawn.marker.style = XL_MARKER_STYLE.CIRCLE if n == 0 else XL_MARKER_STYLE.NONE
        drawn.marker.format.fill.solid()
        drawn.marker.format.fill.fore_color.rgb = colour
        return
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = colour
    drawn.invert_if_negative = False
    if len(content.categories) <= _MOST_LABELS and (n == 0 or len(content.categories) <= _MOST_LABELS / 2):
        labels = drawn.data_labels
        labels.show_value = True
        # where an interval ends beyond the bar, its number stands inside
        labels.position = XL_LABEL_POSITION.INSIDE_BASE if series.low else XL_LABEL_POSITION.OUTSIDE_END
        labels.number_format, labels.number_format_is_linked = f"#,##0.{'0' * content.decimals}".rstrip("."), False
        labels.font.size = Pt(9 if len(content.categories) * len(content.series) > 12 else 11)
        if series.low:
            labels.font.color.rgb = _colour("FFFFFF")
    if series.low:
        _intervals(drawn, series)


def _intervals(drawn: Any, series: Series) -> None:
    """95% intervals as the chart's own error bars, which the package has no call for (ECMA-376 part 1, 21.2.2.55)."""
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for side, ends in (("plus", series.high), ("minus", series.low)):
        literal = etree.SubElement(etree.SubElement(bars, qn(f"c:{side}")), qn("c:numLit"))
        etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(series.values)))
        for n, (middle, end) in enumerate(zip(series.values, ends, strict=True)):
            if middle is not None and end is not None:
                point = etree.SubElement(literal, qn("c:pt"))
                point.set("idx", str(n))
                etree.SubElement(point, qn("c:v")).text = f"{abs(end - middle):.6g}"
    drawn._element.find(qn("c:cat")).addprevious(bars)

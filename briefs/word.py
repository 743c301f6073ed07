"""The brief as a Word document: real headings, captions, header rows and alternative texts, and room that people type into."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from briefs import archive
from briefs.asked import OWN
from briefs.content import GONE, KEPT, Block, Brief, Bullets, Figure, FillIn, Paragraph, Redline, Section, Table
from briefs.pdf import picture

_ACCENT = RGBColor(0x0B, 0x5F, 0x6A)
_MUTED = RGBColor(0x5B, 0x67, 0x70)
# on every machine that opens Word files; a Word file cannot rely on ours
_FONT = "Arial"
_TEXT_WIDTH_CM = 16.0
# stands in a content control until somebody writes there
WRITE_HERE = "Write here"
_LONGEST_IN_ONE_PIECE = 14
# of a digit at 9 points
_LETTER_CM = 0.18


def word_document(brief: Brief) -> bytes:
    """The .docx file; its bytes depend on the brief alone."""
    document = Document()
    _styles(document)
    _properties(document, brief)
    _page(document, brief)
    document.add_paragraph(brief.title, style="Title")
    document.add_paragraph(brief.subtitle, style="Subtitle")
    _muted(document.add_paragraph(brief.reference))
    if brief.synthetic_label:
        document.add_paragraph().add_run(brief.synthetic_label).bold = True
    for name, words in brief.colophon:
        line = document.add_paragraph()
        _muted(line, f"{name}: {words}")
        line.paragraph_format.space_after = Pt(1)
    if brief.contents:
        _contents(document, brief)
    for section in brief.sections:
        _section(document, section, brief)
    buffer = io.BytesIO()
    document.save(buffer)
    return archive.pack(archive.unpack(buffer.getvalue()), brief.published_at)


def _styles(document: Any) -> None:
    for name in ("Title", "Subtitle"):
        # Word's own look has a rule below the title and letters set apart
        for key in ("w:pBdr", "w:spacing", "w:kern"):
            for found in list(document.styles[name].element.iter(qn(key))):
                found.getparent().remove(found)
    for name, size, colour in (
        ("Normal", 10.5, None), ("Title", 22, _ACCENT), ("Subtitle", 12.5, None), ("Heading 1", 14.5, _ACCENT), ("Heading 2", 11.5, None),
        ("Caption", 9.5, _MUTED),
        ("List Bullet", 10.5, None),
    ):  # fmt: skip
        style = document.styles[name]
        style.font.name = _FONT
        style.font.size = Pt(size)
        style.font.italic = False
        style.font.bold = name.startswith("Heading")
        if colour is not None:
            style.font.color.rgb = colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(key), _FONT)
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(key), None)
    document.styles["Title"].paragraph_format.space_after = Pt(6)
    document.styles["Subtitle"].paragraph_format.space_after = Pt(3)
    document.styles["Normal"].paragraph_format.space_after = Pt(7)
    document.styles["Normal"].paragraph_format.line_spacing = 1.15
    document.styles["Heading 1"].paragraph_format.space_before = Pt(20)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(7)
    document.styles["Heading 2"].paragraph_format.space_before = Pt(14)
    document.styles["Heading 2"].paragraph_format.space_after = Pt(5)
    document.styles["Heading 2"].font.color.rgb = RGBColor(0x1D, 0x25, 0x28)
    document.styles["Subtitle"].font.color.rgb = None
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _properties(document: Any, brief: Brief) -> None:
    """The document's own facts: release date, never the machine's clock or the name of an account."""
    when = brief.published_at.replace(tzinfo=None)
    core = document.core_properties
    core.title, core.subject, core.author, core.language = brief.title, brief.subtitle, brief.author, "en-GB"
    core.keywords, core.comments, core.last_modified_by = ", ".join(brief.keywords), brief.reference, "Homeground"
    core.created = core.modified = when
    core.revision = 1
    core.identifier = brief.permanent


def _page(document: Any, brief: Brief) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.5)
    if head := ". ".join(filter(None, (brief.marking, brief.synthetic_label.rstrip(".")))):
        _muted(page.header.paragraphs[0], head)
    footer = page.footer.paragraphs[0]
    _muted(footer, f"{brief.footer}{'. Synthetic data' if brief.synthetic_label else ''}. Page ")
    _field(footer, "PAGE")
    _muted(footer, " of ")
    _field(footer, "NUMPAGES")


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    look = OxmlElement("w:rPr")
    for key, value in (("w:color", str(_MUTED)), ("w:sz", "18")):
        part = OxmlElement(key)
        part.set(qn("w:val"), value)
        look.append(part)
    run.append(look)
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    field.append(run)
    paragraph._p.append(field)


def _muted(paragraph: Any, words: str = "") -> None:
    if words:
        paragraph.add_run(words)
    for run in paragraph.runs:
        run.font.size = Pt(9)
        run.font.color.rgb = _MUTED


def _contents(document: Any, brief: Brief) -> None:
    """A table of contents that Word fills with page numbers when it updates fields; until then the headings stand in it."""
    title = document.add_paragraph()
    title.add_run("Contents").bold = True
    first, begun = None, False
    for section in brief.sections:
        line = document.add_paragraph(style="Normal")
        line.paragraph_format.left_indent = Cm(0.8 * (section.level - 1))
        line.paragraph_format.space_after = Pt(2)
        if not begun:
            _mark(line, "begin", dirty=True)
            _mark(line, ' TOC \\o "1-2" \\h \\z \\u ')
            _mark(line, "separate")
            begun = True
        line.add_run(section.heading)
        first = line
    if first is not None:
        _mark(first, "end")


def _mark(paragraph: Any, what: str, *, dirty: bool = False) -> None:
    """A part of a field: its begin, separator or end, else its instruction."""
    run = paragraph.add_run()._r
    if what in ("begin", "separate", "end"):
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), what)
        if dirty:
            part.set(qn("w:dirty"), "true")
    else:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = what
    run.append(part)


def _section(document: Any, section: Section, brief: Brief) -> None:
    heading = document.add_heading(section.heading, level=section.level)
    heading.paragraph_format.page_break_before = section.new_page or None
    if section.mark:
        _muted(document.add_paragraph(section.mark))
    written: dict[str, Any] = {}
    for block in section.blocks:
        if isinstance(block, Redline):
            _redline(document, block, brief)
        elif isinstance(block, Paragraph) and block.own:
            _own_words(document, block, written)
        else:
            _block(document, block)


def _own_words(document: Any, block: Paragraph, written: dict[str, Any]) -> None:
    """What the partnership wrote, within one content control a part: it can be changed there, and the next edition takes it from there."""
    paragraph = document.add_paragraph(block.text)._p
    if block.own not in written:
        control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
        for name, value in (("alias", OWN[block.own]), ("tag", f"own-{block.own}"), ("id", _number(f"written {block.own}"))):
            part = OxmlElement(f"w:{name}")
            part.set(qn("w:val"), value)
            properties.append(part)
        control.extend((properties, content))
        paragraph.addprevious(control)
        written[block.own] = content
    written[block.own].append(paragraph)


def _number(words: str) -> str:
    """The number of a content control: the same for the same words."""
    return str(int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") >> 1)


def _redline(document: Any, redline: Redline, brief: Brief) -> None:
    """As Word's own tracked changes, which people step through; by the release's date, never the machine's clock."""
    paragraph = document.add_paragraph()
    last = len(redline.parts) - 1
    for n, (way, words) in enumerate(redline.parts):
        run = paragraph.add_run(f"{words}{' ' if n < last else ''}")._r
        if way == KEPT:
            continue
        tracked = OxmlElement("w:del" if way == GONE else "w:ins")
        number = 1 + sum(1 for _ in document.element.iter(qn("w:ins"), qn("w:del")))
        for name, value in (("id", str(number)), ("author", "Homeground"), ("date", f"{brief.published_at:%Y-%m-%dT%H:%M:%SZ}")):
            tracked.set(qn(f"w:{name}"), value)
        run.addprevious(tracked)
        tracked.append(run)
        if way == GONE:
            for text in run.iter(qn("w:t")):
                text.tag = qn("w:delText")


def _block(document: Any, block: Block) -> None:
    match block:
        case Paragraph(text, strong):
            document.add_paragraph().add_run(text).bold = strong or None
        case Bullets(items):
            for item in items:
                document.add_paragraph(item, style="List Bullet")
        case Table():
            _table(document, block)
        case Figure():
            _figure(document, block)
        case FillIn(prompt, lines, own):
            asked = document.add_paragraph(prompt)
            _muted(asked)
            asked.paragraph_format.keep_with_next = True
            box = document.add_table(rows=1, cols=1, style="Table Grid")
            box.rows[0].height = Cm(lines * 0.85)
            box.rows[0].cells[0].paragraphs[0]._p.append(_control(prompt, own))
            document.add_paragraph()


def _control(prompt: str, own: str) -> Any:
    """A content control that people write into: several lines of plain text, named by its prompt, which assistive programs read out. own:
    the part by which the next edition finds what was written."""
    control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    tag = f"own-{own}" if own else re.sub(r"[^a-z]+", "-", prompt.lower())[:60]
    for name, value in (("alias", prompt[:64]), ("tag", tag), ("id", _number(prompt))):
        part = OxmlElement(f"w:{name}")
        part.set(qn("w:val"), value)
        properties.append(part)
    properties.append(OxmlElement("w:showingPlcHdr"))
    text = OxmlElement("w:text")
    text.set(qn("w:multiLine"), "1")
    properties.append(text)
    run, look, colour, words = (OxmlElement(f"w:{name}") for name in ("r", "rPr", "color", "t"))
    colour.set(qn("w:val"), str(_MUTED))
    look.append(colour)
    words.text = WRITE_HERE
    run.extend((look, words))
    content.append(run)
    control.extend((properties, content))
    return control


def _figure(document: Any, figure: Figure) -> None:
    drawn = document.add_picture(io.BytesIO(picture(figure)), width=Cm(_TEXT_WIDTH_CM * figure.width))
    facts = drawn._inline.docPr
    facts.set("descr", figure.alt)
    facts.set("name", figure.name)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(figure.caption, style="Caption")


def _widths(table: Table) -> list[float]:
    """Centimetres of each column: numbers get what their longest line and the longest word of their head need, text shares the rest."""
    needs = []
    for x, column in enumerate(table.columns):
        words = [1.12 * len(word) for word in column.label.split()]
        longest = max([*words, *(len(row[x]) for row in table.rows)], default=1)
        needs.append(0.45 + _LETTER_CM * longest if column.numeric else 0.0)
    most = 0.78 * _TEXT_WIDTH_CM
    squeeze = min(1.0, most / sum(needs)) if sum(needs) else 1.0
    rest = _TEXT_WIDTH_CM - squeeze * sum(needs)
    weights = sum(c.weight for c in table.columns if not c.numeric)
    return [squeeze * n if c.numeric else rest * c.weight / weights for c, n in zip(table.columns, needs, strict=True)]


def _rules(table: Any) -> None:
    """Thin rules between rows and none between columns."""
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "bottom", "insideH"):
        rule = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "C9CFD4")):
            rule.set(qn(f"w:{key}"), value)
        borders.append(rule)
    table._tbl.tblPr.append(borders)


def _table(document: Any, table: Table) -> None:
    caption = document.add_paragraph()
    caption.add_run(table.caption).bold = True
    caption.paragraph_format.keep_with_next = True
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.autofit = False
    _rules(made)
    # the first row is repeated on each page and read out as the header
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(repeat)
    widths = _widths(table)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for y, (row, cells) in enumerate(zip((tuple(c.label for c in table.columns), *table.rows), made.rows, strict=True)):
        for x, (words, cell) in enumerate(zip(row, cells.cells, strict=True)):
            cell.width = Cm(widths[x])
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(words)
            run.font.size = Pt(8 if y == 0 else 9)
            run.bold = y == 0 or None
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.line_spacing = 1.0
            # a short table stays in one piece
            paragraph.paragraph_format.keep_with_next = len(table.rows) <= _LONGEST_IN_ONE_PIECE and y < len(table.rows)
            if table.columns[x].numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if table.note:
        note = document.add_paragraph(table.note)
        note.paragraph_format.space_before = Pt(4)
        _muted(note)
    else:
        document.add_paragraph()

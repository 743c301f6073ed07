"""What the partnership wrote, taken from where it wrote it: a TOML file, or the content controls of a Word file of an earlier edition."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from briefs.asked import CLOSED, MOST_TEXT, OWN, read_own
from briefs.register import MOST_BYTES
from briefs.word import WRITE_HERE
from core.errors import UserError


def own_words(path: Path) -> dict[str, str]:
    """By the keys of OWN; what nobody wrote is not there. UserError where the file cannot be read, or a text is too long."""
    return of_word(path) if path.suffix.lower() == ".docx" else read_own(path)


def of_word(path: Path) -> dict[str, str]:
    """From the controls of a brief or an assessment, whatever else was changed in the file."""
    found: dict[str, str] = {}
    for control in opened(path).element.body.iter(qn("w:sdt")):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        key = "" if tag is None else str(tag.get(qn("w:val"))).removeprefix("own-")
        words = _text(control.find(qn("w:sdtContent")))
        if key not in OWN or not words or words == WRITE_HERE:
            continue
        if len(words) > MOST_TEXT:
            raise UserError(f"{OWN[key]} is longer than {MOST_TEXT:,} characters", where=str(path))
        found[key] = words
    return found


def is_closed(path: Path) -> bool:
    """Whether any header of a Word file bears the marking of what is not for publication."""
    return any(CLOSED in p.text for section in opened(path).sections for p in section.header.paragraphs)


def _text(content: Any) -> str:
    """Paragraphs set apart by an empty line; a line that was broken within one stays broken."""
    if content is None:
        return ""
    paragraphs = list(content.iter(qn("w:p"))) or [content]
    said = ("".join(_piece(e) for e in p.iter(qn("w:t"), qn("w:br"), qn("w:tab"))).strip() for p in paragraphs)
    return "\n\n".join(s for s in said if s)


def _piece(element: Any) -> str:
    if element.tag == qn("w:t"):
        return element.text or ""
    return "\n" if element.tag == qn("w:br") else " "


def opened(path: Path) -> Any:
    """A Word file. UserError where it is none, or larger than any brief."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError("the file is larger than any brief", where=str(path))
        with zipfile.ZipFile(path) as archive:
            if sum(i.file_size for i in archive.infolist()) > 4 * MOST_BYTES:
                raise UserError("the file unpacks to more than any brief holds", where=str(path))
        return Document(io.BytesIO(path.read_bytes()))
    except UserError:
        raise
    except Exception as error:
        # a broken file is refused in many ways by zip, XML and the package
        raise UserError("the file is no Word document", where=str(path)) from error

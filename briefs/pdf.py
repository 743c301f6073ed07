"""The brief as tagged PDF (PDF/UA-1), set by Typst with fonts that come as packages.

No font of the machine is used and the date is that of the release, so the same release gives the same bytes anywhere.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from briefs.content import Block, Brief, Bullets, Figure, FillIn, Paragraph, Redline, Table
from core.errors import InternalError

_TEMPLATES = Path(__file__).parent / "templates"
# the faces that the template and the drawings use; the OpenType files of the package, never its TrueType twins
_FACES = ("Regular", "It", "Semibold", "Bold")


def typeset(brief: Brief) -> bytes:
    """The PDF of a brief. InternalError where Typst refuses it, with Typst's own reason."""
    drawings = {figure.name: figure.svg for figure in figures(brief)}
    return set_in_type("brief", _as_data(brief), drawings, brief.published_at)


def set_in_type(template: str, data: Mapping[str, Any], drawings: Mapping[str, str], when: datetime) -> bytes:
    """The tagged PDF of a template, which reads its words from TEMPLATE.json and its drawings, SVG by name, beside it."""
    return _set(template, data, drawings, format="pdf", pdf_standards="ua-1", timestamp=int(when.timestamp()))


def card(data: Mapping[str, Any], drawing: str) -> bytes:
    """A figure or a map by itself as PNG, 1200 by 630 pixels, of templates/card.typ. drawing: SVG, '' where there is none."""
    return _set("card", dict(data) | {"drawing": bool(drawing)}, {"drawing": drawing} if drawing else {}, format="png", ppi=72)


def _set(template: str, data: Mapping[str, Any], drawings: Mapping[str, str], **how: Any) -> bytes:
    with tempfile.TemporaryDirectory(prefix="homeground-brief-") as folder:
        root = Path(folder)
        (root / f"{template}.typ").write_bytes((_TEMPLATES / f"{template}.typ").read_bytes())
        (root / f"{template}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for name, svg in drawings.items():
            (root / f"{name}.svg").write_text(svg, encoding="utf-8")
        compiler = typst.Compiler(str(root / f"{template}.typ"), root=str(root), font_paths=fonts(root), ignore_system_fonts=True)
        try:
            made = compiler.compile(**how)
        except typst.TypstError as error:
            raise InternalError(f"Typst refused the {template}: {error.message}") from error
    return _one_file(made)


def picture(figure: Figure, *, pixels_per_inch: float = 220) -> bytes:
    """A figure as PNG, for formats that hold no drawings."""
    with tempfile.TemporaryDirectory(prefix="homeground-brief-") as folder:
        root = Path(folder)
        (root / "figure.svg").write_text(figure.svg, encoding="utf-8")
        (root / "figure.typ").write_text(
            '#set page(width: 16cm, height: auto, margin: 0pt)\n#set text(font: "Source Sans Pro")\n#image("figure.svg", width: 100%)\n',
            encoding="utf-8",
        )
        compiler = typst.Compiler(str(root / "figure.typ"), root=str(root), font_paths=fonts(root), ignore_system_fonts=True)
        return _one_file(compiler.compile(format="png", ppi=pixels_per_inch))


def figures(brief: Brief) -> list[Figure]:
    return [block for section in brief.sections for block in section.blocks if isinstance(block, Figure)]


def fonts(root: Path) -> list[str]:
    """A folder with the font files that we set with. The package that holds them is found, not imported."""
    found = importlib.util.find_spec("font_source_sans_pro")
    if found is None or not found.submodule_search_locations:
        raise InternalError("the package font-source-sans-pro is not installed")
    package = Path(next(iter(found.submodule_search_locations))) / "files"
    chosen = root / "fonts"
    chosen.mkdir()
    for face in _FACES:
        shutil.copyfile(package / f"SourceSansPro-{face}.otf", chosen / f"SourceSansPro-{face}.otf")
    return [str(chosen)]


def _one_file(made: object) -> bytes:
    if isinstance(made, list) and len(made) == 1:
        made = made[0]
    if not isinstance(made, bytes):
        raise InternalError("Typst made no single file")
    return made


def _as_data(brief: Brief) -> dict[str, Any]:
    """What the template reads."""
    day = brief.published_at.astimezone(UTC).date()
    return {
        "title": brief.title,
        "subtitle": brief.subtitle,
        "reference": brief.reference,
        "footer": brief.footer,
        "synthetic_label": brief.synthetic_label,
        "keywords": list(brief.keywords),
        "author": brief.author,
        "marking": brief.marking,
        "contents": brief.contents,
        "colophon": [list(pair) for pair in brief.colophon],
        "date": [day.year, day.month, day.day],
        "sections": [
            {
                "heading": s.heading,
                "mark": s.mark,
                "level": s.level,
                "new_page": s.new_page,
                "blocks": [_block(b) for b in s.blocks],
            }
            for s in brief.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(text, strong):
            return {"kind": "paragraph", "text": text, "strong": strong}
        case Bullets(items):
            return {"kind": "bullets", "items": list(items)}
        case Table(caption, columns, rows, note):
            heads = [{"label": c.label, "numeric": c.numeric, "weight": c.weight} for c in columns]
            return {"kind": "table", "caption": caption, "columns": heads, "rows": [list(r) for r in rows], "note": note}
        case Figure(name=name, caption=caption, alt=alt, width=width):
            return {"kind": "figure", "file": f"{name}.svg", "caption": caption, "alt": alt, "width": width}
        case FillIn(prompt, lines):
            return {"kind": "fill-in", "prompt": prompt, "lines": lines}
        case Redline(parts):
            return {"kind": "redline", "parts": [list(part) for part in parts]}

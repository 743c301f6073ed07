"""The brief as one HTML page that needs nothing else: no script, no request to any host, its drawings inside it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from briefs.content import GONE, NEW, Block, Brief, Bullets, Figure, FillIn, Paragraph, Redline, Section, Table

_STYLE = (Path(__file__).parent / "templates" / "brief.css").read_text(encoding="utf-8")


def web_page(brief: Brief) -> bytes:
    """A whole HTML document."""
    label = f'<p class="synthetic">{escape(brief.synthetic_label)}</p>' if brief.synthetic_label else ""
    sections = "\n".join(_section(s, n) for n, s in enumerate(brief.sections, start=1))
    page = f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="author" content="{escape(brief.author)}">
<meta name="dcterms.identifier" content="{escape(brief.permanent)}">
<title>{escape(brief.title)}</title>
<style>
{_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>{escape(brief.title)}</h1>
<p class="subtitle">{escape(brief.subtitle)}</p>
<p class="reference">{escape(brief.reference)}</p>
{label}
{_colophon(brief)}
</header>
{sections}
</main>
<footer><p>{escape(brief.footer)}{". Synthetic data" if brief.synthetic_label else ""}</p></footer>
</body>
</html>
"""
    return page.encode()


def _colophon(brief: Brief) -> str:
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(words)}</dd></div>" for name, words in brief.colophon)
    return f'<dl class="colophon">{pairs}</dl>' if pairs else ""


def _section(section: Section, number: int) -> str:
    by_hand = f'<p class="by-hand">{section.mark}</p>' if section.mark else ""
    blocks = "\n".join(_block(b) for b in section.blocks)
    h = f"h{section.level + 1}"
    return (
        f'<section aria-labelledby="s{number}">\n<{h} id="s{number}">{escape(section.heading)}</{h}>\n{by_hand}{blocks}\n</section>'
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, strong):
            return f'<p class="notice">{escape(text)}</p>' if strong else f"<p>{escape(text)}</p>"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
        case Table():
            return _table(block)
        case Figure(svg=svg, caption=caption):
            # the drawing carries its own title and description, so it needs no alternative beside it
            label = f'role="region" aria-label="{escape(caption)}" tabindex="0"'
            return f'<figure><div class="drawing" {label}>{svg}</div><figcaption>{escape(caption)}</figcaption></figure>'
        case FillIn(prompt, lines):
            return f'<div class="fill-in"><p>{escape(prompt)}</p><div style="height:{lines * 2}rem"></div></div>'
        case Redline(parts):
            return f"<p>{' '.join(_part(way, words) for way, words in parts)}</p>"


def _part(way: str, words: str) -> str:
    """Brackets too: not every reader of a page hears that a word was struck out."""
    said = escape(words)
    return f"<del>[{said}]</del>" if way == GONE else f"<ins>{said}</ins>" if way == NEW else said


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col"{_side(c.numeric)}>{escape(c.label)}</th>' for c in table.columns)
    body = "".join(
        "<tr>"
        + f'<th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{_side(c.numeric)}>{escape(v)}</td>" for c, v in zip(table.columns[1:], row[1:], strict=True))
        + "</tr>"
        for row in table.rows
    )
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    caption = escape(table.caption)
    return (
        f'<div class="table" role="region" aria-label="{caption}" tabindex="0"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}"
    )


def _side(numeric: bool) -> str:
    return ' class="number"' if numeric else ""

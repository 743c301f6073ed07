"""The dashboard on paper: a tagged PDF, set as a brief is, and one picture (PNG) of all tiles. Both say who asked for them and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.look import wording
from app.own_dashboard import bars
from app.own_dashboard.content import Line, TileContent
from app.person.sign_in import ROLE_NAMES, Person
from briefs import drawing
from briefs.content import Block, Brief, Bullets, Column, Figure, Paragraph, Section, Table
from briefs.pdf import picture, typeset
from core.periods import runs_of

_WIDTH, _HEIGHT = 640.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 54.0, 12.0, 12.0, 24.0
_GAP = "#e4e6e8"
_KEY = "Band: the usual range of a month. Diamond: a month that stands out. Grey: missing."
_NEWEST = 12
# of the picture: the print of a note, and how many letters fit on its line
_NOTE, _LETTERS = 13.0, 98


@dataclass(frozen=True)
class OnPaper:
    """What the paper says at its head. synthetic: whether the figures are invented."""

    name: str
    person: Person
    synthetic: bool
    now: datetime

    @property
    def asked(self) -> str:
        when = self.now.astimezone(UTC)
        who = f"{self.person.name}, {wording.lower(ROLE_NAMES[self.person.role])}"
        return f"Asked for by {who}, on {when.day} {when:%b %Y}, {when:%H:%M} UTC"

    @property
    def invented(self) -> str:
        return "Synthetic data: these places and figures are invented." if self.synthetic else ""


def pdf_of(head: OnPaper, tiles: Sequence[TileContent]) -> bytes:
    return typeset(brief_of(head, tiles))


def brief_of(head: OnPaper, tiles: Sequence[TileContent]) -> Brief:
    return Brief(
        title=head.name,
        subtitle=f"{wording.plural(len(tiles), 'tile')} of a dashboard",
        reference=head.asked,
        footer=f"Not for publication. {head.asked}",
        synthetic_label=head.invented,
        published_at=head.now,
        keywords=("dashboard",),
        sections=tuple(_section(n, tile) for n, tile in enumerate(tiles, 1)),
        marking=wording.HANDLING.removesuffix("."),
    )


def _section(number: int, tile: TileContent) -> Section:
    blocks: list[Block] = []
    if tile.figure is not None:
        blocks += [Paragraph(f"{tile.figure.label}: {tile.figure.figure}", strong=True), Bullets(tile.figure.notes)]
    else:
        blocks.append(Paragraph(wording.capitalised(tile.why_not), strong=True))
    if tile.line is not None:
        words = in_words(tile.line)
        blocks.append(Figure(f"months-{number}", drawn(tile.line, tile.heading), f"{tile.heading}, month by month", words))
    if tile.bars is not None:
        picture_of = bars.on_paper(tile.bars, tile.heading)
        blocks.append(Figure(f"bars-{number}", picture_of, f"{tile.heading}. {tile.bars.caption}", tile.bars.in_words))
    if tile.table is not None and tile.table.rows:
        columns = tuple(Column(c.text, numeric=c.number) for c in tile.table.columns)
        rows = tuple(tuple(" ".join((c.text, *c.notes)).strip() for c in row) for row in tile.table.rows[:_NEWEST])
        left = "" if len(tile.table.rows) <= _NEWEST else f"The newest {_NEWEST}; the file (CSV) has all of them."
        blocks.append(Table(tile.table.caption, columns, rows, left))
    if tile.measure is not None:
        source = f" Source: {tile.measure.source}." if tile.measure.source else ""
        blocks.append(Paragraph(f"{tile.measure.definition}{source}"))
    return Section(tile.heading, tuple(blocks))


def png_of(head: OnPaper, tiles: Sequence[TileContent]) -> bytes:
    """All tiles, one below the other."""
    svg = svg_of(head, tiles)
    return picture(Figure("dashboard", svg, head.name, head.name), pixels_per_inch=200)


def svg_of(head: OnPaper, tiles: Sequence[TileContent]) -> str:
    parts: list[str] = []
    y = 34.0
    parts.append(drawing.text(16, y, drawing.shorten(head.name, 48), size=24, weight=700))
    for line in (wording.HANDLING, head.asked, head.invented, _KEY):
        if line:
            y += 19
            parts.append(drawing.text(16, y, line, size=_NOTE, colour=drawing.MUTED))
    for tile in tiles:
        y += 22
        parts.append(drawing.line(16, y, _WIDTH - 16, y, colour=drawing.INK, width=1.5))
        for words in drawing.wrap(tile.heading, 72):
            y += 23
            parts.append(drawing.text(16, y, words, size=17, weight=600))
        if tile.figure is None:
            y += 21
            parts.append(drawing.text(16, y, wording.capitalised(tile.why_not), size=15))
            continue
        y += 36
        parts.append(drawing.text(16, y, tile.figure.figure, size=32, weight=600))
        for note in tile.figure.notes:
            for words in drawing.wrap(note, _LETTERS):
                y += 18
                parts.append(drawing.text(16, y, words, size=_NOTE))
        inner = drawn_parts(tile.line) if tile.line is not None else bars.drawn_parts(tile.bars) if tile.bars is not None else []
        if tile.bars is not None:
            y += 18
            parts.append(drawing.text(16, y, f"{tile.bars.caption}.", size=_NOTE))
        if inner:
            y += 10
            parts.append(f'<g transform="translate(0 {drawing.number(y)})">{"".join(inner)}</g>')
            y += _HEIGHT
    height = y + 24
    ground = drawing.rect(0, 0, _WIDTH, height, fill="#ffffff")
    said = "; ".join(f"{t.heading}: {t.figure.figure if t.figure else t.why_not}" for t in tiles)
    return drawing.frame(_WIDTH, height, head.name, said, [ground, *parts])


def drawn(line: Line, title: str) -> str:
    return drawing.frame(_WIDTH, _HEIGHT, title, in_words(line), drawn_parts(line))


def in_words(line: Line) -> str:
    """What stands for the drawing."""
    last = max(line.values)
    out = ", ".join(f"{p.month:%B %Y}" for p in line.standing_out)
    fewest, most = min(line.values.values()), max(line.values.values())
    said = f"{len(line.values)} months to {last:%B %Y}, from {_said(fewest, line)} to {_said(most, line)}."
    return f"{said} Stands out: {out}." if out else said


def drawn_parts(line: Line) -> list[str]:
    """The months as a line with their usual range as a band; a diamond stands out, grey is missing."""
    months = sorted([*line.values, *line.missing])
    first, last = months[0], months[-1]
    steps = max(1, (last.year - first.year) * 12 + last.month - first.month)
    most = max(1.0, *line.values.values(), *(p.upper for p in line.points))

    def x(month: date) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * ((month.year - first.year) * 12 + month.month - first.month) / steps

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / most

    half = (_WIDTH - _LEFT - _RIGHT) / steps / 2
    parts = []
    for run in runs_of(line.missing):
        parts.append(drawing.rect(x(run.start) - half, _TOP, x(run.end) - x(run.start) + 2 * half, y(0) - _TOP, fill=_GAP))
    for run in runs_of(p.month for p in line.points):
        some = [p for p in line.points if run.start <= p.month <= run.end]
        edge = [(x(p.month), y(p.upper)) for p in some] + [(x(p.month), y(p.lower)) for p in reversed(some)]
        parts.append(f'<polygon points="{_listed(edge)}" fill="{drawing.ACCENT}" fill-opacity="0.16"/>')
        parts.append(
            f'<polyline points="{_listed([(x(p.month), y(p.usual)) for p in some])}" fill="none" stroke="{drawing.MUTED}"/>'
        )
    parts.append(drawing.line(_LEFT, y(0), _WIDTH - _RIGHT, y(0), colour=drawing.HAIRLINE))
    for run in runs_of(line.values):
        path = [(x(m), y(line.values[m])) for m in sorted(line.values) if run.start <= m <= run.end]
        if len(path) == 1:
            parts.append(
                f'<circle cx="{drawing.number(path[0][0])}" cy="{drawing.number(path[0][1])}" r="2" fill="{drawing.ACCENT}"/>'
            )
        parts.append(f'<polyline points="{_listed(path)}" fill="none" stroke="{drawing.ACCENT}" stroke-width="2"/>')
    for p in line.points:
        if p.signal:
            cx, cy = x(p.month), y(p.count)
            corners = [(cx, cy - 6), (cx + 6, cy), (cx, cy + 6), (cx - 6, cy)]
            parts.append(f'<polygon points="{_listed(corners)}" fill="{drawing.INK}" stroke="#ffffff"/>')
    parts += [
        drawing.text(_LEFT - 6, _TOP + 5, _said(most, line), size=12, anchor="end", colour=drawing.MUTED),
        drawing.text(_LEFT - 6, y(0) + 4, _said(0, line), size=12, anchor="end", colour=drawing.MUTED),
        drawing.text(_LEFT, _HEIGHT - 6, f"{first:%b %Y}", size=12, colour=drawing.MUTED),
        drawing.text(_WIDTH - _RIGHT, _HEIGHT - 6, f"{last:%b %Y}", size=12, anchor="end", colour=drawing.MUTED),
    ]
    return parts


def _listed(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{drawing.number(a)},{drawing.number(b)}" for a, b in points)


def _said(value: float, line: Line) -> str:
    return f"{value:.0f}%" if line.percent else f"{value:,.0f}"

"""The dashboard as PowerPoint: one tile a slide, its chart one that can be edited, all of its sentences in the notes of the slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.look import wording
from app.own_dashboard.bars import Bars
from app.own_dashboard.content import Line, TileContent
from app.own_dashboard.paper import OnPaper, brief_of, in_words
from briefs.slides import content as slides
from briefs.slides.content import Chart, Series, Slide
from briefs.slides.deck import deck

# small print holds two lines
_MOST_NOTE = 300


def pptx_of(head: OnPaper, tiles: Sequence[TileContent]) -> bytes:
    """A first slide with who asked and when, then each tile in order."""
    brief = replace(brief_of(head, tiles), permanent=head.asked, colophon=(("Tiles", wording.listed([t.heading for t in tiles])),))
    return deck(brief, [slide_of(t) for t in tiles])


def slide_of(tile: TileContent) -> Slide:
    told = (tile.measure.definition, f"Source: {tile.measure.source}." if tile.measure.source else "") if tile.measure else ()
    spoken = tuple(t for t in told if t)
    if tile.figure is None:
        return Slide(f"{tile.heading}: {tile.why_not.rstrip('.')}", points=(wording.capitalised(tile.why_not),), spoken=spoken)
    title = f"{tile.heading}: {tile.figure.figure} ({wording.lower(tile.figure.label)})"
    shown = (
        _months(tile.line, tile.heading)
        if tile.line is not None
        else _bars(tile.bars, tile.heading)
        if tile.bars is not None
        else None
    )
    notes = tile.figure.notes
    return Slide(title, shown, () if shown else notes, _small(notes) if shown else "", (*notes, *spoken))


def _small(notes: Sequence[str]) -> str:
    """As many whole sentences as fit; the notes of the slide have all."""
    held: list[str] = []
    for note in notes:
        if sum(map(len, held)) + len(held) + len(note) > _MOST_NOTE:
            break
        held.append(note)
    return " ".join(held)


def _months(line: Line, heading: str) -> Chart:
    """A missing month has no point, so the line breaks there."""
    months = sorted({*line.values, *line.missing})
    points = {p.month: p for p in line.points}
    series = [Series("Percent" if line.percent else "Number", tuple(line.values.get(m) for m in months))]
    if points:
        of = [points.get(m) for m in months]
        series += [
            Series("Usual range, lower", tuple(None if p is None else p.lower for p in of)),
            Series("Usual range, upper", tuple(None if p is None else p.upper for p in of)),
        ]
    names = tuple(f"{m:%b %Y}" for m in months)
    return Chart(slides.LINE, names, tuple(series), f"{heading}, month by month", in_words(line), decimals=1 if line.percent else 0)


def _bars(bars: Bars, heading: str) -> Chart:
    around = any(v is not None for v in bars.lower)
    series = Series("Places" if bars.places else heading, bars.values, bars.lower if around else (), bars.upper if around else ())
    decimals = 0 if all(v is None or float(v).is_integer() for v in bars.values) else 1
    return Chart(slides.COLUMNS, bars.names, (series,), f"{heading}. {bars.caption}", bars.in_words, decimals=decimals)

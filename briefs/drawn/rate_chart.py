"""The chart of a brief: a dot and its 95% interval for each category, with the district and the whole area beside it.

A withheld count has no dot and no interval. Where its range is published, a hollow bar goes from the least to the largest rate; else the row
says that it is withheld. The axis ends are made from drawn numbers only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from briefs import drawing, wording
from briefs.content import Figure
from briefs.facts import Facts
from core.poisson import Rate
from published.release import TOTAL, Category, Cell

WIDTH = 660.0
_LABEL = 215.0
_RIGHT = 18.0
_ROW = 30.0
# characters of a label's line in the widest usual face, and in ours
_NARROW, _WIDE = 26, 34
_TOP = 46.0
_AXIS = 46.0


@dataclass(frozen=True)
class ChartRow:
    """One category: the place's cell and rate (or the ends of its range), and the rates it is set beside (None where withheld)."""

    category: Category
    cell: Cell
    rate: Rate | None
    ends: tuple[float, float] | None
    district: Rate | None
    region: Rate | None


def chart_rows(facts: Facts) -> tuple[ChartRow, ...]:
    """Every category but the total, whose rate would press all others against the axis."""
    lad, region = facts.parent("lad"), facts.parent("all")
    factor = facts.release.covered.to_a_year
    return tuple(
        ChartRow(
            category=c,
            cell=facts.cell(facts.place, c.category),
            rate=_of_a_year(facts.cell(facts.place, c.category).rate(facts.place), factor),
            ends=None
            if (ends := facts.cell(facts.place, c.category).rate_ends(facts.place)) is None
            else (ends[0] * factor, ends[1] * factor),
            district=_of_a_year(facts.cell(lad, c.category).rate(lad), factor) if lad else None,
            region=_of_a_year(facts.cell(region, c.category).rate(region), factor) if region else None,
        )
        for c in facts.release.categories
        if c.kind != TOTAL
    )


def _of_a_year(rate: Rate | None, factor: float) -> Rate | None:
    if rate is None:
        return None
    return replace(rate, per_1000=rate.per_1000 * factor, lower=rate.lower * factor, upper=rate.upper * factor)


def draw_chart(facts: Facts) -> Figure | None:
    """The chart as a figure; None where not one rate can be drawn."""
    rows = chart_rows(facts)
    drawn = [r.upper for row in rows for r in (row.rate,) if r] + [row.ends[1] for row in rows if row.ends]
    drawn += [r.per_1000 for row in rows for r in (row.district, row.region) if r]
    if not drawn:
        return None
    top, step = _axis(max(drawn))
    scale = (WIDTH - _LABEL - _RIGHT) / top
    height = _TOP + _ROW * len(rows) + _AXIS
    parts = [*_key(facts, any(row.ends for row in rows)), *_grid(top, step, scale, len(rows), facts.release.covered.rate_is_per)]
    for index, row in enumerate(rows):
        parts += _row(row, _TOP + _ROW * (index + 0.5), scale)
    covered = facts.release.covered
    title = f"Recorded incidents {facts.release.covered.rate_is_per}, {facts.place.label}, {covered.in_sentence}"
    alt = _describe(facts, rows)
    return Figure(
        "chart", drawing.frame(WIDTH, height, title, alt, parts), f"{title}. Lines are 95% intervals{_bars_are(rows)}.", alt
    )


def _bars_are(rows: Sequence[ChartRow]) -> str:
    return "; hollow bars are ranges of withheld counts, which have no interval" if any(row.ends for row in rows) else ""


def _axis(highest: float) -> tuple[float, float]:
    """End and step of an axis from 0: 4 to 8 steps of 1, 2 or 5 times a power of ten."""
    rough = max(highest, 1e-6) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough)
    return math.ceil(highest / step + 1e-9) * step, step


def _grid(top: float, step: float, scale: float, rows: int, per: str) -> list[str]:
    bottom = _TOP + _ROW * rows
    parts = []
    for k in range(round(top / step) + 1):
        x = _LABEL + k * step * scale
        parts.append(drawing.line(x, _TOP, x, bottom, colour=drawing.HAIRLINE, width=0.8))
        parts.append(drawing.text(x, bottom + 17, f"{k * step:g}", size=12, anchor="middle", colour=drawing.MUTED))
    middle = _LABEL + top * scale / 2
    parts.append(drawing.text(middle, bottom + 36, f"Recorded incidents {per}", size=12.5, anchor="middle"))
    return parts


def _row(row: ChartRow, y: float, scale: float) -> list[str]:
    parts = []
    if row.ends is not None:
        parts.append(_bar(_LABEL + row.ends[0] * scale, _LABEL + row.ends[1] * scale, y))
    lines = _label_lines(row.category.label)
    for k, words in enumerate(lines):
        parts.append(drawing.text(_LABEL - 12, y + 4.5 + (k - (len(lines) - 1) / 2) * 14, words, anchor="end"))
    if row.region is not None:
        x = _LABEL + row.region.per_1000 * scale
        parts.append(_diamond(x, y))
    if row.district is not None:
        x = _LABEL + row.district.per_1000 * scale
        parts.append(drawing.line(x, y - 9, x, y + 9, width=2))
    if row.ends is not None:
        return parts
    if row.rate is None:
        why = "withheld" if row.cell.symbol == "[c]" else "not available"
        words = f"{row.cell.symbol or '[x]'} {why}"
        parts.append(drawing.rect(_LABEL + 3, y - 9, 7.2 * len(words), 18, fill="#ffffff"))
        parts.append(drawing.text(_LABEL + 6, y + 4.5, words, colour=drawing.MUTED))
        return parts
    low, high = _LABEL + row.rate.lower * scale, _LABEL + row.rate.upper * scale
    parts.append(drawing.line(low, y, high, y, colour=drawing.ACCENT, width=2.5))
    parts.append(_dot(_LABEL + row.rate.per_1000 * scale, y))
    return parts


def _label_lines(label: str) -> list[str]:
    """Two lines at most. On a page the letters are the reader's own, which are wider than those on paper: what is too wide is cut off."""
    lines = drawing.wrap(label, _NARROW)
    return lines if len(lines) < 3 else drawing.wrap(label, _WIDE)[:2]


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{drawing.number(x)}" cy="{drawing.number(y)}" r="5" fill="{drawing.ACCENT}" stroke="#ffffff" stroke-width="1"/>'


def _bar(low: float, high: float, y: float) -> str:
    """Hollow, and wide enough to be seen where both ends are one number."""
    wide = max(high - low, 4.0)
    return (
        f'<rect x="{drawing.number((low + high - wide) / 2)}" y="{drawing.number(y - 6)}" width="{drawing.number(wide)}" height="12"'
        f' fill="{drawing.ACCENT}" fill-opacity="0.15" stroke="{drawing.ACCENT}" stroke-width="1.4"/>'
    )


def _diamond(x: float, y: float) -> str:
    return (
        f'<path d="M{drawing.number(x)},{drawing.number(y - 6)} l6,6 l-6,6 l-6,-6 Z" fill="#ffffff"'
        f' stroke="{drawing.INK}" stroke-width="1.4"/>'
    )


def _key(facts: Facts, ranges: bool) -> list[str]:
    """The key, above the plot: shape tells the three marks apart, not colour alone."""
    lad, region = facts.parent("lad"), facts.parent("all")
    x, y = 8.0, 18.0
    parts = [drawing.line(x, y, x + 26, y, colour=drawing.ACCENT, width=2.5), _dot(x + 13, y)]
    parts.append(drawing.text(x + 34, y + 4.5, f"This {wording.kind(facts.place)}, with 95% interval"))
    x += 60 + 6.4 * len(f"This {wording.kind(facts.place)}, with 95% interval")
    if ranges:
        parts += [_bar(x, x + 26, y), drawing.text(x + 34, y + 4.5, "range")]
        x += 90
    if lad is not None:
        parts += [drawing.line(x, y - 9, x, y + 9, width=2), drawing.text(x + 10, y + 4.5, drawing.shorten(lad.name, 26))]
        x += 30 + 7 * len(drawing.shorten(lad.name, 26))
    if region is not None:
        parts += [_diamond(x + 6, y), drawing.text(x + 20, y + 4.5, drawing.shorten(region.name, 26))]
    return parts


def _describe(facts: Facts, rows: Sequence[ChartRow]) -> str:
    """The text that stands for the chart: each number in it."""
    said = []
    lad = facts.parent("lad")
    for row in rows:
        if row.ends is not None and row.cell.ends is not None:
            own = f"{wording.rate(None, row.cell, facts.place, facts.release.covered.to_a_year)}, given as a range"
        elif row.rate is None:
            own = "withheld" if row.cell.symbol == "[c]" else "not available"
        else:
            own = f"{wording.rate(row.rate, row.cell, facts.place)} ({wording.interval(row.rate, row.cell)})"
        beside = f", {lad.name} {row.district.per_1000:.1f}" if lad and row.district else ""
        said.append(f"{row.category.label}: {own}{beside}")
    return f"Rates {facts.release.covered.rate_is_per} with 95% intervals. " + ". ".join(said) + "."

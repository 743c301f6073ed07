"""A line of months as small as a word, as SVG: a month that was not loaded breaks it, and the last one is marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.look.palette import Palette

WIDTH, HEIGHT = 84, 24
_MARGIN = 3.0


def sparkline(values: Sequence[int | None], palette: Palette, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """An SVG document; '' where no month is loaded. From zero up, so that two lines of unlike size do not look alike."""
    known = [v for v in values if v is not None]
    if not known:
        return ""
    top = max(known) or 1
    step = (width - 2 * _MARGIN) / max(len(values) - 1, 1)
    points = [
        None if v is None else (_MARGIN + i * step, height - _MARGIN - (height - 2 * _MARGIN) * v / top)
        for i, v in enumerate(values)
    ]
    base = f'<path d="M{_MARGIN:g} {height - _MARGIN:g}H{width - _MARGIN:g}" stroke="{palette.line}" stroke-width="1"/>'
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in run)}" fill="none" stroke="{palette.accent}" stroke-width="1.6"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
        for there, part in groupby(points, key=lambda p: p is not None)
        if there and (run := [p for p in part if p is not None])
    )
    last = next(p for p in reversed(points) if p is not None)
    dot = f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.4" fill="{palette.accent}"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return f"{head}{base}{lines}{dot}</svg>"


def months_in_words(values: Sequence[int | None]) -> str:
    """What stands for the drawing; '' where no month is loaded."""
    known = [n for n in values if n is not None]
    return f"Month by month from {known[0]:,} to {known[-1]:,}, {max(known):,} at most" if known else ""

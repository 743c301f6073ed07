"""A kind of a place over the periods of its releases, as a small drawing (SVG) for pages without a script.

From zero up and a month, so that periods of which not the same number of months were loaded can stand side by side. A withheld count is a
bar from the least to the most that it can be; the table below it holds the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.area.change_over_time import Change
from app.look import wording
from core.languages.spoken import say, short_month
from core.periods import Period
from published import range_words

_WIDTH, _HEIGHT = 320, 130
_LEFT, _RIGHT, _TOP, _FOOT = 26.0, 26.0, 20.0, 96.0


@dataclass(frozen=True)
class Line:
    """A kind and its drawing, with the words that stand for it."""

    label: str
    drawing: Markup


def time_lines(change: Change, categories: Sequence[str]) -> tuple[Line, ...]:
    """One drawing a category that has a figure of at least two periods, in the order given."""
    found = []
    for category in categories:
        row = next((r for r in change.rows if r.category.category == category), None)
        if row is None:
            continue
        ends = [
            None
            if f.cell is None or f.cell.ends is None or not s.covered.loaded
            else tuple(n / s.covered.loaded for n in f.cell.ends)
            for f, s in zip(row.figures, change.spans, strict=True)
        ]
        if sum(e is not None for e in ends) >= 2:
            found.append(Line(row.category.label, _drawing(row.category.label, ends, [s.covered.period for s in change.spans])))
    return tuple(found)


def _drawing(label: str, ends: Sequence[tuple[float, ...] | None], periods: Sequence[Period]) -> Markup:
    top = max(e[1] for e in ends if e is not None) or 1.0
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(ends) - 1, 1)
    parts: list[str] = []
    path: list[str | None] = []
    said: list[str] = []
    for i, (both, period) in enumerate(zip(ends, periods, strict=True)):
        x = _LEFT + i * step
        if both is None:
            said.append(say("%(period)s: not shown", period=period))
            path.append(None)
            continue
        low, high = (_FOOT - (_FOOT - _TOP) * value / top for value in both)
        text = range_words.two_ends(wording.rate(both[0]), wording.rate(both[1]))
        said.append(f"{period}: {text}")
        exact = both[0] == both[1]
        path.append(f"{x:.1f} {low:.1f}" if exact else None)
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{low:.1f}" r="4"/>'
            if exact
            else f'<rect class="between" x="{x - 5:.1f}" y="{high:.1f}" width="10" height="{max(low - high, 1.0):.1f}"/>'
        )
        parts.append(f'<text x="{x:.1f}" y="{high - 7:.1f}" text-anchor="{_anchor(i, len(ends))}">{escape(text)}</text>')
    lines = "".join(f'<path class="line" d="M{"L".join(run)}"/>' for run in _runs(path) if len(run) > 1)
    feet = "".join(
        f'<text class="when" x="{_LEFT + i * step:.1f}" y="{_FOOT + 18:g}" text-anchor="{_anchor(i, len(ends))}">{_year(periods[i])}</text>'
        for i in range(len(ends))
    )
    words = say("%(kind)s, a month, by period. %(figures)s.", kind=label, figures=". ".join(said))
    # every number is ours and the words are escaped
    return Markup(  # noqa: S704
        f'<svg class="hg-line" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(words)}">'
        f'<path class="axis" d="M{_LEFT - 12:g} {_FOOT:g}H{_WIDTH - _RIGHT + 12:g}"/>{lines}{"".join(parts)}{feet}</svg>'
    )


def _runs(points: Sequence[str | None]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return runs


def _anchor(i: int, count: int) -> str:
    return "start" if i == 0 else "end" if i == count - 1 else "middle"


def _year(period: Period) -> str:
    """The last month of a period, short: 'to Nov 2025'."""
    return say("to %(month)s", month=short_month(period.end))

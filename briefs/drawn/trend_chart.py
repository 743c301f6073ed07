"""Trend charts of a brief: periods as they were published, or months one by one. A month that is missing is a hatched gap with its name.

No line crosses a gap, and nothing is drawn where a count is withheld without a range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from briefs import drawing
from briefs.content import Figure
from core.periods import CoveredPeriod, Period, add_months, months_in_words, runs_of

WIDTH = 660.0
_LEFT, _RIGHT, _TOP, _PLOT = 52.0, 16.0, 34.0, 150.0
_LEAST_TOP = 1e-6


@dataclass(frozen=True)
class Step:
    """A period with its rate a year per 1,000 people: known with both limits, or the two ends of a range."""

    covered: CoveredPeriod
    low: float
    high: float
    rate: float | None


@dataclass(frozen=True)
class _Axis:
    """Months from left to right, values from the bottom up."""

    first: date
    months: int
    top: float
    step: float

    @property
    def wide(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / self.months

    def x(self, month: date) -> float:
        """The left edge of a month."""
        return _LEFT + self.wide * (12 * (month.year - self.first.year) + month.month - self.first.month)

    def y(self, value: float) -> float:
        return _TOP + _PLOT * (1 - value / self.top)


def draw_periods(name: str, label: str, steps: Sequence[Step], whole: Sequence[Step], whole_name: str) -> Figure | None:
    """Rates a year of periods that share no month, oldest first, beside those of the area around. None where fewer than two are known."""
    if len(steps) < 2:
        return None
    axis = _axis(steps[0].covered.period.start, steps[-1].covered.period.end, [s.high for s in (*steps, *whole)])
    parts = _frame(axis, "A year per 1,000 people", (m for s in steps for m in s.covered.missing))
    for step in whole:
        if step.rate is not None:
            left, right = axis.x(step.covered.period.start), axis.x(add_months(step.covered.period.end, 1))
            parts.append(drawing.line(left, axis.y(step.rate), right, axis.y(step.rate), colour=drawing.INK, width=1.6, dash="5 3"))
    for step in steps:
        left, right = axis.x(step.covered.period.start) + 1, axis.x(add_months(step.covered.period.end, 1)) - 1
        y = axis.y(step.high)
        # over a line of the area around a number would seem to be that line's
        crossed = any(
            y - 20 < axis.y(s.rate) < y + 2 for s in whole if s.rate is not None and s.covered.period == step.covered.period
        )
        clear = axis.y(step.low) + 15 if crossed else y - 5
        fill = "0.15" if step.rate is not None else "0.08"
        parts.append(
            f'<rect x="{drawing.number(left)}" y="{drawing.number(y)}" width="{drawing.number(right - left)}"'
            f' height="{drawing.number(max(axis.y(step.low) - y, 1.5))}" fill="{drawing.ACCENT}" fill-opacity="{fill}"'
            f' stroke="{drawing.ACCENT if step.rate is None else "none"}" stroke-width="1"/>'
        )
        if step.rate is not None:
            parts.append(drawing.line(left, axis.y(step.rate), right, axis.y(step.rate), colour=drawing.ACCENT, width=2.6))
            parts.append(drawing.text((left + right) / 2, clear, f"{step.rate:,.1f}", size=12, anchor="middle", weight=600))
        else:
            words = f"{step.low:,.1f} to {step.high:,.1f}"
            parts.append(drawing.text((left + right) / 2, clear, words, size=12, anchor="middle", colour=drawing.MUTED))
    parts += _key([("line", "this place, with 95% interval"), *([("dash", whole_name)] if whole else [])])
    title = f"{label} recorded a year per 1,000 people, period by period"
    said = ". ".join(f"{s.covered.in_sentence}: {_words(s)}" for s in steps)
    around = ". ".join(f"{s.covered.period}: {s.rate:,.1f}" for s in whole if s.rate is not None)
    alt = f"{title}. {said}.{f' {whole_name}: {around}.' if around else ''}"
    return Figure(
        name,
        drawing.frame(WIDTH, _height(), title, alt, parts),
        _caption(title, (m for s in steps for m in s.covered.missing)),
        alt,
    )


def draw_months(name: str, label: str, counts: Mapping[date, int], missing: Iterable[date], *, title: str) -> Figure | None:
    """Counts month by month, the mean of the loaded ones as a broken line. None where fewer than six months are loaded."""
    if len(counts) < 6:
        return None
    gaps = sorted(missing)
    months = sorted([*counts, *gaps])
    axis = _axis(months[0], months[-1], list(counts.values()))
    parts = _frame(axis, "Recorded in the month", gaps)
    mean = sum(counts.values()) / len(counts)
    parts.append(drawing.line(_LEFT, axis.y(mean), WIDTH - _RIGHT, axis.y(mean), colour=drawing.MUTED, width=1.2, dash="5 3"))
    for run in runs_of(counts):
        points = [(axis.x(m) + axis.wide / 2, axis.y(counts[m])) for m in run.months()]
        path = " ".join(f"{drawing.number(x)},{drawing.number(y)}" for x, y in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{drawing.ACCENT}" stroke-width="2.2" stroke-linejoin="round"/>'
        )
        parts += [f'<circle cx="{drawing.number(x)}" cy="{drawing.number(y)}" r="2.6" fill="{drawing.ACCENT}"/>' for x, y in points]
    parts += _key([("line", label), ("dash", "mean of the loaded months")])
    listed = ", ".join(f"{m:%B %Y} {counts[m]:,}" for m in sorted(counts))
    alt = f"{title}. {listed}. Mean {mean:,.1f}.{_gaps(gaps)}"
    return Figure(name, drawing.frame(WIDTH, _height(), title, alt, parts), _caption(title, gaps), alt)


def _words(step: Step) -> str:
    if step.rate is None:
        return f"{step.low:,.1f} to {step.high:,.1f}, given as a range"
    return f"{step.rate:,.1f} (95% interval {step.low:,.1f} to {step.high:,.1f})"


def _caption(title: str, missing: Iterable[date]) -> str:
    return f"{title}.{_gaps(missing)}"


def _gaps(missing: Iterable[date]) -> str:
    gaps = sorted(set(missing))
    return f" Hatched: {months_in_words(gaps)}, not delivered." if gaps else ""


def _height() -> float:
    return _TOP + _PLOT + 40


def _axis(first: date, last: date, values: Sequence[float]) -> _Axis:
    highest = max([*values, _LEAST_TOP])
    rough = highest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough)
    return _Axis(first, len(Period(first, last)), (math.floor(highest / step) + 1) * step, step)


def _frame(axis: _Axis, unit: str, missing: Iterable[date]) -> list[str]:
    """Rules and labels of both axes, and the hatched gaps."""
    bottom = _TOP + _PLOT
    parts = [
        '<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{drawing.HAIRLINE}" stroke-width="2.5"/></pattern></defs>'
    ]
    for run in runs_of(set(missing)):
        left, right = axis.x(run.start), axis.x(add_months(run.end, 1))
        wide = drawing.number(right - left)
        parts.append(f'<rect x="{drawing.number(left)}" y="{_TOP:g}" width="{wide}" height="{_PLOT:g}" fill="url(#gap)"/>')
    for k in range(round(axis.top / axis.step) + 1):
        y = axis.y(k * axis.step)
        parts.append(drawing.line(_LEFT, y, WIDTH - _RIGHT, y, colour=drawing.HAIRLINE, width=0.8))
        parts.append(drawing.text(_LEFT - 7, y + 4, f"{k * axis.step:,.6g}", size=11.5, anchor="end", colour=drawing.MUTED))
    every = next(n for n in (1, 3, 6, 12) if axis.months / n <= 14 or n == 12)
    month = axis.first
    while (month.month - 1) % every:
        month = add_months(month, 1)
    last = add_months(axis.first, axis.months - 1)
    while month <= last:
        x = axis.x(month)
        parts.append(drawing.line(x, bottom, x, bottom + 4, colour=drawing.MUTED, width=0.8))
        words = f"{month:%b %Y}" if every > 1 or axis.months <= 8 else f"{month:%b}"
        parts.append(drawing.text(x + 2, bottom + 15, words, size=11, colour=drawing.MUTED))
        month = add_months(month, every)
    parts.append(drawing.text(_LEFT - 44, bottom + 32, unit, size=11.5, colour=drawing.MUTED))
    return parts


def _key(marks: Sequence[tuple[str, str]]) -> list[str]:
    x, parts = 8.0, []
    for kind, words in marks:
        dash = "5 3" if kind == "dash" else ""
        parts.append(drawing.line(x, 14, x + 26, 14, colour=drawing.INK if dash else drawing.ACCENT, width=2.2, dash=dash))
        parts.append(drawing.text(x + 33, 18, words, size=12.5))
        x += 60 + 6.3 * len(words)
    return parts

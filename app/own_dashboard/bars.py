"""An indicator as a drawing: its periods with what lies around each, or, of one period, how the places are spread over its values.

The same bars are drawn on the page (Altair), on paper (SVG) and on a slide (app.own_dashboard.slides).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from app.look.chart_axis import axis, description
from app.look.palette import Palette
from app.own_dashboard.indicators import PeriodFigure
from briefs import drawing

# of fewer places there is no spread to see: the table has each
FEWEST_PLACES = 4
_MOST_VALUES = 12
_CLASSES = 8
_MOST_LETTERS = 9
_WIDTH, _HEIGHT = 640.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 54.0, 12.0, 12.0, 24.0


@dataclass(frozen=True)
class Bars:
    """Side by side: names, values (None: too few stand behind it) and what lies around each, None where nothing does.

    caption: what a bar is; unit: percent, or '' for a number; places: whether bars count places.
    """

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    caption: str
    unit: str = ""
    places: bool = False

    @property
    def most(self) -> float:
        return max((v for v in (*self.values, *self.upper) if v is not None), default=0.0) or 1.0

    @property
    def in_words(self) -> str:
        """What stands for the drawing."""
        said = (f"{n}: {self.said(v)}" for n, v in zip(self.names, self.values, strict=True))
        return f"{self.caption}. {'; '.join(said)}."

    def said(self, value: float | None) -> str:
        if value is None:
            return "too few"
        if self.unit == "percent":
            return f"{value:.1f}%"
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def bars_of(periods: Sequence[PeriodFigure], newest: Sequence[float]) -> Bars | None:
    """None where there is nothing to draw: one period of fewer than FEWEST_PLACES places. newest: of each place, in the last period."""
    known = [p for p in periods if p.value is not None]
    if len(known) > 1 and len({p.unit for p in known}) == 1:
        unit = known[-1].unit
        around = known[-1].interval
        told = "percent" if unit == "percent" else "" if unit in ("number", "count", "value") else unit
        caption = "By period" + (f", {told}" if told else "") + (f"; line: {around}" if around else "")
        return Bars(
            tuple(p.period for p in periods),
            tuple(p.value for p in periods),
            tuple(p.lower for p in periods),
            tuple(p.upper for p in periods),
            caption,
            "percent" if unit == "percent" else "",
        )
    if periods and len(newest) >= FEWEST_PLACES:
        names, counts = _spread(newest)
        nothing = (None,) * len(names)
        return Bars(names, counts, nothing, nothing, f"Places by value, {periods[-1].period}", places=True)
    return None


def _spread(values: Sequence[float]) -> tuple[tuple[str, ...], tuple[float | None, ...]]:
    """How many places have each value, or lie in each of some classes of round width."""
    if len(set(values)) <= _MOST_VALUES and all(float(v).is_integer() for v in values):
        held = Counter(int(v) for v in values)
        every = range(min(held), max(held) + 1) if max(held) - min(held) < _MOST_VALUES else sorted(held)
        return tuple(f"{v:,}" for v in every), tuple(float(held[v]) for v in every)
    wide = _round_up((max(values) - min(values)) / _CLASSES)
    first = math.floor(min(values) / wide)
    counted = Counter(math.floor(v / wide) - first for v in values)
    classes = range(max(counted) + 1)
    names = tuple(f"{(first + c) * wide:,.10g} to under {(first + c + 1) * wide:,.10g}" for c in classes)
    return names, tuple(float(counted[c]) for c in classes)


def _round_up(width: float) -> float:
    """The next of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next((power * f for f in (1, 2, 5) if power * f >= width), power * 10)


def drawn(of: Bars, palette: Palette, what: str, *, height: int) -> alt.LayerChart | alt.FacetChart:
    """Bars from 0, a line for what lies around each."""
    frame = pd.DataFrame(
        {"name": of.names, "value": of.values, "lower": of.lower, "upper": of.upper, "said": [of.said(v) for v in of.values]}
    ).astype({"value": float, "lower": float, "upper": float})
    form: dict[str, object] = {"labelExpr": "datum.label + '%'"} if of.unit == "percent" else {}
    x = alt.X("name:N", sort=list(of.names), title=None, axis=axis(palette, labelAngle=0, labelOverlap=True, labelLimit=130))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=axis(palette, tickCount=3, **form))
    tip = [alt.Tooltip("name:N", title=of.caption.split(",", 1)[0]), alt.Tooltip("said:N", title="Figure")]
    base = alt.Chart(frame)
    layers: list[alt.Chart] = [base.mark_bar(color=palette.sequential[3]).encode(x=x, y=y, tooltip=tip)]
    if any(v is not None for v in of.lower):
        rule = base.transform_filter("isValid(datum.lower)").mark_rule(color=palette.text, strokeWidth=2)
        layers.append(rule.encode(x=x, y=alt.Y("lower:Q", title=None), y2="upper:Q"))
    return alt.layer(*layers).properties(height=height, description=description(f"{what}: {of.caption}"))


def drawn_parts(of: Bars) -> list[str]:
    """The same on paper, 640 wide and 150 high."""
    step = (_WIDTH - _LEFT - _RIGHT) / len(of.names)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / of.most

    parts: list[str] = []
    every = max(1, math.ceil(len(of.names) * _MOST_LETTERS * 7 / (_WIDTH - _LEFT - _RIGHT)))
    for n, (name, value, lower, upper) in enumerate(zip(of.names, of.values, of.lower, of.upper, strict=True)):
        x = _LEFT + step * n
        if value is not None:
            parts.append(drawing.rect(x + step * 0.15, y(value), step * 0.7, y(0) - y(value), fill=drawing.ACCENT, opacity=0.75))
        if lower is not None and upper is not None:
            parts.append(drawing.line(x + step / 2, y(lower), x + step / 2, y(upper), width=2))
        if n % every == 0:
            short = drawing.shorten(name.split(" to under ")[0], _MOST_LETTERS)
            parts.append(drawing.text(x + step / 2, _HEIGHT - 6, short, size=12, anchor="middle", colour=drawing.MUTED))
    return [
        *parts,
        drawing.line(_LEFT, y(0), _WIDTH - _RIGHT, y(0), colour=drawing.HAIRLINE),
        drawing.text(_LEFT - 6, _TOP + 5, of.said(of.most), size=12, anchor="end", colour=drawing.MUTED),
        drawing.text(_LEFT - 6, y(0) + 4, of.said(0.0), size=12, anchor="end", colour=drawing.MUTED),
    ]


def on_paper(of: Bars, title: str) -> str:
    return drawing.frame(_WIDTH, _HEIGHT, title, of.in_words, drawn_parts(of))

"""Drawings of shares: bars of parts of a whole, points with their intervals, and a share that grows over months.

Every drawing stands beside a table with the same figures; its description says so to a screen reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from app.look.chart_axis import axis, description
from app.look.palette import Palette
from core.proportion import Proportion
from core.waiting_time import Waited

# what layering charts gives, as its types have it
Drawing = alt.LayerChart | alt.FacetChart
_ROW_PX = 46
# Streamlit fits the whole drawing into its height, axis and all
_AXIS_PX = 56


@dataclass(frozen=True)
class Bar:
    """One row of a chart; share None is said in words instead of drawn."""

    name: str
    share: Proportion | None
    instead: str = ""


def bars(rows: Sequence[Bar], palette: Palette, title: str) -> Drawing:
    """Parts of a whole, in the order given, each with its percentage at the bar's end."""
    frame, y, x = _frame(rows, palette, title)
    mark = alt.Chart(frame).mark_bar(color=palette.accent, height=14).encode(x=x, y=y)
    return alt.layer(mark, _labels(frame, y, palette)).properties(height=_height(rows), description=description(title))


def points(rows: Sequence[Bar], palette: Palette, title: str) -> Drawing:
    """Shares of different wholes, each with its 95% interval."""
    frame, y, x = _frame(rows, palette, title)
    drawn = alt.Chart(frame[frame["share"].notna()])
    interval = drawn.mark_rule(strokeWidth=4, opacity=0.4, color=palette.accent).encode(
        x=alt.X("lower:Q", title=title), x2="upper:Q", y=y
    )
    point = drawn.mark_point(size=110, filled=True, opacity=1, color=palette.accent).encode(x=x, y=y)
    return alt.layer(_labels(frame, y, palette), interval, point).properties(height=_height(rows), description=description(title))


def growing(rows: Sequence[Waited], palette: Palette, title: str) -> Drawing:
    """A share by months since the crime, as steps, with its 95% interval as a band."""
    frame = pd.DataFrame([{"months": r.months, "share": r.share, "lower": r.lower, "upper": r.upper} for r in rows])
    x = alt.X("months:Q", title="Whole months since the month of the crime", axis=axis(palette, format="d", tickMinStep=1))
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis(palette, format=".0%"))
    base = alt.Chart(frame)
    low = alt.Y("lower:Q", title=None)
    band = base.mark_area(interpolate="step-after", opacity=0.25, color=palette.accent).encode(x=x, y=low, y2="upper:Q")
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5, color=palette.accent).encode(x=x, y=y)
    return alt.layer(band, line).properties(height=280, description=description(title))


def _frame(rows: Sequence[Bar], palette: Palette, title: str) -> tuple[pd.DataFrame, alt.Y, alt.X]:
    frame = pd.DataFrame(
        [
            {
                "name": r.name,
                "share": None if r.share is None else r.share.share,
                "lower": None if r.share is None else r.share.lower,
                "upper": None if r.share is None else r.share.upper,
                "label": f"{r.name}: {r.instead if r.share is None else f'{100 * r.share.share:.1f}%'}",
            }
            for r in rows
        ]
    )
    frame = frame.astype({"share": float, "lower": float, "upper": float})
    order = [r.name for r in rows]
    y = alt.Y("name:N", sort=order, scale=alt.Scale(domain=order), axis=None)
    x = alt.X("share:Q", title=title, scale=alt.Scale(zero=True, nice=True), axis=axis(palette, format=".0%"))
    return frame, y, x


def _labels(frame: pd.DataFrame, y: alt.Y, palette: Palette) -> alt.Chart:
    """Above its row, so that a long name needs no margin on a phone."""
    mark = alt.Chart(frame).mark_text(align="left", baseline="middle", dy=-16, fontSize=13, color=palette.text)
    encoded: alt.Chart = mark.encode(x=alt.value(0), y=y, text="label:N")
    return encoded


def _height(rows: Sequence[Bar]) -> int:
    return _ROW_PX * len(rows) + _AXIS_PX

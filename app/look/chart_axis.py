"""The one look of the axes of every chart, and what a chart says of itself to who cannot see it."""

from __future__ import annotations

from typing import Any

import altair as alt

from app.look.palette import Palette


def axis(palette: Palette, **values: Any) -> alt.Axis:
    """An axis in the colours and the size of print of the portals."""
    return alt.Axis(labelFontSize=13, titleFontSize=13, labelColor=palette.text, titleColor=palette.text, titleFontWeight="normal",
                    gridColor=palette.line, **({"tickCount": 6} | values))  # fmt: skip


def axis_of_months(palette: Palette) -> alt.Axis:
    return axis(palette, format="%b %Y", labelAngle=0)


def description(title: str) -> str:
    return f"{title}. The table with it holds the same figures."

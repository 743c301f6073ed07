"""The one look of the axes of every chart, and what a chart says of itself to who cannot see it."""

from __future__ import annotations

from typing import Any

import altair as alt

from app.look.palette import Palette


def axis(palette: Palette, **values: Any) -> alt.Axis:
    """An axis in the colours and the size of print of the portals."""
    return alt.Axis(labelFontSize=13, titleFontSize=13, labelColor=palette.text, titleColor=palette.text, titleFontWeight="normal",
                    gridColor=palette.line, **({"tickCount": 6} | values))  # fmt: skip


# of fewer months an axis has one mark each: left alone it would set several in a month, all of one name
_FEW_MONTHS = 6


def axis_of_months(palette: Palette, months: int = 0) -> alt.Axis:
    """months: from the first to the last, where that is known."""
    few: dict[str, Any] = {"tickCount": {"interval": "month", "step": 1}} if 0 < months <= _FEW_MONTHS else {}
    return axis(palette, format="%b %Y", labelAngle=0, **few)


def description(title: str) -> str:
    return f"{title}. The table with it holds the same figures."

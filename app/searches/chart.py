"""Drawings of stop and search, each with a table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from app.look.palette import Palette
from app.outcomes.search_report import GroupRow

CRUDE, WITHIN = "over the whole area", "inside the same neighbourhoods"


def ratios(rows: Sequence[GroupRow], palette: Palette) -> alt.LayerChart | alt.FacetChart | None:
    """Ratios to White residents with their 95% intervals on a scale of times; None where none is shown. Circle: crude; square: within."""
    frame = pd.DataFrame(
        [
            {"name": f"{row.label}, {what}", "way": what, "times": r.times, "lower": r.lower, "upper": r.upper}
            for row in rows
            for what, r in ((CRUDE, row.ratio), (WITHIN, row.within))
            if r is not None and r.lower > 0
        ]
    )
    if frame.empty:
        return None
    order = list(frame["name"])
    title = "Times as many searches per resident as White, with 95% interval"
    axis = alt.Axis(labelFontSize=13, titleFontSize=13, labelColor=palette.text, titleColor=palette.text, titleFontWeight="normal",
                    gridColor=palette.line, tickCount=4, format="~g")  # fmt: skip
    y = alt.Y("name:N", sort=order, scale=alt.Scale(domain=order), axis=None)
    scale = alt.Scale(type="log", nice=True)
    drawn = alt.Chart(frame)
    equal = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(color=palette.muted, strokeWidth=1.5).encode(x=alt.X("one:Q"))
    interval = drawn.mark_rule(strokeWidth=4, opacity=0.4, color=palette.accent).encode(
        x=alt.X("lower:Q", title=title, scale=scale, axis=axis), x2="upper:Q", y=y
    )
    shape = alt.Shape("way:N", scale=alt.Scale(domain=[CRUDE, WITHIN], range=["circle", "square"]), legend=None)
    point = drawn.mark_point(size=110, filled=True, opacity=1, color=palette.accent).encode(x="times:Q", y=y, shape=shape)
    words = drawn.mark_text(align="left", baseline="middle", dy=-16, fontSize=13, color=palette.text)
    labels = words.encode(x=alt.value(0), y=y, text="name:N")
    described = f"{title}. The table with it holds the same figures."
    return alt.layer(equal, labels, interval, point).properties(height=46 * len(frame) + 56, description=described)

"""Drawings of stop and search, each with a table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
import pandas as pd

from app.look.chart_axis import axis, axis_of_months, description
from app.look.palette import Palette
from app.searches.report import Disparity, FoundRate, GroupRow

Drawing = alt.LayerChart | alt.FacetChart
CRUDE, WITHIN = "over the whole area", "inside the same neighbourhoods"
_SHAPES = alt.Scale(domain=[CRUDE, WITHIN], range=["circle", "square"])


def ratios(rows: Sequence[GroupRow], palette: Palette) -> Drawing | None:
    """Ratios to White residents with their 95% intervals on a scale of times; None where none is shown. Circle: crude; square: within."""
    frame = _ratios([("", row) for row in rows])
    if frame.empty:
        return None
    frame["name"] = frame["group"] + ", " + frame["way"]
    return _drawn(frame, palette, "Times as many searches per resident as White, with 95% interval", 46)


def ratios_by_year(years: Sequence[tuple[str, Disparity]], palette: Palette) -> Drawing | None:
    """The same of each year, a row a group and year; years: their last month in words, oldest first. None where no ratio is shown."""
    frame = _ratios([(name, row) for name, of in years for row in of.rows])
    if frame.empty:
        return None
    order = {name: n for n, (name, _) in enumerate(years)}
    groups = {group: n for n, group in enumerate(dict.fromkeys(frame["group"]))}
    frame["name"] = frame["group"] + ", year to " + frame["year"]
    frame = frame.sort_values(["group", "year"], key=lambda c: c.map(groups if c.name == "group" else order), kind="stable")
    return _drawn(frame, palette, "Times as many as White, year by year, with 95% interval", 56)


def _drawn(frame: pd.DataFrame, palette: Palette, title: str, row_px: int) -> Drawing:
    """A row a name, crude above within where both are on it."""
    order = list(dict.fromkeys(frame["name"]))
    y = alt.Y("name:N", sort=order, scale=alt.Scale(domain=order), axis=None)
    beside = alt.YOffset("way:N", sort=[CRUDE, WITHIN], scale=alt.Scale(paddingOuter=0.9))
    ends = [min(0.9, 0.95 * frame["lower"].min()), max(1.1, 1.05 * frame["upper"].max())]
    scale, of_times = alt.Scale(type="log", domain=ends, nice=False), axis(palette, tickCount=4, format="~g")
    x = alt.X("lower:Q", title=title, scale=scale, axis=of_times)
    drawn = alt.Chart(frame)
    split = {"yOffset": beside} if len(order) < len(frame) else {}
    equal = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(color=palette.muted, strokeWidth=1.5).encode(x=alt.X("one:Q"))
    interval = drawn.mark_rule(strokeWidth=4, opacity=0.4, color=palette.accent).encode(x=x, x2="upper:Q", y=y, **split)
    shape = alt.Shape("way:N", scale=_SHAPES, legend=None)
    point = drawn.mark_point(size=100, filled=True, opacity=1, color=palette.accent).encode(x="times:Q", y=y, shape=shape, **split)
    names = alt.Chart(pd.DataFrame({"name": order})).mark_text(
        align="left", baseline="middle", dy=-16, fontSize=13, color=palette.text
    )
    labels = names.encode(x=alt.value(0), y=y, text="name:N")
    return alt.layer(equal, labels, interval, point).properties(height=row_px * len(order) + 56, description=description(title))


def found_over_time(
    months: Sequence[tuple[date, FoundRate]], missing: Sequence[date], whole: FoundRate, palette: Palette
) -> Drawing | None:
    """Share of each month that found what was looked for, with its 95% interval; a line where the whole span lies. None where none is shown.

    A month without a share, and one that is missing, breaks the line.
    """
    rows = [(month, share) for month, r in months if (share := r.share) is not None]
    if not rows:
        return None
    frame = pd.DataFrame(
        [{"month": pd.Timestamp(m), "share": s.share, "lower": s.lower, "upper": s.upper, "of": s.whole} for m, s in rows]
    )
    frame["run"] = (frame["month"].dt.to_period("M").astype("int64").diff() != 1).cumsum()
    every = [pd.Timestamp(m) for m in sorted([*(m for m, _ in months), *missing])]
    title = "Found what was looked for"
    x = alt.X("month:T", title=None, scale=alt.Scale(domain=[every[0], every[-1]]), axis=axis_of_months(palette))
    y = alt.Y("lower:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=axis(palette, format=".0%"))
    tip = [alt.Tooltip("month:T", format="%B %Y", title="Month"), alt.Tooltip("share:Q", format=".0%", title="Found"),
           alt.Tooltip("lower:Q", format=".0%", title="at least"), alt.Tooltip("upper:Q", format=".0%", title="at most"),
           alt.Tooltip("of:Q", format=",", title="of searches")]  # fmt: skip
    base = alt.Chart(frame)
    layers: list[alt.Chart] = []
    if whole.share is not None:
        line = alt.Chart(pd.DataFrame({"whole": [whole.share.share]}))
        layers.append(line.mark_rule(color=palette.muted, strokeWidth=1).encode(y="whole:Q"))
    layers.append(base.mark_rule(strokeWidth=4, opacity=0.4, color=palette.accent).encode(x=x, y=y, y2="upper:Q"))
    layers.append(base.mark_line(strokeWidth=1.5, color=palette.accent).encode(x=x, y="share:Q", detail="run:N"))
    layers.append(base.mark_point(filled=True, size=34, opacity=1, color=palette.accent).encode(x=x, y="share:Q", tooltip=tip))
    return alt.layer(*layers).properties(height=300, description=description(f"{title}, by month"))


def _ratios(rows: Sequence[tuple[str, GroupRow]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"year": year, "group": row.label, "way": what, "times": r.times, "lower": r.lower, "upper": r.upper}
            for year, row in rows
            for what, r in ((CRUDE, row.ratio), (WITHIN, row.within))
            if r is not None and r.lower > 0
        ]
    )

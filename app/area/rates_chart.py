"""Charts of the portal, drawn in the browser by the copy of Vega that Streamlit brings."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from app.area.profile import AreaProfile, Figure
from app.look.chart_axis import axis
from app.look.markup import LegendEntry
from app.look.palette import Palette
from core.periods import CoveredPeriod
from published.release import PARTITION

_ROW_PX = 52
# Streamlit fits the whole drawing into its height, axis and all
_AXIS_PX = 60


@dataclass(frozen=True)
class RatesChart:
    """The drawing, and its key, which stands beside it as text so that it wraps on a phone."""

    drawing: alt.LayerChart | alt.FacetChart
    legend: tuple[LegendEntry, ...]


def rates_chart(profile: AreaProfile, palette: Palette, covered: CoveredPeriod) -> RatesChart | None:
    """Rate per 1,000 over the months loaded, by kind: the place with its 95% interval, its district and the whole area beside it.

    None where all is withheld.

    A figure that is given as a range has a bar from end to end and no dot. The same figures stand in the profile's table; where one is
    withheld without a range, its row says so. Each label stands above its row, so that a
    long one needs no margin on a phone.
    """
    rows = [r for r in profile.rows if r.category.kind == PARTITION]
    names = {r.category.category: r.category.label + _why_no_dot(r.figures[0]) for r in rows}
    own = [
        {
            "kind": names[r.category.category],
            "place": profile.place.label,
            "rate": f.rate.per_1000,
            "lower": f.rate.lower,
            "upper": f.rate.upper,
        }
        for r in rows
        if (f := r.figures[0]).rate is not None
    ]
    ranges = [
        {"kind": names[r.category.category], "place": profile.place.label, "lowest": ends[0], "highest": ends[1]}
        for r in rows
        if (ends := r.figures[0].rate_ends) is not None
    ]
    if not own and not ranges:
        return None
    others = [(i, p) for i, p in enumerate(profile.places) if i and p.geography in ("lad", "force", "all")][:2]
    looks = [("diamond", palette.text), ("stroke", palette.muted)]
    order = list(names.values())
    y = alt.Y("kind:N", sort=order, scale=alt.Scale(domain=order), axis=None)
    title = f"Recorded per 1,000 people over {covered.over}"
    x = alt.X("rate:Q", title=title, scale=alt.Scale(zero=True, nice=True), axis=axis(palette))
    tips = [
        alt.Tooltip("kind:N", title="Kind"),
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("rate:Q", title="Per 1,000", format=",.1f"),
    ]
    labels = (
        alt.Chart(pd.DataFrame({"kind": order}))
        .mark_text(align="left", baseline="middle", dy=-17, fontSize=14, color=palette.text)
        .encode(x=alt.value(0), y=y, text="kind:N")
    )
    frame = pd.DataFrame(own)
    layers: list[alt.Chart] = [labels]
    if own:
        interval = alt.Chart(frame).mark_rule(strokeWidth=4, opacity=0.4, color=palette.accent)
        layers.append(interval.encode(x=alt.X("lower:Q", title=title), x2="upper:Q", y=y))
    if ranges:
        layers.append(_bars(ranges, y, palette, title))
    for (i, place), (shape, colour) in zip(others, looks, strict=False):
        beside = [
            {"kind": names[r.category.category], "place": place.label, "rate": rate.per_1000}
            for r in rows
            if (rate := r.figures[i].rate) is not None
        ]
        if beside:
            mark = alt.Chart(pd.DataFrame(beside)).mark_point(
                shape=shape, size=150 if shape == "stroke" else 90, color=colour, strokeWidth=2.4
            )
            layers.append(mark.encode(x=x, y=y, tooltip=tips))
    if own:
        layers.append(
            alt.Chart(frame).mark_point(size=120, filled=True, opacity=1, color=palette.accent).encode(x=x, y=y, tooltip=tips)
        )
    where = ", ".join([profile.place.label, *[p.label for _, p in others]])
    drawing = alt.layer(*layers).properties(
        height=_ROW_PX * len(rows) + _AXIS_PX,
        description=f"Rates per 1,000 people by kind in {where}, {covered}. The table above holds the same figures.",
    )
    legend = [LegendEntry(f"{profile.place.label}, with 95% interval", palette.accent, "circle")] if own else []
    legend += [LegendEntry("given as a range", palette.accent, "between")] if ranges else []
    legend += [
        LegendEntry(p.label, c, "diamond" if s == "diamond" else "bar") for (_, p), (s, c) in zip(others, looks, strict=False)
    ]
    return RatesChart(drawing, tuple(legend))


def _why_no_dot(figure: Figure) -> str:
    return "" if figure.rate or figure.rate_ends else f" ({figure.words} here)"


def _bars(ranges: list[dict[str, object]], y: alt.Y, palette: Palette, title: str) -> alt.Chart:
    """Hollow bars from the least to the largest rate."""
    tips = [
        alt.Tooltip("kind:N", title="Kind"),
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("lowest:Q", title="Per 1,000, at least", format=",.1f"),
        alt.Tooltip("highest:Q", title="Per 1,000, at most", format=",.1f"),
    ]
    x = alt.X("lowest:Q", title=title, scale=alt.Scale(zero=True, nice=True), axis=axis(palette))
    bar: alt.Chart = alt.Chart(pd.DataFrame(ranges)).mark_bar(
        height=14, fill=palette.accent, fillOpacity=0.18, stroke=palette.accent, strokeWidth=1.6
    )
    return bar.encode(x=x, x2="highest:Q", y=y, tooltip=tips)

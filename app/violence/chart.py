"""Drawings of the dashboard, each with a table of the same figures. A mark that carries a meaning differs in shape, not in colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import altair as alt
import pandas as pd

from app.look.chart_axis import axis, axis_of_months, description
from app.look.palette import Palette
from app.violence.content import PlaceRow
from app.violence.control import Point
from app.violence.partners import Series
from core.periods import Period, runs_of
from core.poisson import Rate

Drawing = alt.LayerChart | alt.FacetChart | alt.Chart
_ROW_PX = 40
_AXIS_PX = 56


def trend(
    counts: Mapping[date, float], points: Sequence[Point], missing: Sequence[date], palette: Palette, what: str,
    *, percent: bool = False, height: int = 300,
) -> Drawing:  # fmt: skip
    """Recorded a month, with its usual range as a band; a month that stands out is a diamond, a stretch of missing ones is grey.

    A gap breaks the line: a run of loaded months is a line of its own. percent: the figures are shares in percent.
    """
    frame = _months(counts, points)
    held = sorted([*counts, *missing])
    x = alt.X("month:T", title=None, axis=axis_of_months(palette, len(tuple(Period(held[0], held[-1]).months()))))
    y = alt.Y("count:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=axis(palette, **_ticks(percent, height)))
    said = alt.Tooltip("count:Q", format=".1f" if percent else ",", title="Percent" if percent else "Recorded")
    tip = [alt.Tooltip("month:T", format="%B %Y", title="Month"), said,
           alt.Tooltip("range:N", title="Usual range"), alt.Tooltip("signal:N", title="Stands out")]  # fmt: skip
    base = alt.Chart(frame)
    layers: list[alt.Chart] = []
    if missing:
        gaps = pd.DataFrame([{"from": _middle(run.start, -1), "to": _middle(run.end, 1)} for run in runs_of(missing)])
        stretch = alt.Chart(gaps).mark_rect(opacity=0.35, color=palette.line)
        layers.append(stretch.encode(x=alt.X("from:T", title=None), x2="to:T"))
    if points:
        lower = alt.Y("lower:Q", title=None)
        layers.append(
            base.mark_area(interpolate="step", opacity=0.16, color=palette.accent).encode(
                x=x, y=lower, y2="upper:Q", detail="run:N"
            )
        )
        usual = alt.Y("usual:Q", title=None)
        layers.append(base.mark_line(interpolate="step", strokeWidth=1, color=palette.muted).encode(x=x, y=usual, detail="run:N"))
    layers.append(base.mark_line(strokeWidth=2, color=palette.accent).encode(x=x, y=y, detail="run:N"))
    # a layer without a point would be a picture without a name
    if (frame["signal"] == "").any():
        plain = base.transform_filter("datum.signal == ''")
        layers.append(plain.mark_point(filled=True, size=34, opacity=1, color=palette.accent).encode(x=x, y=y, tooltip=tip))
    if (frame["signal"] != "").any():
        marked = base.transform_filter("datum.signal != ''")
        layers.append(
            marked.mark_point(
                filled=True, shape="diamond", size=170, opacity=1, color=palette.hot[0], stroke=palette.page, strokeWidth=1
            ).encode(x=x, y=y, tooltip=tip)
        )
    return alt.layer(*layers).properties(height=height, description=description(f"{what} by month"))


def rates(rows: Sequence[PlaceRow], whole: Rate | None, palette: Palette, what: str) -> Drawing:
    """Rates a year with their 95% intervals; a line where the whole lies. A filled circle is clearly higher or lower, an open one not."""
    known = [r for r in rows if r.rate is not None]
    frame = pd.DataFrame(
        [
            {"name": r.name, "rate": r.rate.per_1000, "lower": r.rate.lower, "upper": r.rate.upper, "apart": r.side != 0}
            for r in known
            if r.rate is not None
        ]
    )
    order = [r.name for r in known]
    y = alt.Y("name:N", sort=order, scale=alt.Scale(domain=order), axis=None)
    x = alt.X("rate:Q", title=what, scale=alt.Scale(zero=True, nice=True), axis=axis(palette))
    drawn = alt.Chart(frame)
    layers: list[alt.Chart] = []
    if whole is not None:
        line = alt.Chart(pd.DataFrame({"whole": [whole.per_1000]}))
        layers.append(line.mark_rule(color=palette.muted, strokeWidth=1.5).encode(x="whole:Q"))
    low = alt.X("lower:Q", title=what)
    layers.append(drawn.mark_rule(strokeWidth=4, opacity=0.4, color=palette.accent).encode(x=low, x2="upper:Q", y=y))
    for apart in (True, False):
        some = drawn.transform_filter(f"datum.apart == {str(apart).lower()}")
        mark = some.mark_point(size=90, filled=apart, opacity=1, strokeWidth=2, fill=palette.accent if apart else palette.page)
        layers.append(mark.encode(x=x, y=y, color=alt.value(palette.accent)))
    words = drawn.mark_text(align="left", baseline="middle", dy=-14, fontSize=13, color=palette.text)
    layers.append(words.encode(x=alt.value(0), y=y, text="name:N"))
    return alt.layer(*layers).properties(height=_ROW_PX * len(known) + _AXIS_PX, description=description(what))


def beside(police: Mapping[date, int], series: Sequence[Series], palette: Palette) -> Drawing:
    """Police figures and what partners recorded, a small chart each, one above the other on one axis of time: their units are not one."""
    rows = [{"month": m, "count": n, "series": "Recorded by the police"} for m, n in police.items()]
    names = ["Recorded by the police"]
    for one in series:
        names.append(one.name)
        rows += [{"month": m, "count": n, "series": one.name} for m, n in one.events.items()]
    frame = pd.DataFrame(rows)
    frame["month"] = pd.to_datetime(frame["month"])
    frame = frame.sort_values("month")
    frame["run"] = frame.groupby("series")["month"].transform(lambda m: (m.dt.to_period("M").astype("int64").diff() != 1).cumsum())
    x = alt.X("month:T", title=None, axis=axis_of_months(palette))
    y = alt.Y("count:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=axis(palette, format=",d"))
    base = alt.Chart(frame)
    line = base.mark_line(strokeWidth=2, color=palette.accent, point=alt.OverlayMarkDef(filled=True, size=24, color=palette.accent))
    header = alt.Header(title=None, labelAnchor="start", labelOrient="top", labelAngle=0, labelFontSize=13, labelColor=palette.text)
    row = alt.Row("series:N", sort=names, title=None, header=header)
    drawn = line.encode(x=x, y=y, detail="run:N").properties(height=110)
    made: Drawing = (
        drawn.facet(row=row, spacing=8)
        .resolve_scale(y="independent")
        .properties(description=description("Police figures and partners' own, by month"))
    )
    return made


def _ticks(percent: bool, height: int) -> dict[str, object]:
    """Of the axis of figures: a low chart has few."""
    said: dict[str, object] = {"labelExpr": "datum.label + '%'", "format": "d"} if percent else {"format": ",d"}
    return said | ({"tickCount": 3, "tickMinStep": 1} if height < 200 else {})


def _middle(month: date, way: int) -> pd.Timestamp:
    """Half a month before or after the first day of a month, at which its point is drawn."""
    return pd.Timestamp(month) + pd.Timedelta(days=15 * way)


def _months(counts: Mapping[date, float], points: Sequence[Point]) -> pd.DataFrame:
    by_month = {p.month: p for p in points}
    rows = []
    for month in sorted(counts):
        p = by_month.get(month)
        rows.append(
            {
                "month": month,
                "count": counts[month],
                "usual": None if p is None else p.usual,
                "lower": None if p is None else p.lower,
                "upper": None if p is None else p.upper,
                "range": "" if p is None else f"{p.lower:,.0f} to {p.upper:,.0f}",
                "signal": "" if p is None else p.signal,
            }
        )
    frame = pd.DataFrame(rows)
    frame["month"] = pd.to_datetime(frame["month"])
    frame["run"] = (frame["month"].dt.to_period("M").astype("int64").diff() != 1).cumsum()
    return frame.astype({"usual": float, "lower": float, "upper": float})

"""Charts of the portal, drawn in the browser by the copy of Vega that Streamlit brings."""

from __future__ import annotations

import altair as alt
import pandas as pd

from app.area_profile import AreaProfile
from app.palette import Palette
from app.published import PARTITION


def rates_chart(profile: AreaProfile, palette: Palette) -> alt.LayerChart | None:
    """Rate per 1,000 by kind: the place with its 95% interval, and its district and the whole area as ticks. None where all is withheld.

    The same figures stand in the profile's table; a withheld one is a word where its mark would be.
    """
    rows = [r for r in profile.rows if r.category.kind == PARTITION]
    order = [r.category.label for r in rows]
    others = [(i, p) for i, p in enumerate(profile.places) if i and p.geography in ("lad", "all")]
    own = [
        {"kind": r.category.label, "place": profile.place.label, "rate": f.rate.value, "lower": f.rate.lower, "upper": f.rate.upper, "count": f.count}
        for r in rows
        if (f := r.figures[0]).rate is not None
    ]
    beside = [
        {"kind": r.category.label, "place": p.label, "rate": rate.value}
        for r in rows
        for i, p in others
        if (rate := r.figures[i].rate) is not None
    ]
    gone = [{"kind": r.category.label, "word": r.figures[0].words} for r in rows if r.figures[0].rate is None]
    if not own and not beside:
        return None
    names = [profile.place.label, *[p.label for _, p in others]]
    looks = alt.Scale(domain=names, range=[palette.accent, palette.text, palette.muted][: len(names)])
    shapes = alt.Scale(domain=names, range=["circle", "diamond", "stroke"][: len(names)])
    y = alt.Y("kind:N", sort=order, title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False, labelPadding=10))
    x = alt.X("rate:Q", title="Recorded per 1,000 people", scale=alt.Scale(zero=True, nice=True))
    place = alt.Color("place:N", scale=looks, legend=alt.Legend(orient="top", title=None, symbolSize=110, labelLimit=260))
    shape = alt.Shape("place:N", scale=shapes, legend=alt.Legend(orient="top", title=None, symbolSize=110, labelLimit=260))
    columns = ["kind", "place", "rate", "lower", "upper", "count"]
    layers: list[alt.Chart] = [
        alt.Chart(pd.DataFrame(own, columns=columns))
        .mark_rule(strokeWidth=3, opacity=0.45, color=palette.accent)
        .encode(x=alt.X("lower:Q", title="Recorded per 1,000 people"), x2="upper:Q", y=y),
        alt.Chart(pd.DataFrame(beside, columns=["kind", "place", "rate"]))
        .mark_point(size=90, strokeWidth=2.2, filled=False)
        .encode(x=x, y=y, color=place, shape=shape, tooltip=_tips()),
        alt.Chart(pd.DataFrame(own, columns=columns))
        .mark_point(size=110, filled=True, opacity=1)
        .encode(x=x, y=y, color=place, shape=shape, tooltip=_tips()),
        alt.Chart(pd.DataFrame(gone, columns=["kind", "word"]))
        .mark_text(align="left", dx=4, color=palette.muted, fontStyle="italic", fontSize=13)
        .encode(x=alt.value(0), y=y, text="word:N"),
    ]
    described = f"Rates per 1,000 people by kind in {', '.join(names)}. The table above holds the same figures."
    return alt.layer(*layers).properties(height=alt.Step(34), description=described, padding={"left": 4, "right": 16, "top": 4, "bottom": 4})


def _tips() -> list[alt.Tooltip]:
    return [alt.Tooltip("kind:N", title="Kind"), alt.Tooltip("place:N", title="Place"), alt.Tooltip("rate:Q", title="Per 1,000", format=",.1f")]

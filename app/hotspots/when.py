"""When: seasons of recorded crime and hours of the week of the sources that give times, a part of the hot spot page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.hotspots import time_report, time_store
from app.hotspots.store import Choice
from app.hotspots.time_store import Season, WeekTimes
from app.person.sign_in import Person
from app.person.store import Patch


def show_when(person: Person, choice: Choice, patch: Patch) -> None:
    """The plain statement first: published crime has months and nothing finer."""
    st.header("When", anchor=False)
    season = time_store.season(person, choice, patch)
    times = time_store.week_times(person, patch)
    where = "in the district" if patch.district else "in the whole region"
    sentences = (time_report.NO_TIMES, *time_report.season_sentences(season, where))
    st.html('<div class="hg-text">' + "".join(f"<p>{escape(text)}</p>" for text in sentences) + "</div>")
    if season is None and not times:
        return
    with st.expander("Months and hours as tables"):
        if season is not None:
            st.html(_season_table(season))
        for one in times:
            st.html(_week_table(one))


def _season_table(season: Season) -> str:
    caption = "Recorded a day over the average day of the same years: 1 is average."
    return _table(
        caption, ["Month", "Recorded", "Ratio", "95% interval"], [(row[0], row[1:]) for row in time_report.season_rows(season)]
    )


def _week_table(times: WeekTimes) -> str:
    heads, rows = time_report.week_rows(times)
    # seven columns and more slide sideways on a phone; four fit
    return f'<div class="hg-scroll">{_table(time_report.week_caption(times), ["Day", *heads], rows)}</div>'


def _table(caption: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    first, *others = heads
    head = f'<th scope="col">{escape(first)}</th>' + "".join(f'<th scope="col" class="num">{escape(h)}</th>' for h in others)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>' + "".join(f'<td class="num">{escape(c)}</td>' for c in cells) + "</tr>"
        for name, cells in rows
    )
    return (
        f'<table class="hg-table narrow"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )

"""Stop and search, the second part of the page on outcomes and searches."""

from __future__ import annotations

import streamlit as st

from app.look import share_chart
from app.look.frame import theme
from app.look.markup import paragraphs, table
from app.look.share_chart import Bar
from app.outcomes import search_report as report
from app.outcomes import search_store
from app.outcomes.content import Place, Stops
from app.person.reading import Reader
from core.periods import Period


def choose_period(reader: Reader, place: Place) -> Period | None:
    """A span of searches; None, with a word on the page, where no search is loaded."""
    st.header("Stop and search", anchor=False)
    months = search_store.months(reader, place.made)
    offered = report.periods(months)
    if not offered:
        st.html(
            '<p class="hg-lead">No stop and search of this region is loaded. That is a gap in the data, not an absence of searches.</p>'
            '<div class="hg-text"><p>The files are named YYYY-MM-FORCE-stop-and-search.csv.</p></div>'
        )
        return None
    return (
        st.selectbox("Searches of", offered, format_func=lambda p: str(report.covered_by(months, p)), key="oc-period") or offered[0]
    )


def draw_searches(stops: Stops) -> None:
    st.html(paragraphs(stops.lead, lead=True))
    st.html(paragraphs([stops.not_counted]))
    found = stops.found
    if found is None:
        return
    st.subheader("What was searched for, and how often it was found", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    left.html(table(found.by_object))
    bars = [Bar(r.name, r.share, r.why_not) for r in found.objects]
    right.altair_chart(share_chart.points(bars, theme(), "Found, with 95% interval"), width="stretch")
    st.subheader("Under which law", anchor=False)
    st.html(table(found.by_law))
    st.subheader("What came of searches", anchor=False)
    st.html(table(found.by_outcome))
    if found.by_district is not None:
        st.subheader("Searches by district", anchor=False)
        st.html(table(found.by_district))
    st.subheader("Searches by ethnic group", anchor=False)
    # what the figures cannot say stands before them
    st.html('<div class="hg-note">' + paragraphs(report.CAVEATS[:1]) + "</div>")
    st.html(paragraphs(found.ethnic))
    if found.by_ethnicity is not None:
        st.html(table(found.by_ethnicity))
        st.html(paragraphs(report.CAVEATS[1:]))

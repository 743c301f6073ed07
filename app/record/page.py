"""Professional: the track record of every map on one page, the best of each kind first."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.hotspots import record_store, store
from app.hotspots.record_store import JUDGED_AT, Record
from app.hotspots.report import geography_name
from app.hotspots.store import CHOSEN_GRID, HEXAGON
from app.look.frame import behind_one_line, theme
from app.look.markup import legend, paragraphs, table
from app.look.wording import lower
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.record import chart, report

_ON, _SHARE = "tr-on", "tr-share"


def show(person: Person) -> None:
    with st.container(key="hg-record"):
        with reading(person) as reader:
            head(reader)
            every = record_store.records(reader)
            labels = {g.group_id: g.label for g in store.groups(reader)}
        st.title(report.TITLE, anchor=False)
        if not every:
            st.html(paragraphs([report.NOTHING], lead=True))
            return
        (geography, edition), share = _choose(every)
        shown = [r for r in every if (r.geography, r.edition) == (geography, edition)]
        view = {"geography": f"{geography} {edition}", "share": f"{share:g}"}
        record_once(person, "track_record", view, view=view)
        where = geography_name(geography, edition)
        area = f"{100 * share:g}% of the region's area"
        first, *more = report.statement(shown, labels)
        st.html(paragraphs([first], lead=True) + paragraphs(more))
        st.html(f'<p class="hg-stands">{escape(report.months_note(shown))}</p>')
        caption = f"The map that comes first for each kind, on {lower(where)}, searching {area}. In brackets, the counts"
        st.html(table(report.best_table(shown, labels, share, caption)))
        st.header("Every map beside the counts", anchor=False)
        st.html(legend(chart.legend_of(theme()), f"Share caught in {area}, from none at the left to all at the right"))
        named = [(one, labels.get(one.group_id, one.group_id)) for one in shown]
        st.html("".join(chart.drawing(one, share, theme(), label) for one, label in named))
        with st.expander("Every map in figures"):
            st.html("".join(table(report.layers_table(one, share, f"{label}, searching {area}")) for one, label in named))
        st.header("How it is measured", anchor=False)
        st.html(paragraphs(report.HOW))
        download(
            person, "Download every record (CSV)", "homeground-track-record.csv", "text/csv",
            lambda: report.csv(every, labels), "track_record", {"rows": sum(len(r.layers) for r in every)}, key="tr-download",
        )  # fmt: skip


def _choose(every: Sequence[Record]) -> tuple[tuple[str, str], float]:
    """On what, and how much of the area is searched, behind one line that says both."""
    places = sorted(
        {(r.geography, r.edition) for r in every}, key=lambda p: (p[0] in (HEXAGON, CHOSEN_GRID), p[0] == CHOSEN_GRID, p[1])
    )
    shares = sorted({score.coverage for r in every for layer in r.layers for score in layer.scores})
    usual = min(shares, key=lambda share: abs(share - JUDGED_AT))
    on = st.session_state.get(_ON, places[0])
    share = st.session_state.get(_SHARE, usual)
    with behind_one_line(f"{geography_name(*on)}, {100 * share:g}% of the area"):
        on = st.selectbox("On", places, format_func=lambda p: geography_name(*p), key=_ON)
        st.selectbox("Share of the area searched", shares, index=shares.index(usual), format_func=_share, key=_SHARE)
    return on, st.session_state.get(_SHARE, usual)


def _share(share: float) -> str:
    return f"{100 * share:g}%"

"""Community: the published profile of one place."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from app import process
from app.area import map as area_map
from app.area.answers import NOTHING_ASKED, answers_for, answers_list, ask_address
from app.area.change_over_time import NO_EARLIER, Change, change_over_time
from app.area.glance import key_figures, note_of, stands_out
from app.area.other_figures import other_figures, other_figures_table
from app.area.profile import AreaProfile, build_profile
from app.area.rates_chart import rates_chart
from app.area.services_nearby import services_near
from app.area.suppliers import sources_of, supplied_by
from app.area.tables import (
    change_table,
    key_figures_list,
    profile_table,
    services_list,
    sources_short,
    stands_out_list,
    withheld_table,
)
from app.area.ways_on import search_link
from app.area.why_withheld import summed_up, withheld_here
from app.look import wording
from app.look.frame import theme
from app.look.markup import legend, macro, paragraphs, plain
from app.problems.listing import problems_for
from published import range_words
from published.release import Place, Release


def show_profile(release: Release, place: Place, choose: Callable[[Place], None]) -> None:
    release = release.for_place(place)
    profile = build_profile(release, place)
    st.set_page_config(page_title=f"{place.label} · Homeground")
    st.button("Find another area", icon=":material/arrow_back:", type="tertiary", on_click=_back)
    st.title(plain(f"{profile.title}, {release.covered}"), anchor=False)
    change = change_over_time(release, place)
    st.html(f'<p class="hg-kind">{escape(" ".join(filter(None, (f"{profile.kind}.", supplied_by(release, place)))))}</p>')
    keys = key_figures(release, place, change)
    if keys:
        st.html(key_figures_list(keys, note_of(release, place, change)))
    stands = stands_out(release, place, change)
    if stands:
        st.header("What else stands out", anchor=False)
        st.html(stands_out_list(stands))
    st.html(paragraphs(profile.sentences) + (f'<p class="hg-note">{escape(profile.missing)}</p>' if profile.missing else ""))
    _figures(release, profile, choose)
    _change(change, place)
    _chart(release, profile)
    st.header("What is withheld and why", anchor=False)
    st.html(withheld_table(withheld_here(release, place), summed_up(release, place), place.label))
    st.html(paragraphs([range_words.RANGE_MEANS]))
    _words("How sure we are", profile.sure)
    others = other_figures(release, place)
    if others:
        st.header("Other figures for this place", anchor=False)
        st.html(other_figures_table(others))
    searched = search_link(release, place)
    if searched is not None:
        st.html(f'<p><a href="{escape(searched.address)}" target="_self">{escape(searched.words)}</a></p>')
    services = services_near(release, place.geography, place.code)
    if services:
        st.header("Services nearby", anchor=False)
        st.html(services_list(services))
    st.header("Questions and answers", anchor=False)
    found = answers_for(release, place)
    st.html(answers_list(found) if found else paragraphs([NOTHING_ASKED]))
    st.html(
        f'<ul class="links"><li><a href="{ask_address(place)}">Ask about this area, or say that a figure is wrong</a></li>'
        '<li><a href="/questions">All questions and answers</a></li></ul>'
    )
    problems = problems_for(release, place)
    if problems:
        st.header("You said, we did, what changed", anchor=False)
        st.html(macro("problem_list.html", "problem_list", problems, 3))
    _words("Your view", (wording.answer_back(process.settings().contact),))
    st.header("Sources and downloads", anchor=False)
    st.html(sources_short(sources_of(release, place)))
    _links(place)


def _back() -> None:
    st.query_params.clear()
    st.session_state["typed"] = ""


def _figures(release: Release, profile: AreaProfile, choose: Callable[[Place], None]) -> None:
    table, drawing = st.columns([3, 2], gap="large")
    with table:
        st.header("What was recorded", anchor=False)
        st.html(profile_table(profile, release))
    with drawing:
        st.header("On the map", anchor=False)
        category = area_map.choose_category(release, st.container(), key="profile-category")
        if category is None:
            return
        clicked = area_map.profile_map(release, profile.place, category)
    if clicked is not None:
        choose(clicked)
        st.rerun()


def _change(change: Change | None, place: Place) -> None:
    st.header("Change over time", anchor=False)
    if change is None:
        st.html(f'<div class="hg-text"><p>{escape(NO_EARLIER)}</p></div>')
        return
    st.html(change_table(change, place.label))


def _chart(release: Release, profile: AreaProfile) -> None:
    chart = rates_chart(profile, theme(), release.covered)
    if chart is None:
        return
    st.header("Rates side by side", anchor=False)
    st.html(legend(chart.legend, f"Rate per 1,000 people over {release.covered.over}, by kind"))
    st.altair_chart(chart.drawing, width="stretch")
    st.html(
        '<p class="hg-kind">The interval shows how far chance alone could move the rate here. The figures are those of the table.</p>'
    )


def _words(heading: str, texts: tuple[str, ...]) -> None:
    st.header(plain(heading), anchor=False)
    st.html(paragraphs(texts))


def _links(place: Place) -> None:
    code, geography = escape(place.code), escape(place.geography)
    st.html(
        '<ul class="hg-links">'
        f'<li><a href="/download/area/{geography}/{code}.csv">Download these figures (CSV)</a></li>'
        '<li><a href="/download/values.csv">Download every published figure (CSV)</a></li>'
        f'<li><a href="/area/{geography}/{code}" target="_self">This profile as a plain page, for printing</a></li>'
        "</ul>"
        '<p class="hg-kind">Contains public sector information licensed under the Open Government Licence v3.0. Contains OS data © Crown'
        " copyright and database right; Royal Mail data © Royal Mail copyright and database right; Source: Office for National"
        " Statistics.</p>"
    )

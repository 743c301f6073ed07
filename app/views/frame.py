"""What surrounds every page: title bar, navigation, style, the label of synthetic data."""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.markup import style_sheet
from app.palette import Palette, palette
from app.plain_pages import variables_of


def theme() -> Palette:
    """The palette of the theme that this browser shows."""
    return palette(st.context.theme.type)


def table_beside_map(table: str, what: str, *, tall: bool = False) -> None:
    """A table that is as high as the map beside it and scrolls by itself, with the keyboard too."""
    size = " tall" if tall else ""
    st.html(f'<div class="hg-beside-map{size}" role="region" aria-label="{escape(what)}" tabindex="0">{table}</div>')


def _dress() -> None:
    st.html(f"<style>:root{{{variables_of(theme())}}}\n{style_sheet()}\n{_STREAMLIT}</style>")


# what Streamlit's theme cannot say: reading width, targets of at least 24 px, a quiet top bar
_STREAMLIT = """
.stMainBlockContainer { max-width: 74rem; padding-top: 1.1rem; padding-bottom: 4rem; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 0.8rem 1rem 3rem; } }
.stMainBlockContainer h1 { max-width: 46rem; padding-top: 0; }
.stMainBlockContainer h2 { padding-top: 1.6rem; }
.stAppHeader { display: none; }
.st-key-hg-nav { border-bottom: 1px solid var(--hg-line); padding-bottom: 0.5rem; margin-bottom: 0.75rem; }
.st-key-hg-nav { gap: 0.25rem 1.25rem; flex-wrap: wrap; }
.st-key-hg-nav a { min-height: 1.75rem; }
.st-key-hg-nav > .stElementContainer { min-height: 2rem; margin: 0; }
.stMainBlockContainer [data-testid="stCaptionContainer"] { opacity: 1; }
.stMainBlockContainer [data-testid="stCaptionContainer"] p { color: var(--hg-muted); }
.hg-brand { font-family: "Source Serif", Georgia, serif; font-weight: 600; font-size: 1.15rem; white-space: nowrap; }
.stMainBlockContainer button { min-height: 2rem; }
[data-testid="stHeaderActionElements"] { display: none; }
.stIFrame, .stCustomComponentV1 { border: 1px solid var(--hg-line); }
[data-testid="stVegaLiteChart"] { max-width: 52rem; }
.stMainBlockContainer .stHtml a { color: var(--hg-accent); }
.st-key-search, .st-key-search-formats, .st-key-search-places, .st-key-role { max-width: 40rem; }
.hg-identity { color: var(--hg-muted); margin: 0; }
.st-key-search [data-testid="stFormSubmitButton"] button { min-height: 2.5rem; }
.stHtml dl, .stHtml dt, .stHtml dd { margin-left: 0; }
.hg-beside-map { max-height: 37rem; overflow-y: auto; } .hg-beside-map.tall { max-height: 47rem; }
.hg-links { padding-left: 1.1rem; } .hg-links li { margin: 0 0 0.5rem; }
@media (max-width: 640px) {
  .stMainBlockContainer h1 { font-size: 1.65rem; }
  /* the name on a line of its own, and every link flush with it */
  .st-key-hg-nav { gap: 0 0.4rem; }
  .st-key-hg-nav > :first-child { flex: 0 0 100%; }
  .st-key-hg-nav [data-testid="stPageLink"] { margin-left: -0.5rem; }
  .hg-beside-map, .hg-beside-map.tall { max-height: 20rem; }
}
"""


def synthetic_label(*, synthetic: bool) -> None:
    if synthetic:
        st.html('<p class="hg-synthetic">Synthetic data: these places and figures are invented.</p>')


def community() -> None:
    from app.views import about, find_area, protection

    st.set_page_config(page_title="Homeground", page_icon=None, layout="wide", initial_sidebar_state="collapsed")
    _dress()
    pages = [
        st.Page(find_area.show, title="Your area", url_path="your-area", default=True),
        st.Page(protection.show, title="How we protect people", url_path="how-we-protect-people"),
        st.Page(about.show, title="About the figures", url_path="about"),
    ]
    _run(pages, "Homeground")


def professional() -> None:
    from app.views import data_status, hot_spots, outcomes, place_brief, risk_model, risk_overlaps, service_reach
    from app.views.entrance import signed_in

    st.set_page_config(page_title="Homeground for professionals", layout="wide", initial_sidebar_state="collapsed")
    _dress()
    person = signed_in()
    if person is None:
        return
    pages = [
        st.Page(lambda: hot_spots.show(person), title="Hot spots", url_path="hot-spots", default=True),
        st.Page(lambda: risk_overlaps.show(person), title="Risk overlaps", url_path="risk-overlaps"),
        st.Page(lambda: service_reach.show(person), title="Services", url_path="services"),
        st.Page(lambda: outcomes.show(person), title="Outcomes and searches", url_path="outcomes-and-searches"),
        st.Page(lambda: place_brief.show(person), title="Place brief", url_path="place-brief"),
        st.Page(lambda: risk_model.show(person), title="Models", url_path="models"),
        st.Page(lambda: data_status.show(person), title="The data", url_path="data"),
    ]
    _run(pages, "Homeground for professionals")


def _run(pages: list[StreamlitPage], name: str) -> None:
    """Our own row of links: Streamlit's hides behind a drawer on a phone, and the drawer stays open over the page that was chosen."""
    current = st.navigation(pages, position="hidden")
    with st.container(horizontal=True, vertical_alignment="center", key="hg-nav"):
        st.html(f'<span class="hg-brand">{name}</span>', width="content")
        for page in pages:
            st.page_link(page, width="content", disabled=False)
    current.run()

"""The pages of both portals, and the row of links between them."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.look.frame import dress


def community() -> None:
    from app.area import about
    from app.area import find as find_area
    from app.own_area import page as own_area
    from app.protection import page as protection

    st.set_page_config(page_title="Homeground", page_icon=None, layout="wide", initial_sidebar_state="collapsed")
    dress()
    pages = [
        st.Page(find_area.show, title="Your area", url_path="your-area", default=True),
        st.Page(own_area.show, title="An area you choose", url_path="area-you-choose"),
        st.Page(protection.show, title="How we protect people", url_path="how-we-protect-people"),
        st.Page(about.show, title="About the figures", url_path="about"),
    ]
    _run(pages, "Homeground")


def professional() -> None:
    from app import data_status, place_brief
    from app.hotspots import page as hot_spots
    from app.outcomes import page as outcomes
    from app.overlaps import page as risk_overlaps
    from app.own_area import page as own_area
    from app.person.entrance import signed_in
    from app.risk_model import page as risk_model
    from app.services import page as service_reach

    st.set_page_config(page_title="Homeground for professionals", layout="wide", initial_sidebar_state="collapsed")
    dress()
    person = signed_in()
    if person is None:
        return
    pages = [
        st.Page(lambda: hot_spots.show(person), title="Hot spots", url_path="hot-spots", default=True),
        st.Page(lambda: risk_overlaps.show(person), title="Risk overlaps", url_path="risk-overlaps"),
        st.Page(lambda: service_reach.show(person), title="Services", url_path="services"),
        st.Page(lambda: outcomes.show(person), title="Outcomes and searches", url_path="outcomes-and-searches"),
        st.Page(lambda: own_area.show_to(person), title="An area you choose", url_path="area-you-choose"),
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

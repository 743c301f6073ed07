"""The pages of both portals, and the row of links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.look.frame import dress

if TYPE_CHECKING:
    from app.person.sign_in import Person


# of the professional portal, the pages of data stewards, who have these and no other
STEWARD_PAGES = ("deliveries", "releases")
# the page with which the professional portal opens
FIRST_PAGE = "my-patch"
# where Streamlit draws a page of the community portal; every other address is one of our routes, or leads nowhere
COMMUNITY_PAGES = ("your-area", "area-you-choose", "how-we-protect-people", "about")

# the desk of those who moderate what residents ask; the others are not led to it
QUESTIONS_PAGE = "questions-from-residents"

# of members of the ethics board; the others are not led there, and nothing is shown to them
BOARD_PAGES = ("for-the-board", "audit-trail")


def community() -> None:
    from app.area import about
    from app.area import find as find_area
    from app.own_area import page as own_area
    from app.protection import page as protection

    st.set_page_config(page_icon=None, layout="wide", initial_sidebar_state="collapsed")
    dress()
    pages = [
        st.Page(find_area.show, title="Your area", url_path=COMMUNITY_PAGES[0], default=True),
        st.Page(own_area.show, title="An area you choose", url_path=COMMUNITY_PAGES[1]),
        st.Page(protection.show, title="How we protect people", url_path=COMMUNITY_PAGES[2]),
        st.Page(about.show, title="About the figures", url_path=COMMUNITY_PAGES[3]),
    ]
    current = st.navigation(pages, position="hidden")
    # a profile names its place instead (app.area.page)
    st.set_page_config(page_title=f"{current.title} · Homeground")
    _run(current, pages, "Homeground")


def professional() -> None:
    from app import data_status, place_brief
    from app.board import audit_page, decisions_page
    from app.board import page as for_the_board
    from app.board.store import is_member
    from app.hotspots import page as hot_spots
    from app.outcomes import page as outcomes
    from app.overlaps import page as risk_overlaps
    from app.own_area import page as own_area
    from app.own_dashboard import page as my_dashboard
    from app.patch import page as my_patch
    from app.person.entrance import signed_in
    from app.person.patch_choice import remember_links
    from app.person.who_may import pages_of
    from app.problems import page as problems
    from app.questions import desk
    from app.questions.desk_store import may_moderate
    from app.record import page as track_record
    from app.risk_model import page as risk_model
    from app.searches import page as stop_and_search
    from app.services import page as service_reach
    from app.steward import deliveries_page, own_page, releases_page
    from app.violence import page as serious_violence

    st.set_page_config(page_title="Homeground for professionals", layout="wide", initial_sidebar_state="collapsed")
    dress()
    person: Person
    titles: dict[str, str]
    pages = [
        st.Page(lambda: my_patch.show(person, titles), title="My patch", url_path=FIRST_PAGE, default=True),
        st.Page(lambda: my_dashboard.show(person), title="My dashboard", url_path="my-dashboard"),
        st.Page(lambda: serious_violence.show(person), title="Serious violence", url_path="serious-violence"),
        st.Page(lambda: stop_and_search.show(person), title="Stop and search", url_path="stop-and-search"),
        st.Page(lambda: hot_spots.show(person), title="Hot spots", url_path="hot-spots"),
        st.Page(lambda: track_record.show(person), title="Track record", url_path="track-record"),
        st.Page(lambda: risk_overlaps.show(person), title="Risk overlaps", url_path="risk-overlaps"),
        st.Page(lambda: service_reach.show(person), title="Services", url_path="services"),
        st.Page(lambda: outcomes.show(person), title="Outcomes", url_path="outcomes"),
        st.Page(lambda: own_area.show_to(person), title="An area you choose", url_path="area-you-choose"),
        st.Page(lambda: problems.show(person), title="Problems", url_path="problems"),
        st.Page(lambda: place_brief.show(person), title="Place brief", url_path="place-brief"),
        st.Page(lambda: risk_model.show(person), title="Models", url_path="models"),
        st.Page(lambda: decisions_page.show(person), title="Board decisions", url_path="board-decisions"),
        st.Page(lambda: data_status.show(person), title="The data", url_path="data"),
        st.Page(lambda: desk.show(person), title="Questions from residents", url_path=QUESTIONS_PAGE),
        st.Page(lambda: for_the_board.show(person), title="For the board", url_path=BOARD_PAGES[0]),
        st.Page(lambda: audit_page.show(person), title="Audit trail", url_path=BOARD_PAGES[1]),
        st.Page(lambda: deliveries_page.show(person), title="Deliveries", url_path=STEWARD_PAGES[0]),
        st.Page(lambda: releases_page.show(person), title="Releases", url_path=STEWARD_PAGES[1]),
        st.Page(lambda: own_page.show(person), title="Your deliveries", url_path="your-deliveries"),
    ]
    # before anyone is there: otherwise the address that somebody came with is forgotten on the way in
    current = st.navigation(pages, position="hidden")
    visitor = signed_in()
    if visitor is None:
        return
    person = visitor
    # the database decides what a page shows; one that shows nothing to a role is not that role's
    closed = () if may_moderate(person) else (QUESTIONS_PAGE,)
    # Streamlit calls the path of the page that it opens with ''
    theirs = [p for p in pages if (p.url_path or FIRST_PAGE) in pages_of(person.role.value) and p.url_path not in closed]
    titles = {p.url_path: p.title for p in theirs}
    remember_links({p.url_path: p for p in theirs})
    if current not in theirs:
        # a link of a colleague in another role, or the first page, which is none of this role's
        st.switch_page(theirs[0])
    _open_as_left(person, current, theirs, BOARD_PAGES[0] if is_member(person) else "")
    # what is a member's own stands first: on a phone the end of the row is out of sight
    offered = sorted(theirs, key=lambda p: p.url_path not in BOARD_PAGES)
    _run(current, offered, "Homeground for professionals", short=True)


def _open_as_left(person: Person, current: StreamlitPage, pages: list[StreamlitPage], first: str) -> None:
    """Once a session, and only where the address names no page: the one that this person wants the portal to open with, else `first`."""
    from app.person.reading import reading
    from app.person.settings import settings_of

    if st.session_state.get("hg-opened"):
        return
    st.session_state["hg-opened"] = True
    if current.url_path != pages[0].url_path or st.query_params:
        return
    with reading(person) as reader:
        wanted = settings_of(reader).page or first
    chosen = next((p for p in pages if wanted and p.url_path == wanted), None)
    if chosen is not None:
        st.switch_page(chosen)


def _run(current: StreamlitPage, pages: list[StreamlitPage], name: str, *, short: bool = False) -> None:
    """Our own row of links: Streamlit's hides behind a drawer on a phone, and the drawer stays open over the page that was chosen.

    short: on a phone it is one line without the name, because what the page says should stand on the first screen.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="hg-nav"):
        st.html(f'<span class="hg-brand{" short" if short else ""}">{name}</span>', width="content")
        for page in pages:
            st.page_link(page, width="content", disabled=False)
    current.run()

"""The boxes that say where a person looks: a district they may see and a part of it, or a patch that was drawn or listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.person import patches
from app.person import store as person_store
from app.person.patches import OwnPatch
from app.person.reading import Reader
from app.person.store import Patch

DRAW = "Draw or change patches"
_LINKS = "hg-links"


def choose_patch(reader: Reader, *, key: str) -> Patch | None:
    """The patch chosen; None, with a word on the page, where no district is to be seen. key keeps the boxes of two pages apart."""
    districts = person_store.districts_of(reader)
    if not districts:
        st.info("No district that you may see has been loaded.")
        return None
    names = {d.code: d.name for d in districts}
    own = {p.code: p for p in patches.offered(reader)}
    left, right = st.columns(2)
    options = [*names, *own, ""] if len(names) > 1 else [*names, *own]
    forget_what_is_gone(f"{key}-district", options)
    labels = names | labels_of(own.values())
    with left:
        chosen = st.selectbox("Patch", options, format_func=lambda c: labels.get(c, "All my districts"), key=f"{key}-district")
    if chosen in own:
        with right:
            link_to("area-you-choose", DRAW)
        return own[chosen].as_patch
    if not chosen:
        return Patch("", "", "all your districts" if reader.person.districts != "*" else "all districts")
    within = {a.code: a.name for a in person_store.msoas_of(reader, chosen)}
    msoa = right.selectbox(
        "Part of it", ["", *within], format_func=lambda c: within.get(c, f"All of {names[chosen]}"), key=f"{key}-msoa-{chosen}"
    )
    return Patch(chosen, msoa or "", within.get(msoa or "", names[chosen]))


def labels_of(own: Iterable[OwnPatch]) -> dict[str, str]:
    """How a box names patches, so that none is taken for a district of the same name."""
    return {p.code: f"{p.name} ({'of this portal' if p.source == 'saved' else 'yours'})" for p in own}


def forget_what_is_gone(key: str, options: Sequence[str]) -> None:
    """A box that holds what is no longer offered, such as a patch that was deleted, begins anew."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def remember_links(pages: Mapping[str, StreamlitPage]) -> None:
    """The pages of this run by their address, so that one page can lead to another and keep the session."""
    st.session_state[_LINKS] = pages


def link_to(address: str, label: str) -> None:
    """A link to another page of the portal; nothing where a page is drawn alone."""
    page = st.session_state.get(_LINKS, {}).get(address)
    if page is not None:
        st.page_link(page, label=label)

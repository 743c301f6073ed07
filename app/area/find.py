"""Community: find an area, and its published profile."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.area import map as area_map
from app.area.page import show_profile
from app.area.suppliers import gaps_of_all, months_of_all
from app.look import wording
from app.look.frame import nothing_published, synthetic_label
from app.look.markup import plain
from published.release import Place, Release, current_release
from published.search import find_places

_AREA = "area"


def show() -> None:
    """The page: a profile where the address names an area, else the ways to find one."""
    release = current_release()
    if release is None:
        nothing_published()
        return
    synthetic_label(synthetic=release.synthetic)
    named = st.query_params.get(_AREA)
    place = _from_address(release, named) if named else None
    if named and place is None:
        st.warning("This release has no area of that code. Search for it by postcode or name.")
    if place is not None:
        show_profile(release, place, choose)
        return
    _ways_to_find(release)


def address_of(place: Place) -> str:
    return f"{place.geography}.{place.code}"


def choose(place: Place) -> None:
    """Go to a place: its address changes, so that it can be kept, sent and gone back from."""
    st.query_params[_AREA] = address_of(place)


def _from_address(release: Release, named: str) -> Place | None:
    geography, _, code = named.partition(".")
    return release.place(geography, code)


def _ways_to_find(release: Release) -> None:
    st.title("What was recorded in your area")
    what = f"Crimes and incidents recorded by the police in {release.region_name}, {months_of_all(release)}."
    how = "Find your neighbourhood to see its figures, how sure they are, and what is withheld to protect people."
    st.html(f'<p class="hg-lead">{escape(what)} {how}</p>')
    note = gaps_of_all(release)
    if note:
        st.html(f'<p class="hg-note">{escape(note)}</p>')
    _search(release)
    st.header("Or choose on the map", anchor=False)
    clicked = area_map.district_map(release)
    if clicked is not None:
        choose(clicked)
        st.rerun()


def _search(release: Release) -> None:
    with st.container(key="search"), st.form("find", border=False, enter_to_submit=True):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        typed = field.text_input(
            "Postcode, or name of a place",
            max_chars=80,
            key="typed",
            placeholder="",
            autocomplete="postal-code",
            icon=":material/search:",
        )
        button.form_submit_button("Find", type="primary", width="stretch")
    st.html(
        '<p class="hg-kind"><a href="/in-words" target="_self">Or ask a question in words</a>'
        ' · <a href="/cy/areas" target="_self" lang="cy" hreflang="cy">Cymraeg</a></p>'
    )
    if not typed.strip():
        return
    found = find_places(release, typed)
    if len(found.places) == 1 and not found.message:
        # once found, the field is emptied: coming back starts a new search
        choose(found.places[0])
        st.rerun()
    if found.message:
        st.warning(plain(found.message))
    if found.places:
        st.subheader("Places found", anchor=False)
        for place in found.places:
            label = f"{place.label}, {wording.GEOGRAPHY[place.geography]}"
            st.button(plain(label), key=f"go-{address_of(place)}", type="tertiary", on_click=choose, args=(place,))

"""The two boxes that say where a person looks: a district they may see, and a part of it."""

from __future__ import annotations

import streamlit as st

from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import Patch


def choose_patch(reader: Reader, *, key: str) -> Patch | None:
    """The patch chosen; None, with a word on the page, where no district is to be seen. key keeps the boxes of two pages apart."""
    districts = person_store.districts_of(reader)
    if not districts:
        st.info("No district that you may see has been loaded.")
        return None
    names = {d.code: d.name for d in districts}
    left, right = st.columns(2)
    options = [*names, ""] if len(names) > 1 else list(names)
    district = left.selectbox("Patch", options, format_func=lambda c: names.get(c, "All my districts"), key=f"{key}-district")
    if not district:
        return Patch("", "", "all your districts" if reader.person.districts != "*" else "all districts")
    within = {a.code: a.name for a in person_store.msoas_of(reader, district)}
    msoa = right.selectbox(
        "Part of it", ["", *within], format_func=lambda c: within.get(c, f"All of {names[district]}"), key=f"{key}-msoa-{district}"
    )
    return Patch(district, msoa or "", within.get(msoa or "", names[district]))

"""Of which place and kind the dashboard is: one line that opens. The page's address names both, `?place=E07000178&kind=serious_violence`."""

from __future__ import annotations

import streamlit as st

from app.look.frame import behind_one_line
from app.look.wording import lower
from app.person.address import Address
from app.person.patch_choice import EVERYTHING, PatchBoxes, open_boxes
from app.person.reading import Reader
from app.violence import store
from app.violence.content import Asked, serious_first

_KIND = "sv-kind"


def choose(reader: Reader) -> Asked | None:
    """None, with a word on the page, where there is nothing to look at."""
    made = store.counted_at(reader)
    boxes = PatchBoxes(reader, key="sv", label="Place", everything_first=True)
    groups = {g.group_id: g for g in serious_first(reader)}
    if made is None or not boxes.names or not groups:
        st.title("Serious violence", anchor=False)
        st.html(
            '<p class="hg-lead">Nothing has been counted for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    address = Address("sv", ("place", "kind"))
    if address.is_news or not boxes.held:
        open_boxes(boxes, address, name="place")
        kind = (address.named if address.is_news else address.last).get("kind", "")
        st.session_state[_KIND] = kind if kind in groups else next(iter(groups))
    label = groups[str(st.session_state[_KIND])].label
    with behind_one_line(f"{boxes.named}: {lower(label)}"):
        boxes.draw()
        st.selectbox("Kind", list(groups), format_func=lambda g: groups[g].label, key=_KIND)
    group = groups[str(st.session_state[_KIND])]
    address.put({"place": boxes.patch.code or EVERYTHING, "kind": group.group_id})
    return Asked(made, boxes.patch, group)

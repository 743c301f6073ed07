"""Of which place and kind the dashboard is: one line that opens. The page's address names both, `?place=E07000178&kind=serious_violence`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.hotspots import report
from app.hotspots.store import Group
from app.person import patches
from app.person import store as person_store
from app.person.patch_choice import DRAW, labels_of, link_to
from app.person.reading import Reader
from app.person.store import Patch
from app.violence import store
from app.violence.content import Asked, serious_first

EVERYTHING = "all"
NOT_YOURS = "That link leads to a place that your account does not open, or that is not there. Here is your own."
_DISTRICT, _KIND, _ADDRESS = "sv-district", "sv-kind", "sv-address"


def choose(reader: Reader) -> Asked | None:
    """None, with a word on the page, where there is nothing to look at."""
    made = store.counted_at(reader)
    districts = person_store.districts_of(reader)
    groups = serious_first(reader)
    if made is None or not districts or not groups:
        st.title("Serious violence", anchor=False)
        st.html(
            '<p class="hg-lead">Nothing has been counted for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    names = {d.code: d.name for d in districts}
    if not _open(reader, names, groups):
        st.html(f'<p class="hg-note">{NOT_YOURS}</p>')
    patch, group = _boxes(reader, names, groups)
    named = {"place": patch.code or EVERYTHING, "kind": group.group_id}
    st.session_state[_ADDRESS] = named
    if {k: st.query_params.get(k) for k in named} != named:
        st.query_params.update(named)
    return Asked(made, patch, group)


def _open(reader: Reader, names: Mapping[str, str], groups: Sequence[Group]) -> bool:
    """Set the boxes to what the address names, where that is news. False where it names a place that this person may not see."""
    named = {k: st.query_params.get(k, "")[:80] for k in ("place", "kind")}
    news = any(named.values()) and named != st.session_state.get(_ADDRESS)
    if not news and _DISTRICT in st.session_state:
        return True
    kinds = [g.group_id for g in groups]
    st.session_state[_KIND] = named["kind"] if news and named["kind"] in kinds else kinds[0]
    everything = "" if len(names) > 1 else next(iter(names))
    place = named["place"] if news else ""
    if patches.is_own(place):
        shared = patches.patch_named(reader, place)
        st.session_state[_DISTRICT] = everything if shared is None else place
        return shared is not None
    district, part, known = everything, "", place in ("", EVERYTHING)
    found = [] if known else reader.rows("person/area_found", {"code": place})
    if found and reader.person.may_see(str(found[0]["district"])):
        district, known = str(found[0]["district"]), True
        part = place if found[0]["geography"] == "msoa" else ""
    st.session_state[_DISTRICT] = district
    st.session_state[f"sv-part-{district}"] = part
    return known


def _boxes(reader: Reader, names: Mapping[str, str], groups: Sequence[Group]) -> tuple[Patch, Group]:
    everywhere = "all districts" if reader.person.districts == "*" else "all your districts"
    own = {p.code: p for p in patches.offered(reader)}
    where = str(st.session_state[_DISTRICT])
    if patches.is_own(where) and where not in own and (shared := patches.patch_named(reader, where)) is not None:
        own[where] = shared
    options = ["", *names, *own] if len(names) > 1 else [*names, *own]
    if where not in options:
        where = st.session_state[_DISTRICT] = options[0]
    district = "" if where in own else where
    within = {a.code: a.name for a in person_store.msoas_of(reader, district)} if district else {}
    part = str(st.session_state.get(f"sv-part-{district}") or "")
    labels = {g.group_id: g.label for g in groups}
    kind = str(st.session_state[_KIND])
    name = own[where].name if where in own else within.get(part, names.get(district, everywhere))
    with st.popover(f"{name[:1].upper()}{name[1:]}: {report.lower(labels[kind])}", width="stretch"):
        all_of = f"{everywhere[:1].upper()}{everywhere[1:]}"
        called = {**names, **labels_of(own.values())}
        st.selectbox("Place", options, format_func=lambda c: called.get(c, all_of), key=_DISTRICT)
        if district:
            whole = f"All of {names[district]}"
            st.selectbox("Part of it", ["", *within], format_func=lambda c: within.get(c, whole), key=f"sv-part-{district}")
        st.selectbox("Kind", list(labels), format_func=labels.__getitem__, key=_KIND)
        link_to("area-you-choose", DRAW)
    chosen = own[where].as_patch if where in own else Patch(district, part, name)
    return chosen, next(g for g in groups if g.group_id == kind)

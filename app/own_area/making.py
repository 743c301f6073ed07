"""The part of the page where a professional puts a patch together: drawn on the map, from a list, or one that was kept before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from app import process
from app.look import wording
from app.look.folium_map import draw_on_map, show_map
from app.look.frame import theme
from app.look.map_frame import MapArea
from app.look.markup import paragraphs, plain
from app.own_area import chosen as chosen_area
from app.own_area.chosen import RULE, Chosen
from app.own_area.content import MOST_CHOICES, choices
from app.person import patches
from app.person import store as person_store
from app.person.names import LONGEST_NAME, cleaned
from app.person.patch_choice import forget_what_is_gone, labels_of
from app.person.patches import OwnPatch
from app.person.reading import Reader
from app.person.sign_in import Person
from core.errors import UserError
from published.release import Release

AREAS = "areas"
_ON_MAP, _BY_LIST = "Draw on the map", "From a list"
_PATCH, _HOW, _NEXT, _NEWS = "oa-patch", "oa-how", "oa-next", "oa-news"
# outlines on the map: as they are now, as they were when the map was written, and for which map that was
_DRAWN, _BEFORE, _MAP = "oa-drawn", "oa-before", "oa-map"
_CLOSED = (
    "Your account does not open every district of this patch any more, so nothing is shown of it. You can rename or delete it."
)


def choose(reader: Reader, release: Release | None) -> Chosen | OwnPatch | None:
    """What is asked about: something new, or a patch that was kept. None, with a word on the page where something is amiss."""
    if news := st.session_state.pop(_NEWS, ""):
        st.success(plain(news))
    held = _held(reader)
    options = ["", *held]
    if _NEXT in st.session_state:
        st.session_state[_PATCH] = st.session_state.pop(_NEXT)
    forget_what_is_gone(_PATCH, options)
    names = labels_of(held.values())
    if held:
        with st.container(key="search-patches"):
            code = st.selectbox("Patch", options, format_func=lambda c: names.get(c, "A new one"), key=_PATCH)
        if code:
            st.session_state.pop(_MAP, None)
            return _kept(reader, held[code])
    if _HOW not in st.session_state and AREAS in st.query_params:
        st.session_state[_HOW] = _BY_LIST
    fresh = _HOW not in st.session_state
    how = st.segmented_control(
        "A patch of your own", [_ON_MAP, _BY_LIST], default=None if not fresh else _ON_MAP, required=True, key=_HOW
    )
    try:
        if how == _BY_LIST:
            st.session_state.pop(_MAP, None)
            codes = _list(release)
            return chosen_area.from_list(reader, codes) if codes else None
        return _draw(reader, fresh=fresh)
    except UserError as error:
        st.html(f'<p class="hg-note" role="alert">{escape(error.what)}</p>')
        return None


def tools(person: Person, found: Chosen | OwnPatch) -> None:
    """What can be done with it: keep something new; look at, send, rename or delete what was kept."""
    if isinstance(found, Chosen):
        _keep(person, found)
    elif found.source == "saved":
        st.html(paragraphs(["This patch is kept by whoever runs this portal, for everybody who may see its districts."]))
        if found.opens_for(person):
            _link(found)
    else:
        if found.opens_for(person):
            _link(found)
        _change(person, found)


def said_of(found: Chosen) -> str:
    """How many neighbourhoods and residents, and what is left out."""
    people = "" if found.residents is None else f", {found.residents:,} residents (Census 2021)"
    return f"{wording.plural(len(found.members), 'neighbourhood')}{people}."


def _held(reader: Reader) -> dict[str, OwnPatch]:
    """Those that may be looked at, and one's own that may not any more: to be deleted."""
    offered = {p.code: p for p in patches.offered(reader)}
    return offered | {p.code: p for p in patches.own_patches(reader) if p.code not in offered}


def _kept(reader: Reader, patch: OwnPatch) -> OwnPatch:
    if not patch.opens_for(reader.person):
        st.html(f'<p class="hg-note">{_CLOSED}</p>')
        return patch
    areas = _areas(reader, codes=patch.members)
    if areas:
        show_map(areas, title=f"Map of {patch.name}", key=f"oa-kept-{patch.code}", height=360)
    return patch


def _draw(reader: Reader, *, fresh: bool) -> Chosen | None:
    districts = {d.code: d.name for d in person_store.districts_of(reader)}
    if not districts:
        st.info("No district that you may see has been loaded.")
        return None
    around = next(iter(districts))
    if len(districts) > 1:
        with st.container(key="search-around"):
            around = st.selectbox("Around", list(districts), format_func=districts.__getitem__, key="oa-around") or around
    areas = _areas(reader, district=around)
    if not areas:
        st.info(plain(f"No outlines of {districts[around]} are held, so nothing can be drawn on them."))
        return None
    palette = theme()
    if fresh or st.session_state.get(_MAP) != (around, palette.page):
        st.session_state[_MAP] = (around, palette.page)
        st.session_state[_BEFORE] = st.session_state.get(_DRAWN, [])
    st.html(
        '<p class="hg-kind">Press the many-sided button on the map, tap corner by corner, then “Close it” or the first corner again. Several'
        " outlines make one patch.</p>"
    )
    place = st.container()
    # what was drawn is known before the map is, so that the map fills what the outlines hold
    drawn: list[dict[str, Any]] = st.session_state.get(_DRAWN, [])
    found, amiss = _held_by(reader, drawn)
    held = _areas(reader, codes=tuple(found.members)) if found is not None else ()
    with place:
        now = draw_on_map(
            areas, title=f"Map of {districts[around]} to draw on", key=f"oa-{around}", before=st.session_state[_BEFORE], held=held
        )
    if now is not None and now != drawn:
        st.session_state[_DRAWN] = now
        st.rerun()
    if amiss is not None:
        raise amiss
    return found


def _held_by(reader: Reader, drawn: Sequence[Mapping[str, Any]]) -> tuple[Chosen | None, UserError | None]:
    """What outlines hold, or why that cannot be said."""
    try:
        outline = chosen_area.outline_of(drawn)
        return (chosen_area.from_drawing(reader, outline) if outline else None), None
    except UserError as error:
        return None, error


def _areas(reader: Reader, *, district: str = "", codes: Sequence[str] = ()) -> tuple[MapArea, ...]:
    palette = theme()
    rows = reader.rows("own_area/outlines", {"district": district, "codes": list(codes)})
    return tuple(MapArea(str(r["code"]), json.loads(r["outline"]), palette.neutral, str(r["name"])) for r in rows)


def _list(release: Release | None) -> tuple[str, ...]:
    """Codes that were chosen by name, which the address keeps, and codes that were pasted."""
    names = {} if release is None else choices(release)
    if names and "oa-chosen" not in st.session_state:
        kept = [c for c in st.query_params.get(AREAS, "").split(",") if c in names]
        st.session_state["oa-chosen"] = kept[:MOST_CHOICES]
    picked: list[str] = []
    if names:
        with st.container(key="search-places"):
            picked = st.multiselect(
                "Neighbourhoods, and whole local areas",
                list(names),
                format_func=names.__getitem__,
                max_selections=MOST_CHOICES,
                placeholder="Type a name",
                key="oa-chosen",
            )
        if picked:
            st.query_params[AREAS] = ",".join(picked)
        elif AREAS in st.query_params:
            del st.query_params[AREAS]
    with st.container(key="search-codes"):
        pasted = st.text_area(
            "Or paste codes of neighbourhoods, local areas or districts",
            height=80,
            placeholder="E01000001, E01000002",
            key="oa-codes",
        )
    return (*picked, *chosen_area.codes_in(pasted or ""))


def _keep(person: Person, found: Chosen) -> None:
    if found.left_out:
        st.html(f'<p class="hg-note">{escape(found.left_out)}</p>')
    with st.expander(plain(f"Which neighbourhoods: {len(found.members):,}")):
        st.html(paragraphs([wording.listed(list(found.members.values())) + ".", RULE]))
    if found.patch is None:
        return
    with st.form("oa-keep", border=False), st.container(horizontal=True, vertical_alignment="bottom", key="hg-keep"):
        name = st.text_input("Name of the patch", max_chars=LONGEST_NAME, key="oa-name", placeholder="Market Square and around")
        pressed = st.form_submit_button("Save the patch", type="primary")
    if pressed:
        patch = found.patch
        try:
            code = patches.add(person, OwnPatch("", name, patch.source, patch.districts, patch.members, patch.drawn))
        except UserError as error:
            st.html(f'<p class="hg-note" role="alert">{escape(error.what)}</p>')
            return
        for spent in (_DRAWN, _BEFORE, _MAP):
            st.session_state.pop(spent, None)
        _again(f"“{cleaned(name, patches.NEEDED)}” is saved. You find it in every box that asks for a patch.", code)


def _link(patch: OwnPatch) -> None:
    """The address of My patch with it, to be opened or sent."""
    address = f"{process.public_url() or _here()}/?patch={patch.code}"
    st.html(
        '<p class="hg-kind">The address of this patch. A colleague who opens it must sign in and may see every district of it.</p>'
    )
    st.code(address, language=None, wrap_lines=True)


def _here() -> str:
    """The address at which this browser reaches the portal, where no setting says it."""
    url = st.context.url or ""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def _change(person: Person, patch: OwnPatch) -> None:
    with st.container(horizontal=True, key="hg-change-patch"):
        with st.popover("Rename"), st.form("oa-rename", border=False):
            name = st.text_input("Another name", value=patch.name, max_chars=LONGEST_NAME, key=f"oa-rename-{patch.code}")
            renamed = st.form_submit_button("Rename the patch")
        with st.popover("Delete"):
            st.html(f"<p>“{escape(patch.name)}” goes from every box, and its address leads nowhere. No figure is deleted.</p>")
            removed = st.button("Delete the patch", key="oa-delete")
    try:
        if renamed:
            patches.rename(person, patch.code, name)
            _again(f"The patch is called “{cleaned(name, patches.NEEDED)}” now.", patch.code)
        if removed:
            patches.remove(person, patch.code)
            _again(f"“{patch.name}” is deleted.", "")
    except UserError as error:
        st.html(f'<p class="hg-note" role="alert">{escape(error.what)}</p>')


def _again(news: str, code: str) -> None:
    """The page anew with what was done said on top, on that patch."""
    st.session_state[_NEWS], st.session_state[_NEXT] = news, code
    st.rerun()

"""Which tiles stand on the page, and the boxes that change them, behind one line.

The page's address names a kept dashboard, `?dashboard=dash-...`, or tile by tile what stands on the page before it is kept,
`?t1=group.serious_violence@E07000178`; both where a kept one was changed since. A link opens the list of tiles; every figure is read with
the rights of whoever opened it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app.look.frame import behind_one_line
from app.look.steps import do
from app.look.wording import plural
from app.own_dashboard import measures, store
from app.own_dashboard.measures import Measure, Wanted, wanted_from
from app.own_dashboard.store import MOST_TILES
from app.person.address import Address
from app.person.names import LONGEST_NAME, cleaned
from app.person.patch_choice import EVERYTHING, PatchBoxes
from app.person.patches import is_own, patch_named
from app.person.reading import Reader
from app.person.store import Patch

_STATE, _THEME, _MEASURE, _OPEN, _NEXT = "md-state", "md-theme", "md-measure", "md-open", "md-next"
_TILES = tuple(f"t{n}" for n in range(1, MOST_TILES + 1))
NEW = "My dashboard"
# what somebody begins with
_FIRST = (f"{measures.GROUP}.serious_violence", f"{measures.CHARGE}.serious_violence", f"{measures.SEARCHES}.all")
NOT_THERE = "That link leads to a dashboard that is not there, or that your account does not open. Here is your own."


@dataclass(frozen=True)
class OnPage:
    """What stands on the page. code, name: of the kept dashboard that it was opened from, '' for none; kept: its tiles as they are kept;
    left_out: its tiles of places that this person may not see."""

    tiles: tuple[Wanted, ...]
    code: str = ""
    name: str = ""
    own: bool = False
    kept: tuple[Wanted, ...] = ()
    left_out: int = 0

    @property
    def changed(self) -> bool:
        """Whether it differs from what is kept."""
        return not self.code or self.tiles != self.kept


@dataclass(frozen=True)
class Asked:
    """What the page is to show. patches: of the places that this person may see, by code."""

    page: OnPage
    offered: Mapping[str, Measure]
    patches: Mapping[str, Patch]


def choose(reader: Reader) -> Asked | None:
    """None, with a word on the page, where no district is to be seen."""
    boxes = PatchBoxes(reader, key="md", label="Place", everything_first=True)
    if not boxes.names:
        st.title(NEW, anchor=False)
        st.info("No district that you may see has been loaded.")
        return None
    offered = measures.offered(reader)
    mine = store.own(reader)
    address = Address("md", ("dashboard", *_TILES))
    if address.is_news or _STATE not in st.session_state:
        st.session_state[_STATE] = _opened(reader, address, list(mine), offered)
    following = st.session_state.pop(_NEXT, None)
    if following:
        st.session_state[_STATE] = _kept(reader, following) or st.session_state[_STATE]
    page: OnPage = st.session_state[_STATE]
    if not boxes.held:
        boxes.open(EVERYTHING)
    with behind_one_line(f"{page.name or 'Not saved yet'}: {plural(len(page.tiles), 'tile')}. Add, save, open"):
        _add(boxes, offered, page)
        _keep(reader, boxes, page, mine)
    address.put(_named(page))
    return Asked(page, offered, _patches(boxes, page.tiles))


def _opened(reader: Reader, address: Address, mine: Sequence[str], offered: Mapping[str, Measure]) -> OnPage:
    """What the address names, else what was looked at last here, else the dashboard that was changed last, else a first one."""
    named = address.named if address.is_news else address.last
    listed = [wanted_from(named[t]) for t in _TILES if t in named]
    # one that an address names twice stands once
    tiles = tuple(dict.fromkeys(w for w in listed if w is not None))
    code = named.get("dashboard", "")
    found = _kept(reader, code)
    if code and found is None and address.is_news:
        st.html(f'<p class="hg-note">{NOT_THERE}</p>')
    if found is not None:
        return replace(found, tiles=tiles) if tiles else found
    if tiles:
        return OnPage(tiles)
    last = _kept(reader, mine[0]) if mine else None
    return last or OnPage(tuple(Wanted(m, EVERYTHING) for m in _first(offered)))


def _first(offered: Mapping[str, Measure]) -> list[str]:
    """With one that partners are asked for, so that it is seen that they can stand here, too."""
    return [m for m in (*_FIRST, *(k for k in offered if k.startswith(f"{measures.EVENT}."))) if m in offered][: len(_FIRST) + 1]


def _kept(reader: Reader, code: str) -> OnPage | None:
    found = store.board(reader, code)
    if found is None:
        return None
    tiles = tuple(Wanted(m, p) for m, p in zip(found.measures, found.places, strict=True))
    return OnPage(tiles, found.code, found.name, found.own, tiles, found.left_out)


def _named(page: OnPage) -> dict[str, str]:
    """What the address says: a kept dashboard by its code alone."""
    tiles = {t: w.written for t, w in zip(_TILES, page.tiles, strict=False)} if page.changed else {}
    return {"dashboard": page.code, **tiles}


def _patches(boxes: PatchBoxes, tiles: Sequence[Wanted]) -> dict[str, Patch]:
    found = {code: boxes.patch_of(code) for code in dict.fromkeys(w.place for w in tiles)}
    return {code: patch for code, patch in found.items() if patch is not None}


def _add(boxes: PatchBoxes, offered: Mapping[str, Measure], page: OnPage) -> None:
    themes = list(dict.fromkeys(m.theme for m in offered.values()))
    theme = st.selectbox("What", themes, key=_THEME)
    of_theme = [key for key, m in offered.items() if m.theme == theme]
    if st.session_state.get(_MEASURE) not in of_theme:
        st.session_state.pop(_MEASURE, None)
    chosen = st.selectbox("Figure", of_theme, format_func=lambda key: _label(offered[key]), key=_MEASURE)
    boxes.draw()
    wanted = Wanted(chosen, boxes.patch.code or EVERYTHING)
    full = len(page.tiles) >= MOST_TILES
    st.button(
        "Add this tile",
        key="md-add",
        type="primary",
        disabled=full or wanted in page.tiles,
        on_click=_put,
        args=(_with(page, wanted),),
    )
    if full:
        st.html(f'<p class="hg-kind">A dashboard holds at most {MOST_TILES} tiles.</p>')
    elif wanted in page.tiles:
        st.html('<p class="hg-kind">This tile stands on the page already.</p>')


def _label(of: Measure) -> str:
    return of.label if of.supplied else f"{of.label} (not supplied)"


def _with(page: OnPage, wanted: Wanted) -> OnPage:
    return replace(page, tiles=(*page.tiles, wanted))


def _put(page: OnPage) -> None:
    st.session_state[_STATE] = page


def tile_buttons(page: OnPage, position: int) -> None:
    """Of one tile: to the front, and away."""
    tile = page.tiles[position]
    others = (*page.tiles[:position], *page.tiles[position + 1 :])
    with st.container(horizontal=True):
        if position:
            first = replace(page, tiles=(tile, *others))
            st.button("To the front", key=f"md-front-{tile.written}", on_click=_put, args=(first,))
        st.button("Remove this tile", key=f"md-remove-{tile.written}", on_click=_put, args=(replace(page, tiles=others),))


def _keep(reader: Reader, boxes: PatchBoxes, page: OnPage, mine: Mapping[str, str]) -> None:
    """Save, save as, open and delete."""
    others = {code: named for code, named in mine.items() if code != page.code}
    if others:
        st.selectbox(
            "Open another of yours", list(others), index=None, format_func=others.__getitem__, key=_OPEN, placeholder="Choose one",
            on_change=_open_next,
        )  # fmt: skip
    # within a form what was typed comes with the press of its button
    with st.form(f"md-keep-{page.code}", border=False):
        name = st.text_input("Name", value=page.name if page.own else "", max_chars=LONGEST_NAME)
        with st.container(horizontal=True):
            again = page.own and st.form_submit_button("Save the changes", disabled=not page.changed)
            new = st.form_submit_button("Save as a new dashboard" if page.code else "Save this dashboard")
    if again:
        do(lambda: _change(reader, boxes, page), f"“{page.name}” is saved.")
    if new:
        do(
            lambda: _add_new(reader, boxes, page, name),
            f"“{' '.join(name.split())}” is saved. Its address can be sent to a colleague.",
        )
    if page.own and st.button("Delete this dashboard", key="md-delete"):
        do(lambda: _remove(reader, page), f"“{page.name}” is deleted.")


def _open_next() -> None:
    """The box is empty again, and what it held is opened by the run that follows."""
    st.session_state[_NEXT] = st.session_state[_OPEN]
    st.session_state[_OPEN] = None


def _add_new(reader: Reader, boxes: PatchBoxes, page: OnPage, name: str) -> None:
    code = store.add(reader.person, name, *_rows(reader, boxes, page))
    _put(OnPage(page.tiles, code, cleaned(name, store.NEEDED), True, page.tiles))


def _change(reader: Reader, boxes: PatchBoxes, page: OnPage) -> None:
    store.change(reader.person, page.code, *_rows(reader, boxes, page))
    _put(replace(page, kept=page.tiles, left_out=0))


def _remove(reader: Reader, page: OnPage) -> None:
    store.remove(reader.person, page.code)
    _put(OnPage(page.tiles))


def _rows(reader: Reader, boxes: PatchBoxes, page: OnPage) -> tuple[list[str], list[str], list[str]]:
    """Side by side: measures, places, and the districts of each place, by which the database decides who sees the tile."""
    return [w.measure for w in page.tiles], [w.place for w in page.tiles], [_districts(reader, boxes, w.place) for w in page.tiles]


def _districts(reader: Reader, boxes: PatchBoxes, place: str) -> str:
    if place == EVERYTHING:
        return ""
    if is_own(place):
        held = patch_named(reader, place)
        return "" if held is None else ",".join(held.districts)
    patch = boxes.patch_of(place)
    return "" if patch is None else patch.district

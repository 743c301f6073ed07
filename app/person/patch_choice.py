"""The boxes that say where a person looks: a district they may see and a part of it, or a patch that was drawn or listed.

One set of boxes for every page. A page opens them with what its address names (app.person.address), draws them where it wants them, and
names in its address what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.look.markup import plain
from app.look.wording import capitalised
from app.person import patches
from app.person import store as person_store
from app.person.address import Address
from app.person.patches import OwnPatch
from app.person.reading import Reader
from app.person.settings import kept
from app.person.store import Patch
from core.errors import UserError

DRAW = "Draw or change patches"
EVERYTHING = patches.EVERYTHING
NOT_YOURS = "That link leads to a patch that your account does not open, or that is not there. Here is your own."
_LINKS = "hg-links"


class PatchBoxes:
    """Where somebody looks, on one page. key keeps the boxes of two pages apart: KEY-district and KEY-part-DISTRICT hold what is chosen.

    everything_first: every district together stands first, and is what the page opens with. districts_only: no parts and no patches.
    """

    def __init__(
        self, reader: Reader, *, key: str, label: str = "Patch", everything_first: bool = False, districts_only: bool = False
    ) -> None:
        self._reader, self._key, self._label = reader, key, label
        self._everything_first, self._districts_only = everything_first, districts_only
        self.names = {d.code: d.name for d in person_store.districts_of(reader)}
        self._own = {} if districts_only else {p.code: p for p in patches.offered(reader)}
        self._shared: OwnPatch | None = None
        everything = [""] if len(self.names) > 1 else []
        codes = [*self.names, *self._own]
        self._options = [*everything, *codes] if everything_first else [*codes, *everything]

    @property
    def held(self) -> bool:
        """Whether the boxes hold something: they forget it while another page is shown."""
        return self._box in st.session_state

    def open(self, code: str, otherwise: str = "") -> bool:
        """Set the boxes to a patch by its code, else to the other one, else to the first. False where the code opens nothing."""
        wanted = self._named(code)
        found = wanted or self._named(otherwise)
        if found is None:
            st.session_state[self._box] = self._options[0]
        else:
            st.session_state[self._box] = found.own or found.district
            if not found.own:
                st.session_state[f"{self._key}-part-{found.district}"] = found.msoa
        return wanted is not None or not code

    def patch_of(self, code: str) -> Patch | None:
        """The patch of a code, whatever the boxes hold. None for one that is not there or that this person may not see."""
        return self._named(code)

    @property
    def patch(self) -> Patch:
        """What the boxes hold, before they are drawn too. A patch that was deleted is the first of what is offered."""
        self._settle()
        where = self._where
        if where in self._own:
            return self._own[where].as_patch
        if self._shared is not None:
            return self._shared.as_patch
        parts = self._parts(where)
        part = str(st.session_state.get(f"{self._key}-part-{where}") or "")
        part = part if part in parts else ""
        return Patch(where, part, parts.get(part, self.names.get(where, self.everything)))

    @property
    def named(self) -> str:
        """What the boxes hold, as a line begins that says so."""
        return capitalised(self.patch.name)

    @property
    def everything(self) -> str:
        """What every district together is called in a sentence."""
        return patches.everything_in_words(self._reader.person)

    def draw(self) -> None:
        """The boxes, and the way to where patches are drawn."""
        self._settle()
        called = self.names | labels_of(self._own.values())
        options = self._options
        if self._shared is not None:
            called[self._shared.code] = f"{self._shared.name} (from a link)"
            options = [*options, self._shared.code]
        all_of = f"{self.everything[:1].upper()}{self.everything[1:]}"
        st.selectbox(plain(self._label), options, format_func=lambda c: called.get(c, all_of), key=self._box)
        if self._districts_only:
            return
        if self._shared is not None and st.button("Keep it as a patch of mine", key=f"{self._key}-adopt"):
            self._adopt(self._shared)
        where = self._where
        parts = self._parts(where)
        if parts:
            whole = f"All of {self.names[where]}"
            key = f"{self._key}-part-{where}"
            forget_what_is_gone(key, ["", *parts])
            st.selectbox("Part of it", ["", *parts], format_func=lambda c: parts.get(c, whole), key=key)
        link_to("area-you-choose", DRAW)

    @property
    def _box(self) -> str:
        return f"{self._key}-district"

    @property
    def _where(self) -> str:
        return str(st.session_state[self._box])

    def _settle(self) -> None:
        """What the box holds is offered: a colleague's patch by its code, and the first where that opens nothing."""
        where = str(st.session_state.get(self._box, self._options[0]))
        mine = where in self._options
        if not mine and not self._districts_only and (self._shared is None or self._shared.code != where):
            self._shared = patches.patch_named(self._reader, where) if patches.is_own(where) else None
        if mine:
            self._shared = None
        if not mine and self._shared is None:
            where = self._options[0]
        if st.session_state.get(self._box) != where:
            st.session_state[self._box] = where

    def _parts(self, district: str) -> dict[str, str]:
        if self._districts_only or district not in self.names:
            return {}
        return {a.code: a.name for a in person_store.msoas_of(self._reader, district)}

    def _named(self, code: str) -> Patch | None:
        """The patch of a code; None for one that is not there or that this person may not see, which is not told apart."""
        if code == EVERYTHING:
            # a page of everything is one of the only district
            return patches.everything(self._reader, self.names) if "" in self._options or self._everything_first else None
        if patches.is_own(code) and self._districts_only:
            return None
        found = patches.place_named(self._reader, code, self.names)
        return replace(found, msoa="") if found is not None and self._districts_only else found

    def _adopt(self, shared: OwnPatch) -> None:
        """A copy under the person's own name, which stays whatever its maker does with theirs."""
        try:
            patches.add(self._reader.person, shared)
        except UserError as error:
            st.warning(plain(error.what))
            return
        st.success(plain(f"“{shared.name}” is yours too now, in every box that asks for a patch."))


def opened_boxes(reader: Reader, address: Address, *, key: str) -> tuple[PatchBoxes, Mapping[str, str]] | None:
    """The boxes of a patch, not drawn yet, and what the other boxes of the page are to be set to, by the names of its address.

    None, with a word on the page, where no district is to be seen. The page opens with what the address names as `patch`, else with what this
    person kept, else with the first district.
    """
    return _opened(PatchBoxes(reader, key=key), address, "patch", lambda: kept(reader).patch)


def opened_districts(reader: Reader, address: Address, *, key: str) -> tuple[PatchBoxes, Mapping[str, str]] | None:
    """The same of a district or all of them, which the address names as `place`; the page opens with all of them."""
    boxes = PatchBoxes(reader, key=key, label="Place", everything_first=True, districts_only=True)
    return _opened(boxes, address, "place", lambda: "")


def _opened(
    boxes: PatchBoxes, address: Address, name: str, otherwise: Callable[[], str]
) -> tuple[PatchBoxes, Mapping[str, str]] | None:
    if not boxes.names:
        st.info("No district that you may see has been loaded.")
        return None
    wanted = address.opening(held=boxes.held)
    if address.is_news or not boxes.held:
        open_boxes(boxes, address, otherwise=otherwise(), name=name)
    return boxes, wanted


def open_boxes(boxes: PatchBoxes, address: Address, *, otherwise: str = "", name: str = "patch") -> None:
    """Set the boxes to what the address names, else to what was looked at last here, else to the other one; says so where that may not be."""
    wanted = address.named if address.is_news else address.last
    if not boxes.open(wanted.get(name, ""), address.last.get(name) or otherwise) and address.is_news:
        st.html(f'<p class="hg-note">{NOT_YOURS}</p>')


def labels_of(own: Iterable[OwnPatch]) -> dict[str, str]:
    """How a box names patches, so that none is taken for a district of the same name."""
    return {p.code: f"{p.name} ({'of this portal' if p.source == 'saved' else 'yours'})" for p in own}


def forget_what_is_gone(key: str, options: Sequence[object]) -> None:
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

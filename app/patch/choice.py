"""What My patch looks at: named by the page's address, else by what the person chose last, else their own district. One line that opens.

The address is the page's: `?patch=E07000178&kind=robbery&until=2025-06`; a patch that was drawn or listed has a code of its own, which a
colleague who may see its districts can open too (app.person.patches). What the address leaves out is the person's own, the first kind, the
newest period. So a link that is shared, the browser's way back and a reload all show what was looked at. What a person chooses in the boxes,
and not where a link led them, is kept under their name (app.person.settings).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import streamlit as st

from app.hotspots import store
from app.hotspots.store import Choice, Group
from app.look import wording
from app.look.markup import plain
from app.patch.content import Asked
from app.person.address import Address
from app.person.patch_choice import EVERYTHING, PatchBoxes, open_boxes
from app.person.reading import Reader
from app.person.settings import keep_chosen, kept
from core.periods import Period

_MEASURES = ("count", "smoothed_rate", "rate")
_KIND, _UNTIL, _PAGE = "mp-kind", "mp-until", "mp-page"
# patch: a district, an MSOA, a patch that was drawn or listed, or EVERYTHING; until: the last month of a period, as 2025-11
_NAMES = ("patch", "kind", "until")


def choose(reader: Reader, pages: Mapping[str, str]) -> Asked | None:
    """What is looked at, with its boxes behind one line. None, with a word on the page, where there is nothing to look at.

    pages: those that the portal can open with, titles by address.
    """
    analyses = neighbourhood_analyses(store.choices_of_all_periods(reader))
    boxes = PatchBoxes(reader, key="mp")
    if not analyses or not boxes.names:
        st.title("My patch", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    newest = max(c.period.end for c in analyses.values())
    groups = {g.group_id: g for g in _overlays_last(g for g in store.groups(reader) if (g.group_id, newest) in analyses)}
    periods = {f"{p.end:%Y-%m}": p for p in sorted({c.period for c in analyses.values()}, key=lambda p: p.end, reverse=True)}
    address = Address("mp", _NAMES)
    if address.is_news or not boxes.held or st.session_state.get(_KIND) not in groups:
        _open(reader, boxes, address, list(groups), list(periods))
    _boxes(reader, boxes, groups, periods, pages)
    until = str(st.session_state.get(_UNTIL) or "")
    chosen = {"patch": boxes.patch.code or EVERYTHING, "kind": str(st.session_state[_KIND]), "until": until}
    by_hand = bool(address.last) and not address.is_news and address.last != {k: v for k, v in chosen.items() if v}
    address.put(chosen)
    if by_hand:
        keep_chosen(reader, **chosen)
    group = groups[chosen["kind"]]
    end = periods[until].end if until else newest
    # a kind of which there is no map in that period is shown as it is now
    return Asked(boxes.patch, group, analyses.get((group.group_id, end)) or analyses[group.group_id, newest])


def _overlays_last(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda g: g.kind != "overlay")


def neighbourhood_analyses(choices: Sequence[Choice]) -> dict[tuple[str, date], Choice]:
    """The map of neighbourhoods of each group and last month: by number, which is what a patrol meets; by rate where there is no such map."""
    found: dict[tuple[str, date], Choice] = {}
    for measure in reversed(_MEASURES):
        for c in choices:
            if (c.geography, c.edition, c.measure) == ("lsoa", "2021", measure):
                found[c.group_id, c.period.end] = c
    return found


def _open(reader: Reader, boxes: PatchBoxes, address: Address, kinds: Sequence[str], periods: Sequence[str]) -> None:
    """Set the boxes to what the address names, where it is news, or to what was looked at last."""
    mine = kept(reader)
    open_boxes(boxes, address, otherwise=mine.patch)
    last = address.last or {"kind": mine.kind, "until": mine.until}
    # an address that leaves out the period means the newest
    wanted = {"kind": last.get("kind", "")} | address.named if address.is_news else last
    kind, until = wanted.get("kind", ""), wanted.get("until", "")
    st.session_state[_KIND] = kind if kind in kinds else kinds[0]
    st.session_state[_UNTIL] = until if until in periods[1:] else ""


def _boxes(
    reader: Reader, boxes: PatchBoxes, groups: Mapping[str, Group], periods: Mapping[str, Period], pages: Mapping[str, str]
) -> None:
    # the line names what is chosen, so it is read before the boxes are drawn
    label = groups[str(st.session_state[_KIND])].label
    with st.popover(plain(f"{boxes.patch.name}: {wording.lower(label)}"), width="stretch"):
        boxes.draw()
        st.selectbox("Kind", list(groups), format_func=lambda g: groups[g].label, key=_KIND)
        newest, *older = periods
        if older:
            words = {"": f"The newest: {periods[newest]}"} | {u: str(periods[u]) for u in older}
            st.selectbox("Period", list(words), format_func=words.__getitem__, key=_UNTIL)
        _first_page(reader, pages)


def _first_page(reader: Reader, pages: Mapping[str, str]) -> None:
    """With which page the portal opens for this person."""
    if not pages:
        return
    options = list(pages)
    page = kept(reader).page
    index = options.index(page) if page in pages else 0
    chosen = st.selectbox("The portal opens with", options, index=index, format_func=pages.__getitem__, key=_PAGE)
    if chosen != options[index]:
        keep_chosen(reader, page=chosen)

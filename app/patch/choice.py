"""What My patch looks at: named by the page's address, else by what the person chose last, else their own district. One line that opens.

The address is the page's: `?patch=E07000178&kind=robbery&until=2025-06`; a patch that was drawn or listed has a code of its own, which a
colleague who may see its districts can open too (app.person.patches). What the address leaves out is the person's own, the first kind, the
newest period. So a link that is shared, the browser's way back and a reload all show what was looked at. What a person chooses in the boxes,
and not where a link led them, is kept under their name (app.person.settings).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import streamlit as st

from app.hotspots import report, store
from app.hotspots.store import Choice, Group
from app.patch.content import Asked
from app.person import patches
from app.person import settings as person_settings
from app.person import store as person_store
from app.person.patch_choice import DRAW, labels_of, link_to
from app.person.patches import OwnPatch
from app.person.reading import Reader
from app.person.settings import Settings
from app.person.store import Area, Patch
from core.errors import UserError
from core.periods import Period

# of everything that a person may see, where that is more than one district
EVERYTHING = "all"
NOT_YOURS = "That link leads to a patch that your account does not open, or that is not there. Here is your own."
_MEASURES = ("count", "smoothed_rate", "rate")
_WANTED, _ADDRESS, _SETTINGS = "mp-wanted", "mp-address", "mp-settings"
_DISTRICT, _KIND, _UNTIL, _PAGE = "mp-district", "mp-kind", "mp-until", "mp-page"


@dataclass(frozen=True)
class Wanted:
    """What is asked for, as an address names it; '' is what nobody named. patch: a district, an MSOA, a patch that was drawn or listed, or
    EVERYTHING; kind: a group; until: the last month of a period, as 2025-11."""

    patch: str = ""
    kind: str = ""
    until: str = ""

    @classmethod
    def named_by(cls, params: Mapping[str, str]) -> Wanted:
        return cls(params.get("patch", "")[:20], params.get("kind", "")[:80], params.get("until", "")[:7])

    def named(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class _Offered:
    """What the boxes offer. own: patches that were drawn or listed; periods: by the month with which they end, the newest first; pages:
    titles by address."""

    districts: Sequence[Area]
    own: Mapping[str, OwnPatch]
    groups: Sequence[Group]
    periods: Mapping[str, Period]
    pages: Mapping[str, str]


def choose(reader: Reader, pages: Mapping[str, str]) -> Asked | None:
    """What is looked at, with its boxes behind one line. None, with a word on the page, where there is nothing to look at.

    pages: those that the portal can open with, titles by address.
    """
    analyses = neighbourhood_analyses(store.choices_of_all_periods(reader))
    districts = person_store.districts_of(reader)
    if not analyses or not districts:
        st.title("My patch", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    newest = max(c.period.end for c in analyses.values())
    groups = [g for g in store.groups(reader) if (g.group_id, newest) in analyses]
    periods = {f"{p.end:%Y-%m}": p for p in sorted({c.period for c in analyses.values()}, key=lambda p: p.end, reverse=True)}
    own = {p.code: p for p in patches.offered(reader)}
    offered = _Offered(districts, own, sorted(groups, key=lambda g: g.kind != "overlay"), periods, pages)
    news, allowed = _open(reader, offered)
    if not allowed:
        st.html(f'<p class="hg-note">{NOT_YOURS}</p>')
    patch, group, until = _boxes(reader, offered)
    _keep(reader, Wanted(patch.code or EVERYTHING, group.group_id, until), by_hand=not news)
    end = periods[until].end if until else newest
    # a kind of which there is no map in that period is shown as it is now
    return Asked(patch, group, analyses.get((group.group_id, end)) or analyses[group.group_id, newest])


def neighbourhood_analyses(choices: Sequence[Choice]) -> dict[tuple[str, date], Choice]:
    """The map of neighbourhoods of each group and last month: by number, which is what a patrol meets; by rate where there is no such map."""
    found: dict[tuple[str, date], Choice] = {}
    for measure in reversed(_MEASURES):
        for c in choices:
            if (c.geography, c.edition, c.measure) == ("lsoa", "2021", measure):
                found[c.group_id, c.period.end] = c
    return found


def _open(reader: Reader, offered: _Offered) -> tuple[bool, bool]:
    """Set the boxes to what the address names, where it is news, or to what was looked at last.

    Returns whether the address was news, and whether what it names may be seen.
    """
    kinds = [g.group_id for g in offered.groups]
    named = Wanted.named_by(st.query_params)
    news = bool(named.named()) and named.named() != st.session_state.get(_ADDRESS)
    if not news and _DISTRICT in st.session_state and st.session_state.get(_KIND) in kinds:
        return False, True
    last = _last(reader)
    # an address that leaves out the period means the newest
    wanted = Wanted(named.patch or last.patch, named.kind or last.kind, named.until) if news else last
    patch = _patch_named(reader, wanted.patch, offered.districts)
    first = offered.districts[0]
    own = patch or Patch(first.code, "", first.name)
    st.session_state[_DISTRICT] = own.own or own.district
    if not own.own:
        st.session_state[f"mp-part-{own.district}"] = own.msoa
    st.session_state[_KIND] = wanted.kind if wanted.kind in kinds else kinds[0]
    older = list(offered.periods)[1:]
    st.session_state[_UNTIL] = wanted.until if wanted.until in older else ""
    return news, patch is not None or not (news and named.patch)


def _last(reader: Reader) -> Wanted:
    """What was looked at last in this session; else what the person chose last, on whichever device."""
    if _SETTINGS not in st.session_state:
        st.session_state[_SETTINGS] = person_settings.settings_of(reader)
    kept: Settings = st.session_state[_SETTINGS]
    last: Wanted = st.session_state.get(_WANTED, Wanted(kept.patch, kept.kind, kept.until))
    return last


def _patch_named(reader: Reader, code: str, districts: Sequence[Area]) -> Patch | None:
    """The patch of a code; None for one that is not there or that this person may not see, which is not told apart."""
    if patches.is_own(code):
        named = patches.patch_named(reader, code)
        return None if named is None else named.as_patch
    if code == EVERYTHING and len(districts) > 1:
        return Patch("", "", "")
    if not code or code == EVERYTHING:
        return None
    found = reader.rows("person/area_found", {"code": code})
    if not found or not reader.person.may_see(str(found[0]["district"])):
        return None
    district, name = str(found[0]["district"]), str(found[0]["name"])
    return Patch(district, code if found[0]["geography"] == "msoa" else "", name)


def _boxes(reader: Reader, offered: _Offered) -> tuple[Patch, Group, str]:
    """The patch, the kind, and the last month of the period where it is not the newest."""
    names = {d.code: d.name for d in offered.districts}
    labels = {g.group_id: g.label for g in offered.groups}
    everywhere = "all your districts" if reader.person.districts != "*" else "all districts"
    own, shared = dict(offered.own), _shared(reader, offered)
    if shared is not None:
        own[shared.code] = shared
    called = names | labels_of(offered.own.values()) | ({} if shared is None else {shared.code: f"{shared.name} (from a link)"})
    options = [*names, *own, ""] if len(names) > 1 else [*names, *own]
    if st.session_state[_DISTRICT] not in options:
        st.session_state[_DISTRICT] = options[0]
    # the line names what is chosen, so it is read before the boxes are drawn
    where = str(st.session_state[_DISTRICT])
    district = "" if where in own else where
    within = {a.code: a.name for a in person_store.msoas_of(reader, district)} if district else {}
    part = str(st.session_state.get(f"mp-part-{district}") or "")
    name = own[where].name if where in own else within.get(part, names.get(district, everywhere))
    kind = str(st.session_state[_KIND])
    until = str(st.session_state.get(_UNTIL) or "")
    with st.popover(f"{name}: {report.lower(labels[kind])}", width="stretch"):
        st.selectbox("Patch", options, format_func=lambda c: called.get(c, "All my districts"), key=_DISTRICT)
        if shared is not None and st.button("Keep it as a patch of mine", key="mp-adopt"):
            _adopt(reader, shared)
        if district:
            whole = f"All of {names[district]}"
            st.selectbox("Part of it", ["", *within], format_func=lambda c: within.get(c, whole), key=f"mp-part-{district}")
        st.selectbox("Kind", list(labels), format_func=labels.__getitem__, key=_KIND)
        newest, *older = offered.periods
        if older:
            words = {"": f"The newest: {offered.periods[newest]}"} | {u: str(offered.periods[u]) for u in older}
            st.selectbox("Period", list(words), format_func=words.__getitem__, key=_UNTIL)
        _first_page(reader, offered.pages)
        link_to("area-you-choose", DRAW)
    return (
        own[where].as_patch if where in own else Patch(district, part, name),
        next(g for g in offered.groups if g.group_id == kind),
        until if until in offered.periods else "",
    )


def _shared(reader: Reader, offered: _Offered) -> OwnPatch | None:
    """The patch of a colleague that is looked at; None where what is looked at is one's own, or not there any more."""
    code = str(st.session_state[_DISTRICT])
    return patches.patch_named(reader, code) if patches.is_own(code) and code not in offered.own else None


def _adopt(reader: Reader, shared: OwnPatch) -> None:
    """A copy under the person's own name, which stays whatever its maker does with theirs."""
    try:
        patches.add(reader.person, shared)
    except UserError as error:
        st.warning(error.what)
        return
    st.success(f"“{shared.name}” is yours too now, in every box that asks for a patch.")


def _first_page(reader: Reader, pages: Mapping[str, str]) -> None:
    """With which page the portal opens for this person."""
    if not pages:
        return
    _last(reader)
    kept: Settings = st.session_state[_SETTINGS]
    options = list(pages)
    index = options.index(kept.page) if kept.page in pages else 0
    chosen = st.selectbox("The portal opens with", options, index=index, format_func=pages.__getitem__, key=_PAGE)
    if chosen != options[index]:
        st.session_state[_SETTINGS] = replace(kept, page=chosen)
        person_settings.keep(reader.person, st.session_state[_SETTINGS])


def _keep(reader: Reader, wanted: Wanted, *, by_hand: bool) -> None:
    """In the address, for a reload and for others; what was chosen in the boxes also for the next time."""
    before = st.session_state.get(_WANTED)
    st.session_state[_WANTED] = wanted
    named = wanted.named()
    st.session_state[_ADDRESS] = named
    if Wanted.named_by(st.query_params) != wanted:
        others = {name: value for name, value in st.query_params.to_dict().items() if name not in asdict(wanted)}
        st.query_params.from_dict({**others, **named})
    if by_hand and before is not None and before != wanted:
        _last(reader)
        st.session_state[_SETTINGS] = replace(st.session_state[_SETTINGS], **asdict(wanted))
        person_settings.keep(reader.person, st.session_state[_SETTINGS])

"""What My patch looks at: named by the page's address, else by what the person chose last, else their own district. One line that opens.

The address is the page's: `?patch=E07000178&kind=robbery&until=2025-06`. What it leaves out is the person's own, the first kind, the newest
period. So a link that is shared, the browser's way back and a reload all show what was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from app.hotspots import report, store
from app.hotspots.store import Choice, Group
from app.patch.content import Asked
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import Area, Patch

# of everything that a person may see, where that is more than one district
EVERYTHING = "all"
NOT_YOURS = "That link leads to a patch that your account does not open, or that is not there. Here is your own."
_MEASURES = ("count", "smoothed_rate", "rate")
_WANTED, _ADDRESS = "mp-wanted", "mp-address"
_DISTRICT, _KIND = "mp-district", "mp-kind"


@dataclass(frozen=True)
class Wanted:
    """What is asked for, as an address names it; '' is what nobody named. patch: a district, an MSOA or EVERYTHING; kind: a group."""

    patch: str = ""
    kind: str = ""

    @classmethod
    def named_by(cls, params: Mapping[str, str]) -> Wanted:
        return cls(params.get("patch", "")[:20], params.get("kind", "")[:80])

    def named(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def choose(reader: Reader) -> Asked | None:
    """What is looked at, with its boxes behind one line. None, with a word on the page, where there is nothing to look at."""
    analyses = neighbourhood_analyses(store.choices(reader))
    districts = person_store.districts_of(reader)
    if not analyses or not districts:
        st.title("My patch", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    groups = {g.group_id: g for g in store.groups(reader) if g.group_id in analyses}
    offered = sorted(groups.values(), key=lambda g: g.kind != "overlay")
    if not _open(reader, districts, [g.group_id for g in offered]):
        st.html(f'<p class="hg-note">{NOT_YOURS}</p>')
    patch, group = _boxes(reader, districts, offered)
    _keep(Wanted(patch.msoa or patch.district or EVERYTHING, group.group_id))
    return Asked(patch, group, analyses[group.group_id])


def neighbourhood_analyses(choices: Sequence[Choice]) -> dict[str, Choice]:
    """The map of neighbourhoods of each group: by number, which is what a patrol meets; by rate where there is no such map."""
    found: dict[str, Choice] = {}
    for measure in reversed(_MEASURES):
        for c in choices:
            if (c.geography, c.edition, c.measure) == ("lsoa", "2021", measure):
                found[c.group_id] = c
    return found


def _open(reader: Reader, districts: Sequence[Area], kinds: Sequence[str]) -> bool:
    """Set the boxes to what the address names, where it is news, or to what was looked at last. False where that may not be seen."""
    named = Wanted.named_by(st.query_params)
    news = bool(named.named()) and named.named() != st.session_state.get(_ADDRESS)
    if not news and _DISTRICT in st.session_state and st.session_state.get(_KIND) in kinds:
        return True
    last: Wanted = st.session_state.get(_WANTED, Wanted())
    wanted = Wanted(named.patch or last.patch, named.kind or last.kind) if news else last
    patch = _patch_named(reader, wanted.patch, districts)
    own = patch or Patch(districts[0].code, "", districts[0].name)
    st.session_state[_DISTRICT] = own.district
    st.session_state[f"mp-part-{own.district}"] = own.msoa
    st.session_state[_KIND] = wanted.kind if wanted.kind in kinds else kinds[0]
    return patch is not None or not (news and named.patch)


def _patch_named(reader: Reader, code: str, districts: Sequence[Area]) -> Patch | None:
    """The patch of a code; None for one that is not there or that this person may not see, which is not told apart."""
    if code == EVERYTHING and len(districts) > 1:
        return Patch("", "", "")
    if not code or code == EVERYTHING:
        return None
    found = reader.rows("person/area_found", {"code": code})
    if not found or not reader.person.may_see(str(found[0]["district"])):
        return None
    district, name = str(found[0]["district"]), str(found[0]["name"])
    return Patch(district, code if found[0]["geography"] == "msoa" else "", name)


def _boxes(reader: Reader, districts: Sequence[Area], offered: Sequence[Group]) -> tuple[Patch, Group]:
    names = {d.code: d.name for d in districts}
    labels = {g.group_id: g.label for g in offered}
    everywhere = "all your districts" if reader.person.districts != "*" else "all districts"
    # the line names what is chosen, so it is read before the boxes are drawn
    district = str(st.session_state[_DISTRICT])
    within = {a.code: a.name for a in person_store.msoas_of(reader, district)} if district else {}
    part = str(st.session_state.get(f"mp-part-{district}") or "")
    name = within.get(part, names.get(district, everywhere))
    kind = str(st.session_state[_KIND])
    with st.popover(f"{name}: {report.lower(labels[kind])}", width="stretch"):
        options = [*names, ""] if len(names) > 1 else list(names)
        st.selectbox("Patch", options, format_func=lambda c: names.get(c, "All my districts"), key=_DISTRICT)
        if district:
            whole = f"All of {names[district]}"
            st.selectbox("Part of it", ["", *within], format_func=lambda c: within.get(c, whole), key=f"mp-part-{district}")
        st.selectbox("Kind", list(labels), format_func=labels.__getitem__, key=_KIND)
    return Patch(district, part, name), next(g for g in offered if g.group_id == kind)


def _keep(wanted: Wanted) -> None:
    """In the address, for a reload and for others; and for the next time that this person opens the page."""
    st.session_state[_WANTED] = wanted
    named = wanted.named()
    st.session_state[_ADDRESS] = named
    if Wanted.named_by(st.query_params) != wanted:
        st.query_params.from_dict({**st.query_params.to_dict(), **named})

"""What the page of hot spots looks at: a patch, a kind, what it lies on and which map, with the boxes behind one line that says so.

The maps are offered in the order of their track record for that kind and geography (app.hotspots.record_store), and the page opens with the
first, until somebody chooses another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.hotspots import next_store, record_store, report, store
from app.hotspots.next_store import NextChoice
from app.hotspots.record_store import COUNTS, FORETOLD
from app.hotspots.store import HEXAGON, WITH_PROACTIVE, Choice, Group
from app.look import wording
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import Area, Patch

HOT_SPOTS, NEXT, LAST_MONTHS = "Hot spots", "Where next", "Counts of the last months"
_DISTRICT, _GROUP, _ON, _MAP, _BY_HAND = "hs-district", "hs-group", "hs-geography", "hs-map", "hs-map-by-hand"


@dataclass(frozen=True)
class Shown:
    """What is looked at. hot: the analysis of a map of hot spots; next: what was foretold; each None where the map is another. choices: every
    analysis of hot spots that this person may look at."""

    which: str
    patch: Patch
    group: Group
    hot: Choice | None
    next: NextChoice | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class _On:
    """One geography of one kind: its analyses of hot spots and what was foretold there."""

    hot: tuple[Choice, ...]
    next: NextChoice | None

    @property
    def first(self) -> Choice | NextChoice:
        found = self.next or self.hot[0]
        return self.hot[0] if self.hot else found


def choose(reader: Reader) -> Shown | None:
    """What is looked at. None, with a word on the page, where there is nothing to look at."""
    hot, foretold = store.choices(reader), next_store.choices(reader)
    districts = person_store.districts_of(reader)
    if not districts or not (hot or foretold):
        st.title("No hot spots yet", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    patch, parts = _patch(reader, districts)
    known = {c.group_id for c in hot} | {c.group_id for c in foretold}
    groups = {g.group_id: g for g in sorted(store.groups(reader), key=lambda g: g.kind != "overlay") if g.group_id in known}
    group = groups[_held(_GROUP, list(groups))]
    places = _places([c for c in hot if c.group_id == group.group_id and c.covers(patch)], foretold, group)
    name = _held(_ON, list(places))
    on = places[name]
    maps = _maps(reader, on, group)
    if not st.session_state.get(_BY_HAND):
        st.session_state[_MAP] = maps[0]
    which = _held(_MAP, maps)
    line = f"{which}: {report.lower(group.label)} in {patch.name}, on {report.lower(name)}"
    with st.container(key="hg-shown"), st.popover(line, width="stretch"):
        _patch_boxes(districts, parts)
        st.selectbox("Kind", list(groups), format_func=lambda g: groups[g].label, key=_GROUP)
        st.selectbox("On", list(places), key=_ON)
        st.selectbox(
            "Map", maps, key=_MAP, on_change=_by_hand, help="The one that did best for this kind comes first: see Track record."
        )
        if not foretold:
            st.caption("Where next, and the counts of the last months, come with: homeground analyse --only foretell")
        chosen = _measure(on, groups, group, name) if which == HOT_SPOTS else None
    return Shown(which, patch, group, chosen, None if which == HOT_SPOTS else on.next, hot)


def _held(key: str, options: Sequence[str]) -> str:
    """What a box holds, before it is drawn: the first of its options where it holds none of them."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return str(st.session_state[key])


def _by_hand() -> None:
    st.session_state[_BY_HAND] = True


def _patch(reader: Reader, districts: Sequence[Area]) -> tuple[Patch, dict[str, str]]:
    """The patch, and names of the parts of its district by code."""
    names = {d.code: d.name for d in districts}
    district = _held(_DISTRICT, [*names, ""] if len(names) > 1 else list(names))
    if not district:
        return Patch("", "", "all your districts" if reader.person.districts != "*" else "all districts"), {}
    parts = {a.code: a.name for a in person_store.msoas_of(reader, district)}
    msoa = _held(f"hs-msoa-{district}", ["", *parts])
    return Patch(district, msoa, parts.get(msoa, names[district])), parts


def _patch_boxes(districts: Sequence[Area], parts: dict[str, str]) -> None:
    names = {d.code: d.name for d in districts}
    options = [*names, ""] if len(names) > 1 else list(names)
    st.selectbox("Patch", options, format_func=lambda c: names.get(c, "All my districts"), key=_DISTRICT)
    district = str(st.session_state[_DISTRICT])
    if district:
        whole = f"All of {names[district]}"
        st.selectbox("Part of it", ["", *parts], format_func=lambda c: parts.get(c, whole), key=f"hs-msoa-{district}")


def _places(hot: Sequence[Choice], foretold: Sequence[NextChoice], group: Group) -> dict[str, _On]:
    """Neighbourhoods first, H3 next, grids of one's own last; by the name that the box shows."""
    by_place: dict[tuple[Any, ...], tuple[str, list[Choice], NextChoice | None]] = {}
    for c in hot:
        by_place.setdefault((c.geography, c.edition, c.grid_id), (report.choice_name(c), [], None))[1].append(c)
    for n in foretold:
        if n.group_id == group.group_id:
            key = (n.geography, n.edition, None)
            name, found, _ = by_place.get(key, (report.geography_name(n.geography, n.edition), [], None))
            by_place[key] = (name, found, n)
    ordered = sorted(by_place, key=lambda k: (k[0] != "lsoa", k[2] or 0, k[0] != "msoa", k[0] != HEXAGON, k[1]))
    return {by_place[k][0]: _On(tuple(by_place[k][1]), by_place[k][2]) for k in ordered}


def _maps(reader: Reader, on: _On, group: Group) -> list[str]:
    """The maps of a geography and kind, in the order of their record; without one, what does not foretell comes last."""
    there = [*([LAST_MONTHS, NEXT] if on.next else []), *([HOT_SPOTS] if on.hot else [])]
    at = (on.first.geography, on.first.edition)
    found = next((r for r in record_store.records(reader, group.group_id) if (r.geography, r.edition) == at), None)
    ranked = [] if found is None else [{FORETOLD: NEXT, COUNTS: LAST_MONTHS}.get(layer.name, HOT_SPOTS) for layer in found.layers]
    return [m for m in dict.fromkeys([*ranked, *there]) if m in there]


def _measure(on: _On, groups: dict[str, Group], group: Group, place: str) -> Choice:
    # on areas the smoothed rate is the measure least moved by chance, so it is offered first
    offered = {c.measure for c in on.hot} - {WITH_PROACTIVE}
    measures = sorted(offered, key=lambda m: ({"smoothed_rate": 0, "rate": 1}.get(m, 2), m))
    chosen = st.selectbox("Measure", measures, format_func=lambda m: report.measure_name(m).capitalize(), key=f"hs-measure-{place}")
    # the map with what patrols find is one step further away, never what a page opens with
    if chosen == "count" and any(c.measure == WITH_PROACTIVE for c in on.hot):
        names = wording.listed([p.lower() for p in groups[group.group_id].proactive])
        if st.checkbox(
            f"Put in offences that police activity itself finds ({names})", key=f"hs-proactive-{group.group_id}-{place}"
        ):
            chosen = WITH_PROACTIVE
    return next(c for c in on.hot if c.measure == chosen)

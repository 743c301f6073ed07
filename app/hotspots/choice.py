"""What the page of hot spots looks at: a patch, a kind, what it lies on and which map, with the boxes behind one line that says so.

The maps are offered in the order of their track record for that kind and geography (app.hotspots.record_store), and the page opens with the
first, until somebody chooses another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.hotspots import next_store, plain_report, plain_store, record_store, report, store
from app.hotspots.next_store import NextChoice
from app.hotspots.plain_store import PlainChoice
from app.hotspots.record_store import COUNTS, FORETOLD
from app.hotspots.store import CHOSEN_GRID, HEXAGON, WITH_PROACTIVE, Choice, Group
from app.look import wording
from app.person import patches
from app.person import store as person_store
from app.person.patch_choice import DRAW, labels_of, link_to
from app.person.patches import OwnPatch
from app.person.reading import Reader
from app.person.store import Area, Patch
from core.periods import CoveredPeriod, Period

HOT_SPOTS, NEXT, LAST_MONTHS, RECORDED = "Hot spots", "Where next", "Counts of the last months", "What was recorded"
# of every kind at once, on the neighbourhoods that are looked at (app.warning)
EARLY_WARNING = "Early warning"
_DISTRICT, _GROUP, _ON, _MAP, _BY_HAND = "hs-district", "hs-group", "hs-geography", "hs-map", "hs-map-by-hand"


_KINDS, _MONTHS = "hs-kinds", "hs-months"
# a category of the publisher's among the kinds of a plain map
_CATEGORY = "category:"
_SPANS = (12, 3, 1)


@dataclass(frozen=True)
class Plain:
    """A plain map: what is counted, in words too, as what it is shown, and which of its categories police activity itself produces."""

    choice: PlainChoice
    label: str
    measure: str
    proactive: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What is looked at. hot: the analysis of a map of hot spots; next: what was foretold; plain: what was recorded; the others are None, and
    all three of the early warning.
    choices: every analysis of hot spots that this person may look at."""

    which: str
    patch: Patch
    group: Group
    hot: Choice | None
    next: NextChoice | None
    plain: Plain | None
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
    own = {p.code: p for p in patches.offered(reader)}
    patch, parts = _patch(reader, districts, own)
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
    kinds = _Kinds(groups, plain_store.categories(reader), group) if which == RECORDED else None
    what = report.lower(group.label) if kinds is None else kinds.label
    if which == EARLY_WARNING:
        what = "every kind"
    line = f"{which}: {what} in {patch.name}, on {report.lower(name)}"
    with st.container(key="hg-shown"), st.popover(line, width="stretch"):
        _patch_boxes(districts, own, parts)
        st.selectbox("Kind", list(groups), format_func=lambda g: groups[g].label, key=_GROUP)
        st.selectbox("On", list(places), key=_ON)
        st.selectbox(
            "Map", maps, key=_MAP, on_change=_by_hand, help="The one that did best for this kind comes first: see Track record."
        )
        if not foretold:
            st.caption("Where next, and the counts of the last months, come with: homeground analyse --only foretell")
        chosen = _measure(on, groups, group, name) if which == HOT_SPOTS else None
        plain = None if kinds is None else _plain(reader, on, kinds)
    return Shown(which, patch, group, chosen, on.next if which in (NEXT, LAST_MONTHS) else None, plain, hot)


class _Kinds:
    """What a plain map counts: the kind that was chosen, or those kinds and categories that somebody puts together."""

    def __init__(self, groups: dict[str, Group], categories: dict[str, bool], group: Group) -> None:
        self.options = {g.group_id: g.label for g in groups.values()} | {
            f"{_CATEGORY}{name}": f"{name} (category)" for name in categories
        }
        chosen = [kind for kind in st.session_state.get(_KINDS, []) if kind in self.options] or [group.group_id]
        names = [report.lower(self.options[kind].removesuffix(" (category)")) for kind in chosen]
        self.label = wording.listed(names) if len(names) < 4 else f"{len(names)} kinds"
        # what patrols find is in it only where somebody asks for the very category
        asked = {kind.removeprefix(_CATEGORY) for kind in chosen if kind.startswith(_CATEGORY)}
        held = {name for kind in chosen if kind in groups for name in groups[kind].categories if name not in groups[kind].proactive}
        self.categories = tuple(sorted(asked | held))
        self.proactive = tuple(sorted(name for name in asked if categories[name]))


def _plain(reader: Reader, on: _On, kinds: _Kinds) -> Plain:
    """The boxes of a plain map."""
    loaded = [m.month for m in person_store.months(reader) if m.loaded]
    st.multiselect(
        "Kinds and categories together", list(kinds.options), format_func=kinds.options.__getitem__, key=_KINDS,
        placeholder="The kind above", help="The publisher's own categories are among them. What several kinds share is counted once.",
    )  # fmt: skip
    span = st.selectbox("Months", _SPANS, format_func=lambda n: "The last month" if n == 1 else f"The last {n} months", key=_MONTHS)
    made_at = max((r.finished_at for r in person_store.runs(reader)), default=None)
    covered = CoveredPeriod.of(Period.ending(max(loaded), span), loaded)
    choice = PlainChoice(on.first.geography, on.first.edition, kinds.categories, covered, made_at)
    shown_as = plain_report.measures(choice)
    key = "hs-shown-as-hexagons" if choice.on_hexagons else "hs-shown-as"
    measure = st.selectbox("Shown as", shown_as, format_func=plain_report.SHOWN_AS.__getitem__, key=key)
    return Plain(choice, kinds.label, measure, kinds.proactive)


def _held(key: str, options: Sequence[str]) -> str:
    """What a box holds, before it is drawn: the first of its options where it holds none of them."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return str(st.session_state[key])


def _by_hand() -> None:
    st.session_state[_BY_HAND] = True


def _patch(reader: Reader, districts: Sequence[Area], own: Mapping[str, OwnPatch]) -> tuple[Patch, dict[str, str]]:
    """The patch, and names of the parts of its district by code. own: patches that were drawn or listed, which have no parts."""
    names = {d.code: d.name for d in districts}
    district = _held(_DISTRICT, _patch_options(names, own))
    if district in own:
        return own[district].as_patch, {}
    if not district:
        return Patch("", "", "all your districts" if reader.person.districts != "*" else "all districts"), {}
    parts = {a.code: a.name for a in person_store.msoas_of(reader, district)}
    msoa = _held(f"hs-msoa-{district}", ["", *parts])
    return Patch(district, msoa, parts.get(msoa, names[district])), parts


def _patch_options(names: Mapping[str, str], own: Mapping[str, OwnPatch]) -> list[str]:
    return [*names, *own, ""] if len(names) > 1 else [*names, *own]


def _patch_boxes(districts: Sequence[Area], own: Mapping[str, OwnPatch], parts: dict[str, str]) -> None:
    names = {d.code: d.name for d in districts}
    labels = names | labels_of(own.values())
    options = _patch_options(names, own)
    st.selectbox("Patch", options, format_func=lambda c: labels.get(c, "All my districts"), key=_DISTRICT)
    district = str(st.session_state[_DISTRICT])
    if district in names:
        whole = f"All of {names[district]}"
        st.selectbox("Part of it", ["", *parts], format_func=lambda c: parts.get(c, whole), key=f"hs-msoa-{district}")
    link_to("area-you-choose", DRAW)


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
    at = (on.first.geography, on.first.edition)
    there = [
        *([LAST_MONTHS, NEXT] if on.next else []),
        *([HOT_SPOTS] if on.hot else []),
        *([RECORDED] if at[0] != CHOSEN_GRID else []),
        *([EARLY_WARNING] if at == ("lsoa", "2021") else []),
    ]
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

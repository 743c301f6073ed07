"""What the page of hot spots looks at: a patch, a kind, what it lies on and which map, with the boxes behind one line that says so.

The maps are offered in the order of their track record for that kind and geography (app.hotspots.record_store), and the page opens with the
first, until somebody chooses another.

The address names all of it, `?patch=E07000178&kind=robbery&on=lsoa-2021&map=next`: a reload, the way back and a link that is shared show the
same. What it leaves out is what was looked at last, then the patch and the kind that the person kept (app.person.settings), then the first.
"""

from __future__ import annotations

import re
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
from app.look.frame import behind_one_line
from app.look.markup import plain
from app.person import store as person_store
from app.person.address import Address, set_box
from app.person.patch_choice import EVERYTHING, PatchBoxes, open_boxes
from app.person.reading import Reader
from app.person.settings import keep_chosen, kept
from app.person.store import Patch
from app.warning.page import ALARMS_OF
from core.periods import CoveredPeriod, Period

HOT_SPOTS, NEXT, LAST_MONTHS, RECORDED = "Hot spots", "Where next", "Counts of the last months", "What was recorded"
# of every kind at once, on the neighbourhoods that are looked at (app.warning)
EARLY_WARNING = "Early warning"
_GROUP, _ON, _MAP, _BY_HAND = "hs-group", "hs-geography", "hs-map", "hs-map-by-hand"
_KINDS, _MONTHS = "hs-kinds", "hs-months"
# how an address calls the maps
_CALLED = {NEXT: "next", LAST_MONTHS: "counts", HOT_SPOTS: "hot", RECORDED: "recorded", EARLY_WARNING: "warning"}
# patch and kind on every map; kinds, months and as of a plain map; measure of a map of hot spots; alarms of the early warning
_NAMES = ("patch", "kind", "on", "map", "kinds", "months", "as", "measure", "alarms")
# a category of the publisher's among the kinds of a plain map
_CATEGORY = "category:"
_SPANS = (12, 3, 1)


@dataclass(frozen=True)
class Plain:
    """A plain map: what is counted, in words too, as what it is shown, and which of its categories police activity itself produces. months:
    how many it looks back over; called: how an address calls what is put together, '' for the kind of the page."""

    choice: PlainChoice
    label: str
    measure: str
    proactive: tuple[str, ...]
    months: int
    called: str


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

    @property
    def called(self) -> str:
        """How an address calls it."""
        grid = self.hot[0].grid_id if self.hot else None
        return "-".join(str(part) for part in (self.first.geography, self.first.edition, grid) if part is not None)


def choose(reader: Reader) -> Shown | None:
    """What is looked at. None, with a word on the page, where there is nothing to look at."""
    hot, foretold = store.choices(reader), next_store.choices(reader)
    boxes = PatchBoxes(reader, key="hs")
    if not boxes.names or not (hot or foretold):
        st.title("No hot spots yet", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    address = Address("hs", _NAMES)
    wanted = _open(reader, boxes, address)
    patch = boxes.patch
    known = {c.group_id for c in hot} | {c.group_id for c in foretold}
    groups = {g.group_id: g for g in sorted(store.groups(reader), key=lambda g: g.kind != "overlay") if g.group_id in known}
    group = groups[_held(_GROUP, list(groups))]
    places = _places([c for c in hot if c.group_id == group.group_id and c.covers(patch)], foretold, group)
    set_box(_ON, next((name for name, on in places.items() if on.called == wanted.get("on")), ""), places)
    name = _held(_ON, list(places))
    on = places[name]
    maps = _maps(reader, on, group)
    if set_box(_MAP, next((one for one in maps if _CALLED[one] == wanted.get("map")), ""), maps):
        st.session_state[_BY_HAND] = st.session_state[_MAP] != maps[0]
    if not st.session_state.get(_BY_HAND):
        st.session_state[_MAP] = maps[0]
    which = _held(_MAP, maps)
    kinds = _Kinds(groups, plain_store.categories(reader), group, wanted.get("kinds", "")) if which == RECORDED else None
    what = wording.lower(group.label) if kinds is None else kinds.label
    if which == EARLY_WARNING:
        what = "every kind"
    line = f"{which}: {what} in {patch.name}, on {wording.lower(name)}"
    with behind_one_line(line):
        boxes.draw()
        st.selectbox("Kind", list(groups), format_func=lambda g: groups[g].label, key=_GROUP)
        st.selectbox("On", list(places), key=_ON)
        st.selectbox(
            "Map", maps, key=_MAP, on_change=_by_hand, help="The one that did best for this kind comes first: see Track record."
        )
        if not foretold:
            st.caption("Where next, and the counts of the last months, come with: homeground analyse --only foretell")
        chosen = _measure(on, groups, group, name, wanted.get("measure", "")) if which == HOT_SPOTS else None
        plain = None if kinds is None else _plain(reader, on, kinds, wanted)
    shown = Shown(which, patch, group, chosen, on.next if which in (NEXT, LAST_MONTHS) else None, plain, hot)
    _keep(reader, address, shown, on.called)
    return shown


def _open(reader: Reader, boxes: PatchBoxes, address: Address) -> Mapping[str, str]:
    """Set the boxes to what the address names, where it is news, or to what was looked at last. Returns it by name, for later boxes."""
    if not address.is_news and boxes.held:
        return {}
    mine = kept(reader)
    wanted = {"kind": address.last.get("kind") or mine.kind, **address.opening(held=boxes.held)}
    open_boxes(boxes, address, otherwise=mine.patch)
    st.session_state[_GROUP] = wanted["kind"]
    st.session_state[ALARMS_OF] = wanted.get("alarms", "")
    return wanted


def _keep(reader: Reader, address: Address, shown: Shown, on: str) -> None:
    """What is looked at, in the address; patch and kind that were chosen in the boxes, and not by a link, also for the next time."""
    chosen = {"patch": shown.patch.code or EVERYTHING, "kind": shown.group.group_id}
    also = {"on": on, "map": _CALLED[shown.which]}
    if shown.plain is not None:
        also |= {"kinds": shown.plain.called, "months": str(shown.plain.months), "as": shown.plain.measure}
    if shown.hot is not None:
        also["measure"] = shown.hot.measure
    if shown.which == EARLY_WARNING:
        also["alarms"] = str(st.session_state.get(ALARMS_OF) or "")
    before = {name: address.last.get(name) for name in chosen}
    by_hand = bool(address.last) and not address.is_news and before != chosen
    address.put({**chosen, **also})
    if by_hand:
        keep_chosen(reader, **chosen)


class _Kinds:
    """What a plain map counts: the kind that was chosen, or those kinds and categories that somebody puts together."""

    def __init__(self, groups: dict[str, Group], categories: dict[str, bool], group: Group, named: str) -> None:
        """named: kinds and categories as an address calls them, '' where it calls none."""
        self.options = {g.group_id: g.label for g in groups.values()} | {
            f"{_CATEGORY}{name}": f"{name} (category)" for name in categories
        }
        called = {kind: _called(kind) for kind in self.options}
        if named:
            st.session_state[_KINDS] = [kind for kind in self.options if called[kind] in named.split(".")]
        held_together = [kind for kind in st.session_state.get(_KINDS, []) if kind in self.options]
        self.called = ".".join(called[kind] for kind in held_together)
        chosen = held_together or [group.group_id]
        names = [wording.lower(self.options[kind].removesuffix(" (category)")) for kind in chosen]
        self.label = wording.listed(names) if len(names) < 4 else f"{len(names)} kinds"
        # what patrols find is in it only where somebody asks for the very category
        asked = {kind.removeprefix(_CATEGORY) for kind in chosen if kind.startswith(_CATEGORY)}
        held = {name for kind in chosen if kind in groups for name in groups[kind].categories if name not in groups[kind].proactive}
        self.categories = tuple(sorted(asked | held))
        self.proactive = tuple(sorted(name for name in asked if categories[name]))


def _called(kind: str) -> str:
    """How an address calls a kind or a category: 'robbery', 'category-bicycle-theft'."""
    return re.sub(r"[^a-z0-9_]+", "-", kind.lower())


def _plain(reader: Reader, on: _On, kinds: _Kinds, wanted: Mapping[str, str]) -> Plain:
    """The boxes of a plain map. wanted: what the address names, where that is news."""
    loaded = [m.month for m in person_store.months(reader) if m.loaded]
    st.multiselect(
        "Kinds and categories together", list(kinds.options), format_func=kinds.options.__getitem__, key=_KINDS,
        placeholder="The kind above", help="The publisher's own categories are among them. What several kinds share is counted once.",
    )  # fmt: skip
    if wanted:
        st.session_state[_MONTHS] = next((span for span in _SPANS if str(span) == wanted.get("months")), _SPANS[0])
    span = st.selectbox("Months", _SPANS, format_func=lambda n: "The last month" if n == 1 else f"The last {n} months", key=_MONTHS)
    made_at = max((r.finished_at for r in person_store.runs(reader)), default=None)
    covered = CoveredPeriod.of(Period.ending(max(loaded), span), loaded)
    choice = PlainChoice(on.first.geography, on.first.edition, kinds.categories, covered, made_at)
    shown_as = plain_report.measures(choice)
    key = "hs-shown-as-hexagons" if choice.on_hexagons else "hs-shown-as"
    set_box(key, wanted.get("as", ""), shown_as)
    measure = st.selectbox("Shown as", shown_as, format_func=plain_report.SHOWN_AS.__getitem__, key=key)
    return Plain(choice, kinds.label, measure, kinds.proactive, span, kinds.called)


def _held(key: str, options: Sequence[str]) -> str:
    """What a box holds, before it is drawn: the first of its options where it holds none of them."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return str(st.session_state[key])


def _by_hand() -> None:
    st.session_state[_BY_HAND] = True


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


def _measure(on: _On, groups: dict[str, Group], group: Group, place: str, wanted: str) -> Choice:
    """The boxes of a map of hot spots. wanted: the measure that the address names, where that is news."""
    # on areas the smoothed rate is the measure least moved by chance, so it is offered first
    offered = {c.measure for c in on.hot} - {WITH_PROACTIVE}
    measures = sorted(offered, key=lambda m: ({"smoothed_rate": 0, "rate": 1}.get(m, 2), m))
    own, proactive = f"hs-measure-{place}", f"hs-proactive-{group.group_id}-{place}"
    set_box(own, "count" if wanted == WITH_PROACTIVE else wanted, measures)
    if wanted:
        st.session_state[proactive] = wanted == WITH_PROACTIVE
    chosen = st.selectbox("Measure", measures, format_func=lambda m: report.measure_name(m).capitalize(), key=own)
    # the map with what patrols find is one step further away, never what a page opens with
    if chosen == "count" and any(c.measure == WITH_PROACTIVE for c in on.hot):
        names = wording.listed([p.lower() for p in groups[group.group_id].proactive])
        if st.checkbox(plain(f"Put in offences that police activity itself finds ({names})"), key=proactive):
            chosen = WITH_PROACTIVE
    return next(c for c in on.hot if c.measure == chosen)

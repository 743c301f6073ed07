"""Professional: where next, and the counts of the last months, as lists and maps beside the hot spots."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.hotspots import next_report, next_store, report, store
from app.hotspots.next_store import NextChoice, NextLine, NextPlace
from app.hotspots.store import Group
from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import beside_map, legend, paragraphs, table
from app.person.entrance import record_once
from app.person.patch_choice import choose_patch
from app.person.reading import Reader
from app.person.sign_in import Person
from app.person.store import Patch
from app.person.take_away import download

HOT_SPOTS, NEXT, COUNTS = "Hot spots", "Where next", "Counts of the last months"
MAPS = (HOT_SPOTS, NEXT, COUNTS)


@dataclass(frozen=True)
class Next:
    """Everything that the page says, read in one transaction."""

    patch: Patch
    group: Group
    choice: NextChoice
    places: tuple[NextPlace, ...]
    record: tuple[NextLine, ...]
    counts: bool


def choose_map() -> str:
    """Which of the maps: what is more than chance, what to expect, or what was recorded."""
    return st.selectbox("Map", MAPS, key="hs-map") or HOT_SPOTS


def read(reader: Reader, which: str) -> Next | None:
    """What was asked for on the page. None, with a word on the page, where nothing was foretold."""
    choices = next_store.choices(reader)
    if not choices:
        st.title(which, anchor=False)
        st.html(
            '<p class="hg-lead">Nothing has been foretold for the districts that you may see: the analysis has not run, or too few months'
            " are loaded in a row. Whoever runs this portal starts it with: homeground analyse --only foretell</p>"
        )
        return None
    patch = choose_patch(reader, key="hs")
    if patch is None:
        return None
    kind, on = st.columns(2)
    known = {c.group_id for c in choices}
    groups = {g.group_id: g for g in sorted(store.groups(reader), key=lambda g: g.kind != "overlay") if g.group_id in known}
    group = kind.selectbox("Kind", list(groups), format_func=lambda g: groups[g].label, key="hs-group")
    # neighbourhoods first
    offered = sorted((c for c in choices if c.group_id == group), key=lambda c: (c.geography == store.HEXAGON, c.edition))
    by_name = {report.geography_name(c.geography, c.edition): c for c in offered}
    chosen = by_name[on.selectbox("On", list(by_name), key="hs-next-geography") or next(iter(by_name))]
    found = next_store.places(reader, chosen, patch)
    return Next(patch, groups[chosen.group_id], chosen, found, next_store.record(reader, chosen), which == COUNTS)


def show(person: Person, content: Next) -> None:
    """The list first, then the map, then what it is worth."""
    choice, patch, counts = content.choice, content.patch, content.counts
    view = _view(content)
    record_once(person, "where_next", {**view, "places": len(content.places)}, view=view)
    said = next_report.sentences(choice, content.record, counts=counts)
    st.html(paragraphs(said[:1], lead=True) + paragraphs(said[1:]))
    places = next_report.ordered(content.places, counts=counts)
    if not places:
        st.info(f"No {report.place_word(choice.geography)} of {patch.name} are part of this analysis.")
        return
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.header("The list", anchor=False)
        listed = places[: next_report.LISTED]
        caption = f"{content.group.label} in {patch.name}, the first {len(listed):,} of {len(places):,}. {wording.HANDLING}"
        st.html(beside_map([next_report.places_table(listed, choice, caption, counts=counts)], "The list", tall=True))
    with right:
        _map(content, places)
    st.header("How far to trust this list", anchor=False)
    st.html(paragraphs([next_report.MEANING]))
    if content.record:
        st.html(table(next_report.record_table(content.record)))
    name = "-".join(("homeground-where-next", patch.code or "all", choice.group_id, f"{choice.month:%Y-%m}"))
    download(
        person, "Download the list (CSV)", f"{name}.csv", "text/csv", lambda: next_report.csv(places, choice), "where_next",
        {**_view(content), "rows": len(places)}, key="hs-next-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{escape(wording.HANDLING)} Downloads are recorded in the audit trail.</p>')


def _map(content: Next, places: tuple[NextPlace, ...]) -> None:
    choice, counts = content.choice, content.counts
    st.header("On the map", anchor=False)
    what = "Mean a month" if counts else "Densest expected first, of the region's area"
    st.html(legend(next_report.legend_of(places, theme(), counts=counts), what))
    areas = next_report.areas_of(places, choice, theme(), counts=counts)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    which = "counts" if counts else "next"
    key = f"hs-{which}-{content.patch.code}-{choice.geography}-{choice.edition}"
    heading = next_report.title(choice, content.group, content.patch, counts=counts)
    code = show_map(areas, title=f"Map of {report.lower(heading)}", key=key)
    chosen = next((p for p in places if p.code == code), None)
    if chosen is not None:
        st.html(table(next_report.places_table([chosen], choice, "The place chosen on the map", counts=counts)))


def _view(content: Next) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    choice, patch = content.choice, content.patch
    return {
        **patch.seen,
        "group": choice.group_id,
        "measure": "counts" if content.counts else "foretold",
        "geography": f"{choice.geography} {choice.edition}",
        "target_month": choice.month.isoformat(),
    }

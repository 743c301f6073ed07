"""Professional: where next, and the counts of the last months, as lists and maps beside the hot spots."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.hotspots import next_report, next_store, report
from app.hotspots.choice import LAST_MONTHS, Shown
from app.hotspots.next_store import NextChoice, NextLine, NextPlace, Reliability
from app.hotspots.store import Group
from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import beside_map, legend, paragraphs, plain, table
from app.person.entrance import record_once
from app.person.reading import Reader
from app.person.sign_in import Person
from app.person.store import Patch
from app.person.take_away import download


@dataclass(frozen=True)
class Next:
    """Everything that the page says, read in one transaction."""

    patch: Patch
    group: Group
    choice: NextChoice
    places: tuple[NextPlace, ...]
    record: tuple[NextLine, ...]
    counts: bool
    reliability: Reliability | None


def read(reader: Reader, shown: Shown, choice: NextChoice) -> Next:
    """What was asked for on the page."""
    places, record = next_store.places(reader, choice, shown.patch), next_store.record(reader, choice)
    reliability = next_store.reliability(reader, choice)
    return Next(shown.patch, shown.group, choice, places, record, shown.which == LAST_MONTHS, reliability)


def title(content: Next) -> str:
    return next_report.title(content.choice, content.group, content.patch, counts=content.counts)


def show(person: Person, content: Next) -> None:
    """The list first, then the map, then what it is worth."""
    choice, patch, counts = content.choice, content.patch, content.counts
    view = _view(content)
    record_once(person, "where_next", {**view, "places": len(content.places)}, view=view)
    st.html(f'<p class="hg-stands">{escape(next_report.in_short(choice, content.record, counts=counts))}</p>')
    places = next_report.ordered(content.places, counts=counts)
    if not places:
        st.info(plain(f"No {report.place_word(choice.geography)} of {patch.name} are part of this analysis."))
        return
    left, right = st.columns([1, 1], gap="medium")
    with left:
        listed = places[: next_report.LISTED]
        caption = f"{content.group.label} in {patch.name}, the first {len(listed):,} of {len(places):,}. {wording.HANDLING}"
        st.html(beside_map([next_report.places_table(listed, choice, caption, counts=counts)], "The list", tall=True))
    with right:
        _map(content, places)
    st.header("How far to trust this list", anchor=False)
    # of the figures with an interval, which the plain counts have not
    figures = () if counts else next_report.reliable(content.reliability)
    st.html(paragraphs([*next_report.sentences(choice, content.record, counts=counts), *figures, next_report.MEANING]))
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
    what = "Mean a month" if counts else "Densest expected first, of the region's area"
    st.html(legend(next_report.legend_of(places, theme(), counts=counts), what, before_map=True))
    areas = next_report.areas_of(places, choice, theme(), counts=counts)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    which = "counts" if counts else "next"
    key = f"hs-{which}-{content.patch.code}-{choice.geography}-{choice.edition}"
    code = show_map(areas, title=f"Map of {wording.lower(title(content))}", key=key)
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

"""Professional: what was recorded, as a plain map: numbers, rates, density, places that come back, and how concentrated it is."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.hotspots import plain_report, plain_store, report
from app.hotspots.choice import Plain, Shown
from app.hotspots.plain_figures import concentration
from app.hotspots.plain_store import PlainPlace
from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import beside_map, legend, paragraphs, table
from app.look.markup import plain as as_typed
from app.person.entrance import record_once
from app.person.reading import Reader
from app.person.sign_in import Person
from app.person.store import Patch
from app.person.take_away import download


@dataclass(frozen=True)
class Recorded:
    """Everything that the page says, read in one transaction; places: most first."""

    patch: Patch
    plain: Plain
    places: tuple[PlainPlace, ...]


def read(reader: Reader, shown: Shown, plain: Plain) -> Recorded:
    found = plain_store.places(reader, plain.choice, shown.patch)
    return Recorded(shown.patch, plain, plain_report.ordered(found, plain.measure))


def title(content: Recorded) -> str:
    what = content.plain.label
    return f"{what[:1].upper()}{what[1:]} in {content.patch.name}: what was recorded"


def show(person: Person, content: Recorded) -> None:
    """How concentrated it is, the list, then the map, then the curve."""
    plain, patch, places = content.plain, content.patch, content.places
    choice = plain.choice
    view = _view(content)
    record_once(person, "recorded", {**view, "places": len(places)}, view=view)
    if not places:
        st.info(as_typed(f"No {report.place_word(choice.geography)} of {patch.name} are part of this analysis."))
        return
    found = concentration([p.incidents for p in places])
    st.html(f'<p class="hg-stands">{escape(str(choice.covered))}. {escape(plain_report.SHOWN_AS[plain.measure])}, most first.</p>')
    if found is None:
        st.html(paragraphs(["Nothing of this was recorded here in these months."], lead=True))
        return
    if plain.proactive:
        names = wording.listed([name.lower() for name in plain.proactive])
        st.html(f'<p class="hg-note">{escape(f"This map holds {names}, which mostly come to light where police look.")}</p>')
    left, right = st.columns([1, 1], gap="medium")
    with left:
        listed = places[: plain_report.LISTED]
        caption = f"{title(content)}, the first {len(listed):,} of {len(places):,}. {wording.HANDLING}"
        st.html(beside_map([plain_report.places_table(listed, choice, caption)], "The list", tall=True))
    with right:
        _map(content)
    st.header("How concentrated it is", anchor=False)
    st.html(paragraphs([
        plain_report.concentration_sentence(found, choice, patch.name), plain_report.repeat_sentence(places, choice),
    ]))  # fmt: skip
    st.html(plain_report.curve(found, theme()))
    st.header("What this map is", anchor=False)
    st.html(paragraphs([
        f"Counted: {wording.listed([name.lower() for name in choice.categories])}. Offences that police activity itself finds are left out"
        " unless their category is chosen.",
        plain_report.density_note(choice) if plain.measure == plain_report.DENSITY else "",
        report.MEASURE_NOTES["rate" if plain.measure == plain_report.RATE else "count"],
        plain_report.NOT_A_TEST,
    ]))  # fmt: skip
    name = "-".join(("homeground-recorded", patch.code or "all", choice.edition, f"{choice.covered.period.end:%Y-%m}"))
    download(
        person, "Download the table (CSV)", f"{name}.csv", "text/csv", lambda: plain_report.csv(places, choice), "recorded",
        {**view, "rows": len(places)}, key="hs-recorded-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{escape(wording.HANDLING)} Downloads are recorded in the audit trail.</p>')


def _map(content: Recorded) -> None:
    plain, patch, places = content.plain, content.patch, content.places
    choice = plain.choice
    st.html(legend(plain_report.legend_of(places, plain.measure, theme()), plain_report.SHOWN_AS[plain.measure], before_map=True))
    areas = plain_report.areas_of(places, choice, plain.measure, theme())
    if not areas:
        st.info("No outlines are held for these places.")
        return
    key = f"hs-recorded-{patch.code}-{choice.geography}-{choice.edition}"
    code = show_map(areas, title=f"Map of {wording.lower(title(content))}", key=key)
    chosen = next((p for p in places if p.code == code), None)
    if chosen is not None:
        st.html(table(plain_report.places_table([chosen], choice, "The place chosen on the map")))


def _view(content: Recorded) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    choice, patch = content.plain.choice, content.patch
    return {
        **patch.seen,
        "categories": "; ".join(choice.categories),
        "measure": content.plain.measure,
        "geography": f"{choice.geography} {choice.edition}",
        "period_start": choice.covered.period.start.isoformat(),
        "period_end": choice.covered.last_day.isoformat(),
    }

"""Professional: hot spots of a patch, with their certainty."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.hotspots import next_page, next_report, report, store
from app.hotspots.content import Asked, HotSpots, build
from app.hotspots.store import WITH_PROACTIVE, Choice, Group
from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import beside_map, legend, paragraphs, table
from app.person.entrance import head, record_once
from app.person.patch_choice import choose_patch
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.take_away import download

_MOST_ROWS = 2_000


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        which = next_page.choose_map()
        if which != next_page.HOT_SPOTS:
            foretold = next_page.read(reader, which)
            if foretold is not None:
                heading.title(
                    next_report.title(foretold.choice, foretold.group, foretold.patch, counts=foretold.counts), anchor=False
                )
                next_page.show(person, foretold)
            return
        asked = _ask(reader)
        content = None if asked is None else build(reader, asked)
    if content is None:
        return
    heading.title(content.title, anchor=False)
    view = _view(content.asked)
    record_once(person, "hot_spots", {**view, "places": len(content.spots)}, view=view)
    if not content.spots:
        st.info(f"No {report.place_word(content.asked.choice.geography)} of {content.asked.patch.name} are part of this analysis.")
        return
    st.html(paragraphs(content.certainty, lead=True) + paragraphs([content.meaning]))
    for note in (content.missing, content.until if content.expired else ""):
        if note:
            st.html(f'<p class="hg-note">{escape(note)}</p>')
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _tables(content)
    with right:
        _map(content)
    st.header("How far to trust this map", anchor=False)
    if content.trust:
        st.html(paragraphs(content.trust))
    if content.track is not None:
        st.html(table(content.track))
    st.header("When", anchor=False)
    st.html(paragraphs(content.when))
    if content.times:
        with st.expander("Months and hours as tables"):
            for one in content.times:
                st.html(table(one))
    if content.overlap:
        st.header("Overlap with deprivation", anchor=False)
        st.html(paragraphs(content.overlap))
    st.header("How sure we are", anchor=False)
    st.html(paragraphs(content.sure))
    _download(person, content)


def _ask(reader: Reader) -> Asked | None:
    """Which map: a patch, a kind, what it lies on and what it measures. None, with a word on the page, where there is none."""
    choices = store.choices(reader)
    if not choices:
        st.title("No hot spots yet", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return None
    groups = {g.group_id: g for g in store.groups(reader)}
    patch = choose_patch(reader, key="hs")
    if patch is None:
        return None
    choice = _choose_analysis([c for c in choices if c.covers(patch)], groups)
    return None if choice is None else Asked(patch, groups[choice.group_id], choice, choices)


def _choose_analysis(choices: Sequence[Choice], groups: dict[str, Group]) -> Choice | None:
    kind, measure, on = st.columns(3)
    offered = [g for g in groups.values() if any(c.group_id == g.group_id for c in choices)]
    offered.sort(key=lambda g: g.kind != "overlay")
    labels = {g.group_id: g.label for g in offered}
    group = kind.selectbox("Kind", list(labels), format_func=labels.__getitem__, key="hs-group")
    # neighbourhoods first, H3 next, grids of one's own last
    places = {
        report.choice_name(c): c for c in sorted(choices, key=lambda c: (c.on_hexagons, c.grid_id or 0)) if c.group_id == group
    }
    place = on.selectbox("On", list(places), key="hs-geography")
    left = [c for c in choices if c.group_id == group and report.choice_name(c) == place]
    # on areas the smoothed rate is the measure least moved by chance, so it is offered first
    offered_measures = {c.measure for c in left} - {WITH_PROACTIVE}
    measures = sorted(offered_measures, key=lambda m: ({"smoothed_rate": 0, "rate": 1}.get(m, 2), m))
    chosen = measure.selectbox(
        "Measure", measures, format_func=lambda m: report.measure_name(m).capitalize(), key=f"hs-measure-{place}"
    )
    # the map with what patrols find is one step further away, never what a page opens with
    if chosen == "count" and any(c.measure == WITH_PROACTIVE for c in left):
        names = wording.listed([p.lower() for p in groups[group].proactive]) if group else ""
        if st.checkbox(f"Put in offences that police activity itself finds ({names})", key=f"hs-proactive-{group}-{place}"):
            chosen = WITH_PROACTIVE
    return next((c for c in left if c.measure == chosen), None)


def _view(asked: Asked) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    choice, patch = asked.choice, asked.patch
    return {
        **patch.seen,
        "group": choice.group_id,
        "measure": choice.measure,
        "geography": f"{choice.geography} {choice.edition}",
        "period_end": choice.covered.last_day.isoformat(),
    }


def _tables(content: HotSpots) -> None:
    asked, spots = content.asked, content.spots
    significant = [s for s in spots if s.kind != "not_significant"]
    st.header("Hot and cold spots", anchor=False)
    caption = f"{asked.group.label} in {asked.patch.name}, {asked.choice.covered.in_sentence}, by name. {wording.HANDLING}"
    if content.held:
        caption += " Other grids: on how many it holds, at half, the same and double the cell size."
    if significant:
        drawn = report.spots_table(significant, asked.choice, caption, content.holds)
        st.html(beside_map([drawn], "Hot and cold spots", tall=True))
    else:
        places = f"{len(spots):,} {report.place_word(asked.choice.geography, len(spots))}"
        st.html(f'<p class="hg-note">No cluster beyond chance. The whole table of {places} stands below the map.</p>')


def _map(content: HotSpots) -> None:
    choice, patch = content.asked.choice, content.asked.patch
    st.header("On the map", anchor=False)
    # on the map itself, before a colour is seen: what this layer is worth as a forecast, and until when it stands
    lines = [*content.record, "" if content.expired else content.until]
    st.html('<div class="hg-trust">' + "".join(f"<p>{escape(line)}</p>" for line in lines if line) + "</div>")
    st.html(legend(report.legend_of(content.spots, theme()), f"Gi* of the {report.measure_name(choice.measure)}, {choice.covered}"))
    holds = {code: f"Other grids: {words}" for code, words in content.holds.items()}
    areas = report.areas_of(content.spots, choice, content.outlines, theme(), holds=holds)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    code = show_map(
        areas,
        title=f"Map of {report.lower(content.title)}",
        key=f"hs-{patch.code}-{choice.geography}-{choice.edition}-{choice.grid_id}",
    )
    if code is not None:
        st.session_state["hs-place"] = code
    chosen = next((s for s in content.spots if s.code == st.session_state.get("hs-place")), None)
    if chosen is not None:
        st.html(table(report.spots_table([chosen], choice, "The place chosen on the map", content.holds)))


def _download(person: Person, content: HotSpots) -> None:
    asked, spots = content.asked, content.spots
    choice, patch = asked.choice, asked.patch
    with st.expander(f"All {len(spots):,} {report.place_word(choice.geography)} as a table"):
        if len(spots) <= _MOST_ROWS:
            st.html(
                table(
                    report.spots_table(
                        spots, choice, f"Every place of {patch.name}, {choice.covered.in_sentence}, by name. {wording.HANDLING}"
                    )
                )
            )
        else:
            st.html(f"<p>More than {_MOST_ROWS:,} rows: use the download, or choose a part of the patch.</p>")

    name = "-".join(filter(None, ("homeground-hot-spots", patch.code or "all", choice.group_id, f"{choice.period.end:%Y-%m}")))
    download(
        person, "Download the table (CSV)", f"{name}.csv", "text/csv", lambda: report.spots_csv(spots, choice, content.holds),
        "hot_spots", {**_view(asked), "rows": len(spots)}, key="hs-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{wording.HANDLING} Downloads are recorded in the audit trail.</p>')

"""Professional: hot spots of a patch, with their certainty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from app.hotspots import report, store, trust_store
from app.hotspots import trust_report as map_trust
from app.hotspots.store import Choice, Group, HotSpot
from app.hotspots.trust_store import Held, TrackLine
from app.hotspots.when import show_when
from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import synthetic_label, table_beside_map, theme
from app.look.markup import legend
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.patch_choice import choose_patch
from app.person.sign_in import Person
from app.person.store import Patch


def show(person: Person) -> None:
    identity_line(person)
    region = person_store.region()
    synthetic_label(synthetic=region is not None and region.synthetic)
    choices = store.choices(person)
    if not choices:
        st.title("No hot spots yet", anchor=False)
        st.html(
            '<p class="hg-lead">The analysis has not run for the districts that you may see. Whoever runs this portal starts it with:'
            " homeground analyse</p>"
        )
        return
    groups = {g.group_id: g for g in store.groups(person)}
    heading = st.empty()
    patch = choose_patch(person, key="hs")
    if patch is None:
        return
    choice = _choose_analysis([c for c in choices if c.covers(patch)], groups)
    if choice is None:
        return
    group = groups[choice.group_id]
    heading.title(f"Hot spots of {_lower(group.label)} in {patch.name}, {choice.period}", anchor=False)
    spots = store.hot_spots(person, choice, patch)
    _record_once(person, choice, patch, len(spots))
    if not spots:
        st.info(f"No {report.place_word(choice.geography)} of {patch.name} are part of this analysis.")
        return
    *said, meaning = report.statement(spots, choice, patch)
    st.html("".join(f'<p class="hg-lead">{escape(s)}</p>' for s in said) + f'<div class="hg-text"><p>{escape(meaning)}</p></div>')
    months = person_store.months(person)
    missing = report.months_missing(months, choice)
    if missing:
        st.html(f'<p class="hg-note">{escape(missing)}</p>')
    until, expired = map_trust.expiry_sentence(choice.expires_on, datetime.now(tz=UTC).date())
    if expired:
        st.html(f'<p class="hg-note">{escape(until)}</p>')
    held = trust_store.stability(person, choice)
    record = trust_store.track_record(person, choice)
    table, drawing = st.columns([1, 1], gap="medium")
    with table:
        _tables(spots, choice, group, patch, held)
    with drawing:
        _map(person, spots, choice, patch, group, held, record, "" if expired else until)
    _trust(person, spots, choice, choices, patch, held, record)
    show_when(person, choice, patch)
    _overlaps(person, choice, patch)
    _how_sure(person, months, choice, group)
    _download(person, spots, choice, patch, held)


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
    offered_measures = {c.measure for c in left} - {_WITH_PROACTIVE}
    measures = sorted(offered_measures, key=lambda m: ({"smoothed_rate": 0, "rate": 1}.get(m, 2), m))
    chosen = measure.selectbox(
        "Measure", measures, format_func=lambda m: report.measure_name(m).capitalize(), key=f"hs-measure-{place}"
    )
    # the map with what patrols find is one step further away, never what a page opens with
    if chosen == "count" and any(c.measure == _WITH_PROACTIVE for c in left):
        names = wording.listed([p.lower() for p in groups[group].proactive]) if group else ""
        if st.checkbox(f"Put in offences that police activity itself finds ({names})", key=f"hs-proactive-{group}-{place}"):
            chosen = _WITH_PROACTIVE
    return next((c for c in left if c.measure == chosen), None)


# the name that the analysis gives the map with offences that police activity produces
_WITH_PROACTIVE = "count_with_proactive"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _record_once(person: Person, choice: Choice, patch: Patch, places: int) -> None:
    """One audit event for each view, not one for each redraw of the same view."""
    view = {
        "district": patch.district or "*",
        "msoa": patch.msoa,
        "group": choice.group_id,
        "measure": choice.measure,
        "geography": f"{choice.geography} {choice.edition}",
        "period_end": choice.period.end.isoformat(),
    }
    if st.session_state.get("hs-recorded") != view:
        person_store.record(person, "view", "hot_spots", {**view, "places": places})
        st.session_state["hs-recorded"] = view


def _tables(spots: Sequence[HotSpot], choice: Choice, group: Group, patch: Patch, held: Mapping[str, Held]) -> None:
    significant = [s for s in spots if s.kind != "not_significant"]
    st.header("Hot and cold spots", anchor=False)
    caption = f"{group.label} in {patch.name}, {choice.period}, by name. {wording.HANDLING}"
    if held:
        caption += " Other grids: on how many it holds, at half, the same and double the cell size."
    if significant:
        table_beside_map(_table(significant, choice, caption, held), "Hot and cold spots", tall=True)
    else:
        places = f"{len(spots):,} {report.place_word(choice.geography, len(spots))}"
        st.html(f'<p class="hg-note">No cluster beyond chance. The whole table of {places} stands below the map.</p>')


def _table(spots: Sequence[HotSpot], choice: Choice, caption: str, held: Mapping[str, Held] | None = None) -> str:
    """held: what is known of each hot spot's stability; a column where there is any."""
    with_rate = not choice.on_hexagons
    rows = "".join(_row(s, held, with_rate=with_rate) for s in spots)
    holds = '<th scope="col">Other grids</th>' if held else ""
    rate = '<th scope="col" class="num">Rate per 1,000</th>' if with_rate else ""
    name = report.place_word(choice.geography, 1).capitalize()
    return (
        f'<table class="hg-table"><caption>{escape(caption)}</caption><thead><tr><th scope="col">{name}</th>'
        '<th scope="col">Class, confidence</th>'
        f'<th scope="col" class="num">Recorded</th>{rate}{holds}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(spot: HotSpot, held: Mapping[str, Held] | None, *, with_rate: bool) -> str:
    rate = ""
    holds = ""
    if held:
        asked = spot.kind == "hot" and spot.certainty is not None and spot.certainty >= 95
        holds = f"<td>{escape(map_trust.held_words(held.get(spot.code))) if asked else ''}</td>"
    if with_rate:
        shown = ""
        if spot.rate is not None:
            shown = f'{wording.rate(spot.rate.per_1000)}<span class="rate">({wording.interval(spot.rate)})</span>'
        rate = f'<td class="num">{shown}</td>'
    code = "" if spot.name == spot.code else f'<span class="rate">{escape(spot.code)}</span>'
    return (
        f'<tr><th scope="row">{escape(spot.name)}{code}</th><td>{escape(report.spot_words_short(spot))}</td>'
        f'<td class="num">{spot.incidents:,}</td>{rate}{holds}</tr>'
    )


def _map(
    person: Person,
    spots: Sequence[HotSpot],
    choice: Choice,
    patch: Patch,
    group: Group,
    held: Mapping[str, Held],
    record: Sequence[TrackLine],
    until: str,
) -> None:
    st.header("On the map", anchor=False)
    # on the map itself, before a colour is seen: what this layer is worth as a forecast, and until when it stands
    lines = [*map_trust.track_sentences(record, choice), until]
    st.html('<div class="hg-trust">' + "".join(f"<p>{escape(line)}</p>" for line in lines if line) + "</div>")
    st.html(legend(report.legend_of(spots, theme()), f"Gi* of the {report.measure_name(choice.measure)}, {choice.period}"))
    outlines = person_store.patch_outlines(person, patch) if choice.on_hexagons else {}
    holds = {code: f"Other grids: {map_trust.held_words(one)}" for code, one in held.items()}
    areas = report.areas_of(spots, choice, outlines, theme(), holds=holds)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    title = f"Map of hot spots of {_lower(group.label)} in {patch.name}, {choice.period}"
    code = show_map(
        areas, title=title, key=f"hs-{patch.district}-{patch.msoa}-{choice.geography}-{choice.edition}-{choice.grid_id}"
    )
    if code is not None:
        st.session_state["hs-place"] = code
    chosen = next((s for s in spots if s.code == st.session_state.get("hs-place")), None)
    if chosen is not None:
        st.html(_table([chosen], choice, "The place chosen on the map", held))


def _trust(
    person: Person,
    spots: Sequence[HotSpot],
    choice: Choice,
    choices: Sequence[Choice],
    patch: Patch,
    held: Mapping[str, Held],
    record: Sequence[TrackLine],
) -> None:
    st.header("How far to trust this map", anchor=False)
    sentences = list(map_trust.stability_sentences(spots, held, choice))
    other = _counterpart(choices, choice)
    if other is not None:
        pair = (spots, store.hot_spots(person, other, patch))
        without, with_found = pair if choice.measure == "count" else pair[::-1]
        sentences.append(map_trust.proactive_difference(without, with_found, choice))
    if choice.measure == "smoothed_rate" and choice.geography == "lsoa":
        sentences += map_trust.outlier_sentences(trust_store.outliers(person, choice, patch), patch.name)
    _paragraphs(sentences)
    if record:
        body = "".join(
            f'<tr><th scope="row">{area}</th><td class="num">{ours}</td><td class="num">{naive}</td><td class="num">{chance}</td>'
            f'<td class="num">{gain}<span class="rate wrap">{interval}</span></td></tr>'
            for area, ours, naive, chance, gain, interval in map_trust.track_rows(record)
        )
        # short heads: on a phone all five columns stand beside each other, the gain among them
        st.html(
            '<table class="hg-table narrow"><caption>Share of the next month\'s incidents caught when so much of'
            f" the area is searched, mean of the months foretold, {escape(map_trust.record_area(choice))}. Naive: the counts of the months"
            " before. Gain: this map less the naive one, in percentage points, with its 95% interval.</caption>"
            '<thead><tr><th scope="col">Area</th><th scope="col" class="num">This map</th><th scope="col" class="num">Naive</th>'
            '<th scope="col" class="num">Chance</th><th scope="col" class="num">Gain</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )


def _counterpart(choices: Sequence[Choice], choice: Choice) -> Choice | None:
    """The same map with, or without, what police activity produces; None where there is no such pair."""
    wanted = {"count": _WITH_PROACTIVE, _WITH_PROACTIVE: "count"}.get(choice.measure)
    same = (choice.geography, choice.edition, choice.grid_id, choice.group_id, wanted)
    return next((c for c in choices if (c.geography, c.edition, c.grid_id, c.group_id, c.measure) == same), None)


def _overlaps(person: Person, choice: Choice, patch: Patch) -> None:
    found = store.overlaps(person, choice)
    if not found:
        return
    st.header("Overlap with deprivation", anchor=False)
    names = store.overlap_places(person, choice, patch)
    sentences = [s for o in found for s in report.overlap_sentences(o, names.get(o.overlap_id, []), patch, choice)]
    _paragraphs(sentences)


def _how_sure(person: Person, months: list[person_store.MonthStatus], choice: Choice, group: Group) -> None:
    st.header("How sure we are", anchor=False)
    _paragraphs(
        [
            report.MEASURE_NOTES.get(choice.measure, ""),
            trust_store.harm_statement(person, choice),
            map_trust.residents_note(choice, trust_store.hexagon_error(person) if choice.geography == store.HEXAGON else None),
            report.proactive_note(group, choice.measure),
            report.unplaced_note(months, choice),
            "Recorded crime is what was reported and recorded. The police publish an approximate point for each record, so one near an edge"
            " can be counted next door.",
        ]
    )


def _paragraphs(texts: Iterable[str]) -> None:
    st.html('<div class="hg-text">' + "".join(f"<p>{escape(t)}</p>" for t in texts if t) + "</div>")


def _download(person: Person, spots: Sequence[HotSpot], choice: Choice, patch: Patch, held: Mapping[str, Held]) -> None:
    with st.expander(f"All {len(spots):,} {report.place_word(choice.geography)} as a table"):
        if len(spots) <= _MOST_ROWS:
            st.html(_table(spots, choice, f"Every place of {patch.name}, by name. {wording.HANDLING}"))
        else:
            st.html(f"<p>More than {_MOST_ROWS:,} rows: use the download, or choose a part of the patch.</p>")
    detail = {
        "district": patch.district or "*", "msoa": patch.msoa, "group": choice.group_id, "measure": choice.measure,
        "geography": f"{choice.geography} {choice.edition}", "period_end": choice.period.end.isoformat(), "rows": len(spots),
    }  # fmt: skip

    def exported() -> None:
        person_store.record(person, "export", "hot_spots", detail)

    name = "-".join(
        filter(None, ("homeground-hot-spots", patch.msoa or patch.district or "all", choice.group_id, f"{choice.period.end:%Y-%m}"))
    )
    holds = {code: map_trust.held_words(one) for code, one in held.items()}
    st.download_button(
        "Download the table (CSV)", report.spots_csv(spots, choice, holds), f"{name}.csv", "text/csv", on_click=exported
    )
    st.html(f'<p class="hg-kind">{wording.HANDLING} Downloads are recorded in the audit trail.</p>')


_MOST_ROWS = 2_000

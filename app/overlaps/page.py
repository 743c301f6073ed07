"""Professional: which risk factors fall together in which neighbourhoods of a patch, how sure that is, and what protects there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import synthetic_label, table_beside_map, theme
from app.look.markup import legend
from app.look.plain_table import Cell, paragraphs, plain_table
from app.look.wording import HANDLING
from app.overlaps import report
from app.overlaps import store as overlap_store
from app.overlaps.report import Chosen
from app.overlaps.store import Analysis, Join, Level, Member, Neighbourhood, SimilarRate, Together
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.patch_choice import choose_patch
from app.person.sign_in import Person
from app.person.store import Patch


def show(person: Person) -> None:
    identity_line(person)
    region = person_store.region()
    synthetic_label(synthetic=region is not None and region.synthetic)
    analysis = overlap_store.analysis(person)
    if analysis is None or len(analysis.on("risk")) < 2:
        st.title("No overlaps yet", anchor=False)
        st.html(
            '<p class="hg-lead">Fewer than two risk factors have data. Whoever runs this portal loads them, then runs:'
            " homeground analyse</p>"
        )
        return
    heading = st.empty()
    patch = choose_patch(person, key="ro")
    if patch is None:
        return
    heading.title(f"Risk factors that fall together in {patch.name}, {analysis.period}", anchor=False)
    chosen = _choose_factors(analysis)
    if len(chosen) < 2:
        st.info("Choose at least two risk factors.")
        return
    places = overlap_store.neighbourhoods(person, analysis, patch)
    key = report.combination(chosen, analysis)
    joins = overlap_store.joins(person, key)
    _record_once(person, patch, key, len(places))
    found = overlap_store.together(person, key)
    said = report.region_sentences(found, chosen) if found else ()
    st.html(paragraphs([report.patch_sentence(places, chosen, patch), *said[:3]], lead=True) + paragraphs(said[3:]))
    members = overlap_store.members(person)
    table, drawing = st.columns([2, 3], gap="medium")
    with table:
        _together_table(places, chosen, analysis, joins, patch)
    with drawing:
        _map(places, chosen, patch)
    _place(person, places, chosen, analysis, members)
    _whole_region(person, analysis)
    _kinds(person, places, members, patch)
    _how_sure(analysis, found)
    _download(person, places, chosen, analysis, joins, patch, key)


def _choose_factors(analysis: Analysis) -> list[Chosen]:
    """Two to four risk factors, and a threshold for each."""
    offered = {f.factor_id: f for f in analysis.on("risk")}
    picked = st.multiselect(
        "Risk factors, two to four",
        list(offered),
        default=list(offered)[:1] + [f for f in list(offered)[1:] if f != "anti_social_behaviour"][:1],
        format_func=lambda f: offered[f].label,
        max_selections=report.MOST_FACTORS,
        key="ro-factors",
    )
    chosen = []
    columns = st.columns(max(len(picked), 1))
    for column, factor_id in zip(columns, picked, strict=False):
        factor = offered[factor_id]
        levels = {lv.level: lv for lv in factor.levels}
        words = {k: f"{lv.label} ({lv.meeting:,} in the region)" for k, lv in levels.items()}
        numbers: list[int] = list(levels)
        level = column.selectbox(
            factor.label, numbers, index=factor.default - 1, format_func=words.__getitem__, key=f"ro-level-{factor_id}"
        )
        chosen.append(Chosen(factor, levels[level or factor.default]))
    return chosen


def _record_once(person: Person, patch: Patch, key: str, places: int) -> None:
    """One audit event for each view, not one for each redraw of the same view."""
    view = {"district": patch.district or "*", "msoa": patch.msoa, "combination": key}
    if st.session_state.get("ro-recorded") != view:
        person_store.record(person, "view", "risk_overlaps", {**view, "places": places})
        st.session_state["ro-recorded"] = view


def _together_table(
    places: Sequence[Neighbourhood], chosen: Sequence[Chosen], analysis: Analysis, joins: dict[str, Join], patch: Patch
) -> None:
    here = [p for p in places if report.meets_all(p, chosen)]
    perhaps = [p for p in places if report.may_meet_all(p, chosen)]
    st.header("Where they fall together", anchor=False)
    columns = [Cell("Place"), Cell("How sure"), Cell("What protects there")]
    parts = [] if here else [f'<p class="hg-note">{_NOWHERE}</p>']
    for found, what in ((here, "that have them all"), (perhaps, "that may have them all, because an interval reaches across")):
        if found:
            rows = [_together_row(p, chosen, analysis, joins) for p in found]
            parts.append(plain_table(f"Neighbourhoods of {patch.name} {what}, by name. {HANDLING}", columns, rows))
    table_beside_map("".join(parts), "Where they fall together")


_NOWHERE = "No neighbourhood of this patch has them all. That is a finding too. The map shows where some of them are."


def _together_row(place: Neighbourhood, chosen: Sequence[Chosen], analysis: Analysis, joins: dict[str, Join]) -> list[Cell]:
    found = report.strengths(place, analysis)
    protects = wording.listed([found[0], *(s.lower() for s in found[1:])]) if found else "nothing that these data show"
    return [
        Cell(place.name, (place.code,)),
        Cell(report.sure_words(place, chosen), (report.join_words(joins.get(place.code)),)),
        Cell(protects),
    ]


def _map(places: Sequence[Neighbourhood], chosen: Sequence[Chosen], patch: Patch) -> None:
    st.header("On the map", anchor=False)
    st.html(legend(report.legend_of(len(chosen), theme()), "How many of the chosen factors a neighbourhood has"))
    if not places:
        st.info("No outlines are held for these places.")
        return
    areas = report.areas_of(places, chosen, theme(), st.session_state.get("ro-place"))
    title = f"Map of risk factors that fall together in {patch.name}"
    code = show_map(areas, title=title, key=f"ro-{patch.district}-{patch.msoa}")
    if code is not None and code != st.session_state.get("ro-place"):
        st.session_state["ro-place"] = code
        st.rerun()


def _place(
    person: Person, places: Sequence[Neighbourhood], chosen: Sequence[Chosen], analysis: Analysis, members: dict[str, Member]
) -> None:
    """Everything about one neighbourhood: every risk factor, what protects, its kind, and its rates beside similar areas."""
    names = {p.code: p for p in places}
    st.header("One neighbourhood, explained", anchor=False)
    first = next((p.code for p in places if report.meets_all(p, chosen)), next(iter(names), None))
    if first is None:
        return
    if st.session_state.get("ro-place") not in names:
        st.session_state["ro-place"] = first
    code = st.selectbox("Neighbourhood", list(names), format_func=lambda c: names[c].name, key="ro-place")
    place = names[code]
    levels = {c.factor.factor_id: c.level for c in chosen}
    risk, protective = st.columns(2, gap="large")
    with risk:
        st.html(_factor_table(place, analysis, "risk", levels, "Risk factors"))
    with protective:
        st.html(_factor_table(place, analysis, "protective", levels, "What protects"))
        member = members.get(code)
        kind = next((k for k in overlap_store.kinds(person) if member is not None and k.type_id == member.type_id), None)
        if member is not None and kind is not None:
            st.html(paragraphs([report.kind_sentence(member, kind.description)]))
    rates = overlap_store.similar_rates(person, code)
    if rates:
        _similar(person, place, rates)


def _factor_table(place: Neighbourhood, analysis: Analysis, side: str, levels: dict[str, Level], title: str) -> str:
    lines = sorted(report.factor_lines(place, analysis, side, levels), key=lambda line: not line.meets)
    rows = [[Cell(line.factor.label, (line.factor.caution,)), Cell(line.stand, (line.value,))] for line in lines]
    return plain_table(f"{title} of {place.name}: which thresholds it meets, with its value", [Cell("Factor"), Cell("Here")], rows)


def _similar(person: Person, place: Neighbourhood, rates: Sequence[SimilarRate]) -> None:
    rows = [
        [
            Cell(r.label, (report.similar_words(r),)),
            Cell(wording.rate(r.rate), (f"{r.incidents:,} recorded",), number=True),
            Cell(f"{wording.rate(r.lower_quarter)} to {wording.rate(r.upper_quarter)}", number=True),
        ]
        for r in rates
    ]
    caption = f"{place.name} beside its {rates[0].areas} most similar neighbourhoods: recorded per 1,000 residents. {HANDLING}"
    columns = [Cell("Kind, and how it compares"), Cell("Here", number=True), Cell("Middle half of similar", number=True)]
    st.html(plain_table(caption, columns, rows))
    st.html(paragraphs([report.similar_sentence(overlap_store.similar_names(person, place.code))]))


def _whole_region(person: Person, analysis: Analysis) -> None:
    st.header("How many at once, in the whole region", anchor=False)
    tallies = overlap_store.tallies(person)
    left, right = st.columns(2, gap="large")
    for column, side, title in ((left, "risk", "risk factors"), (right, "protective", "protective factors")):
        of_side = [t for t in tallies if t.side == side]
        if not of_side:
            continue
        rows = [
            [
                Cell(f"{t.at_least} or more"),
                Cell(f"{t.meeting:,}", number=True),
                Cell(f"{t.expected_lower:,.0f} to {t.expected_upper:,.0f}", number=True),
                Cell(report.tally_words(t)),
            ]
            for t in of_side
        ]
        caption = (
            f"Neighbourhoods with so many of the {of_side[0].factors} {title} that have data, each at its usual threshold,"
            f" {analysis.period}"
        )
        columns = [Cell("At once"), Cell("Places", number=True), Cell("By chance (95%)", number=True), Cell("So")]
        column.html(plain_table(caption, columns, rows))
    sentences = report.beside_sentences(overlap_store.besides(person), analysis)
    if sentences:
        with st.expander("Much of one factor here, much of another next door"):
            st.html(paragraphs(sentences))


def _kinds(person: Person, places: Sequence[Neighbourhood], members: dict[str, Member], patch: Patch) -> None:
    kinds = overlap_store.kinds(person)
    if not kinds:
        return
    st.header("Kinds of neighbourhoods", anchor=False)
    here = [members[p.code].type_id for p in places if p.code in members]
    rows = [
        [
            Cell(k.name.replace(" ", "\u00a0")),
            Cell(k.description, (f"{k.places:,} in the region, {k.places_firm:,} of them firmly",)),
            Cell(f"{here.count(k.type_id):,}", number=True),
        ]
        for k in kinds
    ]
    caption = (
        f"Neighbourhoods that are alike, wherever they lie, and how many of {patch.name} are of each kind. A letter is in order of how many"
        " there are in the region, and says nothing of worth"
    )
    st.html(plain_table(caption, [Cell("Kind"), Cell("What it is like"), Cell("Here", number=True)], rows))


def _how_sure(analysis: Analysis, found: Together | None) -> None:
    st.header("How sure we are", anchor=False)
    missing = report.without_data(analysis)
    st.html(
        paragraphs(
            [
                report.independent_note(found) if found else "",
                "A factor says something of a place, never of a person who lives there. That two are found together does not"
                " say that one brings the"
                " other.",
                "The deprivation domains move together, because each is made from partly the same benefits data. Three of them"
                " at once are not three"
                " separate facts.",
                "What protects is only what these data show. They hold no youth club, faith group, park, family or neighbour:"
                " ask the people who live"
                " there.",
                "The publisher gives no interval for deprivation, so near a threshold it looks surer than it is.",
                f"Without data, and so in no figure here: {missing}." if missing else "",
            ]
        )
    )


def _download(
    person: Person,
    places: Sequence[Neighbourhood],
    chosen: Sequence[Chosen],
    analysis: Analysis,
    joins: dict[str, Join],
    patch: Patch,
    key: str,
) -> None:
    detail = {"district": patch.district or "*", "msoa": patch.msoa, "combination": key, "rows": len(places)}

    def exported() -> None:
        person_store.record(person, "export", "risk_overlaps", detail)

    name = "-".join(
        filter(None, ("homeground-risk-overlaps", patch.msoa or patch.district or "all", f"{analysis.period.end:%Y-%m}"))
    )
    st.download_button(
        "Download the table (CSV)", report.csv_of(places, chosen, analysis, joins), f"{name}.csv", "text/csv", on_click=exported
    )
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')

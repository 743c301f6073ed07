"""Professional: how far homes of a patch are from services, where the gaps are, and where one more would reach most people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import synthetic_label, table_beside_map, theme
from app.look.markup import legend
from app.look.plain_table import Cell, paragraphs, plain_table
from app.look.wording import HANDLING, distance
from app.overlaps import store as overlap_store
from app.overlaps.store import Analysis, Neighbourhood
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.patch_choice import choose_patch
from app.person.sign_in import Person
from app.person.store import Patch
from app.services import report
from app.services import store as reach_store
from app.services.store import Reach, ServiceKind, Site


def show(person: Person) -> None:
    identity_line(person)
    region = person_store.region()
    synthetic_label(synthetic=region is not None and region.synthetic)
    kinds = reach_store.service_kinds(person)
    used = {k.kind: k for k in kinds if not k.unused}
    run = reach_store.run_of(person)
    analysis = overlap_store.analysis(person)
    if not used or run is None or analysis is None:
        st.title("No services yet", anchor=False)
        st.html(
            '<p class="hg-lead">No list of services with places was loaded and analysed. Whoever runs this portal loads one, then runs:'
            " homeground analyse</p>"
        )
        st.html(paragraphs([f"{k.label}: {k.unused}" for k in kinds if k.unused]))
        return
    heading = st.empty()
    patch = choose_patch(person, key="sr")
    chosen = st.selectbox("Service", list(used), format_func=lambda k: used[k].label, key="sr-kind")
    if patch is None or chosen is None:
        return
    kind = used[chosen]
    heading.title(f"{kind.label} in reach of {patch.name}", anchor=False)
    places = overlap_store.neighbourhoods(person, analysis, patch)
    reach = reach_store.reach(person, kind.kind, run)
    sites = reach_store.sites(person, kind.kind)
    _record_once(person, patch, kind.kind, len(places))
    st.html(paragraphs(report.patch_sentences(kind, places, reach, patch), lead=True))
    need, further = _choose_need(sites)
    table, drawing = st.columns([2, 3], gap="medium")
    with table:
        _gaps(places, reach, analysis, patch, kind)
    with drawing:
        _map(person, kind, places, reach, report.drawn_sites(sites, need, further, patch) if need else (), patch)
    if need:
        _further(sites, need, further, kind, patch)
    _all_places(person, kind, places, reach, patch)
    _how_sure(kind, kinds)


def _choose_need(sites: Sequence[Site]) -> tuple[str, int]:
    """Whom a further service should reach, and how many more; ('', 0) where nobody asks that of this kind."""
    needs = {s.need: s.need_label for s in sites}
    if not needs:
        return "", 0
    left, right = st.columns(2)
    order = sorted(needs, key=lambda n: n != "residents")
    need = left.selectbox("A further one should reach", order, format_func=needs.__getitem__, key="sr-need")
    offered = sorted({s.further_sites for s in sites if s.need == need and s.plan == "best"})
    further = right.selectbox("How many more", offered, key=f"sr-further-{need}")
    return str(need), int(further or 1)


def _record_once(person: Person, patch: Patch, kind: str, places: int) -> None:
    view = {"district": patch.district or "*", "msoa": patch.msoa, "kind": kind}
    if st.session_state.get("sr-recorded") != view:
        person_store.record(person, "view", "service_reach", {**view, "places": places})
        st.session_state["sr-recorded"] = view


def _gaps(places: Sequence[Neighbourhood], reach: Mapping[str, Reach], analysis: Analysis, patch: Patch, kind: ServiceKind) -> None:
    found = report.gaps(places, reach, analysis)
    st.header("Where most homes are out of reach", anchor=False)
    if not found:
        st.html('<p class="hg-note">In every neighbourhood of this patch at least half of the homes are within reach.</p>')
        return
    rows = [
        [
            Cell(g.place.name, (g.place.code,)),
            Cell(distance(g.reach.nearest_m), (report.range_words(g.reach),), number=True),
            Cell(
                wording.listed([r.lower() for r in g.risks]) or "none of the risk factors with data",
                ("a nearer one may lie across the border",) if g.reach.share_at_border >= report.BORDER_SHARE else (),
            ),
        ]
        for g in found
    ]
    caption = (
        f"Neighbourhoods of {patch.name} where fewer than half of the homes are within {distance(kind.reach_m)}, by name: distance of the"
        " middle home and of all but the nearest and farthest tenth, and which risk factors they have. Straight lines."
    )
    table = plain_table(caption, [Cell("Place"), Cell("Distance", number=True), Cell("Also there")], rows)
    table_beside_map(table, "Neighbourhoods out of reach")


def _map(
    person: Person,
    kind: ServiceKind,
    places: Sequence[Neighbourhood],
    reach: Mapping[str, Reach],
    sites: Sequence[Site],
    patch: Patch,
) -> None:
    st.header("On the map", anchor=False)
    st.html(legend(report.legend_of(theme(), sites=bool(sites)), f"Homes within {distance(kind.reach_m)} in a straight line"))
    areas = report.areas_of(places, reach, theme(), reach_store.points(person, kind.kind), sites)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    shown = "-".join(f"{s.code}" for s in sites)
    show_map(
        areas,
        title=f"Map of {kind.label.lower()} in reach of {patch.name}",
        key=f"sr-{patch.district}-{patch.msoa}-{kind.kind}-{shown}",
    )


def _further(sites: Sequence[Site], need: str, further: int, kind: ServiceKind, patch: Patch) -> None:
    st.header("Where one more would reach most people", anchor=False)
    said = report.plan_sentences(sites, need, further, kind)
    own = report.district_sentence(sites, need, patch)
    st.html(paragraphs([own, said[0]], lead=True) + paragraphs(said[1:]))
    plan = report.best_plan(sites, need, further) + (report.nearly(sites, need) if further == 1 else [])
    rows = [
        [
            Cell(s.name, (s.district,)),
            Cell("best" if s.plan == "best" else "nearly as good"),
            Cell(f"{round(s.people_alone, -1):,.0f}", number=True),
        ]
        for s in plan
    ]
    if rows:
        caption = (
            "Over the whole region, whatever the patch: people whom each place would bring into reach by itself. Straight"
            " lines; residents spread"
            " evenly over the postcodes of their neighbourhood"
        )
        st.html(plain_table(caption, [Cell("Around"), Cell("Answer"), Cell("People", number=True)], rows, narrow=True))


def _all_places(
    person: Person, kind: ServiceKind, places: Sequence[Neighbourhood], reach: Mapping[str, Reach], patch: Patch
) -> None:
    with st.expander(f"All {len(places):,} neighbourhoods as a table"):
        rows = [
            [
                Cell(p.name),
                Cell(f"{100 * r.share_within:.0f}%", number=True),
                Cell(distance(r.nearest_m), number=True),
                Cell(f"{r.sites_per_10000:.2f}", number=True),
            ]
            for p in places
            if (r := reach.get(p.code)) is not None
        ]
        caption = (
            f"{patch.name}, by name. Sites per 10,000 residents: enhanced two-step floating catchment within"
            f" {distance(kind.catchment_m)}, each"
            " site shared among all who live around it"
        )
        columns = [
            Cell("Place"), Cell("Homes within reach", number=True), Cell("Middle home", number=True), Cell("Sites per 10,000", number=True),
        ]  # fmt: skip
        st.html(plain_table(caption, columns, rows))
    detail = {"district": patch.district or "*", "msoa": patch.msoa, "kind": kind.kind, "rows": len(places)}

    def exported() -> None:
        person_store.record(person, "export", "service_reach", detail)

    name = "-".join(filter(None, ("homeground-reach", kind.kind, patch.msoa or patch.district or "all")))
    st.download_button("Download the table (CSV)", report.csv_of(kind, places, reach), f"{name}.csv", "text/csv", on_click=exported)
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')


def _how_sure(kind: ServiceKind, kinds: Sequence[ServiceKind]) -> None:
    st.header("How sure we are", anchor=False)
    without = ""
    if kind.sites_without_point:
        without = f"Left out, because the list gives no place that is known: {wording.plural(kind.sites_without_point, 'entry', 'entries')}."
    unused = [f"{k.label}: {k.unused}" for k in kinds if k.unused]
    said = [
        "Every distance is a straight line. No roads, paths, rivers, railways or bus routes are held, so the way is always longer and"
        " sometimes much longer.",
        "Homes are the postcodes of a neighbourhood with its residents shared evenly among them, so numbers of people are rounded and"
        " approximate.",
        kind.caution,
        without,
        f"Not shown: {' '.join(unused)}" if unused else "",
    ]
    st.html(paragraphs(said))

"""Professional: how far homes of a patch are from services, where the gaps are, and where one more would reach most people."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.look.folium_map import show_map
from app.look.frame import behind_one_line, theme
from app.look.markup import beside_map, legend, paragraphs, plain, table
from app.look.wording import HANDLING, distance, lower
from app.overlaps import store as overlap_store
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.patch_choice import EVERYTHING, opened_boxes
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.services import report, store
from app.services.content import Analysed, Asked, Services, build
from app.services.store import Site

_KIND = "sr-kind"


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        analysed = _analysed(reader)
        asked = None if analysed is None else _ask(reader, analysed)
        content = None if analysed is None or asked is None else build(reader, analysed, asked)
    if content is None:
        return
    heading.title(plain(content.title), anchor=False)
    view = _view(content.asked)
    record_once(person, "service_reach", {**view, "places": len(content.places)}, view=view)
    st.html(paragraphs(content.lead, lead=True))
    need, further = _choose_need(content.sites)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.header("Where most homes are out of reach", anchor=False)
        if content.out_of_reach is None:
            st.html('<p class="hg-note">In every neighbourhood of this patch at least half of the homes are within reach.</p>')
        else:
            st.html(beside_map([content.out_of_reach], "Neighbourhoods out of reach"))
    with right:
        _map(content, report.drawn_sites(content.sites, need, further, content.asked.patch) if need else ())
    if need:
        _further(content, need, further)
    _all_places(person, content)
    st.header("How sure we are", anchor=False)
    st.html(paragraphs(content.sure))


def _analysed(reader: Reader) -> Analysed | None:
    """What was analysed; None, with a word on the page, where no kind of service was."""
    kinds = store.service_kinds(reader)
    run = store.run_of(reader)
    analysis = overlap_store.analysis(reader)
    if all(k.unused for k in kinds) or run is None or analysis is None:
        st.title("No services yet", anchor=False)
        st.html(
            '<p class="hg-lead">No list of services with places was loaded and analysed. Whoever runs this portal loads one, then runs:'
            " homeground analyse</p>"
        )
        st.html(paragraphs(report.unused_kinds(kinds)))
        return None
    return Analysed(tuple(kinds), run, analysis)


def _ask(reader: Reader, analysed: Analysed) -> Asked | None:
    address = Address("sr", ("patch", "service"))
    found = opened_boxes(reader, address, key="sr")
    if found is None:
        return None
    boxes, wanted = found
    used = {k.kind: k for k in analysed.kinds if not k.unused}
    set_box(_KIND, wanted.get("service", ""), used)
    chosen = str(st.session_state.setdefault(_KIND, next(iter(used))))
    with behind_one_line(f"{boxes.named}: {lower(used[chosen].label)}"):
        boxes.draw()
        st.selectbox("Service", list(used), format_func=lambda k: used[k].label, key=_KIND)
    patch = boxes.patch
    address.put({"patch": patch.code or EVERYTHING, "service": chosen})
    return Asked(patch, used[chosen])


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


def _view(asked: Asked) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    return {**asked.patch.seen, "kind": asked.kind.kind}


def _map(content: Services, sites: Sequence[Site]) -> None:
    kind, patch = content.asked.kind, content.asked.patch
    st.header("On the map", anchor=False)
    st.html(
        legend(
            report.legend_of(theme(), sites=bool(sites)),
            f"Homes within {distance(kind.reach_m)} in a straight line",
            before_map=True,
        )
    )
    areas = report.areas_of(content.places, content.reach, theme(), content.points, sites)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    shown = "-".join(f"{s.code}" for s in sites)
    show_map(
        areas,
        title=f"Map of {kind.label.lower()} in reach of {patch.name}",
        key=f"sr-{patch.code}-{kind.kind}-{shown}",
    )


def _further(content: Services, need: str, further: int) -> None:
    st.header("Where one more would reach most people", anchor=False)
    said = report.plan_sentences(content.sites, need, further, content.asked.kind)
    own = report.district_sentence(content.sites, need, content.asked.patch)
    st.html(paragraphs([own, said[0]], lead=True) + paragraphs(said[1:]))
    plan = report.best_plan(content.sites, need, further) + (report.nearly(content.sites, need) if further == 1 else [])
    if plan:
        st.html(table(report.plan_table(plan)))


def _all_places(person: Person, content: Services) -> None:
    kind, patch, places = content.asked.kind, content.asked.patch, content.places
    with st.expander(plain(f"All {len(places):,} neighbourhoods as a table")):
        st.html(table(content.everything))

    name = "-".join(filter(None, ("homeground-reach", kind.kind, patch.code or "all")))
    detail = {**_view(content.asked), "rows": len(places)}
    download(
        person, "Download the table (CSV)", f"{name}.csv", "text/csv", lambda: report.csv_of(kind, places, content.reach),
        "service_reach", detail, key="sr-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')

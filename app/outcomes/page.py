"""Professional: what became of crimes, of a district or of all districts that the person may see."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.look import share_chart
from app.look.frame import theme
from app.look.markup import paragraphs, plain, table
from app.look.share_chart import Bar
from app.look.wording import HANDLING
from app.outcomes import download, report, store
from app.outcomes.content import Crimes, CrimesAsked, Outcomes, Place, build, groups_with_outcomes
from app.person import take_away
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.patch_choice import EVERYTHING, link_to, opened_districts
from app.person.reading import Reader, reading
from app.person.sign_in import Person


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        address = Address("oc", ("place", "kind", "followed"))
        found = _choose_place(reader, address)
        if found is None:
            return
        place, wanted = found
        crimes = _ask_crimes(reader, place, wanted)
        content = build(reader, place, crimes)
    asked = {} if crimes is None else {"kind": crimes.group.group_id, "followed": str(crimes.at_least)}
    address.put({"place": place.district or EVERYTHING, **asked})
    heading.title(plain(content.title), anchor=False)
    view = {"district": place.district or "*"}
    record_once(person, "outcomes", view, view=view)
    if content.crimes is not None:
        _draw_crimes(content.crimes)
    link_to("stop-and-search", "Stop and search has a page of its own")
    _ends(person, content)


def _choose_place(reader: Reader, address: Address) -> tuple[Place, Mapping[str, str]] | None:
    """A district or all of them, and what the other boxes are to be set to.

    None, with a word on the page, where nothing was counted or nothing may be seen.
    """
    made = store.made_at(reader)
    if made is None:
        st.title("No outcomes yet", anchor=False)
        st.html(
            '<p class="hg-lead">Outcomes have not been counted. Whoever runs this portal starts it with: homeground analyse</p>'
        )
        return None
    found = opened_districts(reader, address, key="oc")
    if found is None:
        return None
    boxes, wanted = found
    boxes.draw()
    return Place(made, boxes.names, boxes.patch.district, boxes.patch.name), wanted


def _ask_crimes(reader: Reader, place: Place, wanted: Mapping[str, str]) -> CrimesAsked | None:
    """Which crimes, followed for how long. None, with a word on the page, where none was followed.

    wanted: what the address names, where that is news.
    """
    months = store.months(reader, place.made)
    if not report.followed(months):
        st.html(
            '<p class="hg-lead">No outcome file of a loaded month is here, so nothing can be said of what became of crimes.</p>'
            '<div class="hg-text"><p>Outcome files are named YYYY-MM-FORCE-outcomes.csv.</p></div>'
        )
        return None
    groups = groups_with_outcomes(reader, place.made)
    follow = report.follow_choices(months)
    set_box("oc-group", wanted.get("kind", ""), groups)
    if wanted:
        st.session_state["oc-followed"] = next((one for one in follow if str(one) == wanted.get("followed")), follow[0])
    left, right = st.columns(2)
    chosen = left.selectbox("Kind of crime", list(groups), format_func=lambda g: report.crimes_label(groups[g]), key="oc-group")
    at_least = right.selectbox("Followed", follow, format_func=report.follow_label, key="oc-followed") or 0
    group = groups.get(chosen or "")
    if group is None:
        st.info("No crime with an identifier was recorded in the months that were followed.")
        return None
    return CrimesAsked(groups, group, at_least)


def _draw_crimes(crimes: Crimes) -> None:
    st.html(paragraphs(crimes.lead, lead=True))
    st.html(f'<p class="hg-note">{crimes.months_note}</p>')
    _shares(crimes)
    st.header("How long a first outcome took", anchor=False)
    st.html(paragraphs(crimes.waiting))
    if crimes.by_wait is not None:
        left, right = st.columns([3, 2], gap="large")
        left.html(table(crimes.by_wait))
        right.altair_chart(
            share_chart.growing(crimes.waited, theme(), "Share of crimes that had their first outcome"), width="stretch"
        )
    st.header("By kind of crime", anchor=False)
    st.html(table(crimes.by_kind))
    said = "Kinds differ in how often anyone can be identified, so their shares are no measure of effort."
    st.html(paragraphs([f"{said} Anti-social behaviour has no outcomes in the files."]))
    if crimes.by_district is not None:
        st.header("By district", anchor=False)
        st.html(table(crimes.by_district))
        told_apart = (
            "Where two intervals overlap, the two districts are not told apart. The mix of crimes differs between districts."
        )
        st.html(paragraphs([told_apart]))
    with st.expander("Month by month: how far each was followed"):
        st.html(table(crimes.by_month))


def _shares(crimes: Crimes) -> None:
    if crimes.by_outcome is None or crimes.in_words is None:
        return
    left, right = st.columns([3, 2], gap="large")
    left.html(table(crimes.by_outcome))
    total = crimes.shares[0].share.whole
    if total >= report.FEWEST:
        bars = [Bar(s.kind.label, s.share) for s in crimes.shares]
        right.altair_chart(share_chart.bars(bars, theme(), f"Share of {total:,} crimes"), width="stretch")
    with st.expander("In the publisher's own words"):
        st.html(table(crimes.in_words))


def _ends(person: Person, content: Outcomes) -> None:
    st.header("How sure we are", anchor=False)
    st.html(paragraphs(content.sure))
    st.header("Sources and downloads", anchor=False)
    st.html(table(content.sources))
    rows = content.rows
    if rows:
        district = content.place.district
        name = "-".join(filter(None, ("homeground-outcomes", district or "all")))
        detail = {"district": district or "*", "rows": len(rows)}
        take_away.download(
            person, "Download the tables (CSV)", f"{name}.csv", "text/csv", lambda: download.csv_of(rows), "outcomes", detail,
            key="oc-download",
        )  # fmt: skip
        st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')

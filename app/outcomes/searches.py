"""Stop and search, the second part of the page on outcomes and searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from app.look import share_chart
from app.look.frame import theme
from app.look.plain_table import Cell, paragraphs, plain_table
from app.look.share_chart import Bar
from app.outcomes import download as outcome_csv
from app.outcomes import search_report as report
from app.outcomes import search_store
from app.outcomes.download import Row, Where
from app.outcomes.report import limits, percent
from app.outcomes.search_report import Disparity, FoundRate
from app.outcomes.search_store import Searches
from app.person.sign_in import Person


def show_searches(person: Person, made: datetime, names: dict[str, str], district: str, where: str) -> list[Row]:
    """Draws the part and returns its tables for the download; () where no searches are loaded."""
    st.header("Stop and search", anchor=False)
    months = search_store.months(made)
    offered = report.periods(months)
    if not offered:
        st.html(
            '<p class="hg-lead">No stop and search of this region is loaded. That is a gap in the data, not an absence of searches.</p>'
            '<div class="hg-text"><p>The files are named YYYY-MM-FORCE-stop-and-search.csv.</p></div>'
        )
        return []
    period = st.selectbox("Searches of", offered, format_func=str, key="oc-period") or offered[0]
    rows = search_store.searches(person.districts, made, period)
    loaded = sum(period.start <= m.month <= period.end for m in months)
    total = report.all_searches(rows, district)
    st.html(paragraphs(report.lead_sentences(total, period, loaded, where), lead=True))
    st.html(paragraphs([report.not_counted_note(months, period)]))
    if not total.stops:
        return []
    caption = f"{where[:1].upper()}{where[1:]}, {period}"
    objects = report.found_rates(rows, district, lambda r: r.object_of_search)
    laws = report.found_rates(rows, district, lambda r: r.legislation)
    st.subheader("What was searched for, and how often it was found", anchor=False)
    _found(objects, "Searched for", caption, drawn=True)
    st.subheader("Under which law", anchor=False)
    _found(laws, "Law", caption, drawn=False)
    _came_of(rows, district, caption)
    if len(names) > 1:
        by_district = report.found_rates(rows, "", lambda r: names.get(r.lad_code, r.lad_code))
        st.subheader("Searches by district", anchor=False)
        _found(by_district, "District", str(period), drawn=False)
    ethnic = report.disparity(
        search_store.ethnic_searches(person.districts, made, district, period),
        search_store.ratio_sums(person.districts, made, district, period),
        search_store.residents(person.districts, made, district),
    )
    _disparity(ethnic, where, caption)
    of = Where(where, district, "", str(period))
    return [
        *outcome_csv.found_rows("object of search", of, objects),
        *outcome_csv.found_rows("legislation", of, laws),
        *(outcome_csv.share_row("outcome of search", of, name, share) for name, share in report.outcome_counts(rows, district)),
        *outcome_csv.disparity_rows(of, ethnic),
    ]


def _found(rates: Sequence[FoundRate], head: str, caption: str, *, drawn: bool) -> None:
    rows = [
        [
            Cell(r.name),
            Cell(f"{r.stops:,}", number=True),
            Cell(f"{r.unknown:,}", number=True),
            Cell(percent(r.share) if r.share else "not shown", (limits(r.share) if r.share else r.why_not,), number=True),
        ]
        for r in rates
    ]
    columns = [Cell(head), Cell("Searches", number=True), Cell("Link unknown", number=True), Cell("Found", number=True)]
    text = (
        f"{caption}, by name. Found: searches whose outcome is linked to what was looked for, of those whose link is known, with the 95%"
        " interval (Wilson)"
    )
    table = plain_table(text, columns, rows)
    if not drawn:
        st.html(table)
        return
    left, right = st.columns([3, 2], gap="large")
    left.html(table)
    bars = [Bar(r.name, r.share, r.why_not) for r in rates]
    right.altair_chart(share_chart.points(bars, theme(), "Found, with 95% interval"), width="stretch")


def _came_of(rows: Sequence[Searches], district: str, caption: str) -> None:
    st.subheader("What came of searches", anchor=False)
    counted = report.outcome_counts(rows, district)
    table = [
        [Cell(name), Cell(f"{share.part:,}", number=True), Cell(percent(share), (limits(share),), number=True)]
        for name, share in counted
    ]
    text = f"{caption}. Share of all searches, with its 95% interval. An outcome need not have to do with what was looked for"
    st.html(plain_table(text, [Cell("Outcome"), Cell("Searches", number=True), Cell("Share", number=True)], table, narrow=True))


def _disparity(found: Disparity, where: str, caption: str) -> None:
    st.subheader("Searches by ethnic group", anchor=False)
    # what the figures cannot say stands before them
    st.html('<div class="hg-note">' + paragraphs(report.CAVEATS[:1]) + "</div>")
    st.html(paragraphs(report.disparity_sentences(found, where)))
    if not found.persons:
        return
    rows = [
        [
            Cell(r.label, (f"{r.residents:,.0f} residents",)),
            Cell(f"{r.stops:,}", (f"{r.officer_stops:,} by officers",), number=True),
            Cell(_ratio(r.group, report.ratio_words(r.ratio)), number=True),
            Cell(_ratio(r.group, report.ratio_words(r.within)), number=True),
            Cell(_ratio(r.group, report.ratio_words(r.officer_ratio), r.group in report.BOTH_WAYS), number=True),
            Cell(
                percent(r.found.share) if r.found.share else "not shown",
                (limits(r.found.share) if r.found.share else r.found.why_not,),
                number=True,
            ),
        ]
        for r in found.rows
    ]
    stated = f"{found.not_stated:,} by the person, {found.officer_not_stated:,} by officers"
    rows.append(
        [Cell("Not stated", (stated,)), Cell(f"{found.not_stated:,}", number=True), *(Cell("", number=True) for _ in range(4))]
    )
    columns = [
        Cell("Group as people gave it"), Cell("Searches", number=True), Cell("Times as many per resident as White", number=True),
        Cell("Inside the same neighbourhoods", number=True), Cell("By the officer's word", number=True), Cell("Found", number=True),
    ]  # fmt: skip
    text = f"{caption}; searches of persons. Ratios with their 95% intervals; residents of the census of 2021"
    st.html(
        f'<div class="hg-scroll" role="region" aria-label="Searches by ethnic group" tabindex="0">{plain_table(text, columns, rows)}</div>'
    )
    st.html(paragraphs(report.CAVEATS[1:]))


def _ratio(group: str, words: str, comparable: bool = True) -> str:
    if group == "white":
        return "1 (compared with)"
    return words or ("not shown" if comparable else "not comparable")

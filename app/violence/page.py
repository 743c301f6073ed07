"""Professional: the serious violence dashboard. Tiles and charts first, each with its table; prose behind a line."""

from __future__ import annotations

import streamlit as st

from app.hotspots.time_report import week_table
from app.look.frame import theme
from app.look.markup import paragraphs, plain, table, tiles
from app.look.share_chart import Bar, bars
from app.look.wording import HANDLING, listed
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.violence import ages, chart, control, tables
from app.violence.choice import choose
from app.violence.content import Dashboard, build
from app.violence.download import csv_of, rows_of
from core.periods import months_in_words

_OPEN_PARTS = 15


def show(person: Person) -> None:
    with st.container(key="hg-violence"):
        with reading(person) as reader:
            head(reader)
            heading = st.empty()
            asked = choose(reader)
            content = None if asked is None else build(reader, asked)
        if asked is None:
            return
        if content is None:
            heading.title("Serious violence", anchor=False)
            st.info("No month has been loaded yet.")
            return
        heading.title(plain(content.title), anchor=False)
        view = {"place": asked.patch.code or "*", "kind": asked.group.group_id}
        record_once(person, "serious_violence", view, view=view)
        st.html(tiles(content.tiles))
        left, right = st.columns([3, 2], gap="large")
        with left:
            _trend(content)
        with right:
            _kinds(content)
        _parts(content)
        left, right = st.columns(2, gap="large")
        with left:
            _outcomes(content)
        with right:
            _partners(content)
        _ages(content)
        _how(content)
        detail = {**view, "rows": len(rows_of(content))}
        name = f"homeground-serious-violence-{asked.patch.code or 'all'}.csv"
        download(
            person,
            "Download the figures (CSV)",
            name,
            "text/csv",
            lambda: csv_of(content),
            "serious_violence",
            detail,
            key="sv-csv",
        )
        st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')


def _trend(content: Dashboard) -> None:
    st.header("Month by month", anchor=False)
    st.html(paragraphs(content.signals))
    st.altair_chart(chart.trend(content.drawn, content.points, content.missing, theme(), content.title), width="stretch")
    notes = [f"Grey: missing ({months_in_words(content.missing)})."] if content.missing else []
    if content.points:
        notes.append("Band: the usual range. Diamond: a month that stands out.")
    if notes:
        st.html(f'<p class="hg-kind">{" ".join(notes)}</p>')
    with st.expander("The figures by month"):
        st.html(table(tables.months_table(content)))


def _kinds(content: Dashboard) -> None:
    st.header("Which kinds", anchor=False)
    st.html(table(tables.kinds_table(content)))
    if content.note:
        st.html(paragraphs([content.note]))


def _parts(content: Dashboard) -> None:
    if not content.parts:
        return
    st.header(plain(f"{content.parts_are}"), anchor=False)
    known = [r for r in content.parts if r.rate is not None]
    left, right = st.columns([2, 3], gap="large")
    if known:
        with left:
            what = "A year per 1,000 residents, with 95% interval"
            st.altair_chart(chart.rates(known[:_OPEN_PARTS], content.whole_rate, theme(), what), width="stretch")
            shown = f"The {_OPEN_PARTS} highest of {len(known)}. " if len(known) > _OPEN_PARTS else ""
            st.html(
                f'<p class="hg-kind">{shown}Line: the whole. A filled circle is clearly higher or lower, an open one is not.</p>'
            )
    with right:
        made = table(tables.parts_table(content))
        if len(content.parts) > _OPEN_PARTS:
            with st.expander(plain(f"All {len(content.parts)}")):
                st.html(made)
        else:
            st.html(made)


def _outcomes(content: Dashboard) -> None:
    if not content.outcomes:
        return
    st.header("What became of it", anchor=False)
    rows = [Bar(s.kind.label, s.share) for s in content.outcomes]
    st.altair_chart(bars(rows, theme(), f"Share of crimes of {content.outcomes_of}"), width="stretch")
    with st.expander("The figures by outcome"):
        st.html(table(tables.outcomes_table(content)))


def _partners(content: Dashboard) -> None:
    st.header("What partners see", anchor=False)
    supplied = [s for s in content.partners if s.supplied]
    if supplied:
        st.altair_chart(chart.beside(content.drawn, supplied, theme()), width="stretch")
    st.html(table(tables.partners_table(content.partners)))
    for times in content.hours:
        st.html(table(week_table(times)))


def _ages(content: Dashboard) -> None:
    of = content.ages
    st.header("Victims by age", anchor=False)
    if of.why_not:
        st.html(paragraphs([of.why_not]))
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.html(table(ages.places_table(of)))
        st.html(f'<p class="hg-kind">{ages.sentence(of)}</p>')
    with right, st.expander("Every age"):
        st.html(table(ages.ages_table(of)))


def _how(content: Dashboard) -> None:
    group = content.asked.group
    with st.expander("How we know"):
        st.html(
            paragraphs(
                [
                    f"{group.label}: {group.description} It counts {listed([c.lower() for c in group.categories])}, as police publish"
                    " them. A partnership changes what counts in analytics/counts/definitions.toml.",
                    "The usual range comes from ups and downs between neighbouring months: the centre is the average a day, and the limits"
                    f" lie {control.FACTOR} average differences to each side (an individuals chart; Wheeler 2000). A month stands out when it"
                    " lies outside the limits, is one of three in four that lie near one limit, or is one of eight in a row on one side.",
                    "A season that comes back each year also makes months stand out; the page Hot spots says whether there is one.",
                    "Rates count residents, not people who are there by day or at night, so town centres look worse than they are for those"
                    " who live there. Recorded crime is what came to the police's notice: more of it can mean more trust.",
                    "Partners' records are never added to police figures: the same event may stand in both.",
                ]
            )
        )

"""Professional: the stop and search dashboard. Tiles and charts first, each with its table; prose behind a line."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from app.look import share_chart
from app.look.folium_map import show_map
from app.look.frame import behind_one_line, theme
from app.look.markup import Tile, legend, paragraphs, plain, table, tiles
from app.look.share_chart import Bar
from app.look.wording import HANDLING, plural
from app.outcomes import store as record_store
from app.outcomes.content import Place
from app.outcomes.report import FEWEST
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.patch_choice import EVERYTHING, opened_districts
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.searches import areas, chart, complaints, report, store, tables
from app.searches import download as file
from app.searches.content import StopAndSearch, build
from app.searches.persons import Noted, clothing_sentence, filled_words
from app.searches.trend import Trend, csv_of, table_of
from app.violence import chart as months_chart
from app.violence import control
from core.periods import Period, add_months, months_in_words

PUBLISHED = (
    "Nothing on this page is on the community portal as it stands here. What the public sees of searches, by district and once a year, has"
    " passed the release gate: the page /stop-and-search there."
)
_FROM, _TO = "ss-from", "ss-to"
_COMPLAINTS_PX = 190


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        chosen = _choose(reader)
        if chosen is None:
            return
        place, period = chosen
        content = build(reader, place, period)
    heading.title(plain(f"Stop and search in {place.where}"), anchor=False)
    view = {"district": place.district or "*", "from": f"{period.start:%Y-%m}", "to": f"{period.end:%Y-%m}"}
    record_once(person, "stop_and_search", view, view=view)
    st.html(tiles(tiles_of(content)))
    left, right = st.columns(2, gap="large")
    with left:
        _trend(content.trend, place)
    with right:
        _found_over_time(content)
    if content.total.stops:
        _map(content)
        _what_for(content)
        _who(content)
        _ethnic_groups(content)
    _complaints(content)
    _how(content)
    _downloads(person, content, view)


def tiles_of(content: StopAndSearch) -> list[Tile]:
    trend, total, ethnic = content.trend, content.total, content.disparity
    out = trend.standing_out
    said = "1 month stands out" if len(out) == 1 else f"{len(out)} months stand out"
    unusual = said if trend.points else f"under {control.FEWEST} months: no usual range"
    share = total.share
    limits = "" if share is None else f"{100 * share.lower:.0f}% to {100 * share.upper:.0f}%"
    gone = f"missing: {months_in_words(trend.missing)}" if trend.missing else "no month is missing"
    found = Tile(
        "Found what was looked for", "not shown" if share is None else f"{100 * share.share:.0f}%", (limits or total.why_not,)
    )
    searches = Tile("Searches", f"{total.stops:,}", (f"{len(trend.counts)} months", gone))
    made = [searches, Tile("Unusual months", str(len(out)) if trend.points else "not known", (unusual,)), found]
    if ethnic.persons:
        stated = f"{100 * ethnic.not_stated / ethnic.persons:.0f}%"
        made.append(Tile("Ethnic group not stated", stated, (f"of {ethnic.persons:,} searches of persons",)))
    return made


def _choose(reader: Reader) -> tuple[Place, Period] | None:
    """A place and a span of months; None, with a word on the page, where nothing is loaded or may be seen."""
    made = record_store.made_at(reader)
    loaded = () if made is None else store.months(reader, made)
    if made is None or not loaded:
        st.title("Stop and search", anchor=False)
        st.html('<p class="hg-lead">No stop and search is loaded. That is a gap in the data, not an absence of searches.</p>')
        return None
    address = Address("ss", ("place", "from", "to"))
    found = opened_districts(reader, address, key="ss")
    if found is None:
        return None
    boxes, wanted = found
    offered = {f"{m:%Y-%m}": m for m in Period(loaded[0].month, loaded[-1].month).months()}
    first, last = _span_at_first(list(offered.values()))
    if _FROM not in st.session_state or wanted:
        st.session_state[_FROM], st.session_state[_TO] = f"{first:%Y-%m}", f"{last:%Y-%m}"
        set_box(_FROM, wanted.get("from", ""), offered)
        set_box(_TO, wanted.get("to", ""), offered)
    line = f"{boxes.named}: {offered[st.session_state[_FROM]]:%B %Y} to {offered[st.session_state[_TO]]:%B %Y}"
    with behind_one_line(line):
        boxes.draw()
        since = offered[str(st.selectbox("From", list(offered), format_func=lambda k: f"{offered[k]:%B %Y}", key=_FROM))]
        until = offered[str(st.selectbox("To", list(offered), format_func=lambda k: f"{offered[k]:%B %Y}", key=_TO))]
    if until < since:
        st.info(plain(f"The span ends before it begins. Choose a last month from {since:%B %Y} on."))
        return None
    address.put({"place": boxes.patch.district or EVERYTHING, "from": f"{since:%Y-%m}", "to": f"{until:%Y-%m}"})
    return Place(made, boxes.names, boxes.patch.district, boxes.patch.name), Period(since, until)


def _span_at_first(months: list[date]) -> tuple[date, date]:
    """As many months as the usual range is made of."""
    return max(months[0], add_months(months[-1], 1 - control.NEWEST)), months[-1]


def _trend(trend: Trend, place: Place) -> None:
    st.header("Month by month", anchor=False)
    if not trend.counts:
        st.html(paragraphs(["No month of this span is loaded."]))
        return
    title = f"Searches in {place.where}"
    st.altair_chart(months_chart.trend(trend.counts, trend.points, trend.missing, theme(), title), width="stretch")
    notes = [f"Grey: missing ({months_in_words(trend.missing)})."] if trend.missing else []
    if trend.points:
        notes.append("Band: the usual range. Diamond: a month that stands out.")
    st.html(f'<p class="hg-kind">{" ".join(notes)}</p>')
    with st.expander("The figures by month"):
        st.html(table(table_of(trend, title)))


def _found_over_time(content: StopAndSearch) -> None:
    drawn = chart.found_over_time(content.found_months, content.trend.missing, content.total, theme())
    if drawn is None:
        return
    st.header("How often it was found", anchor=False)
    st.altair_chart(drawn, width="stretch")
    st.html(
        '<p class="hg-kind">Share of searches whose outcome is linked to what was looked for, of those whose link is known. Bars: 95%'
        " interval. Line: the whole span.</p>"
    )
    with st.expander("The shares by month"):
        st.html(table(tables.found_months_table(content.found_months, f"Found in {content.place.where}")))


def _map(content: StopAndSearch) -> None:
    st.header("Where", anchor=False)
    measure = str(
        st.segmented_control(
            "Show", list(areas.SHOWN_AS), format_func=areas.SHOWN_AS.__getitem__, default=areas.RATE, key="ss-measure"
        )
        or areas.RATE
    )
    drawn = areas.map_areas(content.areas, measure, theme())
    if drawn:
        st.html(legend(areas.legend_of(content.areas, measure, theme()), areas.SHOWN_AS[measure]))
        place = content.place
        title = f"Map of stop and search in {place.where}: {areas.SHOWN_AS[measure].lower()}"
        show_map(drawn, title=title, key=f"ss-{place.district or 'all'}-{measure}")
    else:
        st.info("No outlines are held for these places.")
    st.html(
        '<p class="hg-kind">By local area, some 8,000 people: no smaller place is counted. Residents are not the people on the street, so'
        " town centres look far busier than they are for those who live there.</p>"
    )
    with st.expander(plain(f"All {plural(len(content.areas), 'local area')} as a table")):
        st.html(table(areas.table_of(content.areas, content.caption, content.covered)))
    if content.districts:
        with st.expander("By district"):
            st.html(table(tables.found_table(content.districts, "District", str(content.covered))))


def _what_for(content: StopAndSearch) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.header("What was looked for", anchor=False)
        bars = [Bar(f"{r.name} ({r.stops:,})", r.share, r.why_not) for r in content.objects]
        st.altair_chart(share_chart.points(bars, theme(), "Found, with 95% interval"), width="stretch")
        with st.expander("The figures by what was looked for"):
            st.html(table(tables.found_table(content.objects, "Searched for", content.caption)))
        with st.expander("Under which law"):
            st.html(table(tables.found_table(content.laws, "Law", content.caption)))
    with right:
        st.header("What came of it", anchor=False)
        if content.total.stops >= FEWEST:
            shares = [Bar(name, share) for name, share in content.outcomes]
            title = f"Share of {content.total.stops:,} searches"
            st.altair_chart(share_chart.bars(shares, theme(), title), width="stretch")
        with st.expander("The figures by outcome"):
            st.html(table(content.came_of))


def _who(content: StopAndSearch) -> None:
    persons = content.persons
    left, right = st.columns(2, gap="large")
    with left:
        _noted(persons.age, "Age", content.caption)
    with right:
        _noted(persons.sex, "Sex", content.caption)
        st.header("Removal of clothing", anchor=False)
        st.html(paragraphs([clothing_sentence(persons.clothing)]))
    with st.expander("How complete the records are"):
        st.html(table(tables.filled_table(persons.filled, content.caption)))


def _noted(of: Noted, what: str, caption: str) -> None:
    st.header(plain(what), anchor=False)
    if not of.persons:
        st.html(paragraphs(["No search of a person was recorded."]))
        return
    bars = [Bar(r.name, share) for r in of.rates if (share := of.share(r)) is not None]
    if bars:
        st.altair_chart(share_chart.bars(bars, theme(), f"Share of {of.stated:,} searches"), width="stretch")
    filled = f"{what} is noted in {of.stated:,} of {of.persons:,} searches of persons ({filled_words(of.stated, of.persons)})."
    few = "" if bars else " That is too few of all to give shares."
    st.html(f'<p class="hg-kind">{filled}{few}</p>')
    with st.expander(plain(f"The figures by {what.lower()}")):
        st.html(table(tables.noted_table(of, what, caption)))


def _ethnic_groups(content: StopAndSearch) -> None:
    found = content.disparity
    st.header("Searches by ethnic group, beside residents", anchor=False)
    # what the figures cannot say stands before them
    st.html('<div class="hg-note">' + paragraphs(report.CAVEATS[:1]) + "</div>")
    drawn = chart.ratios(found.rows, theme())
    years = [(f"{y.covered.period.end:%b %Y}", y.disparity) for y in content.years]
    over_time = chart.ratios_by_year(years, theme())
    key = "Line: as many as White. Circle: the whole area. Square: inside the same neighbourhoods."
    left, right = st.columns(2, gap="large") if drawn is not None and over_time is not None else (st.container(), st.container())
    if drawn is not None:
        left.altair_chart(drawn, width="stretch")
        left.html(f'<p class="hg-kind">{key}</p>')
    if over_time is not None:
        right.altair_chart(over_time, width="stretch")
        right.html(f'<p class="hg-kind">Year by year. {key}</p>')
    st.html(paragraphs(report.disparity_sentences(found, content.place.where)))
    if found.persons:
        with st.expander("The figures by ethnic group"):
            st.html(table(tables.disparity_table(found, content.caption)))
    if over_time is not None:
        spans = [(str(y.covered.period), y.disparity) for y in content.years]
        with st.expander("The ratios by year"):
            st.html(table(tables.years_table(spans, content.place.where)))
    st.html(paragraphs(report.CAVEATS[-1:]))


def _complaints(content: StopAndSearch) -> None:
    found, where = content.complaints, content.place.where
    st.header("Complaints", anchor=False)
    if found is None:
        st.html(paragraphs([complaints.NOT_SUPPLIED]))
        return
    title = f"Complaints that arose from stop and search in {where}"
    if found.counts:
        drawn = months_chart.trend(found.counts, found.points, found.missing, theme(), title, height=_COMPLAINTS_PX)
        st.altair_chart(drawn, width="stretch")
    gaps = f"Grey: missing ({months_in_words(found.missing)}). " if found.missing else ""
    st.html(f'<p class="hg-kind">{gaps}Source: {escape(found.publisher)}.</p>')
    st.html(paragraphs(complaints.sentences_of(found, where)))
    with st.expander("What was alleged, and the complaints by month"):
        st.html(table(complaints.alleged_table(found, f"{title}, {found.covered}")))
        st.html(table(complaints.months_table(found, title)))


def _how(content: StopAndSearch) -> None:
    with st.expander("How we know"):
        st.html(paragraphs([*content.lead, content.not_counted, *report.CAVEATS[1:-1], PUBLISHED]))
        st.html(table(content.sources))


def _downloads(person: Person, content: StopAndSearch, view: dict[str, str]) -> None:
    place, rows, trend = content.place, content.rows, content.trend
    name = f"homeground-stop-and-search-{place.district or 'all'}"
    months = len(trend.counts) + len(trend.missing)
    offered = [
        ("tables", "", len(rows), lambda: file.csv_of(rows)),
        ("months", "-months", months, lambda: csv_of(trend, place.where, place.district)),
        ("local areas", "-local-areas", len(content.areas), lambda: areas.csv_of(content.areas, content.covered)),
    ]
    for what, ending, held, make in offered:
        if held:
            key = f"ss-csv{ending}"
            detail = {**view, "rows": held}
            download(
                person, f"Download the {what} (CSV)", f"{name}{ending}.csv", "text/csv", make, "stop_and_search", detail, key=key
            )
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')

"""Professional: the stop and search dashboard. Tiles and charts first, each with its table."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app.look.frame import behind_one_line, theme
from app.look.markup import Tile, paragraphs, table, tiles
from app.look.wording import HANDLING
from app.outcomes import download as outcome_download
from app.outcomes import search_report as report
from app.outcomes import search_store as store
from app.outcomes import store as record_store
from app.outcomes.content import NOT_PUBLISHED, Outcomes, Place, build
from app.outcomes.searches import draw_searches
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.patch_choice import EVERYTHING, opened_districts
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.searches import chart
from app.searches.trend import Trend, csv_of, table_of, trend_of
from app.violence import chart as months_chart
from app.violence import control
from core.periods import Period, add_months, months_in_words

NOT_HELD = "Age, sex, removal of clothing and complaints are not shown: the tables behind this page do not hold them."
_FROM, _TO = "ss-from", "ss-to"


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        chosen = _choose(reader)
        if chosen is None:
            return
        place, period = chosen
        content = build(reader, place, None, period)
        loaded = store.months(reader, place.made)
        trend = trend_of(loaded, store.by_month(reader, place.made, place.district), period)
        total = report.all_searches(store.searches(reader, place.made, period), place.district)
    heading.title(f"Stop and search in {place.where}", anchor=False)
    view = {"district": place.district or "*", "from": f"{period.start:%Y-%m}", "to": f"{period.end:%Y-%m}"}
    record_once(person, "stop_and_search", view, view=view)
    st.html(tiles(tiles_of(trend, total, content)))
    _draw_trend(trend, place)
    _draw_ratios(content)
    st.header("What was searched for and what came of it", anchor=False)
    if content.stops is not None:
        draw_searches(content.stops)
    st.html(paragraphs([NOT_HELD, NOT_PUBLISHED]))
    _downloads(person, content, trend, view)


def tiles_of(trend: Trend, total: report.FoundRate, content: Outcomes) -> list[Tile]:
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
    ethnic = content.stops.found.disparity if content.stops is not None and content.stops.found is not None else None
    if ethnic is not None and ethnic.persons:
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
        st.info(f"The span ends before it begins. Choose a last month from {since:%B %Y} on.")
        return None
    address.put({"place": boxes.patch.district or EVERYTHING, "from": f"{since:%Y-%m}", "to": f"{until:%Y-%m}"})
    return Place(made, boxes.names, boxes.patch.district, boxes.patch.name), Period(since, until)


def _span_at_first(months: list[date]) -> tuple[date, date]:
    """As many months as the usual range is made of."""
    return max(months[0], add_months(months[-1], 1 - control.NEWEST)), months[-1]


def _draw_trend(trend: Trend, place: Place) -> None:
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


def _draw_ratios(content: Outcomes) -> None:
    found = content.stops.found if content.stops is not None else None
    drawn = chart.ratios(found.disparity.rows, theme()) if found is not None else None
    if drawn is None:
        return
    st.header("Searches by ethnic group, beside residents", anchor=False)
    st.html('<div class="hg-note">' + paragraphs(report.CAVEATS[:1]) + "</div>")
    st.altair_chart(drawn, width="stretch")
    st.html('<p class="hg-kind">Line: as many as White. Circle: the whole area. Square: inside the same neighbourhoods.</p>')


def _downloads(person: Person, content: Outcomes, trend: Trend, view: dict[str, str]) -> None:
    place, rows = content.place, content.rows
    name = f"homeground-stop-and-search-{place.district or 'all'}"
    if rows:
        download(
            person, "Download the tables (CSV)", f"{name}.csv", "text/csv", lambda: outcome_download.csv_of(rows), "stop_and_search",
            {**view, "rows": len(rows)}, key="ss-csv",
        )  # fmt: skip
    months = len(trend.counts) + len(trend.missing)
    download(
        person, "Download the months (CSV)", f"{name}-months.csv", "text/csv", lambda: csv_of(trend, place.where, place.district),
        "stop_and_search", {**view, "rows": months}, key="ss-months",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')

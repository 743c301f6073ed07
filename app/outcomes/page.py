"""Professional: what became of crimes, then stop and search, of a district or of all districts that the person may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from app.hotspots import store as analysis_store
from app.hotspots.store import Group
from app.look import share_chart, wording
from app.look.frame import synthetic_label, theme
from app.look.plain_table import Cell, paragraphs, plain_table
from app.look.share_chart import Bar
from app.look.wording import HANDLING
from app.outcomes import download as outcome_csv
from app.outcomes import report
from app.outcomes import store as outcome_store
from app.outcomes.download import Row, Where
from app.outcomes.report import KindShare
from app.outcomes.searches import show_searches
from app.outcomes.store import Month, Outcome
from app.outcomes.words import CHARGED, NO_SUSPECT, NONE_YET, OUT_OF_COURT
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.sign_in import Person
from core.proportion import proportion
from core.waiting_time import Waited

_COLUMNS = (CHARGED, OUT_OF_COURT, NO_SUSPECT, NONE_YET)
NOT_PUBLISHED = (
    "Nothing on this page is on the community portal. These tables have not passed the release gate, which checks that no small number can be"
    " worked out, and nothing is published without it."
)


def show(person: Person) -> None:
    identity_line(person)
    region = person_store.region()
    synthetic_label(synthetic=region is not None and region.synthetic)
    made = outcome_store.made_at(person)
    if made is None:
        st.title("No outcomes yet", anchor=False)
        st.html(
            '<p class="hg-lead">Outcomes and searches have not been counted. Whoever runs this portal starts it with: homeground analyse</p>'
        )
        return
    heading = st.empty()
    names = {d.code: d.name for d in person_store.districts_of(person)}
    if not names:
        st.info("No district that you may see has been loaded.")
        return
    everything = "All districts" if person.districts == "*" else "All my districts"
    options = ["", *names] if len(names) > 1 else list(names)
    district = st.selectbox("Place", options, format_func=lambda c: names.get(c, everything), key="oc-district") or ""
    where = names.get(district, everything[:1].lower() + everything[1:])
    heading.title(f"Outcomes and searches in {where}", anchor=False)
    _record_once(person, district)
    rows = _outcomes(person, made, names, district, where)
    rows += show_searches(person, made, names, district, where)
    _ends(person, made, district, rows)


def _record_once(person: Person, district: str) -> None:
    view = {"district": district or "*"}
    if st.session_state.get("oc-recorded") != view:
        person_store.record(person, "view", "outcomes_and_searches", view)
        st.session_state["oc-recorded"] = view


def _outcomes(person: Person, made: datetime, names: dict[str, str], district: str, where: str) -> list[Row]:
    st.header("What became of crimes", anchor=False)
    months = outcome_store.months(made)
    if not report.followed(months):
        st.html(
            '<p class="hg-lead">No outcome file of a loaded month is here, so nothing can be said of what became of crimes.</p>'
            '<div class="hg-text"><p>Outcome files are named YYYY-MM-FORCE-outcomes.csv.</p></div>'
        )
        return []
    everything = outcome_store.outcomes(person.districts, made, 0)
    present = {o.category for o in everything}
    groups = {g.group_id: g for g in analysis_store.groups(person) if present & set(g.categories)}
    left, right = st.columns(2)
    chosen = left.selectbox("Kind of crime", list(groups), format_func=lambda g: _label(groups[g]), key="oc-group")
    at_least = right.selectbox("Followed", report.follow_choices(months), format_func=report.follow_label, key="oc-followed") or 0
    group = groups.get(chosen or "")
    if group is None:
        st.info("No crime with an identifier was recorded in the months that were followed.")
        return []
    rows = everything if at_least == 0 else outcome_store.outcomes(person.districts, made, at_least)
    crimes = report.crimes_by_outcome(rows, group.categories, district)
    what = "all kinds" if group.kind == "total" else group.label[:1].lower() + group.label[1:]
    label = _label(group)
    st.html(paragraphs(report.lead_sentences(crimes, months, at_least, what, where), lead=True))
    st.html(f'<p class="hg-note">{report.months_note(months, at_least)}</p>')
    period = report.spans(report.followed(months, at_least))
    caption = f"{label} in {where}, crimes of {period}"
    shares = report.shares(crimes)
    if shares:
        _shares(shares, caption)
    waited = _waiting(person, made, months, group, district, caption)
    _groups(rows, groups, district, where, period)
    _districts(rows, group, names, period)
    _months(person, made, months, group, district, where)
    of = Where(where, district, label, period)
    return outcome_csv.outcome_rows(of, shares) + outcome_csv.waiting_rows(of, waited)


def _label(group: Group) -> str:
    """Of all kinds only crimes: anti-social behaviour has no identifier, and so no outcome."""
    return "All crimes" if group.kind == "total" else group.label


def _shares(shares: Sequence[KindShare], caption: str) -> None:
    table, drawing = st.columns([3, 2], gap="large")
    total = shares[0].share.whole
    rows = [
        [
            Cell(s.kind.label, (s.kind.meaning,)),
            Cell(f"{s.share.part:,}", number=True),
            Cell(report.percent(s.share), (report.limits(s.share),), number=True),
        ]
        for s in shares
    ]
    columns = [Cell("Outcome"), Cell("Crimes", number=True), Cell("Share", number=True)]
    text = f"{caption}: {total:,} crimes; the newest outcome of each, share with its 95% interval. {HANDLING}"
    table.html(plain_table(text, columns, rows))
    if total >= report.FEWEST:
        bars = [Bar(s.kind.label, s.share) for s in shares]
        drawing.altair_chart(share_chart.bars(bars, theme(), f"Share of {total:,} crimes"), width="stretch")
    with st.expander("In the publisher's own words"):
        words = [[Cell(w), Cell(s.kind.label), Cell(f"{n:,}", number=True)] for s in shares for w, n in s.words]
        st.html(plain_table(caption, [Cell("Outcome as published"), Cell("Counted here as"), Cell("Crimes", number=True)], words))


def _waiting(
    person: Person, made: datetime, months: Sequence[Month], group: Group, district: str, caption: str
) -> Sequence[Waited]:
    counts = outcome_store.month_counts(person.districts, made, district)
    delays = outcome_store.delays(person.districts, made, district)
    waited = report.enough_watched(report.waiting(months, counts, delays, group.categories))
    st.header("How long a first outcome took", anchor=False)
    st.html(paragraphs(report.waiting_sentences(waited)))
    if not waited:
        return waited
    table, drawing = st.columns([3, 2], gap="large")
    rows = [
        [
            Cell("same month" if w.months == 0 else wording.plural(w.months, "month")),
            Cell(f"{100 * w.share:.1f}%", (f"{100 * w.lower:.1f}% to {100 * w.upper:.1f}%",), number=True),
            Cell(f"{w.watched:,}", number=True),
        ]
        for w in waited
    ]
    columns = [Cell("Within"), Cell("Had an outcome", number=True), Cell("Followed so long", number=True)]
    note = "Only months are published, so a wait is counted in whole months. Crimes followed for less count for as long as they were followed"
    table.html(plain_table(f"{caption}. {note} (Kaplan-Meier, 95% interval).", columns, rows))
    drawing.altair_chart(share_chart.growing(waited, theme(), "Share of crimes that had their first outcome"), width="stretch")
    return waited


def _cells(crimes: Counter[str]) -> list[Cell]:
    total = sum(crimes.values())
    shares = [report.kind_share(crimes, kind) for kind in _COLUMNS]
    return [Cell(f"{total:,}", number=True)] + [Cell(report.percent(s), (report.limits(s),), number=True) for s in shares]


_HEADS = [Cell("Crimes", number=True), *(Cell(kind.label, number=True) for kind in _COLUMNS)]


def _groups(rows: Sequence[Outcome], groups: dict[str, Group], district: str, where: str, period: str) -> None:
    st.header("By kind of crime", anchor=False)
    table = [
        [Cell(_label(g)), *_cells(report.crimes_by_outcome(rows, g.categories, district))]
        for g in sorted(groups.values(), key=lambda g: g.kind == "total")
    ]
    _wide(
        plain_table(
            f"{where[:1].upper()}{where[1:]}, crimes of {period}; share with its 95% interval", [Cell("Kind"), *_HEADS], table
        ),
        "Outcomes by kind of crime",
    )
    said = "Kinds differ in how often anyone can be identified, so their shares are no measure of effort."
    st.html(paragraphs([f"{said} Anti-social behaviour has no outcomes in the files."]))


def _districts(rows: Sequence[Outcome], group: Group, names: dict[str, str], period: str) -> None:
    if len(names) < 2:
        return
    st.header("By district", anchor=False)
    table = [[Cell(name), *_cells(report.crimes_by_outcome(rows, group.categories, code))] for code, name in names.items()]
    _wide(
        plain_table(
            f"{_label(group)}, crimes of {period}, by name; share with its 95% interval", [Cell("District"), *_HEADS], table
        ),
        "Outcomes by district",
    )
    st.html(
        paragraphs(
            ["Where two intervals overlap, the two districts are not told apart. The mix of crimes differs between districts."]
        )
    )


def _wide(table: str, label: str) -> None:
    """A table that may be wider than a phone scrolls by itself, by keyboard too."""
    st.html(f'<div class="hg-scroll" role="region" aria-label="{label}" tabindex="0">{table}</div>')


def _months(person: Person, made: datetime, months: Sequence[Month], group: Group, district: str, where: str) -> None:
    counts = [c for c in outcome_store.month_counts(person.districts, made, district) if c.category in group.categories]
    rows = []
    for month in sorted(months, key=lambda m: m.month, reverse=True):
        name = Cell(wording.month(month.month))
        if month.followed_to is None:
            rows.append([name, Cell("not followed"), Cell("[x]", number=True), Cell("[x]", number=True)])
            continue
        crimes = sum(c.crimes for c in counts if c.month == month.month)
        without = proportion(sum(c.without_outcome for c in counts if c.month == month.month), crimes)
        after = "own month only" if month.months_after == 0 else f"{wording.plural(month.months_after, 'month')} after"
        rows.append([name, Cell(after), Cell(f"{crimes:,}", number=True), Cell(report.percent(without), number=True)])
    columns = [Cell("Month of the crime"), Cell("Followed"), Cell("Crimes", number=True), Cell("No outcome", number=True)]
    caption = f"{_label(group)} in {where}, latest first. Months are to be compared only where they were followed equally long"
    with st.expander("Month by month: how far each was followed"):
        st.html(plain_table(caption, columns, rows))


def _ends(person: Person, made: datetime, district: str, rows: list[Row]) -> None:
    st.header("How sure we are", anchor=False)
    months = outcome_store.months(made)
    st.html(
        paragraphs(
            [
                report.late_note(months, 0),
                "An outcome is what was published of a crime, one at a time. The newest one stands; a later file can change it.",
                "Crimes without an identifier, without a place, or with one outside the region are in no share here.",
                NOT_PUBLISHED,
            ]
        )
    )
    st.header("Sources and downloads", anchor=False)
    st.html(_sources(made))
    if rows:
        name = "-".join(filter(None, ("homeground-outcomes-and-searches", district or "all")))
        detail = {"district": district or "*", "rows": len(rows)}

        def exported() -> None:
            person_store.record(person, "export", "outcomes_and_searches", detail)

        st.download_button("Download the tables (CSV)", outcome_csv.csv_of(rows), f"{name}.csv", "text/csv", on_click=exported)
        st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')


_SUBJECTS = {
    "crimes": "Crimes, by month",
    "outcomes": "Outcomes of crimes, by month",
    "searches": "Stop and search, by month",
    "residents": "Residents by ethnic group",
}


def _sources(made: datetime) -> str:
    rows = []
    for s in outcome_store.sources(made):
        span = s.edition
        if s.first_month is not None and s.last_month is not None:
            span = f"{wording.month(s.first_month)} to {wording.month(s.last_month)}"
        files = f"{wording.plural(s.files, 'file')}, {s.rows_in:,} rows, {s.rows_rejected:,} rejected, loaded {wording.day(s.loaded_at)}"
        rows.append([Cell(_SUBJECTS.get(s.subject, s.subject), (span,)), Cell(s.publisher, (s.licence,)), Cell(files)])
    return plain_table(
        f"Files behind this page, counted on {wording.day(made)}", [Cell("What"), Cell("Publisher"), Cell("Files")], rows
    )

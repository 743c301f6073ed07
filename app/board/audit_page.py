"""Professional, for members of the ethics board: the audit trail, searched by person, place, time and action, and whether its chain holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import streamlit as st

from app.board import audit_store as store
from app.board.audit_store import A_PAGE, MOST, Asked, Chain
from app.board.store import is_member, reading_as
from app.look import wording
from app.look.markup import Cell, Table, paragraphs, table
from app.person import store as person_store
from app.person.address import Address
from app.person.entrance import head
from app.person.sign_in import Person
from app.person.take_away import download
from core.audit.events import Event

NOT_A_MEMBER = (
    "The audit trail says who looked at what, so it is searched by members of the ethics board alone: those who are watched do not watch."
    " Your role is another."
)
LEAD = "Who did what, when, and to what. Each search is recorded in the trail, too, under your name."
_FOUND, _CHAIN, _FROM = "hg-audit-found", "hg-audit-chain", "hg-audit-from"
_NAMES = ("person", "place", "action", "since", "until")


def show(person: Person) -> None:
    may = is_member(person)
    with reading_as(person) as reader:
        head(reader)
        districts = person_store.districts_of(reader) if may else []
    st.title("Audit trail", anchor=False)
    if not may:
        st.html(paragraphs([NOT_A_MEMBER], lead=True))
        return
    st.html(paragraphs([LEAD], lead=True))
    _chain(person)
    address = Address("audit", _NAMES)
    asked = _choose(address.opening(held="audit-person" in st.session_state))
    address.put(asked.told)
    by_name = {d.name.casefold(): d.code for d in districts}
    # an event names a district by its code
    wanted = replace(asked, place=by_name.get(asked.place.casefold(), asked.place))
    if wanted.since and wanted.until and wanted.until < wanted.since:
        st.error("The last day lies before the first. Change one of them.")
        return
    _results(person, wanted)


def _chain(person: Person) -> None:
    """Checked once a session, and when it is asked for: it reads every event there is."""
    again = st.session_state.get(_CHAIN) is None
    place = st.empty()
    if st.button("Check the chain again", key="audit-check") or again:
        st.session_state[_CHAIN] = store.chain(person)
    found: Chain = st.session_state[_CHAIN]
    (place.success if found.holds else place.error)(chain_words(found))


def chain_words(of: Chain) -> str:
    when = f"{of.at:%H:%M} UTC on {wording.day(of.at)}"
    if of.holds:
        return (
            f"The chain holds: {of.events:,} events, every link whole at {when}. Whether it was written anew as a whole, 'homeground audit"
            " verify' says, from the heads that were noted outside."
        )
    what = "its end was taken away or put on"
    if of.broken is not None:
        what = f"event {of.broken} does not follow from its content and the one before"
    return f"The chain is BROKEN, as of {when}: {what}. Keep the database as it is, and find out who changed it past our functions."


def _choose(opening: Mapping[str, str]) -> Asked:
    for name in ("person", "place", "action"):
        if opening.get(name):
            st.session_state[f"audit-{name}"] = opening[name]
    for name in ("since", "until"):
        if day := _day(opening.get(name, "")):
            st.session_state[f"audit-{name}"] = day
    with st.form("audit-search"):
        left, middle, right = st.columns(3)
        who = left.text_input("Person", key="audit-person", max_chars=200, placeholder="any")
        where = middle.text_input("Place or thing", key="audit-place", max_chars=200, placeholder="a district, a model, a release")
        what = right.text_input("Action", key="audit-action", max_chars=200, placeholder="view, export, load, release")
        left, middle = st.columns(2)
        since = left.date_input("From", value=None, key="audit-since", format="DD/MM/YYYY")
        until = middle.date_input("To", value=None, key="audit-until", format="DD/MM/YYYY")
        st.form_submit_button("Search", type="primary")
    return Asked(who.strip(), where.strip(), what.strip(), since, until)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _results(person: Person, asked: Asked) -> None:
    """A page of events. It is searched once, not once for each redraw: each search is an event."""
    starts: list[int | None] = st.session_state.get(_FROM, [None]) if st.session_state.get(_FOUND, (None,))[0] == asked else [None]
    st.session_state[_FROM] = starts
    held = st.session_state.get(_FOUND)
    if held is None or held[:2] != (asked, starts[-1]):
        # one more than a page, which says whether there is another
        held = (asked, starts[-1], store.search(person, asked, below=starts[-1], most=A_PAGE + 1))
        st.session_state[_FOUND] = held
    found: list[Event] = held[2]
    shown = found[:A_PAGE]
    if not shown:
        st.info("No event meets all of this. Take a word out, or widen the days.")
        return
    st.html(table(events_table(shown, len(starts))))
    with st.container(horizontal=True):
        st.button("Newer", disabled=len(starts) == 1, on_click=_turn, args=(starts[:-1],))
        st.button("Older", disabled=len(found) <= A_PAGE, on_click=_turn, args=([*starts, shown[-1].event_id],))
    download(
        person, "Download all that was found (CSV)", "homeground-audit-trail.csv", "text/csv",
        lambda: store.csv_of(store.search(person, asked, most=MOST)), "audit_trail", asked.told, key="audit-download",
    )  # fmt: skip
    st.html(
        f'<p class="hg-kind">The file has at most {MOST:,} events, the newest. It names people: keep it as you keep personnel files.</p>'
    )


def _turn(starts: list[int | None]) -> None:
    st.session_state[_FROM] = starts


def events_table(found: list[Event], number: int) -> Table:
    rows = [
        [
            Cell(f"{e.at.astimezone(UTC):%d/%m/%Y %H:%M:%S}", (f"event {e.event_id}",), unbroken=True),
            Cell(e.actor, (e.credential.removeprefix("homeground_") or "not noted",)),
            Cell(e.action, (e.subject,)),
            Cell(", ".join(f"{name}: {value}" for name, value in e.detail.items())),
        ]
        for e in found
    ]
    columns = [Cell("When (UTC)"), Cell("Who"), Cell("What"), Cell("Detail")]
    return Table(f"Events, newest first, page {number}", columns, rows, scrolls="Table of events")

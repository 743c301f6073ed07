"""Of the page For the board: the queue beyond models, what there is to know of one matter, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import escape

import streamlit as st

from app.board import matter_words, matters, store
from app.board.matters import Matter
from app.look.markup import paragraphs, plain, table
from app.look.steps import do
from app.look.wording import capitalised
from app.person.address import Address, set_box
from app.person.sign_in import Person

_CHOSEN, _SEEN, _FORMS = "board-matter", "hg-matter-seen", "hg-matter-forms"
_HALF_A_YEAR, _TWO_YEARS = timedelta(days=182), timedelta(days=731)
# a longer queue stands behind its line, so that the box below it is in sight
_SHORT = 12


def queue(found: list[Matter], today: date) -> Matter | None:
    """The queue, and which of it was chosen; None until somebody chooses."""
    st.header("Beside models", anchor=False)
    if not found:
        st.html(paragraphs(["Nothing else is before the board: no analysis has run yet."]))
        return None
    st.html(paragraphs([matter_words.lead(found, today)]))
    with st.expander(plain(f"The queue: {len(found)}"), expanded=len(found) <= _SHORT):
        st.html(table(matter_words.queue_table(found, today)))
    named = {m.key: m for m in found}
    address = Address("board-matter", ("matter",))
    set_box(_CHOSEN, address.opening(held=_CHOSEN in st.session_state).get("matter", ""), named)
    if st.session_state.get(_CHOSEN) not in named:
        st.session_state.pop(_CHOSEN, None)
    chosen = st.selectbox(
        "Definition, feed, use, factor or grid", list(named), index=None, format_func=lambda key: named[key].title, key=_CHOSEN,
        placeholder="Choose one to decide on",
    )  # fmt: skip
    address.put({"matter": chosen or ""})
    return named[chosen] if chosen else None


def decide(person: Person, matter: Matter, today: date) -> None:
    """What it is, and the forms of the decisions that can be taken now."""
    st.subheader(plain(matter.title), anchor=False)
    st.html(f'<p class="hg-note">{escape(capitalised(matter_words.state_words(matter, today)))}.</p>')
    latest = f"The last decision. {matter_words.ruling_words(matter.latest)}" if matter.latest is not None else ""
    public = matter_words.IN_PUBLIC if matter.algorithm else matter_words.INSIDE
    st.html(
        paragraphs([matter.what, matter.why, latest, matter_words.FOLLOWS[matter.sort], f"It is signed in your name. {public}"])
    )
    # what this member decided is below already; what another did meanwhile they have to read before they decide
    read = st.session_state.get(f"{_SEEN}-{matter.key}", (matter.seen, matter.digest))
    st.session_state[f"{_SEEN}-{matter.key}"] = (matter.seen, matter.digest)
    shown = replace(matter, seen=read[0], digest=read[1])
    if read != (matter.seen, matter.digest):
        st.warning(matters.MEANWHILE)
    key = f"{matter.key}-{st.session_state.get(_FORMS, 0)}"
    stands = matter.stands(today)
    approve, refuse = st.columns(2, gap="large")
    with approve, st.form(f"matter-approve-{key}"):
        conditions = st.text_area("Conditions of this approval", max_chars=store.LONGEST, placeholder="None, or what holds for it")
        until = st.date_input(
            "Day of its review", today + _HALF_A_YEAR, min_value=today, max_value=today + _TWO_YEARS, format="DD/MM/YYYY"
        )
        if st.form_submit_button("Approve this anew" if stands else "Approve this", type="primary"):
            _do(matter.key, lambda: matters.rule(person, shown, "approved", conditions, until), f"{matter.title}: approved.")
    with refuse, st.form(f"matter-refuse-{key}"):
        reason = st.text_area("Reason against it", max_chars=store.LONGEST, placeholder="Why, in words that residents understand")
        if stands:
            if st.form_submit_button("Withdraw this approval"):
                _do(matter.key, lambda: matters.rule(person, shown, "withdrawn", reason), f"{matter.title}: withdrawn.")
        elif st.form_submit_button("Refuse this", disabled=matter.state(today) == "refused"):
            _do(matter.key, lambda: matters.rule(person, shown, "refused", reason), f"{matter.title}: refused.")


def _do(key: str, step: Callable[[], int], done: str) -> None:
    """Take a decision. That something came between stands above the forms already."""

    def decided() -> None:
        step()
        st.session_state.pop(f"{_SEEN}-{key}", None)
        st.session_state[_FORMS] = st.session_state.get(_FORMS, 0) + 1

    do(decided, done, stands_above=matters.MEANWHILE)

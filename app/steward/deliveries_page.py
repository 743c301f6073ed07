"""Professional: a steward's inbox. What waits for a decision, what is late, what became of every row, and who used it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from app.look.markup import paragraphs, plain, table, tiles
from app.look.steps import do, said_last
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.steward import deliveries_content as content
from app.steward import store
from app.steward.deliveries_content import Inbox
from app.steward.desk import NO_WORKER, closed_to, why_rejected
from app.steward.store import Task

_BACK = {30: "30 days", content.BACK_DAYS: "90 days", 365: "a year"}
_FEED, _FILE, _DATA, _DAYS = "steward-feed", "steward-rejected", "steward-used", "steward-since"


def show(person: Person) -> None:
    if closed_to(person, "Deliveries"):
        return
    today = datetime.now(UTC).date()
    with reading(person, steward=True) as reader:
        head(reader)
        inbox = content.build(reader, _chosen(), today)
    st.title("Deliveries", anchor=False)
    said_last()
    st.html(tiles(content.head_tiles(inbox.every, inbox.late, inbox.agreed, today)))
    record_once(person, "deliveries", {"deliveries": len(inbox.every)}, view=len(inbox.every))
    catalogue = store.catalogue()
    if inbox.held:
        _held(person, inbox)
    if inbox.late:
        st.header("Late", anchor=False)
        st.html(table(content.late_table(inbox.late, inbox.runs, catalogue)))
    _rows(inbox)
    _decided(person, inbox.tasks)
    if inbox.agreed:
        st.header("Agreements", anchor=False)
        st.html(table(content.agreements_table(inbox.agreed)))
    _used(inbox)


def _chosen() -> content.Chosen:
    """What the boxes below hold: they are drawn after what they choose was read."""
    held = st.session_state
    return content.Chosen(
        str(held.get(_FEED, "")), held.get(_FILE), str(held.get(_DATA, "")), int(held.get(_DAYS, content.BACK_DAYS))
    )


def _held(person: Person, inbox: Inbox) -> None:
    held, every, tasks, workers = inbox.held, inbox.every, inbox.tasks, inbox.workers
    st.header("Held: unlike what came before", anchor=False)
    offered = {d.delivery_id: d for d in held}
    address = Address("deliveries", ("delivery",))
    opening = address.opening(held="steward-held" in st.session_state)
    if opening.get("delivery", "").isdigit():
        set_box("steward-held", int(opening["delivery"]), offered)  # type: ignore[arg-type]
    catalogue = store.catalogue()
    chosen = st.selectbox(
        "Delivery",
        list(offered),
        format_func=lambda n: (
            f"{content.period_of(offered[n]) or offered[n].file_name}: {content.title_of(offered[n].feed, catalogue)}"
        ),
        key="steward-held",
    )
    one = offered.get(chosen, held[0])
    address.put({"delivery": str(one.delivery_id)})
    st.html(
        paragraphs(
            [f"{one.file_name}, from {one.publisher}: {one.rows_in:,} rows, {one.rejected:,} rejected. Delivery {one.delivery_id}."]
            + [f"Held because: {reason}." for reason in one.reasons]
            + ["What stands in its place goes on standing until you decide."]
        )
    )
    earlier = content.earlier_of(one, every)
    st.html(table(content.beside_earlier(one, earlier)))
    waiting = next((t for t in tasks if t.delivery_id == one.delivery_id), None)
    if waiting is not None:
        st.info(plain(content.task_line(waiting, person)))
        if waiting.is_open:
            if not workers:
                st.warning(NO_WORKER)
            st.button("Look again", key="deliveries-again")
            return
    with st.form(f"decide-{one.delivery_id}"):
        reason = st.text_input("Why (it stands in the audit trail)", max_chars=400)
        with st.container(horizontal=True):
            load = st.form_submit_button("Accept: load it as it is", type="primary")
            drop = st.form_submit_button("Refuse: drop its bytes")
        if load or drop:
            decision = "accept" if load else "refuse"
            do(
                lambda: store.decide(person, one.delivery_id, decision, reason),
                f"Delivery {one.delivery_id}: the worker was asked to {'load' if load else 'drop'} it.",
            )
    if not workers:
        st.html(paragraphs([NO_WORKER]))


def _rows(inbox: Inbox) -> None:
    st.header("What became of every row", anchor=False)
    if not inbox.every:
        st.html(paragraphs(["Nothing was delivered yet. Files come by 'homeground feeds load' or by the worker."]))
        return
    catalogue = store.catalogue()
    st.selectbox("Feed", ["", *inbox.feeds], format_func=lambda f: content.title_of(f, catalogue) if f else "All feeds", key=_FEED)
    st.html(table(content.accounting(inbox.listed, catalogue)))
    why_rejected(inbox.faulty, inbox.rejected, key=_FILE)


def _decided(person: Person, tasks: Sequence[Task]) -> None:
    made = [t for t in tasks if t.delivery_id is not None and not t.is_open]
    if made:
        with st.expander(plain(f"Decisions ({len(made)})")):
            st.html(paragraphs([f"Delivery {t.delivery_id}: {content.task_line(t, person)} Reason: {t.reason}" for t in made[:20]]))


def _used(inbox: Inbox) -> None:
    if inbox.used is None:
        return
    catalogue = store.catalogue()
    st.header("Who used it", anchor=False)
    left, right = st.columns(2)
    with left:
        st.selectbox("Data", inbox.feeds, format_func=lambda f: content.title_of(f, catalogue), key=_DATA)
    with right:
        days = st.selectbox(
            "In the last", list(_BACK), index=list(_BACK).index(content.BACK_DAYS), format_func=_BACK.__getitem__, key=_DAYS
        )
    if inbox.used.rows:
        st.html(table(inbox.used))
    else:
        st.html(paragraphs([f"Nobody looked at a page made of it in {_BACK[days]}, or no part of the analysis has read it."]))

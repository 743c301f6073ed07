"""Professional: the deliveries of a partner agency, for the agency itself: what came in, what waits and why, what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from app.look.markup import paragraphs, plain, table, tiles
from app.person.entrance import head, record_once
from app.person.reading import Reader, reading
from app.person.sign_in import Person, ProfessionalRole
from app.steward import deliveries_content as content
from app.steward import store
from app.steward.deliveries_content import Late
from app.steward.desk import why_rejected
from app.steward.store import Delivery, Feed, Rejected

NOT_YOURS = "This page is for partner agencies, each of which sees its own deliveries here. Your role is another."
_FILE = "own-rejected"


@dataclass(frozen=True)
class Own:
    """What the page says, read in one transaction. rejected: of the file that was chosen."""

    every: Sequence[Delivery]
    late: Sequence[Late]
    agreed: Sequence[tuple[Feed, int]]
    rejected: Sequence[Rejected]

    @property
    def held(self) -> list[Delivery]:
        return [d for d in self.every if d.status == "held"]

    @property
    def faulty(self) -> dict[int, Delivery]:
        return {d.delivery_id: d for d in self.every if d.rejected}


def show(person: Person) -> None:
    today = datetime.now(UTC).date()
    own = None
    with reading(person) as reader:
        head(reader)
        if person.role is ProfessionalRole.PARTNER:
            own = _read(reader, today)
    st.title("Your deliveries", anchor=False)
    if own is None:
        st.html(paragraphs([NOT_YOURS], lead=True))
        return
    catalogue = store.catalogue()
    record_once(person, "your_deliveries", {"deliveries": len(own.every)}, view=len(own.every))
    names = [content.title_of(f, catalogue) for f in person.feeds.split(",")]
    st.html(paragraphs([f"What was received of: {'; '.join(names)}."], lead=True))
    st.html(tiles(content.head_tiles(own.every, own.late, own.agreed, today, yours=True)))
    for one in own.held:
        _held(one, own.every)
    if own.late:
        st.header("Late", anchor=False)
        st.html(table(content.late_table(own.late, {}, catalogue, yours=True)))
    _rows(own)
    if own.agreed:
        st.header("Agreements", anchor=False)
        st.html(table(content.agreements_table(own.agreed)))


def _read(reader: Reader, today: date) -> Own:
    catalogue = store.catalogue()
    every = store.own_deliveries(reader)
    faulty = [d.delivery_id for d in every if d.rejected]
    held = st.session_state.get(_FILE)
    file = held if held in faulty else next(iter(faulty), None)
    return Own(
        every,
        content.late_feeds(every, catalogue, today),
        content.agreements(catalogue, (d.feed for d in every), today),
        () if file is None else store.own_rejected(reader, file),
    )


def _held(one: Delivery, every: Sequence[Delivery]) -> None:
    st.header(plain(f"Held: {one.file_name}"), anchor=False)
    st.html(
        paragraphs(
            [f"It waits for a data steward. Held because: {reason}." for reason in one.reasons]
            + ["If that is as it should be, tell the steward why. If not, send the file again."]
        )
    )
    st.html(table(content.beside_earlier(one, content.earlier_of(one, every))))


def _rows(own: Own) -> None:
    st.header("What became of every row", anchor=False)
    if not own.every:
        st.html(paragraphs(["Nothing of these feeds was received yet."]))
        return
    st.html(table(content.accounting(own.every, store.catalogue(), yours=True)))
    why_rejected(own.faulty, own.rejected, key=_FILE)

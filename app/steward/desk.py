"""What pages of deliveries and releases share: whose the desk is, what to do where no worker runs, why rows were rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.look.markup import paragraphs, plain, table
from app.look.wording import plural
from app.person.entrance import head
from app.person.patch_choice import forget_what_is_gone
from app.person.reading import reading
from app.person.sign_in import Person
from app.steward.deliveries_content import rejected_table
from app.steward.store import Delivery, Rejected, is_steward

NOT_YOURS = "Deliveries and releases are looked after by data stewards. Your role is another."
NO_WORKER = (
    "No worker runs, so nothing that is asked here is done. Have somebody start one: homeground worker. Once, for what waits now:"
    " homeground worker --until-idle."
)


def closed_to(person: Person, title: str) -> bool:
    """Whether the desk is not this person's; the page says so then, and nothing else."""
    if is_steward(person):
        return False
    with reading(person) as reader:
        head(reader)
    st.title(plain(title), anchor=False)
    st.html(paragraphs([NOT_YOURS], lead=True))
    return True


def why_rejected(faulty: Mapping[int, Delivery], rejected: Sequence[Rejected], *, key: str) -> None:
    """Behind a line, a box of the deliveries with rejected rows and why those of the chosen one were. rejected: of the one that key holds."""
    if not faulty:
        return
    with st.expander(plain(f"Why rows were rejected ({plural(len(faulty), 'delivery', 'deliveries')})")):
        forget_what_is_gone(key, list(faulty))
        st.selectbox("File", list(faulty), format_func=lambda n: faulty[n].file_name, key=key)
        if rejected:
            st.html(table(rejected_table(rejected)))
        else:
            st.html(paragraphs(["Its rejected rows are no longer kept: a later delivery took its place, or it was never loaded."]))

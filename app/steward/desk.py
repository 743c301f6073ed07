"""What both pages of the steward's desk say: whose they are, and what to do where no worker runs."""

from __future__ import annotations

import streamlit as st

from app.look.markup import paragraphs
from app.person.entrance import head
from app.person.reading import reading
from app.person.sign_in import Person
from app.steward.store import is_steward

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
    st.title(title, anchor=False)
    st.html(paragraphs([NOT_YOURS], lead=True))
    return True

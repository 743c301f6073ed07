"""Professional: what the board decided beside models, what somebody asked of it, and a form that puts a use before it."""

from __future__ import annotations

import streamlit as st

from app.board import matter_words, matters
from app.look.markup import paragraphs, table
from app.look.steps import do, said_last
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person

_FORMS = "hg-asked-board"
_ALONE = (
    "A use that a machine takes part in stands in the public register once it is decided on, in the words that you write here, without your"
    " name."
)
_ASK = "Before figures of places are put to a new use, ask: what is to be done with them, by whom, and what it is good for."


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        decided, asked = matters.past(reader), matters.own_uses(reader)
    st.title("Board decisions", anchor=False)
    said_last()
    record_once(person, "board_decisions", {"decisions": len(decided)}, view=len(decided))
    made = matter_words.decided_table(decided)
    if made is None:
        st.html(paragraphs(["The ethics board has not decided on anything beside models yet."], lead=True))
    else:
        st.html(table(made))
    own = matter_words.own_table(asked, decided)
    if own is not None:
        st.html(table(own))
    st.header("Put a use before the board", anchor=False)
    st.html(paragraphs([_ASK, _ALONE]))
    with st.form(f"ask-board-{st.session_state.get(_FORMS, 0)}"):
        title = st.text_input("Name of the use", max_chars=100)
        what = st.text_area("What is to be done, with which figures, and by whom", max_chars=2000)
        why = st.text_area("What it is good for, and what could go wrong", max_chars=2000)
        algorithm = st.checkbox("A rule or a sum of a machine takes part in what people decide")
        if st.form_submit_button("Ask the board"):
            do(
                lambda: _ask(person, title, what, why, algorithm=algorithm),
                "The board has your question. Its decision will stand here.",
            )


def _ask(person: Person, title: str, what: str, why: str, *, algorithm: bool) -> None:
    matters.ask(person, title, what, why, algorithm=algorithm)
    # an empty form only once it was taken
    st.session_state[_FORMS] = st.session_state.get(_FORMS, 0) + 1

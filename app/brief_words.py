"""Professional: what a planner writes into a brief themselves. It is kept under their name, and stands in the next brief of the place."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.look.markup import plain
from app.person.reading import Reader
from app.person.sign_in import Person
from core.db import Role, run_statement, transaction

_MOST = 20_000


def words_of(reader: Reader, place: str) -> dict[str, str]:
    """By part, what the reader's person wrote for a place; what they emptied is not there."""
    found = reader.rows("briefs/words", {"person": reader.person.actor, "place": place})
    return {str(r["part"]): str(r["words"]) for r in found if r["words"]}


def keep_words(person: Person, place: str, before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """What is another than it was, in a transaction of its own."""
    changed = {part: words for part, words in now.items() if words != before.get(part, "")}
    if not changed:
        return
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        for part, words in changed.items():
            run_statement(connection, "briefs/keep_words", {"person": person.actor, "place": place, "part": part, "words": words})


def boxes(place: str, parts: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """A box a part, with what was written there last. parts: by key their headings."""
    with st.expander("In your own words", expanded=bool(kept)):
        st.caption(
            "Kept under your name: it stands in the next brief of this place, too. An empty box leaves no trace in the brief."
        )
        said = {
            key: st.text_area(plain(heading), value=kept.get(key, ""), max_chars=_MOST, key=f"pb-own-{place}-{key}")
            for key, heading in parts.items()
        }
    return {key: words.strip() for key, words in said.items()}

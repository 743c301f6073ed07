"""What a person chose last, kept in the database under their own name: the next sign-in, on whichever device, begins there.

Nothing is worked out from it and nobody else reads it. A session of the professional credential sees and changes the row of its person alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import streamlit as st

from app.person.reading import Reader
from app.person.sign_in import Person
from core.db import Role, run_statement, transaction

_KEPT = "hg-settings"


@dataclass(frozen=True)
class Settings:
    """'' is what nobody chose. patch: a district, an MSOA or 'all'; kind: a group; until: the last month of a period, as 2025-11, '' for the
    newest; page: the address of the page that the portal opens with."""

    patch: str = ""
    kind: str = ""
    until: str = ""
    page: str = ""


def settings_of(reader: Reader) -> Settings:
    """Of the reader's person, in the reader's transaction."""
    rows = reader.rows("person/setting", {"person": reader.person.actor})
    return Settings(**{name: str(value) for name, value in rows[0].items()}) if rows else Settings()


def keep(person: Person, settings: Settings) -> None:
    """In a transaction of its own, as what is recorded is."""
    with transaction(Role.PROFESSIONAL, person=person.actor) as connection:
        run_statement(connection, "person/keep_setting", {"person": person.actor, **asdict(settings)})


def kept(reader: Reader) -> Settings:
    """The same, read once a session; what was chosen since is in it."""
    if _KEPT not in st.session_state:
        st.session_state[_KEPT] = settings_of(reader)
    found: Settings = st.session_state[_KEPT]
    return found


def keep_chosen(reader: Reader, **chosen: str) -> None:
    """Keep what was chosen now; the rest stays. Nothing is written where that is what was kept."""
    before = kept(reader)
    after = replace(before, **chosen)
    if after != before:
        st.session_state[_KEPT] = after
        keep(reader.person, after)

"""What a person chose last, kept in the database under their own name: the next sign-in, on whichever device, begins there.

Nothing is worked out from it and nobody else reads it. A session of the professional credential sees and changes the row of its person alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from app.person.reading import Reader
from app.person.sign_in import Person
from core.db import Role, run_statement, transaction


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

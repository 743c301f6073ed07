"""What a person wrote for briefs and the briefs that the worker made for them are theirs; a batch goes on from where it was cut off."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import brief_batches, brief_words
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole
from core import db
from core.db import Role
from homeground.desk import briefs as desk_briefs
from homeground.desk.serve import BRIEFS, serve_one
from tests.builders.briefs_release import Options, lad, lsoa, publish_release

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("module_database")]

ANNA = Person("oidc:anna", "Anna", ProfessionalRole.PLANNER, "*")
BEN = Person("oidc:ben", "Ben", ProfessionalRole.PLANNER, "*")


@pytest.fixture(autouse=True)
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HOMEGROUND_BRIEF_REGISTER_FILE", str(tmp_path / "register.jsonl"))
    monkeypatch.setenv("HOMEGROUND_BRIEF_KEY", str(tmp_path / "key.pem"))
    publish_release(Options())
    yield
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.brief_batch"))
        connection.execute(text("DELETE FROM person.brief_words"))


def held(person: Person) -> list[brief_batches.Batch]:
    with reading(person) as reader:
        return brief_batches.batches(reader)


def written(person: Person) -> dict[str, str]:
    with reading(person) as reader:
        return brief_words.words_of(reader, lsoa(3))


def test_the_worker_makes_what_was_asked_and_the_person_fetches_it_as_one_file(tmp_path: Path) -> None:
    number = brief_batches.ask(ANNA, "msoa", lad(1), ["html"])
    assert [(b.state, b.files) for b in held(ANNA)] == [("waiting", 0)]
    assert serve_one(desks=(BRIEFS,))
    (batch,) = held(ANNA)
    assert (batch.state, batch.said, batch.files) == ("done", "2 places", 2)
    with zipfile.ZipFile(io.BytesIO(brief_batches.packed(ANNA, number))) as archive:
        names = archive.namelist()
        pages = [archive.read(n).decode() for n in names]
    assert len(names) == 2 and all(n.startswith("place-brief-E02") and n.endswith(".html") for n in names)
    assert all("Published figures: may be shown to anyone" in p and "Anna" in p for p in pages)
    assert brief_batches.packed(ANNA, number) == brief_batches.packed(ANNA, number)
    # each of them is in the register, as those of a command are
    assert (tmp_path / "register.jsonl").read_text().count("\n") == 2
    assert not serve_one(desks=(BRIEFS,))


def test_a_batch_that_was_cut_off_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    number = brief_batches.ask(ANNA, "msoa", "", ["html"])
    seen: list[str] = []
    real = desk_briefs.register

    def dies(*given: object, **named: object) -> int:
        if len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(str(named["place"]))
        return int(real(*given, **named))  # type: ignore[arg-type]

    monkeypatch.setattr(desk_briefs, "register", dies)
    with pytest.raises(KeyboardInterrupt):
        serve_one(desks=(BRIEFS,))
    (batch,) = held(ANNA)
    assert (batch.state, batch.said, batch.files) == ("running", "3 of 4 places", 3)
    monkeypatch.setattr(desk_briefs, "register", lambda *given, **named: seen.append(str(named["place"])) or real(*given, **named))
    assert serve_one(desks=(BRIEFS,))
    assert (held(ANNA)[0].state, held(ANNA)[0].said, held(ANNA)[0].files) == ("done", "4 places", 4)
    # none was made twice
    assert len(seen) == len(set(seen)) == 4
    with zipfile.ZipFile(io.BytesIO(brief_batches.packed(ANNA, number))) as archive:
        assert len(archive.namelist()) == 4


def test_one_file_is_of_one_release() -> None:
    number = brief_batches.ask(ANNA, "lad", "", ["html", "csv"])
    assert serve_one(desks=(BRIEFS,))
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE person.brief_batch SET state = 'waiting', finished_at = NULL"))
    release = publish_release(Options())
    assert serve_one(desks=(BRIEFS,))
    with zipfile.ZipFile(io.BytesIO(brief_batches.packed(ANNA, number))) as archive:
        names = archive.namelist()
    assert len(names) == 4 and all(f"-release-{release}" in n for n in names)


def test_a_batch_that_cannot_be_made_says_why() -> None:
    brief_batches.ask(ANNA, "msoa", "E99999999", ["html"])
    assert serve_one(desks=(BRIEFS,))
    (batch,) = held(ANNA)
    assert batch.state == "failed"
    assert "the release has no msoa of E99999999" in batch.said


def test_nobody_sees_or_changes_what_is_of_another() -> None:
    number = brief_batches.ask(ANNA, "lad", "", ["html"])
    serve_one(desks=(BRIEFS,))
    brief_words.keep_words(ANNA, lsoa(3), {}, {"tried": "A patrol."})
    assert written(ANNA) == {"tried": "A patrol."} and len(held(ANNA)) == 1
    assert written(BEN) == {} and held(BEN) == []
    with zipfile.ZipFile(io.BytesIO(brief_batches.packed(BEN, number))) as archive:
        assert archive.namelist() == []
    brief_batches.drop(BEN, number)
    assert len(held(ANNA)) == 1
    brief_batches.drop(ANNA, number)
    assert held(ANNA) == []
    with db.transaction(Role.PIPELINE) as connection:
        assert db.rows(connection, "briefs/made", {"batch": number}) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO person.brief_batch (person, level, formats) VALUES ('oidc:anna', 'msoa', '{pdf}')",
        "INSERT INTO person.brief_words (person, place_code, part, words) VALUES ('oidc:anna', 'E01', 'tried', 'x')",
        "INSERT INTO person.brief_file (batch_id, name, content) VALUES (1, 'a', 'b')",
        "UPDATE person.brief_batch SET state = 'done'",
        "UPDATE person.brief_words SET person = 'oidc:ben'",
        "DELETE FROM person.brief_words",
        "UPDATE person.brief_file SET content = 'x'",
        "ALTER TABLE person.brief_file DISABLE ROW LEVEL SECURITY",
    ],
)
def test_a_session_makes_nothing_in_the_name_of_another_and_no_file_at_all(statement: str) -> None:
    with pytest.raises(DBAPIError), db.transaction(Role.PROFESSIONAL, districts="*", person="oidc:ben") as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.QUESTIONS])
@pytest.mark.parametrize("table", ["brief_batch", "brief_file", "brief_words"])
def test_the_public_reads_none_of_it(role: Role, table: str) -> None:
    with pytest.raises(DBAPIError), db.transaction(role) as connection:
        connection.execute(text(f"SELECT * FROM person.{table}"))


def test_words_are_kept_changed_and_emptied() -> None:
    brief_words.keep_words(ANNA, lsoa(3), {}, {"tried": "A patrol.", "agreed": ""})
    brief_words.keep_words(ANNA, lsoa(3), written(ANNA), {"tried": "Another.", "residents": "It is dark."})
    assert written(ANNA) == {"tried": "Another.", "residents": "It is dark."}
    brief_words.keep_words(ANNA, lsoa(3), written(ANNA), {"tried": "", "residents": "It is dark."})
    assert written(ANNA) == {"residents": "It is dark."}


def test_one_batch_of_a_person_is_under_way_at_a_time_and_neighbourhoods_are_of_a_district() -> None:
    brief_batches.ask(ANNA, "lad", "", ["html"])
    with pytest.raises(DBAPIError):
        brief_batches.ask(ANNA, "lad", "", ["html"])
    with pytest.raises(DBAPIError):
        brief_batches.ask(BEN, "lsoa", "", ["html"])

"""Patches that people draw are theirs: attacks on them by another session of the professional credential, and by a link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.person import patches
from app.person.patches import OwnPatch
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole
from core import db
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database

ANNA = Person("oidc:anna", "Anna", ProfessionalRole.OFFICER, "E07900001")
BEN = Person("oidc:ben", "Ben", ProfessionalRole.OFFICER, "E07900001")
CARLA = Person("oidc:carla", "Carla", ProfessionalRole.OFFICER, "E07900002")
DORA = Person("oidc:dora", "Dora", ProfessionalRole.ANALYST, "*")
LAND = "MULTIPOLYGON (((450000 200000, 451000 200000, 451000 201000, 450000 200000)))"


def patch(name: str, *districts: str) -> OwnPatch:
    return OwnPatch("", name, "drawn", districts or ("E07900001",), ("E01900001", "E01900002"), LAND)


@pytest.fixture(scope="module")
def codes(module_database: str) -> Iterator[dict[str, str]]:
    yield {
        "inner": patches.add(ANNA, patch("Inner")),
        "border": patches.add(DORA, patch("Border", "E07900001", "E07900002")),
    }


def names(person: Person) -> list[str]:
    with reading(person) as reader:
        return [p.name for p in patches.own_patches(reader)]


def opened(person: Person, code: str) -> str | None:
    with reading(person) as reader:
        found = patches.patch_named(reader, code)
        return None if found is None else found.name


def as_person(statement: str, person: str | None, districts: str = "*", **values: object) -> int:
    with db.transaction(Role.PROFESSIONAL, districts=districts, person=person) as connection:
        return connection.execute(text(statement), values).rowcount


def test_each_person_lists_their_own_and_a_name_is_theirs_alone(codes: dict[str, str]) -> None:
    assert names(ANNA) == ["Inner"] and names(DORA) == ["Border"] and names(BEN) == []
    with pytest.raises(UserError, match="“Inner” already"):
        patches.add(ANNA, patch(" Inner "))
    second = patches.add(BEN, patch("Inner"))
    assert second != codes["inner"]
    patches.remove(BEN, second)


def test_a_link_opens_for_whoever_may_see_every_district_and_for_nobody_else(codes: dict[str, str]) -> None:
    assert [opened(p, codes["inner"]) for p in (ANNA, BEN, DORA)] == ["Inner"] * 3
    assert opened(CARLA, codes["inner"]) is None
    assert opened(DORA, codes["border"]) == "Border"
    assert [opened(p, codes["border"]) for p in (ANNA, CARLA)] == [None, None]
    for guess in ("own-0000000000000000", "own-", "own-%", codes["inner"].upper(), codes["inner"] + " ", "set-1", "set-x"):
        assert opened(DORA, guess) is None
    # a session that names no district opens nothing, its own included
    assert as_person("SELECT * FROM person.shared_patch(:code)", "oidc:anna", districts="", code=codes["inner"]) == 0
    assert len({codes["inner"], codes["border"]}) == 2 and all(len(c) == 20 for c in codes.values())


@pytest.mark.parametrize("person", ["oidc:ben", "", None, "%", "oidc:ann"])
def test_nobody_lists_changes_or_deletes_the_patch_of_another(codes: dict[str, str], person: str | None) -> None:
    for statement in (
        "SELECT 1 FROM person.patch WHERE code = :code", "UPDATE person.patch SET name = 'Mine' WHERE code = :code",
        "DELETE FROM person.patch WHERE code = :code",
    ):  # fmt: skip
        assert as_person(statement, person, code=codes["inner"]) == 0
    insert = (
        "INSERT INTO person.patch (code, person, name, source, districts, members, geom) VALUES ('own-0123456789abcdef', 'oidc:anna', 'x',"
        " 'drawn', '{E07900001}', '{E01900001}', st_geomfromtext(:land, 27700))"
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        as_person(insert, person, land=LAND)
    assert names(ANNA) == ["Inner"]


def test_a_row_cannot_be_given_away_or_changed_beyond_its_name(codes: dict[str, str]) -> None:
    for statement in (
        "UPDATE person.patch SET person = 'oidc:ben'", "UPDATE person.patch SET districts = '{E07900002}'",
        "UPDATE person.patch SET members = '{E01900099}'", "UPDATE person.patch SET code = 'own-0123456789abcdef'",
        "TRUNCATE person.patch", "ALTER TABLE person.patch DISABLE ROW LEVEL SECURITY", "DROP POLICY own_row ON person.patch",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            as_person(statement, "oidc:anna")
    for name in ("", "n" * 61):
        with pytest.raises(DBAPIError, match="check constraint"):
            as_person("UPDATE person.patch SET name = :name", "oidc:anna", name=name)


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PIPELINE])
@pytest.mark.parametrize("statement", ["SELECT * FROM person.patch", "SELECT * FROM person.shared_patch('own-0123456789abcdef')"])
def test_no_other_credential_sees_what_people_drew(codes: dict[str, str], role: Role, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role) as connection:
        connection.execute(text(statement))


def test_a_change_is_on_record_without_a_place_or_a_name(codes: dict[str, str]) -> None:
    code = patches.add(BEN, patch("Beat 7"))
    patches.rename(BEN, code, "Beat 8")
    assert names(BEN) == ["Beat 8"]
    with pytest.raises(UserError, match="not there any more"):
        patches.rename(ANNA, code, "Beat 9")
    with pytest.raises(UserError, match="not there any more"):
        patches.remove(ANNA, code)
    patches.remove(BEN, code)
    assert names(BEN) == [] and opened(BEN, code) is None
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT action, detail FROM audit.event WHERE detail ->> 'patch' = :code ORDER BY event_id"
        events = connection.execute(text(query), {"code": code}).all()
    assert [e.action for e in events] == ["patch_added", "patch_renamed", "patch_removed"]
    assert not any("Beat" in str(e.detail) or "E019" in str(e.detail) for e in events)


def test_one_person_keeps_so_many_and_no_more(codes: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "MOST_PATCHES", 2)
    kept = [patches.add(CARLA, patch(f"Patch {n}", "E07900002")) for n in range(2)]
    with pytest.raises(UserError, match="You have 2 patches, and no more are kept"):
        patches.add(CARLA, patch("One more", "E07900002"))
    for code in kept:
        patches.remove(CARLA, code)

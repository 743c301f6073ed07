"""Dashboards that people put together are theirs; neither a link nor the views behind tiles open a place that its reader may not see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.own_dashboard import store
from app.own_dashboard.store import Board
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole
from core import db
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database

ANNA = Person("oidc:anna", "Anna", ProfessionalRole.OFFICER, "E07900001")
BEN = Person("oidc:ben", "Ben", ProfessionalRole.OFFICER, "E07900002")
DORA = Person("oidc:dora", "Dora", ProfessionalRole.ANALYST, "*")
PLACES = ("E07900001", "E07900002", "own-0123456789abcdef", "all", "E07900003")
DISTRICTS = ("E07900001", "E07900002", "E07900001,E07900002", "", "")


@pytest.fixture(scope="module")
def code(module_database: str) -> Iterator[str]:
    yield store.add(DORA, "Five", ["group.serious_violence"] * 5, PLACES, DISTRICTS)


def opened(person: Person, code: str) -> Board | None:
    with reading(person) as reader:
        return store.board(reader, code)


def as_person(statement: str, person: str | None, districts: str = "*", **values: object) -> int:
    with db.transaction(Role.PROFESSIONAL, districts=districts, person=person) as connection:
        return connection.execute(text(statement), values).rowcount


def test_a_link_gives_the_tiles_of_whoever_may_see_every_district_of_them(code: str) -> None:
    dora, anna, ben = (opened(p, code) for p in (DORA, ANNA, BEN))
    # the last has a place and says no district of it: it opens for nobody
    assert dora is not None and (dora.places, dora.own, dora.left_out) == (PLACES[:4], True, 1)
    assert anna is not None and (anna.places, anna.own, anna.left_out) == (("E07900001", "all"), False, 3)
    assert ben is not None and (ben.places, ben.left_out) == (("E07900002", "all"), 3)
    for guess in ("dash-0000000000000000", "dash-", "dash-%", code.upper(), code + " ", ""):
        assert opened(DORA, guess) is None
    # a session that names no district, as a steward's, opens nothing
    assert as_person("SELECT * FROM person.shared_dashboard(:code)", "oidc:dora", districts="", code=code) == 0


def test_each_person_lists_their_own_and_a_name_is_theirs_alone(code: str) -> None:
    def names(person: Person) -> list[str]:
        with reading(person) as reader:
            return list(store.own(reader).values())

    assert names(DORA) == ["Five"] and names(ANNA) == []
    with pytest.raises(UserError, match="“Five” already"):
        store.add(DORA, " Five ", ["group.x"], ["all"], [""])
    second = store.add(ANNA, "Five", ["group.x"], ["all"], [""])
    assert names(ANNA) == ["Five"] and second != code
    store.remove(ANNA, second)


@pytest.mark.parametrize("person", ["oidc:anna", "", None, "%", "oidc:dor"])
def test_nobody_lists_changes_or_deletes_the_dashboard_of_another(code: str, person: str | None) -> None:
    for statement in (
        "SELECT 1 FROM person.dashboard WHERE code = :code", "UPDATE person.dashboard SET name = 'Mine' WHERE code = :code",
        "DELETE FROM person.dashboard WHERE code = :code",
    ):  # fmt: skip
        assert as_person(statement, person, code=code) == 0
    insert = (
        "INSERT INTO person.dashboard (code, person, name, measures, places, districts)"
        " VALUES ('dash-0123456789abcdef', 'oidc:dora', 'x', '{group.x}', '{all}', '{\"\"}')"
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        as_person(insert, person)


def test_a_row_cannot_be_given_away_and_its_lists_run_side_by_side(code: str) -> None:
    for statement in (
        "UPDATE person.dashboard SET person = 'oidc:ben'", "UPDATE person.dashboard SET code = 'dash-0123456789abcdef'",
        "TRUNCATE person.dashboard", "ALTER TABLE person.dashboard DISABLE ROW LEVEL SECURITY", "DROP POLICY own_row ON person.dashboard",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            as_person(statement, "oidc:dora")
    for statement in (
        "UPDATE person.dashboard SET places = '{all}'", "UPDATE person.dashboard SET measures = '{}', places = '{}', districts = '{}'",
        "UPDATE person.dashboard SET name = ''",
        "UPDATE person.dashboard SET measures = array_fill('a'::TEXT, '{13}'), places = array_fill('a'::TEXT, '{13}'),"
        " districts = array_fill('a'::TEXT, '{13}')",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="check constraint"):
            as_person(statement, "oidc:dora")


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PIPELINE, Role.QUESTIONS])
@pytest.mark.parametrize(
    "statement", ["SELECT * FROM person.dashboard", "SELECT * FROM person.shared_dashboard('dash-0123456789abcdef')"]
)
def test_no_other_credential_sees_what_people_put_together(code: str, role: Role, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role) as connection:
        connection.execute(text(statement))


def seen(statement: str, districts: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PROFESSIONAL, districts=districts, person="oidc:x") as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def test_an_indicator_is_seen_by_district_and_by_no_way_round(county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text("SELECT DISTINCT lad_code FROM analysis.rate WHERE lad_code <> '' ORDER BY 1")).scalars()
        own, *others = map(str, found)
    everything = {str(r[0]) for r in seen("SELECT DISTINCT lad_code FROM analysis.indicator_place", "*")}
    assert everything == {own, *others}
    assert {str(r[0]) for r in seen("SELECT DISTINCT lad_code FROM analysis.indicator_place", own)} == {own}
    assert seen("SELECT 1 FROM analysis.indicator_place", "") == [] == seen("SELECT 1 FROM analysis.measure_kind", "")
    # a condition that would tell by its error is not tried on a row that the rule leaves out
    told = f"SELECT count(*) FROM analysis.indicator_place WHERE 1 / (CASE WHEN lad_code = '{others[0]}' THEN 0 ELSE 1 END) = 1"
    with pytest.raises(DBAPIError, match="division by zero"):
        seen(told, "*")
    assert int(str(seen(told, own)[0][0])) > 0
    with pytest.raises(DBAPIError, match="permission denied"):
        seen("SELECT * FROM record.indicator", "*")


def test_an_indicator_of_several_places_is_given_by_the_smallest(county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "INSERT INTO record.indicator (indicator, geography, edition, code, period, value, delivery_id)"
                " SELECT 'imd2025_income_decile', 'lad', '2022', min(p.parent_code), '2025', 5, min(i.delivery_id)"
                " FROM record.indicator i JOIN place.area_parent p ON i.code = p.child_code AND p.parent_geography = 'lad'"
                " WHERE i.indicator = 'imd2025_income_decile'"
            )
        )
    try:
        assert seen("SELECT given_by FROM analysis.measure_kind WHERE name = 'imd2025_income_decile'", "*") == [("lsoa",)]
    finally:
        with db.transaction(Role.OWNER) as connection:
            connection.execute(text("DELETE FROM record.indicator WHERE indicator = 'imd2025_income_decile' AND geography = 'lad'"))

"""What a person chose last is theirs: attacks on the one table that the professional credential writes, and on the way in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.person import settings as person_settings
from app.person.reading import reading
from app.person.settings import Settings
from app.person.sign_in import Person, ProfessionalRole
from app.person.way_in import COOKIE, asked_for, is_a_page
from core import db
from core.db import Role

ANNA = Person("oidc:anna", "Anna", ProfessionalRole.OFFICER, "E07900001")
BEN = Person("oidc:ben", "Ben", ProfessionalRole.ANALYST, "*")


@pytest.fixture(scope="module", autouse=True)
def two_people(module_database: str) -> Iterator[None]:
    person_settings.keep(ANNA, Settings("E07900001", "burglary", "2025-06", "data"))
    person_settings.keep(BEN, Settings("all", "robbery"))
    yield


def of(person: Person) -> Settings:
    with reading(person) as reader:
        return person_settings.settings_of(reader)


def as_person(statement: str, person: str | None, districts: str = "*", **values: object) -> int:
    """Rows that a statement of the professional credential touches in a session of that person."""
    with db.transaction(Role.PROFESSIONAL, districts=districts, person=person) as connection:
        return connection.execute(text(statement), values).rowcount


@pytest.mark.database
def test_each_person_finds_what_they_chose() -> None:
    assert of(ANNA) == Settings("E07900001", "burglary", "2025-06", "data")
    assert of(BEN) == Settings("all", "robbery")
    person_settings.keep(BEN, Settings("E07900002", "robbery"))
    assert of(BEN) == Settings("E07900002", "robbery")
    assert of(Person("oidc:carla", "Carla", ProfessionalRole.PLANNER, "*")) == Settings()


@pytest.mark.database
@pytest.mark.parametrize("person", ["oidc:ben", "", None, "%", "oidc:ann", "oidc:anna "])
def test_nobody_reads_or_changes_the_row_of_another(person: str | None) -> None:
    before = of(ANNA)
    assert as_person("SELECT 1 FROM person.setting WHERE person = 'oidc:anna'", person) == 0
    assert as_person("UPDATE person.setting SET patch = 'E07900002' WHERE person = 'oidc:anna'", person) == 0
    # no row of theirs to be seen, and none to be made in another's name, by an insert or by one that becomes an update
    for end in ("", " ON CONFLICT (person) DO UPDATE SET patch = excluded.patch"):
        for name in ("oidc:anna", "oidc:new"):
            with pytest.raises(DBAPIError, match="row-level security"):
                as_person(f"INSERT INTO person.setting (person, patch) VALUES (:name, 'E07900002'){end}", person, name=name)
    assert of(ANNA) == before


@pytest.mark.database
def test_a_row_cannot_be_given_away_deleted_or_filled_with_anything_else() -> None:
    for statement in (
        "UPDATE person.setting SET person = 'oidc:ben'", "DELETE FROM person.setting", "TRUNCATE person.setting",
        "INSERT INTO person.setting (person, changed_at) VALUES ('oidc:anna', now())",
        "ALTER TABLE person.setting DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE person.other (a INTEGER)", "DROP POLICY own_row ON person.setting",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            as_person(statement, "oidc:anna")
    for column, value in (("patch", "E" * 21), ("kind", "k" * 81), ("until", "soon"), ("page", "p" * 41)):
        with pytest.raises(DBAPIError, match="check constraint"):
            as_person(f"UPDATE person.setting SET {column} = :value", "oidc:anna", value=value)


@pytest.mark.database
@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PIPELINE])
def test_no_other_credential_sees_what_people_chose(role: Role) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role) as connection:
        connection.execute(text("SELECT * FROM person.setting"))


def scope_of(referer: str, host: str = "portal.example") -> dict[str, object]:
    return {"headers": [(b"referer", referer.encode("latin-1")), (b"host", host.encode())]}


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("https://portal.example/hot-spots", "/hot-spots"),
        ("https://portal.example/?patch=E07000178&kind=robbery&until=2025-06", "/?patch=E07000178&kind=robbery&until=2025-06"),
        ("https://portal.example/", ""),
        ("", ""),
        ("https://attacker.example/hot-spots", ""),
        ("https://portal.example@attacker.example/data", ""),
        ("https://portal.example//attacker.example", ""),
        ("https://portal.example/\\attacker.example", ""),
        ("https://portal.example/data?a=b; Domain=attacker.example", ""),
        ("https://portal.example/data?a=<script>", ""),
        ("https://portal.example/auth/logout", ""),
        ("https://portal.example/data?" + "a" * 301, ""),
        ("https://[broken", ""),
    ],
)
def test_the_way_in_leads_to_a_page_of_this_portal_or_nowhere(referer: str, page: str) -> None:
    assert asked_for(scope_of(referer)) == page


@pytest.mark.parametrize(
    "planted", ["//attacker.example", "https://attacker.example", "/\\x", "/a\r\nSet-Cookie: b=c", "/auth/logout", ""]
)
def test_a_planted_cookie_leads_nowhere_else(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import process
    from app.person import sessions
    from core.settings import PortalSettings

    process.start(PortalSettings(audience="professional"))
    monkeypatch.setattr(sessions, "claims_in", lambda identity: {"sub": "x"})

    async def back(request: object) -> RedirectResponse:
        answer = RedirectResponse("/", status_code=302)
        answer.set_cookie("_streamlit_user", "identity")
        return answer

    try:
        client = TestClient(sessions.KeptSessions(Starlette(routes=[Route("/oauth2callback", back)])), follow_redirects=False)
        asked = {"cookie": f"{COOKIE}={planted}"}
        assert not is_a_page(planted)
        assert client.get("/oauth2callback", headers=asked).headers["location"] == "/"
        led = client.get("/oauth2callback", headers={"cookie": f"{COOKIE}=/data?a=b"})
        assert led.headers["location"] == "/data?a=b"
        assert f"{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" in led.headers.get_list("set-cookie")
    finally:
        process._started.clear()

"""Copies of a dashboard by the calendar: made by the worker under the rights of who asked, on record, and ended with those rights."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from streamlit.testing.v1 import AppTest

from app.own_dashboard import copies, store
from app.own_dashboard.copies import Asked
from app.person import store as person_store
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole, Refused, person_from_claims
from core import db
from core.db import Role
from core.errors import UserError
from core.settings import DatabaseSettings, PortalSettings
from homeground.command_line import commands
from homeground.desk import copies as desk_copies
from homeground.desk.serve import COPIES, serve_one
from tests.builders.replay.mail_server import mail_server

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("county", "nothing_kept")]
VIOLENCE = "group.serious_violence"


@pytest.fixture
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_portal: Callable[..., object]) -> Iterator[None]:
    as_portal(audience="professional", demo=True)
    monkeypatch.setenv("HOMEGROUND_COPIES_FOLDER", str(tmp_path / "copies"))
    yield
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.dashboard"))


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def districts() -> tuple[str, str]:
    first, second, *_ = (str(c) for (c,) in rows("SELECT DISTINCT code FROM analysis.rate WHERE geography = 'lad' ORDER BY 1"))
    return first, second


def recorded(code: str) -> int:
    ((found,),) = rows(
        "SELECT sum(c.incidents) FROM analysis.count_month c JOIN analysis.category_group_member m USING (category)"
        " WHERE m.group_id = 'serious_violence' AND c.geography = 'lad' AND c.code = :code AND c.month >= '2025-01-01'",
        code=code,
    )
    return int(str(found))


def officer(*of: str) -> Person:
    return Person("oidc:ola", "Ola", ProfessionalRole.OFFICER, ",".join(of))


def dashboard(person: Person) -> str:
    mine, other = districts()
    return store.add(person, "Both **districts**", [VIOLENCE] * 3, [mine, other, "all"], [mine, other, ""])


def asked(person: Person, code: str) -> Asked:
    with reading(person) as reader:
        found = copies.asked_for(reader, code)
    assert found is not None
    return found


def made(tmp_path: Path, code: str) -> list[Path]:
    return sorted((tmp_path / "copies" / code).glob("homeground-dashboard-*"))


def figures(path: Path) -> dict[str, str]:
    """The newest figure of each tile, by the code of its place."""
    found = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return {r["place_code"]: r["value"] for r in found if r["unit"] == "number"}


def last_event(action: str) -> tuple[str, dict[str, object]]:
    ((actor, detail),) = rows("SELECT actor, detail FROM audit.event WHERE action = :a ORDER BY event_id DESC LIMIT 1", a=action)
    return str(actor), dict(detail)  # type: ignore[call-overload]


def test_a_copy_holds_what_its_person_may_see_is_on_record_and_made_once(tmp_path: Path) -> None:
    mine, _ = districts()
    ola = officer(mine)
    code = dashboard(ola)
    copies.ask(ola, code, copies.WEEK, "csv")
    assert last_event("copies_asked")[0] == "oidc:ola"
    assert serve_one(desks=(COPIES,)) and not serve_one(desks=(COPIES,))
    (path,) = made(tmp_path, code)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    # of all that this officer may see there is one district, and the tile of another is not there
    assert figures(path) == {mine: str(recorded(mine)), "*": str(recorded(mine))}
    actor, detail = last_event("export")
    assert actor == "oidc:ola" and detail["file"] == path.name and detail["scheduled"] is True and detail["tiles"] == 2
    found = asked(ola, code)
    assert not found.ended and found.said == path.name
    assert (found.due_at.astimezone(UTC).weekday(), found.due_at.astimezone(UTC).hour) == (0, 6) and found.due_at > datetime.now(
        UTC
    )
    copies.ask(ola, code, copies.MONTH, "pdf")
    assert serve_one(desks=(COPIES,))
    assert [p.suffix for p in made(tmp_path, code)] == [".csv", ".pdf"] and made(tmp_path, code)[1].read_bytes().startswith(b"%PDF")
    assert asked(ola, code).due_at.astimezone(UTC).day == 1


def test_with_the_rights_of_its_person_a_copy_changes_and_ends(tmp_path: Path) -> None:
    mine, other = districts()
    ola = officer(mine, other)
    code = dashboard(ola)
    copies.ask(ola, code, copies.WEEK, "csv")
    # the next time that the portal sees them they have one district
    person_store.note_rights("oidc:ola", "officer", other)
    assert serve_one(desks=(COPIES,))
    (path,) = made(tmp_path, code)
    assert figures(path) == {other: str(recorded(other)), "*": str(recorded(other))}
    path.unlink()

    def due() -> None:
        with db.transaction(Role.OWNER) as connection:
            connection.execute(text("UPDATE person.dashboard_copy SET due_at = clock_timestamp()"))

    # another person's sign-in is none of theirs
    person_store.note_rights("oidc:ol", "officer", "")
    due()
    assert serve_one(desks=(COPIES,)) and len(made(tmp_path, code)) == 1
    made(tmp_path, code)[0].unlink()
    # an identity whose account opens nothing any more: the claims name no role
    claims = {"sub": "ola", "exp": 9e12, "homeground_role": "gardener"}
    refused = person_from_claims(claims, PortalSettings())
    assert isinstance(refused, Refused) and refused.actor == "oidc:ola"
    person_store.note_rights(refused.actor, "none", "")
    due()
    assert serve_one(desks=(COPIES,))
    assert made(tmp_path, code) == [] and asked(ola, code).ended and "opens no district" in asked(ola, code).said
    assert last_event("copies_ended") == ("worker", {"dashboard": code, "person": "oidc:ola"})
    # it stays ended, though the rights come back, until its person asks anew
    person_store.note_rights("oidc:ola", "officer", mine)
    due()
    assert not serve_one(desks=(COPIES,)) and made(tmp_path, code) == []
    copies.ask(officer(mine), code, copies.WEEK, "csv")
    assert serve_one(desks=(COPIES,)) and figures(made(tmp_path, code)[0]) == {mine: str(recorded(mine)), "*": str(recorded(mine))}


def test_a_sign_in_that_expired_ends_nothing_and_one_that_is_long_ago_does(tmp_path: Path) -> None:
    mine, _ = districts()
    ola = officer(mine)
    expired = person_from_claims({"sub": "ola", "exp": 1.0, "homeground_role": "officer"}, PortalSettings())
    assert isinstance(expired, Refused) and expired.actor == ""
    code = dashboard(ola)
    copies.ask(ola, code, copies.WEEK, "csv")
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE person.dashboard_copy SET seen_at = clock_timestamp() - INTERVAL '31 days 1 hour'"))
    assert serve_one(desks=(COPIES,))
    assert (
        made(tmp_path, code) == [] and asked(ola, code).ended and "did not come to the portal for 31 days" in asked(ola, code).said
    )


def test_by_e_mail_it_goes_to_the_domains_of_the_partnership_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, _ = districts()
    ola = officer(mine)
    code = dashboard(ola)
    with pytest.raises(UserError, match="domains that they may go to: none"):
        copies.ask(ola, code, copies.WEEK, "csv", "ola@police.example")
    monkeypatch.setenv("HOMEGROUND_COPIES_DOMAINS", "police.example council.example")
    for address in ("ola@police.example.evil.example", "ola@evil-police.example", "ola@sub.police.example"):
        with pytest.raises(UserError, match=r"police\.example, council\.example"):
            copies.ask(ola, code, copies.WEEK, "csv", address)
    with pytest.raises(UserError, match="not one address"):
        copies.ask(ola, code, copies.WEEK, "csv", "ola@police.example, ben@police.example")
    with mail_server() as server:
        for name, value in (
            ("HOST", "127.0.0.1"),
            ("PORT", str(server.port)),
            ("SECURITY", "none"),
            ("SENDER", "f@partnership.example"),
        ):
            monkeypatch.setenv(f"HOMEGROUND_SMTP_{name}", value)
        copies.ask(ola, code, copies.WEEK, "csv", " ola@Police.example ")
        server.refused["ola@police.example"] = 451
        assert not serve_one(desks=(COPIES,))
        waits = asked(ola, code)
        assert "the letter waits" in waits.said and 3_500 < (waits.due_at - datetime.now(UTC)).total_seconds() < 3_700
        server.refused.clear()
        with db.transaction(Role.OWNER) as connection:
            connection.execute(text("UPDATE person.dashboard_copy SET due_at = clock_timestamp()"))
        assert serve_one(desks=(COPIES,))
        ((letter,), (path,)) = server.taken, made(tmp_path, code)
        assert letter.to == ("ola@police.example",) and letter.message["Subject"] == "Dashboard: Both **districts**"
        assert "Not for publication" in letter.text and "1 tile left out" in letter.text and "Stop the copies" in letter.text
        (attached,) = letter.message.iter_attachments()
        assert attached.get_filename() == path.name and attached.get_payload(decode=True) == path.read_bytes()
        assert last_event("export")[1]["by_mail"] is True
        # a domain that was taken off the list gets nothing any more, though it was asked for
        monkeypatch.setenv("HOMEGROUND_COPIES_DOMAINS", "council.example")
        with db.transaction(Role.OWNER) as connection:
            connection.execute(text("UPDATE person.dashboard_copy SET due_at = clock_timestamp()"))
        assert serve_one(desks=(COPIES,))
        assert len(server.taken) == 1 and "could not be made: Copies are not sent to that address" in asked(ola, code).said


def test_a_worker_that_may_not_read_as_a_person_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, _ = districts()
    code = dashboard(officer(mine))
    copies.ask(officer(mine), code, copies.WEEK, "csv")
    held = DatabaseSettings()
    only = held.model_copy(update={"professional_url": None, "database_url": None, "pipeline_url": "postgresql://x"})
    monkeypatch.setattr(desk_copies, "DatabaseSettings", lambda: only)
    assert serve_one(desks=(COPIES,))
    assert "could not be made: this worker may not read as a person" in asked(officer(mine), code).said
    assert made(tmp_path, code) == []


def test_a_leavers_copies_are_stopped_by_command(tmp_path: Path) -> None:
    mine, _ = districts()
    code = dashboard(officer(mine))
    copies.ask(officer(mine), code, copies.WEEK, "csv")
    run = CliRunner().invoke
    listed = run(commands, ["worker", "copies"])
    assert (
        listed.exit_code == 0
        and f"oidc:ola  {code}  each week, csv" in listed.output
        and f"officer, districts {mine}" in listed.output
    )
    assert run(commands, ["worker", "copies", "--stop", "oidc:ola"]).output == "stopped: 1 of oidc:ola\n"
    assert not serve_one(desks=(COPIES,)) and made(tmp_path, code) == []
    assert "nobody asked for copies" in run(commands, ["worker", "copies"]).output


def test_nobody_writes_districts_that_are_not_their_sessions_or_copies_of_another() -> None:
    mine, other = districts()
    ola = officer(mine)
    code = dashboard(ola)
    copies.ask(ola, code, copies.WEEK, "csv")
    insert = (
        "INSERT INTO person.dashboard_copy (person, name, code, every, format, address, role, districts)"
        " VALUES (:whose, 'x', :code, 'week', 'csv', '', 'analyst', :of)"
    )

    def as_person(statement: str, person: str, of: str, values: dict[str, object] | None = None) -> int:
        with db.transaction(Role.PROFESSIONAL, districts=of, person=person) as connection:
            return connection.execute(text(statement), values or {}).rowcount

    for person, of in (("oidc:ben", "*"), ("oidc:ben", f"{mine},{other}"), ("oidc:ola", mine)):
        with pytest.raises(DBAPIError, match="row-level security"):
            as_person(insert, "oidc:ben", mine, {"whose": person, "code": code, "of": of})
    with pytest.raises(DBAPIError, match="row-level security"):
        as_person("UPDATE person.dashboard_copy SET districts = '*'", "oidc:ola", mine)
    for statement in (
        "SELECT 1 FROM person.dashboard_copy",
        "DELETE FROM person.dashboard_copy",
        "UPDATE person.dashboard_copy SET role = 'x'",
    ):
        assert as_person(statement, "oidc:ben", "*") == 0
    for column in (
        "address = 'x@evil.example'",
        "person = 'oidc:ben'",
        "code = 'x'",
        "state = 'waiting'",
        "due_at = clock_timestamp()",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            as_person(f"UPDATE person.dashboard_copy SET {column}", "oidc:ola", mine)
    for role in (Role.COMMUNITY, Role.QUESTIONS):
        with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role) as connection:
            connection.execute(text("SELECT 1 FROM person.dashboard_copy"))


def page(code: str, district: str) -> None:
    import streamlit as st

    from app.own_dashboard import page as dashboard
    from app.person.sign_in import Person, ProfessionalRole

    if "opened" not in st.session_state:
        st.session_state["opened"] = True
        st.query_params.from_dict({"dashboard": code})
    dashboard.show(Person("oidc:ola", "Ola", ProfessionalRole.OFFICER, district))


def test_its_person_asks_for_them_on_the_page_and_stops_them() -> None:
    mine, _ = districts()
    code = dashboard(officer(mine))

    def press(app: AppTest, label: str) -> str:
        next(b for b in app.button if b.label == label).click().run()
        assert not app.exception
        return " ".join(e.proto.body for e in app.get("html")) + " ".join(s.value for s in app.success)

    app = AppTest.from_function(page, args=(code, mine), default_timeout=600).run()
    # nobody named a server for e-mail or a domain, so no address is asked for
    assert not app.exception and "by e-mail is not set up here" in " ".join(e.proto.body for e in app.get("html"))
    assert [t.label for t in app.text_input] == ["Name"]
    app.selectbox(key="md-copies-every").set_value("month")
    said = press(app, "Have copies made")
    assert "The first copy is made as soon as the worker looks" in said and "on the first of each month" in said
    assert asked(officer(mine), code).every == "month"
    assert "No copy is made any more" in press(app, "Stop the copies")
    assert rows("SELECT 1 FROM person.dashboard_copy") == []

"""The board's queue beyond models: who decides, what a decision does, what is told of it, and how a use comes before the board."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.board import matter_words, matters
from app.board.matters import Matter
from app.board.store import Decision, reading_as
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.routes import routes_of
from core import db
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database

MEMBER = demo_person(ProfessionalRole.BOARD, "")
OFFICER = demo_person(ProfessionalRole.OFFICER, "E07900001")
STEWARD = demo_person(ProfessionalRole.STEWARD, "")
REASON = "It says more than it knows."
TODAY = datetime.now(tz=UTC).date()
AsPortal = Callable[..., object]


def owner(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text(statement), values)
        return [tuple(r) for r in found] if found.returns_rows else []


@pytest.fixture(autouse=True)
def before_the_board(invented_county: str, as_portal: AsPortal) -> Iterator[None]:
    """A definition, and a partner's feed with one event."""
    as_portal(audience="professional", demo=True, board="Invented Ethics Board")
    owner(
        "INSERT INTO analysis.category_group (group_id, label, description, position, kind, hotspot_input)"
        " VALUES ('knives', 'Knives', 'What counts as such here.', 99, 'overlay', TRUE)"
    )
    owner("INSERT INTO analysis.category_group_member (group_id, category) VALUES ('knives', 'Robbery')")
    owner(
        "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in, rows_accepted, rows_rejected)"
        " VALUES ('a_trust', 'a.csv', repeat('a', 64), 1, 'A trust', 'By agreement T-1, until 2099-12-31', 'a', 1, 1, 0)"
    )
    owner(
        "INSERT INTO analysis.event_count (feed, category, geography, edition, code, lad_code, month, events)"
        " VALUES ('a_trust', 'Fall', 'lad', '2022', 'E07900001', 'E07900001', '2025-01-01', 3)"
    )
    (run,), *_ = owner("INSERT INTO analysis.run (stage, code_version) VALUES ('a_test', 'test') RETURNING run_id")
    owner(
        "INSERT INTO analysis.week_count (source, category, lad_code, weekday, hour, period_start, period_end, records, run_id)"
        " VALUES ('a_trust', 'Fall', 'E07900001', 5, 23, '2025-01-01', '2025-01-31', 3, :r)",
        r=run,
    )
    yield
    owner("DELETE FROM analysis.week_count WHERE source = 'a_trust'")
    owner("DELETE FROM analysis.run WHERE stage = 'a_test'")
    owner("DELETE FROM analysis.board_ruling")
    owner("DELETE FROM analysis.board_use")
    owner("DELETE FROM analysis.event_count WHERE feed = 'a_trust'")
    owner("DELETE FROM raw.delivery WHERE feed = 'a_trust'")
    owner("DELETE FROM analysis.category_group WHERE group_id = 'knives'")


def queue(person: Person = MEMBER) -> dict[str, Matter]:
    with reading_as(person) as reader:
        return {m.key: m for m in matters.matters(reader, TODAY)}


def rule(key: str, decision: Decision, said: str, *, person: Person = MEMBER, days: int = 90) -> int:
    return matters.rule(person, queue()[key], decision, said, TODAY + timedelta(days=days))


def events(person: Person = OFFICER) -> int:
    with reading(person) as reader:
        return len(reader.rows("violence/partner_events", {"geography": "lad", "district": "", "code": "", "members": []}))


def hours(person: Person = OFFICER) -> int:
    """Rows of the hours of the week in which the partner's events were."""
    with reading(person) as reader:
        query = text("SELECT count(*) FROM analysis.week_count WHERE source = 'a_trust'")
        return int(reader.connection.execute(query).scalar_one())


def test_what_is_before_the_board_is_what_there_is_and_nobody_else_sees_the_queue() -> None:
    found = queue()
    knives, trust = found["definition:knives"], found["feed:a_trust"]
    assert (knives.what, knives.why, knives.algorithm) == ("Counts as one kind: Robbery.", "What counts as such here.", True)
    assert (trust.what, trust.algorithm) == ("Records of A trust, By agreement T-1, until 2099-12-31.", False)
    assert knives.state(TODAY) == trust.state(TODAY) == "waiting"
    assert queue(OFFICER) == {} == queue(demo_person(ProfessionalRole.ANALYST, ""))


def test_a_definition_that_is_changed_after_its_approval_waits_anew() -> None:
    rule("definition:knives", "approved", "For planning alone.")
    knives = queue()["definition:knives"]
    assert knives.state(TODAY) == "standing" and knives.latest is not None and knives.latest.words == "For planning alone."
    assert knives.latest.signed_by == MEMBER.actor
    owner("INSERT INTO analysis.category_group_member (group_id, category) VALUES ('knives', 'Burglary')")
    changed = queue()["definition:knives"]
    assert changed.state(TODAY) == "changed" and "changed since the board approved it" in matter_words.state_words(changed, TODAY)
    # a member who read what it was before is told, and nothing is recorded
    with pytest.raises(UserError, match="changed, meanwhile"):
        matters.rule(MEMBER, knives, "withdrawn", REASON)
    rule("definition:knives", "approved", "")
    assert queue()["definition:knives"].state(TODAY) == "standing"
    assert len(owner("SELECT 1 FROM audit.event WHERE action = 'definition approved' AND subject = 'definition knives'")) >= 2


def test_a_definition_that_becomes_an_input_of_a_machine_waits_anew() -> None:
    rule("definition:knives", "approved", "For planning alone.")
    before = queue()["definition:knives"]
    owner("UPDATE analysis.category_group SET hotspot_input = FALSE WHERE group_id = 'knives'")
    changed = queue()["definition:knives"]
    assert (before.algorithm, changed.algorithm) == (True, False) and changed.digest != before.digest
    assert changed.state(TODAY) == "changed"
    with pytest.raises(UserError, match="changed, meanwhile"):
        matters.rule(MEMBER, before, "withdrawn", REASON)
    owner("UPDATE analysis.category_group SET hotspot_input = TRUE WHERE group_id = 'knives'")
    assert queue()["definition:knives"].state(TODAY) == "standing"
    # a ruling from before the switch was in its digest stands, while the switch is as it was
    owner(
        "UPDATE analysis.board_ruling SET digest = encode(sha256(convert_to(jsonb_build_array(label, what, why)::TEXT, 'UTF8')), 'hex')"
        " WHERE subject = 'knives'"
    )
    assert queue()["definition:knives"].state(TODAY) == "standing"
    owner("UPDATE analysis.category_group SET hotspot_input = FALSE WHERE group_id = 'knives'")
    assert queue()["definition:knives"].state(TODAY) == "changed"


@pytest.mark.parametrize("decision", ["refused", "withdrawn"])
def test_a_feed_that_is_refused_is_seen_by_nobody_who_signs_in(decision: Decision) -> None:
    assert events() == 1
    if decision == "withdrawn":
        rule("feed:a_trust", "approved", "")
        assert events() == hours() == 1
    rule("feed:a_trust", decision, REASON)
    assert events() == 0 == events(demo_person(ProfessionalRole.ANALYST, ""))
    assert hours() == 0 == hours(demo_person(ProfessionalRole.ANALYST, ""))
    # the pipeline counts on, and an approval opens it again
    with db.transaction(Role.PIPELINE) as connection:
        assert connection.execute(text("SELECT count(*) FROM analysis.event_count WHERE feed = 'a_trust'")).scalar_one() == 1
    rule("feed:a_trust", "approved", "")
    assert events() == hours() == 1


@pytest.mark.parametrize("person", [OFFICER, STEWARD, demo_person(ProfessionalRole.ANALYST, "")])
def test_who_is_no_member_decides_nothing(person: Person) -> None:
    with pytest.raises(UserError, match="Only a member of the ethics board decides"):
        rule("definition:knives", "approved", "", person=person)
    for statement in (
        "INSERT INTO analysis.board_ruling DEFAULT VALUES", "UPDATE analysis.board_ruling SET decision = 'approved'",
        "DELETE FROM analysis.board_ruling", "INSERT INTO analysis.board_use DEFAULT VALUES",
    ):  # fmt: skip
        for role in (Role.PROFESSIONAL, Role.PIPELINE):
            with (
                pytest.raises(DBAPIError, match="permission denied"),
                db.transaction(role, districts="*", person="x") as connection,
            ):
                connection.execute(text(statement))


def test_a_reason_is_needed_and_only_what_stands_is_withdrawn() -> None:
    with pytest.raises(UserError, match="needs its reason"):
        rule("definition:knives", "refused", " ")
    with pytest.raises(UserError, match="what does not stand is refused"):
        rule("definition:knives", "withdrawn", REASON)
    with pytest.raises(UserError, match="two years"):
        rule("definition:knives", "approved", "", days=800)
    read = queue()["definition:knives"]
    rule("definition:knives", "refused", REASON)
    # of two members who decide at once the second is told
    with pytest.raises(UserError, match="meanwhile"):
        matters.rule(MEMBER, read, "approved", "", TODAY)


def test_a_use_is_asked_for_and_answered_and_stands_in_public_where_a_machine_takes_part(as_portal: AsPortal) -> None:
    plain = matters.ask(
        OFFICER, "A poster", "A poster with the counts of last year.", "People learn what was recorded.", algorithm=False
    )
    sums = matters.ask(OFFICER, "Routes", "Routes of patrols by hot spots.", "Patrols are where harm is.", algorithm=True)
    with pytest.raises(UserError, match="a few words at least"):
        matters.ask(OFFICER, "x", "", "", algorithm=True)
    with pytest.raises(UserError, match="Your role is another"):
        matters.ask(STEWARD, "Routes", "Routes of patrols by hot spots.", "Patrols are where harm is.", algorithm=True)
    rule(f"use:{plain}", "approved", "")
    rule(f"use:{sums}", "refused", f"<b>{REASON}</b>")
    with reading(OFFICER) as reader:
        own = matter_words.own_table(matters.own_uses(reader), matters.past(reader))
    assert own is not None and [r[0].text for r in own.rows] == ["Routes", "A poster"] and REASON in own.rows[0][2].text
    with reading(demo_person(ProfessionalRole.PLANNER, "")) as reader:
        # what a colleague asked is theirs, what the board decided everyone's
        assert matters.own_uses(reader) == [] and len(matters.past(reader)) == 2
    as_portal(audience="community", board="Invented Ethics Board")
    client = TestClient(Starlette(routes=routes_of("community")))
    html, told = client.get("/register").text, client.get("/register.json")
    (one,) = told.json()["others"]
    assert (one["sort"], one["state"], one["tier_1"]["name"]) == ("use", "refused", "Routes")
    assert one["decisions"][0]["reason"] == f"<b>{REASON}</b>" and f"&lt;b&gt;{REASON}" in html and "Beside models" in html
    # what was said of it while no machine took part in it was said inside
    owner(f"UPDATE analysis.board_use SET algorithm = FALSE WHERE use_id = {sums}")
    rule(f"use:{sums}", "approved", "For the board alone.")
    owner(f"UPDATE analysis.board_use SET algorithm = TRUE WHERE use_id = {sums}")
    rule(f"use:{sums}", "withdrawn", "Not any more, said the board.")
    again = client.get("/register.json")
    assert [d["reason"] for d in again.json()["others"][0]["decisions"]] == ["Not any more, said the board.", f"<b>{REASON}</b>"]
    for served in (html, told.text, again.text):
        assert "For the board alone" not in served
        assert "A poster" not in served and OFFICER.actor not in served and MEMBER.actor not in served


def page(module: str, role: str) -> None:
    import importlib

    from app.person.sign_in import ProfessionalRole, demo_person

    importlib.import_module(module).show(demo_person(ProfessionalRole(role), "E07900001"))


def words(app: AppTest) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(e.proto.body for e in app.get("html"))).split())


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def test_a_member_decides_on_the_page_and_everyone_reads_it() -> None:
    app = AppTest.from_function(page, args=("app.board.page", "board"), default_timeout=600).run()
    assert not app.exception and "for a decision" in words(app) and "Definition: Knives" in words(app)
    app.selectbox(key="board-matter").set_value("definition:knives").run()
    next(t for t in app.text_area if t.label == "Conditions of this approval").set_value("For planning alone.")
    app = press(app, "Approve this")
    assert not app.exception and app.success[0].value == "Definition: Knives: approved."
    assert "Approved until" in words(app) and "Conditions: For planning alone." in words(app)
    app = press(app, "Withdraw this approval")
    assert "needs its reason" in app.error[0].value
    told = AppTest.from_function(page, args=("app.board.decisions_page", "officer"), default_timeout=600).run()
    assert not told.exception and "Definition: Knives" in words(told) and "For planning alone." in words(told)
    told.text_input[0].set_value("Routes")
    for area in told.text_area:
        area.set_value("Routes of patrols by hot spots.")
    told = press(told, "Ask the board")
    assert not told.exception and "The board has your question" in told.success[0].value and "Waits for a decision" in words(told)

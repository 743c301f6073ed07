"""Members of the ethics board decide on models and search the audit trail, and nobody else in a portal: attacks by every other session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.risk_model.terms import Owner
from app.board import audit_store as audit
from app.board import store as board
from app.board.audit_store import Asked
from app.board.store import Case, Decision
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.person.store import record
from app.risk_model import store as models
from core import db
from core.db import Role, code_of
from core.errors import UserError
from tests.builders.board_models import SCORE, forget_models, store_model

pytestmark = pytest.mark.database

MEMBER = demo_person(ProfessionalRole.BOARD, "")
OFFICER = demo_person(ProfessionalRole.OFFICER, "E07900001")
ANALYST = demo_person(ProfessionalRole.ANALYST, "")
DECIDE = "SELECT analysis.decide_on_model(:m, 0, 'approved', 'A board', 'conditions', current_date)"


@pytest.fixture(autouse=True)
def portal(invented_county: str, as_portal: Callable[..., object]) -> Iterator[None]:
    as_portal(audience="professional", demo=True, board="Invented Ethics Board")
    forget_models()
    yield
    forget_models()


def refused(role: Role, statement: str, *, person: str | None = "oidc:x", is_board: bool = False, **values: object) -> str:
    """The code of what the server has against a statement; '' where it did as it was told."""
    try:
        with db.transaction(role, districts="*", person=person, board=is_board) as connection:
            connection.execute(text(statement), values)
    except DBAPIError as error:
        return code_of(error)
    return ""


def case(model: int) -> Case:
    with board.reading_as(MEMBER) as reader:
        return next(c for c in board.cases(reader, today()) if c.model.model_id == model)


def today() -> date:
    with db.transaction(Role.OWNER) as connection:
        found: date = connection.execute(text("SELECT current_date")).scalar_one()
    return found


def decide(model: int, decision: Decision, words: str = "for a reason", days: int = 100, person: Person = MEMBER) -> None:
    with db.transaction(Role.OWNER) as connection:
        until = connection.execute(text("SELECT current_date + :d"), {"d": days}).scalar_one()
    board.decide(person, case(model), decision, words, until)


def seen(person: Person) -> list[int]:
    with models.reading_models(person) as reader:
        return [m.model_id for m in models.models(reader)]


def test_only_a_session_of_a_member_decides() -> None:
    model = store_model()
    for person in (OFFICER, ANALYST, demo_person(ProfessionalRole.PLANNER, "")):
        with pytest.raises(UserError, match="Only a member of the ethics board decides"):
            decide(model, "approved", person=person)
    # a member without a name in the session signs nothing, and neither the public nor the intake nor the pipeline may call it
    assert refused(Role.PROFESSIONAL, DECIDE, person=None, is_board=True, m=model) == "HG020"
    assert refused(Role.PROFESSIONAL, DECIDE, person="", is_board=True, m=model) == "HG020"
    for role in (Role.COMMUNITY, Role.QUESTIONS, Role.PIPELINE):
        assert refused(role, DECIDE, is_board=True, m=model) == "42501", role
    assert refused(Role.PROFESSIONAL, DECIDE, is_board=True, m=model) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO analysis.risk_model_decision (model_id, decision, board, signed_by, decided_on, valid_until, recorded_by)"
        " VALUES (:m, 'approved', 'a', 'b', current_date, current_date, 'c')",
        "UPDATE analysis.risk_model_decision SET decision = 'approved'", "DELETE FROM analysis.risk_model_decision",
        "UPDATE analysis.risk_model SET expires_on = current_date + 999", "UPDATE published.model_register SET state = 'approved'",
        "SELECT * FROM audit.event", "TRUNCATE analysis.risk_model_decision", "DELETE FROM published.model_register",
    ],
)  # fmt: skip
def test_a_member_gets_no_other_right(statement: str) -> None:
    model = store_model()
    decide(model, "refused")
    values = {"m": model} if ":m" in statement else {}
    # no permission, or a view through which nobody writes
    assert refused(Role.PROFESSIONAL, statement, is_board=True, **values) in ("42501", "55000")


def test_a_refused_and_a_withdrawn_model_vanish_at_once_for_officers() -> None:
    model = store_model()
    assert (seen(OFFICER), seen(MEMBER), seen(ANALYST)) == ([], [model], [model])
    decide(model, "approved")
    assert seen(OFFICER) == [model]
    decide(model, "withdrawn")
    assert (seen(OFFICER), seen(MEMBER)) == ([], [model])
    with db.transaction(Role.PROFESSIONAL, districts="*") as connection:
        for table in ("risk_model", "risk_estimate", "risk_model_decision"):
            assert connection.execute(text(f"SELECT count(*) FROM analysis.{table}")).scalar_one() == 0
    other = store_model(group="burglary", label="Burglary")
    decide(other, "refused")
    assert seen(OFFICER) == []


def test_a_decision_is_signed_by_the_person_of_the_session_and_leaves_its_event() -> None:
    model = store_model()
    decide(model, "approved", "  for six months, by analysts in a meeting ")
    with db.transaction(Role.OWNER) as connection:
        row = connection.execute(text("SELECT signed_by, recorded_by, board, conditions FROM analysis.risk_model_decision")).one()
        event = connection.execute(
            text("SELECT actor, credential, action, subject, detail FROM audit.event ORDER BY event_id DESC LIMIT 1")
        ).one()
    assert tuple(row) == ("demo:board", "demo:board", "Invented Ethics Board", "for six months, by analysts in a meeting")
    assert tuple(event)[:4] == ("demo:board", "homeground_professional", "model approved", f"risk_model {model}")
    assert (event.detail["model"], event.detail["board"]) == (model, "Invented Ethics Board")


def test_each_decision_is_refused_where_it_makes_no_sense() -> None:
    nobody = store_model(Owner(), group="drugs", label="Drugs")
    with pytest.raises(UserError, match="Nobody answers for this model"):
        decide(nobody, "approved")
    model = store_model(days=30)
    for days in (31, -1):
        with pytest.raises(UserError, match="day of review"):
            decide(model, "approved", days=days)
    for words in ("", "  \n"):
        with pytest.raises(UserError, match="needs its reason"):
            decide(model, "refused", words)
    with pytest.raises(UserError, match="What stands is withdrawn"):
        decide(model, "withdrawn")
    with pytest.raises(UserError, match="too long"):
        decide(model, "refused", "x" * 2_001)
    before = case(model)
    decide(model, "approved", days=30)
    with pytest.raises(UserError, match="What stands is withdrawn"):
        decide(model, "refused")
    # a page that was opened before the other member decided
    with pytest.raises(UserError, match="Another member decided"):
        board.decide(MEMBER, before, "approved", "", before.model.expires_on)
    decide(model, "withdrawn")
    with pytest.raises(UserError, match="What stands is withdrawn"):
        decide(model, "withdrawn")
    assert refused(Role.PROFESSIONAL, DECIDE.replace("'approved'", "'open'"), is_board=True, m=nobody) == "HG026"
    assert refused(Role.PROFESSIONAL, DECIDE, is_board=True, m=999_999) == "HG021"


def test_an_approval_ends_on_its_day_of_review_and_stands_first_before_that() -> None:
    waits, approved = store_model(group="burglary", label="Burglary"), store_model()
    decide(approved, "approved", days=20)
    with board.reading_as(MEMBER) as reader:
        held = board.cases(reader, today())
    assert [(c.model.model_id, c.state(today())) for c in held] == [(approved, "expiring"), (waits, "waiting")]
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text("UPDATE analysis.risk_model_decision SET decided_on = current_date - 9, valid_until = current_date - 1")
        )
    assert case(approved).state(today()) == "ended" and seen(OFFICER) == []
    with db.transaction(Role.COMMUNITY) as connection:
        assert connection.execute(text("SELECT state FROM published.model_register")).scalars().all() == ["ended"]


def test_a_newer_model_does_not_hide_an_older_one_that_stands() -> None:
    older = store_model()
    decide(older, "approved")
    newer = store_model()
    with board.reading_as(MEMBER) as reader:
        assert {c.model.model_id for c in board.cases(reader, today())} == {older, newer}
    assert seen(OFFICER) == [older]
    decide(older, "withdrawn")
    assert seen(OFFICER) == []


def test_use_is_counted_for_members_alone_and_names_nobody() -> None:
    model = store_model()
    decide(model, "approved")
    for _ in range(2):
        record(OFFICER, "view", "risk_model", {"model": model, "district": "E07900001"})
    record(ANALYST, "export", "risk_model_record", {"model": model})
    record(ANALYST, "view", "risk_model", {"model": model + 1})
    with board.reading_as(MEMBER) as reader:
        found = {u.role: (u.people, u.views, u.taken) for u in board.uses(reader, model)}
        assert not {"actor", "person"} & set(reader.frame("board/use_of_model", {"model_id": model}).columns)
    assert found == {"officer": (1, 2, 0), "analyst": (1, 0, 1)}
    with board.reading_as(ANALYST) as reader:
        assert board.uses(reader, model) == []


def test_the_register_holds_its_columns_of_decided_models_and_no_other() -> None:
    undecided, decided = store_model(group="burglary", label="Burglary"), store_model()
    decide(decided, "refused", "Too few places")
    with db.transaction(Role.COMMUNITY) as connection:
        rows = [dict(r) for r in connection.execute(text("SELECT * FROM published.model_register")).mappings()]
    assert [r["model_id"] for r in rows] == [decided] and undecided != decided
    said = str(rows[0])
    for secret in (str(SCORE), "43%", "0.43", "4271", "4,271", "demo:board"):
        assert secret not in said, secret
    assert rows[0]["decisions"][0]["words"] == "Too few places"
    assert refused(Role.COMMUNITY, "SELECT 1 FROM analysis.risk_model", person=None) == "42501"
    # a condition that tells what it was tried on is not tried on a model outside the register
    leak = "SELECT 1 FROM published.model_register WHERE CAST(substr(kind, 1, 3) AS INTEGER) > 0"
    try:
        with db.transaction(Role.COMMUNITY) as connection:
            connection.execute(text(leak))
    except DBAPIError as error:
        assert '"Rob"' in str(error.orig) and "Bur" not in str(error.orig)
    else:
        pytest.fail("the cast went through")


SEARCH = "SELECT * FROM audit.search_events('', '', '', NULL, NULL, NULL, 10)"


def test_only_a_member_searches_the_trail_or_has_its_chain_checked() -> None:
    for role in (Role.COMMUNITY, Role.QUESTIONS, Role.PIPELINE):
        assert refused(role, SEARCH, is_board=True) == "42501", role
        assert refused(role, "SELECT * FROM audit.chain_state()", is_board=True) == "42501", role
    for statement in (SEARCH, "SELECT * FROM audit.chain_state()"):
        assert refused(Role.PROFESSIONAL, statement) == "HG020"
        assert refused(Role.PROFESSIONAL, statement, is_board=True) == ""
    assert refused(Role.PROFESSIONAL, SEARCH, person="", is_board=True) == "HG020"


def test_a_search_finds_what_was_asked_page_by_page_and_is_an_event_itself() -> None:
    for n in range(7):
        record(OFFICER, "view", "hot_spots", {"district": "E07900001" if n % 2 else "E07900002", "places": n})
    first = audit.search(MEMBER, Asked(person="DEMO:OFFICER", action="view", place="hot_spots"), most=4)
    assert [e.detail["places"] for e in first] == [6, 5, 4, 3]
    older = audit.search(MEMBER, Asked(person="demo:officer", action="view", place="hot_spots"), below=first[-1].event_id)
    assert [e.detail["places"] for e in older[:3]] == [2, 1, 0]
    there = audit.search(MEMBER, Asked(place="e07900001", action="view"))
    assert [e.detail["places"] for e in there[:3]] == [5, 3, 1]
    assert audit.search(MEMBER, Asked(since=today() + timedelta(days=1))) == []
    assert audit.search(MEMBER, Asked(until=today() - timedelta(days=1))) == []
    (newest, *_) = audit.search(MEMBER, Asked(action="search", since=today(), until=today()))
    # each search before this one is in the trail, with what was asked
    assert (newest.actor, newest.subject, newest.detail["until"]) == ("demo:board", "audit_trail", str(today() - timedelta(days=1)))
    # what was asked holds no pattern and ends no statement
    assert audit.search(MEMBER, Asked(person="%")) == audit.search(MEMBER, Asked(person="'; --")) == []
    line = audit.csv_of(first).splitlines()[1]
    assert line.startswith(f"{first[0].event_id},") and ",demo:officer,homeground_professional,view,hot_spots," in line


def test_the_chains_state_shows_what_was_changed_past_the_database() -> None:
    for n in range(3):
        record(OFFICER, "view", "hot_spots", {"places": n})
    assert audit.chain(MEMBER).holds
    with db.transaction(Role.OWNER) as connection:
        last = connection.execute(text("SELECT max(event_id) FROM audit.event")).scalar_one()
        connection.execute(text("ALTER TABLE audit.event DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE audit.event SET subject = 'other' WHERE event_id = :e"), {"e": last - 1})
    changed = audit.chain(MEMBER)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE audit.event SET subject = 'hot_spots' WHERE event_id = :e"), {"e": last - 1})
    whole = audit.chain(MEMBER)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM audit.event WHERE event_id = :e"), {"e": last})
    cut = audit.chain(MEMBER)
    assert (changed.broken, changed.end_holds, changed.holds) == (last - 1, True, False)
    assert whole.holds and whole.events == changed.events
    assert (cut.broken, cut.end_holds, cut.holds) == (None, False, False)

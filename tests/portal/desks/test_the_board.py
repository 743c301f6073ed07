"""The board's page and the public register: what is said of a model, the decision, and what becomes of it for officers and the public."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from analytics.risk_model.terms import Owner
from app.board import register
from app.board import store as board
from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import record
from app.routes import routes_of
from core import db
from core.db import Role
from tests.builders.board_models import SCORE, forget_models, store_model
from tests.builders.portal_processes import Visit, serve_community, serve_professional, stop
from tests.builders.transactions import transactions

pytestmark = pytest.mark.database

MEMBER = demo_person(ProfessionalRole.BOARD, "")
REASON = "It knows too little of the places."
AsPortal = Callable[..., object]


@pytest.fixture(autouse=True)
def no_models(invented_county: str) -> Iterator[None]:
    forget_models()
    yield
    forget_models()


def opened(as_portal: AsPortal, role: str = "board") -> AppTest:
    def show(role: str) -> None:
        from app.board import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole(role), "E07900001"))

    as_portal(audience="professional", demo=True, board="Invented Ethics Board")
    return AppTest.from_function(show, args=(role,), default_timeout=600).run()


def words(app: AppTest) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(e.proto.body for e in app.get("html"))).split())


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def box(app: AppTest, label: str) -> object:
    return next(t for t in app.text_area if t.label == label)


def decide(model: int, decision: board.Decision, said: str, days: int = 90) -> None:
    today = datetime.now(tz=UTC).date()
    with board.reading_as(MEMBER) as reader:
        case = next(c for c in board.cases(reader, today) if c.model.model_id == model)
    board.decide(MEMBER, case, decision, said, today + timedelta(days=days))


def test_a_member_reads_of_a_model_what_a_decision_needs(as_portal: AsPortal) -> None:
    model = store_model()
    with transactions() as begun:
        app = opened(as_portal)
    assert not app.exception
    # read once, and recorded
    assert len(begun) == 2
    said = words(app)
    assert "1 model waits for a decision." in said and f"Robbery (model {model})" in said
    assert "Senior responsible owner A. Person" in said and "Nobody has opened this model so far" in said
    # ten of forty places have three times what is expected, all in the first district
    assert "What was recorded lies more than a tenth from what the model expects in: " in said
    assert re.search(r"Ashmoor 20 neighbourhoods 400 200 expected 2\.00 50% 10 with more, 0 with fewer", said), said
    assert re.search(r"Linfield 20 neighbourhoods 200 200 expected 1\.00 0%", said)
    assert "name a worst one" in said and "Everyone can read this in the public register." in said


def test_a_member_approves_with_conditions_and_withdraws_with_a_reason(as_portal: AsPortal) -> None:
    model = store_model()
    app = opened(as_portal)
    box(app, "Conditions").set_value("For meetings of the partnership alone.")  # type: ignore[attr-defined]
    app = press(app, "Approve")
    assert [s.value for s in app.success] == [f"Robbery (model {model}): approved. It is open to everyone who signs in."]
    assert "Invented Ethics Board approved" in words(app) and "For meetings of the partnership alone." in words(app)
    # without a reason nothing is withdrawn, and the page says so
    app = press(app, "Withdraw the approval")
    assert [e.value for e in app.error] == ["A refusal or a withdrawal needs its reason: the register prints it."]
    box(app, "Reason").set_value(REASON)  # type: ignore[attr-defined]
    app = press(app, "Withdraw the approval")
    assert not app.exception and f"Robbery (model {model}): withdrawn." in app.success[0].value
    assert "Nothing waits for a decision." in words(app) and "took its approval back" in words(app)


def test_what_another_member_decided_meanwhile_is_read_first_and_what_was_typed_stays(as_portal: AsPortal) -> None:
    model = store_model()
    app = opened(as_portal)
    decide(model, "refused", REASON)
    box(app, "Conditions").set_value("For meetings alone.")  # type: ignore[attr-defined]
    app = press(app, "Approve")
    assert not app.exception and [w.value for w in app.warning] == [board.MEANWHILE] and not app.error
    assert REASON in words(app) and "Invented Ethics Board approved" not in words(app)
    assert box(app, "Conditions").value == "For meetings alone."  # type: ignore[attr-defined]
    # now it was read
    app = press(app, "Approve")
    assert not app.warning and not app.error and "For meetings alone." in words(app) and "approved" in app.success[0].value
    assert box(app, "Conditions").value == ""  # type: ignore[attr-defined]


def test_a_model_that_nobody_answers_for_can_be_refused_alone(as_portal: AsPortal) -> None:
    store_model(Owner())
    app = opened(as_portal)
    assert "Nobody answers for this model yet: organisation, team" in words(app)
    assert {b.label: b.disabled for b in app.button if b.label in ("Approve", "Refuse")} == {"Approve": True, "Refuse": False}
    box(app, "Reason").set_value(REASON)  # type: ignore[attr-defined]
    assert "refused" in press(app, "Refuse").success[0].value


def test_a_model_that_has_expired_is_not_decided_on(as_portal: AsPortal) -> None:
    store_model(days=-1)
    app = opened(as_portal)
    assert "nothing to decide" in words(app) and not app.text_area


@pytest.mark.parametrize("role", ["officer", "analyst", "planner"])
def test_who_is_no_member_is_told_so_and_sees_nothing(as_portal: AsPortal, role: str) -> None:
    store_model()
    app = opened(as_portal, role)
    assert not app.exception and "Your role is another." in words(app)
    assert "Robbery" not in words(app) and not app.text_area


@pytest.fixture
def community(as_portal: AsPortal) -> TestClient:
    as_portal(audience="community", board="Invented Ethics Board")
    return TestClient(Starlette(routes=routes_of("community")))


def test_the_register_says_what_was_decided_and_why_and_nothing_that_was_not_released(community: TestClient) -> None:
    empty = community.get("/register")
    assert empty.status_code == 200 and "has not decided on any model yet" in empty.text
    assert community.get("/register.json").json()["models"] == []
    refused, approved = store_model(), store_model(group="burglary", label="Burglary")
    waits = store_model(group="theft", label="Theft and shoplifting")
    decide(refused, "refused", f"<b>{REASON}</b>")
    decide(approved, "approved", "For six months.")
    html = community.get("/register").text
    page = " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split())
    assert f"&lt;b&gt;{REASON}" in html and "Reason: " in page and "Conditions: For six months." in page
    assert "Theft" not in page and f"model-{waits}" not in html
    for heading, _, fields in register.SECTIONS:
        assert heading in page and all(label in page for label, _, _ in fields)
    body = community.get("/register.json")
    found = {m["id"]: m for m in body.json()["models"]}
    assert {number: m["state"] for number, m in found.items()} == {refused: "refused", approved: "approved"}
    one = found[approved]
    assert one["tier_2_owner_and_responsibility"]["senior_responsible_owner"] == "A. Person"
    assert one["decisions"][0] | {"decided_on": ""} == {
        "decision": "approved", "board": "Invented Ethics Board", "decided_on": "", "review_date": one["review_date"],
        "conditions": "For six months.",
    }  # fmt: skip
    for served in (html, body.text):
        for secret in (str(SCORE), f"{SCORE:.0%}", f"{SCORE:.2f}", "4,271", "demo:board"):
            assert secret not in served, secret
    assert {r.headers["cache-control"] for r in (empty, body)} == {"no-cache"}


def test_a_withdrawal_shows_in_the_register_at_once_and_the_earlier_decisions_stay(community: TestClient) -> None:
    model = store_model()
    decide(model, "approved", "")
    assert community.get("/register.json").json()["models"][0]["state"] == "approved"
    decide(model, "withdrawn", REASON)
    (one,) = community.get("/register.json").json()["models"]
    assert one["state"] == "withdrawn" and one["review_date"] is None
    assert [d["decision"] for d in one["decisions"]] == ["withdrawn", "approved"] and one["decisions"][0]["reason"] == REASON
    assert "No conditions were set." in community.get("/register").text


def sign_in(seen: Visit, role: str, path: str) -> Page:
    page = seen.open(path)
    page.get_by_text(role, exact=True).click()
    with seen.run():
        page.get_by_role("button", name="Enter").click()
    return page


def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    main = "(document.querySelector('[data-testid=stMain]') || document.documentElement)"
    return bool(page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth"))


@pytest.mark.slow
@pytest.mark.browser
def test_the_board_refuses_a_model_and_it_vanishes_for_officers(
    invented_county: str, visit: Callable[..., Visit], browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On a phone and on a desk: a member approves a model, an officer sees it, the member takes it back, and the officer does not."""
    folder = tmp_path_factory.mktemp("board")
    process, portal = serve_professional(folder)
    public, register_at = serve_community(folder := tmp_path_factory.mktemp("register"))
    try:
        for width, others in ((390, 1280), (1280, 390)):
            forget_models()
            store_model()
            member, officer = visit(portal, width=width), visit(portal, width=others)
            page = sign_in(member, "Ethics board member", "/")
            # it opens with what waits for them
            expect(page.get_by_role("heading", level=1)).to_have_text("For the board")
            assert fits(page)
            page.get_by_label("Conditions").fill("For meetings alone.")
            with member.run():
                page.get_by_role("button", name="Approve", exact=True).click()
            expect(page.get_by_text("It is open to everyone who signs in.")).to_be_visible()
            theirs = sign_in(officer, "Neighbourhood officer", "/models")
            expect(theirs.get_by_role("heading", level=1)).to_have_text("What goes with robbery, by neighbourhood")
            expect(theirs.get_by_role("link", name="For the board")).to_have_count(0)
            page.get_by_label("Reason").fill(REASON)
            with member.run():
                page.get_by_role("button", name="Withdraw the approval").click()
            expect(page.get_by_text("It is closed to officers and planners.")).to_be_visible()
            theirs.get_by_role("link", name="The data").click()
            expect(theirs.get_by_role("heading", level=1)).to_contain_text("The data")
            theirs.get_by_role("link", name="Models").click()
            expect(theirs.get_by_text("No model is open to you.")).to_have_count(1)
            assert member.errors == officer.errors == []
            member.page.get_by_role("link", name="Audit trail").click()
            expect(page.get_by_text("The chain holds")).to_be_visible()
            with page.expect_download() as taken:
                member.settled().get_by_role("button", name="Download all that was found (CSV)").click()
            told = taken.value.path().read_text()
            assert "model withdrawn" in told and "model approved" in told and fits(page)
            residents = visit(register_at, width=width)
            found = residents.open("/register")
            expect(found.get_by_text(f"Reason: {REASON}")).to_be_visible()
            assert residents.violations() == [] and fits(found)
    finally:
        ended = [stop(process), stop(public)]
    assert ended == [0, 0]


def opened_trail(as_portal: AsPortal, role: str = "board", **address: str) -> AppTest:
    def show(role: str) -> None:
        from app.board import audit_page
        from app.person.sign_in import ProfessionalRole, demo_person

        audit_page.show(demo_person(ProfessionalRole(role), "E07900001"))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, args=(role,), default_timeout=600)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def searches() -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit.event WHERE action = 'search'")).scalar_one())


def test_a_member_searches_the_trail_page_by_page_and_each_search_is_recorded_once(as_portal: AsPortal) -> None:
    officer = demo_person(ProfessionalRole.OFFICER, "E07900001")
    for n in range(60):
        record(officer, "view", "hot_spots", {"district": "E07900001", "places": n})
    before = searches()
    # a link leads to what was looked for; a district goes by its name
    app = opened_trail(as_portal, person="demo:officer", action="view", place="Ashmoor", since="2020-01-01")
    assert not app.exception and "The chain holds" in app.success[0].value
    assert "page 1" in words(app) and "places: 59" in words(app) and "places: 9," not in words(app)
    assert app.run() and searches() == before + 1
    app = press(app, "Older")
    assert "page 2" in words(app) and "places: 9," in words(app) and "places: 59" not in words(app)
    app = press(app, "Newer")
    assert "page 1" in words(app) and "places: 59" in words(app)
    next(t for t in app.text_input if t.label == "Person").set_value("nobody at all")
    app = press(app, "Search")
    assert [i.value for i in app.info] == ["No event meets all of this. Take a word out, or widen the days."]
    assert dict(app.query_params)["person"] in ("nobody at all", ["nobody at all"])
    assert searches() == before + 4


def test_days_in_the_wrong_order_are_said_and_nothing_is_searched(as_portal: AsPortal) -> None:
    before = searches()
    app = opened_trail(as_portal, since="2025-02-01", until="2025-01-01")
    assert [e.value for e in app.error] == ["The last day lies before the first. Change one of them."] and searches() == before


@pytest.mark.parametrize("role", ["officer", "analyst", "planner"])
def test_nobody_else_searches_the_trail(as_portal: AsPortal, role: str) -> None:
    before = searches()
    app = opened_trail(as_portal, role)
    assert not app.exception and "those who are watched do not watch" in words(app) and not app.text_input and searches() == before

"""A risk model of the synthetic county: stored with its card, closed to all but analysts until a board approves it, and again after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from analytics.counts.loaded_months import current_period
from analytics.risk_model.card import card_text
from analytics.risk_model.stage import RiskModelReport, compute_risk_model, record_decision
from analytics.risk_model.terms import Owner, load_terms
from analytics.risk_model.transparency import NOT_GIVEN, as_text
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.risk_model import report as risk_report
from app.risk_model import store as risk_store
from core import db
from core.db import Role
from core.errors import UserError
from core.paths import PROJECT_ROOT

pytestmark = pytest.mark.database
TERMS = load_terms(PROJECT_ROOT / "analytics" / "risk_model" / "risk_model.toml")
OWNED = TERMS.model_copy(
    update={"owner": Owner(organisation="Homeshire", team="Analysis", senior_responsible_owner="A. Person", contact="a@b.example",
                           website="https://homeshire.example")}
)  # fmt: skip
ANALYST = demo_person(ProfessionalRole.ANALYST, "")
PLANNER = demo_person(ProfessionalRole.PLANNER, "")
OFFICER = demo_person(ProfessionalRole.OFFICER, "E06999001")


@pytest.fixture(scope="module")
def fitted(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> tuple[RiskModelReport, RiskModelReport]:
    """One model that nobody answers for, and one with an owner."""
    use_database(make_database("risk_model", template=county_database))
    reports = []
    for terms in (TERMS, OWNED):
        with db.transaction(Role.PIPELINE) as connection:
            reports.append(compute_risk_model(connection, terms, period=current_period(connection, 12), seed=3))
    with db.transaction(Role.OWNER) as connection:
        # so that the test says the same in any year
        connection.execute(text("UPDATE analysis.risk_model SET expires_on = current_date + 30"))
    return reports[0], reports[1]


def decide(model_id: int, decision: str, *, days: int = 10) -> None:
    today = date.today()  # noqa: DTZ011 - the database's own day
    with db.transaction(Role.PIPELINE) as connection:
        until = connection.execute(text("SELECT current_date + CAST(:d AS INTEGER)"), {"d": days}).scalar_one()
        record_decision(
            connection, model_id, decision, board="Homeshire Ethics Board", signed_by="B. Chair",  # type: ignore[arg-type]
            decided_on=min(today, until), valid_until=until, conditions="for six months", actor="test",
        )  # fmt: skip


def seen(person: Person) -> list[int]:
    with risk_store.reading_models(person) as reader:
        return [m.model_id for m in risk_store.models(reader)]


def test_a_model_is_stored_with_its_scores_and_found_the_same_twice(fitted: tuple[RiskModelReport, RiskModelReport]) -> None:
    one, two = fitted
    # as text: a rule without an interval has no coverage, and NaN equals nothing
    assert str((one.space, one.time, one.family)) == str((two.space, two.time, two.family))
    assert one.model_id != two.model_id
    scores = {s.rule: s for s in one.time}
    # clusters were planted that no term knows of: what was counted before knows them
    assert scores["counts of the months before"].deviance_explained > scores["model"].deviance_explained > 0.1
    assert 0.9 <= one.space[0].coverage <= 1.0
    with db.transaction(Role.PIPELINE) as connection:
        rows = connection.execute(
            text("SELECT code, observed, expected, lower, upper FROM analysis.risk_estimate WHERE model_id = :m ORDER BY code"),
            {"m": one.model_id},
        ).all()
        again = connection.execute(
            text("SELECT code, observed, expected, lower, upper FROM analysis.risk_estimate WHERE model_id = :m ORDER BY code"),
            {"m": two.model_id},
        ).all()
        run = connection.execute(
            text("SELECT r.stage, r.seed, cardinality(r.delivery_ids), r.code_version FROM analysis.risk_model AS m"
                 " INNER JOIN analysis.run AS r USING (run_id) WHERE m.model_id = :m"), {"m": one.model_id},
        ).one()  # fmt: skip
    assert rows == again
    assert len(rows) == one.places == 300
    assert sum(r.observed for r in rows) == one.incidents
    assert all(r.lower <= r.expected <= r.upper for r in rows)
    assert run[:2] == ("risk_model", 3)
    assert run[2] > 12  # twelve months and the index
    assert run[3]


def test_nobody_but_an_analyst_sees_it_before_a_board_approves_it(fitted: tuple[RiskModelReport, RiskModelReport]) -> None:
    _, owned = fitted
    assert seen(ANALYST) == [owned.model_id]  # the newest of its group
    assert seen(PLANNER) == seen(OFFICER) == []
    with db.transaction(Role.PROFESSIONAL, districts="*") as connection:
        for table in ("risk_model", "risk_estimate", "risk_model_decision"):
            assert connection.execute(text(f"SELECT count(*) FROM analysis.{table}")).scalar_one() == 0
    with db.transaction(Role.COMMUNITY) as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("SELECT 1 FROM analysis.risk_model"))


def test_a_model_that_nobody_answers_for_cannot_be_approved(fitted: tuple[RiskModelReport, RiskModelReport]) -> None:
    nobody, owned = fitted
    with pytest.raises(UserError, match="nobody answers for this model yet: organisation, team"):
        decide(nobody.model_id, "approved")
    with pytest.raises(UserError, match="the model itself expires"):
        decide(owned.model_id, "approved", days=31)
    with pytest.raises(UserError, match="no model 999"):
        decide(999, "refused")


def test_an_approval_opens_it_by_district_and_a_withdrawal_closes_it_at_once(
    fitted: tuple[RiskModelReport, RiskModelReport],
) -> None:
    _, owned = fitted
    decide(owned.model_id, "approved")
    assert seen(PLANNER) == seen(OFFICER) == [owned.model_id]
    with risk_store.reading_models(OFFICER) as reader:
        model = risk_store.models(reader)[0]
        own = risk_store.estimates(reader, model, "")
        elsewhere = risk_store.estimates(reader, model, "E06999002")
    said = risk_report.approval_sentence(model, date(2000, 1, 1))
    assert said.startswith("Approved by Homeshire Ethics Board (signed by B. Chair")
    assert "for six months" in said
    with db.transaction(Role.PIPELINE) as connection:
        in_district = connection.execute(
            text("SELECT count(*) FROM analysis.risk_estimate WHERE model_id = :m AND lad_code = 'E06999001'"),
            {"m": owned.model_id},
        ).scalar_one()
    assert len(own) == in_district > 0
    assert elsewhere == []
    decide(owned.model_id, "withdrawn", days=0)
    assert seen(OFFICER) == []
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("DELETE FROM analysis.risk_model_decision"))
    with db.transaction(Role.PIPELINE) as connection:
        events = connection.execute(text("SELECT action FROM audit.event WHERE subject LIKE 'risk_model%' ORDER BY event_id"))
        assert list(events.scalars()) == ["model approved", "model withdrawn"]


def test_an_approval_ends_by_itself(fitted: tuple[RiskModelReport, RiskModelReport]) -> None:
    _, owned = fitted
    decide(owned.model_id, "approved")
    assert seen(PLANNER) == [owned.model_id]
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE analysis.risk_model SET expires_on = current_date - 1"))
    assert seen(PLANNER) == []
    assert seen(ANALYST) == [owned.model_id]
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE analysis.risk_model SET expires_on = current_date + 30"))


def test_card_and_record_are_made_of_facts_and_claim_nothing_that_nobody_wrote(
    fitted: tuple[RiskModelReport, RiskModelReport],
) -> None:
    nobody, _ = fitted
    with db.transaction(Role.PIPELINE) as connection:
        row = connection.execute(
            text("SELECT card, transparency FROM analysis.risk_model WHERE model_id = :m"), {"m": nobody.model_id}
        ).one()
    record = as_text("Record", row.transparency)
    assert f"**Senior responsible owner.** {NOT_GIVEN}" in record
    for section in ("Metadata", "Tier 1: overview", *(f"Tier 2, {n}" for n in range(1, 6))):
        assert f"## {section}" in record
    card = card_text(row.card)
    assert "Income deprivation (IoD 2025)" in card
    assert "counts of the months before" in card
    assert "name a worst one" in card
    assert "spatial pattern 1" not in card

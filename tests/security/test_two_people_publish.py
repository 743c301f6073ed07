"""Two people publish and two withdraw, whoever tries it otherwise: the rule is the database's, and no credential of ours gets around it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics import stage as analytics_stage
from analytics.pipeline import publish_period
from analytics.release.past import withdraw
from analytics.release.proposals import approved, require_no_second_person
from core import db, migrate
from core.db import Role, code_of
from core.errors import UserError
from homeground.desk.serve import serve_one
from homeground.desk.tasks import publish_approved
from tests.builders.release_county import PERIOD, fill_county

pytestmark = pytest.mark.database

ANNE, BEN, CLEO = "oidc:anne", "oidc:ben", "oidc:cleo"
TABLES = ("steward.candidate", "steward.proposal", "steward.verdict", "steward.outcome", "steward.task", "steward.rule")


@pytest.fixture(scope="module", autouse=True)
def county_to_publish(module_database: str) -> None:
    """24 neighbourhoods as the analysis leaves them; nothing is published."""
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)


@pytest.fixture
def everyone_needs_two(county_to_publish: None) -> Iterator[None]:
    """HOMEGROUND_RELEASE_TWO_PEOPLE, as a migration tells the database."""
    os.environ["HOMEGROUND_RELEASE_TWO_PEOPLE"] = "true"
    migrate.prepare()
    yield
    del os.environ["HOMEGROUND_RELEASE_TWO_PEOPLE"]
    migrate.prepare()


def step(person: str | None, statement: str, *, steward: bool = True, districts: str = "", **values: object) -> object:
    """A statement of the portal's credential in the session of a person; what it returns."""
    with db.transaction(Role.PROFESSIONAL, districts=districts, person=person, steward=steward) as connection:
        return connection.execute(text(statement), values).scalar()


def refused(person: str | None, statement: str, **values: object) -> str:
    """The code of the refusal; '' where it was done."""
    try:
        step(person, statement, **values)  # type: ignore[arg-type]
    except DBAPIError as error:
        return code_of(error)
    return ""


def owner(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text(statement), values)
        return [tuple(r) for r in found] if found.returns_rows else []


def candidate() -> int:
    """Built by the worker because Anne asked for it."""
    step(ANNE, "SELECT steward.ask_for_candidate(NULL)")
    assert serve_one() and not serve_one()
    ((number, said, state),) = owner(
        "SELECT (SELECT max(candidate_id) FROM steward.candidate), said, state FROM steward.task ORDER BY task_id DESC LIMIT 1"
    )
    assert state == "done", said
    return int(str(number))


def proposed(by: str = ANNE, kind: str = "publish", of: int | None = None) -> int:
    """The number of a proposal: of what is named, else of a candidate as one that was built before."""
    number = of if of is not None else built_before()
    return int(str(step(by, "SELECT steward.propose(:kind, :of, 'the month is in')", kind=kind, of=number)))


def built_before(digest: str = "") -> int:
    """A candidate like the first that was built. digest: of other figures than would be published now."""
    if not owner("SELECT 1 FROM steward.candidate"):
        candidate()
    columns = "built_by, title, period_start, period_end, months_loaded, until, beside_release, policy, certificate, shown"
    ((number,),) = owner(
        f"INSERT INTO steward.candidate ({columns}, digest) SELECT {columns}, coalesce(nullif(:d, ''), digest) FROM steward.candidate"
        " ORDER BY candidate_id LIMIT 1 RETURNING candidate_id", d=digest,
    )  # fmt: skip
    return int(str(number))


def releases() -> list[tuple[object, ...]]:
    return owner("SELECT release_id, status FROM published.release ORDER BY release_id")


def test_one_proposes_another_approves_and_the_worker_publishes_these_very_figures() -> None:
    before = releases()
    number = proposed(of=candidate())
    assert releases() == before
    assert refused(ANNE, "SELECT steward.approve(:p)", p=number) == "HG011"
    step(BEN, "SELECT steward.approve(:p)", p=number)
    # nobody decides a second time: not a third person, not the same
    assert {refused(who, "SELECT steward.approve(:p)", p=number) for who in (ANNE, BEN, CLEO)} == {"HG014"}
    assert refused(CLEO, "SELECT steward.refuse(:p, 'no')", p=number) == "HG014"
    assert releases() == before, "an approval publishes nothing by itself"
    assert serve_one()
    ((release, digest),) = owner(
        "SELECT o.release_id, r.certificate ->> 'digest' FROM steward.outcome AS o JOIN published.release AS r USING (release_id)"
        " WHERE o.proposal_id = :p", p=number,
    )  # fmt: skip
    assert owner("SELECT digest FROM steward.candidate ORDER BY candidate_id DESC LIMIT 1") == [(digest,)]
    assert releases()[-1] == (release, "current")
    assert owner(
        "SELECT actor, credential, action FROM audit.event WHERE detail ->> 'proposal' = :p ORDER BY event_id", p=str(number)
    ) == [
        (ANNE, "homeground_professional", "release_proposed"),
        (BEN, "homeground_professional", "release_approved"),
        (BEN, "homeground_pipeline", "release_published"),
    ]
    with pytest.raises(UserError, match=f"was published as release {release}"):
        publish_approved(number, say=print)


def test_two_people_withdraw_at_once_and_the_reason_stands() -> None:
    if not releases():
        pytest.fail("the test before published one")
    release = int(str(releases()[-1][0]))
    number = proposed(kind="withdraw", of=release)
    assert refused(CLEO, "SELECT steward.propose('withdraw', :r, 'again')", r=release) == "HG014", "proposed already"
    assert refused(ANNE, "SELECT steward.approve(:p)", p=number) == "HG011"
    assert releases()[-1] == (release, "current")
    step(BEN, "SELECT steward.approve(:p)", p=number)
    assert releases()[-1] == (release, "withdrawn")
    assert owner("SELECT reason FROM published.withdrawal WHERE release_id = :r", r=release) == [("the month is in",)]
    assert refused(ANNE, "SELECT steward.propose('withdraw', :r, 'again')", r=release) == "HG014", "it is withdrawn"


def test_what_was_refused_or_taken_back_is_not_published_and_can_be_proposed_anew() -> None:
    of = built_before()
    taken_back = proposed(of=of)
    step(ANNE, "SELECT steward.refuse(:p, 'a slip')", p=taken_back)
    second = proposed(of=of)
    assert refused(BEN, "SELECT steward.refuse(:p, ' ')", p=second) == "HG013"
    step(BEN, "SELECT steward.refuse(:p, 'one figure looks odd')", p=second)
    assert {refused(CLEO, "SELECT steward.approve(:p)", p=p) for p in (taken_back, second)} == {"HG014"}
    for number in (taken_back, second):
        with pytest.raises(UserError, match="no approval of a second person"):
            publish_approved(number, say=print)


def test_the_second_person_is_another_one_even_to_the_owner_and_nothing_of_it_is_changed() -> None:
    number = proposed()
    for role in (Role.OWNER, Role.PIPELINE, Role.PROFESSIONAL):
        for by in (ANNE, BEN):
            with pytest.raises(DBAPIError) as found, db.transaction(role) as connection:
                connection.execute(
                    text(
                        "INSERT INTO steward.verdict (proposal_id, proposed_by, verdict, given_by)"
                        " VALUES (:p, :proposer, 'approved', :by)"
                    ),
                    # the owner writes what they like, but for two people who are one, or a proposer who is not
                    {"p": number, "proposer": ANNE if by == ANNE else CLEO, "by": by},
                )
            assert code_of(found.value) in (("23514", "23503") if role is Role.OWNER else ("42501",)), (role, by)
    for table in ("proposal", "verdict", "outcome", "candidate"):
        for statement in (f"DELETE FROM steward.{table}", f"TRUNCATE steward.{table} CASCADE"):
            with pytest.raises(DBAPIError, match="append-only"):
                owner(statement)
    with pytest.raises(DBAPIError, match="append-only"):
        owner("UPDATE steward.proposal SET proposed_by = 'oidc:another'")


def test_the_portals_credential_writes_no_row_and_reads_none_without_being_a_steward() -> None:
    proposed()
    for table in TABLES:
        assert step(ANNE, f"SELECT count(*) FROM {table}", districts="*", steward=False) == 0, table
        assert step(None, f"SELECT count(*) FROM {table}") == 0, table
        for statement in (f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            assert refused(ANNE, statement) == "42501", statement
    assert refused(ANNE, "UPDATE steward.task SET state = 'done'") == "42501"
    assert refused(ANNE, "UPDATE steward.rule SET two_people = FALSE") == "42501"
    closed = "SELECT steward.propose('publish', 1, 'x')", "SELECT steward.approve(1)", "SELECT steward.refuse(1, 'x')"
    closed += "SELECT steward.ask_for_candidate(NULL)", "SELECT steward.decide(1, 'accept', 'x')"
    for statement in closed:
        assert refused(ANNE, statement, steward=False, districts="*") == "HG010", statement
        assert refused(None, statement) == "HG010", "a session that names nobody is nobody's"
    for read in ("deliveries()", "rejected(1)", "runs()", "inputs()", "uses('2000-01-01')"):
        assert step(ANNE, f"SELECT count(*) FROM steward.{read}", steward=False, districts="*") == 0, read
    assert int(str(step(ANNE, "SELECT count(*) FROM steward.deliveries()"))) > 0


def test_a_steward_sees_no_figure_of_the_analysis_and_no_row_of_a_delivery() -> None:
    assert step(ANNE, "SELECT count(*) FROM analysis.count_month") == 0
    for table in ("raw.delivery", "raw.rejected_row", "raw.held_file", "audit.event", "queue.run"):
        assert refused(ANNE, f"SELECT 1 FROM {table} LIMIT 1") == "42501", table


def test_the_pipeline_carries_out_and_can_neither_propose_nor_approve() -> None:
    number = proposed()

    def tried(statement: str) -> str:
        try:
            with db.transaction(Role.PIPELINE) as connection:
                connection.execute(text(statement))
        except DBAPIError as error:
            return code_of(error)
        return ""

    for statement in (
        "SELECT steward.approve(1)",
        "INSERT INTO steward.proposal (kind, candidate_id, reason, proposed_by) VALUES ('publish', 1, 'x', 'a')",
        "INSERT INTO steward.task (kind, asked_by) VALUES ('build', 'a')",
        "UPDATE steward.rule SET two_people = FALSE",
        "UPDATE steward.task SET asked_by = 'a'",
    ):
        assert tried(statement) == "42501", statement
    assert tried(f"INSERT INTO steward.outcome (proposal_id, release_id) VALUES ({number}, 1)") == "HG011"


def test_what_changed_since_it_was_approved_is_not_published() -> None:
    number = proposed(of=built_before(digest="0" * 64))
    step(BEN, "SELECT steward.approve(:p)", p=number)
    before = releases()
    assert serve_one()
    ((state, said),) = owner("SELECT state, said FROM steward.task WHERE proposal_id = :p", p=number)
    assert state == "failed" and "is not what was approved" in str(said)
    assert releases() == before
    # a defect of ours that published other figures in the place of the approved ones is refused by the database
    with db.transaction(Role.PIPELINE) as connection:
        agreed = approved(connection, number)
    context = analytics_stage.default_context(actor="test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.pipeline.require_same_figures", lambda tables, agreed: None)
        with pytest.raises(DBAPIError, match="approved for other figures"), db.transaction(Role.PIPELINE) as connection:
            publish_period(connection, context, PERIOD, agreed=agreed)
    assert releases() == before


def test_where_everyone_needs_two_the_operator_alone_publishes_and_withdraws_nothing(everyone_needs_two: None) -> None:
    context = analytics_stage.default_context(actor="command line")
    before = releases()
    with pytest.raises(UserError, match="two people publish here"), db.transaction(Role.PIPELINE) as connection:
        publish_period(connection, context, PERIOD)
    with pytest.MonkeyPatch.context() as patch:
        # a defect, or somebody who runs statements under the pipeline's credential
        patch.setattr("analytics.pipeline.require_no_second_person", lambda connection: None)
        with (
            pytest.raises(DBAPIError, match="no proposal that a second person approved"),
            db.transaction(Role.PIPELINE) as connection,
        ):
            publish_period(connection, context, PERIOD)
    assert releases() == before
    number = proposed(of=candidate())
    step(BEN, "SELECT steward.approve(:p)", p=number)
    release = publish_approved(number, say=print)
    assert releases()[-1] == (release, "current")
    with pytest.raises(UserError, match="two people withdraw here"), db.transaction(Role.PIPELINE) as connection:
        require_no_second_person(connection, "withdraw")
    with pytest.raises(DBAPIError, match="no proposal that a second person approved"), db.transaction(Role.PIPELINE) as connection:
        withdraw(connection, release, reason="alone", actor="command line")
    assert releases()[-1] == (release, "current")
    assert owner("SELECT actor FROM audit.event WHERE action = 'rule_changed' ORDER BY event_id DESC LIMIT 1") == [("migration",)]

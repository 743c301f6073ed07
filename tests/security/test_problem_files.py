"""Problem files hold to their order, whoever writes them: a plan before its response, two people before the public, and no row changed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.release.build import audit_release, build_release
from analytics.release.past import withdraw
from analytics.release.publish import publish
from core import db
from core.db import Role, code_of
from core.periods import add_months
from homeground.desk.serve import serve_one
from published.problem_file import problem_file, problem_files
from tests.builders.release_county import PERIOD, fill_county, lsoas

pytestmark = pytest.mark.database

ANNE, BEN, ELSEWHERE = "oidc:anne", "oidc:ben", "oidc:elsewhere"
HERE, THERE = "E07990000", "E07990001"
# a column of each that somebody might want to change
TABLES = {
    "file": "title", "writing": "words", "plan": "digest", "response": "words", "commitment": "words", "kept": "state",
    "result": "asked_by", "proposal": "reason", "verdict": "reason",
}  # fmt: skip
PLAN = json.dumps({"any": "plan"})
DIGEST = "a" * 64


def today() -> date:
    return datetime.now(tz=UTC).date()


def next_month() -> date:
    return add_months(today().replace(day=1), 1)


@pytest.fixture(scope="module", autouse=True)
def published_county(module_database: str) -> None:
    """24 neighbourhoods in two districts, and one release of them."""
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        publish(connection, audit_release(candidate), candidate=candidate, actor="test")


def step(person: str | None, statement: str, *, districts: str = HERE, **values: object) -> object:
    with db.transaction(Role.PROFESSIONAL, districts=districts, person=person) as connection:
        return connection.execute(text(statement), values).scalar()


def refused(person: str | None, statement: str, *, districts: str = HERE, **values: object) -> str:
    """The code of the refusal; '' where it was done."""
    try:
        step(person, statement, districts=districts, **values)
    except DBAPIError as error:
        return code_of(error)
    return ""


def owner(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text(statement), values)
        return [tuple(r) for r in found] if found.returns_rows else []


def as_role(role: Role, statement: str, **values: object) -> str:
    """The code by which a role is refused; '' where it was done."""
    try:
        with db.transaction(role) as connection:
            connection.execute(text(statement), values)
    except DBAPIError as error:
        return code_of(error)
    return ""


OPEN = "SELECT problem.open_file('lsoa', :code, 'violence', 'Fights at night', 'the council', 'a panel')"
RESPOND = "SELECT problem.respond(:f, :day, 'Lights and patrols.')"
WRITE = "SELECT problem.write(:f, :s, 'Words of this step.')"
STORE_PLAN = (
    "INSERT INTO problem.plan (file_id, plan, digest, starts, months, least_fall, looks_back, asked_by)"
    " VALUES (:f, CAST(:plan AS JSONB), :digest, :starts, 12, 25, FALSE, 'oidc:anne')"
)


def opened(person: str = ANNE) -> int:
    file = int(str(step(person, OPEN, code=lsoas()["code"].iloc[0])))
    step(person, WRITE, f=file, s="objective")
    return file


def planned(file: int, starts: date | None = None) -> None:
    """As the worker stores it."""
    assert as_role(Role.PIPELINE, STORE_PLAN, f=file, plan=PLAN, digest=DIGEST, starts=starts or next_month()) == ""


def shown(file: int) -> None:
    number = step(ANNE, "SELECT problem.propose(:f, 'publish', '')", f=file)
    step(BEN, "SELECT problem.decide(:p, 'agreed', '')", p=number)


def test_no_response_starts_before_its_plan_whoever_writes_it() -> None:
    file, starts = opened(), next_month()
    assert refused(ANNE, RESPOND, f=file, day=starts) == "HG032"
    # not by any credential, and not by the owner of the table
    insert = "INSERT INTO problem.response (file_id, plan_id, starts_on, words, written_by) VALUES (:f, 1, :day, 'Lights and patrols.', 'x')"
    assert {as_role(role, insert, f=file, day=starts) for role in (Role.PIPELINE, Role.COMMUNITY, Role.QUESTIONS)} == {"42501"}
    assert refused(ANNE, insert, f=file, day=starts) == "42501"
    assert as_role(Role.OWNER, insert, f=file, day=starts) == "HG032"
    planned(file)
    # in another month than the plan's, or on a day that has come
    for day in (add_months(starts, 1), starts - timedelta(days=1), today()):
        assert refused(ANNE, RESPOND, f=file, day=day) == "HG034"
    assert refused(ANNE, RESPOND, f=file, day=starts + timedelta(days=4)) == ""
    assert refused(ANNE, RESPOND, f=file, day=starts) == "23505", "one response a file"


def test_no_plan_is_written_once_the_response_has_its_start_whoever_writes_it() -> None:
    file = opened()
    planned(file)
    planned(file)
    step(ANNE, RESPOND, f=file, day=next_month())
    stands = owner("SELECT max(plan_id) FROM problem.plan WHERE file_id = :f", f=file)
    assert owner("SELECT plan_id FROM problem.response WHERE file_id = :f", f=file) == stands, (
        "the newest plan is the one that counts"
    )
    for role in (Role.PIPELINE, Role.OWNER):
        assert as_role(role, STORE_PLAN, f=file, plan=PLAN, digest=DIGEST, starts=next_month()) == "HG033"
    assert refused(ANNE, "SELECT problem.ask_for_plan(:f, :s, 12, 25, FALSE)", f=file, s=next_month()) == "HG033"


def test_a_plan_that_comes_late_says_that_it_looks_back_and_nobody_dates_it_back() -> None:
    file, begun = opened(), today().replace(day=1)
    ask = "SELECT problem.ask_for_plan(:f, :s, 12, 25, :late)"
    assert refused(ANNE, ask, f=file, s=begun, late=False) == "HG037"
    assert refused(ANNE, ask, f=file, s=next_month(), late=True) == "HG037", "nor is a test called a look back"
    # whatever is written: the database knows the day, and what that makes of the plan
    back = STORE_PLAN.replace("asked_by)", "asked_by, written_at)").replace("'oidc:anne')", "'oidc:anne', '2001-01-01')")
    assert as_role(Role.OWNER, back, f=file, plan=PLAN, digest=DIGEST, starts=begun) == ""
    ((late, on),) = owner("SELECT looks_back, CAST(written_at AS DATE) FROM problem.plan WHERE file_id = :f", f=file)
    assert late is True and abs((today() - on).days) <= 1  # type: ignore[operator]
    assert refused(ANNE, RESPOND, f=file, day=begun) == ""
    shown(file)
    with db.transaction(Role.COMMUNITY) as connection:
        read = problem_file(connection, file)
    assert read is not None and read.plan is not None and read.plan.looks_back


def test_a_result_is_of_the_plan_that_the_response_stands_on() -> None:
    file = opened()
    planned(file)
    ((plan,),) = owner("SELECT plan_id FROM problem.plan WHERE file_id = :f", f=file)
    insert = "INSERT INTO problem.result (file_id, plan_id, found, told, asked_by) VALUES (:f, :p, '{}', '{}', 'x')"
    assert as_role(Role.PIPELINE, insert, f=file, p=plan) == "HG035"
    assert refused(ANNE, "SELECT problem.ask_for_result(:f)", f=file) == "HG035"
    assert refused(ANNE, "SELECT problem.commit_to(:f, 'the council', 'Brighter lights', :d)", f=file, d=next_month()) == "HG035"
    assert refused(ANNE, insert, f=file, p=plan) == "42501", "the portal writes no result"


def test_nothing_of_a_file_is_ever_changed_even_by_its_owner() -> None:
    for table, column in TABLES.items():
        for statement in (
            f"UPDATE problem.{table} SET {column} = 'x'",
            f"DELETE FROM problem.{table}",
            f"TRUNCATE problem.{table} CASCADE",
        ):
            with pytest.raises(DBAPIError, match="append-only"), db.transaction(Role.OWNER) as connection:
                connection.execute(text(statement))
            assert refused(ANNE, statement) == "42501"
            assert as_role(Role.PIPELINE, statement) == "42501"


def test_another_person_agrees_and_only_then_does_everyone_read_it() -> None:
    file = opened()
    number = step(ANNE, "SELECT problem.propose(:f, 'publish', '')", f=file)
    with db.transaction(Role.COMMUNITY) as connection:
        assert problem_file(connection, file) is None
    assert refused(ANNE, "SELECT problem.decide(:p, 'agreed', '')", p=number) == "HG03B"
    verdict = "INSERT INTO problem.verdict (proposal_id, proposed_by, verdict, given_by) VALUES (:p, :by, 'agreed', :by)"
    assert as_role(Role.OWNER, verdict, p=number, by=ANNE) == "23514", "a constraint, so it binds the owner too"
    # what was written since is not in what was agreed to
    step(ANNE, "SELECT problem.write(:f, 'objective', 'Other words than those.')", f=file)
    step(BEN, "SELECT problem.decide(:p, 'agreed', '')", p=number)
    with db.transaction(Role.COMMUNITY) as connection:
        read = problem_file(connection, file)
    assert read is not None and read.steps == {"objective": "Words of this step."}
    assert refused(BEN, "SELECT problem.decide(:p, 'refused', 'no')", p=number) == "HG039", "nobody decides twice"
    # two people take it down, with a reason
    assert refused(ANNE, "SELECT problem.propose(:f, 'take_down', '')", f=file) == "23514"
    down = step(ANNE, "SELECT problem.propose(:f, 'take_down', 'It was the wrong street.')", f=file)
    step(BEN, "SELECT problem.decide(:p, 'agreed', '')", p=down)
    with db.transaction(Role.COMMUNITY) as connection:
        assert problem_file(connection, file) is None
    events = owner(
        "SELECT actor, action FROM audit.event WHERE subject = 'problem_file' AND detail ->> 'file' = :f ORDER BY event_id",
        f=str(file),
    )
    assert events == [
        (ANNE, "problem_opened"), (ANNE, "problem_written"), (ANNE, "problem_proposed"), (ANNE, "problem_written"),
        (BEN, "problem_agreed"), (ANNE, "problem_proposed"), (BEN, "problem_agreed"),
    ]  # fmt: skip
    words = owner("SELECT detail::TEXT FROM audit.event WHERE subject = 'problem_file'")
    assert not [w for w in words if "Words of this step" in str(w) or "wrong street" in str(w)]


def test_a_refusal_has_a_reason_and_the_file_can_be_proposed_anew() -> None:
    file = opened()
    number = step(ANNE, "SELECT problem.propose(:f, 'publish', '')", f=file)
    assert refused(BEN, "SELECT problem.propose(:f, 'publish', '')", f=file) == "HG039", "one proposal at a time"
    assert refused(BEN, "SELECT problem.decide(:p, 'refused', ' ')", p=number) == "HG03C"
    step(BEN, "SELECT problem.decide(:p, 'refused', 'It names somebody.')", p=number)
    assert refused(BEN, "SELECT problem.propose(:f, 'publish', '')", f=file) == ""
    without = int(str(step(ANNE, OPEN, code=lsoas()["code"].iloc[1])))
    assert refused(ANNE, "SELECT problem.propose(:f, 'publish', '')", f=without) == "HG03A", "it says no objective"


def test_people_of_other_districts_neither_read_nor_write_it() -> None:
    file = opened()
    planned(file)
    step(ANNE, RESPOND, f=file, day=next_month())
    step(ANNE, "SELECT problem.commit_to(:f, 'the council', 'Brighter lights', :d)", f=file, d=next_month())
    step(ANNE, "SELECT problem.note_kept((SELECT max(commitment_id) FROM problem.commitment), 'kept')")
    number = step(ANNE, "SELECT problem.propose(:f, 'publish', '')", f=file)
    for table in (*TABLES, "task"):
        for districts in (THERE, "", None):
            assert step(ELSEWHERE, f"SELECT count(*) FROM problem.{table}", districts=districts) == 0, table  # type: ignore[arg-type]
    for statement, values in (
        (WRITE, {"f": file, "s": "analysis"}),
        ("SELECT problem.decide(:p, 'agreed', '')", {"p": number}),
        ("SELECT problem.ask_for_result(:f)", {"f": file}),
        ("SELECT problem.propose(:f, 'publish', '')", {"f": file}),
        ("SELECT problem.note_kept((SELECT 1), 'kept')", {}),
    ):
        assert refused(ELSEWHERE, statement, districts=THERE, **values) == "HG031", statement
    assert refused(ELSEWHERE, OPEN, districts=THERE, code=lsoas()["code"].iloc[0]) == "HG036"
    assert refused(None, WRITE, f=file, s="analysis") == "HG030", "nobody writes without a name"
    # the pipeline plans and reads, and opens, shows and agrees to nothing
    for call in (
        "problem.propose(1, 'publish', '')",
        "problem.decide(1, 'agreed', '')",
        "problem.write(1, 'analysis', 'Words of it.')",
    ):
        assert as_role(Role.PIPELINE, f"SELECT {call}") == "42501"
    for role in (Role.COMMUNITY, Role.QUESTIONS):
        assert {as_role(role, f"SELECT * FROM problem.{t}") for t in TABLES} == {"42501"}


def test_everyone_reads_the_parts_of_a_file_that_are_named_and_no_other() -> None:
    file = opened()
    step(ANNE, WRITE, f=file, s="scanning")
    planned(file)
    shown(file)
    with db.transaction(Role.COMMUNITY) as connection:
        row = dict(
            connection.execute(text("SELECT * FROM published.problem_file WHERE file_id = :f"), {"f": file}).mappings().one()
        )
        assert {f.file_id for f in problem_files(connection)} >= {file}
    assert sorted(row["plan"]) == ["before_it", "least_fall", "looks_back", "months", "seal", "starts", "written_on"]
    ((key,),) = owner("SELECT seal_key::TEXT FROM problem.plan WHERE file_id = :f", f=file)
    assert row["plan"]["seal"] == hashlib.sha256(f"{DIGEST}:{key}".encode()).hexdigest()
    served = json.dumps(row, default=str)
    assert all(secret not in served for secret in (ANNE, BEN, DIGEST, str(key), '"any"'))
    # the figure of scanning is the one of its release, and goes with it
    figure = (
        "SELECT count, symbol FROM published.value WHERE release_id = :r AND geography = 'lsoa' AND place_code = :c"
        " AND category = 'violence'"
    )
    ((count, symbol),) = owner(figure, r=row["scan_release"], c=row["place_code"])
    assert (row["scan_count"], row["scan_symbol"]) == (count, symbol)
    leak = "SELECT 1 FROM published.problem_file WHERE CAST(substr(title, 1, 3) AS INTEGER) > 0"
    assert as_role(Role.COMMUNITY, leak) == "22P02", "a shown title is tried"
    unseen = opened()
    assert as_role(Role.COMMUNITY, "DELETE FROM published.problem_file") in ("42501", "55000")
    assert as_role(Role.PIPELINE, "INSERT INTO published.problem_file (file_id) VALUES (1)") in ("42501", "55000")
    with db.transaction(Role.COMMUNITY) as connection:
        assert problem_file(connection, unseen) is None


def test_the_worker_makes_the_plan_and_says_why_it_cannot() -> None:
    file = opened()
    step(ANNE, "SELECT problem.ask_for_plan(:f, :s, 12, 25, FALSE)", f=file, s=next_month())
    assert refused(ANNE, "SELECT problem.ask_for_plan(:f, :s, 12, 25, FALSE)", f=file, s=next_month()) == "23505", (
        "asked for already"
    )
    assert refused(ANNE, RESPOND, f=file, day=next_month()) == "HG038", "it waits for the plan that is being made"
    assert serve_one() and not serve_one()
    # eleven months are loaded, and a plan wants twelve
    ((state, said),) = owner("SELECT state, said FROM problem.task WHERE file_id = :f", f=file)
    assert state == "failed" and "at least 12 are needed" in str(said)
    assert owner("SELECT count(*) FROM problem.plan WHERE file_id = :f", f=file) == [(0,)]


def test_a_result_goes_with_a_release_that_it_goes_by() -> None:
    """The last of this module: its release is withdrawn."""
    file, begun = opened(), today().replace(day=1)
    step(ANNE, WRITE, f=file, s="scanning")
    planned(file, begun)
    step(ANNE, RESPOND, f=file, day=begun)
    told = json.dumps({"verdict": "cannot_tell", "why": "few", "around": "cannot_tell"})
    insert = (
        "INSERT INTO problem.result (file_id, plan_id, found, told, before_release, after_release, asked_by)"
        " SELECT file_id, plan_id, '{}', CAST(:told AS JSONB), 1, 1, 'x' FROM problem.response WHERE file_id = :f"
    )
    assert as_role(Role.PIPELINE, insert, f=file, told=told) == ""
    shown(file)
    with db.transaction(Role.COMMUNITY) as connection:
        read = problem_file(connection, file)
    assert read is not None and read.result is not None and read.result.why == "few" and read.scanned is not None
    with db.transaction(Role.PIPELINE) as connection:
        withdraw(connection, 1, reason="a test", actor="test")
    with db.transaction(Role.COMMUNITY) as connection:
        read = problem_file(connection, file)
    assert read is not None and read.result is None and read.scanned is None

"""The credential that takes in questions adds a row to one table and does nothing else: attacks by whoever holds it, and by the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core import db
from core.db import Role, code_of
from core.questions.receipt import new_receipt

pytestmark = pytest.mark.database

WORDS = "Why are there more of these than in the year before?"
PLACE = "E01900001"
ADD = (
    "INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, category, words)"
    " VALUES (:reference, :hash, 'contest', 'lsoa', :place, 'robbery', :words)"
)


def row(words: str = WORDS, place: str = PLACE) -> dict[str, str]:
    receipt = new_receipt()
    return {"reference": receipt.reference, "hash": receipt.code_hash, "words": words, "place": place}


def add(**changed: str) -> dict[str, str]:
    values = row(**changed)
    with db.transaction(Role.QUESTIONS) as connection:
        connection.execute(text(ADD), values)
    return values


def said(role: Role, statement: str, **values: object) -> str:
    """What the server has against a statement; '' where it did as it was told."""
    try:
        with db.transaction(role) as connection:
            connection.execute(text(statement), values)
    except DBAPIError as error:
        return str(error.orig)
    return ""


@contextmanager
def moderating(districts: str | None, *, moderator: bool = True) -> Iterator[Connection]:
    with db.transaction(Role.PROFESSIONAL, districts=districts, person="oidc:mo", moderator=moderator) as connection:
        yield connection


def relations() -> list[str]:
    with db.transaction(Role.OWNER) as connection:
        query = (
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class AS c"
            " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1"
        )
        return list(connection.execute(text(query)).scalars())


def test_the_credential_that_takes_questions_in_reads_and_writes_no_table(invented_county: str) -> None:
    """Every table, view and sequence there is, one after the other; what it added itself is closed to it too."""
    add()
    found = relations()
    assert {
        "asked.question",
        "asked.rule",
        "asked.day",
        "asked.alert",
        "asked.alert_step",
        "answered.question",
        "published.value",
        "audit.event",
        "record.incident",
    } <= set(found)
    for name in found:
        assert "permission denied" in said(Role.QUESTIONS, f"SELECT 1 FROM {name} LIMIT 1"), name
        for statement in (f"DELETE FROM {name}", f"TRUNCATE {name}", f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"):
            refused = said(Role.QUESTIONS, statement)
            assert any(w in refused for w in ("permission denied", "is not a table", "cannot", "not supported for sequences")), (
                name,
                refused,
            )
        # the three tables that it may add to ask for more than a default
        assert said(Role.QUESTIONS, f"INSERT INTO {name} DEFAULT VALUES"), name


@pytest.mark.parametrize(
    "statement",
    [
        ADD + " RETURNING question_id", ADD + " RETURNING words", ADD + " ON CONFLICT (reference) DO UPDATE SET words = 'other words'",
        "UPDATE asked.question SET state = 'accepted'", "UPDATE asked.question SET words = words || 'x'",
        "INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, words, state, shown)"
        " VALUES (:reference, :hash, 'contest', 'lsoa', :place, :words, 'accepted', 'shown')",
        "INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, words, lad_code)"
        " VALUES (:reference, :hash, 'contest', 'lsoa', :place, :words, 'E07900002')",
        "INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, words, came)"
        " VALUES (:reference, :hash, 'contest', 'lsoa', :place, :words, 'paper')",
        "COPY asked.question TO STDOUT", "SELECT * FROM asked.state_of(:reference, :hash)", "SELECT asked.forget()",
        "SELECT asked.accept(1, 'x')", "SELECT asked.answer(1, 'us', 'x', 'stands', NULL)", "SELECT asked.moderating()",
        "SELECT asked.add_paper('a', :reference, :hash, 'contest', 'lsoa', :place, '', :words)",
        "SELECT asked.opened(1, ARRAY['waiting'])", "SELECT audit.record('a', 'b', 'c', '{}')", "SELECT asked.take_in()",
        "CREATE TABLE asked.mine (a INTEGER)", "CREATE TEMPORARY TABLE mine (a INTEGER)", "DROP TRIGGER take_in ON asked.question",
        "ALTER TABLE asked.question DISABLE ROW LEVEL SECURITY", "SELECT currval('asked.question_question_id_seq')",
        "SELECT pg_read_file('PG_VERSION')", "SET ROLE homeground_keeper", "SELECT lo_create(0)",
    ],
)  # fmt: skip
def test_it_gets_around_its_one_statement_by_no_other(invented_county: str, statement: str) -> None:
    assert said(Role.QUESTIONS, statement, **row())


def test_a_row_that_is_added_waits_and_its_district_is_worked_out_by_the_database(invented_county: str) -> None:
    reference = add()["reference"]
    with db.transaction(Role.OWNER) as connection:
        query = text("SELECT state, came, lad_code, shown, words FROM asked.question WHERE reference = :r")
        assert tuple(connection.execute(query, {"r": reference}).one()) == ("waiting", "online", "E07900001", "", WORDS)


@pytest.mark.parametrize(
    "changed",
    [
        {"place": "E01999999"}, {"words": "short"}, {"words": "x" * 1001}, {"words": "Ring me on 07700 900123 please"},
        {"words": "Write to bob@example.org about it"}, {"words": "My number is QQ 12 34 56 C, look"},
    ],
)  # fmt: skip
def test_what_the_process_should_have_refused_the_database_refuses(invented_county: str, changed: dict[str, str]) -> None:
    with pytest.raises(DBAPIError) as refused:
        add(**changed)
    assert code_of(refused.value) == ("HG001" if "place" in changed else "23514")


def test_no_day_and_no_session_takes_in_more_than_the_rule(
    make_database: object, use_database: object, invented_county_database: str
) -> None:
    """Whoever holds the credential sends what they like, in any time zone: the table grows by the measure of one day."""
    use_database(make_database("floods", template=invented_county_database))  # type: ignore[operator]
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE asked.rule SET most_a_day = 7, most_waiting = 9"))

    def sent(zone: str) -> str:
        try:
            with db.transaction(Role.QUESTIONS) as connection:
                connection.execute(text(f"SET LOCAL TimeZone = '{zone}'"))
                connection.execute(text(ADD), row())
        except DBAPIError as error:
            return code_of(error)
        return ""

    assert [sent(zone) for zone in ("UTC",) * 6 + ("Etc/GMT+12", "Etc/GMT-14", "UTC", "Etc/GMT+12")] == [""] * 7 + ["HG002"] * 3
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE asked.day SET day = day - 1"))
    # a new day; then so many wait that no more are taken in
    assert [sent("UTC") for _ in range(4)] == ["", "", "HG002", "HG002"]
    with db.transaction(Role.OWNER) as connection:
        assert connection.execute(text("SELECT count(*) FROM asked.question")).scalar_one() == 9


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PIPELINE])
def test_no_other_credential_reads_a_question(invented_county: str, role: Role) -> None:
    add()
    for statement in ("SELECT words FROM asked.question", "SELECT * FROM asked.day", "SELECT * FROM asked.rule", ADD):
        assert "permission denied" in said(role, statement, **row())


def test_both_halves_of_a_receipt_open_what_became_of_it_and_one_opens_nothing(invented_county: str) -> None:
    mine, other = add(), add()
    query = "SELECT state, answer FROM asked.state_of(:reference, :hash)"
    with db.transaction(Role.COMMUNITY) as connection:
        assert [tuple(r) for r in connection.execute(text(query), mine)] == [("waiting", "")]
        assert connection.execute(text(query), {**mine, "hash": other["hash"]}).all() == []
        assert connection.execute(text(query), {**mine, "hash": ""}).all() == []
        assert connection.execute(text(query), {**mine, "reference": "%"}).all() == []
        columns = connection.execute(text("SELECT * FROM asked.state_of(:reference, :hash)"), mine).keys()
    assert not {"words", "shown", "code_hash", "reference"} & set(columns)


@pytest.mark.parametrize(
    ("districts", "moderator", "sees"),
    [("E07900001", True, True), ("*", True, True), ("E07900002", True, False), ("E07900001", False, False), ("*", False, False),
     (None, True, False), ("", True, False)],
)  # fmt: skip
def test_a_moderator_sees_the_questions_of_their_districts_and_nobody_else_any(
    invented_county: str, districts: str | None, moderator: bool, sees: bool
) -> None:
    add(words="Only for the moderators of this district")
    with moderating(districts, moderator=moderator) as connection:
        found = set(connection.execute(text("SELECT words FROM asked.question")).scalars())
    assert ("Only for the moderators of this district" in found) is sees


def _number_of(reference: str) -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(
            connection.execute(text("SELECT question_id FROM asked.question WHERE reference = :r"), {"r": reference}).scalar_one()
        )


@pytest.mark.parametrize(("districts", "moderator"), [("E07900002", True), ("*", False), (None, True)])
def test_nobody_else_decides_on_one(invented_county: str, districts: str | None, moderator: bool) -> None:
    number = _number_of(add()["reference"])
    for step in (
        "asked.accept(:n, 'x')", "asked.refuse(:n, 'abusive')", "asked.pass_on(:n, 'the police')",
        "asked.answer(:n, 'us', 'x', 'stands', NULL)",
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as refused, moderating(districts, moderator=moderator) as connection:
            connection.execute(text(f"SELECT {step}"), {"n": number})
        assert code_of(refused.value) == "HG003"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code_hash FROM asked.question", "SELECT reference FROM asked.question", "SELECT * FROM asked.question",
        "UPDATE asked.question SET state = 'accepted'", "DELETE FROM asked.question", "INSERT INTO answered.question DEFAULT VALUES",
        "DELETE FROM answered.question", "UPDATE answered.ending SET questions = 0", "SELECT * FROM asked.state_of('', '')",
        "SELECT asked.ended('stands')", "SELECT asked.opened(1, ARRAY['waiting'])", "UPDATE asked.rule SET most_a_day = 1",
    ],
)  # fmt: skip
def test_a_moderator_changes_nothing_past_the_steps_and_cannot_use_a_receipt(invented_county: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), moderating("*") as connection:
        connection.execute(text(statement))


def test_each_step_is_taken_in_its_order_and_leaves_its_event(invented_county: str) -> None:
    mine = add()
    number = _number_of(mine["reference"])
    with pytest.raises(DBAPIError) as early, moderating("*") as connection:
        connection.execute(text("SELECT asked.answer(:n, 'the police', 'Because', 'stands', NULL)"), {"n": number})
    assert code_of(early.value) == "HG004"
    with moderating("E07900001") as connection:
        connection.execute(text("SELECT asked.accept(:n, 'A summary of it')"), {"n": number})
        connection.execute(text("SELECT asked.pass_on(:n, 'the police')"), {"n": number})
    with pytest.raises(DBAPIError) as no_release, moderating("*") as connection:
        connection.execute(text("SELECT asked.answer(:n, 'the police', 'Corrected', 'corrected', 999)"), {"n": number})
    assert code_of(no_release.value) == "HG006"
    with moderating("E07900001") as connection:
        connection.execute(text("SELECT asked.answer(:n, 'the police', 'We counted again.', 'stands', NULL)"), {"n": number})
    with pytest.raises(DBAPIError) as late, moderating("*") as connection:
        connection.execute(text("SELECT asked.refuse(:n, 'abusive')"), {"n": number})
    assert code_of(late.value) == "HG004"
    with db.transaction(Role.OWNER) as connection:
        events = connection.execute(
            text(
                "SELECT action, actor, credential, detail FROM audit.event"
                " WHERE subject = 'question' AND detail->>'question' = :n ORDER BY event_id"
            ),
            {"n": str(number)},
        ).all()
    assert [e.action for e in events] == ["question_accepted", "question_passed", "question_answered"]
    assert {(e.actor, e.credential) for e in events} == {("oidc:mo", "homeground_professional")}
    assert not any(WORDS in str(e.detail) or "summary of" in str(e.detail) for e in events)
    with db.transaction(Role.COMMUNITY) as connection:
        public = connection.execute(text("SELECT question, body, answer, outcome FROM answered.question")).all()
        followed = connection.execute(text("SELECT state, answer FROM asked.state_of(:reference, :hash)"), mine).one()
    assert tuple(public[-1]) == ("A summary of it", "the police", "We counted again.", "stands")
    assert tuple(followed) == ("answered", "We counted again.")


def test_what_was_refused_or_answered_is_deleted_with_its_receipt_after_its_days(invented_county: str) -> None:
    mine, waiting = add(), add()
    with moderating("*") as connection:
        connection.execute(text("SELECT asked.refuse(:n, 'person')"), {"n": _number_of(mine["reference"])})
    query = text("SELECT state, forget_on - changed_on AS days FROM asked.state_of(:reference, :hash)")
    with db.transaction(Role.COMMUNITY) as connection:
        assert tuple(connection.execute(query, mine).one()) == ("refused", 90)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text("UPDATE asked.question SET forget_on = (now() AT TIME ZONE 'UTC')::DATE WHERE reference = :reference"), mine
        )
    with db.transaction(Role.COMMUNITY) as connection:
        # its time is over, though nobody has deleted it yet
        assert connection.execute(query, mine).all() == []
    with db.transaction(Role.PIPELINE) as connection:
        assert connection.execute(text("SELECT asked.forget()")).scalar_one() == 1
    with db.transaction(Role.OWNER) as connection:
        left = set(connection.execute(text("SELECT reference FROM asked.question")).scalars())
        counted = connection.execute(text("SELECT questions FROM answered.ending WHERE ending = 'person'")).scalar_one()
    assert mine["reference"] not in left and waiting["reference"] in left and counted == 1


@pytest.mark.parametrize(("districts", "moderator"), [("E07900002", True), ("*", False), (None, True)])
def test_nobody_types_in_a_paper_form_of_a_district_that_is_not_theirs(
    invented_county: str, districts: str | None, moderator: bool
) -> None:
    values = row(words="Typed in for a district of somebody else")
    statement = "SELECT asked.add_paper('oidc:mo', :reference, :hash, 'question', 'lsoa', :place, '', :words)"
    with pytest.raises(DBAPIError) as refused, moderating(districts, moderator=moderator) as connection:
        connection.execute(text(statement), values)
    assert code_of(refused.value) == "HG003"
    with db.transaction(Role.OWNER) as connection:
        kept = connection.execute(text("SELECT count(*) FROM asked.question WHERE words = :words"), values).scalar_one()
    assert kept == 0

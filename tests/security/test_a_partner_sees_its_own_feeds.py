"""A partner agency sees the state of the feeds that its account names: no other feed, no figure of any place, no row, and takes no step."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from streamlit.testing.v1 import AppTest

from app.person.sign_in import ProfessionalRole, demo_person
from core import db
from core.db import Role
from feeds.loading.load import load_source
from tests.builders import feeds_files as county

pytestmark = pytest.mark.database

OWN, OTHER = "police_uk_street", "pharmacies"
PARTNER = demo_person(ProfessionalRole.PARTNER, "")


@pytest.fixture(scope="module", autouse=True)
def loaded(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Four months of the partner's feed, of which one is held and one has a row that was rejected; and a delivery of somebody else's."""
    folder: Path = tmp_path_factory.mktemp("months")
    for month, rows in (("2025-01", 400), ("2025-02", 400), ("2025-03", 400), ("2025-04", 30)):
        made = county.many(rows, month)
        county.write(folder, county.street_name(month), county.street_csv(made))
    load_source(folder, region=county.REGION, actor="command line")
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in, rows_accepted,"
                " rows_rejected, notes) VALUES (:f, 'secret-name.csv', repeat('7', 64), 1, 'another', 'agreement', 's', 3, 2, 1, '{}')"
            ),
            {"f": OTHER},
        )
        connection.execute(
            text(
                'UPDATE raw.delivery SET notes = notes || \'{"accepted": {"by": "anne", "reason": "It is right"}}\''
                " WHERE feed = :f AND status = 'loaded' AND slot LIKE '%2025-01%'"
            ),
            {"f": OWN},
        )


def seen(statement: str, feeds: str | None = PARTNER.feeds, person: str | None = PARTNER.actor) -> list[object]:
    with db.transaction(Role.PROFESSIONAL, districts="", person=person, feeds=feeds) as connection:
        return list(connection.execute(text(statement)).scalars())


def test_it_sees_its_own_feeds_alone() -> None:
    assert set(seen("SELECT feed FROM steward.own_deliveries()")) == {OWN}
    assert set(seen("SELECT feed FROM steward.own_deliveries()", feeds=OTHER)) == {OTHER}
    # a name that holds another is not that other, and no account sees all
    for feeds in ("", "police", "%", "*", f"{OWN}x", "police_uk_street_", None):
        assert seen("SELECT feed FROM steward.own_deliveries()", feeds=feeds) == []
    # without a person there is no session to answer
    assert seen("SELECT feed FROM steward.own_deliveries()", person=None) == []


def test_rejected_rows_of_another_feed_are_not_told_of_and_nobody_who_decided_is_named() -> None:
    with db.transaction(Role.OWNER) as connection:
        other = connection.execute(text("SELECT delivery_id FROM raw.delivery WHERE feed = :f"), {"f": OTHER}).scalar_one()
        connection.execute(
            text("INSERT INTO raw.rejected_row (delivery_id, line, field, reason) VALUES (:d, 2, 'name', 'is empty')"), {"d": other}
        )
    assert seen(f"SELECT reason FROM steward.own_rejected({other})") == []
    assert seen(f"SELECT reason FROM steward.own_rejected({other})", feeds=OTHER) == ["is empty"]
    assert "It is right" in seen("SELECT decided FROM steward.own_deliveries()")
    assert not any("anne" in str(r) for r in seen("SELECT notes::TEXT || decided FROM steward.own_deliveries()"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT feed FROM steward.deliveries()",
        "SELECT subject FROM steward.uses('2020-01-01')",
        "SELECT task_id FROM steward.task",
        "SELECT lad_code FROM analysis.rate",
        "SELECT month FROM analysis.month_status",
    ],
)
def test_the_stewards_desk_and_the_analysis_show_it_nothing(statement: str) -> None:
    assert seen(statement) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT steward.decide(1, 'accept', 'mine')",
        "SELECT steward.propose('withdraw', 1, 'x')",
        "SELECT line FROM raw.rejected_row",
    ],
)
def test_it_takes_no_step_and_reads_no_row(statement: str) -> None:
    with pytest.raises(DBAPIError) as found:
        seen(statement)
    assert db.code_of(found.value) in ("HG010", "42501")


def page() -> None:
    from app.person.sign_in import ProfessionalRole, demo_person
    from app.steward import own_page

    own_page.show(demo_person(ProfessionalRole.PARTNER, ""))


def others_page() -> None:
    from app.person.sign_in import ProfessionalRole, demo_person
    from app.steward import own_page

    own_page.show(demo_person(ProfessionalRole.STEWARD, ""))


def words(app: AppTest) -> str:
    assert not app.exception
    said = [e.value for e in app.title] + [e.value for e in app.header] + [e.proto.body for e in app.get("html")]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(said), flags=re.DOTALL).split())


def test_its_page_says_what_came_in_and_what_waits_and_is_nobody_elses(as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    said = words(AppTest.from_function(page, default_timeout=600).run())
    assert f"Held: {county.street_name('2025-04')}" in said
    assert "10% of the usual" in said or "of the usual 400" in said
    assert county.street_name("2025-01") in said
    assert "waits for a steward" in said and "waits for you" not in said
    assert "secret-name" not in said and "anne" not in said
    refused = words(AppTest.from_function(others_page, default_timeout=600).run())
    assert "Your role is another." in refused
    assert county.street_name("2025-01") not in refused

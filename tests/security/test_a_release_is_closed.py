"""What was published stays as it was published, whoever tries: with the pipeline's credential, which publishes, and with the owner's."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from analytics.release.past import withdraw
from core import db
from core.db import Role
from tests.builders.briefs_release import publish_release
from tests.security.conftest import attacking

pytestmark = pytest.mark.database

BOTH = (Role.PIPELINE, Role.OWNER)


@pytest.fixture(scope="module")
def release(module_database: str) -> int:
    return publish_release()


def tables_of_a_release() -> set[str]:
    with db.transaction(Role.OWNER) as connection:
        return set(
            connection.execute(
                text(
                    "SELECT table_schema || '.' || table_name FROM information_schema.columns"
                    " WHERE column_name = 'release_id' AND table_schema IN ('published', 'audit')"
                )
            ).scalars()
        )


def state() -> list[tuple[object, ...]]:
    """A fingerprint of every table that belongs to a release."""
    with db.transaction(Role.OWNER) as connection:
        return [
            (
                name,
                *connection.execute(
                    text(f"SELECT count(*), md5(string_agg(t::TEXT, '|' ORDER BY t::TEXT)) FROM {name} AS t")
                ).one(),
            )
            for name in sorted(tables_of_a_release())
        ]


ADDED = {
    "published.value": "(release_id, geography, edition, place_code, category, period_start, period_end, count)"
    " VALUES (1, 'lsoa', '2021', 'E01999999', 'robbery', '2025-01-01', '2025-12-01', 3)",
    "published.place": "(release_id, geography, edition, place_code, name) VALUES (1, 'lsoa', '2021', 'E01999999', 'Nowhere')",
    "published.category": "(release_id, category, label, description, position, kind) VALUES (1, 'new', 'New', '', 9, 'overlay')",
    "published.service": "SELECT release_id, kind, 'another', name, postcode, lsoa21_code, lon, lat FROM published.service LIMIT 1",
    "published.source": "SELECT release_id, 'another', title, publisher, licence, edition, period_start, period_end, files, rows_in,"
    " rows_rejected, loaded_at FROM published.source LIMIT 1",
    "audit.release_count": "VALUES (1, 'E01000001', 'Robbery', '2025-01-01', 2)",
    "audit.search_count": "VALUES (1, 'E07999999', 'drugs|arrest|white', '2025-01-01', 2)",
    "published.search_release": "SELECT 1, title, period_start, period_end, months_loaded, policy, certificate"
    " FROM published.release LIMIT 1",
}


@pytest.mark.parametrize("role", BOTH)
def test_nothing_is_added_to_a_published_release(release: int, role: Role) -> None:
    before = state()
    with attacking(role) as attacker:
        for name, row in ADDED.items():
            assert "is closed" in attacker.tried(f"INSERT INTO {name} {row}"), name
        # a release of its own opens no other, and setting the status anew does not open it either
        said = attacker.tried(
            "BEGIN; UPDATE published.release SET status = 'current' WHERE release_id = 1;"
            f" INSERT INTO published.value {ADDED['published.value']}; COMMIT"
        )
        assert "is closed" in said
        attacker.tried("ROLLBACK")
        assert "is closed" in attacker.tried(
            f"BEGIN; SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO published.value {ADDED['published.value']}"
        )
        attacker.tried("ROLLBACK")
    assert state() == before


def test_every_table_of_a_release_is_guarded(release: int) -> None:
    """A table of tomorrow too: one without the triggers fails here."""
    with db.transaction(Role.OWNER) as connection:
        rows = connection.execute(
            text(
                "SELECT tgrelid::REGCLASS::TEXT AS name, array_agg(tgname::TEXT) AS triggers FROM pg_trigger"
                " WHERE tgenabled = 'O' AND NOT tgisinternal GROUP BY tgrelid"
            )
        ).all()
    triggers = {(r.name, t.removeprefix(f"{r.name.partition('.')[2]}_")) for r in rows for t in r.triggers}
    later = {"published.release", "published.withdrawal", "published.answer"}
    assert {(name, "append_only") for name in tables_of_a_release()} <= triggers
    assert {(name, "closed") for name in tables_of_a_release() - later} <= triggers


@pytest.mark.parametrize("role", BOTH)
def test_nothing_of_a_published_release_is_changed_or_taken_away(release: int, role: Role) -> None:
    before = state()
    with attacking(role) as attacker:
        for name in sorted(tables_of_a_release()):
            changed = "title = 'another'" if name == "published.release" else "release_id = release_id"
            for statement in (
                f"UPDATE {name} SET {changed}",
                f"DELETE FROM {name}",
                f"TRUNCATE {name} CASCADE",
                f"MERGE INTO {name} AS t USING (SELECT 1 AS one) AS o ON TRUE WHEN MATCHED THEN DELETE",
            ):
                said = attacker.tried(statement)
                assert "append-only" in said or "permission denied" in said or "status alone" in said or _empty(name), (
                    statement,
                    said,
                )
        assert attacker.tried("UPDATE published.release SET closed = FALSE")
    assert state() == before


def _empty(name: str) -> bool:
    with db.transaction(Role.OWNER) as connection:
        return not connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE published.release SET status = 'superseded'", "superseded by the next one alone"),
        ("UPDATE published.release SET status = 'withdrawn'", "with a reason"),
        ("INSERT INTO published.withdrawal (release_id, reason) VALUES (1, 'because')", "is not withdrawn"),
    ],
)
def test_the_only_current_release_does_not_vanish(release: int, role: Role, statement: str, words: str) -> None:
    before = state()
    with attacking(role) as attacker:
        assert words in attacker.tried(statement)
    assert state() == before


def test_the_pipeline_gives_no_more_figures_for_areas_of_ones_own(release: int) -> None:
    with attacking(Role.PIPELINE) as attacker:
        said = attacker.tried(
            "INSERT INTO published.answer (release_id, name, members, category, period_start, period_end, count, certificate)"
            " VALUES (1, 'x', '{E01000001}', 'robbery', '2025-01-01', '2025-12-01', 1, '{}')"
        )
        assert "permission denied" in said


def test_a_release_is_still_superseded_and_withdrawn_as_it_should_be(database: str) -> None:
    first, second = publish_release(), publish_release()

    def statuses() -> list[str]:
        with db.transaction(Role.COMMUNITY) as connection:
            return list(connection.execute(text("SELECT status FROM published.release ORDER BY release_id")).scalars())

    assert statuses() == ["superseded", "current"]
    with attacking(Role.PIPELINE) as attacker:
        assert "does not become current again" in attacker.tried(
            f"UPDATE published.release SET status = CASE WHEN release_id = {first} THEN 'current' ELSE 'superseded' END"
        )
    with db.transaction(Role.PIPELINE) as connection:
        withdraw(connection, second, reason="Its counts were wrong.", actor="a steward")
    assert statuses() == ["superseded", "withdrawn"]

"""The ledger in a real database: what each release saw, corrections between releases, withdrawal, and that nothing of it can be changed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.release.build import audit_release, build_release
from analytics.release.export import export, list_releases
from analytics.release.publish import publish
from core import db
from core.db import Role
from homeground.command_line import commands
from tests.builders.crates.tampering import verify
from tests.builders.release_county import PERIOD, fill_county

pytestmark = pytest.mark.database


def _release() -> tuple[int, dict[str, object]]:
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        tables = audit_release(candidate)
        return publish(connection, tables, candidate=candidate, actor="test"), tables.certificate.as_dict()


def _rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


@pytest.fixture(scope="module")
def releases(module_database):
    """Three releases of one period: the second after a correction, the third after the second was withdrawn."""
    with db.transaction(Role.OWNER) as connection:
        truth = fill_county(connection)
    made = [_release()]
    burglary = truth[(truth["category"] == "Anti-social behaviour") & (truth["incidents"] > 1)].iloc[0]
    with db.transaction(Role.OWNER) as connection:
        # one incident of a neighbourhood turns out not to have been one; the region's figure follows
        for code in (burglary["code"], "E23999999"):
            connection.execute(
                text("UPDATE analysis.count_month SET incidents = incidents - 1 WHERE code = :c AND category = :k AND month = :m"),
                {"c": code, "k": burglary["category"], "m": burglary["month"]},
            )
    made.append(_release())
    done = CliRunner().invoke(commands, ["release", "withdraw", str(made[1][0]), "--reason", "A test of it", "--by", "a steward"])
    made.append(_release())
    return truth, burglary, made, done


def test_what_a_release_saw_is_written_down_once(releases):
    truth, burglary, made, _ = releases
    seen = _rows("SELECT release_id, code, category, month, incidents FROM audit.release_count ORDER BY release_id")
    assert [r[0] for r in seen].count(made[0][0]) == len(truth)
    again = [r for r in seen if r[0] != made[0][0]]
    assert again == [(made[1][0], burglary["code"], burglary["category"], burglary["month"], burglary["incidents"] - 1)]


def test_a_correction_is_allowed_for_and_everything_is_attacked_together(releases):
    _, _, made, _ = releases
    told = [certificate for _, certificate in made]
    assert [t["releases_attacked_together"] for t in told] == [1, 2, 3]
    assert [t["earlier_figures_not_comparable"] for t in told] == [0, 0, 0]
    assert told[0]["corrections_allowed_for"] == 0 and told[1]["corrections_allowed_for"] >= 1
    assert told[2]["earlier_figures_attacked_together"] > 100, "a withdrawn release is attacked too"


def test_a_withdrawn_release_stays_and_is_shown_no_longer(releases):
    _, _, made, done = releases
    assert done.exit_code == 0 and "still attacked together" in done.output
    with db.transaction(Role.PIPELINE) as connection:
        assert {line.release_id: line.status for line in list_releases(connection)} == {
            made[0][0]: "superseded",
            made[1][0]: "withdrawn",
            made[2][0]: "current",
        }
    assert _rows("SELECT release_id, reason FROM published.withdrawal") == [(made[1][0], "A test of it")]
    assert _rows("SELECT actor, subject FROM audit.event WHERE action = 'release_withdrawn'") == [
        ("a steward", f"release {made[1][0]}")
    ]
    again = CliRunner().invoke(commands, ["release", "withdraw", str(made[1][0]), "--reason", "Again", "--by", "a steward"])
    assert again.exit_code != 0 and "could be withdrawn" in str(again.exception)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE published.value SET count = 5 WHERE count = 6",
        "DELETE FROM published.value",
        "TRUNCATE published.value",
        "UPDATE published.release SET certificate = '{}'",
        "DELETE FROM published.release",
        "UPDATE published.release SET status = 'current' WHERE status = 'withdrawn'",
        "UPDATE audit.release_count SET incidents = 0",
        "DELETE FROM audit.release_count",
        "DELETE FROM published.withdrawal",
        "TRUNCATE published.answer",
    ],
)
def test_not_even_the_owner_changes_what_was_seen(releases, statement):
    with pytest.raises(DBAPIError, match=r"append-only|stays withdrawn"), db.transaction(Role.OWNER) as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PROFESSIONAL])
def test_what_releases_saw_is_the_pipelines_alone(releases, role):
    with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role) as connection:
        connection.execute(text("SELECT * FROM audit.release_count"))


def test_a_crate_holds_every_earlier_release_and_its_correction(releases, tmp_path):
    """The newest release with those before it, one of them withdrawn; what was corrected between them breaks no margin."""
    made = releases[2]
    with db.transaction(Role.PIPELINE) as connection:
        export(connection, tmp_path / "whole")
        export(connection, tmp_path / "alone", only=True)
    assert sorted(int(p.name) for p in (tmp_path / "whole" / "earlier").iterdir()) == [made[0][0], made[1][0]]
    plan = json.loads((tmp_path / "whole" / "plan" / "plan.json").read_text())
    assert [r["status"] for r in plan["releases"]] == ["superseded", "withdrawn", "current"]
    done = verify(tmp_path / "whole", "--unsigned")
    assert done.returncode == 0, done.stdout + done.stderr
    alone = verify(tmp_path / "alone", "--unsigned")
    assert alone.returncode == 1 and "Earlier releases are missing" in alone.stdout

"""`homeground release audit --minimality` and the key of the choice, on a candidate and on the release of its period."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from core import db
from core.db import Role
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import ReleaseSettings
from homeground.command_line import commands
from tests.builders.release_county import PERIOD, fill_county

pytestmark = pytest.mark.database
FEW = ["--sample", "2", "--tries", "2", "--seed", "3", "--seconds", "200"]


@pytest.fixture(scope="module")
def county(module_database):
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)


@pytest.fixture
def key(tmp_path, monkeypatch):
    path = tmp_path / "choice.key"
    made = CliRunner().invoke(commands, ["release", "key", "--choice", str(path)])
    assert made.exit_code == 0 and path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() not in made.output, "the key itself is never printed"
    monkeypatch.setenv("HOMEGROUND_RELEASE_CHOICE_KEY", str(path))
    return path


def attack() -> str:
    done = CliRunner().invoke(commands, ["release", "audit", "--minimality", *FEW])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_attack_is_on_a_candidate_and_then_on_its_release(county):
    words = attack()
    assert words.startswith("FOR YOU ALONE") and "no key: everybody can do this" in words
    assert "nothing of this period is published" in words
    assert "tried: 2 of " in words and "values from 1 to 5" in words
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        number = publish(connection, audit_release(candidate), candidate=candidate, actor="test")
    again = attack()
    assert f"on release {number}, as it was made" in again
    with db.transaction(Role.COMMUNITY) as connection:
        told = connection.execute(text("SELECT certificate FROM published.release")).scalar_one()
    assert "surviv" not in json.dumps(told) and "belief" not in json.dumps(told), "nothing of the attack is published"


def test_a_key_is_used_by_the_release_and_unknown_to_the_attacker(county, key):
    words = attack()
    assert "somebody who does not know the key" in words
    done = CliRunner().invoke(commands, ["release", "audit"])
    assert json.loads(done.stdout)["method"]["choice"] == "least loss, varied by a secret key"
    assert key.read_text().strip() not in done.stdout + words
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    assert candidate.choice_key is not None and "choice_key" not in repr(candidate)


def test_another_method_has_no_choice_to_attack(county, monkeypatch):
    monkeypatch.setenv("HOMEGROUND_RELEASE_POLICY", str(PROJECT_ROOT / "analytics" / "disclosure" / "policy_rounding.toml"))
    done = CliRunner().invoke(commands, ["release", "audit", "--minimality"])
    assert isinstance(done.exception, UserError) and "rounding" in str(done.exception)


def test_a_key_that_others_can_read_is_refused(county, key):
    key.chmod(0o644)
    done = CliRunner().invoke(commands, ["release", "build"])
    assert isinstance(done.exception, UserError) and "others than its owner" in str(done.exception)
    assert ReleaseSettings().choice_key == key
    both = CliRunner().invoke(commands, ["release", "key", "--choice", "--show"])
    assert isinstance(both.exception, UserError)

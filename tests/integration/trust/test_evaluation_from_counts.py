"""An evaluation of the synthetic county, as somebody types it: a plan from the months before, then what became of the months after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from tests.conftest import Command

pytestmark = pytest.mark.database


def neighbours() -> tuple[str, str]:
    """Two neighbourhoods that touch, with as many incidents as is usual: many others are like them."""
    with db.transaction(Role.PIPELINE) as connection:
        found = connection.execute(
            text(
                "SELECT a.code, b.code FROM place.area AS a INNER JOIN place.area AS b"
                " ON a.geography = b.geography AND a.edition = b.edition AND a.code < b.code"
                " AND st_length(st_intersection(a.geom, b.geom)) > 100"
                " INNER JOIN (SELECT code, sum(incidents) AS n FROM analysis.count_month WHERE geography = 'lsoa' AND edition = '2021'"
                " GROUP BY code) AS c ON c.code = a.code"
                " WHERE a.geography = 'lsoa' AND a.edition = '2021' ORDER BY c.n, 1, 2"
            )
        ).all()
    one, other = found[len(found) // 2]
    return str(one), str(other)


def test_a_plan_is_written_once_and_read_by_its_own_words(county: str, homeground: Command, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    areas = ",".join(neighbours())
    words = ("evaluate", "plan", str(file), "--areas", areas, "--group", "all_recorded", "--starts", "2025-06", "--months", "6")
    made = homeground(*words)
    assert made.returncode == 0, made.stderr
    held = json.loads(file.read_text(encoding="utf-8"))
    assert sorted(held["plan"]["areas"]) == sorted(areas.split(",")) and held["plan"]["ring"] and len(held["plan"]["alike"]) >= 12
    # today is long after June 2025
    assert "look back and no test" in made.stdout
    again = homeground(*words)
    assert again.returncode == 2 and "there is a plan already" in again.stderr
    found = homeground("evaluate", "read", str(file), "--json")
    assert found.returncode == 0, found.stderr
    result = json.loads(found.stdout)
    effect = result["effect"]
    assert effect["low"] < effect["ratio"] < effect["high"] and result["observed"] > 0
    assert result["sha256"] == held["sha256"]
    held["plan"]["least_fall"] = 0.05
    file.write_text(json.dumps(held), encoding="utf-8")
    changed = homeground("evaluate", "read", str(file))
    assert changed.returncode == 2 and "changed after it was written" in changed.stderr


def test_months_that_are_not_loaded_are_waited_for(county: str, homeground: Command, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    areas = ",".join(neighbours())
    made = homeground("evaluate", "plan", str(file), "--areas", areas, "--group", "all_recorded", "--starts", "2031-01")
    assert made.returncode == 0, made.stderr
    found = homeground("evaluate", "read", str(file))
    assert found.returncode == 2 and "12 months of the plan are not loaded, January 2031 the first" in found.stderr

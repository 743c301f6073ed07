"""Where next in the synthetic county: a row a place and group for the month after the last, and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text

from analytics.counts.loaded_months import first_loaded_month, last_loaded_month
from analytics.foretelling.stage import compute_foretold
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import Period, add_months
from homeground.command_line import commands

pytestmark = pytest.mark.database


def read(connection: Connection, table: str) -> pd.DataFrame:
    rows = pd.DataFrame(connection.execute(text(f"SELECT * FROM analysis.{table}")).all()).drop(columns="run_id")
    return rows.sort_values(list(rows.columns), ignore_index=True)


@pytest.mark.slow
def test_the_next_month_is_foretold_the_same_twice_whatever_police_find(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("foretold", template=county_database))
    with db.transaction(Role.PIPELINE) as connection:
        first = read(connection, "foretold")
        span = Period(first_loaded_month(connection), last_loaded_month(connection))
        # what police find by looking is no part of it: nine times as much changes nothing
        found = connection.execute(
            text("UPDATE analysis.count_month SET incidents = incidents * 9 WHERE category IN ('Drugs', 'Possession of weapons')")
        ).rowcount
        report = compute_foretold(connection, period=span)
        again = read(connection, "foretold")
        record, standing = read(connection, "foretold_record"), read(connection, "foretold_standing")
        reliable = read(connection, "foretold_reliability")
    assert found > 0
    # the flow has a stage that does it
    pd.testing.assert_frame_equal(first, again)
    assert report.month == add_months(span.end, 1)
    assert (again["target_month"] == report.month).all()
    assert len(again) == report.rows
    assert "drugs_and_weapons" not in set(again["group_id"])
    assert set(zip(again["geography"], again["edition"], strict=True)) == {("lsoa", "2021"), ("h3", "r9"), ("h3", "r8")}
    assert (again["low"] <= again["expected"].round() + 1).all()
    assert again.groupby(["geography", "edition", "group_id"])["position"].min().eq(1).all()
    assert again["area_share"].between(0, 1).all()
    # the rule of a group is what its standings say
    words = standing.groupby(["geography", "edition", "group_id"])["standing"].agg(set)
    for key, rows in again.groupby(["geography", "edition", "group_id"]):
        survived = "beats" in words[key] and "behind" not in words[key]
        assert set(rows["rule"]) == {"foretold" if survived else "counts"}
    # no month is scored that has no months to choose constants by
    assert record["target_month"].nunique() == standing["months"].max() >= 6
    assert record["hit_rate"].between(0, 1).all()
    assert (reliable["inside"] >= 0.9).mean() > 0.9
    totals = again[again["geography"] == "lsoa"].groupby("group_id")[["expected", "usual"]].sum()
    assert (totals["expected"] / totals["usual"]).between(0.6, 1.6).all()


def test_two_months_are_too_few(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("foretold_few", template=county_database))
    with db.transaction(Role.PIPELINE) as connection:
        last = last_loaded_month(connection)
        with pytest.raises(UserError, match="too few months in a row"):
            compute_foretold(connection, period=Period(add_months(last, -1), last))


def test_a_command_prints_it(county: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        rows = read(connection, "foretold")
    district = rows["lad_code"].iloc[0]
    wanted = rows[(rows["geography"] == "lsoa") & (rows["group_id"] == "serious_violence") & (rows["lad_code"] == district)]
    command = ["hotspots", "next", "--place", district, "--kind", "serious_violence", "--top", "3"]
    done = CliRunner().invoke(commands, [*command, "--json"], catch_exceptions=False)
    found = [json.loads(line) for line in done.output.splitlines()]
    assert [row["position"] for row in found] == sorted(wanted["position"])[:3]
    assert [row["expected"] for row in found] == pytest.approx(sorted(wanted["expected"], reverse=True)[:3])
    said = CliRunner().invoke(commands, command, catch_exceptions=False).output
    assert said.startswith("serious_violence, ")
    assert " caught in 5% of the area, the counts " in said
    assert all(row["code"] in said for row in found)
    everything = CliRunner().invoke(commands, ["hotspots", "next", "--place", "region", "--on", "r9", "--top", "1"]).output
    assert everything.count("\n") == 3 * rows["group_id"].nunique()
    wrong = CliRunner().invoke(commands, ["hotspots", "next", "--place", district, "--kind", "drugs_and_weapons"])
    assert isinstance(wrong.exception, UserError)
    assert "nothing was foretold of 'drugs_and_weapons'" in str(wrong.exception)

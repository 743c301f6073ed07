"""The early warning in the synthetic county: alarms kept as they were raised, with what was known then, and judged later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text

from analytics.counts.loaded_months import first_loaded_month, last_loaded_month
from analytics.warning import stage
from analytics.warning.rule import AFTERWARDS, LEAST_MONTHS, LONGEST, REPLICATES, REPLICATES_AFTERWARDS, judge
from analytics.warning.stage import compute_warnings
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import Period, add_months
from homeground.command_line import commands

pytestmark = pytest.mark.database
SEED = 20260101


def read(connection: Connection, table: str) -> pd.DataFrame:
    found = pd.DataFrame(connection.execute(text(f"SELECT * FROM analysis.{table}")).mappings().all())
    return found.sort_values([c for c in ("month", "look", "number") if c in found], ignore_index=True)


def whole(connection: Connection) -> Period:
    return Period(first_loaded_month(connection), last_loaded_month(connection))


def planted(county_files: Path, pattern: str) -> set[str]:
    truth = json.loads((county_files / "truth.yaml").read_text(encoding="utf-8"))
    return {code for trend in truth["trends"] if trend["pattern"] == pattern for code in trend["lsoa21"]}


def clear(connection: Connection) -> None:
    connection.execute(text("TRUNCATE analysis.alarm_look CASCADE"))


def begin_earlier(connection: Connection, codes: list[str], months: list[date], last: date) -> None:
    """Violence of the last month in those places, in earlier months too."""
    connection.execute(
        text(
            "UPDATE analysis.count_month AS c SET incidents = late.incidents FROM analysis.count_month AS late"
            " WHERE c.code = ANY(:codes) AND c.geography = 'lsoa' AND c.edition = '2021' AND c.month = ANY(:months)"
            " AND c.category = 'Violence and sexual offences' AND late.geography = 'lsoa' AND late.edition = '2021'"
            " AND late.code = c.code AND late.category = c.category AND late.month = :last"
        ),
        {"codes": codes, "months": months, "last": last},
    )


def test_the_flow_warns_of_the_planted_flare_up(county: str, county_files: Path) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        looks, alarms, verdicts = (read(connection, table) for table in ("alarm_look", "alarm", "alarm_verdict"))
        last = last_loaded_month(connection)
    # the last month as it came in, and the year before it afterwards
    assert list(looks["month"]) == [add_months(last, n) for n in range(-AFTERWARDS, 1)]
    assert list(looks["in_time"]) == [False] * AFTERWARDS + [True]
    assert list(looks["replicates"]) == [REPLICATES_AFTERWARDS] * AFTERWARDS + [REPLICATES]
    assert (looks["alarms"] == [int((alarms["month"] == m).sum()) for m in looks["month"]]).all()
    assert (looks["longest"] == LONGEST).all()
    first = alarms[alarms["month"] == last].iloc[0]
    flare = planted(county_files, "new")
    assert first["group_id"] == "violence_and_sexual_offences"
    assert first["since"] == last == first["first_raised"]
    assert len(flare & set(first["codes"])) >= len(flare) - 1
    assert first["observed"] > 5 * first["expected"]
    assert first["once_in_months"] == pytest.approx(REPLICATES + 1)
    assert (alarms["once_in_months"] >= LEAST_MONTHS - 0.01).all()
    assert (alarms["p"] <= 1 / LEAST_MONTHS + 1e-9).all()
    assert (alarms["observed"] > alarms["expected"]).all()
    assert not any(flare & set(codes) for codes in alarms.loc[alarms["month"] < last, "codes"])
    # what police activity itself produces is no input
    assert "drugs_and_weapons" not in set(alarms["group_id"])
    # every alarm but the last month's has a verdict
    assert len(verdicts) == (alarms["month"] < last).sum()
    assert set(verdicts["verdict"]) <= {"went_on", "eased"}
    # and each follows from the sums of the alarm and of its next month
    with db.transaction(Role.PIPELINE) as connection:
        for row in verdicts.head(3).itertuples():
            alarm = alarms[(alarms["month"] == row.month) & (alarms["number"] == row.number)].iloc[0]
            counted = (
                "SELECT coalesce(sum(c.incidents), 0) FROM analysis.count_month AS c INNER JOIN analysis.category_group_member AS m"
                " ON c.category = m.category AND NOT m.proactive WHERE c.geography = 'lsoa' AND c.edition = '2021' AND m.group_id = :group"
                " AND c.month = :month AND (:codes = '{}' OR c.code = ANY(cast(:codes AS TEXT[])))"
            )
            values = {"group": alarm["group_id"], "month": add_months(row.month, 1)}
            codes = "{" + ",".join(alarm["codes"]) + "}"
            here = connection.execute(text(counted), values | {"codes": codes}).scalar_one()
            region = connection.execute(text(counted), values | {"codes": "{}"}).scalar_one()
            assert here == row.observed
            found = judge(int(here), int(region), int(alarm["before_here"]), int(alarm["before_region"]))
            assert (found.expected, found.p, found.verdict) == (
                pytest.approx(row.expected),
                pytest.approx(row.p_value),
                row.verdict,
            )


@pytest.mark.slow
def test_alarms_stand_as_they_were_raised_and_are_judged_when_the_month_has_come(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], county_files: Path
) -> None:
    use_database(make_database("warned", template=county_database))
    with db.transaction(Role.PIPELINE) as connection:
        clear(connection)
        period = whole(connection)
        before = Period(period.start, add_months(period.end, -1))
        begin_earlier(connection, sorted(planted(county_files, "new")), [before.end], period.end)
        # what was known a month ago: the last month is no part of the period
        earlier = compute_warnings(connection, period=before, seed=SEED)
        assert earlier.month == before.end and earlier.looked_at == (before.end,)
        raised = read(connection, "alarm")
        verdicts = read(connection, "alarm_verdict")
        assert (raised["month"] == before.end).sum() == earlier.raised > 0
        now = compute_warnings(connection, period=period, seed=SEED)
        assert now.looked_at == (period.end,) and now.afterwards == ()
        after = read(connection, "alarm")
        pd.testing.assert_frame_equal(after[after["month"] <= before.end].reset_index(drop=True), raised)
        judged = read(connection, "alarm_verdict")
        assert len(judged) - len(verdicts) == now.judged
        assert set(judged.loc[judged["month"] == before.end, "number"]) == set(raised.loc[raised["month"] == before.end, "number"])
        looks = read(connection, "alarm_look").set_index("month")["in_time"]
        assert looks[before.end] and looks[period.end] and not looks[add_months(before.end, -1)]
        # nothing is looked at twice
        again = compute_warnings(connection, period=period, seed=SEED + 1)
        assert (again.looked_at, again.afterwards, again.judged) == ((), (), 0)
        pd.testing.assert_frame_equal(read(connection, "alarm"), after)
        # a month whose counts were corrected is looked at anew, and what was raised first stands beside that
        connection.execute(
            text("UPDATE analysis.count_month SET incidents = incidents + 1 WHERE month = :m AND geography = 'lsoa'"),
            {"m": period.end},
        )
        corrected = compute_warnings(connection, period=period, seed=SEED)
        assert corrected.looked_at == (period.end,)
        both = read(connection, "alarm")
        assert set(both.loc[both["month"] == period.end, "look"]) == {1, 2}
        pd.testing.assert_frame_equal(both[both["look"] == 1].reset_index(drop=True), after)


@pytest.mark.slow
def test_a_rise_that_lasts_says_when_it_was_first_raised(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], county_files: Path
) -> None:
    use_database(make_database("lasting", template=county_database))
    flare = sorted(planted(county_files, "new"))
    with db.transaction(Role.PIPELINE) as connection:
        clear(connection)
        period = whole(connection)
        months = [add_months(period.end, -1), add_months(period.end, -2)]
        # the planted flare-up two months earlier than it was planted
        begin_earlier(connection, flare, months, period.end)
        compute_warnings(connection, period=period, seed=SEED)
        alarms = read(connection, "alarm")
    last = alarms[(alarms["month"] == period.end) & (alarms["group_id"] == "violence_and_sexual_offences")].iloc[0]
    assert last["first_raised"] == months[1] == last["since"]
    # an earlier month is looked at from the months up to it: the rise of later months is no part of it
    assert not any(set(flare) & set(codes) for codes in alarms.loc[alarms["month"] < months[1], "codes"])


def test_too_few_months_raise_nothing_and_say_so(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("few_months", template=county_database))
    with db.transaction(Role.PIPELINE) as connection:
        clear(connection)
        last = last_loaded_month(connection)
        found = compute_warnings(connection, period=Period(add_months(last, -5), last), seed=SEED)
        assert found.skipped == (f"6 loaded months up to {last:%B %Y} without a long gap; at least 10 are needed",)
        assert connection.execute(text("SELECT count(*) FROM analysis.alarm_look")).scalar_one() == 0


def test_too_few_places_raise_nothing_and_say_so(county: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_PLACES", 301)
    with db.transaction(Role.PIPELINE) as connection:
        before = connection.execute(text("SELECT count(*) FROM analysis.alarm_look")).scalar_one()
        found = compute_warnings(connection, period=whole(connection), seed=SEED)
        assert found.skipped == ("lsoa 2021: 300 places, at least 301 are needed",)
        assert connection.execute(text("SELECT count(*) FROM analysis.alarm_look")).scalar_one() == before
        connection.rollback()


def test_the_command_prints_the_alarms_of_a_district(county: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        alarms = read(connection, "alarm")
    newest = alarms[alarms["month"] == alarms["month"].max()]
    district = newest["lad_code"].iloc[0]
    done = CliRunner().invoke(commands, ["hotspots", "warn", "--place", district, "--json"], catch_exceptions=False)
    found = [json.loads(line) for line in done.output.splitlines()]
    assert [row["number"] for row in found] == list(newest.loc[newest["lad_code"] == district, "number"])
    assert all(len(row["names"]) == len(row["codes"]) for row in found)
    said = CliRunner().invoke(commands, ["hotspots", "warn", "--place", "region"], catch_exceptions=False).output
    assert f"{len(newest)} alive of 8 kinds" in said
    assert "record: 13 months looked at (12 of them afterwards)" in said
    wrong = CliRunner().invoke(commands, ["hotspots", "warn", "--place", "nowhere"])
    assert isinstance(wrong.exception, UserError)


def test_dates_of_a_look_are_months(county: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        looks = read(connection, "alarm_look")
    assert all(isinstance(month, date) and month.day == 1 for month in looks["month"])
    assert (looks["steps"] == 24).all()

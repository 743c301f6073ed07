"""What everyone is told of a response comes from printed figures: two spans of a small county, and nothing beside them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text

from analytics.release.build import audit_release, build_release
from analytics.release.past import withdraw
from analytics.release.publish import publish
from core import db
from core.db import Role
from core.periods import Period, add_months
from homeground.desk.told import PublicResult, public_result
from published.spans import figures, spans
from tests.builders.release_county import PERIOD, county_counts, fill_county, lsoas

pytestmark = pytest.mark.database

# the county's year, and another like it: small areas are published once a year
SPANS = (PERIOD, Period(date(2025, 1, 1), date(2025, 12, 1)))
STARTS = date(2025, 1, 1)
# in another district than the place where little is recorded
PLACE, QUIET = str(lsoas()["code"].iloc[-1]), str(lsoas()["code"].iloc[0])
VIOLENCE = "Violence and sexual offences"


def counts_with_a_fall() -> pd.DataFrame:
    """Two years with enough of everything that little is withheld; a third of the violence in the one place in the second, and hardly a theft
    in another in either."""
    first, second = county_counts(5), county_counts(6)
    second["month"] = [add_months(m, 12) for m in second["month"]]
    rows = pd.concat([first, second], ignore_index=True)
    rows["incidents"] += 8
    here = rows["code"] == PLACE
    rows.loc[here & (rows["month"] >= STARTS) & (rows["category"] == VIOLENCE), "incidents"] = 3
    others = rows[~((rows["code"] == QUIET) & rows["category"].isin(["Burglary", "Robbery"]))]
    few = [(QUIET, "Burglary", span.start, 2) for span in SPANS]
    return pd.concat([others, pd.DataFrame(few, columns=rows.columns)], ignore_index=True)


@pytest.fixture(scope="module", autouse=True)
def two_spans(module_database: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection, rows=counts_with_a_fall())
        loaded = "INSERT INTO analysis.month_status VALUES (:month, 'loaded', 100, 2, 0)"
        connection.execute(text(loaded), [{"month": m} for m in SPANS[1].months()])
    for period in SPANS:
        with db.transaction(Role.PIPELINE) as connection:
            candidate = build_release(connection, period=period)
            publish(connection, audit_release(candidate), candidate=candidate, actor="test")


def told(role: Role, group: str = "violence", starts: date = STARTS, code: str = PLACE) -> PublicResult:
    with db.transaction(role) as connection:
        return public_result(connection, geography="lsoa", code=code, group=group, starts=starts, least_fall=0.25)


def test_a_fall_that_was_printed_is_told_with_its_spans() -> None:
    found = told(Role.PIPELINE)
    assert found.told["verdict"] == "fell", found.told
    assert found.told["places"] >= 12
    assert found.told["high"] < 100 and all(found.told[k] % 5 == 0 for k in ("low", "middle", "high"))
    assert found.told["before"] == ["2024-01-01", "2024-12-01"] and found.told["after"] == ["2025-01-01", "2025-12-01"]
    assert (found.before_release, found.after_release) == (1, 2)


def test_what_everyone_is_told_is_worked_out_with_the_credential_that_reads_printed_figures_alone() -> None:
    assert told(Role.COMMUNITY) == told(Role.PIPELINE)
    # and does not change with counts that no release showed
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE analysis.count_month SET incidents = incidents + 1"))
        before = public_result(connection, geography="lsoa", code=PLACE, group="violence", starts=STARTS, least_fall=0.25)
        connection.rollback()
    assert before == told(Role.COMMUNITY)


def test_a_withheld_figure_of_the_place_tells_nothing() -> None:
    found = told(Role.COMMUNITY, group="acquisitive", code=QUIET)
    with db.transaction(Role.COMMUNITY) as connection:
        first = spans(connection, "lsoa", "acquisitive")[0]
        low, high = figures(connection, first, "lsoa", "acquisitive")[QUIET]
    assert low != high, "withheld, and given as a range"
    assert found.told["verdict"] == "cannot_tell" and "middle" not in found.told


@pytest.mark.parametrize(("starts", "why"), [(date(2026, 1, 1), "no_after"), (date(2024, 1, 1), "no_before")])
def test_without_a_span_on_both_sides_it_is_too_soon(starts: date, why: str) -> None:
    assert told(Role.COMMUNITY, starts=starts) == PublicResult({"verdict": "not_yet", "why": why}, None, None)


def test_a_release_that_was_withdrawn_is_no_span() -> None:
    """The last of this module."""
    with db.transaction(Role.PIPELINE) as connection:
        withdraw(connection, 2, reason="a test", actor="test")
    assert told(Role.COMMUNITY).told["why"] == "no_after"

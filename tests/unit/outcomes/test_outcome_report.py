"""Shares of outcomes, months that were followed, and how long outcomes took, on hand-made rows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from app.outcomes import report
from app.outcomes.store import Delay, Month, MonthCount, Outcome
from app.outcomes.words import KINDS, NO_SUSPECT, NONE_YET, OTHER, UNSETTLED, kind_of
from core.errors import InternalError
from core.paths import PROJECT_ROOT
from core.proportion import proportion

JAN, FEB, MAR, APR = (date(2025, m, 1) for m in (1, 2, 3, 4))
MONTHS = (
    Month(JAN, 100, 0, None),
    Month(FEB, 100, 80, APR),
    Month(MAR, 100, 60, APR),
    Month(APR, 100, 20, APR),
)
ROWS = (
    Outcome("E1", "Burglary", "Suspect charged", 10),
    Outcome("E1", "Burglary", "Investigation complete; no suspect identified", 60),
    Outcome("E1", "Burglary", "", 28),
    Outcome("E1", "Burglary", "Under investigation", 2),
    Outcome("E2", "Burglary", "Local resolution", 5),
    Outcome("E1", "Drugs", "Knighted", 7),
)


def test_every_outcome_of_the_feed_has_plain_words() -> None:
    catalogue = Path(PROJECT_ROOT / "feeds" / "catalogue.toml").read_text(encoding="utf-8")
    listed = re.search(r"^outcomes = \[(.*?)\]", catalogue, flags=re.S | re.M)
    assert listed is not None
    outcomes = re.findall(r'"([^"]+)"', listed.group(1))
    assert len(outcomes) > 20
    assert [o for o in outcomes if kind_of(o) is OTHER] == []
    assert sorted(outcomes) == sorted(o for kind in KINDS for o in kind.outcomes if o)


def test_shares_add_up_to_all_crimes_and_nothing_is_ranked() -> None:
    crimes = report.crimes_by_outcome(ROWS, {"Burglary"}, "E1")
    shares = report.shares(crimes)
    assert [s.kind.kind for s in shares] == ["charged", "no_suspect", "unsettled", "none_yet"]
    assert sum(s.share.part for s in shares) == shares[0].share.whole == 100
    assert sum(s.share.share for s in shares) == pytest.approx(1)
    # what no file names is not what is said to be open
    assert [s.words for s in shares[-2:]] == [(("Under investigation", 2),), (("None", 28),)]
    assert report.percent(shares[1].share) == "60.0%"
    # Wilson, 60 of 100
    assert report.limits(shares[1].share) == "50.2%\u00a0to\u00a069.1%"
    everywhere = report.crimes_by_outcome(ROWS, {"Burglary", "Drugs"}, "")
    assert sum(everywhere.values()) == 112
    assert [s.kind for s in report.shares(everywhere)][-3:] == [OTHER, UNSETTLED, NONE_YET]


def test_a_share_of_a_few_is_not_printed() -> None:
    few = report.kind_share(report.crimes_by_outcome(ROWS, {"Drugs"}, ""), NO_SUSPECT)
    assert report.percent(few) == "too few (under 10)"
    assert report.limits(few) == ""
    assert report.percent(proportion(0, 0)) == "too few (under 10)"
    said = " ".join(report.lead_sentences({"Knighted": 7}, MONTHS, 0, "drugs", "Ashmoor"))
    assert "too few to speak of shares" in said
    assert "%" not in said


def test_only_followed_months_are_in_a_share_and_all_are_named() -> None:
    assert [m.month for m in report.followed(MONTHS)] == [FEB, MAR, APR]
    assert [m.month for m in report.followed(MONTHS, 2)] == [FEB]
    assert report.follow_choices(MONTHS) == (0,)
    assert report.follow_choices((*MONTHS, Month(date(2024, 1, 1), 1, 1, APR))) == (0, 3, 6, 12)
    note = report.months_note(MONTHS, 0)
    assert "crimes of February 2025 to April 2025 (3 months)" in note
    assert "Not followed, so in no share: January 2025 (1 month)" in note
    assert "Followed for less than 1 months, so left out: April 2025" in report.months_note(MONTHS, 1)
    assert "The files follow crimes of April 2025 in their own month only" in report.late_note(MONTHS, 0)
    lead = report.lead_sentences(report.crimes_by_outcome(ROWS, {"Burglary"}, "E1"), MONTHS, 0, "burglary", "Ashmoor")
    assert lead[0].startswith(
        "Of 100 crimes of burglary recorded in Ashmoor in February 2025 to April 2025, 10.0% ended with someone charged"
    )
    assert lead[1] == "28 of them (28.0%) have no outcome in the files loaded."


def test_waiting_counts_each_crime_for_as_long_as_it_was_followed() -> None:
    counts = [MonthCount("Burglary", m, 100, 0) for m in (FEB, MAR, APR)] + [MonthCount("Drugs", FEB, 50, 50)]
    delays = [
        Delay("Burglary", FEB, 0, 20), Delay("Burglary", FEB, 1, 40), Delay("Burglary", FEB, 2, 20),
        Delay("Burglary", MAR, 0, 20), Delay("Burglary", MAR, 1, 40), Delay("Burglary", APR, 0, 20),
    ]  # fmt: skip
    rows = report.waiting(MONTHS, counts, delays, {"Burglary"})
    assert [w.watched for w in rows] == [300, 160, 20 + 20]
    # 60 of 300 in the month; 80 of the 160 left and still followed; then 20 of the last 40
    assert [w.share for w in rows] == [pytest.approx(0.2), pytest.approx(1 - 0.8 * 0.5), pytest.approx(1 - 0.8 * 0.5 * 0.5)]
    assert all(w.lower <= w.share <= w.upper for w in rows)
    said = report.waiting_sentences(rows)
    assert said[0] == "20% had their first outcome in the month in which they were recorded, and 60% by the end of the month after."
    # nothing of a month that was not followed
    assert report.waiting(MONTHS, [MonthCount("Burglary", JAN, 100, 100)], [Delay("Burglary", JAN, 0, 1)], {"Burglary"}) == ()
    assert report.waiting_sentences(()) == ("Too few crimes (under 10) to say how long outcomes took.",)
    drugs = report.waiting(MONTHS, counts, delays, {"Drugs"})
    assert [(w.share, w.lower, w.upper, w.watched) for w in drugs] == [(0.0, 0.0, 0.0, 50)] * 3
    assert report.waiting_sentences(drugs)[1] == "Within 2 months fewer than half had one."


def test_a_part_above_its_whole_is_an_error() -> None:
    with pytest.raises(InternalError):
        proportion(3, 2)

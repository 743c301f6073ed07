"""Found rates with what is unknown, and searches by ethnic group with every reason for which a ratio is not shown."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from app.outcomes.download import Where
from app.searches import download, report
from app.searches.report import FoundRate
from app.searches.store import EthnicSearches, RatioSum, Searches, SearchMonth
from core.periods import CoveredPeriod, Period

YEAR = Period(date(2024, 12, 1), date(2025, 11, 1))
RESIDENTS = {"white": 80_000.0, "black": 4_000.0, "asian": 9_000.0, "mixed": 3_000.0, "other": 2_000.0}


def test_a_found_rate_is_of_the_known_ones_and_not_shown_where_too_many_are_unknown() -> None:
    known = FoundRate("Drugs", 100, 20, 80)
    assert known.share is not None
    assert (known.share.share, known.unknown, known.why_not) == (0.25, 20, "")
    hidden = FoundRate("Drugs", 100, 3, 10)
    assert hidden.share is None
    # least: none of the 90 unknown found it; most: all of them
    assert hidden.why_not == "unknown too often: between 3% and 93%"
    assert FoundRate("Fireworks", 4, 1, 4).why_not == "too few (under 10)"
    assert FoundRate("Nothing", 0, 0, 0).share is None


def test_rates_are_summed_by_place_and_listed_by_name() -> None:
    rows = [
        Searches("E1", "Stolen goods", "PACE", "Arrest", 10, 5, 10),
        Searches("E1", "Controlled drugs", "MDA", "A no further action disposal", 30, 0, 20),
        Searches("E2", "Stolen goods", "PACE", "Arrest", 7, 1, 7),
    ]
    found = report.found_rates(rows, "E1", lambda r: r.object_of_search)
    assert [(r.name, r.stops, r.found, r.known) for r in found] == [("Controlled drugs", 30, 0, 20), ("Stolen goods", 10, 5, 10)]
    assert report.all_searches(rows, "").stops == 47
    assert [(name, share.part) for name, share in report.outcome_counts(rows, "")] == [("No further action", 30), ("Arrest", 17)]
    said = report.lead_sentences(FoundRate("All searches", 40, 10, 36), CoveredPeriod.of(YEAR, list(YEAR.months())[:11]), "Ashmoor")
    assert said[0] == "40 searches in Ashmoor, December 2024 to November 2025; 11 of 12 months, without November 2025."
    assert "In 28% of those whose link is known (16% to 44%)" in said[1]
    assert "In 4 the force does not say." in said[1]


def test_what_is_in_no_figure_is_said() -> None:
    months = [SearchMonth(m, 100, 5, 2) for m in list(YEAR.months())[:11]]
    said = report.not_counted_note(months, YEAR)
    assert "Of 1,100 searches in the files of these months, 55 came without a place and 22 lie outside the region" in said
    assert "November 2025 is missing: the figures were not delivered. A missing month is a gap, not a zero" in said


def searched(not_stated: int, *, white: int = 400, black: int = 60) -> list[EthnicSearches]:
    return [
        EthnicSearches("white", "white", white, 80, white),
        EthnicSearches("black", "black", black, 12, black),
        EthnicSearches("asian", "asian", 4, 1, 4),
        EthnicSearches("not_stated", "black", not_stated, 0, 0),
    ]


def test_a_ratio_stands_with_its_interval_and_the_one_within_neighbourhoods() -> None:
    found = report.disparity(searched(50), [RatioSum("black", 30.0, 15.0, 6.0)], RESIDENTS)
    black = next(r for r in found.rows if r.group == "black")
    assert black.ratio is not None
    assert black.ratio.times == pytest.approx((60 / 4_000) / (400 / 80_000))
    # exp(1.96 sqrt(1/60 + 1/400)) = 1.312
    assert (black.ratio.lower, black.ratio.upper) == (pytest.approx(3 / 1.3115, rel=1e-3), pytest.approx(3 * 1.3115, rel=1e-3))
    assert black.within is not None
    assert black.within.times == 2.0
    assert black.officer_ratio is not None
    assert black.officer_ratio.times == pytest.approx((110 / 4_000) / (400 / 80_000))
    asian = next(r for r in found.rows if r.group == "asian")
    assert asian.ratio is None
    said = " ".join(report.disparity_sentences(found, "Ashmoor"))
    assert "gave their group as Black were 3.0 times as many per resident as those of people who gave White (2.3 to 3.9)" in said
    assert "Inside the same neighbourhoods it is 2.0" in said


def test_no_ratio_where_too_many_are_not_stated() -> None:
    found = report.disparity(searched(400), [RatioSum("black", 30.0, 15.0, 6.0)], RESIDENTS)
    assert all(r.ratio is None and r.within is None for r in found.rows)
    # what officers noted is known: that ratio stands
    assert next(r for r in found.rows if r.group == "black").officer_ratio is not None
    said = " ".join(report.disparity_sentences(found, "Ashmoor"))
    assert "More than 25% are not stated, so no ratio by the group that people gave themselves is shown" in said
    assert "times as many" not in said
    assert report.disparity_sentences(report.disparity([], [], {}), "Ashmoor") == (
        "No search of a person was recorded in Ashmoor in this span.",
    )


def test_alike_groups_are_said_to_be_alike() -> None:
    found = report.disparity(searched(0, white=400, black=20), [], RESIDENTS)
    assert "No ratio differs from 1 beyond chance." in report.disparity_sentences(found, "Ashmoor")


def test_the_download_says_of_each_row_what_it_is_and_hides_what_the_page_hides() -> None:
    where = Where("Ashmoor", "E1", "", str(YEAR), CoveredPeriod(YEAR, (YEAR.start,)))
    rows = download.found_rows("object of search", where, [FoundRate("=Drugs", 100, 3, 10)])
    rows += download.disparity_rows(where, report.disparity(searched(400), [], RESIDENTS))
    read = list(csv.DictReader(io.StringIO(download.csv_of(rows))))
    assert read[0]["row"] == "'=Drugs"
    assert (read[0]["value"], read[0]["note"]) == ("", "100 searches, link unknown in 90; unknown too often: between 3% and 93%")
    ratios = {r["row"]: r["value"] for r in read if r["measure"] == "ratio to White residents"}
    assert set(ratios.values()) == {""}
    assert all(r["handling"].startswith("Not for publication") and r["period"] == str(YEAR) for r in read)

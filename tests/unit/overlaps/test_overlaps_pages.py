"""What the pages of overlaps and services say: chance as plainly as a finding, no rank, no cause, no word that marks a place."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest

from app.look.palette import DARK, LIGHT
from app.overlaps import report as overlap_report
from app.overlaps import tables
from app.overlaps.report import Chosen
from app.overlaps.store import Analysis, Factor, Join, Level, Neighbourhood, SimilarRate, Tally, Together, Value
from app.person.store import Patch
from app.services import report as reach_report
from app.services.store import Reach, ServiceKind, Site
from core.periods import CoveredPeriod, Period

SQUARE = {"type": "Polygon", "coordinates": [[[-1.2, 51.7], [-1.1, 51.7], [-1.1, 51.8], [-1.2, 51.8], [-1.2, 51.7]]]}
LEVELS = (Level(1, "highest fifth", True, 10.0, 30, 5), Level(2, "highest tenth", False, 20.0, 15, 2))
INCOME = Factor("income", "risk", "t", "Low incomes", "decile of England, 1 = most deprived", "s", "c", 40, "", LEVELS)
REPORTS = Factor("reports", "risk", "t", "Much reported", "reports per 1,000 residents", "s", "c", 40, "", LEVELS)
NEAR = Factor("near", "protective", "t", "Pharmacy close by", "metres, straight line, half of homes", "s", "c", 40, "", LEVELS)
GONE = Factor("gone", "risk", "t", "Suspensions", "u", "s", "c", 0, "Nothing of it is loaded.", ())
ANALYSIS = Analysis(
    7, datetime(2026, 1, 1, tzinfo=UTC), Period(date(2024, 12, 1), date(2025, 11, 1)), (INCOME, REPORTS, NEAR, GONE)
)
CHOSEN = (Chosen(REPORTS, LEVELS[0]), Chosen(INCOME, LEVELS[1]))
PATCH = Patch("E07000001", "", "Ashmoor")


def place(name: str, **values: Value) -> Neighbourhood:
    return Neighbourhood(f"E-{name}", name, "E07000001", SQUARE, values)


def at(level: int, sure: int | None = None, possible: int | None = None, value: float = 12.0) -> Value:
    unsure = sure is not None or possible is not None
    return Value(value, value - 3 if unsure else None, value + 3 if unsure else None, level, level if sure is None else sure,
                 level if possible is None else possible)  # fmt: skip


BOTH = place("Both", income=at(2), reports=at(1), near=at(1, value=420.0))
ONE = place("One", income=at(1), reports=at(2))
UNSURE = place("Unsure", income=at(2), reports=at(1, sure=0))
PERHAPS = place("Perhaps", income=at(2), reports=at(0, possible=1))
EMPTY = place("Empty", income=at(0))
PLACES = (BOTH, ONE, UNSURE, PERHAPS, EMPTY)


def together(meeting: int, q: float) -> Together:
    return Together(2, True, 40, meeting, 1, 3, 4.0, 0.0, 10.0, q / 2, q, 2.7, None)


def test_the_key_of_a_choice_follows_the_declared_order_whatever_was_clicked_first() -> None:
    assert overlap_report.combination(CHOSEN, ANALYSIS) == "income:2+reports:1"


def test_chance_is_said_as_plainly_as_a_finding() -> None:
    found = " ".join(overlap_report.region_sentences(together(17, 0.006), CHOSEN))
    assert "17 of 40 neighbourhoods have both" in found
    assert "about 4.0 (95% range 0 to 10)" in found
    assert "more often than chance would have them; fewer than 1 in 100 findings" in found
    assert "surely have both, up to 3 may" in found
    nothing = " ".join(overlap_report.region_sentences(together(5, 0.4), CHOSEN))
    assert "nothing here says that they are found together more or less often" in nothing


def test_a_patch_says_what_is_not_known_of_it() -> None:
    said = overlap_report.patch_sentence(PLACES, CHOSEN, PATCH)
    assert (
        said
        == "In Ashmoor 2 of 5 neighbourhoods have both: much reported and low incomes. Of 1 neighbourhood not everything is known."
    )


def test_who_has_all_of_it_who_may_and_who_is_unsure() -> None:
    assert [overlap_report.meets_all(p, CHOSEN) for p in PLACES] == [True, False, True, False, False]
    assert [overlap_report.may_meet_all(p, CHOSEN) for p in PLACES] == [False, False, False, True, False]
    assert overlap_report.sure_words(UNSURE, CHOSEN) == "unsure: much reported"
    assert overlap_report.sure_words(BOTH, CHOSEN) == "nothing unsure in these data"
    assert overlap_report.strengths(BOTH, ANALYSIS) == ["Pharmacy close by"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_number_of_factors_has_its_own_colour(palette: object, count: int) -> None:
    ramp = overlap_report.colours(count, palette)  # type: ignore[arg-type]
    assert len(set(ramp)) == count + 1
    legend = overlap_report.legend_of(count, palette)  # type: ignore[arg-type]
    assert [entry.colour for entry in legend] == list(reversed(ramp))
    assert legend[-1].label == "none of them"


def test_the_map_says_in_words_what_its_colours_show() -> None:
    areas = {a.code: a for a in overlap_report.areas_of(PLACES, CHOSEN, LIGHT, "E-One")}
    assert areas["E-Both"].words == "Both. 2 of 2: much reported and low incomes."
    assert "Unsure: much reported." in areas["E-Unsure"].words
    assert areas["E-Empty"].dashed
    assert areas["E-One"].selected


def test_a_place_is_compared_only_as_far_as_the_interval_goes() -> None:
    level = SimilarRate("All", 40, 20.0, 10, 15.0, 18.0, 22.0, 1.1, 0.8, 1.5)
    above = SimilarRate("All", 4, 40.0, 10, 15.0, 18.0, 22.0, 2.0, 1.2, 3.0)
    none = SimilarRate("All", 4, 40.0, 10, 0.0, 0.0, 0.0, None, None, None)
    assert overlap_report.similar_words(level).startswith("not told apart")
    assert overlap_report.similar_words(above).startswith("above them together: 2.0 times theirs")
    assert "few recorded" in overlap_report.similar_words(above)
    assert overlap_report.similar_words(none).startswith("cannot be compared")


def test_a_factor_line_names_its_threshold_value_and_doubt() -> None:
    lines = {line.factor.factor_id: line for line in overlap_report.factor_lines(UNSURE, ANALYSIS, "risk", {"income": LEVELS[1]})}
    assert lines["income"].stand == "yes: highest tenth"
    assert lines["income"].value == "decile 12 of 10"
    assert "unsure" in lines["reports"].stand
    assert lines["reports"].value == "12.0 reports per 1,000 residents, 95% interval 9.0 to 15.0"
    assert overlap_report.factor_lines(EMPTY, ANALYSIS, "protective", {})[0].stand == "not known here"
    assert overlap_report.value_words(REPORTS, Value(-0.001, None, None, 0, 0, 0)).startswith("0.00")


def test_joins_and_tallies_in_words() -> None:
    assert overlap_report.join_words(Join(5, 0, None)) == "alone: none of 5 neighbours"
    assert overlap_report.join_words(Join(5, 2, 0.01)).endswith("beyond chance")
    assert overlap_report.join_words(Join(5, 2, 0.5)).endswith("as chance would have it")
    assert overlap_report.tally_words(Tally("risk", 2, 8, 10, 10.0, 5, 15, 0.9)) == "as chance would have it"
    assert overlap_report.tally_words(Tally("risk", 2, 8, 30, 10.0, 5, 15, 0.002)) == "more than by chance"


def test_every_row_of_a_download_says_how_it_may_be_handled() -> None:
    text = overlap_report.csv_of(PLACES, CHOSEN, ANALYSIS, {"E-Both": Join(5, 2, 0.01)})
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["name"] for r in rows] == [p.name for p in PLACES]
    assert {r["handling"] for r in rows} == {"Not for publication: holds small numbers about small places."}
    assert rows[0]["neighbours_alike"] == "2"
    assert rows[4]["reports_level"] == ""
    assert "gone_value" not in rows[0]
    assert (rows[0]["period_end"], rows[0]["months_loaded"], rows[0]["months_missing"]) == ("2025-11-30", "12", "")


def test_what_the_map_shows_is_said_only_where_it_shows_it() -> None:
    assert overlap_report.nowhere_sentence(PLACES, CHOSEN) == ""
    some = overlap_report.nowhere_sentence((ONE, EMPTY), CHOSEN)
    assert some.endswith("The map shows where some of them are.")
    none = overlap_report.nowhere_sentence((EMPTY,), CHOSEN)
    assert none.startswith("No neighbourhood of this patch has them all.")
    assert "shows where some of them are" not in none and none.endswith(
        "None of them is on the map: no neighbourhood here has even one."
    )


def test_rates_beside_similar_areas_say_their_months_and_the_same_for_a_year() -> None:
    rate = SimilarRate("Violence", 30, 20.0, 10, 10.0, 15.0, 25.0, 1.3, 0.9, 1.8)
    drawn = tables.similar_table(BOTH, [rate], CoveredPeriod(ANALYSIS.period, (ANALYSIS.period.start, date(2025, 3, 1))))
    assert (
        "(10 of 12 months, without December 2024 and March 2025): recorded per 1,000 residents over 10 of 12 months"
        in drawn.caption
    )
    assert drawn.rows[0][1].notes[0] == "24.0 a year" and drawn.rows[0][2].notes == ("12.0 to 30.0 a year",)


KIND = ServiceKind("pharmacy", "Pharmacies", 1600, 5000, "", "", 12, 0, 9_000.0, 1_000.0, 200.0)


def reach(within: float, border: float = 0.0) -> Reach:
    return Reach(1_500.0, False, 1_900.0, 300.0, 2_500.0, within, 1_500 * (1 - within), border, 1.2)


def test_residents_out_of_reach_are_rounded_and_the_border_is_named() -> None:
    values = {"E-Both": reach(0.2, border=0.9), "E-One": reach(1.0), "E-Empty": reach(0.4)}
    said = reach_report.patch_sentences(KIND, PLACES, values, PATCH)
    assert said[0].startswith(
        "In Ashmoor about 2,100 of 4,500 residents (47%) live farther than 1.6 km in a straight line from a pharmacy"
    )
    assert "About 1,200 of these live near the region's border" in said[1]
    gaps = reach_report.gaps(PLACES, values, ANALYSIS)
    assert [(g.place.name, g.risks) for g in gaps] == [("Both", ("Low incomes", "Much reported")), ("Empty", ())]


def site(plan: str, further: int, position: int, name: str, people: float, district: str = "E07000001") -> Site:
    return Site(
        "residents", "residents", plan, further, position, "E", district, name, "Ashmoor", -1.15, 51.75, people, people, 1_000.0
    )


def test_a_further_site_is_a_place_to_look_with_its_rivals() -> None:
    sites = [site("best", 1, 1, "Mill End", 400.0), site("nearly", 1, 1, "Quay", 380.0), site("district", 1, 1, "Hill", 300.0)]
    said = " ".join(reach_report.plan_sentences(sites, "residents", 1, KIND))
    assert "around Mill End (Ashmoor): about 400 of 1,000 who are farther than 1.6 km now (40%)" in said
    assert "Quay (Ashmoor), about 380" in said
    assert "knows nothing of buildings" in said
    assert "around Hill: about 300" in reach_report.district_sentence(sites, "residents", PATCH)
    assert reach_report.district_sentence(sites, "residents", Patch("", "", "all districts")) == ""
    assert "nobody" not in said
    assert reach_report.plan_sentences([], "residents", 1, KIND)[0].startswith("No further site")


def test_services_and_sites_are_drawn_within_the_patch_only() -> None:
    from app.services.store import Point

    points = [Point("in", -1.15, 51.75), Point("out", 0.0, 51.75)]
    areas = reach_report.areas_of(PLACES, {"E-Both": reach(0.2)}, LIGHT, points, [site("best", 1, 1, "Mill End", 400.0)])
    assert [a.code for a in areas[len(PLACES) :]] == ["service-0", "site-0"]
    assert "Mill End" in areas[-1].words


def test_no_sentence_ranks_blames_or_marks() -> None:
    said = [
        *overlap_report.region_sentences(together(17, 0.006), CHOSEN),
        overlap_report.independent_note(together(17, 0.006)),
        *reach_report.plan_sentences([site("best", 1, 1, "Mill End", 400.0)], "residents", 1, KIND),
    ]
    forbidden = re.compile(
        r"\b(worst|causes?|caused|because of|leads to|due to|bad|problem areas?|deprived people|ranks?|league)\b", re.I
    )
    assert [s for s in said if forbidden.search(s)] == []

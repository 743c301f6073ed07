"""What a hot spot page says: certainty in sentences, gaps, police activity, overlap, and the table for download. No database."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest

from app.area.choropleth import choropleth
from app.hotspots.report import (
    areas_of,
    legend_of,
    months_missing,
    overlap_sentences,
    proactive_note,
    spot_words,
    spots_csv,
    spots_table,
    statement,
    strongest_first,
    unplaced_note,
)
from app.hotspots.store import Choice, Group, HotSpot, Overlap
from app.look.palette import DARK, LIGHT, NO_DATA_FILL, WITHHELD_FILL
from app.person.store import MonthStatus, Patch
from core.periods import Period
from core.poisson import rate_per_1000
from published.release import Category, Cell, Place, Release

PERIOD = Period(date(2025, 1, 1), date(2025, 4, 1))
LSOA = Choice("lsoa", "2021", "violence", "smoothed_rate", PERIOD, 1, None)
HEX = Choice("h3", "r9", "violence", "count", PERIOD, 1, None)
PATCH = Patch("E07000178", "", "Oxford")
SQUARE = {"type": "Polygon", "coordinates": [[[-1.2, 51.7], [-1.1, 51.7], [-1.1, 51.8], [-1.2, 51.8], [-1.2, 51.7]]]}


def spot(code: str, kind: str = "not_significant", certainty: int | None = None, *, n: int = 12, z: float | None = 0.5) -> HotSpot:
    return HotSpot(code, f"Place {code}", "E07000178", n, 1.5, z, 0.2, kind, certainty, rate_per_1000(n, 1_500), SQUARE)


def test_certainty_is_said_with_its_correction() -> None:
    spots = [
        spot("A", "hot", 99),
        spot("B", "hot", 95),
        spot("C", "hot", 90),
        spot("D", "cold", 95),
        *(spot(f"E{i}") for i in range(6)),
    ]
    first, second, third = statement(spots, LSOA, PATCH)
    assert first.startswith(
        "Of 10 neighbourhoods in Oxford, 2 are hot spots with at least 95% confidence, after correcting for testing"
    )
    assert "1 more is a hot spot with 90% confidence" in first
    assert second.startswith("1 is a cold spot")
    assert "does not say why" in third


def test_what_chance_means_is_said_with_the_first_words() -> None:
    places = [spot("A"), spot("B")]
    assert statement(places, HEX, PATCH)[0].endswith("Chance means the same counts laid anywhere in the region.")
    assert statement(places, LSOA, PATCH)[0].endswith("Chance means the same rates laid anywhere in the region.")
    quiet = [spot("A", z=None), spot("B")]
    assert statement(quiet, LSOA, PATCH)[0].endswith("1 was not tested: too few people live there to tell a rate from chance.")
    # a map of counts tests every place: where none has a z, the map is one single value
    assert "not tested" not in statement(quiet, HEX, PATCH)[0]


def test_no_cluster_beyond_chance_is_said_as_plainly() -> None:
    first, second, _ = statement([spot("A"), spot("B")], HEX, PATCH)
    assert first.startswith("No hot spot beyond chance: of 2 hexagons in Oxford, none is a hot spot even with 90% confidence")
    assert second == "No place is a cold spot with 95% confidence."


def test_gaps_and_unplaced_records_are_those_of_the_period_alone() -> None:
    months = [
        MonthStatus(date(2024, 12, 1), False, None, None),
        MonthStatus(date(2025, 1, 1), True, 1_000, 20),
        MonthStatus(date(2025, 2, 1), False, None, None),
        MonthStatus(date(2025, 3, 1), True, 1_000, 100),
        MonthStatus(date(2025, 4, 1), True, 1_000, 30),
    ]
    gapped = replace(LSOA, missing=(date(2025, 2, 1),))
    said = months_missing(gapped)
    assert said.startswith("February 2025 is missing")
    assert "3 of the 4 months" in said
    assert "A rate over 3 months is not a rate for a year." in said
    assert "not a rate for a year" not in months_missing(replace(HEX, missing=gapped.missing)), "hexagons have no rate per resident"
    assert unplaced_note(months, LSOA).startswith(
        "5.0% of the records of these months came without a place and are on no map (from 2.0% to 10.0%"
    )
    assert months_missing(replace(LSOA, period=Period(date(2024, 5, 1), date(2025, 4, 1)))) == ""


@pytest.mark.parametrize(
    ("categories", "proactive", "begins"),
    [
        (("Robbery",), (), ""),
        (("Robbery", "Possession of weapons"), ("Possession of weapons",), "Left out of this map: possession of weapons."),
        (("Drugs",), ("Drugs",), "Drugs mostly come to light where police look."),
    ],
)
def test_offences_that_police_activity_produces_are_named(
    categories: tuple[str, ...], proactive: tuple[str, ...], begins: str
) -> None:
    said = proactive_note(Group("g", "G", "", "partition", True, categories, proactive))
    assert said.startswith(begins)
    assert bool(said) is bool(begins)


@pytest.mark.parametrize(("both", "verdict"), [(3, "no more and no less"), (13, "more often"), (0, "less often")])
def test_overlap_is_set_against_chance_and_never_called_a_cause(both: int, verdict: str) -> None:
    overlap = Overlap("x", "Low incomes", "most deprived fifth of England", 1_485, both, 4.05, 1.0, 10.0)
    first, here = overlap_sentences(overlap, ["Oxford 017C"], PATCH, LSOA)
    assert verdict in first
    assert "count as “Low incomes: most deprived fifth of England”" in first
    assert "4.0 (95% range 1 to 10)" in first
    assert first.endswith("Falling together is not a cause.")
    assert here == "In Oxford: Oxford 017C."


def test_hexagons_lie_over_the_patch_in_the_look_of_not_significant() -> None:
    hot = spot("89195d0834fffff", "hot", 99)
    plain = HotSpot("89195d0835fffff", "x", "E07000178", 1, 1.0, 0.1, 0.9, "not_significant", None, None, None)
    areas = areas_of([hot, plain], HEX, {"E07000178": ("Oxford", SQUARE)}, LIGHT)
    assert [a.code for a in areas] == ["E07000178", "89195d0834fffff"]
    assert areas[0].fill == LIGHT.neutral
    assert areas[1].fill == LIGHT.hot[0]
    assert areas_of([hot], LSOA, {}, DARK)[0].fill == DARK.hot[0]
    assert areas_of([spot("A", z=None)], LSOA, {}, LIGHT)[0].fill == NO_DATA_FILL


def test_the_key_names_every_class_present_or_not() -> None:
    labels = [e.label for e in legend_of([spot("A")], LIGHT)]
    assert len(labels) == 7
    assert labels.count("not significant") == 1
    assert "no data" not in labels
    assert "no data" in [e.label for e in legend_of([spot("A", z=None)], LIGHT)]
    assert spot_words(spot("A", "cold", 95)) == "Cold spot, 95% confidence"


def test_every_row_of_the_download_says_how_it_may_be_handled() -> None:
    rows = list(csv.DictReader(io.StringIO(spots_csv([spot("A", "hot", 99), spot("B", z=None)], LSOA))))
    assert [r["code"] for r in rows] == ["A", "B"]
    assert all(r["handling"].startswith("Not for publication") for r in rows)
    assert rows[1]["gi_z"] == ""
    assert rows[0]["certainty_percent"] == "99"
    assert {(r["period_start"], r["period_end"], r["months_loaded"], r["months_missing"]) for r in rows} == {
        ("2025-01-01", "2025-04-30", "4", ""),
    }  # fmt: skip
    assert float(rows[0]["rate_per_1000_year"]) == pytest.approx(3 * float(rows[0]["rate_per_1000"]), rel=1e-4)


def test_the_list_begins_with_the_surest_hot_spot_and_ends_with_the_cold() -> None:
    spots = [
        spot("A", "cold", 99),
        spot("B", "hot", 90, n=90),
        spot("C", "hot", 99),
        spot("D", "hot", 99, n=40),
        spot("E", "cold", 95),
    ]
    assert [s.code for s in strongest_first(spots)] == ["D", "C", "B", "A", "E"]


def test_a_rate_stands_with_its_months_and_with_the_same_for_a_year() -> None:
    drawn = spots_table([spot("A", "hot", 99)], LSOA, "c")
    assert ("Rate per 1,000", ("over 4 months",)) in [(c.text, c.notes) for c in drawn.columns]
    assert any(note.endswith(" a year") for cell in drawn.rows[0] for note in cell.notes)
    assert re.search(
        r"per 1,000 residents over 4 months \(95% interval .+?\), or [\d.,]+ a year",
        areas_of([spot("A")], LSOA, {}, LIGHT)[0].words,
    )


def release(cells: dict[tuple[str, str, str], Cell], residents: int | None = 1_000) -> Release:
    places = {
        ("lsoa", code): Place("lsoa", "2021", code, f"Place {code}", "", None, "E07000178", residents, "census2021", None, "")
        for code in "ABCDEF"
    }
    return Release(
        1,
        "t",
        None,
        PERIOD,
        tuple(PERIOD.months()),
        (),
        None,
        "R",
        False,
        {"threshold": 5},
        {},
        places,
        cells,
        (Category("c", "Kind", "", "total"),),
        (),  # type: ignore[arg-type]
        "",
    )


def test_a_withheld_area_is_hatched_and_moves_no_class_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.area.choropleth.published_outlines", lambda *_: dict.fromkeys("ABCDEF", SQUARE))
    shown = {("lsoa", code, "c"): Cell(10 * (i + 1), None) for i, code in enumerate("ABCD")}
    category = Category("c", "Kind", "", "total")
    without = choropleth(release(shown), category, "", LIGHT)
    with_one = choropleth(release(shown | {("lsoa", "E", "c"): Cell(None, "[c]")}), category, "", LIGHT)
    looks = {a.code: a for a in with_one.areas}
    assert looks["E"].fill == WITHHELD_FILL
    assert looks["E"].words.endswith("withheld to protect people")
    assert looks["F"].fill == NO_DATA_FILL and looks["F"].dashed
    assert not re.search(r"\d", looks["E"].words.removeprefix("Place E"))
    assert [e.label for e in without.legend if e.look == "solid"] == [e.label for e in with_one.legend if e.look == "solid"]
    assert "1 withheld to protect people" in with_one.summary


def test_a_range_inside_one_class_is_drawn_in_its_colour_and_any_other_is_hatched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.area.choropleth.published_outlines", lambda *_: dict.fromkeys("ABCDEF", SQUARE))
    shown = {("lsoa", code, "c"): Cell(10 * (i + 1), None) for i, code in enumerate("ABCD")}
    category = Category("c", "Kind", "", "total")
    # the edges lie at 10, 20 and 30 per 1,000
    ranges = {("lsoa", "E", "c"): Cell(None, "[c]", 21, 30), ("lsoa", "F", "c"): Cell(None, "[c]", 20, 30)}
    drawn = choropleth(release(shown | ranges), category, "", LIGHT)
    looks = {a.code: a for a in drawn.areas}
    assert looks["E"].fill == looks["C"].fill and looks["F"].fill == WITHHELD_FILL
    assert looks["E"].words == (
        "Place E. Kind: between 21 and 30, 21.0 to 30.0 per 1,000 people over 4 months, 63.0 to 90.0 a year; given as a range to protect"
        " people"
    )
    assert [e.label for e in drawn.legend if e.look == "withheld"] == ["given as a range that crosses classes"]
    assert "2 given as a range to protect people" in drawn.summary
    without = choropleth(release(shown), category, "", LIGHT)
    assert [e.label for e in without.legend if e.look == "solid"] == [e.label for e in drawn.legend if e.look == "solid"]
    # nobody to divide by: no class to be in
    nobody = choropleth(release(shown | ranges, residents=None), category, "", LIGHT)
    assert {a.fill for a in nobody.areas if a.code in "EF"} == {WITHHELD_FILL}

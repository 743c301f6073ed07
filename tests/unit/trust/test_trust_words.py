"""What a map says of itself: its record, its expiry, how hot spots hold, and what patrols add. Content only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.hotspots.store import Choice, HotSpot
from app.hotspots.trust_report import (
    NO_RECORD,
    expiry_sentence,
    held_words,
    outlier_sentences,
    proactive_difference,
    residents_note,
    stability_sentences,
    track_rows,
    track_sentences,
)
from app.hotspots.trust_store import EstimateError, Held, Outlier, TrackLine
from core.periods import Period

PERIOD = Period(date(2025, 1, 1), date(2025, 12, 1))
MAP = Choice("lsoa", "2021", "violence", "count", PERIOD, 1, None)
LINE = TrackLine(0.05, "behind", 8, date(2019, 1, 1), date(2025, 11, 1), 0.48, 0.69, -0.2, -0.21, -0.19, 3, 5)
FOUR = tuple(replace(LINE, coverage=c) for c in (0.01, 0.05, 0.1, 0.2))


def spot(code: str, kind: str = "hot", certainty: int | None = 99) -> HotSpot:
    return HotSpot(code, code, "E07", 10, 1.0, 3.0, 0.001, kind, certainty, None, None)


def test_a_map_that_does_not_beat_the_naive_map_says_so() -> None:
    said, verdict = track_sentences(FOUR, MAP)
    assert "caught 48% of the next month's incidents; the counts of the months before, 69%; a map drawn by chance, 5%" in said
    assert "8 months foretold, January 2019 to November 2025, each from the 3 to 5 months before it" in said
    assert verdict.startswith("This map does not beat the naive map.")


@pytest.mark.parametrize("standing", ["behind", "level"])
def test_level_is_no_win(standing: str) -> None:
    lines = tuple(replace(line, standing=standing) for line in FOUR)
    assert "does not beat the naive map" in track_sentences(lines, MAP)[1]


def test_a_win_is_said_for_the_areas_where_it_is_one() -> None:
    wide = (*FOUR[:3], replace(FOUR[3], standing="beats"))
    assert "beats the naive map when 20% of the area is searched, and does not beat it" in track_sentences(wide, MAP)[1]
    every = tuple(replace(line, standing="beats") for line in FOUR)
    assert track_sentences(every, MAP)[1] == "It beats the naive map at every share of the area that was tested."


def test_no_record_and_too_few_months_are_said() -> None:
    assert track_sentences((), MAP) == (NO_RECORD,)
    few = tuple(replace(line, standing="too_few", months=3, gain=None, gain_lower=None, gain_upper=None) for line in FOUR)
    assert "Too few months" in track_sentences(few, MAP)[1]
    assert track_rows(few)[0][-2:] == ("too few months", "")


def test_the_map_with_what_patrols_find_borrows_its_record_openly() -> None:
    with_found = replace(MAP, measure="count_with_proactive")
    assert track_sentences(FOUR, with_found)[-1].startswith("This record is of the same map without the offences")


def test_gains_are_in_points_with_their_interval() -> None:
    assert track_rows(FOUR)[1] == ("5%", "48%", "69%", "5%", "−20.0", "(−21.0 to −19.0)")


@pytest.mark.parametrize(("today", "past"), [(date(2026, 6, 30), False), (date(2026, 7, 1), True)])
def test_the_last_day_still_counts(today: date, past: bool) -> None:
    words, expired = expiry_sentence(date(2026, 6, 30), today)
    assert expired is past
    assert ("Expired on 30 June 2026" if past else "Expires on 30 June 2026") in words


def test_how_a_hot_spot_holds_fits_in_a_cell() -> None:
    assert held_words(Held(20, 19, 20, 18, True, 0.2)) == "19, 20, 18 of 20"
    assert held_words(Held(20, 20, 20, 20, True, 0.2)) == "all 60"
    assert held_words(Held(20, 3, 9, 18, False, 0.9)) == "3, 9, 18 of 20; falls without its busiest location"
    assert held_words(None) == "not examined"


def test_stability_counts_what_holds_and_what_falls() -> None:
    held = {"A": Held(20, 20, 20, 20, True, 0.1), "B": Held(20, 9, 20, 20, False, 0.8)}
    said = stability_sentences([spot("A"), spot("B"), spot("C", "cold")], held, MAP)
    assert len(said) == 1
    assert "Of 2 hot spots here, 1 holds on at least half of the grids at every size, and 1 falls without" in said[0]
    by_rate = stability_sentences([spot("A"), spot("D")], held, replace(MAP, measure="smoothed_rate"))
    assert "1 hot spot here is hot by rate but not by number" in by_rate[1]
    assert stability_sentences([spot("C", "cold")], held, MAP) == ()
    assert "have not been examined" in stability_sentences([spot("A")], {}, MAP)[0]


def test_what_patrols_add_is_counted_both_ways() -> None:
    without, with_found = [spot("A"), spot("B", "not_significant", None)], [spot("A", "hot", 90), spot("B")]
    assert "1 more neighbourhood would be a hot spot (95% confidence) and 1 would no longer be" in proactive_difference(
        without, with_found, MAP
    )
    assert "the same places" in proactive_difference(without, without, MAP)


def test_outliers_are_named_and_none_is_an_answer() -> None:
    found = [Outlier("A", "Mill End", "high_low", 40, 900.0), Outlier("B", "Holt", "high_high", 9, 900.0)]
    assert outlier_sentences(found, "Ashmoor")[0] == "High beside low neighbours: Mill End."
    assert outlier_sentences(found[1:], "Ashmoor")[0].startswith("No neighbourhood of Ashmoor stands out")


def test_estimated_residents_show_their_error() -> None:
    error = EstimateError("residents of MSOAs shared among their LSOAs", 1_485, 24.1, 18.0)
    by_rate = Choice("h3", "r8", "violence", "smoothed_rate", PERIOD, 1, None)
    assert "off by 24% on average (median 18%)" in residents_note(by_rate, error)
    assert "not been measured" in residents_note(by_rate, None)
    assert residents_note(MAP, error) == ""

"""What My patch says of a place in few words: order, why, trend, how sure, and its months as a drawing. No database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from analytics.emerging.patterns import Pattern as EmergingPattern
from app.hotspots.store import Choice, HotSpot
from app.hotspots.trust_store import Held
from app.look.palette import DARK, LIGHT
from app.patch import words
from app.patch.changes import areas_of, changes_of, legend_of, said, that_change
from app.patch.choice import neighbourhood_analyses
from app.patch.content import last_and_usual, next_month, order_of, ranked, series_of, stands_until, strength
from app.patch.sparkline import sparkline
from app.patch.store import Known, Next, Pattern
from app.person.store import MonthStatus
from core.periods import Period

PERIOD = Period(date(2025, 1, 1), date(2025, 4, 1))


def spot(code: str, kind: str = "not_significant", certainty: int | None = None) -> HotSpot:
    return HotSpot(code, f"Place {code}", "E07000178", 12, 1.5, 0.5, 0.2, kind, certainty, None, None)


def held(half: int = 20, same: int = 20, double: int = 20, *, without: bool | None = True) -> Held:
    return Held(20, half, same, double, without, 0.1)


def pattern(name: str, *, z: float | None = 0.0, p: float | None = 1.0, hot: int = 6, cold: int = 0) -> Pattern:
    return Pattern(name, 12, hot, cold, z, p)


@pytest.mark.parametrize(
    ("kind", "certainty", "known", "word"),
    [
        ("hot", 99, held(), "strong"),
        ("hot", 95, held(10, 10, 10), "strong"),
        ("hot", 95, held(9, 20, 20), "fair"),
        ("hot", 99, held(without=False), "fair"),
        ("hot", 99, held(without=None), "fair"),
        ("hot", 99, None, "fair"),
        ("cold", 99, None, "fair"),
        ("hot", 90, held(), "weak"),
        ("cold", 90, None, "weak"),
        ("not_significant", None, None, "weak"),
    ],
)
def test_how_sure_follows_the_rule_that_stands_on_the_page(kind: str, certainty: int | None, known: Held | None, word: str) -> None:
    found = words.sureness(spot("A", kind, certainty), known)
    assert found.word == word
    assert found.because


def test_a_trend_is_one_only_beyond_chance() -> None:
    assert words.trend_word(pattern("no pattern", z=2.4, p=0.02)) == "rising"
    assert words.trend_word(pattern("no pattern", z=-2.4, p=0.02)) == "falling"
    assert words.trend_word(pattern("no pattern", z=1.9, p=0.05)) == "level"
    assert words.trend_word(None) == words.trend_word(pattern("no pattern", z=None, p=None)) == ""


def test_every_pattern_of_the_analysis_has_words_of_its_own() -> None:
    said = {p.label: words.why(spot("A", "hot", 95), pattern(p.label, hot=6, cold=5)) for p in EmergingPattern}
    assert len(EmergingPattern) == 17
    # intensifying, persistent and diminishing differ by their trend, which stands beside them
    assert len(set(said.values())) == 13
    for label, text in said.items():
        assert text != label, label
        assert ("more than chance" in text) == label.endswith("hot spot"), label
        assert ("fewer than chance" in text) == label.endswith("cold spot"), label
    assert said["sporadic hot spot"] == "more than chance now, and in 6 of 12 months"
    assert said["no pattern"] == words.why(spot("A", "hot", 95), None) == "hot spot over all these months (95%)"
    assert words.why(spot("A"), None) == "no more than chance would give"


def test_hot_come_before_cold_and_the_most_recorded_first() -> None:
    spots = [spot("A", "cold", 99), spot("B"), spot("C", "hot", 99), spot("D", "hot", 95), spot("E")]
    series = {"A": (90, 90), "B": (5, 7), "C": (3, 3), "D": (8, None), "E": (6, 6)}
    # B and E are alike in an average month: by name
    assert [s.code for s in ranked(spots, {c: strength(n, None) for c, n in series.items()})] == ["D", "B", "E", "C", "A"]


def test_what_is_expected_goes_before_what_was_recorded() -> None:
    expects = Next(date(2025, 5, 1), "foretold", 7.5, 3, 12)
    assert strength((1, 1), expects) == 7.5
    assert strength((1, 4, None), None) == 2.5
    known = {"A": Known("A", "", "", -1.2, 51.7, None, None, expects), "B": Known("B", "", "", -1.2, 51.7, None, None)}
    months = [MonthStatus(m, True, 10, 0) for m in PERIOD.months()]
    assert next_month(known, months) == {"A": expects}
    # of an earlier period nothing is expected, and where its last months were not loaded the month is another
    assert next_month(known, months[:-1]) == {}
    assert next_month(known, []) == {}
    year_end = [MonthStatus(date(2025, 12, 1), True, 10, 0)]
    january = replace(expects, month=date(2026, 1, 1))
    assert next_month({"A": replace(known["A"], next=january)}, year_end) == {"A": january}
    assert "expected in May 2025, by a rule that foretold" in order_of({"A": expects})
    assert "by the counts of the months before" in order_of({"A": replace(expects, rule="counts")})
    assert "an average month" in order_of({})


def test_a_month_that_was_not_loaded_is_no_zero() -> None:
    months = [MonthStatus(m, m.month != 2, 10 if m.month != 2 else None, 0) for m in PERIOD.months()]
    series = series_of({date(2025, 1, 1): 4, date(2025, 4, 1): 9}, months)
    assert series == (4, None, 0, 9)
    assert last_and_usual(series) == (9, 2.0)
    assert last_and_usual((None, 3)) == (3, None)
    assert last_and_usual((None, None)) == (0, None)
    assert words.recorded(9, "April", 2.0) == "9 in April, usually 2"
    assert words.recorded(1_200, "April", None) == "1,200 in April"
    assert [words.usually(v) for v in (0.0, 0.04, 0.5, 1.94, 1.96, 11.6)] == ["none", "under 0.1", "0.5", "1.9", "2", "12"]
    assert words.listed_months([("Jan 2025", 4), ("Feb 2025", None)]) == "Jan 2025 4, Feb 2025 not loaded"


def test_until_when_it_stands_is_said_whichever_way() -> None:
    assert stands_until(date(2025, 12, 31), date(2025, 12, 31)) == "Stands until 31 December 2025, or until new months are loaded."
    assert stands_until(date(2025, 12, 31), date(2026, 1, 1)).startswith("Expired on 31 December 2025")
    assert stands_until(None, date(2026, 1, 1)) == "Stands until new months are loaded."


def test_the_line_of_months_breaks_at_a_gap_and_begins_at_zero() -> None:
    svg = sparkline((4, 8, None, 0, 2), LIGHT, width=86, height=26)
    lines = re.findall(r'points="([^"]+)"', svg)
    assert lines == ["3.0,13.0 23.0,3.0", "63.0,23.0 83.0,18.0"]
    assert '<circle cx="83.0" cy="18.0"' in svg
    assert LIGHT.accent in svg and DARK.accent in sparkline((1, 2), DARK)
    assert sparkline((None, None), LIGHT) == ""
    # a place without an incident is a flat line at the foot, not a division by zero
    assert re.findall(r'points="([^"]+)"', sparkline((0, 0), LIGHT, width=86, height=26)) == ["3.0,23.0 83.0,23.0"]


def test_maps_by_number_are_preferred_and_maps_of_hexagons_left_alone() -> None:
    def choice(group: str, measure: str, geography: str = "lsoa", edition: str = "2021") -> Choice:
        return Choice(geography, edition, group, measure, PERIOD, 1, None)

    found = neighbourhood_analyses(
        [
            choice("violence", "rate"), choice("violence", "count"), choice("violence", "harm"), choice("asb", "rate"),
            choice("asb", "smoothed_rate"), choice("theft", "count", "h3", "r9"), choice("theft", "rate", "lsoa", "2011"),
        ]
    )  # fmt: skip
    assert {key: c.measure for key, c in found.items()} == {("violence", PERIOD.end): "count", ("asb", PERIOD.end): "smoothed_rate"}


def test_what_changes_is_listed_hot_before_cold_and_what_begins_first() -> None:
    names = {
        "A": "no pattern", "B": "persistent hot spot", "C": "historical hot spot", "D": "new hot spot", "E": "consecutive hot spot",
        "F": "new cold spot", "G": "oscillating hot spot", "H": "diminishing hot spot",
    }  # fmt: skip
    known = {c: Known(c, "", "", -1.2, 51.7, pattern(n), None) for c, n in names.items()} | {
        "I": Known("I", "", "", 0.0, 0.0, None, None)
    }
    series = dict.fromkeys(known, (1, None, 2)) | {"E": (9, 9, 9)}
    found = changes_of([spot(c) for c in known], known, series)
    assert [(c.code, c.side, c.course) for c in found] == [
        ("E", "hot", "begins"), ("D", "hot", "begins"), ("G", "hot", "turned"), ("B", "hot", "lasts"), ("H", "hot", "wanes"),
        ("C", "hot", "ended"), ("F", "cold", "begins"),
    ]  # fmt: skip
    assert [c.code for c in that_change(found)] == ["E", "D", "G", "H", "C", "F"]
    assert said(found[1]) == "Hot spot, begins: more than chance for the first time"


def test_every_pattern_has_a_course_and_a_look_on_the_map() -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    labels = [p.label for p in EmergingPattern]
    spots = [replace(spot(str(n)), outline=square) for n in range(len(labels))]
    known = {str(n): Known(str(n), "", "", 0.5, 0.5, pattern(label), None) for n, label in enumerate(labels)}
    found = changes_of(spots, known, {s.code: (1, 2) for s in spots})
    assert len(found) == 16
    drawn = {a.code: a for a in areas_of(spots, found, LIGHT)}
    in_the_key = {e.label: e.colour for e in legend_of(LIGHT)}
    assert len(in_the_key) == len(set(in_the_key.values())) == 7
    for n, label in enumerate(labels):
        area = drawn[str(n)]
        side = "hot" if label.endswith("hot spot") else "cold" if label.endswith("cold spot") else "no"
        assert next(text for text, colour in in_the_key.items() if colour == area.fill).startswith(side), label
        assert ("No pattern" in area.words) == (side == "no")

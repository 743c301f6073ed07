"""The order of maps by their record, and what the page of track records says of it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from app.hotspots.record_store import COUNTS, FORETOLD, Layer, Record, Score, in_order
from app.look.palette import LIGHT
from app.record import chart as record_chart
from app.record import report as record_report


def layer(name: str, *lines: tuple[str, float, float]) -> Layer:
    """lines: standing, what the map caught, what the counts caught, at 1%, 5% and 10% of the area."""
    return Layer(
        name,
        tuple(
            Score(coverage, word, 8, date(2025, 1, 1), date(2025, 8, 1), ours, counts, ours - counts, ours - counts - 0.01,
                  ours - counts + 0.01, ours / coverage, counts / coverage, 0.8, 0.7)
            for coverage, (word, ours, counts) in zip((0.01, 0.05, 0.1), lines, strict=True)
        ),
    )  # fmt: skip


NEXT = layer(FORETOLD, ("level", 0.3, 0.3), ("beats", 0.7, 0.6), ("level", 0.8, 0.8))
BEHIND = layer("count", ("level", 0.3, 0.3), ("behind", 0.4, 0.6), ("level", 0.8, 0.8))
AHEAD = layer("count", ("beats", 0.4, 0.3), ("beats", 0.75, 0.6), ("level", 0.8, 0.8))
# more is caught at 5% than by any other, but it is behind where less is searched
UNEVEN = layer("smoothed_rate", ("behind", 0.1, 0.3), ("beats", 0.9, 0.6), ("level", 0.8, 0.8))
LEVEL = layer(FORETOLD, ("level", 0.3, 0.3), ("level", 0.62, 0.6), ("level", 0.8, 0.8))
FEW = layer(FORETOLD, ("too_few", 0.3, 0.3), ("too_few", 0.7, 0.6), ("too_few", 0.8, 0.8))


@pytest.mark.parametrize(
    ("tested", "order"),
    [
        ([NEXT, BEHIND], [FORETOLD, COUNTS, "count"]),
        ([NEXT, AHEAD], ["count", FORETOLD, COUNTS]),
        ([NEXT, UNEVEN], [FORETOLD, COUNTS, "smoothed_rate"]),
        ([LEVEL, BEHIND], [COUNTS, FORETOLD, "count"]),
        ([FEW, BEHIND], [COUNTS, FORETOLD, "count"]),
        ([BEHIND], [COUNTS, "count"]),
        ([], []),
    ],
)
def test_a_map_comes_before_the_counts_only_where_it_beats_them_and_is_behind_nowhere(
    tested: list[Layer], order: list[str]
) -> None:
    assert [found.name for found in in_order(tested)] == order
    # whatever order they were read in
    assert [found.name for found in in_order(tested[::-1])] == order


def test_the_counts_bear_their_own_record() -> None:
    counts = next(found for found in in_order([NEXT, BEHIND]) if found.name == COUNTS)
    assert [score.hit_rate for score in counts.scores] == [0.3, 0.6, 0.8]
    assert counts.at(0.05).gain is None and counts.at(0.05).pai == counts.at(0.05).counts_pai == 0.6 / 0.05


def record(group: str, *tested: Layer) -> Record:
    return Record("lsoa", "2021", group, in_order(tested))


LABELS = {"violence": "Violence", "robbery": "Robbery"}


def test_the_page_says_for_which_kinds_nothing_beats_the_counts() -> None:
    both = [record("violence", NEXT, BEHIND), record("robbery", LEVEL, BEHIND)]
    first, second = record_report.statement(both, LABELS)
    assert (
        first == "Where next leads for 1 of 2 kinds. For robbery nothing beats the counts of the last months, so these come first."
    )
    assert second.startswith("No map of hot spots beats the counts for any kind.")
    none = record_report.statement([record("robbery", LEVEL)], LABELS)
    assert none == ("No map beats the counts of the last months for any kind.",)
    ahead = record_report.statement([record("violence", NEXT, AHEAD), record("robbery", LEVEL, BEHIND)], LABELS)
    assert ahead[0].startswith("Hot spots by number leads for 1 of 2 kinds.")
    assert ahead[1] == "A map of hot spots beats the counts for 1 of 2 kinds."


def test_every_map_that_does_not_beat_the_counts_says_so() -> None:
    found = record("violence", NEXT, BEHIND)
    table = record_report.layers_table(found, 0.05, "Violence")
    assert [row[0].text for row in table.rows] == ["Where next", "Counts of the last months", "Hot spots by number"]
    assert [row[0].notes for row in table.rows] == [
        ("comes first",), ("",), ("does not beat the counts; behind at 5% of the area",),
    ]  # fmt: skip
    assert [(row[1].text, row[1].notes) for row in table.rows] == [("70%", ("(60%)",)), ("60%", ()), ("40%", ("(60%)",))]
    assert table.rows[2][2].text == "−20.0"
    few = record("robbery", FEW, BEHIND)
    assert [record_report.verdict(one, few) for one in few.layers][:2] == [
        "comes first: nothing beats it", "too few months to say",
    ]  # fmt: skip


def test_the_drawing_tells_what_each_map_caught_in_words_too() -> None:
    drawn = record_chart.drawing(record("violence", NEXT, BEHIND), 0.05, LIGHT, "Violence")
    assert 'alt="Where next 70%; Counts of the last months 60%; Hot spots by number 40%"' in drawn
    assert "<strong>Violence</strong> <span>Where next, 70%</span>" in drawn


def test_the_file_holds_every_map_at_every_share() -> None:
    rows = list(csv.DictReader(io.StringIO(record_report.csv([record("violence", NEXT, BEHIND)], LABELS))))
    assert len(rows) == 9
    assert [(r["map"], r["rank"]) for r in rows[::3]] == [(FORETOLD, "1"), (COUNTS, "2"), ("count", "3")]
    behind = next(r for r in rows if r["standing"] == "behind")
    assert (behind["caught"], behind["counts_caught"], behind["share_of_area"]) == ("0.4", "0.6", "0.05")

"""What a profile says first, why a figure is withheld in its very case, areas like a place, and the line over time. No database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.area.change_over_time import Change, ChangeRow, Span
from app.area.glance import NO_CHANGE_YET, key_figures, limits_of_rate, note_of, stands_out
from app.area.profile import figure_from, figure_of
from app.area.time_line import time_lines
from app.area.why_withheld import summed_up, why_withheld, withheld_here
from core.languages.spoken import WELSH, speaking
from core.periods import CoveredPeriod, Period
from core.poisson import count_limits
from published.findings import findings_of
from published.release import Category, Cell, Place, Release
from published.releases import Earlier
from published.similar import nearest_in_size, rate_together, similar_areas
from tests.builders.reading_grade import grade, sentences_of, syllables

YEAR = Period(date(2025, 1, 1), date(2025, 12, 1))
TOTAL = Category("all", "All recorded", "", "total")
ROBBERY = Category("robbery", "Robbery", "", "partition")
VIOLENCE = Category("violence", "Violence", "", "partition")
SERIOUS = Category("serious_violence", "Serious violence", "What we agreed to call so.", "overlay")
KINDS = (TOTAL, ROBBERY, SERIOUS, VIOLENCE)


def place(number: int, tenth: int | None = 3, residents: int | None = 1_000, edition: str = "2021") -> Place:
    code = f"E0100000{number}"
    return Place("lsoa", edition, code, f"Ashmoor {number}", "", "E02000001", "E07000001", residents, "", tenth, "imd2025")


HERE = place(1)
MSOA = Place("msoa", "2021", "E02000001", "Ashmoor 001", "", None, "E07000001", 5_000, "", None, "")
LAD = Place("lad", "2022", "E07000001", "Ashmoor", "", None, None, 50_000, "", None, "")
REGION = Place("all", "", "E23000001", "County", "", None, None, 500_000, "", None, "")


def release(cells: dict[tuple[str, str], Cell], *others: Place, missing: int = 0) -> Release:
    """cells by code and category."""
    places = {(p.geography, p.code): p for p in (HERE, MSOA, LAD, REGION, *others)}
    by_code = {p.code: p.geography for p in places.values()}
    months = tuple(YEAR.months())
    return Release(
        1, "t", datetime(2026, 1, 1, tzinfo=UTC), YEAR, months[missing:], months[:missing], None, "County", True, {"threshold": 5}, {},
        places, {(by_code[code], code, category): cell for (code, category), cell in cells.items()}, KINDS, (), "test",
    )  # fmt: skip


def figures(of: Release, change: Change | None = None) -> dict[str, str]:
    return {k.category.category: " ".join(k.sentences) for k in key_figures(of, HERE, change)}


def test_violence_comes_first_and_everything_last() -> None:
    cells = {(HERE.code, c.category): Cell(20, None) for c in KINDS}
    assert [k.category for k in key_figures(release(cells), HERE, None)] == [VIOLENCE, SERIOUS, TOTAL]
    # a kind of which nothing was published is not shown as nothing
    del cells[(HERE.code, "violence")]
    assert [k.category for k in key_figures(release(cells), HERE, None)] == [SERIOUS, TOTAL]


@pytest.mark.parametrize(
    ("own", "number", "unit"),
    [
        (Cell(20, None), "20", "recorded"),
        (Cell(None, "[c]", 3, 15), "3 to 15", "a range, to protect people"),
        (Cell(None, "[c]", 15, 15), "15*", "worked out from the other figures"),
        (Cell(None, "[x]"), "not shown", "to protect people"),
    ],
)
def test_beside_the_number_stands_what_it_is(own: Cell, number: str, unit: str) -> None:
    of = release({(HERE.code, "violence"): own})
    assert [(k.number, k.unit) for k in key_figures(of, HERE, None)] == [(number, unit)]


def test_a_rate_is_of_a_year_whatever_months_were_loaded() -> None:
    cells = {(HERE.code, "violence"): Cell(20, None)}
    low, high = count_limits(20)
    assert figures(release(cells))["violence"] == (
        f"In a year that is 20.0 for every 1,000 people. Chance alone could make it {low:.1f} to {high:.1f}."
    )
    assert "In a year that is 24.0" in figures(release(cells, missing=2))["violence"]
    unknown = replace(release(cells), months_loaded=(), months_noted=False)
    assert figures(unknown)["violence"].startswith("That is 20.0")


@pytest.mark.parametrize(
    ("own", "there", "said"),
    [
        (Cell(60, None), Cell(20, None), "Clearly higher than in 2 areas like it (20.0)."),
        (Cell(5, None), Cell(20, None), "Clearly lower than in 2 areas like it (20.0)."),
        (Cell(20, None), Cell(22, None), "Not clearly different from 2 areas like it (22.0)."),
        # a range is told apart only where chance could bring neither of its ends there
        (Cell(None, "[c]", 1, 12), Cell(30, None), "Clearly lower than in 2 areas like it (30.0)."),
        (Cell(None, "[c]", 1, 29), Cell(30, None), "Not clearly different from 2 areas like it (30.0)."),
        (Cell(60, None), Cell(None, "[c]", 1, 29), "Clearly higher than in 2 areas like it (1.0 to 29.0)."),
        (Cell(40, None), Cell(None, "[c]", 1, 29), "Not clearly different from 2 areas like it (1.0 to 29.0)."),
    ],
)
def test_a_place_beside_areas_like_it(own: Cell, there: Cell, said: str) -> None:
    others = [place(2), place(3)]
    cells = {(HERE.code, "violence"): own} | {(p.code, "violence"): there for p in others}
    assert said in figures(release(cells, *others))["violence"]


def test_a_place_beside_its_district_and_its_release_before() -> None:
    cells = {(HERE.code, "violence"): Cell(60, None), (LAD.code, "violence"): Cell(1_000, None)}
    before = CoveredPeriod.of(Period(date(2024, 1, 1), date(2024, 12, 1)), Period(date(2024, 1, 1), date(2024, 12, 1)).months())
    spans = (Span(before, {}), Span(release(cells).covered, {}))
    row = ChangeRow(VIOLENCE, (figure_from(Cell(30, None), HERE), figure_from(Cell(60, None), HERE)), "rose from 30 to 60: more")
    change = Change(spans, (row,))
    said = figures(release(cells), change)["violence"]
    assert "Clearly higher than in Ashmoor as a whole (20.0)." in said
    assert said.endswith("Since January 2024 to December 2024: rose from 30 to 60: more.")
    assert NO_CHANGE_YET in note_of(release(cells), HERE, None)
    assert NO_CHANGE_YET not in note_of(release(cells), HERE, change)


def test_what_clearly_means_is_said_where_something_is_set_beside() -> None:
    alone = {(HERE.code, "violence"): Cell(60, None)}
    assert "Clearly means" in note_of(release(alone | {(LAD.code, "violence"): Cell(1_000, None)}), HERE, None)
    assert "Clearly means" not in note_of(release(alone), HERE, None)
    assert "Clearly means" not in note_of(release({(REGION.code, "violence"): Cell(1_000, None)}), REGION, None)


def test_areas_like_a_place_are_of_its_kind_edition_and_tenth() -> None:
    others = [place(5, residents=900), place(2), place(3, tenth=4), place(4, edition="2011"), place(6, residents=None)]
    found = similar_areas(release({}, *others), HERE)
    assert [p.code[-1] for p in found] == ["2", "5", "6"]
    assert similar_areas(release({}, *others), place(9, tenth=None)) == ()
    assert [p.code[-1] for p in nearest_in_size(HERE, found, 1)] == ["2"]


def test_areas_of_which_one_has_no_range_have_no_rate_together() -> None:
    two = [place(2), place(3)]
    cells = {(two[0].code, "violence"): Cell(10, None), (two[1].code, "violence"): Cell(None, "[c]", 1, 8)}
    together = rate_together(release(cells, *two), two, "violence")
    assert together is not None
    assert (together.areas, together.lowest, together.highest) == (2, 5.5, 9.0)
    assert rate_together(release(cells | {(two[1].code, "violence"): Cell(None, "[c]")}, *two), two, "violence") is None
    assert rate_together(release(cells, *two), [*two, place(4)], "violence") is None
    assert rate_together(release(cells, *two), [], "violence") is None


def why(cell: Cell, *others: tuple[tuple[str, str], Cell]) -> str:
    of = release({(HERE.code, "robbery"): cell, **dict(others)})
    return why_withheld(of, HERE, ROBBERY, figure_of(of, HERE, "robbery"))


def test_the_reason_follows_from_what_was_published() -> None:
    assert why(Cell(7, None)) == ""
    assert "from 1 to 4" in why(Cell(None, "[c]", 1, 9)) and "We do not say which." in why(Cell(None, "[c]", 1, 9))
    # a small one and one that stands back for it are told in the same words where their ranges hold a small number
    assert why(Cell(None, "[c]", 2, 9)) == why(Cell(None, "[c]", 4, 300)) == why(Cell(None, "[c]"))
    assert "at least 5" in why(Cell(None, "[c]", 5, 9)) and "not small" in why(Cell(None, "[c]", 5, 9))
    assert "one number only" in why(Cell(None, "[c]", 31, 31))
    wider = (MSOA.code, "robbery"), Cell(None, "[c]", 1, 9)
    total = (HERE.code, "all"), Cell(None, "[c]", 1, 99)
    assert why(Cell(None, "[x]", 0, 6), wider).startswith("The number for Ashmoor 001 is not shown.")
    assert why(Cell(None, "[x]", 0, 6), total, wider).startswith(
        "The number for all kinds together in Ashmoor 1 and Ashmoor 001 is"
    )
    assert why(Cell(None, "[x]", 0, 6)).startswith("The number of a wider area, or a total, is not shown.")


def test_kinds_of_one_reason_stand_together() -> None:
    cells = {(HERE.code, "all"): Cell(30, None), (HERE.code, "robbery"): Cell(None, "[c]", 1, 9),
             (HERE.code, "violence"): Cell(None, "[c]", 5, 29), (HERE.code, "serious_violence"): Cell(None, "[c]", 1, 9)}  # fmt: skip
    found = withheld_here(release(cells), HERE)
    assert [[c.category for c, _ in w.kinds] for w in found] == [["robbery", "serious_violence"], ["violence"]]
    assert summed_up(release(cells), HERE) == ""


def line_of(*cells: Cell | None) -> str:
    months = [Period(date(y, 1, 1), date(y, 12, 1)) for y in range(2026 - len(cells), 2026)]
    spans = tuple(Span(CoveredPeriod.of(p, list(p.months())[: 12 if i else 6]), {}) for i, p in enumerate(months))
    row = ChangeRow(VIOLENCE, tuple(figure_from(c, HERE) for c in cells), "")
    found = time_lines(Change(spans, (row,)), ["robbery", "violence"])
    return str(found[0].drawing) if found else ""


def test_the_line_is_a_month_and_a_withheld_count_is_a_bar() -> None:
    drawn = line_of(Cell(60, None), Cell(None, "[c]", 12, 24), Cell(120, None), Cell(60, None))
    # six months were loaded of the first period, so 60 is 10 a month there and 5 in the last
    said = re.search(r'aria-label="([^"]*)"', drawn)
    assert said is not None
    assert said[1] == (
        "Violence, a month, by period. January 2022 to December 2022: 10.0. January 2023 to December 2023: 1.0 to 2.0."
        " January 2024 to December 2024: 10.0. January 2025 to December 2025: 5.0."
    )
    dots = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawn)]
    assert len(dots) == 3 and dots[0] == dots[1] < dots[2]
    assert drawn.count('class="between"') == 1
    # the line does not run through what is not known
    assert drawn.count('class="line"') == 1


def test_no_line_is_drawn_of_fewer_than_two_known_periods() -> None:
    assert line_of(Cell(60, None), Cell(None, "[c]")) == line_of(None, Cell(5, None)) == ""
    assert line_of(Cell(0, None), Cell(0, None)) != ""


def test_limits_of_a_range_are_those_of_its_ends() -> None:
    figure = figure_from(Cell(None, "[c]", 2, 9), HERE)
    assert limits_of_rate(figure, HERE) == (count_limits(2)[0], count_limits(9)[1])
    assert limits_of_rate(figure_from(Cell(None, "[c]"), HERE), HERE) is None
    assert limits_of_rate(figure, place(7, residents=None)) is None


def test_the_reading_grade_tells_plain_words_from_others() -> None:
    # words of which nobody doubts how many syllables they have
    known = {
        "place": 1,
        "crime": 1,
        "people": 2,
        "number": 2,
        "figures": 2,
        "recorded": 3,
        "withheld": 2,
        "neighbourhood": 3,
        "1,234": 1,
    }
    assert {word: syllables(word) for word in known} == known
    assert grade(["The cat sat on the mat."]) < 1
    assert grade(["Statistical disclosure limitation necessitates simultaneous consideration of complementary suppression."]) > 15
    with pytest.raises(ValueError, match="no words"):
        grade([])
    html = "<h1>Not read</h1><nav><li>Nor this one here.</li></nav><p>This is read. So is <b>this</b> one.</p><td>No stop here</td>"
    assert sentences_of(html) == ["This is read.", "So is this one."]


def _stands_out_twice() -> tuple[Release, Change]:
    """A neighbourhood with much more robbery than its district, and than in the year before."""
    cells = {(p.code, c.category): Cell(n, None) for p, n in ((HERE, 60), (LAD, 400), (REGION, 900)) for c in KINDS}
    cells[(LAD.code, "all")] = Cell(9_000, None)
    of = release(cells)
    before = CoveredPeriod.of(Period(date(2024, 1, 1), date(2024, 12, 1)), Period(date(2024, 1, 1), date(2024, 12, 1)).months())
    earlier = Earlier(1, before, {c.category: Cell(20, None) for c in KINDS})
    return of, Change((), (), (earlier,))


def test_what_else_stands_out_is_in_the_words_of_the_brief() -> None:
    of, change = _stands_out_twice()
    said = stands_out(of, HERE, change)
    brief = [f.text for f in findings_of(of, HERE, change.earlier)]
    assert said and all(s in brief for s in said)
    assert said[0] == (
        "More than in January 2024 to December 2024 (all 12 months), by more than chance would give: robbery from 20 to 60. Of 3 groups"
        " compared at least 1 in 20 would change so by chance alone."
    )
    assert said[1] == "Also clearly higher than in Ashmoor as a whole, a year per 1,000 people: robbery (60.0 beside 8.0)."
    # how much violence there was, and how that changed, is said by the key figures
    assert not any(s.startswith(("Violence: ", "Beside ")) for s in said)
    assert any(b.startswith("Beside ") for b in brief)


def test_what_stands_out_has_the_same_numbers_in_welsh_and_no_english_words() -> None:
    of, change = _stands_out_twice()
    english = findings_of(of, HERE, change.earlier)
    with speaking(WELSH):
        welsh = findings_of(of, HERE, change.earlier)
    assert [f.numbers for f in welsh] == [f.numbers for f in english]
    for one, other in zip(english, welsh, strict=True):
        assert one.text != other.text
        assert not re.search(r"\b(the|than|clearly|recorded|beside|chance)\b", other.text), other.text

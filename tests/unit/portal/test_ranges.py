"""What is said of a withheld figure: its range in tables and in words, its rates, and what ranges come to together."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime

import pytest

from app.area.profile import build_profile, figure_of
from app.area.rates_chart import rates_chart
from app.area.tables import profile_table
from app.area.why_withheld import withheld_here
from app.look.palette import LIGHT
from app.protection.text import sections
from core.periods import Period
from published.release import Category, Cell, Place, Release
from published.sums import kinds_add_up, others_together

YEAR = Period(date(2025, 1, 1), date(2025, 12, 1))
KINDS = (
    Category("all", "All recorded", "", "total"),
    Category("violence", "Violence", "", "partition"),
    Category("robbery", "Robbery", "", "partition"),
    Category("drugs", "Drugs", "", "partition"),
    Category("serious", "Serious violence", "What we agreed to call so.", "overlay"),
)
HERE = Place("lsoa", "2021", "E01000001", "Ashmoor 001A", "", None, None, 1_000, "census2021", None, "")
REGION = Place("all", "", "E23900001", "Ashmoor", "", None, None, 10_000, "census2021", None, "")
USUAL = {"all": Cell(80, None), "violence": Cell(45, None), "robbery": Cell(None, "[c]", 1, 30), "drugs": Cell(None, "[c]", 5, 34),
         "serious": Cell(None, "[c]", 27, 35)}  # fmt: skip


def release(cells: dict[str, Cell], region: tuple[int, ...] = (800, 450, 200, 150, 300)) -> Release:
    all_cells = {("lsoa", HERE.code, name): cell for name, cell in cells.items()}
    all_cells |= {("all", REGION.code, c.category): Cell(n, None) for c, n in zip(KINDS, region, strict=True)}
    return Release(
        1, "t", datetime(2026, 1, 1, tzinfo=UTC), YEAR, tuple(YEAR.months()), (), None, "Ashmoor", True, {"threshold": 5}, {},
        {("lsoa", HERE.code): HERE, ("all", REGION.code): REGION}, all_cells, KINDS, (), "test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "table", "words"),
    [
        (Cell(1_035, None), "1,035", "1,035"),
        (Cell(None, "[c]", 30, 1_052), "30 to 1,052", "between 30 and 1,052"),
        (Cell(None, "[x]", 0, 9), "0 to 9", "between 0 and 9"),
        (Cell(None, "[c]", 31, 31), "31*", "31, worked out from the other figures"),
        # a release from before ranges, and a figure that nothing bounds
        (Cell(None, "[c]"), "[c]", "withheld"),
        (Cell(None, "[c]", 3), "[c]", "withheld"),
        (None, "[x]", "not published"),
    ],
)
def test_a_figure_in_a_table_and_in_words(cell: Cell | None, table: str, words: str) -> None:
    figure = figure_of(release({} if cell is None else {"robbery": cell}), HERE, "robbery")
    assert (figure.text, figure.words) == (table, words)


def test_a_range_has_the_rates_of_its_ends_and_no_interval_by_chance() -> None:
    cell = Cell(None, "[c]", 12, 21)
    assert cell.rate(HERE) is None
    assert cell.rate_ends(HERE) == (12.0, 21.0)
    assert Cell(12, None).rate_ends(HERE) is None and Cell(None, "[c]").rate_ends(HERE) is None
    assert figure_of(release({"robbery": cell}), HERE, "robbery").rate_text == "12.0 to 21.0"


def test_kinds_that_are_ranges_come_to_the_total_less_the_others() -> None:
    together = others_together(release(USUAL), HERE)
    assert together is not None
    assert ([c.category for c in together.categories], together.count) == (["robbery", "drugs"], 35)


@pytest.mark.parametrize(
    "changed",
    [
        # the total is itself a range; one range only; every kind a range; no range at all
        {"all": Cell(None, "[c]", 70, 90)},
        {"robbery": Cell(20, None)},
        {"violence": Cell(None, "[c]", 1, 60)},
        {"robbery": Cell(None, "[c]"), "drugs": Cell(None, "[c]")},
    ],
)
def test_nothing_is_said_together_where_it_does_not_follow(changed: dict[str, Cell]) -> None:
    assert others_together(release(USUAL | changed), HERE) is None


def test_kinds_that_do_not_make_up_the_total_are_not_summed() -> None:
    other_kinds = release(USUAL, region=(800, 450, 200, 145, 300))
    assert not kinds_add_up(other_kinds) and others_together(other_kinds, HERE) is None
    # a kind of which nothing was published here
    assert others_together(release({k: v for k, v in USUAL.items() if k != "violence"}), HERE) is None


def test_the_profile_gives_ranges_in_sentences_and_tables() -> None:
    profile = build_profile(release(USUAL), HERE)
    said = " ".join(profile.sentences)
    assert "The other 2 kinds are given as ranges; together they come to 35." in said
    assert "Serious violence: between 27 and 35. What we agreed to call so." in said
    table = html.unescape(profile_table(profile, release(USUAL)))
    assert "27 to 35</span>" in table and "27.0 to 35.0" in table and "[c]" not in table
    assert "A range such as 1 to 9 stands for a withheld figure" in table
    assert "worked out" not in table


def test_a_number_that_the_others_give_away_is_marked_and_the_mark_explained() -> None:
    of = release({**USUAL, "drugs": Cell(None, "[c]", 31, 31)})
    table = profile_table(build_profile(of, HERE), of)
    assert "31*" in table and "A number with * can be worked out from the other figures" in table


def test_a_total_that_is_a_range_is_said_as_one() -> None:
    said = build_profile(release({**USUAL, "all": Cell(None, "[c]", 70, 90)}), HERE).sentences
    assert said[:2] == (
        "Crimes and incidents recorded in Ashmoor 001A from January 2025 to December 2025 (all 12 months): between 70 and 90.",
        "Per 1,000 people over 12 months: 70.0 to 90.0.",
    )


def test_a_release_from_before_ranges_reads_as_it_did() -> None:
    old = release({name: cell if cell.count is not None else Cell(None, "[c]") for name, cell in USUAL.items()})
    profile = build_profile(old, HERE)
    assert [[c.category for c, _ in w.kinds] for w in withheld_here(old, HERE)] == [["robbery", "drugs", "serious"]]
    assert "Serious violence: withheld to protect people." in " ".join(profile.sentences)
    table = profile_table(profile, old)
    assert table.count("[c]") == 3 and "given as a range" not in table
    assert "What stands there instead" not in [s.heading for s in sections(old)]
    assert "What stands there instead" in [s.heading for s in sections(release(USUAL))]


def test_the_chart_draws_a_range_as_a_bar_without_a_dot() -> None:
    chart = rates_chart(build_profile(release(USUAL), HERE), LIGHT, release(USUAL).covered)
    assert chart is not None
    drawn = chart.drawing.to_dict()
    rows = [row for rows in drawn["datasets"].values() for row in rows]
    assert {(r["lowest"], r["highest"]) for r in rows if "lowest" in r} == {(1.0, 30.0), (5.0, 34.0)}
    assert [r["kind"] for r in rows if "lower" in r] == ["Violence"]
    assert [e.label for e in chart.legend].count("given as a range") == 1

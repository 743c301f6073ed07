"""An attack from outside on what is printed: it finds what was planted, and finds nothing in what the gate lets through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.policy import Zeros, load_policy
from bench.histories import Source, read_source
from bench.outside_attack import answers_of
from core.periods import add_months
from core.settings import ReleaseSettings
from feeds.synthetic.county import DEMO_SEED, write_county
from tests.builders import rolling_releases
from tests.builders.disclosure_systems import REGIONS, SUMS, possible_tables
from tests.builders.outside_attack.answers import Answer, hold_answers, hold_ranges
from tests.builders.outside_attack.publications import (
    Publication,
    districts_of,
    monthly_releases,
    real_source,
    small_county,
    small_history,
    standard_release,
)
from tests.builders.outside_attack.ranges import Attack
from tests.builders.outside_attack.reading import Name, Printed, Reading, Told, read
from tests.builders.outside_attack.verdicts import Report, attack

POLICY = load_policy(ReleaseSettings().policy)
JAN = date(2025, 1, 1)
ONE = {"all_recorded": frozenset({"x"})}


def table(figures: Mapping[tuple[str, str, str], int | str], start: date = JAN, end: date = JAN) -> pd.DataFrame:
    """(level, place, group) -> the count, or the symbol that stands in its place."""
    rows = [
        (*key[:1], "", *key[1:], start, end, *((None, said) if isinstance(said, str) else (said, None)))
        for key, said in figures.items()
    ]
    frame = pd.DataFrame(
        rows, columns=["geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol"]
    )
    return frame.assign(count=pd.array(frame["count"].tolist(), dtype="Int64"))


def one_month(counts: Mapping[tuple[int, str], int]) -> pd.DataFrame:
    """(row of the areas, category) -> its true count in January."""
    return pd.DataFrame([(a, c, JAN, n) for (a, c), n in counts.items()], columns=["area", "category", "month", "incidents"])


def try_all(made: Publication, **options: int) -> Report:
    report = attack(made.areas, made.releases, made.counts, **options)
    assert report.open == []
    return report


# what was planted is found ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("symbol", "known"), [("[c]", 5), ("[x]", 0)])
def test_five_withheld_kinds_that_add_up_to_five_are_one_each(symbol: str, known: int) -> None:
    """27 in all, 7 and 15 in two kinds: the other five hold 5. Where [c] says that none of them is 0, each is 1; [x] says nothing."""
    kinds = "abcdefg"
    counts = dict(zip(kinds, (7, 15, 1, 1, 1, 1, 1), strict=True))
    groups = {"all": frozenset(kinds), **{k: frozenset(k) for k in kinds}}
    said = {("area", "A", g): 27 if g == "all" else counts[g] if counts[g] > 4 else symbol for g in groups}
    report = attack(
        pd.DataFrame({"area": ["A"]}),
        [Printed(table(said), groups, frozenset({JAN}))],
        one_month({(0, k): n for k, n in counts.items()}),
    )
    assert report.tried["cell"] == 5
    assert len(report.fallen) == known
    assert all((f.low, f.high, f.known, f.known_small) == (1, 1, True, True) for f in report.fallen)


def regions() -> tuple[pd.DataFrame, dict[tuple[str, str, str], int | str], pd.DataFrame]:
    """The regions of the issue at sdcTools/UserSupport#136 with counts of 1 to 3 withheld."""
    codes = list(REGIONS)
    areas = pd.DataFrame(
        {
            "region": codes,
            "county": ["county-1" if c in SUMS["county-1"] else "county-2" for c in codes],
            "size": ["BIG" if c in SUMS["BIG"] else "small" for c in codes],
            "all": "R",
        }
    )
    said: dict[tuple[str, str, str], int | str] = {("region", c, "all_recorded"): n if n > 3 else "[c]" for c, n in REGIONS.items()}
    for place, members in SUMS.items():
        level = "county" if place.startswith("county") else "all" if place == "all" else "size"
        said[level, "R" if place == "all" else place, "all_recorded"] = sum(REGIONS[c] for c in members)
    return areas, said, one_month({(i, "x"): n for i, n in enumerate(REGIONS.values())})


def test_a_naive_publication_gives_a_region_away() -> None:
    """K = (K + L + M) - (L + M) = 3. A reader who knows that no withheld figure is 0 has narrower ranges for the others."""
    areas, said, counts = regions()
    exact = {0: {"A": (0, 4), "B": (0, 4), "K": (3, 3), "L": (0, 6), "M": (0, 6)},
             1: {"A": (1, 3), "B": (1, 3), "K": (3, 3), "L": (1, 5), "M": (1, 5)}}  # fmt: skip
    for least, wanted in exact.items():
        release = Printed(table(said), ONE, frozenset({JAN}), least)
        reading = read(areas, [release])
        system = Attack(reading)
        assert {f.name.place: system.range_of(f.parts) for f in reading.figures if f.count is None} == wanted
        fallen = attack(areas, [release], counts).fallen
        assert [f.target.name.split(",")[1] for f in fallen if f.known and f.target.kind == "cell"] == [" region K"]


def test_a_month_that_two_rolling_releases_tell_is_found() -> None:
    """January was not loaded, so January to March and February to April differ by April alone: 11 - 9 = 2."""
    months = [add_months(JAN, i) for i in range(4)]
    places = ("A", "B")
    counts = pd.DataFrame(
        [(a, "x", m, n) for a, row in enumerate([(4, 5, 2), (20, 20, 20)]) for m, n in zip(months[1:], row, strict=True)],
        columns=["area", "category", "month", "incidents"],
    )

    def release(first: int, a: int | str, b: int | str, whole: int) -> Printed:
        shown = dict(zip([("area", p, "all_recorded") for p in places], (a, b), strict=True))
        shown["all", "R", "all_recorded"] = whole
        return Printed(table(shown, months[first], months[first + 2]), ONE, frozenset(months[1 : first + 3]))

    areas = pd.DataFrame({"area": places, "all": "R"})
    told = attack(areas, [release(0, 9, 40, 49), release(1, 11, 60, 71)], counts)
    assert {(f.target.kind, f.low, f.high) for f in told.fallen} == {("difference", 2, 2)}
    hidden = attack(areas, [release(0, 9, 40, 49), release(1, "[c]", "[c]", 71)], counts)
    assert hidden.tried["difference"] >= 1
    assert hidden.fallen == []


def test_a_figure_given_to_somebody_who_asked_is_laid_beside_the_release() -> None:
    areas = pd.DataFrame({"area": list("abcd"), "all": "R"})
    counts = one_month({(0, "x"): 3, (1, "x"): 8, (2, "x"): 9, (3, "x"): 30})
    said: dict[tuple[str, str, str], int | str] = {
        ("area", p, "all_recorded"): s for p, s in zip("abcd", ("[c]", "[c]", 9, 30), strict=True)
    }
    release = Printed(table(said | {("all", "R", "all_recorded"): 50}), ONE, frozenset({JAN}))
    assert attack(areas, [release], counts).fallen == []
    told = Told(frozenset({0, 3}), ONE["all_recorded"], frozenset({JAN}), 33)
    assert {(f.low, f.high) for f in attack(areas, [release], counts, answers=[told]).fallen} == {(3, 3)}


def test_a_release_under_the_old_rule_falls_to_a_reader_who_knows_that_withheld_is_not_0() -> None:
    old = small_county(replace(POLICY, zeros=Zeros.MAY_BE_HIDDEN), seed=8)
    (release,) = old.releases
    assert try_all(replace(old, releases=(replace(release, least=0),))).fallen == [], "to a reader who does not know it, it holds"
    # where the old rule did withhold a 0, the reader would be wrong: leave those figures unsaid
    reading = read(old.areas, old.releases)
    truth = reading.truth(old.counts)
    zero = [f.count is None and truth[f.parts].sum() == 0 for f in reading.figures]
    figures = release.figures.assign(symbol=release.figures["symbol"].mask(np.array(zero), "[x]"))
    fallen = try_all(replace(old, releases=(replace(release, figures=figures),))).fallen
    assert fallen
    assert any(f.target.kind == "cell" for f in fallen)


def test_a_history_that_forgets_what_its_symbols_said_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a ledger that has no note of [c], the gate reckons with a reader who knows less than everybody can read."""
    monkeypatch.setattr(rolling_releases, "SUPPRESSED", "a symbol that no figure bears")
    fallen = try_all(small_history(POLICY, n_areas=12, mean=1.0, seed=3, releases=4, length=12, from_month=7)).fallen
    assert {(f.target.kind, f.target.true, f.low, f.high) for f in fallen} == {("difference", 1, 0, 4)}


# the programmes are right -------------------------------------------------------------------------------------------------


def test_ranges_are_those_of_every_possible_table() -> None:
    """Areas x categories with both totals and pairs of categories that overlap, withheld at random: every table is listed."""
    rng = np.random.default_rng(7)
    groups = {"all": frozenset("xyz"), **{g: frozenset(g) for g in ("x", "y", "z", "xy", "yz", "xz")}}
    asked = integer = gaps = 0
    for _ in range(60):
        n = int(rng.integers(2, 4))
        areas = pd.DataFrame({"area": [f"a{i}" for i in range(n)], "all": "R"})
        counts = one_month({(a, c): int(rng.integers(0, 4)) for a, c in product(range(n), "xyz")})
        everything = {("all", "R", g): 0 for g in groups} | {("area", a, g): 0 for a in areas["area"] for g in groups}
        bare = Printed(table(everything), groups, frozenset({JAN}))
        truth_of = read(areas, [bare])
        truth = truth_of.truth(counts)
        said: dict[tuple[str, str, str], int | str] = {}
        for key, figure in zip(everything, truth_of.figures, strict=True):
            count = int(truth[figure.parts].sum())
            hide = key[2] != "all" if key[0] == "all" else True
            said[key] = ("[c]" if count else "[x]") if hide and rng.random() < 0.7 else count
        reading = read(areas, [replace(bare, figures=table(said))])
        system, blind = Attack(reading, truth), Attack(reading)
        shown = [f for f in reading.figures if f.count is not None]
        matrix = np.array([np.isin(np.arange(reading.n_parts), f.parts) for f in shown], dtype=np.int64)
        tables = possible_tables(matrix, np.array([f.count for f in shown]), reading.n_parts)
        for f in reading.figures:
            if f.least:
                tables = tables[tables[:, f.parts].sum(axis=1) >= f.least]
        for f in reading.figures:
            if f.count is None:
                values = set(tables[:, f.parts].sum(axis=1).tolist())
                low, high = min(values), max(values)
                assert system.range_of(f.parts) == blind.range_of(f.parts) == (low, high)
                wide = system.linear_range_of(f.parts)
                assert wide[0] <= low <= high <= wide[1]
                assert {v for v in range(low - 1, high + 2) if blind.can_be(f.parts, v)} == values
                asked, gaps = asked + 1, gaps + (len(values) < high - low + 1)
        integer += blind.work.integer
    assert asked > 300
    assert integer > 0, "no table needed an integer programme: the layouts are too easy"


def test_figures_that_contradict_one_another_are_refused() -> None:
    areas, said, _ = regions()
    with pytest.raises(ValueError, match="contradict"):
        Attack(read(areas, [Printed(table(said | {("all", "R", "all_recorded"): 37}), ONE, frozenset({JAN}))]))


def test_a_count_that_nothing_bounds_has_no_largest_value() -> None:
    said: dict[tuple[str, str, str], int | str] = {("area", "A", "all_recorded"): "[c]", ("area", "B", "all_recorded"): 7}
    reading = read(pd.DataFrame({"area": ["A", "B"]}), [Printed(table(said), ONE, frozenset({JAN}))])
    assert Attack(reading).range_of(reading.figures[0].parts) == (1, float("inf"))


# what the gate lets through holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [5, 6])
def test_nothing_falls_in_the_release_of_the_county(seed: int) -> None:
    report = try_all(small_county(POLICY, seed))
    assert min(report.tried[kind] for kind in ("cell", "sliver", "remainder")) > 0
    assert report.fallen == []


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("county")
    write_county(folder, seed=DEMO_SEED)
    return read_source("county", folder, "*-street.csv.gz")


@pytest.mark.slow
def test_nothing_falls_in_the_release_of_the_whole_county(county: Source) -> None:
    report = try_all(standard_release(county, POLICY), sample=100)
    assert [report.tried[kind] for kind in ("cell", "sliver", "remainder")] == [100, 100, 100]
    assert report.fallen == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("which", "withheld"), [pytest.param(slice(-4, None), False, id="rolling"), pytest.param(slice(3), True, id="growing")]
)
def test_nothing_falls_in_monthly_releases_of_the_county_by_middle_layer_area(county: Source, which: slice, withheld: bool) -> None:
    """The first releases have no months before them, so that two of them differ by a single month and much is withheld."""
    report = try_all(monthly_releases(county, county.months[which], POLICY), sample=200)
    assert report.tried["difference"] == 200
    assert (report.tried["cell"] > 100) == withheld
    assert report.fallen == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "seed", "length", "from_month"),
    [pytest.param(0.4, 2, 6, 0, id="rolling"), pytest.param(1.0, 3, 12, 7, id="growing")],
)
def test_nothing_falls_in_four_releases_one_after_another(mean: float, seed: int, length: int, from_month: int) -> None:
    made = small_history(POLICY, n_areas=12, mean=mean, seed=seed, releases=4, length=length, from_month=from_month)
    report = try_all(made)
    assert report.tried["cell"] > 0
    assert report.tried["difference"] > 50
    assert report.fallen == []


@pytest.mark.slow
@pytest.mark.real_data
def test_nothing_falls_in_the_release_of_two_real_districts(real_data: Path) -> None:
    source = real_source(real_data)
    size = source.areas.groupby("lad 2022").size()
    # the smaller half, so that protecting them takes seconds
    smaller = sorted(size[size <= size.median()].index)
    drawn = np.random.default_rng(20_260_101).choice(smaller, size=2, replace=False)
    report = try_all(standard_release(districts_of(source, drawn.tolist()), POLICY), sample=150)
    assert min(report.tried[kind] for kind in ("cell", "sliver", "remainder")) > 50
    assert report.fallen == []


# ranges that are printed --------------------------------------------------------------------------------------------------


def with_ranges(made: Publication, *, wider: int = 0) -> tuple[Publication, Reading]:
    """A release with the exact ranges beside its withheld figures, each wider by so much at its upper end."""
    (release,) = made.releases
    reading = read(made.areas, made.releases)
    system = Attack(reading)
    ends = [system.range_of(f.parts) if f.count is None else (None, None) for f in reading.figures]
    figures = release.figures.assign(
        lowest=pd.array([low for low, _ in ends], dtype="Int64"),
        highest=pd.array([None if high is None else int(high) + wider for _, high in ends], dtype="Int64"),
    )
    return replace(made, releases=(replace(release, figures=figures),)), reading


def test_printed_ranges_are_held_against_the_exact_ones() -> None:
    made = small_county(POLICY)
    exact, _ = with_ranges(made)
    held = hold_ranges(exact.areas, exact.releases)
    assert (held.equal, held.narrower) == (held.ranges, [])
    # what a second release carries on is held once
    assert hold_ranges(exact.areas, (*exact.releases, *exact.releases)).ranges == held.ranges > 0
    wide, _ = with_ranges(made, wider=1)
    held = hold_ranges(wide.areas, wide.releases)
    assert (held.equal, held.narrower) == (0, [])
    narrow, _ = with_ranges(made, wider=-1)
    held = hold_ranges(narrow.areas, narrow.releases)
    assert (held.equal, len(held.narrower)) == (0, held.ranges)


def test_the_release_prints_ranges_that_hold_the_exact_ones() -> None:
    made = small_county(POLICY)
    held = hold_ranges(made.areas, made.releases)
    assert held.narrower == []
    assert held.equal >= 0.97 * held.ranges > 0


def test_answers_about_areas_of_ones_own_are_held_against_the_exact_ranges() -> None:
    areas = pd.DataFrame({"area": list("abcd"), "all": "R"})
    said: dict[tuple[str, str, str], int | str] = {
        ("area", p, "all_recorded"): s for p, s in zip("abcd", ("[c]", "[c]", 9, 30), strict=True)
    }
    release = Printed(table(said | {("all", "R", "all_recorded"): 50}), ONE, frozenset({JAN}))
    # a and b hold 11 between them, and neither is 0
    asked = (({0}, 1, 10), ({0, 1}, 11, 11), ({1, 2}, 10, 19), ({0, 3}, 31, 39), ({1, 3}, 32, 40), ({0, 1, 2}, 19, 21))
    answers = [Answer(frozenset(rows), "all_recorded", low, high) for rows, low, high in asked]
    held = hold_answers(areas, release, answers)
    assert (held.ranges, held.equal) == (6, 3)
    assert [line.split(":")[0] for line in held.narrower] == ["2 areas from 0, all_recorded", "2 areas from 1, all_recorded"]


def test_no_answer_about_an_area_of_ones_own_says_more_than_the_figures() -> None:
    """Nor is an area near it called exact of which they leave more than one count possible."""
    held = answers_of(small_county(POLICY), POLICY)
    assert held.narrower == []
    assert held.ranges > 200, "no area near was named"
    assert held.equal >= 0.97 * held.ranges


def test_a_reader_names_what_he_reads() -> None:
    areas, said, _ = regions()
    reading = read(areas, [Printed(table(said), ONE, frozenset({JAN}))])
    assert reading.figures[0].name == Name(0, "region", "A", "all_recorded", frozenset({JAN}))
    assert reading.n_parts == len(REGIONS)
    with pytest.raises(KeyError):
        reading.sum_of(("region", "Z"), ONE["all_recorded"], frozenset({JAN}))

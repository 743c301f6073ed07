"""The attack that walks first against the plain one, and both against a list of every possible table, on small random histories."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.periods import add_months
from tests.builders.disclosure_systems import possible_tables
from tests.builders.outside_attack.ranges import Attack
from tests.builders.outside_attack.reading import Printed, Reading, read
from tests.builders.outside_attack.verdicts import attack, targets
from tests.builders.outside_attack.walk import Sum, Walk

JAN = date(2025, 1, 1)
GROUPS = {"all": frozenset("xy"), "x": frozenset("x"), "y": frozenset("y")}
# first and last month of each release: rolling on, growing, and one that lies in another
HISTORIES = (((0, 1), (1, 2)), ((0, 0), (0, 1)), ((0, 2), (1, 1)), ((0, 1), (1, 2), (0, 2)))


def a_history(rng: np.random.Generator) -> tuple[pd.DataFrame, list[Printed], pd.DataFrame]:
    """Areas, releases of some periods over them in which figures are withheld with no thought, and the true counts."""
    n, windows = int(rng.integers(2, 4)), HISTORIES[rng.integers(len(HISTORIES))]
    areas = pd.DataFrame({"area": [f"a{i}" for i in range(n)], "all": "R"})
    mean = rng.choice([0.4, 2.0], size=n)
    rows = [(a, c, add_months(JAN, m), int(rng.poisson(mean[a]))) for a in range(n) for c in "xy" for m in range(3)]
    counts = pd.DataFrame(rows, columns=["area", "category", "month", "incidents"])
    releases = []
    for first, last in windows:
        start, end = add_months(JAN, first), add_months(JAN, last)
        inside = counts[(counts["month"] >= start) & (counts["month"] <= end)]
        lines = []
        for group, members in GROUPS.items():
            own = inside[inside["category"].isin(members)]
            for place in (*areas["area"], "R"):
                count = int((own if place == "R" else own[own["area"] == int(place[1:])])["incidents"].sum())
                # a true 0 may be withheld, and then nothing is said of it
                hidden = (place != "R" or group != "all") and rng.random() < 0.55
                said = (None, "[c]" if count else "[x]") if hidden else (count, None)
                lines.append(("all" if place == "R" else "area", "", place, group, start, end, *said))
        columns = ["geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol"]
        frame = pd.DataFrame(lines, columns=columns)
        frame = frame.assign(count=pd.array(frame["count"].tolist(), dtype="Int64"))
        releases.append(Printed(frame, GROUPS, frozenset(inside["month"])))
    return areas, releases, counts


def every_table(reading: Reading) -> np.ndarray:
    shown = [f for f in reading.figures if f.count is not None]
    matrix = np.array([np.isin(np.arange(reading.n_parts), f.parts) for f in shown], dtype=np.int64)
    tables = possible_tables(matrix, np.array([f.count for f in shown]), reading.n_parts)
    for f in reading.figures:
        if f.count is None and f.least:
            tables = tables[tables[:, f.parts].sum(axis=1) >= f.least]
    return tables


def test_whoever_walks_first_comes_to_the_same_verdicts() -> None:
    rng = np.random.default_rng(11)
    fell = stood = shown = left = 0
    for seed in range(9):
        areas, releases, counts = a_history(rng)
        quick = attack(areas, releases, counts, seed=seed)
        plain = attack(areas, releases, counts, seed=seed, walk_first=False)
        assert quick.open == plain.open == []
        assert sorted(map(str, quick.fallen)) == sorted(map(str, plain.fallen))
        assert (quick.tried, quick.excused) == (plain.tried, plain.excused)
        # each verdict is that of all tables together
        reading = read(areas, releases)
        truth, tables = reading.truth(counts), every_table(reading)
        fallen = {(f.target.kind, f.target.name): f for f in quick.fallen}
        for kind, found in targets(reading, releases, truth).items():
            for target in found:
                values = tables[:, target.parts].sum(axis=1)
                impossible = sorted(set(target.values) - set(values.tolist()))
                verdict = fallen.get((kind, target.name))
                if verdict is not None:
                    assert set(verdict.impossible) <= set(impossible)
                    assert (verdict.low, verdict.high) == (values.min(), values.max())
                if kind != "cell":
                    assert (list(verdict.impossible) if verdict else []) == impossible
                fell, stood = fell + bool(verdict), stood + (not verdict)
        shown, left = shown + quick.work.known, left + quick.values - quick.work.known
    assert min(fell, stood, shown, left) > 10


def test_the_walk_shows_possible_values_only_and_nearly_all_of_them() -> None:
    rng = np.random.default_rng(12)
    possible = missed = 0
    for seed in range(4):
        areas, releases, counts = a_history(rng)
        reading = read(areas, releases)
        truth, tables = reading.truth(counts), every_table(reading)
        asked = [Sum(f.parts, tuple(range(7))) for f in reading.figures if f.count is None]
        if not asked:
            continue
        walk = Walk(reading, Attack(reading), truth, asked, seed)
        walk.go()
        for each, missing in zip(asked, walk.missing, strict=True):
            values = set(tables[:, each.parts].sum(axis=1).tolist())
            assert set(np.flatnonzero(~missing).tolist()) <= values
            possible += len(values & set(range(7)))
            missed += len(values & set(np.flatnonzero(missing).tolist()))
    assert possible > 20
    assert missed < possible / 10


def test_a_table_counts_only_where_everything_that_was_printed_holds() -> None:
    """A figure, a symbol that says 'at least 1', and the bound of 0: a table that breaks one of them is not stood on, and shows nothing."""
    columns = ["geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol"]
    lines = [
        ("area", "", "a", None, "[c]"),
        ("area", "", "b", None, "[x]"),
        ("area", "", "c", None, "[c]"),
        ("all", "", "R", 9, None),
    ]
    frame = pd.DataFrame([(*line[:3], "x", JAN, JAN, *line[3:]) for line in lines], columns=columns)
    frame = frame.assign(count=pd.array(frame["count"].tolist(), dtype="Int64"))
    areas = pd.DataFrame({"area": list("abc"), "all": "R"})
    reading = read(areas, [Printed(frame, {"x": frozenset("x")}, frozenset({JAN}))])
    asked, every = [Sum(figure.parts, tuple(range(10))) for figure in reading.figures], np.arange(3)
    walk = Walk(reading, Attack(reading), np.array([2, 3, 4]), asked)
    for wrong in ([2, 3, 3], [0, 5, 4], [3, -1, 7]):
        assert not walk.stand_on(every, np.array(wrong))
    assert [np.flatnonzero(~row).tolist() for row in walk.missing] == [[2], [3], [4], [9]]
    assert walk.stand_on(every, np.array([1, 0, 8]))
    assert [np.flatnonzero(~row).tolist() for row in walk.missing] == [[1, 2], [0, 3], [4, 8], [9]]
    with pytest.raises(ValueError, match="not what the printed figures say"):
        Walk(reading, Attack(reading), np.array([2, 3, 5]), asked)

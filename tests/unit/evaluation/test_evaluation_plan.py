"""Places alike, the plan and the words: chosen from what came before, recognised by a hash, and no more said than was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import sparse

from analytics.evaluation import result
from analytics.evaluation.places import hang_together, place_of, places_alike, ring_without
from analytics.evaluation.plan import Plan, months_planned, plan_from_json, power_of, why_nothing_can_be_told
from analytics.evaluation.result import Series, result_of
from bench.evaluation.scoring import Shares, score
from core.errors import UserError
from core.periods import add_months

SIDE = 10
STARTS = date(2025, 1, 1)


def squares() -> tuple[sparse.csr_matrix, np.ndarray]:
    """A board of 10 x 10 areas, neighbours by side."""
    at = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.vstack(
        [np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]), np.column_stack([at[:-1].ravel(), at[1:].ravel()])]
    )
    pairs = np.vstack([pairs, pairs[:, ::-1]])
    matrix = sparse.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(SIDE * SIDE, SIDE * SIDE))
    return matrix, np.column_stack(np.divmod(np.arange(SIDE * SIDE), SIDE)[::-1]).astype(float) * 500.0


def plan(before: np.ndarray, **changed: object) -> Plan:
    power = power_of(before, 12, 0.3)
    made = Plan(
        "robbery", ("A", "B"), ("C",), (("D", "E"),), STARTS, tuple(add_months(STARTS, i - 24) for i in range(24)),
        months_planned(STARTS, 12), 0.3, power, why_nothing_can_be_told(before, power, 0.3), date(2024, 12, 1),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def counts(mean: float, places: int = 30, seed: int = 1) -> Series:
    rng = np.random.default_rng(seed)
    return Series(*(rng.poisson(mean * times, (places, months)) for times, months in ((1, 24), (1, 12), (2, 24), (2, 12))))


def test_places_alike_share_nothing_with_the_place_its_ring_or_each_other() -> None:
    neighbours, centres = squares()
    before = np.full(SIDE * SIDE, 30)
    before[:10] = 200
    target = place_of(neighbours, [44, 45])
    assert target.ring == (34, 35, 43, 46, 54, 55)
    found = places_alike(before, centres, neighbours, target)
    areas = [area for place in found for area in place.areas]
    assert len(areas) == len(set(areas)) == 2 * len(found) and len(found) >= 30
    assert not set(areas) & {*target.areas, *target.ring}
    assert not set(areas) & set(range(10)), "places with seven times the incidents are not alike"
    assert all(hang_together(neighbours, place.areas) for place in found)
    assert all(not set(ring_without(place, target).ring) & {*target.areas, *target.ring} for place in found)
    assert not hang_together(neighbours, [0, 2])


def test_a_place_without_incidents_cannot_be_compared() -> None:
    neighbours, centres = squares()
    with pytest.raises(UserError, match="no incident in the months before"):
        places_alike(np.zeros(SIDE * SIDE, dtype=np.int64), centres, neighbours, place_of(neighbours, [44]))


def test_a_plan_is_recognised_by_its_hash() -> None:
    made = plan(counts(20.0).before)
    assert made.written_before
    again = plan_from_json(json.loads(json.dumps(made.as_json())))
    assert again == made and again.digest == made.digest
    for changed in ({"outcome": "burglary"}, {"least_fall": 0.2}, {"alike": (("D", "F"),)}, {"written_on": date(2024, 12, 2)}):
        assert replace(made, **changed).digest != made.digest  # type: ignore[arg-type]
    assert not replace(made, written_on=STARTS).written_before
    with pytest.raises(UserError, match="this is no plan"):
        plan_from_json({"outcome": "robbery"})
    with pytest.raises(UserError, match="written for method 1, and this is method 2"):
        plan_from_json(made.as_json() | {"method": "1"})


def test_power_rises_with_the_counts_and_with_the_fall() -> None:
    few, many = (power_of(counts(mean).before, 12, 0.3) for mean in (0.5, 30.0))
    assert few.at_least_effect < 0.5 < 0.95 < many.at_least_effect
    assert many.smallest_fall is not None and many.smallest_fall < 0.3
    assert power_of(counts(30.0).before, 12, 0.05).at_least_effect < many.at_least_effect


def test_what_cannot_be_told_is_said_before_and_stays_said() -> None:
    series = counts(0.5)
    made = plan(series.before)
    assert len(made.why_not) == 1 and "would be seen in" in made.why_not[0]
    # whatever the months after bring
    series.after[0] = 40
    found = result_of(made, series, seed=1)
    assert found.verdict == "cannot_tell" and found.why == made.why_not
    assert found.sentences[0] == "It cannot be told whether anything changed."
    assert why_nothing_can_be_told(series.before[:8], made.power, 0.3) == ("7 places are like this one; 12 are needed.",)


@pytest.mark.parametrize(("times", "verdict"), [(0.5, "fell"), (1.0, "no_such_fall"), (1.8, "rose")])
def test_a_verdict_says_what_the_interval_says(times: float, verdict: str) -> None:
    series = counts(30.0)
    series.after[0] = (series.after[0] * times).astype(int)
    found = result_of(plan(series.before), series, seed=1)
    assert found.verdict == verdict
    assert f"{found.observed:,} incidents were recorded" in " ".join(found.sentences)


def test_two_ways_that_do_not_agree_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    series = counts(30.0)
    series.after[0] = (series.after[0] * 0.5).astype(int)
    made = plan(series.before)
    assert result_of(made, series, seed=1).verdict == "fell"
    wide = replace(result_of(made, series, seed=1).synthetic, low=0.4, high=1.1)
    monkeypatch.setattr(result, "synthetic_control", lambda before, after: wide)
    found = result_of(made, series, seed=1)
    assert found.verdict == "cannot_tell" and found.why[0].startswith("The two ways of comparing do not agree")
    # with too few places alike for ranks the difference in differences is all there is
    monkeypatch.setattr(result, "synthetic_control", lambda before, after: replace(wide, low=None, high=None))
    assert result_of(made, series, seed=1).verdict == "fell"


def test_a_plan_that_came_late_is_said_to() -> None:
    series = counts(30.0)
    found = result_of(plan(series.before, written_on=STARTS), series, seed=1)
    assert any("no test" in line for line in found.sentences)


def test_months_are_planned_from_the_first_of_a_month() -> None:
    assert months_planned(STARTS, 3)[-1] == date(2025, 3, 1)
    with pytest.raises(UserError, match="starts with a month"):
        months_planned(date(2025, 1, 2), 12)
    with pytest.raises(UserError, match="too few"):
        months_planned(STARTS, 2)


def test_the_bench_scores_planted_counties() -> None:
    shares = Shares()
    for seed in (1, 2):
        score(seed, shares)
    means = shares.means()
    assert means["places_alike"] >= 12 and means["seen_moved"] == 1.0 and means["coverage"] >= 0.5

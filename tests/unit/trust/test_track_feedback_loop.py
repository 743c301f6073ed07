"""The patrol loop: what the urn model says of its limits, and that counting only what people report ends the loop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.trust.feedback_loop import PatrolPlan, patrol_share, simulate_feedback
from core.errors import UserError

# two places alike in truth; one starts with a slightly longer record
ALIKE = PatrolPlan((20.0, 20.0), (12.0, 10.0), reported=0.0, found_by_full_patrol=0.5)


def test_all_patrol_to_the_hottest_runs_away_at_once() -> None:
    runs = simulate_feedback(replace(ALIKE, response="hottest"), steps=50, runs=200, seed=1)
    assert (runs.patrol[:, :, 0] == 1.0).all()
    assert runs.steps_to(0.5) == 1


def test_a_proportional_urn_never_learns_that_two_places_are_alike() -> None:
    # Polya's urn: the share settles, but anywhere; its spread over runs does not shrink
    runs = simulate_feedback(ALIKE, steps=400, runs=800, seed=2)
    early, late = runs.patrol[:, 40, 0].std(), runs.patrol[:, -1, 0].std()
    assert late >= 0.95 * early > 0.03
    assert runs.last_share()[0] == pytest.approx(12 / 22, abs=0.02)  # a martingale keeps its mean


def test_a_small_true_difference_takes_everything() -> None:
    # Ensign and others (2018): with discovered incidents alone the place with the higher rate ends with all patrols
    unlike = replace(ALIKE, true_rate=(24.0, 16.0), start=(10.0, 10.0))
    short = simulate_feedback(unlike, steps=50, runs=200, seed=3).last_share()[0]
    long = simulate_feedback(unlike, steps=4_000, runs=200, seed=3).last_share()[0]
    assert 0.6 < short < long
    assert long > 0.85


def test_with_the_correction_patrols_stay_near_the_truth() -> None:
    unlike = replace(ALIKE, true_rate=(24.0, 16.0), start=(10.0, 10.0), correction=True)
    share = simulate_feedback(unlike, steps=4_000, runs=200, seed=3).last_share()[0]
    assert share == pytest.approx(0.6, abs=0.01)


def test_without_what_patrols_find_the_loop_is_open() -> None:
    plan = replace(ALIKE, reported=0.4, start=(30.0, 5.0), discovered_count=False)
    runs = simulate_feedback(plan, steps=500, runs=300, seed=4)
    assert runs.last_share()[0] == pytest.approx(0.5, abs=0.01)
    assert runs.excess()[-1] < runs.excess()[0] / 4


def test_reports_slow_the_loop_and_proactive_records_keep_it_longer() -> None:
    start = replace(ALIKE, reported=0.4, start=(30.0, 5.0))
    with_found = simulate_feedback(start, steps=100, runs=300, seed=5).excess()[-1]
    without = simulate_feedback(replace(start, discovered_count=False), steps=100, runs=300, seed=5).excess()[-1]
    assert with_found > 1.5 * without


def test_same_seed_same_runs() -> None:
    one, two, other = (simulate_feedback(ALIKE, steps=20, runs=5, seed=s).patrol for s in (1, 1, 2))
    assert (one == two).all()
    assert (one != other).any()


def test_shares_add_up_and_ties_are_shared() -> None:
    recorded = np.array([[0.0, 0.0], [3.0, 3.0], [1.0, 3.0]])
    np.testing.assert_allclose(patrol_share(recorded, "hottest"), [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(patrol_share(recorded, "proportional"), [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75]])


@pytest.mark.parametrize(
    "wrong",
    [
        {"true_rate": (1.0,), "start": (1.0,)},
        {"true_rate": (1.0, 0.0)},
        {"reported": 1.2},
        {"found_by_full_patrol": -0.1},
        {"true_rate": (1.0, 1.0, 1.0), "start": (1.0, 1.0, 1.0), "correction": True},
    ],
)
def test_impossible_plans_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError):
        simulate_feedback(replace(ALIKE, **wrong), steps=5, runs=1, seed=1)  # type: ignore[arg-type]

"""How fast would a hot spot feed itself? Patrols go where incidents were recorded; where patrols go, more is recorded.

A simulation, in the open, of the loop that Lum and Isaac (2016), "To predict and serve?", Significance 13(5), 14-19, showed on drug
arrests in Oakland, and that Ensign, Friedler, Neville, Scheidegger and Venkatasubramanian (2018), "Runaway feedback loops in
predictive policing", Proceedings of Machine Learning Research 81, 160-171, explained as a Polya urn. Each step (a week, say):

    1. patrols are shared among n places by the recorded counts (`response`)
    2. each place has incidents at its own true rate, Poisson, that patrols do not change
    3. of these a part is reported by people, wherever the patrol is; of the rest, what a patrol meets is discovered
    4. reported incidents are recorded, and discovered ones too if `discovered_count` says so

`response`: "proportional" shares patrols by the record (the urn); "hottest" sends all to the place with the most (what a map of "the top
hot spot" does). `correction`: a discovered incident is recorded with a probability that falls as the place's share of patrols rises (Ensign
and others, section 4; two places only), so the record no longer grows just because the patrol is there.

It says what a loop does under stated assumptions, not what any force does: true rates do not answer to patrols here, and nobody knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

Floats = NDArray[np.float64]

Response = Literal["proportional", "hottest"]


@dataclass(frozen=True)
class PatrolPlan:
    """The assumptions of a simulation.

    true_rate: expected incidents of each place in a step. reported: the part that people report themselves, 0 to 1. found_by_full_patrol: the
    part of the rest that is discovered where the whole patrol is; with half of the patrol, half of it. discovered_count: whether what
    patrols find feeds the map. start: recorded incidents of each place before the first step.
    """

    true_rate: tuple[float, ...]
    start: tuple[float, ...]
    reported: float
    found_by_full_patrol: float
    response: Response = "proportional"
    discovered_count: bool = True
    correction: bool = False


@dataclass(frozen=True)
class FeedbackRuns:
    """patrol: share of patrols that each place gets, (runs x steps x places). fair: each place's share of the true rate, (places,)."""

    patrol: Floats
    fair: Floats
    seed: int

    def last_share(self) -> Floats:
        """Patrol share of each place in the last step, mean over the runs."""
        return np.asarray(self.patrol[:, -1].mean(axis=0))

    def excess(self) -> Floats:
        """How far patrols lie from the true rates in each step, mean over runs: half the sum of absolute differences, 0 to 1; (steps,)."""
        return np.asarray(0.5 * np.abs(self.patrol - self.fair).sum(axis=2).mean(axis=0))

    def steps_to(self, excess: float) -> int | None:
        """The first step, from 1, from whose end patrols lie at least so far from the true rates; None where they never do."""
        reached = np.flatnonzero(self.excess() >= excess)
        return int(reached[0]) + 1 if len(reached) else None


def simulate_feedback(plan: PatrolPlan, *, steps: int, runs: int, seed: int) -> FeedbackRuns:
    """Play a plan so many times. UserError for shares outside 0 to 1, rates that are not above 0, or lengths that differ."""
    _check(plan, steps, runs)
    rng = np.random.default_rng(seed)
    rate = np.asarray(plan.true_rate, dtype=np.float64)
    recorded = np.tile(np.asarray(plan.start, dtype=np.float64), (runs, 1))
    patrol = np.empty((runs, steps, len(rate)))
    for step in range(steps):
        share = patrol_share(recorded, plan.response)
        patrol[:, step] = share
        incidents = rng.poisson(rate, recorded.shape)
        reported = rng.binomial(incidents, plan.reported)
        recorded += reported
        if plan.discovered_count:
            found = rng.binomial(incidents - reported, plan.found_by_full_patrol * share)
            if plan.correction:
                # a place that has all of the patrol adds nothing by it; one that has little adds nearly all that is found there
                found = rng.binomial(found, 1.0 - share)
            recorded += found
    return FeedbackRuns(patrol, rate / rate.sum(), seed)


def patrol_share(recorded: Floats, response: Response) -> Floats:
    """Share of patrols of each place, (runs x places), rows adding up to 1; equal where nothing is recorded, ties in equal part."""
    weight = recorded if response == "proportional" else (recorded == recorded.max(axis=1, keepdims=True)).astype(np.float64)
    total = weight.sum(axis=1, keepdims=True)
    equal = np.full(recorded.shape, 1.0 / recorded.shape[1])
    return np.asarray(np.divide(weight, total, out=equal, where=total > 0))


def _check(plan: PatrolPlan, steps: int, runs: int) -> None:
    if len(plan.true_rate) < 2 or len(plan.true_rate) != len(plan.start):
        raise UserError("a feedback simulation needs at least two places, and a starting count for each")
    if min(plan.true_rate) <= 0 or min(plan.start) < 0:
        raise UserError("true rates must lie above 0, and starting counts not below 0")
    if not (0 <= plan.reported <= 1 and 0 <= plan.found_by_full_patrol <= 1):
        raise UserError("the parts reported and found must lie between 0 and 1")
    if plan.correction and len(plan.true_rate) != 2:
        raise UserError("the correction is that of an urn of two places")
    if steps < 1 or runs < 1:
        raise UserError("a simulation needs at least one step and one run")

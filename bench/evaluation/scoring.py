"""`homeground bench evaluation`: every evaluation as it is done in earnest, on counties with a planted truth.

Each seed is another county with a place picked among the hottest. Its plan is written from the months before alone. Then four truths are
planted in the months after: nothing, a fall of 20% and of 40%, and a fall of 50% all of which moves into the ring. Scored:

    coverage          how often the 95% interval holds the planted ratio, by truth; difference in differences and synthetic control
    false positives   how often the interval leaves out "nothing changed" where nothing was planted, and how often a verdict says so
    power             the mean power that was stated before for a fall of 40% and of 20%, and how often each was seen
    displacement      how often the ring is found to have risen where all moved into it, and where nothing did; how often the interval of the
                      weighted displacement quotient holds the planted one
    cannot be told    how often a plan or a result says so, by truth
    released          the same of what everyone is told, from figures of single areas, a year before and a year after: once with every figure
                      printed, once with those of 1 to 4 withheld, and one in ten of the others a range of a tenth up and down

There is no peer that takes a whole evaluation; synthetic controls are checked against pysyncon's in tests/golden.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.evaluation.places import Place, monthly, place_of, places_alike, ring_without
from analytics.evaluation.plan import Plan, months_planned, power_of, why_nothing_can_be_told
from analytics.evaluation.released import Printed, from_released
from analytics.evaluation.result import Series, result_of
from bench.evaluation.counties import HOT, MONTHS_AFTER, MONTHS_BEFORE, County, Floats, make_county, planted
from bench.result import BenchResult, machine
from core.periods import add_months

SEEDS = 200
STARTS = date(2025, 1, 1)
LEAST_FALL = 0.4
# name, share left, share of what went that moved into the ring
TRUTHS = (("nothing", 1.0, 0.0), ("fall_20", 0.8, 0.0), ("fall_40", 0.6, 0.0), ("moved", 0.5, 1.0))


class Shares:
    """How often something was so, by name."""

    def __init__(self) -> None:
        self.seen: dict[str, list[float]] = defaultdict(list)

    def add(self, name: str, value: float) -> None:
        self.seen[name].append(float(value))

    def means(self) -> dict[str, float]:
        return {name: float(np.mean(values)) for name, values in sorted(self.seen.items())}


def score(seed: int, shares: Shares) -> None:
    county = make_county(seed)
    target = county.target
    alike = places_alike(county.counts[:, :MONTHS_BEFORE].sum(axis=1), county.centres, county.neighbours, target)
    shares.add("places_alike", len(alike))
    if len(alike) < 3:
        # nothing to compare with: there is no interval, and the plan says so
        for name in ("plans_that_cannot_tell", *(f"cannot_tell_{name}" for name, _, _ in TRUTHS)):
            shares.add(name, True)
        return
    places = [target, *(ring_without(place, target) for place in alike)]
    plan = _plan(county, places)
    shares.add("plans_that_cannot_tell", bool(plan.why_not))
    for name, ratio, moved in TRUTHS:
        counts = planted(county, ratio, moved, seed)
        own, rings = monthly(counts, places), monthly(counts, places, ring=True)
        series = Series(own[:, :MONTHS_BEFORE], own[:, MONTHS_BEFORE:], rings[:, :MONTHS_BEFORE], rings[:, MONTHS_BEFORE:])
        found = result_of(plan, series, seed=seed)
        shares.add("coverage", found.effect.low <= ratio <= found.effect.high)
        shares.add(f"coverage_{name}", found.effect.low <= ratio <= found.effect.high)
        shares.add(f"bias_{name}", np.log(found.effect.ratio / ratio))
        shares.add(f"cannot_tell_{name}", found.verdict == "cannot_tell")
        if found.synthetic.low is not None and found.synthetic.high is not None:
            shares.add("synthetic_coverage", found.synthetic.low <= ratio <= found.synthetic.high)
            shares.add(f"synthetic_coverage_{name}", found.synthetic.low <= ratio <= found.synthetic.high)
            shares.add(f"synthetic_seen_{name}", not found.synthetic.low <= 1.0 <= found.synthetic.high)
        shares.add(f"seen_{name}", found.effect.excludes_none)
        shares.add(f"verdict_of_change_{name}", found.verdict in ("fell", "rose"))
        if not plan.why_not:
            shares.add(f"verdict_of_change_{name}_of_plans_that_can_tell", found.verdict in ("fell", "rose"))
        shares.add(f"ring_rose_{name}", found.around.found)
        if found.around.low is not None and found.around.high is not None:
            shares.add(f"quotient_covers_{name}", found.around.low <= -moved <= found.around.high)
    shares.add("power_stated_40", plan.power.at_least_effect if plan.power else 0.0)
    shares.add("power_stated_20", power_of(series.before, MONTHS_AFTER, 0.2).at_least_effect)


def score_released(county: County, seed: int, shares: Shares) -> None:
    """A single area of the hottest fifth, by what would be printed."""
    rng = np.random.default_rng([seed, 90])
    last_year = county.counts[:, MONTHS_BEFORE - 12 : MONTHS_BEFORE].sum(axis=1)
    target = int(rng.choice(np.flatnonzero(last_year >= np.quantile(last_year, HOT))))
    alone = replace(county, target=place_of(county.neighbours, [target]))
    ranged = rng.random(len(last_year)) < 0.1
    for name, ratio, moved in TRUTHS:
        counts = planted(alone, ratio, moved, seed)
        before, after = last_year.astype(float), counts[:, MONTHS_BEFORE:].sum(axis=1).astype(float)
        for kind, printed in (("printed", _all_printed), ("withheld", lambda n: _withheld(n, ranged))):
            told = from_released(printed(before), printed(after), county.neighbours, target, LEAST_FALL)
            shares.add(f"released_{kind}_verdict_of_change_{name}", told.verdict in ("fell", "rose"))
            shares.add(f"released_{kind}_cannot_tell_{name}", told.verdict == "cannot_tell")
            shares.add(f"released_{kind}_ring_rose_{name}", told.around == "rose")
            if told.effect is not None:
                shares.add(f"released_{kind}_coverage", told.effect.low <= ratio <= told.effect.high)


def _all_printed(counts: Floats) -> Printed:
    return Printed(counts, counts)


def _withheld(counts: Floats, ranged: NDArray[np.bool_]) -> Printed:
    small = (counts > 0) & (counts < 5)
    low, high = np.where(ranged, np.floor(0.9 * counts), counts), np.where(ranged, np.ceil(1.1 * counts), counts)
    return Printed(np.where(small, 1.0, low), np.where(small, 4.0, high))


def _plan(county: County, places: list[Place]) -> Plan:
    before = monthly(county.counts[:, :MONTHS_BEFORE], places)
    power = power_of(before, MONTHS_AFTER, LEAST_FALL)
    return Plan(
        outcome="planted",
        areas=tuple(str(a) for a in county.target.areas),
        ring=tuple(str(a) for a in county.target.ring),
        alike=(),
        starts=STARTS,
        months_before=tuple(add_months(STARTS, i - MONTHS_BEFORE) for i in range(MONTHS_BEFORE)),
        months_after=months_planned(STARTS, MONTHS_AFTER),
        least_fall=LEAST_FALL,
        power=power,
        why_not=why_nothing_can_be_told(before, power, LEAST_FALL),
        written_on=add_months(STARTS, -1),
    )


def run(data: Path, *, seeds: int = SEEDS) -> BenchResult:
    """data is not read: the counties are made."""
    begun = time.perf_counter()
    shares = Shares()
    for seed in range(1, seeds + 1):
        score(seed, shares)
        score_released(make_county(seed), seed, shares)
    figures = {"seeds": float(seeds), **shares.means(), "scoring_s": time.perf_counter() - begun}
    return BenchResult("evaluation", machine(), f"{seeds} planted counties of 300 areas, 36 months before and 12 after", figures)

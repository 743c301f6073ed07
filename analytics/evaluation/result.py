"""What became of a response, read by its plan: the effect, the ring, and what may be said, in words that claim no more than was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.evaluation.displacement import Displacement, displacement
from analytics.evaluation.effect import HALF, Effect, Synthetic, difference_in_differences, synthetic_control
from analytics.evaluation.plan import Plan

Counts = NDArray[np.int64]

VERDICTS = ("fell", "rose", "no_such_fall", "cannot_tell")


@dataclass(frozen=True)
class Series:
    """Incidents by month, the place that got the response first and the places alike after it; and the same of their rings.

    before, ring_before: (1 + places alike) x months before. after, ring_after: the same x months after.
    """

    before: Counts
    after: Counts
    ring_before: Counts
    ring_after: Counts


@dataclass(frozen=True)
class Result:
    """verdict: one of VERDICTS. why: the reasons where nothing can be told. expected: incidents after that were to be expected.

    sentences: for the partnership alone, because they are worked out from counts that are not published; what everyone is told is
    analytics.evaluation.released.
    """

    effect: Effect
    synthetic: Synthetic
    around: Displacement
    verdict: str
    why: tuple[str, ...]
    observed: int
    expected: float
    sentences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


def result_of(plan: Plan, series: Series, *, seed: int) -> Result:
    """The plan's own comparison and nothing else."""
    before, after = series.before.sum(axis=1), series.after.sum(axis=1)
    effect = difference_in_differences(before, after)
    synthetic = synthetic_control(series.before, series.after)
    around = displacement(effect, before, after, series.ring_before.sum(axis=1), series.ring_after.sum(axis=1), seed=seed)
    verdict, why = _verdict(plan, effect, synthetic)
    observed, expected = int(after[0]), float(after[0] / effect.ratio) if after[0] else float(HALF / effect.ratio)
    said = _sentences(plan, effect, synthetic, around, verdict, why, observed, expected)
    return Result(effect, synthetic, around, verdict, why, observed, expected, said)


def _verdict(plan: Plan, effect: Effect, synthetic: Synthetic) -> tuple[str, tuple[str, ...]]:
    """A change is said where no way of comparing leaves room for none: places are picked because much happened there, and such places fall
    back by themselves, which a difference in differences alone takes for an effect more often than 1 in 20. Too few places alike for ranks
    leave it to itself."""
    if plan.why_not:
        return "cannot_tell", plan.why_not
    agrees = synthetic.low is None or synthetic.high is None or not synthetic.low <= 1.0 <= synthetic.high
    if effect.excludes_none and not agrees:
        return "cannot_tell", (
            "The two ways of comparing do not agree: the synthetic control of the same places may have no change.",
        )
    if effect.high < 1.0:
        return "fell", ()
    if effect.low > 1.0:
        return "rose", ()
    if effect.low > 1.0 - plan.least_fall:
        return "no_such_fall", ()
    return "cannot_tell", (f"No change and a fall of {plan.least_fall:.0%} are both possible: the interval holds both.",)


def _change(ratio: float) -> str:
    """A ratio as a person says it: 23% fewer."""
    share = abs(1.0 - ratio)
    return "as many" if round(share, 2) == 0 else f"{share:.0%} {'fewer' if ratio < 1.0 else 'more'}"


def _sentences(
    plan: Plan,
    effect: Effect,
    synthetic: Synthetic,
    around: Displacement,
    verdict: str,
    why: tuple[str, ...],
    observed: int,
    expected: float,
) -> tuple[str, ...]:
    opening = {
        "fell": "Fewer incidents were recorded than in places like this one.",
        "rose": "More incidents were recorded than in places like this one.",
        "no_such_fall": f"A fall of {plan.least_fall:.0%}, the least that would have been worth it, is ruled out.",
        "cannot_tell": "It cannot be told whether anything changed.",
    }[verdict]
    months = len(plan.months_after)
    said = [opening, *why]
    said.append(
        f"In {months} months {observed:,} incidents were recorded; {expected:,.0f} were to be expected from {effect.places} places like"
        f" this one: {_change(effect.ratio)}, and from {_change(effect.low)} to {_change(effect.high)} is possible (95% interval)."
    )
    beside = f"A synthetic control of the same places says {_change(synthetic.ratio)}"
    said.append(
        f"{beside}, from {_change(synthetic.low)} to {_change(synthetic.high)}."
        if synthetic.low is not None and synthetic.high is not None
        else f"{beside}; with so few places it has no interval."
    )
    ring = f"{_change(around.ring.ratio)} than expected, from {_change(around.ring.low)} to {_change(around.ring.high)}"
    if around.found:
        said.append(f"In the ring around it more were recorded: {ring}. Incidents may have moved there.")
    elif around.diffusion:
        said.append(f"In the ring around it fewer were recorded too: {ring}. The gain may reach there.")
    else:
        said.append(f"In the ring around it no change was seen: {ring}. Whether incidents moved there cannot be told from this.")
    if around.quotient is not None:
        said.append(
            f"Weighted displacement quotient {around.quotient:.2f}, from {around.low:.2f} to {around.high:.2f}"
            " (-1: all of the fall moved into the ring; 0: none)."
        )
    if not plan.written_before:
        said.append("The plan was written after the response had started, so this is a look back and no test.")
    said.append("Recorded incidents are what was reported and recorded. Another reason for the change cannot be excluded.")
    return tuple(said)

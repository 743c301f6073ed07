"""The 17 patterns of emerging hot spot analysis, and the rule that gives each series exactly one.

Esri's text defines eight hot patterns, eight cold ones and "no pattern", but not as a partition: several series fit two definitions and
the text does not say which wins. The order used here, with a reason for each tie-break, stands in docs/emerging.md; the conformance kit
(tests/data/emerging_conformance.json) has a series for each.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.errors import InternalError, UserError

Signs = NDArray[np.int8]

MINIMUM_STEPS = 10


class Pattern(IntEnum):
    """Hot patterns are positive, their cold mirror images the same number negative."""

    NO_PATTERN = 0
    NEW_HOT = 1
    CONSECUTIVE_HOT = 2
    INTENSIFYING_HOT = 3
    PERSISTENT_HOT = 4
    DIMINISHING_HOT = 5
    SPORADIC_HOT = 6
    OSCILLATING_HOT = 7
    HISTORICAL_HOT = 8
    NEW_COLD = -1
    CONSECUTIVE_COLD = -2
    INTENSIFYING_COLD = -3
    PERSISTENT_COLD = -4
    DIMINISHING_COLD = -5
    SPORADIC_COLD = -6
    OSCILLATING_COLD = -7
    HISTORICAL_COLD = -8

    @property
    def label(self) -> str:
        """'new hot spot', 'historical cold spot', 'no pattern'."""
        words = self.name.lower().replace("_", " ")
        return words if self is Pattern.NO_PATTERN else f"{words} spot"


def classify(signs: Signs, trend: Signs) -> Signs:
    """The pattern of each series, as Pattern numbers, shape (n,).

    signs: (n x T), in order of time; 1 significantly hot, -1 significantly cold, 0 neither. trend: (n,), the direction of a significant
    trend of the z values themselves (so 1 on a cold spot means that it grows less cold), else 0. UserError below 10 steps.
    """
    signs = np.asarray(signs)
    trend = np.asarray(trend)
    if signs.ndim != 2 or trend.shape != (len(signs),):
        raise InternalError(f"emerging hot spots: signs {signs.shape} and trend {trend.shape} do not fit")
    if not (np.isin(signs, (-1, 0, 1)).all() and np.isin(trend, (-1, 0, 1)).all()):
        raise InternalError("emerging hot spots: a sign or a trend is not -1, 0 or 1")
    require_steps(signs.shape[1])
    pattern = np.zeros(len(signs), dtype=np.int8)
    for side in (1, -1):
        _classify_side(signs, trend, side, pattern)
    return pattern


def require_steps(steps: int) -> None:
    """UserError unless there are enough steps for a trend to be told from noise."""
    if steps < MINIMUM_STEPS:
        raise UserError(
            f"emerging hot spots need at least {MINIMUM_STEPS} time steps, there are {steps}",
            hint="load more months, or choose a shorter step",
        )


def _classify_side(signs: Signs, trend: Signs, side: int, pattern: Signs) -> None:
    """Write the patterns of one side (1 hot, -1 cold) into pattern; the two sides never write the same row."""
    steps = signs.shape[1]
    on = signs == side
    count = on.sum(axis=1)
    # in whole numbers: 0.9 x 10 steps is not 9.0 in every floating point order
    mostly = 10 * count >= 9 * steps
    last = on[:, -1]
    final_run = np.logical_and.accumulate(on[:, ::-1], axis=1).sum(axis=1)
    ever_opposite = (signs == -side).any(axis=1)

    strengthening = trend * side
    # every branch below is a partition of its parent: the order of the rules in docs/emerging.md
    rare = last & ~mostly
    one_run = rare & (final_run == count)
    pattern[one_run & (count == 1)] = side * Pattern.NEW_HOT
    pattern[one_run & (count > 1)] = side * Pattern.CONSECUTIVE_HOT
    on_and_off = rare & ~one_run
    pattern[on_and_off & ~ever_opposite] = side * Pattern.SPORADIC_HOT
    pattern[on_and_off & ever_opposite] = side * Pattern.OSCILLATING_HOT
    pattern[last & mostly & (strengthening > 0)] = side * Pattern.INTENSIFYING_HOT
    pattern[last & mostly & (strengthening == 0)] = side * Pattern.PERSISTENT_HOT
    pattern[last & mostly & (strengthening < 0)] = side * Pattern.DIMINISHING_HOT
    # a place that is significant the other way now is named after what it is now
    pattern[mostly & (signs[:, -1] == 0)] = side * Pattern.HISTORICAL_HOT

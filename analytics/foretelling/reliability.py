"""What was expected over what came, before and after calibration, and how often a count lay inside its interval, over the months scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.foretelling.record import Rule, Scored

Floats = NDArray[np.float64]

# the busiest: those that together expect a tenth of the incidents, for ratios; a twentieth of the places, for intervals
_BUSIEST_INCIDENTS = 0.10
_BUSIEST_PLACES = 0.05


@dataclass(frozen=True)
class Reliability:
    """Observed over expected, of all places and of the busiest, before and after calibration; shares inside the interval. Each (groups,)."""

    months: int
    ratio_before: Floats
    ratio_after: Floats
    busiest_before: Floats
    busiest_after: Floats
    inside: Floats
    busiest_inside: Floats


def reliability(scored: Sequence[Scored], rule: Rule) -> Reliability:
    """One rule over all months together. NaN where nothing was expected, or no month was scored."""
    groups = scored[0].came.shape[1] if scored else 0
    sums = np.zeros((6, groups))
    inside = np.zeros((4, groups))
    for one in scored:
        said, came = one.word.by_rule[rule], one.came
        busiest = _busiest(said.expected)
        held = (came >= said.low) & (came <= said.high)
        top = np.zeros_like(held)
        most = max(1, round(_BUSIEST_PLACES * len(came)))
        np.put_along_axis(top, np.argsort(-said.expected, axis=0, kind="stable")[:most], True, axis=0)
        for row, column in enumerate((said.raw, said.expected, came)):
            sums[row] += column.sum(axis=0)
            sums[row + 3] += np.where(busiest, column, 0.0).sum(axis=0)
        inside += np.stack([held.sum(axis=0), np.full(groups, len(came)), (held & top).sum(axis=0), top.sum(axis=0)])
    return Reliability(
        len(scored),
        *(_ratio(sums[a], sums[b]) for a, b in ((2, 0), (2, 1), (5, 3), (5, 4))),
        *(_ratio(inside[a], inside[b]) for a, b in ((0, 1), (2, 3))),
    )


def _busiest(expected: Floats) -> NDArray[np.bool_]:
    """Places (n x groups) that expect most and together a tenth of all; where one alone expects more, that one."""
    order = np.argsort(-expected, axis=0, kind="stable")
    along = np.cumsum(np.take_along_axis(expected, order, axis=0), axis=0)
    within = along <= _BUSIEST_INCIDENTS * along[-1]
    within[0] = True
    found = np.zeros(expected.shape, dtype=bool)
    np.put_along_axis(found, order, within, axis=0)
    return found


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))

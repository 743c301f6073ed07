"""Cutting a factor at its thresholds: which places meet it, which surely do, and which may.

A place whose interval reaches across the cut is neither surely in nor surely out. `level` is what the value says, `sure` the strictest
threshold that even the nearer end of the interval meets, `possible` the strictest that the farther end meets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.overlaps.definitions import Threshold
from analytics.overlaps.values import FactorValues, Floats
from analytics.statistics.spectral_randomisation import normal_scores
from core.errors import UserError

Levels = NDArray[np.int8]
Bools = NDArray[np.bool_]
UNKNOWN = -1


@dataclass(frozen=True)
class CutFactor:
    """level, sure, possible (n): 0 meets no threshold, 1 the widest only, ...; UNKNOWN without a value. cuts: a value a threshold, or
    None."""

    values: FactorValues
    level: Levels
    sure: Levels
    possible: Levels
    cuts: tuple[float | None, ...]

    @property
    def id(self) -> str:
        return self.values.factor.id

    @property
    def default(self) -> int:
        return self.values.factor.default

    def meets(self, level: int) -> Bools:
        return np.asarray(self.level >= level)


def cut_factor(values: FactorValues) -> CutFactor:
    """Every threshold of a factor. UserError where a later threshold is met by places that an earlier one leaves out."""
    factor = values.factor
    n = len(values.value)
    level, sure, possible = (np.where(values.known, 0, UNKNOWN).astype(np.int8) for _ in range(3))
    cuts: list[float | None] = []
    before = np.ones(n, dtype=bool)
    for position, threshold in enumerate(factor.thresholds, start=1):
        cut = None if threshold.certainty is not None else _cut_value(values, threshold)
        meets, surely, may = _met(values, threshold, cut)
        if (meets & ~before).any():
            raise UserError(
                f"factor {factor.id}: threshold {position} is wider than the one before it",
                where="risk_factors.toml",
                hint="list thresholds from the widest to the strictest.",
            )
        for of, met in ((level, meets), (sure, surely), (possible, may)):
            of[met] = position
        before = meets
        cuts.append(cut)
    return CutFactor(values, level, sure, possible, tuple(cuts))


def _cut_value(values: FactorValues, threshold: Threshold) -> float:
    """The value at the cut; a share is the value of the last place that belongs to it, so that places alike are treated alike."""
    if threshold.at_most is not None:
        return threshold.at_most
    if threshold.at_least is not None:
        return threshold.at_least
    known = np.sort(values.value[values.known])
    if threshold.lowest_share is not None:
        return float(known[max(1, round(threshold.lowest_share * len(known))) - 1])
    share = threshold.highest_share or 0.0
    return float(known[-max(1, round(share * len(known)))])


def _met(values: FactorValues, threshold: Threshold, cut: float | None) -> tuple[Bools, Bools, Bools]:
    """(meets, surely, possibly) of one threshold; a place without an interval is as sure as its value."""
    known = values.known
    if cut is None:
        hot = known & (values.certainty >= threshold.certainty)  # type: ignore[operator]
        return hot, hot, hot
    lower = np.where(np.isfinite(values.lower), values.lower, values.value)
    upper = np.where(np.isfinite(values.upper), values.upper, values.value)
    if threshold.counts_low:
        return known & (values.value <= cut), known & (upper <= cut), known & (lower <= cut)
    return known & (values.value >= cut), known & (lower >= cut), known & (upper >= cut)


def normal_order(score: Floats) -> Floats:
    """Normal quantiles of the ranks, ties sharing the mean rank; a place without a value gets 0, the middle."""
    known = np.isfinite(score)
    ordered = np.zeros(len(score))
    ordered[known] = normal_scores(score[known])
    return ordered

"""Would last season's map have shown where next month's incidents fell? Rules scored on one grid, month after month.

Two rules, made from the same unbroken run of earlier months, so that neither knows more than the other:

    gi_star   Gi* over the run on the scale of the map, log(1 + incidents) or another (docs/decisions/0030), cells in order of z
    naive     the counts of the run, by area: "where it was last time"

and chance, which catches its own share of the area. The month foretold is never part of the run
(`analytics.counts.month_runs.months_before`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from scipy import sparse

from analytics.counts.month_runs import months_before
from analytics.statistics.accuracy import COVERAGES, Accuracy, Track, accuracy, best_within, gain, track
from analytics.statistics.gi_star import Floats, by_tested, gi_star_z
from analytics.statistics.smoothing import empirical_bayes
from core.errors import InternalError, UserError

Standing = Literal["beats", "level", "behind", "too_few"]
# counts of a run of months (n x groups) on the scale that the map is tested on, NaN where it is not
Scale = Callable[[Floats], Floats]
CalibrationRule = Literal["mean", "smoothed"]

# earlier months that a map is made from: no fewer than a quarter of a year, no more than a year
FEWEST_EARLIER = 3
MOST_EARLIER = 12


@dataclass(frozen=True)
class Grid:
    """n cells: their areas (n,) in km2 and star weights (n x n)."""

    area_km2: Floats
    weights: sparse.csr_matrix


@dataclass(frozen=True)
class Target:
    """A month to be foretold, and the unbroken loaded months before it that the maps are made from."""

    month: date
    earlier: tuple[date, ...]


@dataclass(frozen=True)
class Foretold:
    """One group in one month: how both rules did."""

    target: Target
    group: int
    gi_star: Accuracy
    naive: Accuracy


@dataclass(frozen=True)
class Verdict:
    """How the hot spot map stands against the naive one at one coverage: gain in hit rate, its 95% interval, months compared."""

    coverage: float
    standing: Standing
    months: int
    gain: float
    low: float
    high: float

    def words(self) -> str:
        """What the map says about itself."""
        area = f"{100 * self.coverage:g}% of the area"
        if self.standing == "too_few":
            return f"Too few months to say whether this map foretells better than the counts of the months before ({self.months} months)."
        if self.standing == "beats":
            return f"Searching {area}, this map caught more of the next month's incidents than the counts of the months before did."
        if self.standing == "behind":
            return (
                f"Searching {area}, this map caught fewer of the next month's incidents than the counts of the months before did."
            )
        return f"Searching {area}, this map does not foretell better than the counts of the months before."


@dataclass(frozen=True)
class Calibration:
    """Cells in order of what was expected of them, in bins of equal expected total; both arrays (bins,): totals expected and observed."""

    expected: Floats
    observed: Floats

    @property
    def ratio(self) -> Floats:
        """Observed over expected: 1 is right, below 1 in the last bin means that the busiest cells fall back."""
        return np.asarray(self.observed / self.expected)


def targets(loaded: Sequence[date], *, fewest: int = FEWEST_EARLIER, most: int = MOST_EARLIER) -> tuple[Target, ...]:
    """Every loaded month with enough unbroken months before it, in order."""
    found = [Target(month, months_before(loaded, month, most=most)) for month in sorted(set(loaded))]
    return tuple(target for target in found if len(target.earlier) >= fewest)


def back_test(
    counts: Floats,
    months: Sequence[date],
    grid: Grid,
    chosen: Sequence[Target],
    *,
    scale: Scale = np.log1p,
    coverages: Sequence[float] = COVERAGES,
) -> list[Foretold]:
    """Foretell each target in each group on one grid. counts: (n x groups x months) of all loaded months, in the order of months."""
    if counts.ndim != 3 or counts.shape[2] != len(months) or len(counts) != len(grid.area_km2):
        raise InternalError(f"back-test: counts {counts.shape}, {len(months)} months and {len(grid.area_km2)} cells do not fit")
    column = {month: i for i, month in enumerate(months)}
    # month by month in memory: a sum over earlier months then runs along, not across
    by_month = np.ascontiguousarray(counts.transpose(2, 0, 1))
    results = []
    for target in chosen:
        before = np.zeros(counts.shape[:2])
        for month in target.earlier:
            before += by_month[column[month]]
        after = by_month[column[target.month]]
        # a map of one single value has no Gi*: every cell is as good as any other, and so is one that is not tested
        values = scale(before)
        z = np.zeros(values.shape)
        for places, slices, within in by_tested(values, grid.weights):
            here = np.ix_(places, slices)
            z[here] = np.nan_to_num(gi_star_z(values[here], within))
        for group in range(counts.shape[1]):
            observed = np.ascontiguousarray(after[:, group])
            best = best_within(observed, grid.area_km2, coverages)
            scores = (np.ascontiguousarray(z[:, group]), before[:, group] / grid.area_km2)
            ours, naive = (accuracy(score, observed, grid.area_km2, coverages=coverages, best=best) for score in scores)
            results.append(Foretold(target, group, ours, naive))
    return results


def beats_naive(ours: Track, naive: Track, months: Sequence[date]) -> tuple[Verdict, ...]:
    """One verdict a coverage; rows of both tracks are these months, one each. Fewer than 6 months: 'too_few'.

    'beats' needs the whole 95% interval of the gain above 0, 'behind' below 0; anything between is 'level': it does not beat the naive map.
    """
    try:
        found = gain(ours, naive, months)
    except UserError:
        known = int((~np.isnan(ours.hit_rate - naive.hit_rate).any(axis=1)).sum())
        nothing = float("nan")
        return tuple(Verdict(float(c), "too_few", known, nothing, nothing, nothing) for c in ours.coverage)
    verdicts = []
    for i, coverage in enumerate(found.coverage):
        low, high = float(found.low[i]), float(found.high[i])
        standing: Standing = "beats" if low > 0 else "behind" if high < 0 else "level"
        verdicts.append(Verdict(float(coverage), standing, found.rows, float(found.mean[i]), low, high))
    return tuple(verdicts)


def middle_of_offsets(results: Sequence[Accuracy]) -> tuple[Accuracy, Floats, Floats]:
    """The same map on several offsets of a grid as one: medians, and the lowest and highest hit rate, (coverages,) each."""
    first = results[0]
    if len(results) == 1:
        return first, first.hit_rate, first.hit_rate
    stacked = track(results)
    best = np.median([result.best_hit_rate for result in results], axis=0)
    low, high = stacked.spread("hit_rate")
    hit_rate, pai, pei, ser = (stacked.middle(name) for name in ("hit_rate", "pai", "pei", "ser"))
    return Accuracy(first.coverage, hit_rate, pai, pei, ser, best, first.incidents, first.area_km2), low, high


def calibrate(
    counts: Floats, months: Sequence[date], chosen: Sequence[Target], *, bins: int = 10
) -> dict[tuple[int, CalibrationRule], Calibration]:
    """What was expected of cells and what came, all targets together, by group and rule. counts: (n x groups x months).

    'mean' expects the mean of the earlier months again; 'smoothed' pulls it towards the mean of all cells. A group with nothing to expect
    is left out.
    """
    column = {month: i for i, month in enumerate(months)}
    found: dict[tuple[int, CalibrationRule], Calibration] = {}
    if not chosen:
        return found
    before = [counts[:, :, [column[month] for month in target.earlier]].sum(axis=2) for target in chosen]
    observed = np.concatenate([counts[:, :, column[target.month]] for target in chosen])
    rules: dict[CalibrationRule, Floats] = {
        "mean": np.concatenate([b / len(t.earlier) for b, t in zip(before, chosen, strict=True)]),
        "smoothed": np.concatenate([next_month_expected(b, len(t.earlier)) for b, t in zip(before, chosen, strict=True)]),
    }
    for rule, expected in rules.items():
        for group in range(counts.shape[1]):
            if expected[:, group].sum() > 0:
                found[group, rule] = calibration(expected[:, group], observed[:, group], bins=bins)
    return found


def next_month_expected(before: Floats, months: int) -> Floats:
    """Expected count of the next month, (n x groups), from counts of so many months: each cell's mean, pulled towards that of all cells."""
    return empirical_bayes(before, np.full(len(before), float(months)))


def calibration(expected: Floats, observed: Floats, *, bins: int = 10) -> Calibration:
    """Compare expected with observed counts of cells (both (n,)), in bins that hold an equal share of what was expected."""
    expected, observed = np.asarray(expected, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if expected.shape != observed.shape or not expected.sum() > 0:
        raise InternalError("calibration: nothing was expected, or the shapes differ")
    order = np.argsort(expected, kind="stable")
    share = np.cumsum(expected[order]) / expected.sum()
    # the middle of each cell's own share decides its bin, so the busiest cell cannot fall out at the end
    middle = share - expected[order] / expected.sum() / 2.0
    which = np.minimum((middle * bins).astype(np.int64), bins - 1)
    totals = [np.bincount(which, weights=column[order], minlength=bins) for column in (expected, observed)]
    kept = totals[0] > 0
    return Calibration(totals[0][kept].astype(np.float64), totals[1][kept].astype(np.float64))

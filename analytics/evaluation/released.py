"""What became of a response, from published figures alone: the only evaluation that everyone is shown (decision 0120).

A figure is two numbers here, the least and the largest that everything published leaves possible; of a figure that is printed both are the
figure. The place is compared with the published places of its level that had between half and twice as many incidents in the span before,
whatever the withheld ones are, and that do not touch it. The interval holds for every value that a withheld figure can have: at each step
the value is taken that makes it widest. So nothing comes in that is not printed, and nothing about a withheld figure can come out.

Where every figure is printed, it is the difference in differences of analytics.evaluation.effect, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from analytics.evaluation.effect import HALF, LEVEL
from analytics.evaluation.places import FEWEST_ALIKE, LEVEL_RATIO, MOST_ALIKE

Floats = NDArray[np.float64]

# percentages that everyone reads are in steps, the interval rounded outward
STEP = 0.05


@dataclass(frozen=True)
class Printed:
    """Incidents of n places in one published span. low, high: (n), the least and largest that is possible; nan where nothing is printed."""

    low: Floats
    high: Floats

    def of(self, places: list[int]) -> Printed:
        return Printed(self.low[places], self.high[places])

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.isfinite(self.low) & np.isfinite(self.high)

    def summed(self, groups: list[list[int]]) -> Printed:
        """The same of groups of places together, (groups): ends are added up, which is never too narrow."""
        return Printed(np.array([self.low[g].sum() for g in groups]), np.array([self.high[g].sum() for g in groups]))


@dataclass(frozen=True)
class Between:
    """low, high: the 95% interval of incidents after as a multiple of what was to be expected, for every value that withheld figures can
    have. middle: halfway on the logarithm; where every figure is printed it is the estimate. places: how many it rests on."""

    middle: float
    low: float
    high: float
    places: int


@dataclass(frozen=True)
class Told:
    """verdict: fell, rose, no_such_fall or cannot_tell. why: of cannot_tell 'hidden' (the place's own figure is not printed), 'few' (too few
    places are like it) or 'wide' (both are possible); '' of the others. around: fell, rose or cannot_tell, of the places that touch it."""

    verdict: str
    why: str
    effect: Between | None
    around: str


def from_released(before: Printed, after: Printed, neighbours: sparse.csr_matrix, target: int, least_fall: float) -> Told:
    """neighbours: (n x n), 1 where two places touch. target: position of the place. least_fall: the share that would have been worth it."""
    touching = np.asarray(neighbours[target].todense()).ravel() > 0
    known = before.known & after.known
    if not known[target] or before.low[target] <= 0:
        return Told("cannot_tell", "hidden", None, "cannot_tell")
    alike = _alike(before, known & ~touching, target)
    if len(alike) < FEWEST_ALIKE:
        return Told("cannot_tell", "few", None, "cannot_tell")
    effect = between(before.of([target, *alike]), after.of([target, *alike]))
    around = _around(before, after, neighbours, [target, *alike], known)
    if effect.high < 1.0:
        return Told("fell", "", effect, around)
    if effect.low > 1.0:
        return Told("rose", "", effect, around)
    if effect.low > 1.0 - least_fall:
        return Told("no_such_fall", "", effect, around)
    return Told("cannot_tell", "wide", effect, around)


def between(before: Printed, after: Printed) -> Between:
    """The difference in differences of (1 + places alike), the place that got the response first, over every value that is possible."""
    from scipy import stats

    least = np.log((after.low + HALF) / (before.high + HALF))
    most = np.log((after.high + HALF) / (before.low + HALF))
    alone_most = 1.0 / (after.low + HALF) + 1.0 / (before.low + HALF)
    alone_least = 1.0 / (after.high + HALF) + 1.0 / (before.high + HALF)
    n = len(least) - 1
    room = max(1.0, float(alone_most[0] / alone_least[1:].mean()))
    error = np.sqrt(_most_variance(least[1:], most[1:]) * (room + 1.0 / n))
    reach = float(stats.t.ppf(0.5 + LEVEL / 2.0, n - 1)) * error
    low, high = least[0] - most[1:].mean(), most[0] - least[1:].mean()
    return Between(float(np.exp((low + high) / 2.0)), float(np.exp(low - reach)), float(np.exp(high + reach)), n)


def _most_variance(least: Floats, most: Floats) -> float:
    """No variance (divisor n - 1) of values between these ends is larger. For every centre the sum of the farther squares is at least the
    largest sum of squares about a mean; the best centre gives the least such bound, and the variance itself where ends are equal."""

    def bound(centre: float) -> float:
        return float(np.sum(np.maximum((least - centre) ** 2, (most - centre) ** 2)))

    best = optimize.minimize_scalar(
        bound, bounds=(float(least.min()), float(most.max()) + 1e-12), method="bounded", options={"xatol": 1e-10}
    )
    return min(float(best.fun), bound(float(((least + most) / 2.0).mean()))) / (len(least) - 1)


def _alike(before: Printed, offered: NDArray[np.bool_], target: int) -> list[int]:
    """Positions, the most alike first: half to twice the incidents for every value that is possible."""
    own_low, own_high = before.low[target], before.high[target]
    fits = offered & (before.low >= own_high / LEVEL_RATIO) & (before.high <= own_low * LEVEL_RATIO)
    fits[target] = False
    middle = np.log((before.low + before.high) / (own_low + own_high), where=fits, out=np.full(len(fits), np.inf))
    found = np.flatnonzero(fits)
    return [int(i) for i in found[np.argsort(np.abs(middle[found]), kind="stable")][:MOST_ALIKE]]


def _around(before: Printed, after: Printed, neighbours: sparse.csr_matrix, places: list[int], known: NDArray[np.bool_]) -> str:
    """What the places that touch it did, beside those that touch each place alike. The place and what touches it are in no other ring."""
    rings = [[int(i) for i in np.flatnonzero(np.asarray(neighbours[p].todense()).ravel())] for p in places]
    barred = {places[0], *rings[0]}
    rings = [rings[0], *([i for i in ring if i not in barred] for ring in rings[1:])]
    told = [ring for ring in rings if ring and known[ring].all() and before.low[ring].sum() > 0]
    if not told or told[0] is not rings[0] or len(told) - 1 < FEWEST_ALIKE:
        return "cannot_tell"
    effect = between(before.summed(told), after.summed(told))
    return "fell" if effect.high < 1.0 else "rose" if effect.low > 1.0 else "cannot_tell"


def rounded(effect: Between) -> tuple[int, int, int]:
    """Middle, low and high in percent of what was to be expected, in steps of 5; the interval outward."""
    low, high = np.floor(effect.low / STEP) * STEP, np.ceil(effect.high / STEP) * STEP
    return tuple(round(100 * float(v)) for v in (round(effect.middle / STEP) * STEP, low, high))  # type: ignore[return-value]

"""The effect of a response: by difference in differences, which is the answer, and by a synthetic control beside it.

Each place is two numbers: its incidents before and after. What is compared is the logarithm of after over before; the months inside a
span are summed first, so how one month hangs together with the next is in the spread between places and needs no model (Bertrand, Duflo
and Mullainathan 2004). One place got the response. The spread of the places alike says how far a place goes by itself (Conley and Taber
2011; Donald and Lang 2007): least squares with a term for that one place, and Student's t with as many degrees of freedom as there are
places alike, less one. Places alike weigh the same, because what a place does by itself does not shrink with its counts: weights by
counts gave a hot place among quieter ones too narrow an interval (decision 0122). A place with fewer incidents than they have is given
more room, in proportion (Ferman and Pinto 2019). No distribution of single incidents is assumed.

The synthetic control weighs the places alike so that together they follow the months before, each measured by its own mean (Abadie,
Diamond and Hainmueller 2010; by the own mean because nobody's level need be matched, Ferman and Pinto 2021). Its interval holds every
effect for which the place would not stand out among the places alike, each of which gets a synthetic control of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from core.errors import InternalError

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

LEVEL = 0.95
# added to every count of a span, so that 0 has a logarithm
HALF = 0.5
# with so many places alike or more, ranks can tell 1 in 20
FEWEST_RANKED = 19


@dataclass(frozen=True)
class Effect:
    """ratio: incidents after, as a multiple of what would have been expected; below 1 is fewer. low, high: its 95% interval.

    spread: standard deviation of the places alike, on the logarithm of after over before. error: standard error of the logarithm of ratio.
    places: how many places alike it rests on.
    """

    ratio: float
    low: float
    high: float
    spread: float
    error: float
    places: int

    @property
    def excludes_none(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.high < 1.0 or self.low > 1.0


@dataclass(frozen=True)
class Synthetic:
    """weights: (places alike), none below 0, 1 in all. ratio, low, high as in Effect; low and high None with too few places for ranks.

    misfit: root of the mean squared gap of the months before, as a share of the place's mean month.
    """

    weights: tuple[float, ...]
    ratio: float
    low: float | None
    high: float | None
    misfit: float


def log_change(before: Counts, after: Counts) -> tuple[Floats, Floats]:
    """Logarithm of after over before, and its variance if incidents were independent of one another."""
    b, a = np.asarray(before, dtype=np.float64) + HALF, np.asarray(after, dtype=np.float64) + HALF
    return np.log(a / b), 1.0 / a + 1.0 / b


def room_for(variance: Floats) -> Floats:
    """Variance of each place in units of that of a place alike: 1, and more for the first where its counts are smaller than theirs."""
    room = np.ones(len(variance))
    room[0] = max(1.0, float(variance[0] / variance[1:].mean()))
    return room


def difference_in_differences(before: Counts, after: Counts) -> Effect:
    """before, after: (1 + places alike), incidents of whole spans, the same for every place; the place that got the response first.

    How long the spans are cancels. InternalError for fewer than three places alike.
    """
    if len(before) != len(after) or len(before) < 4:
        raise InternalError("evaluation: a difference in differences needs three places alike, each before and after")
    from statsmodels.regression.linear_model import WLS

    change, variance = log_change(before, after)
    treated = np.zeros(len(change))
    treated[0] = 1.0
    fitted = WLS(change, np.column_stack([np.ones(len(change)), treated]), weights=1.0 / room_for(variance)).fit()
    low, high = fitted.conf_int(alpha=1.0 - LEVEL)[1]
    return Effect(
        float(np.exp(fitted.params[1])),
        float(np.exp(low)),
        float(np.exp(high)),
        float(np.sqrt(fitted.scale)),
        float(fitted.bse[1]),
        len(change) - 1,
    )


def synthetic_control(before: Counts, after: Counts) -> Synthetic:
    """before: (1 + places alike) x months before; after: the same x months after; the place that got the response first."""
    mean = before.mean(axis=1, keepdims=True)
    if (mean == 0).any():
        raise InternalError("evaluation: a place alike has no incident in the months before")
    earlier, later = before / mean, after / mean
    weights = _weights(earlier[1:].T, earlier[0])
    size = len(earlier)
    gaps, scales = np.empty(size), np.empty(size)
    _, variance = log_change(before.sum(axis=1), after.sum(axis=1))
    for place in range(size):
        # the place that got the response is in nobody's synthetic control
        others = [i for i in range(1, size) if i != place]
        mix = weights if place == 0 else _weights(earlier[others].T, earlier[place])
        gaps[place] = _log_gap(later[place], mix @ later[others], float(mean[place, 0]))
        scales[place] = np.sqrt(variance[place])
    far = np.sort(np.abs(gaps[1:] / scales[1:]))[::-1]
    low = high = None
    if len(far) >= FEWEST_RANKED:
        # the most extreme that 1 in 20 may be, the place itself counted: p = (1 + how many are as far) / (1 + places)
        reach = far[int(np.floor((1.0 - LEVEL) * size + 1e-9)) - 1] * scales[0]
        low, high = float(np.exp(gaps[0] - reach)), float(np.exp(gaps[0] + reach))
    misfit = float(np.sqrt(np.mean((earlier[0] - weights @ earlier[1:]) ** 2)))
    return Synthetic(tuple(float(w) for w in weights), float(np.exp(gaps[0])), low, high, misfit)


def _log_gap(own: Floats, others: Floats, mean: float) -> float:
    """Logarithm of the months after over those of the synthetic control; half an incident is added to both sums."""
    half = HALF / mean
    return float(np.log((own.sum() + half) / (others.sum() + half)))


def _weights(others: Floats, own: Floats) -> Floats:
    """Weights of least squares that are not below 0 and add up to 1. others: months x places; own: months.

    A row that says "they add up to 1", made heavy, turns it into least squares without negative values (Lawson and Hanson's NNLS).
    """
    heavy = 1e3 * max(float(np.abs(others).max()), 1.0)
    system = np.vstack([others, np.full((1, others.shape[1]), heavy)])
    found, _ = optimize.nnls(system, np.append(own, heavy), maxiter=100 * others.shape[1])
    return np.asarray(found / found.sum(), dtype=np.float64)


def trend_apart(before: Counts) -> float:
    """p value that the place went another way than the places alike even before the response; before as in synthetic_control.

    The later half of the months against the earlier half, by the same least squares as the effect.
    """
    from scipy import stats

    half = before.shape[1] // 2
    effect = difference_in_differences(before[:, :half].sum(axis=1), before[:, half:].sum(axis=1))
    return float(2.0 * stats.t.sf(abs(np.log(effect.ratio)) / effect.error, effect.places - 1)) if effect.error > 0 else 1.0

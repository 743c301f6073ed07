"""What a month is expected to hold in each place: posterior means of gamma-Poisson rates, whose priors are made from the map itself.

For place i, group g and a month T, from the loaded months t before T:

    w_t   2^(-age / half-life), age in months before the month before T: the weights of a power prior (Ibrahim and Chen 2000)
    e_tg  exposure of a month: the region's total of the group in it over the mean total of the unbroken run of months before T
    Y     sum of w_t y_tig;  E = sum of w_t e_tg;  E2 = sum of w_t^2 e_tg
    m     prior mean: a mixture of the place's share of all recorded incidents, the mean of its neighbours, the mean of the region
    k     shape of the gamma prior, one a group, by moments: 1/k = sum((Y - E m)^2 - E2 m) / sum((E m)^2)
    mean  (k + Y) / (k / m + E), incidents a month at the level of the unbroken run

Many places and groups at once, and every pair of constants; no loop over places. A month that was not loaded is no month here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.counts.month_runs import months_before
from core.errors import InternalError

Floats = NDArray[np.float64]

# the unbroken run that says how much a month holds now; 12 months have every season once
LONGEST_RUN = 12
# between a prior as good as a fixed mean, and one that says hardly anything
_LEAST_VARIATION, _MOST_VARIATION = 1e-6, 1e3


@dataclass(frozen=True)
class Constants:
    """Half-life in months, and the parts of the prior mean: a place's share of all incidents, its neighbours, the region; adding up to 1."""

    half_life: float
    everything: float
    neighbours: float
    region: float


_MIXTURES = ((0.5, 0.4, 0.1), (0.8, 0.1, 0.1), (0.2, 0.7, 0.1), (0.2, 0.2, 0.6))
# half-life by half-life; docs/decisions/0100 fixed them before any month was scored
CONSTANTS = tuple(Constants(half_life, *mixture) for half_life in (6.0, 12.0, 24.0, 48.0) for mixture in _MIXTURES)


@dataclass(frozen=True)
class History:
    """Counts of every place by month. by_month: (months x n x groups), in the order of months; zeros are loaded months without an incident.

    neighbours: (n x n), rows adding up to 1, or to 0 where a place has none. everything: the column of all recorded incidents.
    """

    by_month: Floats
    months: tuple[date, ...]
    neighbours: sparse.csr_matrix
    everything: int

    def __post_init__(self) -> None:
        months, n, groups = self.by_month.shape
        if months != len(self.months) or self.neighbours.shape != (n, n) or not 0 <= self.everything < groups:
            raise InternalError(
                f"history: counts {self.by_month.shape}, {len(self.months)} months, neighbours {self.neighbours.shape}"
            )
        if any(one >= other for one, other in pairwise(self.months)):
            raise InternalError("history: months are out of order, or one stands twice")

    @cached_property
    def totals(self) -> Floats:
        """Counts of the region, (months x groups)."""
        return np.asarray(np.einsum("mng->mg", self.by_month))

    def at(self, month: date) -> Floats:
        """Counts of one loaded month, (n x groups)."""
        return np.asarray(self.by_month[self.months.index(month)])

    def run_before(self, month: date) -> tuple[date, ...]:
        """The unbroken loaded months right before a month."""
        return months_before(self.months, month, most=LONGEST_RUN)

    def usual(self, month: date) -> Floats:
        """Mean a month of that run, (n x groups): what the counts of the months before say."""
        run = self.run_before(month)
        if not run:
            raise InternalError(f"no month is loaded right before {month:%Y-%m}")
        return np.asarray(sum(self.at(one) for one in run) / len(run))


def without_self(star: sparse.csr_matrix) -> sparse.csr_matrix:
    """Neighbours of a History from star weights: no place is its own, and rows add up to 1; a row without neighbours to 0."""
    others = (star - sparse.diags(star.diagonal())).tocsr()
    others.eliminate_zeros()
    count = np.asarray(others.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags(np.divide(1.0, count, out=np.zeros(len(count)), where=count > 0)) @ others)


def posterior_means(history: History, month: date, constants: Sequence[Constants] = CONSTANTS) -> Floats:
    """Expected incidents of a month that comes right after a loaded one, (constants x n x groups), from the months before it alone.

    A group without a single incident in its unbroken run expects none anywhere.
    """
    run = history.run_before(month)
    if not run:
        raise InternalError(f"no month is loaded right before {month:%Y-%m}")
    # the months stand in order, so those before are a part of the same memory
    counts = history.by_month[: history.months.index(run[-1]) + 1]
    n, groups = counts.shape[1:]
    totals = history.totals[: len(counts)]
    level = totals[-len(run) :].mean(axis=0)
    exposure = np.divide(totals, level, out=np.zeros_like(totals), where=level > 0)
    age = np.array([_months_between(one, run[-1]) for one in history.months[: len(counts)]], dtype=np.float64)
    half_lives = sorted({one.half_life for one in constants})
    weights = 2.0 ** (-age / np.array(half_lives)[:, None])
    events = (weights @ counts.reshape(len(counts), -1)).reshape(-1, n, groups)
    exposed, exposed_twice = weights @ exposure, weights**2 @ exposure
    found = np.empty((len(constants), n, groups))
    for number, half_life in enumerate(half_lives):
        prior = _Prior(_parts_of_prior(history, events[number], exposed[number]), events[number])
        for c, one in enumerate(constants):
            if one.half_life == half_life:
                found[c] = _posterior_mean(events[number], exposed[number], exposed_twice[number], prior, one)
    found[:, :, level <= 0] = 0.0
    return found


def _parts_of_prior(history: History, events: Floats, exposed: Floats) -> Floats:
    """Rates a month, (3 x n x groups): the share of all incidents, the neighbours, the region; each is the region's total or about that."""
    n = len(events)
    rate = np.divide(events, exposed, out=np.zeros_like(events), where=exposed > 0)
    total = np.ones(n) @ rate
    everything = events[:, history.everything]
    share = everything / everything.sum() if everything.sum() > 0 else np.full(n, 1.0 / n)
    region = np.broadcast_to(total / n, rate.shape)
    alone = np.diff(history.neighbours.indptr) == 0
    near = np.where(alone[:, None], region, history.neighbours @ rate)
    return np.stack([share[:, None] * total, near, region])


class _Prior:
    """The parts of prior means and their sums over places: of a mixture everything but the mean itself follows from them."""

    def __init__(self, parts: Floats, events: Floats) -> None:
        self.parts = parts
        self.total = np.einsum("png->pg", parts)
        self.products = np.einsum("png,qng->pqg", parts, parts)
        self.with_events = np.einsum("png,ng->pg", parts, events)
        self.events_squared = np.einsum("ng,ng->g", events, events)

    def mixed(self, one: Constants) -> tuple[Floats, Floats]:
        """The part of each, (3 x groups), so that the mixture has the region's total; and the mixture, (n x groups)."""
        part = np.array([one.everything, one.neighbours, one.region])
        # neighbours of the edge count less often than those of the middle, so their means do not add up to the region's total
        total = part @ self.total
        scaled = part[:, None] * np.divide(self.total[0], total, out=np.zeros_like(total), where=total > 0)
        return scaled, np.asarray(sum(share * rates for share, rates in zip(scaled, self.parts, strict=True)))


def _posterior_mean(events: Floats, exposed: Floats, exposed_twice: Floats, prior: _Prior, one: Constants) -> Floats:
    part, mean = prior.mixed(one)
    squared = exposed**2 * np.einsum("pg,pqg,qg->g", part, prior.products, part)
    crossed = exposed * (part * prior.with_events).sum(axis=0)
    noise = exposed_twice * (part * prior.total).sum(axis=0)
    beyond = prior.events_squared - 2.0 * crossed + squared - noise
    variation = np.divide(beyond, squared, out=np.zeros_like(squared), where=squared > 0)
    shape = 1.0 / np.clip(variation, _LEAST_VARIATION, _MOST_VARIATION)
    below = exposed * mean
    below += shape
    found = events + shape
    found *= mean
    found /= below
    return np.asarray(found)


def _months_between(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month

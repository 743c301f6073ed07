"""Counties whose truth is known, for evaluations: how many incidents each area had each month, and what a response took away or moved.

300 areas lie at random with hardship in wide bumps. Rates differ between areas, move with the season and with a wandering trend of the whole
county, and each area drifts by itself and with its neighbours from month to month (autocorrelated in time and in space). Incidents vary more
than single ones would (a gamma factor each area and month). The place that gets the response is picked as people pick it: among those with
most incidents in the last year, so its counts tend to fall by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import Delaunay

from analytics.evaluation.places import Place, place_of

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

AREAS = 300
MONTHS_BEFORE, MONTHS_AFTER = 36, 12
# incidents a month of a middling area
MEAN = 4.0
SIDE_M = 20_000.0
LONGEST_BORDER_M = 2_500.0
# a place of four areas, such as a town's middle
SIZE = 4
# among the hottest fifth
HOT = 0.8


@dataclass(frozen=True)
class County:
    """centres (n x 2), metres. neighbours (n x n): 1 where two areas touch. counts (n x months) without any response. target: the place."""

    centres: Floats
    neighbours: sparse.csr_matrix
    counts: Counts
    target: Place


def make_county(seed: int) -> County:
    rng = np.random.default_rng([seed, 88])
    months = MONTHS_BEFORE + MONTHS_AFTER
    centres = rng.uniform(0, SIDE_M, (AREAS, 2))
    neighbours = _touching(centres)
    smooth = neighbours + sparse.identity(AREAS, format="csr")
    smooth = sparse.diags(1.0 / np.asarray(smooth.sum(axis=1)).ravel()) @ smooth
    level = np.log(MEAN) + 1.2 * (smooth @ (smooth @ rng.standard_normal(AREAS))) + rng.normal(0, 0.35, AREAS)
    season = 0.15 * np.sin(2 * np.pi * (np.arange(months) + rng.integers(12)) / 12)
    trend = np.cumsum(rng.normal(0, 0.03, months))
    drift = _drift(rng, months, 0.12) + np.asarray(smooth @ _drift(rng, months, 0.20))
    rate = np.exp(level[:, None] + season + trend + drift)
    counts = rng.poisson(rate * rng.gamma(8.0, 1 / 8.0, rate.shape))
    return County(centres, neighbours, counts, _picked(rng, counts, centres, neighbours))


def _touching(centres: Floats) -> sparse.csr_matrix:
    corners = Delaunay(centres).simplices
    pairs = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = pairs[np.hypot(*(centres[pairs[:, 0]] - centres[pairs[:, 1]]).T) <= LONGEST_BORDER_M]
    both = np.vstack([pairs, pairs[:, ::-1]])
    found = sparse.csr_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(AREAS, AREAS))
    found.data[:] = 1.0
    return found


def _drift(rng: np.random.Generator, months: int, spread: float, memory: float = 0.9) -> Floats:
    """(n x months), autoregressive: mean 0, this standard deviation."""
    drift = np.empty((AREAS, months))
    drift[:, 0] = rng.normal(0, spread, AREAS)
    for month in range(1, months):
        drift[:, month] = memory * drift[:, month - 1] + rng.normal(0, spread * np.sqrt(1 - memory**2), AREAS)
    return drift


def _picked(rng: np.random.Generator, counts: Counts, centres: Floats, neighbours: sparse.csr_matrix) -> Place:
    last_year = counts[:, MONTHS_BEFORE - 12 : MONTHS_BEFORE].sum(axis=1)
    hot = np.flatnonzero(last_year >= np.quantile(last_year, HOT))
    while True:
        areas = [int(rng.choice(hot))]
        while len(areas) < SIZE:
            around = set(np.flatnonzero(np.asarray(neighbours[areas].sum(axis=0)).ravel())) - set(areas)
            if not around:
                break
            areas.append(int(max(around, key=lambda a: (last_year[a], a))))
        if len(areas) == SIZE:
            return place_of(neighbours, areas)


def planted(county: County, ratio: float, moved: float, seed: int) -> Counts:
    """Counts with a response that leaves this share of the place's incidents after it, each by itself; of those that went, so many (a share)
    turn up in a random area of the ring in the same month."""
    rng = np.random.default_rng([seed, 89])
    counts = county.counts.copy()
    ring = list(county.target.ring)
    for area in county.target.areas:
        gone = rng.binomial(counts[area, MONTHS_BEFORE:], 1.0 - ratio)
        counts[area, MONTHS_BEFORE:] -= gone
        for month, number in enumerate(rng.binomial(gone, moved)):
            np.add.at(counts[:, MONTHS_BEFORE + month], rng.choice(ring, number), 1)
    return counts

"""Bivariate local Moran's I: is much of one factor here found beside much of another next door?

    I_i = (n - 1) zx_i sum_j w_ij zy_j / sum zx^2,  w row-standardised without the place itself

as esda.Moran_Local_BV (Anselin, Syabri and Smirnov 2002). esda's p draws the neighbours of y at random with x_i held, so it depends on y
alone and finds every cluster of y. Beside it stands p from random maps of both x and y, each clustered as it is: only the two together
are rare under it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analytics.overlaps.levels import Bools
from analytics.overlaps.values import Floats
from analytics.statistics.false_discovery import q_values
from analytics.statistics.gi_star import check_star_weights
from analytics.statistics.gi_star_permutation import permutation_p
from analytics.statistics.local_moran import Quadrant, Quadrants
from core.errors import InternalError


@dataclass(frozen=True)
class Beside:
    """All (n). i: the statistic; p_shuffled, q_shuffled: two-sided, neighbours drawn at random; p, q: against clustered random maps.

    whole: the mean of i, which is the bivariate Moran's I of the map; whole_lower, whole_upper the central 95% of what the random maps gave,
    whole_p its two-sided p. The whole can be beyond chance where no single place is.
    """

    i: Floats
    p_shuffled: Floats
    q_shuffled: Floats
    p: Floats
    q: Floats
    quadrant: Quadrants
    whole: float
    whole_lower: float
    whole_upper: float
    whole_p: float

    def labels(self, alpha: float = 0.05) -> Quadrants:
        """Quadrants where q <= alpha, else NOT_SIGNIFICANT."""
        return np.where(self.q <= alpha, self.quadrant, Quadrant.NOT_SIGNIFICANT).astype(np.int8)


def moran_beside(
    x: Floats, y: Floats, weights: sparse.csr_matrix, x_maps: Floats, y_maps: Floats, *, permutations: int, seed: int
) -> Beside:
    """x, y (n); weights: binary star weights; x_maps, y_maps (n x maps): random maps of each. InternalError for missing values."""
    n = len(x)
    check_star_weights(weights, n)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InternalError("bivariate local Moran: a value is missing")
    neighbours = np.diff(weights.indptr).astype(np.float64) - 1.0
    alone = neighbours == 0
    step = sparse.diags(np.divide(1.0, neighbours, out=np.zeros(n), where=~alone)) @ (weights - sparse.identity(n, format="csr"))
    i, zx, lag = _statistic(x[:, None], y[:, None], step)
    drawn, _, _ = _statistic(x_maps, y_maps, step)
    high, low = (drawn >= i).sum(axis=1), (drawn <= i).sum(axis=1)
    p = np.minimum(1.0, 2.0 * (np.minimum(high, low) + 1) / (drawn.shape[1] + 1))
    p[alone] = np.nan
    shuffled = permutation_p(y[:, None], weights, permutations=permutations, seed=seed, null="conditional")[:, 0]
    shuffled = np.where(alone, np.nan, shuffled)
    whole, wholes = float(i.mean()), drawn.mean(axis=0)
    tail = min(int((wholes >= whole).sum()), int((wholes <= whole).sum()))
    low, high = np.quantile(wholes, [0.025, 0.975])
    return Beside(
        i[:, 0], shuffled, q_values(shuffled), p, q_values(p), _quadrant(zx[:, 0], lag[:, 0], alone),
        whole, float(low), float(high), min(1.0, 2.0 * (tail + 1) / (len(wholes) + 1)),
    )  # fmt: skip


def _statistic(x: Floats, y: Floats, step: sparse.csr_matrix) -> tuple[Floats, Floats, Floats]:
    zx = (x - x.mean(axis=0)) / x.std(axis=0)
    lag = step @ ((y - y.mean(axis=0)) / y.std(axis=0))
    return (len(x) - 1) * zx * lag / (zx**2).sum(axis=0), zx, lag


def _quadrant(zx: Floats, lag: Floats, alone: Bools) -> Quadrants:
    found = np.select(
        [alone, (zx > 0) & (lag > 0), (zx <= 0) & (lag > 0), (zx <= 0) & (lag <= 0)],
        [Quadrant.NOT_SIGNIFICANT, Quadrant.HIGH_HIGH, Quadrant.LOW_HIGH, Quadrant.LOW_LOW],
        Quadrant.HIGH_LOW,
    )
    return np.asarray(found.astype(np.int8))

"""Getis-Ord Gi* of many maps at once: one sparse product, one z matrix, no loop over maps.

values is (n places) x (m slices): a slice is one map, such as one category group in one period. weights is (n x n), sparse, with
the place itself among its neighbours (the star). For slice x, with W_i the sum of row i, S_i the sum of its squares, x_bar and s the
mean and the standard deviation (division by n) of the whole slice:

    z_i = (sum_j w_ij x_j - W_i x_bar) / (s sqrt((n S_i - W_i^2) / (n - 1)))

This is equation 14.2 of Getis and Ord (1996) and the form of Ord and Getis (1995), Geographical Analysis 27, 286-306. With binary
weights it equals esda.G_Local(star=True, transform="B"); a test holds that to 1e-9. (Of values with a negative mean esda gives the
z with its sign turned, because it divides by the mean and by its absolute value; the formula above does neither.)

Weights are binary here on purpose: for row-standardised weights esda's closed form drops S_i, so its z is not on the scale of a
standard normal, while the formula above gives the same z for both (docs/decisions/0031).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtr

from analytics.statistics.columns_alike import columns_alike
from core.errors import InternalError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class GiStar:
    """z and two-sided p from the normal approximation, both (n x m). NaN where there is nothing to test.

    degenerate: slices (m) that are constant, so that no place can differ from the rest.
    untestable: places (n) whose neighbourhood has no variance under the null, because it holds every place.
    """

    z: Floats
    p: Floats
    degenerate: Bools
    untestable: Bools


def getis_ord_gi_star(values: Floats, weights: sparse.csr_matrix) -> GiStar:
    """Gi* z and p of every place in every slice. InternalError for shapes that do not fit or a missing self-weight."""
    z, degenerate, untestable = _z(values, weights)
    return GiStar(z=z, p=two_sided_p(z), degenerate=degenerate, untestable=untestable)


def gi_star_z(values: Floats, weights: sparse.csr_matrix) -> Floats:
    """z alone, (n x m), where nobody asks for p."""
    return _z(values, weights)[0]


def _z(values: Floats, weights: sparse.csr_matrix) -> tuple[Floats, Bools, Bools]:
    """z (n x m), which slices are degenerate (m), which places untestable (n)."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    check_star_weights(weights, len(values) if values.ndim == 2 else -1)
    if not np.isfinite(values).all():
        raise InternalError("Gi*: a value is missing; a place without a value must be left out of the study area")
    n = len(values)
    row_sum = np.asarray(weights.sum(axis=1)).ravel()
    squares = weights.copy()
    squares.data = squares.data**2
    spread = np.asarray(squares.sum(axis=1)).ravel() * n - row_sum**2
    untestable = spread <= 1e-9 * n if n > 1 else np.ones(n, dtype=bool)

    # a constant slice is found by its range: its computed variance is rounding noise, not zero, and would give z of any size
    degenerate = values.max(axis=0) == values.min(axis=0)
    mean = values.mean(axis=0)
    centred = values - mean
    deviation = np.sqrt(np.einsum("ij,ij->j", centred, centred) / n)
    deviation[degenerate] = np.nan
    scale = np.sqrt(np.where(untestable, np.nan, spread) / max(n - 1, 1))
    # centring first costs no accuracy and needs no second matrix: sum_j w_ij (x_j - x_bar)
    z = weights @ centred
    z /= scale[:, None]
    z /= deviation
    return z, degenerate, untestable


def by_tested(values: Floats, weights: sparse.csr_matrix) -> Iterator[tuple[Ints, Ints, sparse.csr_matrix]]:
    """Places, slices and weights that go together where some values (n x m) are NaN, not to be tested and nobody's neighbour.

    Slices with the same places come together; a slice without any does not come.
    """
    for known, slices in columns_alike(~np.isnan(values)):
        places = np.flatnonzero(known)
        if len(places):
            within = weights if len(places) == len(values) else weights[places][:, places].tocsr()
            yield places, slices, within


def two_sided_p(z: Floats) -> Floats:
    """Probability that a standard normal lies at least as far from zero as z."""
    p = np.abs(z)
    np.negative(p, out=p)
    ndtr(p, out=p)
    p *= 2
    return p


def check_star_weights(weights: sparse.csr_matrix, n: int) -> None:
    """InternalError unless weights is n x n with a positive weight of each place on itself."""
    if weights.shape != (n, n):
        raise InternalError(f"Gi*: weights are {weights.shape}, the values want ({n}, {n})")
    if not (weights.diagonal() > 0).all():
        raise InternalError("Gi*: a place is missing from its own neighbourhood (the star)")

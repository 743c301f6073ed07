"""Gi* of every bin of a space-time cube: a bin's neighbours are its place's neighbours now and one step before.

A cube holds values of (n places) x (T steps). Bin (i, t) is at position t * n + i of the flattened cube, so a step is a block of n.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.statistics.gi_star import Floats, GiStar, check_star_weights, getis_ord_gi_star
from core.errors import InternalError

Window = Literal["cube", "neighbourhood"]
Ints = NDArray[np.int64]


def space_time_weights(spatial: sparse.csr_matrix, months: Ints) -> sparse.csr_matrix:
    """Binary weights (nT x nT) of a cube: the star neighbourhood at the same step and, where it was loaded, at the step before.

    spatial: (n x n) binary with ones on the diagonal. months: (T,) rising whole numbers, one a step; "the step before" is the number
    one less, so a month that is missing breaks the link and never makes two distant months neighbours.
    """
    check_star_weights(spatial, spatial.shape[0])
    links = np.eye(len(months))
    links[_follows(months), np.flatnonzero(_follows(months)) - 1] = 1.0
    return sparse.kron(sparse.csr_matrix(links), spatial, format="csr")


def space_time_gi_star(cube: Floats, spatial: sparse.csr_matrix, months: Ints, *, window: Window = "cube") -> tuple[Floats, Floats]:
    """z and two-sided p of each bin of cube (n x T), both (n x T); NaN where nothing can be tested.

    window: what a neighbourhood is compared with. "cube": the mean and the deviation of all bins, so that a county-wide rise shows as
    a rise everywhere (Esri's default). "neighbourhood": only the bins of the steps that the neighbourhood spans (one or two), so that it
    does not, and z says where within its own months a place stands.
    """
    cube = np.asarray(cube, dtype=np.float64)
    if cube.ndim != 2 or len(months) != cube.shape[1]:
        raise InternalError(f"space-time Gi*: cube {cube.shape} and {len(months)} months do not fit")
    n, steps = cube.shape
    flat = cube.T.reshape(-1, 1)
    if window == "cube":
        result = getis_ord_gi_star(flat, space_time_weights(spatial, months))
        return _unflatten(result, n, steps)
    follows = _follows(months)
    z = np.full((n, steps), np.nan)
    p = np.full((n, steps), np.nan)
    if not follows.all():
        alone = ~follows
        result = getis_ord_gi_star(cube[:, alone], spatial)
        z[:, alone], p[:, alone] = result.z, result.p
    if follows.any():
        # both months of a pair stacked, one column a pair; the rows of the later month are the bins asked for
        later = np.flatnonzero(follows)
        pairs = np.vstack([cube[:, later - 1], cube[:, later]])
        result = getis_ord_gi_star(pairs, space_time_weights(spatial, np.arange(2)))
        z[:, later], p[:, later] = result.z[n:], result.p[n:]
    return z, p


def _follows(months: Ints) -> NDArray[np.bool_]:
    """Which steps come right after the one before them in the list. InternalError unless the months rise."""
    months = np.asarray(months)
    gaps = np.diff(months)
    if (gaps < 1).any():
        raise InternalError("space-time cube: months are not in rising order")
    return np.concatenate([[False], gaps == 1])


def _unflatten(result: GiStar, n: int, steps: int) -> tuple[Floats, Floats]:
    shape = (steps, n)
    return np.ascontiguousarray(result.z.reshape(shape).T), np.ascontiguousarray(result.p.reshape(shape).T)

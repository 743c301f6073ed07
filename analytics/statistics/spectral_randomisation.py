"""Random maps that cluster as much as a given one: the null model for "do these two patterns coincide?".

Shuffling the values of a map destroys its clustering, so two clustered maps that have nothing to do with each other overlap far more
(or less) often than shuffles say. Moran spectral randomisation (Wagner and Dray 2015, Methods in Ecology and Evolution 6(10), 1169-1178)
keeps it: the map is written in the eigenvectors of the doubly centred weights, which are patterns from coarse to fine, and the
coefficients are rotated at random in pairs of neighbouring eigenvectors. Each pair keeps its length, so every random map has exactly the
mean and variance of the given one, and almost exactly its power at every scale and its Moran's I.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from core.errors import InternalError

Floats = NDArray[np.float64]


def spectral_surrogates(values: Floats, patterns: Floats, *, maps: int, seed: int) -> Floats:
    """(n x maps) random maps of values (n) with its mean, its variance and its spatial autocorrelation.

    patterns: the spatial_patterns of the weights between the places.
    """
    values = np.asarray(values, dtype=np.float64)
    if patterns.shape != (len(values), len(values) - 1):
        raise InternalError("spectral randomisation: the patterns are those of other places")
    coefficients = patterns.T @ (values - values.mean())
    rng = np.random.default_rng(seed)
    pairs = len(coefficients) // 2
    length = np.hypot(coefficients[0 : 2 * pairs : 2], coefficients[1 : 2 * pairs : 2])
    angle = rng.uniform(0.0, 2.0 * np.pi, size=(pairs, maps))
    rotated = np.empty((len(coefficients), maps))
    rotated[0 : 2 * pairs : 2] = length[:, None] * np.cos(angle)
    rotated[1 : 2 * pairs : 2] = length[:, None] * np.sin(angle)
    if len(coefficients) % 2:
        rotated[-1] = coefficients[-1] * rng.choice([-1.0, 1.0], size=maps)
    return np.asarray(values.mean() + patterns @ rotated)


def normal_scores(score: Floats) -> Floats:
    """The normal quantiles of the ranks, so that no outlier carries a pattern; ties share the mean rank."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(score) - 0.5) / len(score)))


def spatial_patterns(weights: sparse.csr_matrix) -> Floats:
    """(n x n-1): the eigenvectors of the doubly centred weights other than the constant, from the coarsest pattern to the finest.

    weights: symmetric (n x n); self-weights do not matter. Dense algebra: n = 1,500 takes a second, n = 10,000 some minutes. The last
    answer is kept, because two stages of a run ask for the same places; it may not be written to.
    """
    n = weights.shape[0]
    if n < 2 or (weights != weights.T).nnz:
        raise InternalError("spectral randomisation needs symmetric weights of two places or more")
    plain = sparse.csr_matrix(weights)
    plain.sort_indices()
    return _patterns_of(
        n, plain.indptr.tobytes(), plain.indices.tobytes(), plain.data.astype(np.float64).tobytes(), plain.indices.dtype.str
    )


@lru_cache(maxsize=1)
def _patterns_of(n: int, indptr: bytes, indices: bytes, data: bytes, index_type: str) -> Floats:
    parts = (np.frombuffer(data), np.frombuffer(indices, dtype=index_type), np.frombuffer(indptr, dtype=index_type))
    matrix = sparse.csr_matrix(parts, shape=(n, n)).toarray()
    np.fill_diagonal(matrix, 0.0)
    matrix -= matrix.mean(axis=0)
    matrix -= matrix.mean(axis=1, keepdims=True)
    # the constant vector has eigenvalue 0 and may share it with real patterns; lift it above all others, so that it can be dropped
    matrix += np.full((n, n), (np.abs(matrix).sum(axis=1).max() + 1.0) / n)
    _, vectors = linalg.eigh((matrix + matrix.T) / 2, overwrite_a=True, check_finite=False)
    patterns: Floats = vectors[:, -2::-1]
    patterns.setflags(write=False)
    return patterns

"""Kinds of places: clusters of neighbourhoods that are alike in declared factors, wherever they lie, and how firmly each belongs to its kind.

k-means on the normal scores of each factor (scikit-learn, which PySAL's own clustering rests on). Contiguous regions, which spopt makes,
are another question: two estates at opposite ends of a county can be of one kind (decision 0037). The number of kinds is declared, not
found, because the data do not have an honest number of their own; so each place says in which share of bootstrap resamples it falls into
the same kind.

A kind has a letter, in order of the alphabet by its number of places, and a description made of what a place has more or less of than the
region. No kind is named after the people in it, and none is better than another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from analytics.overlaps.definitions import Factor
from analytics.overlaps.values import Floats
from core.errors import InternalError

Labels = NDArray[np.int64]

# a factor is named in a description where the middle of the kind is so far from the region's middle, in standard deviations
MARKED = 0.5
MOST_NAMED = 4
FIRM = 0.8


@dataclass(frozen=True)
class Kinds:
    """label (n): kind of each place, 0 the most common. certainty (n): share of resamples in the same kind; second (n): the kind it fell in
    most often otherwise, or its next nearest. middles (kinds x factors): median normal score."""

    label: Labels
    certainty: Floats
    second: Labels
    middles: Floats

    @property
    def sizes(self) -> Labels:
        return np.bincount(self.label, minlength=len(self.middles))


def find_kinds(scores: Floats, kinds: int, *, resamples: int, seed: int) -> Kinds:
    """Cluster places (n x factors of normal scores). InternalError where there are fewer than ten places a kind, or a score is missing."""
    n = len(scores)
    if n < 10 * kinds or not np.isfinite(scores).all():
        raise InternalError(f"typology: {n} places are too few for {kinds} kinds, or a score is missing")
    centres, label = _clusters(scores, kinds, seed=seed, starts=10)
    order = np.argsort(-np.bincount(label, minlength=kinds), kind="stable")
    place_in_order = np.empty(kinds, dtype=np.int64)
    place_in_order[order] = np.arange(kinds)
    label, centres = place_in_order[label], centres[order]
    rng = np.random.default_rng(seed)
    fell = np.zeros((n, kinds))
    for resample in range(resamples):
        drawn = rng.integers(0, n, n)
        other, _ = _clusters(scores[drawn], kinds, seed=seed + 1 + resample, starts=2)
        found = _nearest(scores, other)
        together = np.zeros((kinds, kinds))
        np.add.at(together, (found, label), 1)
        # a resample numbers its kinds anew: match them to ours by the places they share
        rows, columns = linear_sum_assignment(-together)
        renamed = np.empty(kinds, dtype=np.int64)
        renamed[rows] = columns
        fell[np.arange(n), renamed[found]] += 1
    share = fell / resamples
    certainty = share[np.arange(n), label]
    distance = ((scores[:, None, :] - centres) ** 2).sum(axis=2)
    # where every resample agrees the next nearest centre is named, so ties break by distance
    rest = share - 1e-6 * distance / distance.max()
    rest[np.arange(n), label] = -np.inf
    middles = np.stack([np.median(scores[label == k], axis=0) for k in range(kinds)])
    return Kinds(label, certainty, rest.argmax(axis=1).astype(np.int64), middles)


def _clusters(scores: Floats, kinds: int, *, seed: int, starts: int) -> tuple[Floats, Labels]:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    # so few numbers are done before a second thread has started; and one thread adds up in one order, which a seed alone does not promise
    with threadpool_limits(1):
        fitted = KMeans(n_clusters=kinds, n_init=starts, random_state=seed % 2**32).fit(scores)
    return np.asarray(fitted.cluster_centers_), np.asarray(fitted.labels_, dtype=np.int64)


def _nearest(scores: Floats, centres: Floats) -> Labels:
    return np.asarray(((scores[:, None, :] - centres) ** 2).sum(axis=2).argmin(axis=1), dtype=np.int64)


def letter(kind: int) -> str:
    """'A' for the most common kind, and so on; a letter says nothing of worth."""
    return chr(ord("A") + kind)


def describe(middle: Floats, factors: Sequence[Factor]) -> str:
    """What a place of the kind has more or less of than the middle of the region, the most marked first; 'near the middle' is an answer
    too."""
    marked = [k for k in np.argsort(-np.abs(middle), kind="stable") if abs(middle[k]) >= MARKED][:MOST_NAMED]
    if not marked:
        return "Near the middle of the region in all that was compared."
    words = [factors[k].high if middle[k] > 0 else factors[k].low for k in marked]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"Compared with the middle of the region: {listed}."


def profile(middle: Floats, factors: Sequence[Factor]) -> Mapping[str, float]:
    """Median normal score by factor id, rounded as far as it means anything."""
    return {factor.id: round(float(value), 2) for factor, value in zip(factors, middle, strict=True)}

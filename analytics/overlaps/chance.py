"""How often factors would fall together by chance, for every choice of 2 to 4 factors and of their thresholds at once.

The null: each factor lies elsewhere, clustered as much as it is, and knows nothing of the others
(`analytics.statistics.spectral_randomisation`, decision 0032). One set of random maps a factor serves every threshold and every
combination: a random map is cut so that as many places meet a threshold as really do, its places become the bits of a few machine words,
and a combination is an AND and a count of bits. So tens of thousands of combinations cost seconds, and a person who chooses factors in
the portal reads a result instead of starting one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from analytics.overlaps.levels import Bools, CutFactor, normal_order
from analytics.overlaps.values import Floats
from analytics.statistics.false_discovery import q_values
from analytics.statistics.spectral_randomisation import spectral_surrogates
from core.errors import InternalError

Words = NDArray[np.uint64]
Counts = NDArray[np.integer[Any]]
LARGEST = 4


# rows of RandomMaps.at before the random ones: the places that meet the threshold, those that surely do, those that may
REAL, SURE, POSSIBLE, DRAWN = 0, 1, 2, 3


@dataclass(frozen=True)
class RandomMaps:
    """One factor's maps. at (levels): (3 + maps x words) bits of the places that meet each threshold; rows REAL, SURE, POSSIBLE, then
    the random maps from DRAWN on."""

    factor: CutFactor
    places: int
    at: tuple[Words, ...]

    @property
    def default(self) -> Words:
        return self.at[self.factor.default - 1]


@dataclass(frozen=True)
class Combination:
    """One choice of factors, each at a threshold, over the places where all have a value."""

    members: tuple[tuple[str, int], ...]
    at_defaults: bool
    places: int
    meeting: int
    meeting_sure: int
    meeting_possible: int
    expected: float
    expected_lower: float
    expected_upper: float
    p: float
    expected_independent: float
    p_independent: float | None

    @property
    def key(self) -> str:
        return combination_key(self.members)


@dataclass(frozen=True)
class Tally:
    """Places that meet at least so many factors at their default thresholds."""

    at_least: int
    meeting: int
    expected: float
    expected_lower: float
    expected_upper: float
    p: float


def combination_key(members: Sequence[tuple[str, int]]) -> str:
    """'income:2+health:1', in the order given, which is that of the definitions."""
    return "+".join(f"{factor}:{level}" for factor, level in members)


def surrogate_scores(factor: CutFactor, patterns: Floats, *, maps: int, seed: int) -> Floats:
    """(n x maps) random maps of a factor's order. Each factor draws its own, so that no two share their randomness."""
    own = int(np.random.SeedSequence([seed, zlib.crc32(factor.id.encode())]).generate_state(1)[0])
    return spectral_surrogates(normal_order(factor.values.score), patterns, maps=maps, seed=own)


def random_maps(factor: CutFactor, scores: Floats) -> RandomMaps:
    """Cut each random map where as many places meet each threshold as really do. A place without a value never meets one."""
    known = np.flatnonzero(factor.values.known)
    n, maps = scores.shape
    meeting = [int(factor.meets(level).sum()) for level in range(1, len(factor.cuts) + 1)]
    edges = sorted({count - 1 for count in meeting if count})
    order = known[np.argpartition(-scores[known], edges, axis=0)] if edges else np.empty((0, maps), dtype=np.int64)
    at = []
    for level, count in enumerate(meeting, start=1):
        picked = np.zeros((n, DRAWN + maps), dtype=bool)
        picked[:, REAL], picked[:, SURE], picked[:, POSSIBLE] = factor.meets(level), factor.sure >= level, factor.possible >= level
        np.put_along_axis(picked[:, DRAWN:], order[:count], True, axis=0)
        at.append(packed(picked))
    return RandomMaps(factor, n, tuple(at))


def packed(places: Bools) -> Words:
    """(n x maps) booleans as (maps x words) bits."""
    bits = np.packbits(places.T, axis=1, bitorder="little")
    padded = np.zeros((bits.shape[0], -(-bits.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)


def unpacked(words: Words, places: int) -> Bools:
    """The inverse of `packed`."""
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1, bitorder="little")
    return bits[:, :places].T.astype(bool)


def every_combination(
    risk: Sequence[RandomMaps], protective: Sequence[RandomMaps], *, largest: int = LARGEST
) -> Iterator[Combination]:
    """Every choice of 2 to `largest` risk factors, and every risk factor with every protective one, at every threshold."""
    for size in range(2, min(largest, len(risk)) + 1):
        for chosen in combinations(risk, size):
            yield from _at_every_threshold(chosen)
    for pair in product(risk, protective):
        yield from _at_every_threshold(pair)


def _at_every_threshold(chosen: Sequence[RandomMaps]) -> Iterator[Combination]:
    """All thresholds of one set of factors; what the first factors have in common is worked out once."""
    known = int(np.logical_and.reduce([maps.factor.values.known for maps in chosen]).sum())
    levels: list[tuple[int, ...]] = [()]
    bits: list[Words | None] = [None]
    for maps in chosen:
        extended = [
            (so_far, shared, level) for so_far, shared in zip(levels, bits, strict=True) for level in range(1, len(maps.at) + 1)
        ]
        levels = [(*so_far, level) for so_far, _, level in extended]
        bits = [maps.at[level - 1] if shared is None else shared & maps.at[level - 1] for _, shared, level in extended]
    counts = np.stack([np.bitwise_count(b).sum(axis=1, dtype=np.int32) for b in bits if b is not None])
    mean, lower, upper, p = against(counts[:, DRAWN:], counts[:, REAL])
    each = np.array([[maps.factor.meets(level).sum() for maps, level in zip(chosen, chose, strict=True)] for chose in levels])
    independent = known * np.prod(each / known, axis=1) if known else np.zeros(len(levels))
    exact = _independent_p(known, each, counts[:, REAL]) if len(chosen) == 2 else None
    for row, chose in enumerate(levels):
        yield Combination(
            members=tuple((maps.factor.id, level) for maps, level in zip(chosen, chose, strict=True)),
            at_defaults=all(level == maps.factor.default for maps, level in zip(chosen, chose, strict=True)),
            places=known,
            meeting=int(counts[row, REAL]),
            meeting_sure=int(counts[row, SURE]),
            meeting_possible=int(counts[row, POSSIBLE]),
            expected=float(mean[row]),
            expected_lower=float(lower[row]),
            expected_upper=float(upper[row]),
            p=float(p[row]),
            expected_independent=float(independent[row]),
            p_independent=None if exact is None else float(exact[row]),
        )


def map_against(name: str, certainty: int, hot: Bools, maps: RandomMaps) -> Combination:
    """A map of hot spots (n) that stays as it is, and a factor at its default threshold that lies elsewhere."""
    factor = maps.factor
    counts = np.bitwise_count(packed(hot[:, None]) & maps.default).sum(axis=1, dtype=np.int32)[None, :]
    mean, lower, upper, p = against(counts[:, DRAWN:], counts[:, REAL])
    known = int(factor.values.known.sum())
    each = np.array([[(hot & factor.values.known).sum(), factor.meets(factor.default).sum()]])
    return Combination(
        members=((name, certainty), (factor.id, factor.default)), at_defaults=True, places=known,
        meeting=int(counts[0, REAL]), meeting_sure=int(counts[0, SURE]), meeting_possible=int(counts[0, POSSIBLE]),
        expected=float(mean[0]), expected_lower=float(lower[0]), expected_upper=float(upper[0]), p=float(p[0]),
        expected_independent=float(np.prod(each) / known),
        p_independent=float(_independent_p(known, each, counts[:, REAL])[0]),
    )  # fmt: skip


def against(drawn: Counts, observed: Counts) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean and central 95% of what the random maps gave (c x maps), and a two-sided p of what was observed (c); each (c)."""
    maps = drawn.shape[1]
    at_least = (drawn >= observed[:, None]).sum(axis=1)
    at_most = (drawn <= observed[:, None]).sum(axis=1)
    ranks = [max(0, int(np.ceil(share * maps)) - 1) for share in (0.025, 0.975)]
    ordered = np.partition(drawn, ranks, axis=1)
    p = np.minimum(1.0, 2.0 * (np.minimum(at_least, at_most) + 1) / (maps + 1))
    return drawn.mean(axis=1), ordered[:, ranks[0]].astype(np.float64), ordered[:, ranks[1]].astype(np.float64), p


def _independent_p(places: int, each: NDArray[np.int64], meeting: Counts) -> Floats:
    """Two-sided hypergeometric p of pairs: as if places were drawn one by one."""
    low = scipy.stats.hypergeom.cdf(meeting, places, each[:, 0], each[:, 1])
    high = scipy.stats.hypergeom.sf(meeting - 1, places, each[:, 0], each[:, 1])
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(low, high)))


def false_discovery_by_size(found: Sequence[Combination]) -> Floats:
    """Benjamini-Hochberg q of each combination, over those of the same number of factors."""
    sizes = np.array([len(c.members) for c in found])
    p = np.array([c.p for c in found])
    q = np.empty(len(found))
    for size in np.unique(sizes):
        q[sizes == size] = q_values(p[sizes == size])
    return q


def tally(chosen: Sequence[RandomMaps]) -> tuple[Tally, ...]:
    """How many places meet at least 1, 2, ... of the factors at their default thresholds, against the random maps."""
    if not chosen:
        return ()
    if len({maps.places for maps in chosen}) != 1:
        raise InternalError("tally: factors of different places")
    met = np.sum([unpacked(maps.default, maps.places).astype(np.uint8) for maps in chosen], axis=0, dtype=np.uint8)
    counts = np.stack([(met >= at_least).sum(axis=0, dtype=np.int64) for at_least in range(1, len(chosen) + 1)])
    mean, lower, upper, p = against(counts[:, DRAWN:], counts[:, REAL])
    return tuple(
        Tally(k + 1, int(counts[k, REAL]), float(mean[k]), float(lower[k]), float(upper[k]), float(p[k]))
        for k in range(len(chosen))
    )


def falling_together(chosen: Sequence[RandomMaps]) -> tuple[Bools, Bools]:
    """Places that meet all of the factors at their default thresholds: really (n), and in each random map (n x maps)."""
    bits = chosen[0].default
    for maps in chosen[1:]:
        bits = bits & maps.default
    found = unpacked(bits, chosen[0].places)
    return found[:, REAL], found[:, DRAWN:]

"""A prospective scan of several kinds at once: clusters that last until the latest step, and how often chance alone gives one as strong.

Kulldorff (2001), Journal of the Royal Statistical Society A 164(1), 61-72, with the permutation model of Kulldorff and others (2005). The
step of each case is shuffled within its category, so that neither a place that is always busy nor a step that is busy everywhere is a
cluster; a kind may hold several categories, and categories may belong to several kinds. All kinds see the same
shuffles. The best cylinder of each kind is measured in standard deviations of its own replicates, and the strongest of all kinds is what
a cluster is held against (single-step maxT; Westfall and Young 1993). So p is of one look at all kinds, places and spans together: 1 / p is
the number of looks in which chance alone gives one such alarm on average: the recurrence interval of Kleinman and others (2004), American
Journal of Epidemiology 159(3), 217-224.

Incidents come in series, so counts vary more than shuffled single incidents do. Each kind's ratios are divided by its dispersion, Pearson's
chi squared over its degrees of freedom in the steps before the longest span (1 at least), as a quasi-likelihood is (McCullagh and Nelder
1989, Generalized Linear Models, 2nd edition, section 9.2). Without that, counties whose incidents come in series raise several times as
many alarms as stated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from analytics.statistics.scan.likelihood import log_likelihood_ratio
from analytics.statistics.scan.windows import Windows
from core.errors import InternalError, UserError

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# ratios this close (relative) are the same cylinder summed in another order
_TIE = 1e-9
# fewer cases are no cluster, as in the scan of one kind
MINIMUM_CASES = 2


@dataclass(frozen=True)
class LiveCluster:
    """A zone with more cases of a kind than expected, in a span that lasts until the last step.

    places: positions, the centre first. start: the first step of the span. ratio: before it is divided by the dispersion. p_kind: against
    the replicates of its kind alone. p: against the
    strongest of all kinds. reach: metres, or rings.
    """

    kind: int
    places: tuple[int, ...]
    start: int
    observed: int
    expected: float
    ratio: float
    p_kind: float
    p: float
    reach: float

    @property
    def recurrence(self) -> float:
        """Looks in which chance alone gives one cluster as strong, of any kind, anywhere, on average."""
        return 1.0 / self.p


@dataclass(frozen=True)
class ProspectiveScan:
    """clusters: those with p <= level, most surprising first; of one kind no two have a place in common. smallest_p: of all cylinders of
    all kinds, listed or not; 1 where nowhere has more than expected. strongest: (replicates,) in standard deviations of each kind.
    dispersion: (kinds,), 1 where counts vary no more than shuffled incidents.
    """

    clusters: tuple[LiveCluster, ...]
    smallest_p: float
    level: float
    strongest: Floats
    dispersion: Floats
    replicates: int
    seed: int
    longest: int


def prospective_scan(
    counts: Counts, kinds: NDArray[np.bool_], windows: Windows, *, longest: int, level: float, seed: int, replicates: int
) -> ProspectiveScan:
    """Clusters alive at the last step of counts (categories x n places x T steps).

    kinds: (kinds x categories), which categories each holds. longest: steps of the longest span. level: the largest p that is listed.
    UserError below two steps, for a span that leaves nothing to compare with, or where so few replicates can give no p as small.
    """
    counts, kinds = np.asarray(counts), np.asarray(kinds, dtype=bool)
    if counts.ndim != 3 or counts.shape[1] != windows.places or kinds.shape != (len(kinds), len(counts)):
        raise InternalError(f"prospective scan: counts {counts.shape}, kinds {kinds.shape} and {windows.places} places do not fit")
    if not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise InternalError("prospective scan: counts must be whole numbers, none below 0")
    steps = counts.shape[2]
    if steps < 2 or not 1 <= longest < steps:
        raise UserError(
            f"a scan for what is alive needs spans shorter than its {steps} steps, the longest is {longest}",
            hint="load more months",
        )
    if not 0 < level < 1 or 1 / (replicates + 1) > level * (1 + _TIE):
        raise UserError(f"{replicates} replicates give no p below {1 / (replicates + 1):.2g}, so nothing could reach {level:g}")
    if not counts.any():
        return ProspectiveScan((), 1.0, level, np.zeros(replicates), np.ones(len(kinds)), replicates, seed, longest)
    alive = _alive(counts, longest)
    observed = np.tensordot(kinds.astype(np.int64), alive, axes=1)
    expected = np.tensordot(kinds.astype(np.float64), _expected(counts, longest), axes=1)
    totals = kinds.astype(np.int64) @ counts.sum(axis=(1, 2))
    cases, ends, late, late_ends = _cases(counts, longest)
    seeds = np.random.SeedSequence(seed).generate_state(replicates).astype(np.uint32)
    maxima = _permuted(
        seeds, cases, ends, late, late_ends, kinds, expected, totals, windows.order, windows.offsets, windows.closes, MINIMUM_CASES
    )
    best = [
        _best_of_each_centre(observed[g], expected[g], totals[g], windows.order, windows.offsets, windows.closes, MINIMUM_CASES)
        for g in range(len(kinds))
    ]
    dispersion = _dispersion(counts[:, :, : steps - longest], kinds)
    # the data are one of the draws: whoever measures all of them by the same mean and deviation treats them alike
    every = np.vstack([maxima, [ratios.max(initial=0.0) / phi for (ratios, _, _), phi in zip(best, dispersion, strict=True)]])
    centre, spread = every.mean(axis=0), every.std(axis=0)
    spread = np.where(spread > 0, spread, np.inf)
    strongest = ((maxima - centre) / spread).max(axis=1)
    listed: list[LiveCluster] = []
    smallest = 1.0
    for g, found in enumerate(best):
        clusters, least = _clusters(
            g, found, windows, observed[g], expected[g], maxima[:, g], strongest, centre[g], spread[g], dispersion[g], level
        )
        listed += [
            LiveCluster(g, c.places, steps - 1 - c.start, c.observed, c.expected, c.ratio, c.p_kind, c.p, c.reach) for c in clusters
        ]
        smallest = min(smallest, least)
    listed.sort(key=lambda c: (c.p, c.p_kind, -c.ratio, c.kind))
    return ProspectiveScan(tuple(listed), smallest, level, strongest, dispersion, replicates, seed, longest)


def _alive(values: NDArray[np.int64], longest: int) -> NDArray[np.int64]:
    """(.. x longest): the sum over the last 1, 2, .. longest steps."""
    return np.ascontiguousarray(np.cumsum(values[..., ::-1], axis=-1)[..., :longest])


def _expected(counts: Counts, longest: int) -> Floats:
    """(categories x n x longest): each category's own margins, if place and time have nothing to do with each other."""
    totals = np.maximum(counts.sum(axis=(1, 2)), 1)
    late = _alive(counts.sum(axis=1), longest)
    expected: Floats = counts.sum(axis=2)[:, :, None] * late[:, None, :] / totals[:, None, None]
    return expected


def _dispersion(before: Counts, kinds: NDArray[np.bool_]) -> Floats:
    """(kinds,): Pearson's chi squared of places and steps over its degrees of freedom, 1 at least; 1 for a kind without cases."""
    totals = np.maximum(before.sum(axis=(1, 2)), 1)
    by_category = before.sum(axis=2)[:, :, None] * before.sum(axis=1)[:, None, :] / totals[:, None, None]
    found = np.ones(len(kinds))
    for g, held in enumerate(kinds):
        observed, expected = before[held].sum(axis=0), by_category[held].sum(axis=0)
        there = expected > 0
        freedom = (int((expected.sum(axis=1) > 0).sum()) - 1) * (int((expected.sum(axis=0) > 0).sum()) - 1)
        if freedom > 0:
            found[g] = max(1.0, float(((observed[there] - expected[there]) ** 2 / expected[there]).sum()) / freedom)
    return found


def _cases(counts: Counts, longest: int) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """The place of each case, category after category, and where each ends; of the cases of the last steps how many steps ago each is."""
    per_place = counts.sum(axis=2)
    cases = np.concatenate([np.repeat(np.arange(counts.shape[1]), row) for row in per_place]).astype(np.int32)
    ago = counts.sum(axis=1)[:, ::-1][:, :longest]
    late = np.concatenate([np.repeat(np.arange(longest), row) for row in ago]).astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(per_place.sum(axis=1))]).astype(np.int64)
    late_ends = np.concatenate([[0], np.cumsum(ago.sum(axis=1))]).astype(np.int64)
    return cases, ends, late, late_ends


def _clusters(
    kind: int,
    found: tuple[Floats, NDArray[np.int64], NDArray[np.int64]],
    windows: Windows,
    observed: Counts,
    expected: Floats,
    maxima: Floats,
    strongest: Floats,
    centre: float,
    spread: float,
    dispersion: float,
    level: float,
) -> tuple[list[LiveCluster], float]:
    """Those of one kind, start as how many steps ago; and the smallest p of all."""
    ratios, positions, lengths = found
    taken = np.zeros(windows.places, dtype=bool)
    listed: list[LiveCluster] = []
    smallest = 1.0
    # equal ratios (the same zone seen from several centres): the first centre
    for i in np.argsort(-ratios, kind="stable"):
        if positions[i] < 0:
            break
        places = windows.members(int(positions[i]))
        if taken[places].any():
            continue
        taken[places] = True
        ratio, length = float(ratios[i]), int(lengths[i])
        p = _share(strongest, (ratio / dispersion - centre) / spread)
        smallest = min(smallest, p)
        # in order of ratio p only grows, so nothing after this one is listed either
        if p > level:
            break
        listed.append(
            LiveCluster(
                kind, tuple(int(place) for place in places), length, int(observed[places, length].sum()),
                float(expected[places, length].sum()), ratio, _share(maxima, ratio / dispersion), p, float(windows.reach[positions[i]]),
            )
        )  # fmt: skip
    return listed, smallest


def _share(draws: Floats, value: float) -> float:
    """Share of all draws, the data among them, at least as large."""
    return float((1 + (draws >= value - _TIE * max(1.0, abs(value))).sum()) / (len(draws) + 1))


@njit(cache=True, error_model="numpy")
def _best_around(centre, best, excess, expected, total, order, offsets, closes, minimum, beyond, awaited):  # type: ignore[no-untyped-def]
    """(best ratio, position, length - 1) of the cylinders around one centre that beat `best`; position -1 if none.

    excess: cases less expected. beyond, awaited: room for a sum of each, one a length.
    """
    longest = excess.shape[1]
    beyond[:] = 0.0
    awaited[:] = 0.0
    found = -1
    length = -1
    for position in range(offsets[centre], offsets[centre + 1]):
        # unsigned, because a loop over an index that could be negative is not vectorised
        place = np.uint32(order[position])
        look = np.int32(0)
        for k in range(longest):
            beyond[k] += excess[place, k]
            awaited[k] += expected[place, k]
            # the ratio is total x Kullback-Leibler divergence, which is never above chi squared: most cylinders need no logarithm
            look |= np.int32(beyond[k] * abs(beyond[k]) > best * awaited[k] * (1.0 - awaited[k] / total) * (1.0 - 1e-9))
        if look == 0 or not closes[position]:
            continue
        for k in range(longest):
            held = round(beyond[k] + awaited[k])
            if beyond[k] <= 0.0 or held < minimum:
                continue
            ratio = log_likelihood_ratio(held, awaited[k], total)
            if ratio > best:
                best, found, length = ratio, position, k
    return best, found, length


@njit(cache=True)
def _best_of_each_centre(cases, expected, total, order, offsets, closes, minimum):  # type: ignore[no-untyped-def]
    n = len(offsets) - 1
    ratios = np.zeros(n)
    positions = np.full(n, -1, dtype=np.int64)
    lengths = np.full(n, -1, dtype=np.int64)
    excess = cases - expected
    beyond, awaited = np.zeros(excess.shape[1]), np.zeros(excess.shape[1])
    for i in range(n):
        ratios[i], positions[i], lengths[i] = _best_around(
            i, 0.0, excess, expected, total, order, offsets, closes, minimum, beyond, awaited
        )
    return ratios, positions, lengths


@njit(cache=True, parallel=True)
def _permuted(seeds, cases, ends, late, late_ends, kinds, expected, totals, order, offsets, closes, minimum):  # type: ignore[no-untyped-def]
    """(replicates x kinds): the largest ratio of each kind, where the steps of the cases of each category are shuffled among them.

    Only which cases fall on the last steps matters, so only these are drawn: without replacement, in the order of their steps.
    """
    categories = len(ends) - 1
    n, longest = expected.shape[1], expected.shape[2]
    maxima = np.empty((len(seeds), len(kinds)))
    for r in prange(len(seeds)):
        np.random.seed(seeds[r])
        alive = np.zeros((categories, n, longest), dtype=np.int64)
        for c in range(categories):
            places = cases[ends[c] : ends[c + 1]].copy()
            for i in range(late_ends[c + 1] - late_ends[c]):
                j = i + int(np.random.random() * (len(places) - i))
                places[i], places[j] = places[j], places[i]
                alive[c, places[i], late[late_ends[c] + i]] += 1
        for c in range(categories):
            for i in range(n):
                for k in range(1, longest):
                    alive[c, i, k] += alive[c, i, k - 1]
        beyond, awaited = np.zeros(longest), np.zeros(longest)
        for g in range(len(kinds)):
            excess = -expected[g]
            for c in range(categories):
                if kinds[g, c]:
                    excess += alive[c]
            best = 0.0
            for i in range(len(offsets) - 1):
                best = _best_around(i, best, excess, expected[g], totals[g], order, offsets, closes, minimum, beyond, awaited)[0]
            maxima[r, g] = best
    return maxima

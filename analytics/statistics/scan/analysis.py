"""Scan statistics of counts by place and step: the space-time permutation model and the Poisson model, with Monte Carlo p.

Every map has a most surprising cylinder, a map of chance too. So a cylinder is listed as a cluster only where its p is at most `level`, and
where none is, `ScanResult.words` says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.statistics.scan.kernel import (
    Cylinders,
    accumulate,
    best_of_each_centre,
    largest_spans,
    permuted_maxima,
    poisson_maxima,
)
from analytics.statistics.scan.likelihood import excess_needed
from analytics.statistics.scan.windows import Windows
from core.errors import InternalError, UserError

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Seeds = NDArray[np.uint32]

# ratios this close (relative) are the same cylinder summed in another order
_TIE = 1e-9
# p up to which a cylinder is listed as a cluster, unless asked otherwise
LEVEL = 0.05


@dataclass(frozen=True)
class Cluster:
    """A zone and a span of steps with more cases than expected.

    places: positions, the centre first. start, end: steps, both included. ratio: the log likelihood ratio. p: share of replicates, the
    data counted among them, whose best cylinder is at least as surprising. p_gumbel: the same from the extreme value
    distribution fitted to the replicates, which goes on below 1 / (replicates + 1). reach: metres, or rings.
    """

    places: tuple[int, ...]
    start: int
    end: int
    observed: int
    expected: float
    ratio: float
    p: float
    p_gumbel: float
    reach: float

    @property
    def times_expected(self) -> float:
        return self.observed / self.expected

    @property
    def steps(self) -> int:
        return self.end - self.start + 1


@dataclass(frozen=True)
class ScanResult:
    """clusters: those with p <= level, most likely first, no two with a place in common; often none. maxima: the largest ratio of each
    replicate. best: the most surprising cylinder of all, whether a cluster or not; None where nowhere has more than expected.

    cylinders: how many zone x span combinations were weighed. total: cases.
    """

    model: str
    clusters: tuple[Cluster, ...]
    level: float
    best: Cluster | None
    maxima: Floats
    cylinders: int
    total: int
    replicates: int
    seed: int
    max_steps: int
    alive_only: bool
    minimum_cases: int

    def words(self) -> str:
        """How many clusters at which level; that there is none, where there is none."""
        if self.clusters:
            number = "1 cluster" if len(self.clusters) == 1 else f"{len(self.clusters)} clusters"
            return f"{number} at the {100 * self.level:g}% level."
        least = (
            "nowhere has more cases than expected"
            if self.best is None
            else f"the most surprising place and time has p = {self.best.p:.2g}"
        )
        return f"No cluster: at the {100 * self.level:g}% level nothing can be told from chance ({least})."


def permutation_scan(
    counts: Counts,
    windows: Windows,
    *,
    seed: int,
    replicates: int = 999,
    max_steps: int | None = None,
    alive_only: bool = False,
    minimum_cases: int = 2,
    most_clusters: int = 20,
    level: float = LEVEL,
) -> ScanResult:
    """Space-time permutation scan of counts (n x T): clusters beyond what each place's total and each step's total explain.

    It needs no population. A place that is always busy, or a month that is busy everywhere, is no cluster. max_steps: longest span,
    half of the steps unless given. alive_only: only spans that end with the last step. level: the largest p that is listed. UserError
    below two steps or two cases, or where so few replicates can give no p as small as the level.
    """
    counts = _checked(counts, windows)
    steps = counts.shape[1]
    if steps < 2:
        raise UserError("a space-time permutation scan needs at least two steps", hint="load more months, or use the Poisson scan")
    total = int(counts.sum())
    # outer product of the margins: what is expected if place and time have nothing to do with each other
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    case_place, case_step = (np.repeat(index.ravel(), counts.ravel()).astype(np.int32) for index in np.indices(counts.shape))
    starts = _starts(steps, _longest(steps, max_steps, whole=False), alive_only)

    def maxima(cylinders: Cylinders, seeds: Seeds) -> Floats:
        return np.asarray(permuted_maxima(cylinders, seeds, case_place, case_step))

    asked = Asked("space-time permutation", seed, replicates, alive_only, minimum_cases, most_clusters, level)
    return _scan(counts, expected, windows, starts, maxima, asked)


def poisson_scan(
    counts: Counts,
    baseline: Floats,
    windows: Windows,
    *,
    seed: int,
    replicates: int = 999,
    max_steps: int | None = None,
    alive_only: bool = False,
    minimum_cases: int = 2,
    most_clusters: int = 20,
    level: float = LEVEL,
) -> ScanResult:
    """Poisson scan of counts (n x T) against a baseline (n x T), such as population or what a model expects; T = 1 is purely spatial.

    The baseline is scaled to the total of the counts. max_steps: longest span, half of the steps unless given (and the only one
    where T = 1); give T to let a cluster last throughout. level: as for permutation_scan. UserError where cases stand on a cell without
    a baseline.
    """
    counts = _checked(counts, windows)
    baseline = np.asarray(baseline, dtype=np.float64)
    if baseline.shape != counts.shape or not np.isfinite(baseline).all() or (baseline < 0).any():
        raise InternalError(
            f"Poisson scan: the baseline {baseline.shape} does not fit the counts {counts.shape}, or has a value below 0"
        )
    unexplained = int((counts[baseline == 0] > 0).sum())
    if unexplained:
        raise UserError(
            f"{unexplained:,} places and steps have cases but no population",
            hint="leave these places out, or use the permutation scan",
        )
    total = int(counts.sum())
    expected = baseline * (total / baseline.sum())
    keep, other = _alias(expected.ravel() / total)
    starts = _starts(counts.shape[1], _longest(counts.shape[1], max_steps, whole=True), alive_only)

    def maxima(cylinders: Cylinders, seeds: Seeds) -> Floats:
        return np.asarray(poisson_maxima(cylinders, seeds, keep, other))

    asked = Asked("Poisson", seed, replicates, alive_only, minimum_cases, most_clusters, level)
    return _scan(counts, expected, windows, starts, maxima, asked)


def _checked(counts: Counts, windows: Windows) -> NDArray[np.int64]:
    counts = np.asarray(counts)
    if counts.ndim != 2 or len(counts) != windows.places:
        raise InternalError(f"scan: counts {counts.shape} and windows of {windows.places} places do not fit")
    if not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise InternalError("scan: counts must be whole numbers, none below 0")
    if counts.sum() < 2:
        raise UserError("a scan needs at least two cases", hint="choose another group or a longer period")
    return counts.astype(np.int64)


def _longest(steps: int, max_steps: int | None, *, whole: bool) -> int:
    """The longest span. Half of the steps by custom; the permutation model knows nothing of a span of all steps, so `whole` is False."""
    longest = max(1, steps // 2) if max_steps is None else max_steps
    limit = steps if whole else steps - 1
    if not 1 <= longest <= limit:
        raise UserError(f"the longest span must be 1 to {limit} steps, it is {longest}")
    return longest


def _starts(steps: int, longest: int, alive_only: bool) -> NDArray[np.int64]:
    """The first step at which a span of 1, 2, .. longest steps may begin: the one that ends now, if only those alive count."""
    return steps - np.arange(1, longest + 1) if alive_only else np.zeros(longest, dtype=np.int64)


@dataclass(frozen=True)
class Asked:
    """What a scan was asked for; see permutation_scan and poisson_scan."""

    model: str
    seed: int
    replicates: int
    alive_only: bool
    minimum_cases: int
    most_clusters: int
    level: float


def _scan(
    counts: Counts,
    expected: Floats,
    windows: Windows,
    starts: NDArray[np.int64],
    maxima_of: Callable[[Cylinders, Seeds], Floats],
    asked: Asked,
) -> ScanResult:
    if asked.replicates < 1:
        raise UserError(f"a scan needs at least one replicate, {asked.replicates} were asked for")
    if not 0 < asked.level < 1:
        raise UserError(f"the level of a scan must lie between 0 and 1, it is {asked.level:g}")
    if 1 / (asked.replicates + 1) > asked.level * (1 + _TIE):
        raise UserError(
            f"{asked.replicates} replicates give no p below {1 / (asked.replicates + 1):.2g}, so nothing could reach {asked.level:g}",
            hint=f"ask for at least {math.ceil(1 / asked.level) - 1} replicates.",
        )
    n, steps = counts.shape
    total = int(counts.sum())
    cases = np.zeros((n, steps + 1), dtype=np.int32)
    cases[:, 1:] = counts
    accumulate(cases)
    cumulative = np.zeros((n, steps + 1))
    np.cumsum(expected, axis=1, out=cumulative[:, 1:])
    # no cylinder expects more than its places do in their own longest spans
    along = np.concatenate([[0.0], np.cumsum(largest_spans(cumulative, starts)[windows.order, -1])])
    table, per_root = excess_needed(total, float(np.diff(along[windows.offsets]).max()) * (1 + 1e-9))
    held = cumulative[cumulative[:, -1] > 0]
    least = (-largest_spans(-held, starts) / held[:, -1:]).min(axis=0) * (1 - 1e-9)
    cylinders = Cylinders(
        total, asked.minimum_cases, cumulative, least, windows.order, windows.offsets, windows.closes, starts, table, per_root
    )
    ratios, (positions, begins, longer) = best_of_each_centre(cylinders, cases)
    maxima = maxima_of(cylinders, np.random.SeedSequence(asked.seed).generate_state(asked.replicates).astype(np.uint32))
    clusters: list[Cluster] = []
    best: Cluster | None = None
    taken = np.zeros(n, dtype=bool)
    # equal ratios (the same zone seen from several centres): the first centre
    for centre in np.argsort(-ratios, kind="stable"):
        if len(clusters) >= asked.most_clusters or positions[centre] < 0:
            break
        places = windows.members(int(positions[centre]))
        if taken[places].any():
            continue
        taken[places] = True
        start = int(begins[centre])
        stop = start + int(longer[centre]) + 1
        ratio = float(ratios[centre])
        found = Cluster(
            places=tuple(int(place) for place in places),
            start=start,
            end=stop - 1,
            observed=int(counts[places, start:stop].sum()),
            expected=float(expected[places, start:stop].sum()),
            ratio=ratio,
            p=float((1 + (maxima >= ratio * (1 - _TIE)).sum()) / (asked.replicates + 1)),
            p_gumbel=gumbel_p(ratio, maxima),
            reach=float(windows.reach[positions[centre]]),
        )
        best = best or found
        # in order of ratio p only grows, so nothing after this one is a cluster either
        if found.p > asked.level:
            break
        clusters.append(found)
    tried = windows.zones * int((steps - np.arange(len(starts)) - starts).sum())
    return ScanResult(
        model=asked.model, clusters=tuple(clusters), level=asked.level, best=best, maxima=maxima, cylinders=tried, total=total,
        replicates=asked.replicates, seed=asked.seed, max_steps=len(starts), alive_only=asked.alive_only,
        minimum_cases=asked.minimum_cases,
    )  # fmt: skip


def gumbel_p(ratio: float, maxima: Floats) -> float:
    """P(maximum >= ratio) from a Gumbel distribution with the replicates' mean and standard deviation.

    Abrams, Kleinman and Kulldorff (2010), International Journal of Health Geographics 9:61. NaN below 30 replicates.
    """
    if len(maxima) < 30 or maxima.std() == 0:
        return math.nan
    scale = float(maxima.std(ddof=1)) * math.sqrt(6) / math.pi
    location = float(maxima.mean()) - scale * float(np.euler_gamma)
    return -math.expm1(-math.exp(-(ratio - location) / scale))


def _alias(chance: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Walker's alias table (Vose 1991): draw a cell evenly, keep it with probability keep[cell], else take other[cell]."""
    n = len(chance)
    scaled = chance * n
    keep = np.ones(n)
    other = np.arange(n)
    small = [int(i) for i in np.flatnonzero(scaled < 1)]
    large = [int(i) for i in np.flatnonzero(scaled >= 1)]
    while small and large:
        low, high = small.pop(), large.pop()
        keep[low] = scaled[low]
        other[low] = high
        scaled[high] -= 1.0 - scaled[low]
        (small if scaled[high] < 1 else large).append(high)
    return keep, other

"""How good was a map? Hit rate, PAI, PEI and SER of a ranking of cells against the incidents that came after it.

With c of C incidents caught in a chosen area a of A:

    hit rate  c / C                                                          SER  c / a, incidents per km2 searched
    PAI       (c / C) / (a / A)    Chainey, Tompson and Uhlig (2008), Security Journal 21, 4-28
    PEI       PAI / the best PAI possible for that area    Hunt (2016), thesis, City University of New York; at equal area it is c / best c

A fixed coverage such as 5% of the area is met exactly: the last cell is taken in part, with the same part of its incidents, and cells
with the same score are taken in equal part. So nothing depends on the order of the rows, cells of unequal area (hexagons) are compared
fairly, and the result is what a random order of tied cells gives on average. The best possible map is taken the same way, densest
cells first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from core.errors import InternalError, UserError

Floats = NDArray[np.float64]

Measure = Literal["hit_rate", "pai", "pei", "ser"]

# share of the area chosen
COVERAGES = (0.01, 0.05, 0.10, 0.20)
# how alike the gains of two months next to each other are taken to be (decision 0103); less is allowed for, more is not
AUTOCORRELATION = 0.4
# months below which no verdict is given: with 5, even a map that is ahead every time could be so by chance (2^-5 is 3%)
FEWEST_MONTHS = 6


@dataclass(frozen=True)
class Accuracy:
    """One map against what came after it; all arrays are (coverages,).

    NaN throughout where no incident came, except ser, which is 0. chance is what a map drawn at random catches: the coverage itself.
    """

    coverage: Floats
    hit_rate: Floats
    pai: Floats
    pei: Floats
    ser: Floats
    best_hit_rate: Floats
    incidents: float
    area_km2: float

    @property
    def chance(self) -> Floats:
        return self.coverage


@dataclass(frozen=True)
class Track:
    """Several accuracies of one rule: a row a month or a grid offset, all (rows x coverages). Rows without incidents are NaN."""

    coverage: Floats
    hit_rate: Floats
    pai: Floats
    pei: Floats
    ser: Floats

    def middle(self, measure: Measure) -> Floats:
        """Median over the rows, (coverages,)."""
        rows = getattr(self, measure)
        # NumPy's median of what may be missing is fifty times slower than that of what is not
        return np.asarray(np.nanmedian(rows, axis=0) if np.isnan(rows).any() else np.median(rows, axis=0))

    def spread(self, measure: Measure) -> Floats:
        """Lowest and highest over the rows, (2 x coverages): how far a shifted grid moves the figure."""
        rows = getattr(self, measure)
        return np.stack([np.nanmin(rows, axis=0), np.nanmax(rows, axis=0)])


@dataclass(frozen=True)
class Gain:
    """Hit rate of one rule less that of another on the same rows, (coverages,): mean, a 95% interval, share of rows ahead (ties half).

    beats: whether the whole interval lies above 0. Where it does not, the map says so.
    """

    coverage: Floats
    mean: Floats
    low: Floats
    high: Floats
    share_ahead: Floats
    rows: int

    @property
    def beats(self) -> NDArray[np.bool_]:
        return self.low > 0


def accuracy(
    score: Floats, incidents: Floats, area_km2: Floats, *, coverages: Sequence[float] = COVERAGES, best: Floats | None = None
) -> Accuracy:
    """Accuracy of cells ranked by score, highest first. All three arrays are (cells,); area is each cell's own.

    score: a risk per area if cells differ in size. incidents: counts of the period after the one the score was made from. best: what the best
    possible map catches at each coverage (`best_within`), where several rules are scored on the same incidents.
    """
    score, incidents, area_km2 = _checked(score, incidents, area_km2)
    coverage = np.asarray(coverages, dtype=np.float64)
    if not ((coverage > 0) & (coverage <= 1)).all():
        raise UserError("a coverage must lie above 0 and not above 1", hint="such as 0.01, 0.05, 0.1, 0.2")
    return _measures(
        caught_within(score, incidents, area_km2, coverage * area_km2.sum()),
        best_within(incidents, area_km2, coverages) if best is None else best,
        coverage,
        float(incidents.sum()),
        float(area_km2.sum()),
    )


def accuracy_of_selection(chosen: NDArray[np.bool_], incidents: Floats, area_km2: Floats) -> Accuracy:
    """Accuracy of a map that names cells, such as the significant hot spots, at the area that they have; one coverage.

    UserError where no cell is chosen: such a map has no accuracy.
    """
    chosen = np.asarray(chosen, dtype=bool)
    _, incidents, area_km2 = _checked(chosen.astype(np.float64), incidents, area_km2)
    area = float(area_km2[chosen].sum())
    if area == 0:
        raise UserError("the map chooses no cell, so it catches nothing and searches nothing")
    return _measures(
        np.array([incidents[chosen].sum()]),
        caught_within(incidents / area_km2, incidents, area_km2, np.array([area])),
        np.array([area / area_km2.sum()]),
        float(incidents.sum()),
        float(area_km2.sum()),
    )


def best_within(incidents: Floats, area_km2: Floats, coverages: Sequence[float] = COVERAGES) -> Floats:
    """Incidents that the best possible map catches at each coverage: densest cells first."""
    return caught_within(incidents / area_km2, incidents, area_km2, np.asarray(coverages, dtype=np.float64) * area_km2.sum())


def caught_within(score: Floats, incidents: Floats, area_km2: Floats, limit_km2: Floats) -> Floats:
    """Incidents caught in the highest scores up to each area limit; tied cells, and the last one, in part.

    Only cells that can lie within the widest limit are sorted: of a grid over a whole region most cells are tied at nothing.
    """
    lowest = _lowest_score_within(score, area_km2, float(np.max(limit_km2)))
    above = np.flatnonzero(score > lowest)
    order = above[np.argsort(-score[above], kind="stable")]
    # the last cell of each run of ties, and all cells tied at the lowest score as one more run
    ends = np.flatnonzero(np.diff(score[order], append=-np.inf))
    tied = score == lowest
    area, caught = (
        np.concatenate([[0.0], along[ends], [(along[-1] if len(along) else 0.0) + column[tied].sum()]])
        for column, along in ((column, np.cumsum(column[order])) for column in (area_km2, incidents))
    )
    return np.asarray(np.interp(limit_km2, area, caught), dtype=np.float64)


def _lowest_score_within(score: Floats, area_km2: Floats, limit_km2: float) -> float:
    """The highest score such that the cells with it or more cover the limit; the lowest of all where nothing else does."""
    n = len(score)
    wanted = int(np.ceil(n * min(limit_km2 / area_km2.sum(), 1.0)))
    while True:
        wanted = min(max(wanted, 1), n)
        lowest = float(np.partition(score, n - wanted)[n - wanted])
        if wanted == n or area_km2[score >= lowest].sum() >= limit_km2:
            return lowest
        # cells of unequal area: the highest scores are small ones
        wanted *= 2


def _measures(caught: Floats, best: Floats, coverage: Floats, incidents: float, area_km2: float) -> Accuracy:
    with np.errstate(divide="ignore", invalid="ignore"):
        hit_rate = caught / incidents if incidents else np.full(len(coverage), np.nan)
        best_hit_rate = best / incidents if incidents else np.full(len(coverage), np.nan)
    return Accuracy(
        coverage=coverage,
        hit_rate=hit_rate,
        pai=hit_rate / coverage,
        pei=hit_rate / best_hit_rate,
        ser=caught / (coverage * area_km2),
        best_hit_rate=best_hit_rate,
        incidents=incidents,
        area_km2=area_km2,
    )


def _checked(score: Floats, incidents: Floats, area_km2: Floats) -> tuple[Floats, Floats, Floats]:
    score, incidents, area_km2 = (np.asarray(column, dtype=np.float64) for column in (score, incidents, area_km2))
    if score.ndim != 1 or not score.shape == incidents.shape == area_km2.shape or not len(score):
        raise InternalError(f"accuracy: score {score.shape}, incidents {incidents.shape} and area {area_km2.shape} do not fit")
    if not (np.isfinite(score).all() and (incidents >= 0).all() and (area_km2 > 0).all()):
        raise InternalError("accuracy: a score is missing, a count is below 0 or missing, or an area is not above 0")
    return score, incidents, area_km2


def track(results: Sequence[Accuracy]) -> Track:
    """Stack accuracies of the same coverages. InternalError where they differ or there is none."""
    if not results or any(not np.array_equal(result.coverage, results[0].coverage) for result in results):
        raise InternalError("accuracy: nothing to stack, or the coverages differ")
    columns = {name: np.stack([getattr(result, name) for result in results]) for name in ("hit_rate", "pai", "pei", "ser")}
    return Track(coverage=results[0].coverage, **columns)


def gain(ours: Track, naive: Track, months: Sequence[date]) -> Gain:
    """Compare two rules month by month; row r of both tracks is month r of months, which need not be in a row.

    The interval is that of paired differences that follow one another (`mean_interval`). Offsets of one grid are not independent: take
    their middle first, and give one row a month. UserError below FEWEST_MONTHS months.
    """
    if ours.hit_rate.shape != naive.hit_rate.shape or not np.array_equal(ours.coverage, naive.coverage):
        raise InternalError("accuracy: the two tracks have different rows or coverages")
    if len(months) != len(ours.hit_rate) or len(set(months)) != len(months):
        raise InternalError(f"accuracy: {len(ours.hit_rate)} rows and {len(set(months))} months do not fit")
    difference = ours.hit_rate - naive.hit_rate
    kept = ~np.isnan(difference).any(axis=1)
    difference = difference[kept]
    rows = len(difference)
    if rows < FEWEST_MONTHS:
        raise UserError(
            f"{rows} months are too few to say whether a map beats another", hint=f"back-test at least {FEWEST_MONTHS} months"
        )
    when = np.array([12 * month.year + month.month for month in months])[kept]
    low, high = mean_interval(difference, when)
    ahead = (difference > 0).mean(axis=0) + 0.5 * (difference == 0).mean(axis=0)
    return Gain(coverage=ours.coverage, mean=difference.mean(axis=0), low=low, high=high, share_ahead=ahead, rows=rows)


def mean_interval(
    values: Floats, when: NDArray[np.int64], *, autocorrelation: float = AUTOCORRELATION, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval of the mean of values (rows x m) that were taken at whole numbers `when` (rows,), at least two: low and high, (m,) each.

    A t interval for values of which two that are k apart correlate by autocorrelation ** k: the variance of the mean is raised by as much as
    that makes of it, the variance of a value is estimated without the bias that it causes, and degrees of freedom are Satterthwaite's.
    With an autocorrelation of 0 it is the plain t interval. Values that are less alike than that are covered more often than the level says.
    """
    mean, error, freedom = mean_error(values, when, autocorrelation=autocorrelation)
    half = scipy.stats.t.ppf(0.5 + level / 2, freedom) * error
    return np.asarray(mean - half), np.asarray(mean + half)


def mean_error(
    values: Floats, when: NDArray[np.int64], *, autocorrelation: float = AUTOCORRELATION
) -> tuple[Floats, Floats, float]:
    """Mean, its standard error, (m,) each, and the degrees of freedom of that interval."""
    rows = len(values)
    alike = autocorrelation ** np.abs(when[:, None] - when[None, :]).astype(np.float64)
    # residuals from the mean have the covariance M R M, M = I - 1/n
    left = alike - alike.mean(axis=0)
    trace = float(np.trace(left))
    freedom = trace**2 / float(np.trace(left @ left))
    mean = values.mean(axis=0)
    variance = ((values - mean) ** 2).sum(axis=0) / trace
    return mean, np.sqrt(variance * alike.sum()) / rows, freedom

"""`homeground bench claims`: what is said of significance, held against data of which the truth is known. Nothing is read; no peer.

track       two rules that are equal: share of records in which one is said to beat the other at 95%, by the interval of the track
            record, the plain t interval and the percentile bootstrap (docs/decisions/0103)
rates       hot spots by rate on a hexagon grid (docs/decisions/0102). Null maps: every place has one rate, or rates that differ and do
            not cluster; share of maps with any hot or cold place at 95%. Planted maps: a place and its neighbours at three times the
            rate; share of clusters with a hot place, share of places, false discoveries. By the scale of the test, and by the
            logarithm of the smoothed rate that stood there before
terms       the risk model where what no term knows is shared over long distances: share of terms inside their 95% interval, own terms
            and terms of neighbours, with and without spatial patterns (docs/decisions/0038)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.hotspots.stage import judge
from analytics.statistics.accuracy import mean_interval
from analytics.statistics.smoothing import empirical_bayes
from analytics.statistics.tested_rate import deviations_of_rates
from bench.result import BenchResult, machine

Floats = NDArray[np.float64]

RECORDS = 20_000
# a bootstrap of a record costs a thousand times an interval
BOOTSTRAP_RECORDS = 2_000
RESAMPLES = 2_000

SIDE = 50
NULL_MAPS = 200
PLANTED_MAPS = 40
PERMUTATIONS = 99_999
ALPHA = 0.05
MODELS = 40


def track_claims(*, records: int = RECORDS) -> dict[str, float]:
    """False calls by months, by how alike neighbouring months are, and by rule."""
    figures: dict[str, float] = {}
    rng = np.random.default_rng(1)
    for months in (4, 8, 12, 24):
        when = np.arange(months)
        for alike in (0.0, 0.4, 0.6):
            root = np.linalg.cholesky(alike ** np.abs(when[:, None] - when[None, :]).astype(float))
            gains = root @ rng.standard_normal((months, records))
            rules: dict[str, Callable[[], tuple[Floats, Floats]]] = {
                "ours": lambda gains=gains, when=when: mean_interval(gains, when),  # type: ignore[misc]
                "plain_t": lambda gains=gains, when=when: mean_interval(gains, when, autocorrelation=0.0),  # type: ignore[misc]
                "bootstrap": lambda gains=gains: _bootstrap(gains[:, :BOOTSTRAP_RECORDS], rng),  # type: ignore[misc]
            }
            for name, rule in rules.items():
                low, high = rule()
                figures[f"track_{months}_months_likeness_{alike:g}_{name}"] = float(((low > 0) | (high < 0)).mean())
    return figures


def _bootstrap(gains: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Percentile interval of the mean of each record, (records,) each; gains (months x records)."""
    means = gains[rng.integers(0, len(gains), (RESAMPLES, len(gains)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    return np.asarray(low), np.asarray(high)


def hexagons(side: int) -> sparse.csr_matrix:
    """Star weights of a rhombus of side x side hexagons."""
    row, column = (index.ravel() for index in np.indices((side, side)))
    here, there = [], []
    for down, along in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, -1), (-1, 1)):
        inside = (row + down >= 0) & (row + down < side) & (column + along >= 0) & (column + along < side)
        here.append(np.flatnonzero(inside))
        there.append((row + down)[inside] * side + (column + along)[inside])
    rows, columns = np.concatenate(here), np.concatenate(there)
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(side * side, side * side))


def residents_of(kind: str, side: int, rng: np.random.Generator) -> Floats:
    """Residents of side x side hexagons. equal; towns: as skewed and as clustered as real ones; near_zero: the same, but 6 of 10 places
    have less than one."""
    n = side * side
    if kind == "equal":
        return np.full(n, 700.0)
    row, column = (index.ravel() for index in np.indices((side, side)))
    people = 100.0 * rng.lognormal(0.0, 1.0, n)
    for _ in range(max(side // 4, 2)):
        (down, along), reach = rng.integers(0, side, 2), rng.uniform(1.0, 4.0)
        distance = (row - down) ** 2 + (column - along) ** 2 + (row - down) * (column - along)
        people += 4_000.0 * rng.lognormal(0.0, 0.4, n) * np.exp(-distance / (2 * reach**2))
    return np.asarray(np.where(rng.random(n) < 0.6, rng.random(n), people) if kind == "near_zero" else people)


def log_smoothed(counts: Floats, people: Floats) -> Floats:
    """The scale of the test before decision 0102."""
    return np.asarray(np.log(np.where(counts.any(axis=0), empirical_bayes(counts, people), 1.0)))


SCALES: dict[str, Callable[[Floats, Floats], Floats]] = {"ours": deviations_of_rates, "log_smoothed": log_smoothed}


def called(values: Floats, weights: sparse.csr_matrix, *, permutations: int = PERMUTATIONS) -> NDArray[np.int8]:
    """1 hot, -1 cold, 0 neither at 95% after the correction; (n x maps)."""
    found = judge(values, weights, permutations=permutations, seed=1)
    return np.where(found.q <= ALPHA, np.sign(np.nan_to_num(found.gi.z)), 0).astype(np.int8)


def rate_claims(*, null_maps: int = NULL_MAPS, planted_maps: int = PLANTED_MAPS, side: int = SIDE) -> dict[str, float]:
    """Null maps and planted maps by residents, mean incidents a place, and scale."""
    weights = hexagons(side)
    figures: dict[str, float] = {}
    rng = np.random.default_rng(2)
    for kind in ("equal", "towns", "near_zero"):
        people = residents_of(kind, side, rng)
        for mean in (0.5, 2.0, 20.0):
            what = f"{kind}_mean_{mean:g}"
            expected = mean * people / people.mean()
            shape = (len(people), null_maps)
            for name, rates in (("one_rate", np.ones(shape)), ("rates_differ", rng.gamma(2.0, 0.5, shape))):
                counts = rng.poisson(expected[:, None] * rates).astype(float)
                for scale, of in SCALES.items():
                    any_place = (called(of(counts, people), weights) != 0).any(axis=0)
                    figures[f"null_{what}_{name}_{scale}"] = float(any_place.mean())
            planted = planted_claims(expected, people, weights, maps=planted_maps, rng=rng)
            figures |= {f"planted_{what}_{key}": value for key, value in planted.items()}
    return figures


def planted_claims(
    expected: Floats, people: Floats, weights: sparse.csr_matrix, *, maps: int, rng: np.random.Generator
) -> dict[str, float]:
    """A place drawn by residents and its neighbours at three times the rate of all others."""
    n = len(people)
    centre = np.zeros((n, maps))
    centre[rng.choice(n, maps, p=people / people.sum()), np.arange(maps)] = 1.0
    planted = np.asarray(weights @ centre) > 0
    near = np.asarray(weights @ planted.astype(float)) > 0
    counts = rng.poisson(expected[:, None] * np.where(planted, 3.0, 1.0)).astype(float)
    figures = {}
    for scale, of in SCALES.items():
        calls = called(of(counts, people), weights)
        figures[f"found_{scale}"] = float(((calls > 0) & planted).any(axis=0).mean())
        figures[f"places_{scale}"] = float(((calls > 0) & planted).sum() / planted.sum())
        wrong = ((calls != 0) & ~near).sum(axis=0) / np.maximum((calls != 0).sum(axis=0), 1)
        figures[f"false_discovery_{scale}"] = float(wrong.mean())
    return figures


def term_claims(*, models: int = MODELS, side: int = 24, reaches: Sequence[float] = (2.0, 5.0, 20.0)) -> dict[str, float]:
    """Coverage of 95% intervals by how far the unknown reaches, in places; terms reach 5."""
    from analytics.risk_model.model import blocks_of, design_of, fit, normal_scores
    from analytics.risk_model.stage import ERROR_BLOCKS
    from analytics.statistics.spectral_randomisation import spatial_patterns

    line = sparse.diags([1.0, 1.0, 1.0], [-1, 0, 1], shape=(side, side))
    weights = sparse.csr_matrix(sparse.kron(line, line))
    points = np.indices((side, side)).reshape(2, -1).T.astype(float)
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    n = side * side
    blocks, found = blocks_of(points, ERROR_BLOCKS), spatial_patterns(weights)[:, :10]
    smooth = np.linalg.cholesky(np.exp(-distance / 5.0) + 1e-8 * np.eye(n))
    figures: dict[str, float] = {}
    for reach in reaches:
        root = np.linalg.cholesky(np.exp(-distance / reach) + 1e-8 * np.eye(n))
        held: dict[str, list[bool]] = {}
        for number in range(models):
            rng = np.random.default_rng([int(reach), number])
            drawn = {f"term {k}": smooth @ rng.standard_normal(n) for k in range(5)}
            terms = {name: normal_scores(values, lowest_is_most=False) for name, values in drawn.items()}
            exposure = rng.uniform(1_000, 2_000, n)
            unknown = 0.5 * (root @ rng.standard_normal(n))
            mu = exposure * np.exp(-4.0 + 0.3 * terms["term 0"] + unknown) * rng.gamma(5.0, 0.2, n)
            counts = rng.poisson(mu).astype(float)
            for kind, patterns in (("patterns", found), ("no_patterns", np.empty((n, 0)))):
                design, names = design_of(terms, weights, neighbours=True, patterns=patterns)
                for name, _, low, high in fit(counts, design, names, exposure, blocks).terms():
                    if name.startswith("spatial"):
                        continue
                    truth = np.exp(0.3) if name == "term 0" else 1.0
                    held.setdefault(f"{'neighbours' if 'neighbours' in name else 'own'}_{kind}", []).append(
                        bool(low <= truth <= high)
                    )
        figures |= {f"terms_reach_{reach:g}_{key}": float(np.mean(inside)) for key, inside in held.items()}
    return figures


def run(data: Path) -> BenchResult:
    """data is not read: everything is drawn. Shares, and the seconds that each part took."""
    figures: dict[str, float] = {}
    for name, part in (("track", track_claims), ("rates", rate_claims), ("terms", term_claims)):
        begun = time.perf_counter()
        figures |= part()
        figures[f"{name}_s"] = time.perf_counter() - begun
    return BenchResult("claims", machine(), "draws whose truth is known", figures)

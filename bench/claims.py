"""`homeground bench claims`: what is said of significance, held against data of which the truth is known. Nothing is read; no peer.

track       two rules that are equal: share of records in which one is said to beat the other at 95%, by the interval of the track
            record, the plain t interval and the percentile bootstrap (docs/decisions/0103)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.statistics.accuracy import mean_interval
from bench.result import BenchResult, machine

Floats = NDArray[np.float64]

RECORDS = 20_000
# a bootstrap of a record costs a thousand times an interval
BOOTSTRAP_RECORDS = 2_000
RESAMPLES = 2_000


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


def run(data: Path) -> BenchResult:
    """data is not read: everything is drawn. Shares, and the seconds that each part took."""
    figures: dict[str, float] = {}
    for name, part in (("track", track_claims),):
        begun = time.perf_counter()
        figures |= part()
        figures[f"{name}_s"] = time.perf_counter() - begun
    return BenchResult("claims", machine(), "draws whose truth is known", figures)

"""`homeground bench scan`: 999 replicates of the space-time permutation scan on 1,400 places x 24 months, on all cores.

The size of Thames Valley's LSOAs of 2011 and two years; circles around every place up to half of all cases, spans of up to a year. No peer:
no maintained Python implementation was found (docs/decisions/0071).
"""

from __future__ import annotations

import time
from pathlib import Path

import numba
import numpy as np

from analytics.statistics.scan.analysis import permutation_scan
from analytics.statistics.scan.windows import circular_windows
from bench.result import BenchResult, machine

PLACES = 1_400
STEPS = 24
REPLICATES = 999
WIDTH_M = 70_000


def scan_seconds() -> dict[str, float]:
    """Wall and processor seconds of one scan, compiled before; cores used is the second over the first."""
    rng = np.random.default_rng(7)
    points = rng.uniform(0, WIDTH_M, (PLACES, 2))
    counts = rng.poisson(rng.gamma(1.0, 1.0, PLACES)[:, None], (PLACES, STEPS))
    windows = circular_windows(points, counts.sum(axis=1).astype(float))
    permutation_scan(counts, windows, seed=1, replicates=1)
    begun, used = time.perf_counter(), time.process_time()
    found = permutation_scan(counts, windows, seed=1, replicates=REPLICATES)
    wall, processor = time.perf_counter() - begun, time.process_time() - used
    return {
        "scan_places": PLACES,
        "scan_steps": STEPS,
        "scan_cases": int(counts.sum()),
        "scan_cylinders_a_replicate": found.cylinders,
        "scan_999_replicates_s": wall,
        "scan_999_replicates_cpu_s": processor,
        "scan_threads": numba.get_num_threads(),
        # near the number of threads on a quiet machine, less where others run too
        "scan_cores_used": processor / wall,
    }


def run(data: Path) -> BenchResult:
    """data is not read: the counts are drawn."""
    return BenchResult("scan", machine(), f"{PLACES:,} places x {STEPS} months, {REPLICATES} replicates", scan_seconds())

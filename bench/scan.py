"""`homeground bench scan`: how fast the permutation scan is, and whether the early warning keeps to what it states.

Speed: 999 replicates of the space-time permutation scan on 1,400 places x 24 months, on all cores. The size of Thames Valley's LSOAs of
2011 and two years; circles around every place up to half of all cases, spans of up to a year. No peer: no maintained Python implementation
was found (docs/decisions/0071).

Early warning: the rule of docs/decisions/0108 on counties drawn in memory, 300 LSOAs and the 12 categories of hot spot input each.

    null       no rise anywhere: every category is Poisson about residents, hardship, town and season. Three months of each county are looked
               at, each from the 24 up to it, so every alarm is false. Stated: one month of 12
    series     the same means, but of the incidents SERIES bring one more in the same place and month: a shuffle knows nothing of series
    flare-ups  from one month on, violence in five neighbouring places of one district is so many times as frequent. Delay: months until an
               alarm that shares a place with them, 0 for the first month of the flare-up. Six months of it are drawn; a flare-up that
               none of them warns of counts as 6 in the median
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

from analytics.counts.definitions import load_definitions
from analytics.counts.month_runs import bridged_span
from analytics.statistics.scan.analysis import permutation_scan
from analytics.statistics.scan.windows import circular_windows
from analytics.warning.rule import LEAST_MONTHS, MOST_STEPS, Table, judge, look
from bench.result import BenchResult, machine
from feeds.synthetic.crime import VIOLENCE, usual
from feeds.synthetic.land import Land, make_land
from feeds.synthetic.people import make_people

PLACES = 1_400
STEPS = 24
REPLICATES = 999
# that a scan takes at its level of 5%: enough to compile it
FEWEST_REPLICATES = 19
WIDTH_M = 70_000

# null counties; on how many of them a land is used; and the fewer that series and flare-ups are drawn in
SEEDS = 500
ON_ONE_LAND = 10
FEWER = 10
# 5 of 60 draws are one month of 12: the level is met exactly, at little cost. The stage draws 999
WARNING_REPLICATES = 59
# steps of the 36 drawn months that are looked at, none right after another
LOOKS = (23, 29, 34)
SERIES = 0.2
FLARE_FROM, MONTHS_OF_FLARE, FLARE_PLACES, FLARES = 30, 6, 5, (1.5, 2.0, 3.0)

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def scan_seconds() -> dict[str, float]:
    """Wall and processor seconds of one scan, compiled before; cores used is the second over the first."""
    rng = np.random.default_rng(7)
    points = rng.uniform(0, WIDTH_M, (PLACES, 2))
    counts = rng.poisson(rng.gamma(1.0, 1.0, PLACES)[:, None], (PLACES, STEPS))
    windows = circular_windows(points, counts.sum(axis=1).astype(float))
    permutation_scan(counts, windows, seed=1, replicates=FEWEST_REPLICATES)
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


@dataclass(frozen=True)
class DrawnCounty:
    """A land with its people: what each category is on average (categories x LSOAs x months), and how it is grouped."""

    land: Land
    mean: Floats
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    kinds: NDArray[np.bool_]

    def table(self, counts: Counts) -> Table:
        months = tuple(date(2023 + m // 12, m % 12 + 1, 1) for m in range(counts.shape[2]))
        middle = np.array([(shape.centroid.x, shape.centroid.y) for shape in self.land.outlines])
        districts = [str(d) for d in self.land.district]
        return Table(self.land.codes, tuple(districts), months, self.groups, counts, self.kinds, middle)


@lru_cache(maxsize=2)
def drawn_land(seed: int) -> DrawnCounty:
    """The land and its people; counts of a county are drawn from its means."""
    on_land, on_people = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    land = make_land(on_land)
    people = make_people(on_people, land)
    definitions = load_definitions()
    groups = [group for group in definitions.group if group.hot_spots]
    categories = tuple(sorted({c for group in groups for c in definitions.reported_categories(group)}))
    kinds = np.array([[c in definitions.reported_categories(group) for c in categories] for group in groups])
    mean = np.stack([usual(category, land, people) for category in categories])
    return DrawnCounty(land, mean, categories, tuple(group.id for group in groups), kinds)


def in_series(rng: np.random.Generator, mean: Floats) -> Counts:
    """Counts with that mean, in which a share of incidents brings one more in the same place and month."""
    first = rng.poisson(mean / (1 + SERIES))
    return np.asarray(first + rng.binomial(first, SERIES))


@dataclass
class FalseAlarms:
    """Looks at counties without a rise. smallest: the smallest p of each; judged, went_on: alarms with a month after, and of these."""

    smallest: list[float] = field(default_factory=list)
    judged: int = 0
    went_on: int = 0

    def add(self, table: Table, seed: int) -> None:
        for step in LOOKS:
            span = bridged_span(table.months[: step + 1], longest=MOST_STEPS)
            scan, alarms = look(table, span, seed=seed * 100 + step, replicates=WARNING_REPLICATES)
            self.smallest.append(scan.smallest_p)
            for alarm in alarms:
                month = table.of_group(alarm.group)[:, step + 1]
                found = judge(int(month[list(alarm.places)].sum()), int(month.sum()), alarm.before_here, alarm.before_region)
                self.judged += 1
                self.went_on += found.verdict == "went_on"

    def over_stated(self) -> float:
        """Looks with an alarm over those that are stated; 1 is right."""
        return float(np.mean(np.asarray(self.smallest) <= (1 + 1e-9) / LEAST_MONTHS) * LEAST_MONTHS)


def false_alarms(seeds: int, draw: Callable[[np.random.Generator, Floats], Counts]) -> FalseAlarms:
    tally = FalseAlarms()
    for seed in range(1, seeds + 1):
        county = drawn_land(seed // ON_ONE_LAND)
        tally.add(county.table(draw(np.random.default_rng([seed, 2]), county.mean)), seed)
    return tally


def delay(seed: int, times: float) -> int | None:
    """Months until the flare-up of a county is warned of; None where the months drawn end before that."""
    county = drawn_land(seed // ON_ONE_LAND)
    rng = np.random.default_rng([seed, 3])
    district = county.land.district
    first = int(rng.integers(len(district)))
    near = [p for p in county.land.patch(first, 3 * FLARE_PLACES) if district[p] == district[first]][:FLARE_PLACES]
    mean = county.mean.copy()
    mean[county.categories.index(VIOLENCE), near, FLARE_FROM:] *= times
    table = county.table(rng.poisson(mean))
    with_violence = {g for g, held in zip(county.groups, county.kinds[:, county.categories.index(VIOLENCE)], strict=True) if held}
    for step in range(FLARE_FROM, FLARE_FROM + MONTHS_OF_FLARE):
        span = bridged_span(table.months[: step + 1], longest=MOST_STEPS)
        _, alarms = look(table, span, seed=seed * 100 + step, replicates=WARNING_REPLICATES)
        if any(alarm.group in with_violence and set(alarm.places) & set(near) for alarm in alarms):
            return step - FLARE_FROM
    return None


def warning_figures(seeds: int) -> dict[str, float]:
    """Of the early warning: looks, false alarms over those stated, what became of them, and how soon flare-ups are warned of."""
    begun = time.perf_counter()
    null = false_alarms(seeds, lambda rng, mean: rng.poisson(mean))
    fewer = max(1, seeds // FEWER)
    series = false_alarms(fewer, in_series)
    figures = {
        "warning_null_counties": float(seeds),
        "warning_null_looks": float(len(null.smallest)),
        "warning_false_over_stated": null.over_stated(),
        "warning_false_alarms": float(null.judged),
        "warning_false_that_went_on": null.went_on / null.judged if null.judged else 0.0,
        "warning_series_counties": float(fewer),
        "warning_series_over_stated": series.over_stated(),
    }
    for times in FLARES:
        found = [delay(seed, times) for seed in range(1, fewer + 1)]
        name = f"warning_flare_{times:g}"
        figures[f"{name}_median_months"] = statistics.median(MONTHS_OF_FLARE if one is None else one for one in found)
        figures[f"{name}_at_once"] = sum(one == 0 for one in found) / fewer
        figures[f"{name}_within_2_months"] = sum(one is not None and one <= 2 for one in found) / fewer
        figures[f"{name}_never"] = sum(one is None for one in found) / fewer
    figures["warning_s"] = time.perf_counter() - begun
    return figures


def run(data: Path, *, seeds: int = SEEDS) -> BenchResult:
    """data is not read: the counts are drawn. seeds: null counties of the early warning."""
    what = f"{PLACES:,} places x {STEPS} months, {REPLICATES} replicates; early warning on {seeds} null counties"
    return BenchResult("scan", machine(), what, scan_seconds() | warning_figures(seeds))

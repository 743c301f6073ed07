"""`homeground bench planted`: every method on synthetic counties whose truth is known, over many seeds, and on data with nothing to find.

Each seed is another county (feeds.synthetic: land, people, crime), counted by LSOA in memory. Scored:

    hot spots   recall of the planted clusters (smoothed rate, last 12 months); on the same clusters planted in a flat county, where every
                other place is known to be ordinary, the false discovery rate at the nominal 5%: a hot call is false where neither the place
                nor a neighbour was planted
    null maps   categories that follow residents alone: maps with any call at all
    patterns    emerging hot spots: share of the inner places of each planted trend that get its name; on null categories, places with any
    scan        space-time permutation scan: planted flare-ups overlapped by a cluster with p <= 0.05; null categories with such a cluster
    Knox        burglary, where near repeats were planted: same month or the next within 250 m; vehicle crime, where they were not

and the time of 999 replicates of the permutation scan on 1,400 places x 24 months. There is no peer: what is measured is truth, not speed.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.emerging.analysis import emerging_hot_spots
from analytics.emerging.patterns import Pattern
from analytics.hotspots.stage import judge
from analytics.neighbours.weights import contiguity
from analytics.statistics.near_repeat import knox_table
from analytics.statistics.scan.analysis import permutation_scan
from analytics.statistics.scan.windows import circular_windows
from analytics.statistics.tested_rate import deviations_of_rates
from bench.result import BenchResult, machine
from bench.scan import scan_seconds
from feeds.synthetic.crime import CATEGORIES, NULL_CATEGORIES, PERIOD, VIOLENCE, Crime, make_crime
from feeds.synthetic.land import Land, make_land
from feeds.synthetic.people import People, make_people

Floats = NDArray[np.float64]

SEEDS = 50
ALPHA = 0.05
PERMUTATIONS = 9_999
SCAN_REPLICATES = 199
SCAN_RADIUS_M = 3_000.0
KNOX_PERMUTATIONS = 199
# a category with many events and no planted near repeats
NO_NEAR_REPEATS = "Vehicle crime"


@dataclass
class Tally:
    """Found out of asked, by name."""

    found: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    asked: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, name: str, found: float, asked: float) -> None:
        self.found[name] += found
        self.asked[name] += asked

    def shares(self) -> dict[str, float]:
        return {name: self.found[name] / asked for name, asked in sorted(self.asked.items()) if asked}


@dataclass(frozen=True)
class County:
    """One seed's county: counts (LSOA x month) of what has a location, by category."""

    seed: int
    land: Land
    people: People
    crime: Crime

    @cached_property
    def weights(self) -> sparse.csr_matrix:
        return contiguity(self.land.outlines).matrix

    def counts(self, category: str) -> NDArray[np.int64]:
        rows = self.crime.incidents
        rows = rows[(rows["category"] == category) & rows["located"]]
        table = np.zeros((len(self.land.codes), len(PERIOD)), dtype=np.int64)
        np.add.at(table, (rows["lsoa"].to_numpy(), rows["month"].to_numpy()), 1)
        return table

    def positions(self, codes: Iterable[str]) -> list[int]:
        order = {code: i for i, code in enumerate(self.land.codes)}
        return [order[code] for code in codes]


def make_county(seed: int) -> County:
    """The same land, people and crime as `write_county` makes of a seed, without files."""
    on_land, on_people, on_crime = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(7)[:3])
    land = make_land(on_land)
    people = make_people(on_people, land)
    return County(seed, land, people, make_crime(on_crime, land, people))


def hot_calls(counts: Floats, people: Floats, weights: sparse.csr_matrix, *, seed: int) -> NDArray[np.int8]:
    """1 hot, -1 cold, 0 neither for the map of smoothed rates, as the hot spot stage makes it; counts (n,)."""
    found = judge(deviations_of_rates(counts[:, None], people), weights, permutations=PERMUTATIONS, seed=seed)
    return np.where(found.q[:, 0] <= ALPHA, np.sign(np.nan_to_num(found.gi.z[:, 0])), 0).astype(np.int8)


def score(seed: int, tally: Tally) -> None:
    """Everything on one county, added to the tally."""
    county = make_county(seed)
    _hot_spots(county, tally)
    _flat(county, tally)
    _patterns(county, tally)
    _scans(county, tally)
    _near_repeats(county, tally)


def _hot_spots(county: County, tally: Tally) -> None:
    people = county.people.residents.astype(np.float64)
    for cluster in county.crime.clusters:
        called = hot_calls(
            county.counts(cluster.category)[:, -12:].sum(axis=1).astype(float), people, county.weights, seed=county.seed
        )
        places = county.positions(cluster.lsoa21)
        tally.add("hot_spot_recall", float((called[places] > 0).sum()), len(places))
        tally.add("hot_spot_clusters_found", float((called[places] > 0).any()), 1)
    for category in NULL_CATEGORIES:
        called = hot_calls(county.counts(category)[:, -12:].sum(axis=1).astype(float), people, county.weights, seed=county.seed)
        tally.add("null_maps_with_a_call", float(called.any()), 1)
        tally.add("null_places_called", float(np.count_nonzero(called)), len(called))


def _flat(county: County, tally: Tally) -> None:
    """The planted clusters in a county where every resident is alike: all that is hot away from them is false."""
    rng = np.random.default_rng([county.seed, 1])
    people = county.people.residents.astype(np.float64)
    for cluster in county.crime.clusters:
        places = county.positions(cluster.lsoa21)
        expected = CATEGORIES[cluster.category][0] / 1_000 * people
        expected[places] *= cluster.times
        called = hot_calls(rng.poisson(expected).astype(float), people, county.weights, seed=county.seed)
        planted = np.zeros(len(people))
        planted[places] = 1.0
        near = np.asarray(county.weights @ planted) > 0
        hot = called > 0
        # a proportion of false discoveries a map, 0 where nothing is called: its mean is the false discovery rate
        tally.add("false_discovery_rate", float((hot & ~near).sum()) / max(int(hot.sum()), 1), 1)
        tally.add("flat_recall", float(hot[places].sum()), len(places))


def _patterns(county: County, tally: Tally) -> None:
    found = emerging_hot_spots(np.log1p(county.counts(VIOLENCE).astype(np.float64)), county.weights)
    labels = found.labels()
    for trend in county.crime.trends:
        places = county.positions(trend.lsoa21)
        planted = np.zeros(len(labels))
        planted[places] = 1.0
        # the places that most of the patch surrounds: at its rim a neighbourhood is half ordinary
        share = np.asarray(county.weights @ planted)[places] / np.diff(county.weights.indptr)[places]
        inner = [place for place, part in zip(places, share, strict=True) if part >= 0.5] or places[:1]
        right = sum(labels[place] == f"{trend.pattern} hot spot" for place in inner)
        tally.add(f"pattern_{trend.pattern}", right, len(inner))
        tally.add("pattern_agreement", right, len(inner))
    for category in NULL_CATEGORIES:
        quiet = emerging_hot_spots(np.log1p(county.counts(category).astype(np.float64)), county.weights)
        tally.add("null_patterns", float(sum(label != Pattern.NO_PATTERN.label for label in quiet.labels())), len(labels))


def _scans(county: County, tally: Tally) -> None:
    centres = np.array([(shape.centroid.x, shape.centroid.y) for shape in county.land.outlines])

    def clusters(category: str) -> list[tuple[set[int], int, int]]:
        counts = county.counts(category)
        windows = circular_windows(centres, counts.sum(axis=1).astype(float), max_share=0.1, radius_m=SCAN_RADIUS_M)
        result = permutation_scan(counts, windows, seed=county.seed, replicates=SCAN_REPLICATES, level=ALPHA)
        return [(set(c.places), c.start, c.end) for c in result.clusters]

    found = clusters(VIOLENCE)
    for trend in county.crime.trends:
        places = set(county.positions(trend.lsoa21))
        times = np.asarray(trend.times)
        # the months in which the planted factor is above its own middle
        high = set(np.flatnonzero(times > (times.min() + times.max()) / 2.0).tolist())
        hit = any(places & where and high & set(range(start, end + 1)) for where, start, end in found)
        tally.add(f"scan_{trend.pattern}", float(hit), 1)
        tally.add("scan_detected", float(hit), 1)
    for category in NULL_CATEGORIES:
        tally.add("null_scans_with_a_cluster", float(bool(clusters(category))), 1)


def _near_repeats(county: County, tally: Tally) -> None:
    points = county.crime.anchors[["easting", "northing"]].to_numpy(dtype=np.float64)
    for category, name in ((county.crime.near_repeats.category, "knox_detected"), (NO_NEAR_REPEATS, "null_knox_detected")):
        rows = county.crime.incidents
        rows = rows[(rows["category"] == category) & rows["located"]]
        table = knox_table(
            points[rows["anchor"].to_numpy()],
            rows["month"].to_numpy(dtype=np.float64),
            (county.crime.near_repeats.within_m,),
            (0.0, 1.0),
            permutations=KNOX_PERMUTATIONS,
            seed=county.seed,
        )
        # one answer a table: its most surprising cell, corrected for the two that are looked at
        tally.add(name, float(table.p_any.min() <= ALPHA), 1)


def run(data: Path, *, seeds: int = SEEDS) -> BenchResult:
    """data is not read: the counties are made. Shares of what was asked, over all seeds."""
    tally = Tally()
    begun = time.perf_counter()
    for seed in range(1, seeds + 1):
        score(seed, tally)
    figures: dict[str, float] = {"seeds": seeds, "scoring_s": time.perf_counter() - begun}
    figures |= tally.shares()
    figures |= scan_seconds()
    return BenchResult("planted", machine(), f"{seeds} synthetic counties with planted truth", figures)

"""Recorded crime of the synthetic county: 36 months on snapped anchor points, with planted clusters, trends and near repeats.

The number of incidents of an LSOA, category and month is Poisson with mean: residents x rate of the category x e^(a hardship + b town)
x season x what was planted. Each incident then falls on one of the LSOA's anchor points, a few of which take most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from core.periods import Period
from feeds.synthetic.land import LSOAS, Land
from feeds.synthetic.names import BUSY_SPOTS, QUIET_SPOTS, STREETS
from feeds.synthetic.people import People
from feeds.synthetic.truth import NearRepeats, PlantedCluster, PlantedTrend, SmallNumber

_Float = npt.NDArray[np.float64]
_Int = npt.NDArray[np.int64]

PERIOD = Period(date(2023, 1, 1), date(2025, 12, 1))
ANCHORS = 22
VIOLENCE = "Violence and sexual offences"
ANTI_SOCIAL = "Anti-social behaviour"
# incidents per 1,000 residents and year; how the rate grows with hardship and with the middle of a town; share more in summer
CATEGORIES = {
    VIOLENCE: (19.0, 0.42, 0.45, 0.06),
    ANTI_SOCIAL: (8.5, 0.40, 0.60, 0.20),
    "Bicycle theft": (0.9, 0.0, 0.0, 0.0),
    "Burglary": (2.6, 0.15, 0.10, -0.08),
    "Criminal damage and arson": (5.6, 0.38, 0.20, 0.04),
    "Drugs": (2.4, 0.45, 0.50, 0.0),
    "Other crime": (1.7, 0.0, 0.0, 0.0),
    "Other theft": (5.2, 0.10, 0.55, 0.03),
    "Possession of weapons": (0.7, 0.50, 0.40, 0.0),
    "Public order": (5.0, 0.38, 0.60, 0.08),
    "Robbery": (0.6, 0.45, 0.70, 0.0),
    "Shoplifting": (5.0, 0.15, 1.20, 0.0),
    "Theft from the person": (0.8, 0.10, 1.20, 0.05),
    "Vehicle crime": (4.2, 0.20, 0.15, -0.03),
}
NULL_CATEGORIES = ("Bicycle theft", "Other crime")
_SMALL = ("Robbery", "Theft from the person", "Bicycle theft")
_NEAR_M = 250.0
_WITHOUT_LOCATION = 0.02


@dataclass(frozen=True)
class Crime:
    """incidents: one row an incident, in order of month (columns month, lsoa, category, anchor); anchors: easting, northing, label."""

    incidents: pd.DataFrame
    anchors: pd.DataFrame
    clusters: tuple[PlantedCluster, ...]
    trends: tuple[PlantedTrend, ...]
    near_repeats: NearRepeats
    small_number: SmallNumber


def make_crime(rng: np.random.Generator, land: Land, people: People) -> Crime:
    anchors = _anchors(rng, land)
    clusters, trends, times = _planted(land, people)
    months = len(PERIOD)
    small_place, siblings = _small_place(land)
    blocks = []
    for category in CATEGORIES:
        expected = usual(category, land, people) * times.get(category, 1.0)
        if category in _SMALL:
            expected = expected.copy()
            expected[small_place] = 0.0
            expected[siblings] = np.maximum(expected[siblings], 0.45)
        counts = rng.poisson(expected)
        lsoa, month = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
        blocks.append(pd.DataFrame({"month": month, "lsoa": lsoa, "category": category}))
    # two robberies and one theft in the last year, in three different months
    blocks.append(
        pd.DataFrame(
            {"month": [months - 11, months - 6, months - 2], "lsoa": small_place, "category": [_SMALL[0], _SMALL[1], _SMALL[0]]}
        )
    )
    incidents = pd.concat(blocks, ignore_index=True)
    # the first anchors of an LSOA take most: Zipf-like shares, as in the published files
    shares = 1.0 / np.arange(1, ANCHORS + 1) ** 0.9
    incidents["anchor"] = incidents["lsoa"] * ANCHORS + rng.choice(ANCHORS, size=len(incidents), p=shares / shares.sum())
    follow_ups, near = _near_repeats(rng, incidents, anchors, months, small_place)
    incidents = pd.concat([incidents, follow_ups], ignore_index=True)
    incidents = incidents.sort_values(["month", "lsoa", "category", "anchor"], kind="stable", ignore_index=True)
    incidents["located"] = rng.random(len(incidents)) >= _WITHOUT_LOCATION
    kept = incidents["lsoa"].to_numpy() == small_place
    incidents.loc[kept & incidents["category"].isin(_SMALL).to_numpy(), "located"] = True
    small = SmallNumber(_SMALL, land.codes[small_place], land.msoa_codes[int(land.msoa[small_place])], 3)
    return Crime(incidents, anchors, clusters, trends, near, small)


def usual(category: str, land: Land, people: People) -> _Float:
    """Mean incidents of each LSOA and month (LSOAs x months) where nothing is planted."""
    rate, with_hardship, with_town, with_summer = CATEGORIES[category]
    summer = np.cos((np.arange(len(PERIOD)) % 12 - 6.5) / 12 * 2 * np.pi)
    local = rate / 12_000 * people.residents * np.exp(with_hardship * people.hardship + with_town * land.urban)
    return np.asarray(local[:, None] * (1 + with_summer * summer)[None, :])


def _anchors(rng: np.random.Generator, land: Land) -> pd.DataFrame:
    """Anchor points inside each LSOA, on 'streets'; in a town's middle also shops, car parks and nightclubs."""
    rows = []
    for place in range(LSOAS):
        shape = land.outlines[place]
        west, south, east, north = shape.bounds
        points: list[tuple[float, float]] = []
        while len(points) < ANCHORS:
            xs, ys = rng.uniform(west, east, 60), rng.uniform(south, north, 60)
            inside = shapely.contains_xy(shape, xs, ys)
            points += list(zip(xs[inside], ys[inside], strict=True))
        busy = land.urban[place] > 0.6
        spots = BUSY_SPOTS if busy else QUIET_SPOTS
        for k, (x, y) in enumerate(points[:ANCHORS]):
            is_spot = rng.random() < (0.35 if busy else 0.08)
            label = spots[int(rng.integers(len(spots)))] if is_spot else STREETS[int(rng.integers(len(STREETS)))]
            rows.append((place, k, round(x), round(y), f"On or near {label}"))
    return pd.DataFrame(rows, columns=["lsoa", "number", "easting", "northing", "label"])


def _planted(land: Land, people: People) -> tuple[tuple[PlantedCluster, ...], tuple[PlantedTrend, ...], dict[str, _Float]]:
    """Choose the places and the factors: clusters and trends never share a place, so each answer is unambiguous."""
    months = len(PERIOD)
    times = {category: np.ones((LSOAS, months)) for category in CATEGORIES}
    taken: set[int] = set()

    def patch(candidates: _Float, size: int) -> list[int]:
        """The best free place and its neighbours, none of them taken or beside a taken one."""
        for place in np.argsort(-candidates, kind="stable"):
            found = land.patch(int(place), size)
            fringe = {n for p in found for n in land.neighbours(p)} | set(found)
            if not fringe & taken:
                taken.update(found)
                return found
        raise ValueError("no room left for another planted patch")

    def of(number: int) -> _Float:
        return np.asarray(np.where(land.settlement == number, land.urban, -9.0))

    clusters = []
    for name, category, candidates, size, factor in (
        ("night-time economy of Homeminster", VIOLENCE, of(0), 5, 4.5),
        ("shops of Wellowbridge", "Shoplifting", of(1), 3, 8.0),
        ("seafront of Marram Bay", ANTI_SOCIAL, of(3), 4, 5.0),
        ("estate in the south-west of Homeminster", VIOLENCE, np.where(land.settlement == 0, people.hardship, -9.0), 4, 3.5),
    ):
        places = patch(candidates, size)
        times[category][places] *= factor
        clusters.append(PlantedCluster(name, category, tuple(sorted(land.codes[p] for p in places)), factor))
    steps = np.arange(months)
    # loud enough to be called by their names (`homeground bench planted`): a pattern compares a place with the whole county, so a
    # flare-up in a quiet place is less than an ordinary month of a town centre
    patterns = {
        "new": np.where(steps == months - 1, 25.0, 1.0),
        "intensifying": 4.0 + 6.0 * steps / (months - 1),
        "diminishing": 12.0 - 7.0 * steps / (months - 1),
        "historical": np.where(steps < months - 3, 8.0, 1.0),
    }
    places_of = {"new": of(2), "intensifying": of(4), "diminishing": of(0), "historical": of(1)}
    trends = []
    for pattern, factors in patterns.items():
        places = patch(places_of[pattern], 6)
        times[VIOLENCE][places] *= factors
        trends.append(
            PlantedTrend(
                pattern, VIOLENCE, tuple(sorted(land.codes[p] for p in places)), tuple(round(float(f), 3) for f in factors)
            )
        )
    return tuple(clusters), tuple(trends), times


def _small_place(land: Land) -> tuple[int, list[int]]:
    """A rural place and its siblings in the MSOA: they have plenty, it has three."""
    rural = np.flatnonzero((land.settlement == -1) & (land.urban < 0.05))
    place = int(rural[0])
    return place, [int(p) for p in np.flatnonzero(land.msoa == land.msoa[place]) if p != place]


def _near_repeats(
    rng: np.random.Generator, incidents: pd.DataFrame, anchors: pd.DataFrame, months: int, avoid: int
) -> tuple[pd.DataFrame, NearRepeats]:
    """A fifth of the burglaries are followed by one or two more close by, in the same month or the next."""
    burglaries = incidents[(incidents["category"] == "Burglary") & (incidents["month"] < months - 1) & (incidents["lsoa"] != avoid)]
    first = burglaries.sample(frac=0.2, random_state=rng.integers(2**31))
    points = shapely.points(anchors["easting"], anchors["northing"])
    lsoa = anchors["lsoa"].to_numpy()
    allowed = np.flatnonzero(lsoa != avoid)
    starts, near = shapely.STRtree(points[allowed]).query(points[first["anchor"]], predicate="dwithin", distance=_NEAR_M)
    order = np.lexsort((near, starts))
    within = np.split(allowed[near[order]], np.cumsum(np.bincount(starts, minlength=len(first)))[:-1])
    rows = []
    for month, candidates in zip(first["month"], within, strict=True):
        for _ in range(int(rng.integers(1, 3))):
            chosen = int(candidates[int(rng.integers(len(candidates)))])
            rows.append((int(month) + int(rng.integers(0, 2)), int(lsoa[chosen]), "Burglary", chosen))
    frame = pd.DataFrame(rows, columns=["month", "lsoa", "category", "anchor"])
    return frame, NearRepeats("Burglary", len(first), len(frame), _NEAR_M)

"""The hot spot stage: where a place and its neighbours together stand out from the rest of the region, and how sure that is.

Reads analysis.count_month, place.population and place.area; writes analysis.hotspot, one row a place x group x measure, for

    LSOA 2021, H3 r8  measures 'count' and 'smoothed_rate' (incidents, and smoothed incidents per 1,000 residents)
    H3 r9             measure 'count' (a tenth of a square kilometre: its estimated residents are too uncertain for a rate)
    all three         measure 'count_with_proactive', for groups that have offences which police activity produces
                      measure 'harm', where a partnership gave weights, for groups whose categories differ (analytics.hotspots.harm_weights)

Counts show where officers meet most harm, rates where residents bear most of it, and a town centre is the first and hardly ever the
second. Offences that police activity produces are no input, so `incidents` here is less than in analysis.rate; the map with them stands
beside the map without, so that what patrols add can be seen, and is never the one shown first. A row expires (`expires_on`).

How, with the reasons in docs/decisions/0030, 0031 and 0102: Gi* with binary weights on the logarithm of a count, or on the signed logarithm
of the rate index where the region's rate gives at least one incident (`analytics.statistics.tested_rate`; the other places of a map by rate
have a rate and no z, p or class); p from random permutations of the whole map (without permutations: the normal approximation);
Benjamini-Hochberg over the places of a map; class hot or cold at 90, 95 or 99%. Study area: every LSOA of the region; of hexagons those in
which an incident was ever recorded, because published points are snapped to anchor points and a hexagon without one can never be anything
but empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.places import Group, PlaceTable, deliveries_of, months_loaded, period_values, read_groups, read_places
from analytics.hotspots.harm_weights import HarmWeights, read_harm
from analytics.neighbours.place_weights import place_weights
from analytics.neighbours.weights import CONTIGUITY_TOLERANCE_M, SpatialWeights
from analytics.statistics.false_discovery import CERTAINTIES, certainty_of, q_values
from analytics.statistics.gi_star import Floats, GiStar, by_tested, getis_ord_gi_star
from analytics.statistics.gi_star_permutation import permutation_p
from analytics.statistics.smoothing import empirical_bayes
from analytics.statistics.tested_rate import FEWEST_EXPECTED, deviations_of_rates
from core.contracts import H3_R8, H3_R9, LSOA_2021, Geography
from core.db import replaced_rows
from core.periods import Period, add_months
from core.provenance import finish_run, start_run

Measure = Literal["count", "smoothed_rate", "count_with_proactive", "harm"]

GEOGRAPHIES = (LSOA_2021, H3_R9, H3_R8)
# those whose residents are known, or estimated well enough for a rate
RATE_GEOGRAPHIES = (LSOA_2021, H3_R8)
# months after its last one for which a map stands, unless settings say otherwise: half of a map of 12 months is then older than a year
LIFE_MONTHS = 6
# Gi* compares a neighbourhood with all places; in a handful of places a neighbourhood is most of them
FEWEST_PLACES = 30


@dataclass(frozen=True)
class MapReport:
    """One map: how many places were tested, and how many are hot or cold at 95% or more. testable is False for a constant map."""

    geography: Geography
    measure: Measure
    group_id: str
    places: int
    hot: int
    cold: int
    testable: bool


@dataclass(frozen=True)
class NeighbourReport:
    """The weights of one geography."""

    geography: Geography
    places: int
    mean_neighbours: float
    islands: int
    islands_joined: bool
    components: int


@dataclass(frozen=True)
class HotspotReport:
    """What was mapped. skipped: why a geography or measure has no map, in words."""

    period: Period
    months_loaded: int
    rows: int
    maps: tuple[MapReport, ...]
    neighbours: tuple[NeighbourReport, ...]
    skipped: tuple[str, ...]
    run_id: int


@dataclass(frozen=True)
class Slice:
    """One map to be tested: the measure as people read it, the scale it is tested on, and the incidents behind it; each (n).

    tested is NaN where a place is not tested.
    """

    measure: Measure
    group: Group
    value: Floats
    tested: Floats
    incidents: Floats


@dataclass(frozen=True)
class Verdicts:
    """z, p, q and certainty (0 = not significant) of every place (rows) in every map (columns)."""

    gi: GiStar
    p: Floats
    q: Floats
    certainty: np.ndarray


def compute_hotspots(
    connection: Connection,
    *,
    period: Period,
    seed: int,
    permutations: int,
    life_months: int = LIFE_MONTHS,
    harm_weights: HarmWeights | None = None,
) -> HotspotReport:
    """Test every map of one period; replaces the maps of the same period. The same seed and input give the same rows.

    permutations: 0 for the normal approximation. life_months: after how many months a map expires.
    UserError where no month of the period is loaded, or LSOAs have no outlines.
    """
    groups = read_groups(connection)
    months = months_loaded(connection, period)
    parameters = {
        "period": [period.start, period.end],
        "months": list(months),
        "statistic": "Getis-Ord Gi*, binary weights with self",
        "scale": {
            "count": "log(1 + incidents)",
            "smoothed_rate": f"signed log of the rate index where at least {FEWEST_EXPECTED:g} incident is expected",
            "count_with_proactive": "log(1 + incidents), offences that police activity produces included",
        },
        "null": f"{permutations} permutations of the whole map" if permutations else "normal approximation",
        "false_discovery": "Benjamini-Hochberg over places, each map by itself",
        "neighbours": {"lsoa": f"contiguity within {CONTIGUITY_TOLERANCE_M:g} m", "h3": "one ring"},
        "expires_on": expiry(period, life_months),
    }
    if harm_weights is not None:
        parameters["harm"] = harm_weights.statement() | {"weights": dict(harm_weights.weights)}
    run_id = start_run(connection, "hotspot", seed=seed, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    maps: list[MapReport] = []
    neighbours: list[NeighbourReport] = []
    skipped: list[str] = []
    with replaced_rows(connection, "analysis", "hotspot", where={"period_end": period.end}) as result:
        for geography in GEOGRAPHIES:
            table = read_places(connection, geography, groups, period)
            if len(table) < FEWEST_PLACES:
                skipped.append(f"{geography}: {len(table)} places, at least {FEWEST_PLACES} are needed")
                continue
            harm = None if harm_weights is None else read_harm(connection, table, groups, period, harm_weights)
            slices = slices_of(table, groups, harm)
            if geography.level == "lsoa" and not any(s.measure == "smoothed_rate" for s in slices):
                skipped.append(f"{geography}, smoothed_rate: the population of a place is not loaded")
            weights = place_weights(connection, geography, table.codes)
            verdicts = judge_maps(slices, weights, permutations=permutations, seed=seed)
            result.add(
                hotspot_rows(table, slices, verdicts).assign(
                    **period_values(period), expires_on=expiry(period, life_months), run_id=run_id
                )
            )
            maps.extend(_map_reports(table, slices, verdicts))
            neighbours.append(_neighbour_report(table, weights))
    finish_run(connection, run_id)
    return HotspotReport(period, len(months), result.rows, tuple(maps), tuple(neighbours), tuple(skipped), run_id)


def expiry(period: Period, life_months: int) -> date:
    """The last day on which a map of a period may be acted on: the end of the month so many after its last one."""
    return add_months(period.end, life_months + 1) - timedelta(days=1)


def slices_of(table: PlaceTable, groups: Sequence[Group], harm: Floats | None = None) -> list[Slice]:
    """The maps of a geography: each group of hot spot input by count, by smoothed rate where all residents are known, by count with what
    police activity produces where the group has any of it, and by harm (n x groups) where it differs from the count in more than scale."""
    slices = []
    for column, group in enumerate(groups):
        if not group.hotspot_input:
            continue
        counts = table.reported[:, column].astype(np.float64)
        slices.append(Slice("count", group, counts, np.log1p(counts), counts))
        if table.geography in RATE_GEOGRAPHIES and np.isfinite(table.residents).all() and table.residents.sum() > 0:
            rate = 1000.0 * empirical_bayes(counts[:, None], table.residents)[:, 0]
            tested = deviations_of_rates(counts[:, None], table.residents)[:, 0]
            slices.append(Slice("smoothed_rate", group, rate, tested, counts))
        with_found = table.incidents[:, column].astype(np.float64)
        if (with_found != counts).any():
            slices.append(Slice("count_with_proactive", group, with_found, np.log1p(with_found), with_found))
        if harm is not None and differs_in_more_than_scale(harm[:, column], counts):
            slices.append(Slice("harm", group, harm[:, column], np.log1p(harm[:, column]), counts))
    return slices


def differs_in_more_than_scale(harm: Floats, counts: Floats) -> bool:
    """Whether harm is another map than the counts: a group of one category has the same one under another unit."""
    ratio = harm[counts > 0] / counts[counts > 0]
    return bool(len(ratio) and np.ptp(ratio) > 1e-9 * max(float(ratio.max()), 1e-12))


def judge_maps(slices: Sequence[Slice], weights: SpatialWeights, *, permutations: int, seed: int) -> Verdicts:
    """Gi*, p, q and certainty of every map at once."""
    return judge(np.column_stack([s.tested for s in slices]), weights.matrix, permutations=permutations, seed=seed)


def judge(values: Floats, weights: sparse.csr_matrix, *, permutations: int, seed: int) -> Verdicts:
    """The same of values (n x m) on the scale of the test. Where some are NaN the others are tested among themselves, if FEWEST_PLACES."""
    n, m = values.shape
    z, normal_p, p = (np.full((n, m), np.nan) for _ in range(3))
    degenerate = np.ones(m, dtype=bool)
    for places, columns, within in by_tested(values, weights):
        if len(places) < min(n, FEWEST_PLACES):
            continue
        here = np.ix_(places, columns)
        part = values[here]
        gi = getis_ord_gi_star(part, within)
        z[here], normal_p[here], degenerate[columns] = gi.z, gi.p, gi.degenerate
        p[here] = permutation_p(part, within, permutations=permutations, seed=seed) if permutations else gi.p
    # what has no z has no p either, whichever way p was had
    p = np.where(np.isnan(z), np.nan, p)
    q = q_values(p)
    return Verdicts(GiStar(z, normal_p, degenerate, np.isnan(z).all(axis=1)), p, q, certainty_of(q))


def hotspot_rows(table: PlaceTable, slices: Sequence[Slice], verdicts: Verdicts) -> pd.DataFrame:
    """Rows of analysis.hotspot without period and run, map by map."""
    n, m = len(table), len(slices)
    certainty = verdicts.certainty.T.ravel()
    hotter = (verdicts.gi.z > 0).T.ravel()
    kind = np.where(certainty == 0, "not_significant", np.where(hotter, "hot", "cold"))
    return pd.DataFrame(
        {
            "geography": table.geography.level,
            "edition": table.geography.edition,
            "code": np.tile(np.asarray(table.codes, dtype=object), m),
            "lad_code": np.tile(np.asarray(table.lad_codes, dtype=object), m),
            "group_id": np.repeat([s.group.id for s in slices], n),
            "measure": np.repeat([s.measure for s in slices], n),
            "incidents": np.concatenate([s.incidents for s in slices]).astype(np.int64),
            "value": np.concatenate([s.value for s in slices]),
            "gi_z": verdicts.gi.z.T.ravel(),
            "p_value": verdicts.p.T.ravel(),
            "q_value": verdicts.q.T.ravel(),
            "class": kind,
            "certainty": pd.array(np.where(certainty == 0, -1, certainty), dtype="Int16"),
        }
    ).replace({"certainty": {-1: pd.NA}})


def _neighbour_report(table: PlaceTable, weights: SpatialWeights) -> NeighbourReport:
    mean = round(weights.mean_neighbours, 2)
    return NeighbourReport(table.geography, len(table), mean, len(weights.islands), weights.joined, weights.components)


def _map_reports(table: PlaceTable, slices: Sequence[Slice], verdicts: Verdicts) -> list[MapReport]:
    sure = verdicts.certainty >= CERTAINTIES[1]
    hot = (sure & (verdicts.gi.z > 0)).sum(axis=0)
    cold = (sure & (verdicts.gi.z < 0)).sum(axis=0)
    return [
        MapReport(
            table.geography, s.measure, s.group.id, len(table), int(hot[j]), int(cold[j]), not bool(verdicts.gi.degenerate[j])
        )
        for j, s in enumerate(slices)
    ]

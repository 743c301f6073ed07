"""The outlier stage: neighbourhoods whose rate is like that of those around them, and those that stand out against them.

Reads analysis.count_month, place.population and place.area; writes analysis.rate_outlier, one row an LSOA of 2021 x group of hot spot input.
Offences that police activity produces are left out, as in hot spots. The statistic is that of the rate index of Assuncao and Reis
(`analytics.statistics.local_moran`: deviations of the rate, each in standard deviations of a place of its population) on a signed
logarithm, because a few town centres far above all others make the shuffled neighbourhoods so wild that nothing stands out
(docs/decisions/0030). p is from permutations of the conditional null; a class stands where q is at most 0.05 after Benjamini-Hochberg
over the places of one map. A place without residents has no rate and no row; its neighbours are compared without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from analytics.counts.places import Group, PlaceTable, deliveries_of, months_loaded, period_values, read_groups, read_places
from analytics.hotspots.stage import FEWEST_PLACES
from analytics.neighbours.place_weights import place_weights
from analytics.statistics.local_moran import LocalMoran, Quadrant, local_moran, rate_index
from analytics.statistics.tested_rate import signed_log
from core.contracts import LSOA_2021
from core.db import replaced_rows
from core.periods import Period
from core.provenance import finish_run, start_run

PERMUTATIONS = 9_999
ALPHA = 0.05

_CLASSES = {
    Quadrant.NOT_SIGNIFICANT: "not_significant",
    Quadrant.HIGH_HIGH: "high_high",
    Quadrant.LOW_HIGH: "low_high",
    Quadrant.LOW_LOW: "low_low",
    Quadrant.HIGH_LOW: "high_low",
}


@dataclass(frozen=True)
class OutlierMap:
    """How many places of one map are clusters, and how many stand against their neighbours."""

    group_id: str
    high_high: int
    low_low: int
    high_low: int
    low_high: int


@dataclass(frozen=True)
class RateOutlierReport:
    """places: with residents. skipped: why there is no map, in words."""

    places: int
    rows: int
    maps: tuple[OutlierMap, ...]
    skipped: str
    run_id: int


def compute_rate_outliers(
    connection: Connection, *, period: Period, seed: int, permutations: int = PERMUTATIONS
) -> RateOutlierReport:
    """Every group of hot spot input over one period; replaces what stood for its end. UserError where no month of it is loaded."""
    groups = [group for group in read_groups(connection) if group.hotspot_input]
    months = months_loaded(connection, period)
    parameters = {
        "months": list(months),
        "statistic": "local Moran's I of the rate index of Assuncao and Reis, signed logarithm",
        "null": f"conditional, {permutations} permutations",
        "false_discovery": f"Benjamini-Hochberg over places, each map by itself, {ALPHA:g}",
    }
    run_id = start_run(connection, "outlier", seed=seed, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    maps: list[OutlierMap] = []
    skipped, places = "", 0
    with replaced_rows(connection, "analysis", "rate_outlier", where={"period_end": period.end}) as result:
        every = read_groups(connection)
        table = read_places(connection, LSOA_2021, every, period)
        lived_in = np.flatnonzero(table.residents > 0)
        places = len(lived_in)
        if places < FEWEST_PLACES:
            skipped = f"{places} places with known residents, at least {FEWEST_PLACES} are needed"
        else:
            columns = np.flatnonzero([group.hotspot_input for group in every])
            events = table.reported[np.ix_(lived_in, columns)].astype(np.float64)
            weights = place_weights(connection, LSOA_2021, [table.codes[i] for i in lived_in])
            deviation = signed_log(rate_index(events, table.residents[lived_in]))
            found = local_moran(deviation, weights.matrix, permutations=permutations, seed=seed)
            labels = found.labels(ALPHA)
            result.add(outlier_rows(table, lived_in, groups, events, found).assign(**period_values(period), run_id=run_id))
            maps = [_map(group, labels[:, column]) for column, group in enumerate(groups)]
    finish_run(connection, run_id)
    return RateOutlierReport(places, result.rows, tuple(maps), skipped, run_id)


def outlier_rows(
    table: PlaceTable, lived_in: np.ndarray, groups: Sequence[Group], events: np.ndarray, found: LocalMoran
) -> pd.DataFrame:
    """Rows of analysis.rate_outlier without period and run, map by map."""
    n, m = events.shape
    kinds = np.array([_CLASSES[Quadrant(number)] for number in sorted(_CLASSES)], dtype=object)
    return pd.DataFrame(
        {
            "geography": table.geography.level,
            "edition": table.geography.edition,
            "code": np.tile(np.asarray(table.codes, dtype=object)[lived_in], m),
            "lad_code": np.tile(np.asarray(table.lad_codes, dtype=object)[lived_in], m),
            "group_id": np.repeat([group.id for group in groups], n),
            "incidents": events.T.ravel().astype(np.int64),
            "residents": np.tile(table.residents[lived_in], m),
            "moran_i": found.i.T.ravel(),
            "moran_z": found.z.T.ravel(),
            "p_value": found.p.T.ravel(),
            "q_value": found.q.T.ravel(),
            "class": kinds[found.labels(ALPHA).T.ravel()],
        }
    )


def _map(group: Group, labels: np.ndarray) -> OutlierMap:
    def count(kind: Quadrant) -> int:
        return int((labels == kind).sum())

    return OutlierMap(
        group.id, count(Quadrant.HIGH_HIGH), count(Quadrant.LOW_LOW), count(Quadrant.HIGH_LOW), count(Quadrant.LOW_HIGH)
    )

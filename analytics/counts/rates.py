"""The rate stage: incidents per 1,000 residents over the loaded months of a period, with 95% limits, and smoothed.

Reads analysis.count_month and place.population; writes analysis.rate for every place (zeros too) and every group.

The rate is of the loaded months as they are: a period with a gap is not blown up to a whole year, months_loaded says how long it was.
Limits are Byar's from 10 incidents up and exact Poisson below (core.poisson), and take the population as known. The smoothed rate is
Marshall's global empirical-Bayes estimator over the places of one geography (analytics.statistics.smoothing). Residents are a poor
denominator where people are who do not live there; hexagons have no population yet, so their rates are empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.places import (
    Counts,
    Floats,
    Group,
    PlaceTable,
    deliveries_of,
    months_loaded,
    period_values,
    read_groups,
    read_places,
)
from analytics.statistics.smoothing import empirical_bayes
from core.contracts import ALL_AREA, H3_R7, H3_R8, H3_R9, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021
from core.db import replaced_rows
from core.periods import Period
from core.poisson import count_limits
from core.provenance import finish_run, start_run

GEOGRAPHIES = (LSOA_2011, LSOA_2021, MSOA_2021, LAD_2022, ALL_AREA, H3_R9, H3_R8, H3_R7)
# fewer places cannot estimate how rates vary between places
SMOOTHED_FROM_PLACES = 10


@dataclass(frozen=True)
class RateReport:
    """rows of analysis.rate; places by geography; without_residents: places of areas (not cells) whose population is unknown or zero."""

    period: Period
    months_loaded: int
    rows: int
    places: dict[str, int]
    without_residents: int
    run_id: int


def compute_rates(connection: Connection, *, period: Period) -> RateReport:
    """Rates of every geography for one period; replaces those of the same period. UserError where none of its months is loaded."""
    groups = read_groups(connection)
    months = months_loaded(connection, period)
    parameters = {"period": [period.start, period.end], "months": list(months), "limits": "Byar from 10, exact below"}
    run_id = start_run(connection, "rate", seed=None, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    without = 0
    places: dict[str, int] = {}
    with replaced_rows(connection, "analysis", "rate", where={"period_end": period.end}) as result:
        for geography in GEOGRAPHIES:
            table = read_places(connection, geography, groups, period)
            if not len(table):
                continue
            result.add(rate_rows(table, groups).assign(**period_values(period), months_loaded=len(months), run_id=run_id))
            places[str(geography)] = len(table)
            if geography.level != "h3":
                without += int((~(table.residents > 0)).sum())
    finish_run(connection, run_id)
    return RateReport(period, len(months), result.rows, places, without, run_id)


def rate_rows(table: PlaceTable, groups: Sequence[Group]) -> pd.DataFrame:
    """Rows of analysis.rate without period and run; a rate is missing where residents are unknown or none live there."""
    n, m = table.incidents.shape
    lived_in = np.where(table.residents > 0, table.residents, np.nan)[:, None]
    lower, upper = limits_of(table.incidents)
    per_1000 = 1000.0 / lived_in
    smoothed = np.full((n, m), np.nan)
    known = np.isfinite(table.residents)
    if known.all() and n >= SMOOTHED_FROM_PLACES and table.residents.sum() > 0:
        smoothed = 1000.0 * empirical_bayes(table.incidents.astype(np.float64), table.residents)
    return pd.DataFrame(
        {
            "geography": table.geography.level,
            "edition": table.geography.edition,
            "code": np.repeat(np.asarray(table.codes, dtype=object), m),
            "lad_code": np.repeat(np.asarray(table.lad_codes, dtype=object), m),
            "group_id": np.tile([group.id for group in groups], n),
            "incidents": table.incidents.ravel(),
            "residents": np.repeat(table.residents, m),
            "rate_per_1000": (table.incidents * per_1000).ravel(),
            "lower_per_1000": (lower * per_1000).ravel(),
            "upper_per_1000": (upper * per_1000).ravel(),
            "smoothed_per_1000": smoothed.ravel(),
        }
    )


def limits_of(counts: Counts) -> tuple[Floats, Floats]:
    """95% limits of counts of any shape; each distinct count is worked out once."""
    distinct, where = np.unique(counts, return_inverse=True)
    limits: NDArray[np.float64] = np.array([count_limits(int(count)) for count in distinct], dtype=np.float64).reshape(-1, 2)
    chosen = limits[where].reshape(*counts.shape, 2)
    return chosen[..., 0], chosen[..., 1]

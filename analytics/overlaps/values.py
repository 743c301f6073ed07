"""The values of declared factors, place by place, from what is loaded and from what the earlier stages stored.

A factor without data is not dropped: it comes back with the reason in `missing`, so that a page can say what it does not know. Five kinds of
source: a publisher's or partner's indicator (LSOA, or MSOA whose value all its LSOAs share), the smoothed rate of a group, a hot spot
class, a partner's events, and the distance to a kind of service.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.places import deliveries_of, period_values
from analytics.neighbours.place_frame import PlaceFrame
from analytics.overlaps.definitions import Factor
from analytics.statistics.smoothed_interval import smoothed_rates
from boundaries.areas import read_parents
from core.contracts import LSOA_2021, MSOA_2021
from core.db import fetch
from core.periods import Period
from core.poisson import count_limits

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FactorValues:
    """value, and where the source has one a 95% interval (else NaN), of n places; NaN where unknown.

    score (n): orders the places, more is more of the factor, finer than value where that was cut into classes. certainty (n): of a hot spot,
    0 where it is none; None for every other source.
    """

    factor: Factor
    value: Floats
    lower: Floats
    upper: Floats
    score: Floats
    certainty: NDArray[np.int64] | None = None
    deliveries: frozenset[int] = frozenset()
    missing: str = ""

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.isfinite(self.value)


def read_factor(connection: Connection, factor: Factor, places: PlaceFrame, period: Period) -> FactorValues:
    """One factor's values; a source that is not there gives no value anywhere and says so in `missing`."""
    read = {"indicator": _indicator, "rate": _rate, "hot_spot": _hot_spot, "event": _event, "reach": _reach}[factor.source.kind]
    return read(connection, factor, places, period)


def _without(factor: Factor, places: PlaceFrame, reason: str) -> FactorValues:
    nothing = np.full(len(places), np.nan)
    return FactorValues(factor, nothing, nothing, nothing, nothing, missing=reason)


def _made(
    factor: Factor,
    value: Floats,
    deliveries: frozenset[int],
    *,
    lower: Floats | None = None,
    upper: Floats | None = None,
    score: Floats | None = None,
) -> FactorValues:
    nothing = np.full(len(value), np.nan)
    order = value if score is None else np.where(np.isfinite(value), score, np.nan)
    return FactorValues(
        factor,
        value,
        nothing if lower is None else lower,
        nothing if upper is None else upper,
        -order if factor.low_is_more else order,
        deliveries=deliveries,
    )


def _aligned(codes: pd.Series, values: pd.Series, places: PlaceFrame) -> Floats:
    series = pd.Series(values.to_numpy(dtype=np.float64, na_value=np.nan), index=codes.to_numpy())
    return np.asarray(series.reindex(places.codes).to_numpy(dtype=np.float64))


def _indicator(connection: Connection, factor: Factor, places: PlaceFrame, period: Period) -> FactorValues:
    source = factor.source
    geography = MSOA_2021 if source.geography == "msoa" else LSOA_2021
    asked = {"geography": geography.level, "edition": geography.edition, "period": source.period}
    rows = fetch(connection, "likeness/indicator_table", asked | {"indicator": source.indicator})
    if rows.empty:
        return _without(factor, places, f"Nothing of it is loaded ({source.indicator}, {geography}).")
    deliveries = frozenset(int(d) for d in rows["delivery_id"].unique())
    lower = upper = None
    if source.ratio_per:
        with np.errstate(divide="ignore", invalid="ignore"):
            per = source.ratio_per / rows["denominator"].to_numpy(dtype=np.float64, na_value=np.nan)
        counted = rows["value"].to_numpy(dtype=np.float64)
        limits = np.array([count_limits(int(c)) for c in counted], dtype=np.float64).reshape(-1, 2)
        rows = rows.assign(value=counted * per, lower=limits[:, 0] * per, upper=limits[:, 1] * per)
    if geography == MSOA_2021:
        parent = read_parents(connection, LSOA_2021, MSOA_2021).reindex(places.codes)
        rows = rows.set_index("code").reindex(parent.to_numpy()).assign(code=places.codes.to_numpy())
    value = _aligned(rows["code"], rows["value"], places)
    if source.ratio_per:
        lower, upper = _aligned(rows["code"], rows["lower"], places), _aligned(rows["code"], rows["upper"], places)
    if not np.isfinite(value).any():
        return _without(factor, places, f"Nothing of it is loaded for this region ({source.indicator}).")
    score = None
    if source.score:
        finer = fetch(connection, "likeness/indicator_table", asked | {"indicator": source.score})
        score = _aligned(finer["code"], finer["value"], places)
        # a finer order that does not cover every place would mix two scales
        score = score if np.isfinite(score[np.isfinite(value)]).all() else None
    return _made(factor, value, deliveries, lower=lower, upper=upper, score=score)


def _map(connection: Connection, factor: Factor, period: Period) -> pd.DataFrame:
    values = {
        "geography": LSOA_2021.level,
        "edition": LSOA_2021.edition,
        "group_id": factor.source.group,
        "measure": factor.source.measure,
        "period_end": period.end,
    }
    return fetch(connection, "overlaps/hotspot_places", values)


def _hot_spot(connection: Connection, factor: Factor, places: PlaceFrame, period: Period) -> FactorValues:
    rows = _map(connection, factor, period)
    gi_z = _aligned(rows["code"], rows["gi_z"], places) if len(rows) else np.full(len(places), np.nan)
    if not np.isfinite(gi_z).any():
        return _without(factor, places, f"There is no hot spot map of {factor.source.group} for {period}.")
    certainty = np.where(rows["class"] == "hot", rows["certainty"].to_numpy(dtype=np.float64, na_value=0.0), 0.0)
    aligned = np.nan_to_num(_aligned(rows["code"], pd.Series(certainty), places)).astype(np.int64)
    nothing = np.full(len(places), np.nan)
    return FactorValues(
        factor, gi_z, nothing, nothing, gi_z, certainty=aligned, deliveries=frozenset(deliveries_of(connection, period))
    )


def _rate(connection: Connection, factor: Factor, places: PlaceFrame, period: Period) -> FactorValues:
    rows = _map(connection, factor, period)
    if rows.empty:
        return _without(factor, places, f"Nothing of {factor.source.group} was counted for {period}.")
    counted = np.nan_to_num(_aligned(rows["code"], rows["incidents"], places))
    return _smoothed(factor, places, counted, frozenset(deliveries_of(connection, period)))


def _event(connection: Connection, factor: Factor, places: PlaceFrame, period: Period) -> FactorValues:
    asked = {"feed": factor.source.feed, **period_values(period)}
    rows = fetch(connection, "overlaps/event_places", asked | {"geography": LSOA_2021.level, "edition": LSOA_2021.edition})
    if rows.empty:
        return _without(factor, places, f"No delivery of {factor.source.feed} covers {period}.")
    deliveries = fetch(connection, "overlaps/event_deliveries", asked)["delivery_id"]
    counted = np.nan_to_num(_aligned(rows["code"], rows["events"], places))
    return _smoothed(factor, places, counted, frozenset(int(d) for d in deliveries))


def _smoothed(factor: Factor, places: PlaceFrame, counted: Floats, deliveries: frozenset[int]) -> FactorValues:
    """Smoothed rate per 1,000 residents with its interval."""
    people = np.nan_to_num(places.residents)
    if not (people > 0).any():
        return _without(factor, places, "The residents of this region are not known.")
    rate, lower, upper = (1_000 * r for r in smoothed_rates(counted, people))
    return _made(factor, rate, deliveries, lower=lower, upper=upper)


def _reach(connection: Connection, factor: Factor, places: PlaceFrame, period: Period) -> FactorValues:
    """Distance of the middle home. Where most homes are nearer to the region's border than to a service, it may be anything less."""
    asked = {"kind": factor.source.service, "geography": LSOA_2021.level, "edition": LSOA_2021.edition}
    rows = fetch(connection, "overlaps/reach_places", asked)
    if rows.empty:
        return _without(factor, places, f"The reach of {factor.source.service} was not worked out.")
    nearest = _aligned(rows["code"], rows["nearest_m"], places)
    unsure = _aligned(rows["code"], rows["share_at_border"], places) >= 0.5
    deliveries = frozenset(int(d) for d in rows["delivery_ids"].iloc[0])
    return _made(factor, nearest, deliveries, lower=np.where(unsure, 0.0, nearest), upper=nearest)

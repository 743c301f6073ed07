"""The likeness stage: kinds of places, and for each place those most similar to it with their rates beside its own.

Reads the sources of declared factors (`analytics.overlaps.values`), record.indicator and analysis.rate; writes analysis.place_type,
place_type_member, similar_area and similar_rate for one period. What is compared is data (analytics/overlaps/risk_factors.toml).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from analytics.counts.places import deliveries_of
from analytics.likeness.similar_areas import compare, similar_areas
from analytics.likeness.typology import FIRM, Kinds, describe, find_kinds, letter, profile
from analytics.neighbours.place_frame import PlaceFrame, read_place_frame
from analytics.overlaps.definitions import FactorDefinitions, load_factor_definitions
from analytics.overlaps.levels import normal_order
from analytics.overlaps.values import FactorValues, Floats, read_factor
from core.contracts import LSOA_2021
from core.db import fetch, replace_rows
from core.periods import Period
from core.provenance import finish_run, start_run


@dataclass(frozen=True)
class LikenessReport:
    """kinds: places of each kind; firm: places that fell in their kind in at least 8 of 10 resamples. skipped: what could not be, and why."""

    period: Period
    places: int
    kinds: tuple[tuple[str, int], ...]
    firm: int
    compared_on: tuple[str, ...]
    skipped: tuple[str, ...]
    run_id: int


def compute_likeness(
    connection: Connection, *, period: Period, seed: int, definitions: FactorDefinitions | None = None
) -> LikenessReport:
    """Kinds of places and similar areas of one period; replaces those of the same end."""
    definitions = definitions or load_factor_definitions()
    places = read_place_frame(connection)
    wanted = {factor.id: factor for factor in definitions.factor}
    read = [read_factor(connection, wanted[name], places, period) for name in definitions.typology.factors]
    scores, names, deliveries, skipped = _characteristics(connection, definitions, places)
    inputs = {*deliveries, *deliveries_of(connection, period)}.union(*(values.deliveries for values in read))
    parameters = {
        "period": [period.start, period.end],
        "typology": definitions.typology.model_dump(mode="json"),
        "similar": definitions.similar.model_dump(mode="json"),
        "scale": "normal scores of ranks",
    }
    run_id = start_run(connection, "likeness", seed=seed, parameters=parameters, delivery_ids=sorted(inputs))
    skipped += [f"kinds of places: without {values.factor.id}: {values.missing}" for values in read if values.missing]
    used = [values for values in read if not values.missing]
    kinds = None
    if len(used) >= 2 and len(places) >= 10 * definitions.typology.kinds:
        order = np.column_stack([normal_order(values.score) for values in used])
        kinds = find_kinds(order, definitions.typology.kinds, resamples=definitions.typology.resamples, seed=seed)
    else:
        skipped.append(f"kinds of places: {len(used)} factors with data and {len(places)} places are too few")
    tables = _kind_tables(kinds, used, places)
    if len(names) >= 2 and len(places) > definitions.similar.areas:
        tables |= _similar_tables(connection, definitions, places, scores, period)
    else:
        skipped.append(f"similar areas: {len(names)} characteristics with data and {len(places)} places are too few")
        tables |= {"similar_area": pd.DataFrame({"code": []}), "similar_rate": pd.DataFrame({"code": []})}
    for table, frame in tables.items():
        replace_rows(
            connection, "analysis", table, frame.assign(period_end=period.end, run_id=run_id), where={"period_end": period.end}
        )
    finish_run(connection, run_id)
    sizes = () if kinds is None else tuple((letter(k), int(count)) for k, count in enumerate(kinds.sizes))
    firm = 0 if kinds is None else int((kinds.certainty >= FIRM).sum())
    return LikenessReport(period, len(places), sizes, firm, tuple(names), tuple(skipped), run_id)


def _kind_tables(kinds: Kinds | None, used: list[FactorValues], places: PlaceFrame) -> dict[str, pd.DataFrame]:
    if kinds is None:
        return {"place_type": pd.DataFrame({"type_id": []}), "place_type_member": pd.DataFrame({"code": []})}
    factors = [values.factor for values in used]
    types = pd.DataFrame(
        {
            "type_id": [letter(k) for k in range(len(kinds.middles))],
            "name": [f"Kind {letter(k)}" for k in range(len(kinds.middles))],
            "description": [describe(middle, factors) for middle in kinds.middles],
            "places": kinds.sizes,
            "places_firm": np.bincount(kinds.label[kinds.certainty >= FIRM], minlength=len(kinds.middles)),
            "profile": [json.dumps(profile(middle, factors), sort_keys=True) for middle in kinds.middles],
        }
    )
    members = pd.DataFrame(
        {
            **places.columns(),
            "type_id": [letter(k) for k in kinds.label],
            "certainty": kinds.certainty,
            "next_type_id": [letter(k) for k in kinds.second],
        }
    )
    return {"place_type": types, "place_type_member": members}


def _characteristics(
    connection: Connection, definitions: FactorDefinitions, places: PlaceFrame
) -> tuple[Floats, list[str], set[int], list[str]]:
    """Normal scores (n x characteristics) of those that cover every place, their names, their deliveries, and what was left out."""
    columns: list[Floats] = []
    names: list[str] = []
    deliveries: set[int] = set()
    skipped: list[str] = []
    for characteristic in definitions.similar.characteristics:
        if characteristic.density:
            value = places.residents / (shapely.area(places.outlines) / 1e6)
        else:
            asked = {"indicator": characteristic.indicator, "period": characteristic.period}
            where = {"geography": LSOA_2021.level, "edition": LSOA_2021.edition}
            rows = fetch(connection, "likeness/indicator_table", asked | where)
            series = pd.Series(rows["value"].to_numpy(dtype=np.float64), index=rows["code"])
            value = series.reindex(places.codes).to_numpy(dtype=np.float64)
            deliveries |= {int(d) for d in rows["delivery_id"].unique()}
        if np.isfinite(value).all():
            columns.append(normal_order(value))
            names.append(characteristic.label)
        else:
            skipped.append(f"similar areas: without {characteristic.id}, which {int((~np.isfinite(value)).sum())} places lack")
    scores = np.column_stack(columns) if columns else np.empty((len(places), 0))
    return scores, names, deliveries, skipped


def _similar_tables(
    connection: Connection, definitions: FactorDefinitions, places: PlaceFrame, scores: Floats, period: Period
) -> dict[str, pd.DataFrame]:
    areas = definitions.similar.areas
    found = similar_areas(scores, areas)
    n = len(places)
    repeated = {
        name: np.repeat(np.asarray(values), areas) for name, values in places.columns().items() if name in ("code", "lad_code")
    }
    similar = pd.DataFrame(
        {
            "geography": LSOA_2021.level,
            "edition": LSOA_2021.edition,
            **repeated,
            "nearness": np.tile(np.arange(1, areas + 1), n),
            "similar_code": places.codes.to_numpy()[found.other.ravel()],
            "similar_name": places.names[found.other.ravel()],
            "distance": found.distance.ravel(),
            "close": found.distance.ravel() <= found.close_within,
        }
    )
    frames = [pd.DataFrame({"code": []})]
    for group in definitions.similar.groups:
        asked = {"geography": LSOA_2021.level, "edition": LSOA_2021.edition, "group_id": group, "period_end": period.end}
        rows = fetch(connection, "likeness/rate_places", asked)
        if rows.empty:
            continue
        counted = pd.Series(rows["incidents"].to_numpy(dtype=np.float64), index=rows["code"]).reindex(places.codes).fillna(0.0)
        events, people = counted.to_numpy(dtype=np.float64), np.nan_to_num(places.residents)
        seen = compare(events, people, found.other)
        known = np.isfinite(seen.rate) & np.isfinite(seen.together)
        frames.append(
            pd.DataFrame(
                {
                    **places.columns(),
                    "group_id": group,
                    "incidents": events.astype(np.int64),
                    "rate_per_1000": 1_000 * seen.rate,
                    "areas": areas,
                    "areas_lower_quarter": 1_000 * seen.lower_quarter,
                    "areas_median": 1_000 * seen.median,
                    "areas_upper_quarter": 1_000 * seen.upper_quarter,
                    "areas_together": 1_000 * seen.together,
                    "ratio": seen.ratio,
                    "ratio_lower": seen.ratio_lower,
                    "ratio_upper": seen.ratio_upper,
                }
            )[known]
        )
    return {"similar_area": similar, "similar_rate": pd.concat([f for f in frames if len(f)] or frames)}

"""The count stage in tasks of a month each, for workers without a database; the same rows as transform/analytics_count_month.

Locations become rows of numbers once and are shared by all tasks; a task is given the locations and categories of one month's incidents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from boundaries.distributed import run_chunks
from core.contracts import ALL_AREA, H3_R7, H3_R8, H3_R9, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021, Geography
from core.db import copy_frame, fetch, run_statement
from core.settings import ComputeSettings

_Int = npt.NDArray[np.int64]

_CODED = {LSOA_2011: "lsoa11_code", LSOA_2021: "lsoa21_code", MSOA_2021: "msoa21_code", LAD_2022: "lad22_code"}
_CELLS = {H3_R9: "h3_r9", H3_R8: "h3_r8", H3_R7: "h3_r7"}
# in the order of the columns of LocationKeys.keys; the whole region comes last and has no column
_GEOGRAPHIES = (*_CODED, *_CELLS, ALL_AREA)
_DISTRICT = list(_CODED).index(LAD_2022)


@dataclass(frozen=True)
class LocationKeys:
    """location_id (n, ascending) and keys (n x 7): the number of its area in each coded geography (-1 for none), and its cells."""

    location_id: _Int
    keys: _Int


@dataclass(frozen=True)
class MonthCounts:
    """One row a place x category with an incident: geography's number, place's key, category's number, least district's number."""

    geography: _Int
    key: _Int
    category: _Int
    district: _Int
    incidents: _Int


def count_one_month(locations: LocationKeys, location_id: _Int, category: _Int) -> MonthCounts:
    """Count the incidents of a month, each given by its location and category, in every geography. Those outside the region are left out."""
    if not len(locations.location_id):
        location_id, category = location_id[:0], category[:0]
    row = np.searchsorted(locations.location_id, location_id)
    row = np.minimum(row, max(len(locations.location_id) - 1, 0))
    inside = locations.location_id[row] == location_id if len(row) else np.zeros(0, dtype=bool)
    row, kind = row[inside], category[inside]
    parts = []
    for number in range(len(_GEOGRAPHIES)):
        key = locations.keys[row, number] if number < locations.keys.shape[1] else np.zeros(len(row), dtype=np.int64)
        held = key >= 0
        groups, where, incidents = np.unique(
            np.column_stack([key[held], kind[held]]), axis=0, return_inverse=True, return_counts=True
        )
        district = np.full(len(groups), np.iinfo(np.int64).max)
        np.minimum.at(district, where.ravel(), locations.keys[row[held], _DISTRICT])
        parts.append(np.column_stack([np.full(len(groups), number), groups.reshape(-1, 2), district, incidents]).astype(np.int64))
    return MonthCounts(*np.vstack(parts).T)


def count_in_tasks(connection: Connection, months: list[date], settings: ComputeSettings) -> None:
    """Fill analysis.count_month, which must be empty, on the engine that the settings choose. The locations must be staged."""
    frame = fetch(connection, "queries/analytics_location_keys")
    columns: list[_Int] = []
    names: dict[Geography, npt.NDArray[np.object_]] = {}
    for geography, column in _CODED.items():
        numbers, found = pd.factorize(frame[column], sort=True)
        columns.append(numbers.astype(np.int64))
        names[geography] = np.asarray(found, dtype=object)
    columns += [frame[column].to_numpy(dtype=np.int64) for column in _CELLS.values()]
    shared = LocationKeys(frame["location_id"].to_numpy(dtype=np.int64), np.column_stack(columns))
    names[ALL_AREA] = fetch(connection, "queries/analytics_region_code")["force_code"].to_numpy(dtype=object)
    categories: list[str] = fetch(connection, "queries/analytics_incident_categories")["category"].tolist()
    run_statement(connection, "transform/analytics_stage_count")
    counted = run_chunks(count_one_month, shared, _months(connection, months, categories), settings)
    for month, counts in zip(months, counted, strict=True):
        copy_frame(connection, "pg_temp", "analytics_count", _rows(counts, month, np.asarray(categories, dtype=object), names))
    run_statement(connection, "transform/analytics_store_count")
    run_statement(connection, "transform/analytics_unstage_count")


def _months(connection: Connection, months: list[date], categories: list[str]) -> Iterator[tuple[_Int, _Int]]:
    """Location and category's number of each located incident, a month at a time."""
    number = {category: n for n, category in enumerate(categories)}
    for month in months:
        rows = fetch(connection, "queries/analytics_month_locations", {"month": month})
        ids = [np.asarray(listed, dtype=np.int64) for listed in rows["location_ids"]]
        kinds = [np.full(len(listed), number[name], dtype=np.int64) for name, listed in zip(rows["category"], ids, strict=True)]
        nothing = np.zeros(0, dtype=np.int64)
        yield np.concatenate([nothing, *ids]), np.concatenate([nothing, *kinds])


def _rows(
    counts: MonthCounts, month: date, categories: npt.NDArray[np.object_], names: dict[Geography, npt.NDArray[np.object_]]
) -> pd.DataFrame:
    frames = []
    for number, geography in enumerate(_GEOGRAPHIES):
        mine = counts.geography == number
        key = counts.key[mine]
        cell = geography in _CELLS
        frames.append(
            pd.DataFrame(
                {
                    "geography": geography.level,
                    "edition": geography.edition,
                    "code": np.array([f"{k:x}" for k in key.tolist()], dtype=object) if cell else names[geography][key],
                    "cell": pd.array(key if cell else [None] * len(key), dtype="Int64"),
                    "a_district": names[LAD_2022][counts.district[mine]] if geography != ALL_AREA else "",
                    "month": month,
                    "category": categories[counts.category[mine]],
                    "incidents": counts.incidents[mine],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)

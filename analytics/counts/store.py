"""Reading what the count stage counts, and writing what it counted: between the database and the arrays of analytics.counts.arrays."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection

from analytics.counts.arrays import CELLS, CODED, GEOGRAPHIES, GeographyMonths, LocationKeys, count_one_month, put_together
from boundaries.distributed import run_chunks
from core.contracts import ALL_AREA, H3_R7, H3_R8, H3_R9, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021, Geography
from core.db import copy_arrow_parts, fetch, fetch_arrow
from core.settings import ComputeSettings

_Int32 = npt.NDArray[np.int32]
_Names = npt.NDArray[np.object_]
# locations and categories of a month's incidents
_Month = tuple[npt.NDArray[np.int64], _Int32]

_TEXT = pa.dictionary(pa.int32(), pa.string())
# the part of analysis.count_month that holds a geography
PARTS: dict[Geography, str] = {
    ALL_AREA: "whole", LAD_2022: "lad", MSOA_2021: "msoa", LSOA_2011: "lsoa_2011", LSOA_2021: "lsoa_2021",
    H3_R7: "h3_r7", H3_R8: "h3_r8", H3_R9: "h3_r9",
}  # fmt: skip
# so many rows are written out while PostgreSQL takes in as many
_ROWS_A_PART = 50_000


@dataclass(frozen=True)
class PlaceNames:
    """The places of one geography by number, in the order of their codes. districts: the number of each one's own, -1 for none."""

    codes: _Names
    districts: _Int32


def fill_counts(connection: Connection, months: list[date], settings: ComputeSettings, *, every: bool) -> None:
    """Add these months to analysis.count_month, which must hold none of them.

    every: these are all months there are. Rows go in in the order of the table's key, all months together: its index, built afterwards, then
    has nothing left to sort.
    """
    shared, names, districts = _location_keys(connection, None if every else months)
    categories: list[str] = []
    with ThreadPoolExecutor(1) as other:
        read = _one_ahead(other, _months(connection, months, categories))
        counted = run_chunks(count_one_month, shared, read, settings)
    order = np.argsort(np.array(categories, dtype=object)) if categories else np.zeros(0, dtype=np.int64)
    rank = np.argsort(order).astype(np.int32)
    sorted_categories = pa.array([categories[n] for n in order], pa.string())
    for geography, part in PARTS.items():
        whole = put_together([month[GEOGRAPHIES.index(geography)] for month in counted], rank)
        tables = (
            _rows(run, geography, names[geography], districts, sorted_categories, pa.array(months, pa.date32()))
            for run in whole.parts(_ROWS_A_PART)
        )
        # row-level security guards the whole and takes no COPY
        copy_arrow_parts(connection, "counted", part, tables, exact=True)


def _location_keys(connection: Connection, months: list[date] | None) -> tuple[LocationKeys, dict[Geography, PlaceNames], pa.Array]:
    """Every location of the region, or of these months, with the numbers of its places, what they stand for, and the districts by number."""
    types = {"location_id": pa.int64()} | dict.fromkeys(CODED.values(), _TEXT) | dict.fromkeys(CELLS.values(), pa.int64())
    locations = fetch_arrow(connection, "counts/location_keys", types, {"months": months})
    ids = locations["location_id"].to_numpy()
    order = np.argsort(ids)
    keys = np.empty((len(ids), len(types) - 1), dtype=np.int32)
    codes: dict[Geography, _Names] = {}
    for number, (geography, column) in enumerate({**CODED, **CELLS}.items()):
        keys[:, number], codes[geography] = _numbered(locations[column])
    codes[ALL_AREA] = fetch(connection, "counts/region_code")["force_code"].to_numpy(dtype=object)
    return LocationKeys(ids[order], keys[order]), *_names(connection, codes, every=months is None)


def _numbered(column: pa.ChunkedArray) -> tuple[_Int32, _Names]:
    """Numbers by the order of the values, -1 for null, and the values; H3 cells as hexadecimal, whose order is that of the numbers."""
    encoded = column.combine_chunks() if pa.types.is_dictionary(column.type) else column.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_numpy(zero_copy_only=False)
    order = np.argsort(values)
    rank = np.argsort(order).astype(np.int32)
    indices = encoded.indices.fill_null(-1).to_numpy()
    numbers = np.where(indices >= 0, rank[indices], -1).astype(np.int32) if len(values) else indices.astype(np.int32)
    if pa.types.is_integer(encoded.dictionary.type):
        return numbers, np.array([f"{cell:x}" for cell in values[order].tolist()], dtype=object)
    return numbers, values[order].astype(object)


def _names(connection: Connection, codes: dict[Geography, _Names], *, every: bool) -> tuple[dict[Geography, PlaceNames], pa.Array]:
    """The district that row-level security filters by: an area's own, a cell's that of its centre, '' for the whole region."""
    areas = sorted({str(code) for geography in CODED for code in codes[geography]})
    parents = fetch(connection, "counts/area_districts", {"codes": areas})
    wanted = None if every else [int(cell, 16) for geography in CELLS for cell in codes[geography]]
    cells = fetch_arrow(connection, "counts/cell_districts", {"cell": pa.int64(), "lad_code": pa.string()}, {"cells": wanted})
    in_cell = dict(zip((f"{c:x}" for c in cells["cell"].to_pylist()), cells["lad_code"].to_pylist(), strict=True))
    names = {}
    # those of locations first, as they are numbered there
    listed_districts = dict.fromkeys([*codes[LAD_2022], *parents["lad_code"], *in_cell.values(), ""])
    number = {district: n for n, district in enumerate(listed_districts)}
    for geography, listed in codes.items():
        own = in_cell
        if geography in CODED:
            mine = parents[(parents["geography"] == geography.level) & (parents["edition"] == geography.edition)]
            own = dict(zip(mine["code"], mine["lad_code"], strict=True))
        if geography == ALL_AREA:
            own = dict.fromkeys(listed, "")
        names[geography] = PlaceNames(listed, np.array([number.get(own.get(code), -1) for code in listed], dtype=np.int32))
    return names, pa.array(list(listed_districts), pa.string())


def _months(connection: Connection, months: list[date], categories: list[str]) -> Iterator[_Month]:
    """Location and category's number of each located incident, a month at a time; categories take in those not seen before."""
    for month in months:
        rows = fetch_arrow(connection, "counts/month_locations", {"location_id": pa.int64(), "category": _TEXT}, {"month": month})
        kinds = rows["category"].combine_chunks()
        listed = kinds.dictionary.to_pylist()
        categories += [name for name in listed if name not in categories]
        number = np.array([categories.index(name) for name in listed], dtype=np.int32)
        yield rows["location_id"].to_numpy(), number[kinds.indices.to_numpy()]


def _one_ahead(other: ThreadPoolExecutor, months: Iterator[_Month]) -> Iterator[_Month]:
    """The same; while one month is counted, another thread reads the one after it. Nobody else uses the connection meanwhile."""
    following = other.submit(next, months, None)
    while (month := following.result()) is not None:
        following = other.submit(next, months, None)
        yield month


def _rows(
    counts: GeographyMonths, geography: Geography, names: PlaceNames, districts: pa.Array, categories: pa.Array, months: pa.Array
) -> pa.Table:
    """Rows of analysis.count_month."""
    nothing = np.zeros(len(counts), dtype=np.int32)
    own = names.districts[counts.place]
    lad = np.where(own >= 0, own, counts.district)

    def named(numbers: _Int32, words: pa.Array) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), words)

    return pa.table(
        {
            "geography": named(nothing, pa.array([geography.level])),
            "edition": named(nothing, pa.array([geography.edition])),
            "code": named(counts.place, pa.array(names.codes, pa.string())),
            "lad_code": named(lad, districts),
            "category": named(counts.category, categories),
            "month": months.take(pa.array(counts.month)),
            "incidents": pa.array(counts.incidents),
        }
    )

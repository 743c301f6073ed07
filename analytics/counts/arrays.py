"""The count stage on arrays: incidents of a month by place and category, in every geography. No database here.

A location's places are numbers, so that counting a geography is one sort of whole numbers. A task is a month, here or on a Dask worker
(boundaries.distributed): it is given the locations and categories of the month's incidents, and the locations' places are shared by all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.contracts import ALL_AREA, H3_R7, H3_R8, H3_R9, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021, Geography

_Int = npt.NDArray[np.int64]
_Int32 = npt.NDArray[np.int32]

# in the order of the columns of LocationKeys.keys; the whole region comes last and has no column
CODED: dict[Geography, str] = {LSOA_2011: "lsoa11_code", LSOA_2021: "lsoa21_code", MSOA_2021: "msoa21_code", LAD_2022: "lad22_code"}
CELLS: dict[Geography, str] = {H3_R9: "h3_r9", H3_R8: "h3_r8", H3_R7: "h3_r7"}
GEOGRAPHIES: tuple[Geography, ...] = (*CODED, *CELLS, ALL_AREA)
_DISTRICT = list(CODED).index(LAD_2022)


@dataclass(frozen=True)
class LocationKeys:
    """location_id (n, ascending) and keys (n x 7): the number of its place in each geography but the whole region, -1 for none."""

    location_id: _Int
    keys: _Int32


@dataclass(frozen=True)
class MonthCounts:
    """One row a place x category with an incident, by place and category: their numbers, and the least number of a district they lie in."""

    place: _Int32
    category: _Int32
    district: _Int32
    incidents: _Int32


def count_one_month(locations: LocationKeys, location_id: _Int, category: _Int32) -> tuple[MonthCounts, ...]:
    """Count the incidents of a month, each given by its location and category; one MonthCounts a geography, in the order of GEOGRAPHIES.

    Those whose location is not among the given ones lie outside the region and are left out.
    """
    if not len(locations.location_id):
        location_id, category = location_id[:0], category[:0]
    row = np.searchsorted(locations.location_id, location_id)
    row = np.minimum(row, max(len(locations.location_id) - 1, 0))
    inside = locations.location_id[row] == location_id if len(row) else np.zeros(0, dtype=bool)
    keys, kind = locations.keys[row[inside]], category[inside]
    everywhere = np.zeros(len(kind), dtype=np.int32)
    return tuple(
        _count(keys[:, number] if number < keys.shape[1] else everywhere, kind, keys[:, _DISTRICT])
        for number in range(len(GEOGRAPHIES))
    )


def _count(place: _Int32, category: _Int32, district: _Int32) -> MonthCounts:
    """Sort place, category and district as one number: rows of a place and category then stand together, the least district first."""
    held = place >= 0
    kinds, districts = (int(n.max(initial=0)) + 1 for n in (category, district))
    whole = np.sort((place[held].astype(np.int64) * kinds + category[held]) * districts + district[held])
    group = whole // districts
    first = np.flatnonzero(np.diff(group, prepend=-1))
    found, kind = np.divmod(group[first], kinds)
    incidents = np.diff(first, append=len(group))
    return MonthCounts(*(column.astype(np.int32) for column in (found, kind, whole[first] % districts, incidents)))


@dataclass(frozen=True)
class GeographyMonths:
    """The counts of one geography in all months: as MonthCounts, by place, category and month; month is a number too."""

    place: _Int32
    category: _Int32
    month: _Int32
    district: _Int32
    incidents: _Int32

    def __len__(self) -> int:
        return len(self.place)

    def parts(self, rows: int) -> Iterator[GeographyMonths]:
        """The same in runs of so many rows."""
        for start in range(0, len(self), rows):
            part = slice(start, start + rows)
            yield GeographyMonths(
                self.place[part], self.category[part], self.month[part], self.district[part], self.incidents[part]
            )


def put_together(months: list[MonthCounts], rank: _Int32) -> GeographyMonths:
    """All months of a geography as one, in the order of count_month's key. rank: where each category stands in that order."""
    if not months:
        nothing = np.zeros(0, dtype=np.int32)
        return GeographyMonths(nothing, nothing, nothing, nothing, nothing)
    month = np.repeat(np.arange(len(months), dtype=np.int32), [len(m.place) for m in months])
    place, category, district, incidents = (
        np.concatenate([getattr(m, name) for m in months]) for name in ("place", "category", "district", "incidents")
    )
    category = rank[category]
    whole = (place.astype(np.int64) * len(rank) + category) * len(months) + month
    order = np.argsort(whole)
    return GeographyMonths(place[order], category[order], month[order], district[order], incidents[order])

"""The place stage's task: longitudes and latitudes in, positions, areas and cells out. No database here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from boundaries import hexagons
from boundaries.distributed import run_chunks
from boundaries.point_in_area import AreaIndex
from boundaries.projection import to_national_grid
from core.settings import ComputeSettings

_Float = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LsoaIndexes:
    """The indexes of both editions; the old one may not be loaded."""

    lsoa11: AreaIndex | None
    lsoa21: AreaIndex


@dataclass(frozen=True)
class PlacedArrays:
    """n locations: EPSG:27700, the number of the area in each index (-1 for none), the H3 cell of the finest resolution."""

    easting: _Float
    northing: _Float
    lsoa11: npt.NDArray[np.int32]
    lsoa21: npt.NDArray[np.int32]
    h3_cell: npt.NDArray[np.int64]


def place_arrays(indexes: LsoaIndexes, lon: _Float, lat: _Float) -> PlacedArrays:
    """Place locations given in WGS84."""
    easting, northing = to_national_grid(lon, lat)
    old = indexes.lsoa11.assign(easting, northing) if indexes.lsoa11 is not None else np.full(len(lon), -1, dtype=np.int32)
    return PlacedArrays(easting, northing, old, indexes.lsoa21.assign(easting, northing), hexagons.cells_at(lon, lat))


def place_in_tasks(indexes: LsoaIndexes, lon: _Float, lat: _Float, settings: ComputeSettings) -> PlacedArrays:
    """The same on the engine that the settings choose, in tasks of `locations_a_task`."""

    def chunks() -> Iterator[tuple[_Float, _Float]]:
        for start in range(0, len(lon), settings.locations_a_task):
            part = slice(start, start + settings.locations_a_task)
            yield lon[part], lat[part]

    if settings.engine == "local" or not len(lon):
        return place_arrays(indexes, lon, lat)
    parts = run_chunks(place_arrays, indexes, chunks(), settings)
    return PlacedArrays(*(np.concatenate([getattr(part, name) for part in parts]) for name in PlacedArrays.__dataclass_fields__))

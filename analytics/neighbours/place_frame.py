"""The neighbourhoods that risk factors, services and kinds of places are worked out for: LSOAs of 2021 with district, residents, outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.neighbours.weights import SpatialWeights, contiguity
from boundaries.areas import read_areas
from core.contracts import LSOA_2021
from core.db import fetch
from core.errors import UserError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PlaceFrame:
    """n places by code. residents (n): NaN where unknown. outlines (n): polygons, EPSG:27700. names (n)."""

    codes: pd.Index
    lad_codes: NDArray[np.object_]
    names: NDArray[np.object_]
    residents: Floats
    outlines: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def area_km2(self) -> Floats:
        """(n), from the outlines held; generalised ones are off by a little."""
        import shapely

        return np.asarray(shapely.area(self.outlines) / 1e6)

    def weights(self) -> SpatialWeights:
        """Who touches whom, itself included."""
        return contiguity(self.outlines)

    def positions(self, codes: Sequence[str] | pd.Series) -> NDArray[np.int64]:
        """Position of each code, -1 for one that is not of the region."""
        return np.asarray(self.codes.get_indexer(pd.Index(codes)), dtype=np.int64)

    def columns(self) -> dict[str, object]:
        """The columns by which every result row names its place."""
        return {
            "geography": LSOA_2021.level,
            "edition": LSOA_2021.edition,
            "code": self.codes.to_numpy(),
            "lad_code": self.lad_codes,
        }


def read_place_frame(connection: Connection) -> PlaceFrame:
    """Every LSOA of 2021 of the region. UserError where there are none, or one has no outline."""
    rows = fetch(connection, "counts/places", {"geography": LSOA_2021.level, "edition": LSOA_2021.edition})
    areas = read_areas(connection, LSOA_2021)
    missing = len(set(rows["code"]) - set(areas.index))
    if rows.empty or missing:
        raise UserError(
            f"{missing} places of {LSOA_2021} have no outline" if missing else f"no place of {LSOA_2021} is known",
            where="place.area",
            hint="load the boundaries and lookups of that edition for the whole region.",
        )
    areas = areas.loc[rows["code"]]
    return PlaceFrame(
        codes=pd.Index(rows["code"]),
        lad_codes=rows["lad_code"].to_numpy(object),
        names=areas["name"].to_numpy(object),
        residents=rows["residents"].to_numpy(dtype=np.float64, na_value=np.nan),
        outlines=areas.geometry.to_numpy(),
    )

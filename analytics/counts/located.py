"""What was recorded at each location, month by month and group by group: the input of grids that are laid anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.places import Group, period_values
from boundaries.hexagons import parent_of
from core.contracts import H3_R9, LSOA_2021, Geography
from core.db import fetch
from core.errors import InternalError
from core.periods import Period

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class LocatedCounts:
    """L locations of the region. points_m: (L x 2), EPSG:27700. incidents: (L x groups x months), without proactive offences unless asked.

    lsoa21, lad22, h3_r9: the place of each location, by code.
    """

    points_m: Floats
    lsoa21: NDArray[np.object_]
    lad22: NDArray[np.object_]
    h3_r9: NDArray[np.object_]
    months: tuple[date, ...]
    incidents: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.points_m)

    def only(self, chosen: NDArray[np.bool_]) -> LocatedCounts:
        """Some of the locations, (L,) true where kept."""
        return LocatedCounts(
            self.points_m[chosen], self.lsoa21[chosen], self.lad22[chosen], self.h3_r9[chosen], self.months, self.incidents[chosen]
        )

    def summed_by(self, position: Ints, places: int) -> Floats:
        """Counts of places (places x groups x months), where location l lies in place position[l]; below 0 is nowhere."""
        inside = position >= 0
        matrix = sparse.csr_matrix(
            (np.ones(int(inside.sum())), (position[inside], np.flatnonzero(inside))), shape=(places, len(self))
        )
        flat = matrix @ self.incidents.reshape(len(self), -1).astype(np.float64)
        return np.asarray(flat.reshape(places, *self.incidents.shape[1:]))


def read_located_counts(
    connection: Connection, groups: Sequence[Group], months: Sequence[date], *, with_proactive: bool = False
) -> LocatedCounts:
    """Every location of the region with its counts in the given loaded months, zeros included.

    with_proactive: count the offences that police activity itself produces too.
    """
    points = fetch(connection, "counts/located_points")
    span = period_values(Period(months[0], months[-1]))
    rows = fetch(connection, "counts/located_counts", span | {"with_proactive": with_proactive})
    row = pd.Index(points["location_id"]).get_indexer(rows["location_id"])
    column = pd.Index([group.id for group in groups]).get_indexer(rows["group_id"])
    step = pd.Index(list(months)).get_indexer(rows["month"])
    if (row < 0).any():
        raise InternalError("located counts: a location is unknown")
    wanted = (step >= 0) & (column >= 0)
    incidents = np.zeros((len(points), len(groups), len(months)), dtype=np.int32)
    incidents[row[wanted], column[wanted], step[wanted]] = rows["incidents"].to_numpy(dtype=np.int64)[wanted]
    return LocatedCounts(
        points[["easting", "northing"]].to_numpy(dtype=np.float64),
        points["lsoa21_code"].to_numpy(dtype=object),
        points["lad22_code"].to_numpy(dtype=object),
        points["h3_r9"].to_numpy(dtype=object),
        tuple(months),
        incidents,
    )


def codes_of(located: LocatedCounts, geography: Geography) -> NDArray[np.object_]:
    """The code of each location's place in a geography."""
    if geography == LSOA_2021:
        return located.lsoa21
    if geography == H3_R9:
        return located.h3_r9
    return np.array([f"{parent_of(int(code, 16), 8):x}" for code in located.h3_r9], dtype=object)

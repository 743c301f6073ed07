"""Points that a load has met, and the store's ids of them: record.location holds each distinct point once.

Month after month stands on the same anchor points, so that after the first files of a load most points are known here, and the store is
asked for the others alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from core import db
from core.errors import InternalError

# longitude and latitude as one complex number, which pandas hashes in one pass
Points = npt.NDArray[np.complex128]
Ids = npt.NDArray[np.int64]


class KnownLocations:
    """Ids by point. What a transaction adds is kept once it stands (`keep`), and forgotten where it does not (`forget`)."""

    def __init__(self) -> None:
        self._known = pd.Index(np.zeros(0, dtype=np.complex128))
        self._ids: Ids = np.zeros(0, dtype=np.int64)
        self._met: list[tuple[Points, Ids]] = []

    def ids_of(self, connection: Connection, points: Points) -> Ids:
        """The id of each point, all different. Points that the store has not seen are added to it."""
        at = self._known.get_indexer(points)
        ids: Ids = np.zeros(len(points), dtype=np.int64)
        ids[at >= 0] = self._ids[at[at >= 0]]
        unknown = np.flatnonzero(at < 0)
        if unknown.size:
            ids[unknown] = _stored(connection, points[unknown])
            self._met.append((points[unknown], ids[unknown]))
        return ids

    def keep(self) -> None:
        """The transaction stands."""
        for points, ids in self._met:
            fresh = self._known.get_indexer(points) < 0
            self._known = self._known.append(pd.Index(points[fresh]))
            self._ids = np.concatenate([self._ids, ids[fresh]])
        self._met = []

    def forget(self) -> None:
        """The transaction does not stand, and with it no id that it gave."""
        self._met = []


def _stored(connection: Connection, points: Points) -> Ids:
    """Ids from the store, which takes in the points that it does not have."""
    # both answers come by longitude and latitude, as one array each: a row a point would be an object a value
    order = np.lexsort((points.imag, points.real))
    values = {
        name: f"{{{','.join(map(repr, part[order].tolist()))}}}" for name, part in (("lon", points.real), ("lat", points.imag))
    }
    found = db.fetch(connection, "queries/feeds_add_locations", values)["location_ids"].iloc[0]
    if len(found) < len(points):
        # some were there, or came with another load since the statement before began
        found = db.fetch(connection, "queries/feeds_location_ids", values)["location_ids"].iloc[0]
    if len(found) != len(points):
        raise InternalError(f"{len(points) - len(found)} locations were neither found nor stored")
    ids: Ids = np.empty(len(points), dtype=np.int64)
    ids[order] = found
    return ids

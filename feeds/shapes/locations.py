"""Points that a load has met, and the store's ids of them: record.location holds each distinct point once.

Month after month stands on the same anchor points, so that after the first files of a load most points are known here, and the store is
asked for the others alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from core import db
from core.errors import InternalError

# longitude and latitude as one complex number
Points = npt.NDArray[np.complex128]
Ids = npt.NDArray[np.int64]


class KnownLocations:
    """Ids by point. What a transaction adds is kept once it stands (`keep`), and forgotten where it does not (`forget`)."""

    def __init__(self) -> None:
        self._known: dict[complex, int] = {}
        self._met: dict[complex, int] = {}

    def ids_of(self, connection: Connection, points: Points) -> Ids:
        """The id of each point, all different. Points that the store has not seen are added to it."""
        # no id is 0: the store counts from 1
        ids: Ids = np.array([self._known.get(point, 0) for point in points.tolist()], dtype=np.int64)
        unknown = np.flatnonzero(ids == 0)
        if unknown.size:
            ids[unknown] = _stored(connection, points[unknown])
            self._met.update(zip(points[unknown].tolist(), ids[unknown].tolist(), strict=True))
        return ids

    def keep(self) -> None:
        """The transaction stands."""
        self._known |= self._met
        self._met = {}

    def forget(self) -> None:
        """The transaction does not stand, and with it no id that it gave."""
        self._met = {}


def _stored(connection: Connection, points: Points) -> Ids:
    """Ids from the store, which takes in the points that it does not have."""
    # both answers come by longitude and latitude, as one array each: a row a point would be an object a value
    order = np.lexsort((points.imag, points.real))
    values = {
        name: f"{{{','.join(map(repr, part[order].tolist()))}}}" for name, part in (("lon", points.real), ("lat", points.imag))
    }
    found = db.fetch(connection, "feeds/add_locations", values)["location_ids"].iloc[0]
    if len(found) < len(points):
        # some were there, or came with another load since the statement before began
        found = db.fetch(connection, "feeds/location_ids", values)["location_ids"].iloc[0]
    if len(found) != len(points):
        raise InternalError(f"{len(points) - len(found)} locations were neither found nor stored")
    ids: Ids = np.empty(len(points), dtype=np.int64)
    ids[order] = found
    return ids

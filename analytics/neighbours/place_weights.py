"""The neighbours of a geography's places: contiguity of outlines, or the ring of a hexagon."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from analytics.neighbours.weights import SpatialWeights, contiguity, hexagon_rings
from boundaries.areas import read_areas
from core.contracts import Geography
from core.errors import UserError


def place_weights(connection: Connection, geography: Geography, codes: Sequence[str]) -> SpatialWeights:
    """Star weights of the places, in the order given. UserError where an area has no outline."""
    if geography.level == "h3":
        return hexagon_rings([int(code, 16) for code in codes])
    outlines = read_areas(connection, geography)
    missing = len(set(codes) - set(outlines.index))
    if missing:
        raise UserError(
            f"{missing} places of {geography} have no outline",
            where="place.area",
            hint="load the boundary file of that edition for the whole region.",
        )
    return contiguity(outlines.loc[list(codes)].geometry.to_numpy())

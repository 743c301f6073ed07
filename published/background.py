"""The background of maps: what is shown now, and its tiles. Belongs to no release, and holds open data alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import Connection

from core.db import one_or_none


@dataclass(frozen=True)
class Background:
    """mark: of its content, part of the address of each tile; bounds: west, south, east, north in degrees. picture: its tiles are pictures,
    which bring their own names, in place of vector tiles."""

    mark: str
    attribution: str
    least_zoom: int
    most_zoom: int
    bounds: tuple[float, float, float, float]
    picture: bool = False

    def holds(self, zoom: int, x: int, y: int) -> bool:
        """Whether a tile can be one of this background, so that nobody need ask for one that cannot."""
        if not self.least_zoom <= zoom <= self.most_zoom:
            return False
        west, south, east, north = self.bounds
        across = 1 << zoom
        first, last = math.floor((west + 180) / 360 * across), math.floor((east + 180) / 360 * across)
        return first <= x <= last and math.floor(_down(north) * across) <= y <= math.floor(_down(south) * across)


def _down(latitude: float) -> float:
    """How far down the square of web maps a latitude lies, from 0 to 1."""
    sine = math.sin(math.radians(latitude))
    return 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def current_background(connection: Connection) -> Background | None:
    """The background that is shown now; None where no file of it was loaded."""
    row = one_or_none(connection, "published/background")
    if row is None:
        return None
    return Background(
        row.mark, row.attribution, int(row.least_zoom), int(row.most_zoom), (row.west, row.south, row.east, row.north)
    )


def tile(connection: Connection, mark: str, zoom: int, x: int, y: int) -> bytes | None:
    """A vector tile (MVT) packed with gzip; None where nothing lies there, or where the mark is another background's."""
    row = one_or_none(connection, "published/background_tile", {"mark": mark, "zoom": zoom, "x": x, "y": y})
    return None if row is None else bytes(row.body)

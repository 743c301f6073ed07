"""The background of maps: what is shown now, and its tiles. Belongs to no release, and holds open data alone."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection

from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.db import one_or_none, rows
from published.vector_tile import AREA, LINE, POINT, read_tile

if TYPE_CHECKING:
    from pyproj import Transformer

# metres a pixel at zoom 0, at the latitude of Britain's middle; paper shows as much as a screen one zoom closer
_PIXEL_M, _FINER = 94_200.0, 1
# a box of more tiles than this is read from a wider zoom
_MOST_TILES = 64


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


@dataclass(frozen=True)
class Feature:
    """A road, a river, a railway, a water, a green or a named place. what: its class; geometry: as GeoJSON has it, in degrees or in metres of
    the National Grid."""

    what: str
    name: str
    geometry: dict[str, Any]


def ground_within(
    connection: Connection, background: Background, bounds: tuple[float, float, float, float], per_m: float
) -> tuple[Feature, ...]:
    """What lies in a box of the National Grid (west, south, east, north in metres), thinned by scale. per_m: points of paper a metre."""
    west, south, east, north = bounds
    longitudes, latitudes = _projection(to_grid=False).transform([west, east, west, east], [south, south, north, north])
    zoom = max(background.least_zoom, min(background.most_zoom, zoom_of(per_m)))
    box = _tiles(zoom, longitudes, latitudes)
    while zoom > background.least_zoom and (box["east"] - box["west"] + 1) * (box["south"] - box["north"] + 1) > _MOST_TILES:
        zoom -= 1
        box = _tiles(zoom, longitudes, latitudes)
    found: list[Feature] = []
    for row in rows(connection, "published/background_tiles", {"zoom": zoom, **box}):
        found += _features_of(zoom, row.x, row.y, bytes(row.body))
    return tuple(found)


def zoom_of(per_m: float) -> int:
    """The zoom whose features a map on paper shows. per_m: points of paper a metre."""
    return math.floor(math.log2(_PIXEL_M * per_m)) + _FINER


@lru_cache(maxsize=2)
def _projection(*, to_grid: bool) -> Transformer:
    from pyproj import Transformer

    ends = (WGS84, BRITISH_NATIONAL_GRID) if to_grid else (BRITISH_NATIONAL_GRID, WGS84)
    return Transformer.from_crs(*ends, always_xy=True)


@lru_cache(maxsize=256)
def _features_of(zoom: int, x: int, y: int, body: bytes) -> tuple[Feature, ...]:
    """What a packed tile holds: neighbouring places share tiles."""
    to_grid = _projection(to_grid=True)
    found = []
    for feature in read_tile(gzip.decompress(body)):
        if not feature.parts:
            continue
        shares = np.concatenate([np.asarray(part) for part in feature.parts])
        lon = (x + shares[:, 0]) / (1 << zoom) * 360 - 180
        lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + shares[:, 1]) / (1 << zoom)))))
        eastings, northings = to_grid.transform(lon, lat)
        points = np.column_stack([eastings, northings]).round(1).tolist()
        ends = np.cumsum([len(part) for part in feature.parts])
        runs = [points[end - len(part) : end] for part, end in zip(feature.parts, ends, strict=True)]
        shape = {POINT: ("Point", points[0]), LINE: ("MultiLineString", runs), AREA: ("Polygon", runs)}.get(feature.shape)
        if shape is not None:
            found.append(Feature(feature.what, feature.name, {"type": shape[0], "coordinates": shape[1]}))
    return tuple(found)


def _tiles(zoom: int, longitudes: list[float], latitudes: list[float]) -> dict[str, int]:
    """The numbers of the tiles that a box of degrees touches."""
    across = 1 << zoom
    return {
        "west": math.floor((min(longitudes) + 180) / 360 * across),
        "east": math.floor((max(longitudes) + 180) / 360 * across),
        "north": math.floor(_down(max(latitudes)) * across),
        "south": math.floor(_down(min(latitudes)) * across),
    }


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

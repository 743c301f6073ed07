"""What the store already knows that a load needs: the region's areas, every code of an edition, the region's extent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from core import db
from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.db import Role
from core.settings import RegionSettings
from feeds.reading.vector import PLAUSIBLE
from feeds.shapes.locations import KnownLocations

if TYPE_CHECKING:
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

Codes = dict[tuple[str, str], frozenset[str]]

_KM_PER_DEGREE = 111.2
_CODE = {"geography": pa.string(), "edition": pa.string(), "code": pa.string()}


@dataclass(frozen=True)
class Box:
    """Longitudes and latitudes between which a point is plausible."""

    west: float
    south: float
    east: float
    north: float


class Scope:
    """Read on first use, in a transaction of its own, and kept; a new one is made after reference data has changed."""

    def __init__(self, region: RegionSettings) -> None:
        self.region = region
        self.locations = KnownLocations()
        self._boxes: dict[float, Box] = {}

    @cached_property
    def region_codes(self) -> Codes:
        """Codes of the region's areas by (geography, edition). Empty while no lookup has said which districts the region has."""
        return _by_edition(_read("feeds/region_codes"))

    @cached_property
    def known_codes(self) -> Codes:
        """Every code that a lookup names, by (geography, edition)."""
        # a hundred thousand rows, read at the start of every load
        with db.transaction(Role.PIPELINE) as connection:
            rows = db.fetch_arrow(connection, "feeds/known_codes", _CODE)
        found = rows.group_by(["geography", "edition"]).aggregate([("code", "list")]).to_pydict()
        return {
            (geography, edition): frozenset(codes)
            for geography, edition, codes in zip(found["geography"], found["edition"], found["code_list"], strict=True)
        }

    @cached_property
    def region_districts(self) -> frozenset[str]:
        """Codes of the region's districts, of every edition that is linked to the force area."""
        return frozenset().union(*(codes for (geography, _), codes in self.region_codes.items() if geography == "lad"))

    @cached_property
    def postcodes(self) -> frozenset[str]:
        """Postcodes held, upper case without spaces."""
        return frozenset(_read("feeds/known_postcodes")["postcode"])

    @cached_property
    def postcode_points(self) -> pd.DataFrame:
        """Longitude and latitude of the middle of each postcode that has one, by postcode; rounded to about a centimetre."""
        from pyproj import Transformer

        rows = _read("feeds/postcode_points").set_index("postcode")
        lon, lat = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True).transform(rows["easting"], rows["northing"])
        return rows.assign(lon=lon, lat=lat)[["lon", "lat"]].round(7)

    @property
    def outline(self) -> BaseGeometry | None:
        """The region's boundary in EPSG:27700, where the force area's boundary is held."""
        import shapely

        rows = _read("feeds/region_outline")
        return None if rows.empty else shapely.from_wkb(bytes(rows["outline"].iloc[0]))

    def plausible_box(self, furthest_km: float) -> Box:
        """Where a point of the region may lie: its extent and a margin; the whole United Kingdom while the region has no boundary."""
        if furthest_km not in self._boxes:
            self._boxes[furthest_km] = _box(furthest_km)
        return self._boxes[furthest_km]


def _box(furthest_km: float) -> Box:
    from pyproj import Transformer

    rows = _read("feeds/region_extent")
    if rows.empty:
        return Box(*PLAUSIBLE[WGS84])
    extent = rows.iloc[0]
    west, south, east, north = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True).transform_bounds(
        extent["least_x"], extent["least_y"], extent["greatest_x"], extent["greatest_y"]
    )
    tall = furthest_km / _KM_PER_DEGREE
    wide = furthest_km / (_KM_PER_DEGREE * math.cos(math.radians(north)))
    return Box(west - wide, south - tall, east + wide, north + tall)


def _read(name: str) -> pd.DataFrame:
    with db.transaction(Role.PIPELINE) as connection:
        return db.fetch(connection, name)


def _by_edition(rows: pd.DataFrame) -> Codes:
    return {(str(g), str(e)): frozenset(part["code"]) for (g, e), part in rows.groupby(["geography", "edition"])}

"""The window of the sheet's map: where a degree lies on paper."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.look.outlines import bounds_of
from briefs import drawing

WIDTH, HEIGHT = 660.0, 430.0
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class View:
    """A window of degrees laid on the drawing: a degree of longitude as short as it is there."""

    west: float
    north: float
    per_degree: float
    narrow: float
    left: float = 0.0
    top: float = 0.0
    width: float = WIDTH
    height: float = HEIGHT

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float]) -> View:
        """With a margin of an eighth on each side."""
        west, south, east, north = bounds
        narrow = math.cos(math.radians((south + north) / 2))
        per_degree = min(WIDTH / max((east - west) * narrow, 1e-6), HEIGHT / max(north - south, 1e-6)) * 0.8
        middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
        return cls(middle_lon - WIDTH / per_degree / narrow / 2, middle_lat + HEIGHT / per_degree / 2, per_degree, narrow)

    @property
    def per_m(self) -> float:
        """How wide a metre is drawn."""
        return self.per_degree / _METRES_A_DEGREE

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is in sight."""
        return (
            self.west,
            self.north - HEIGHT / self.per_degree,
            self.west + WIDTH / self.per_degree / self.narrow,
            self.north,
        )

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.narrow * self.per_degree, (self.north - lat) * self.per_degree

    def path(self, geometry: Mapping[str, Any]) -> str:
        """Polygons as the path of an SVG."""
        parts = []
        for ring in _rings(geometry):
            points = (self.xy(lon, lat) for lon, lat, *_ in ring[:-1])
            parts.append("M" + " ".join(f"{drawing.number(x)},{drawing.number(y)}" for x, y in points) + "Z")
        return "".join(parts)

    def sees(self, geometry: Mapping[str, Any]) -> bool:
        west, south, east, north = bounds_of({"": geometry})
        left, top = self.xy(west, north)
        right, bottom = self.xy(east, south)
        return right > 0 and left < WIDTH and bottom > 0 and top < HEIGHT


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[list[float]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield from polygon

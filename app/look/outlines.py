"""Outlines of published places as GeoJSON geometries, ready for a map; kept in memory by release and district."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from core.db import Role, transaction
from published.outlines import simplified_outlines
from published.release import Release

# degrees: about 10 m, under a pixel when a district fills the map
_TOLERANCE = {"lsoa": 0.0001, "msoa": 0.0002, "lad": 0.0005, "force": 0.001, "all": 0.001}


@lru_cache(maxsize=64)
def published_outlines(
    release: Release, geography: str, district: str = "", role: Role = Role.COMMUNITY
) -> Mapping[str, dict[str, Any]]:
    """Geometry by place code, of one district or (district '') the whole region."""
    # the whole region on one map needs less detail than a district does
    tolerance = _TOLERANCE[geography] * (1 if district else 3)
    with transaction(role) as connection:
        return simplified_outlines(connection, release, geography, district, tolerance)


def bounds_of(geometries: Mapping[str, Mapping[str, Any]]) -> tuple[float, float, float, float]:
    """West, south, east, north of GeoJSON geometries; ValueError for none."""
    points = [p for g in geometries.values() for p in _points(g["coordinates"])]
    if not points:
        raise ValueError("no outline to show")
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    return min(lon), min(lat), max(lon), max(lat)


def _points(coordinates: Any) -> list[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [(float(coordinates[0]), float(coordinates[1]))]
    return [p for part in coordinates for p in _points(part)]

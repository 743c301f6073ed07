"""Geometries as they come to geometries that can be kept: flat, without collections, valid.

Heights and measures are dropped. A collection gives its polygons. An outline that crosses itself is mended where it is plain what it
encloses; where its area depends on the way of mending, nobody knows what was drawn, and the feature is rejected with that reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Geometries = npt.NDArray[np.object_]

# by how much two areas may differ and count as one, as a share of the larger
_SAME_AREA = 0.01
NO_NUMBER = "a coordinate of its outline is no number"
CANNOT_BE_READ = "its geometry cannot be read"
CANNOT_BE_MENDED = "its outline is not valid and cannot be mended"
HAS_NO_ONE_AREA = "its outline crosses itself, so that what it encloses cannot be told"


@dataclass(frozen=True)
class Outlines:
    """Geometries, None where there is none or it is at fault. repaired: numbers of those changed; faults: number and reason.

    taken_apart: how many were collections of which the polygons were taken.
    """

    geometry: Geometries
    repaired: npt.NDArray[np.int64]
    faults: dict[int, str] = field(default_factory=dict)
    taken_apart: int = 0


def read_outlines(wkb: Geometries) -> Outlines:
    """Geometries of well-known binary, each None or fit to be kept."""
    import shapely

    faults: dict[int, str] = {}
    repaired: set[int] = set()
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    given = np.array([part is not None for part in wkb], dtype=bool)
    for i in np.flatnonzero(given & shapely.is_missing(geometry)):
        # a ring that is not closed is closed
        geometry[i] = shapely.from_wkb(wkb[i], on_invalid="fix")
        if geometry[i] is None:
            faults[int(i)] = CANNOT_BE_READ
        else:
            repaired.add(int(i))
    geometry = shapely.force_2d(geometry)
    kinds = shapely.get_type_id(geometry)
    collections = kinds == shapely.GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(collections | (kinds == shapely.GeometryType.MULTIPOINT)):
        geometry[i] = _taken_apart(geometry[i])
    apart = int((collections & (shapely.get_type_id(geometry) == shapely.GeometryType.MULTIPOLYGON)).sum())
    flat = shapely.get_dimensions(geometry) == 2
    for i in np.flatnonzero(flat & ~shapely.is_valid(geometry)):
        geometry[i], fault = mended(geometry[i])
        if fault:
            faults[int(i)] = fault
        else:
            repaired.add(int(i))
    return Outlines(geometry, np.array(sorted(repaired), dtype=np.int64), faults, apart)


def _taken_apart(geometry: Any) -> Any:
    """The polygons of a collection as one multipolygon, the point of a collection of one point; anything else stays."""
    import shapely

    parts = _parts(geometry)
    polygons = [p for p in parts if p.geom_type == "Polygon" and not p.is_empty]
    if polygons:
        return shapely.multipolygons(polygons)
    return parts[0] if len(parts) == 1 and parts[0].geom_type == "Point" else geometry


def _parts(geometry: Any) -> list[Any]:
    """Every single geometry of a collection, however deep."""
    import shapely

    found: list[Any] = []
    for part in shapely.get_parts(geometry):
        found += _parts(part) if part.geom_type.startswith(("Multi", "GeometryCollection")) else [part]
    return found


def mended(geometry: Any) -> tuple[Any, str]:
    """The outline made valid and '', or None and the reason why it cannot be.

    There are two ways to read an outline that crosses itself: what its lines enclose an odd number of times, and all that they enclose.
    Where both have the same area, or one has the area that was written, that one is meant.
    """
    import shapely

    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return None, NO_NUMBER
    found: list[tuple[float, Any]] = []
    for method in ("linework", "structure"):
        try:
            areal = [p for p in _parts(shapely.make_valid(geometry, method=method)) if p.geom_type == "Polygon"]
            candidate = shapely.multipolygons(areal) if areal else None
            if candidate is not None and shapely.is_valid(candidate):
                found.append((float(shapely.area(candidate)), candidate))
        except (shapely.errors.GEOSException, ValueError):
            continue
    if not found:
        return None, CANNOT_BE_MENDED
    if len(found) == 1 or _same(found[0][0], found[1][0]):
        return found[0][1], ""
    written = float(shapely.area(geometry))
    return next(((candidate, "") for area, candidate in found if _same(area, written)), (None, HAS_NO_ONE_AREA))


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_AREA * max(one, other)

"""The background of maps: roads, railways, water, green, stations and names of places, as rows of place.background.

A national file is thinned to the region and what lies near it. What no rule of the catalogue draws is left out and counted, not rejected:
nothing is wrong with a footpath or a beach.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection

from core import db
from core.db.geometry import ewkb
from core.db.tables import BACKGROUND
from feeds.catalogue.writes_background import BackgroundLayer, BackgroundWrite
from feeds.reading.many_layers import LAYER, tag
from feeds.reading.rows import Mask, Rows, Screening, is_in, plain
from feeds.reading.vector import repair, to_national_grid
from feeds.shapes.shape import Arrival, Notes, constant, nothing_kept

# how far round the region features are kept
NEARBY_M = 3_000
_POINT, _LINE, _AREA = 0, 1, 2
# metres a pixel at zoom 0, at the latitude of Britain's middle (53 degrees north)
_PIXEL_M = 94_200.0
# an area is drawn from the zoom on at which it is so many pixels across
_LEAST_PIXELS = 7.0
# what the maps of a county that does not exist say in place of a publisher's words
_INVENTED = "Invented streets of no real place"
_WIDEST, _CLOSEST = 6, 14


@dataclass(frozen=True)
class _Look:
    """What a class is. least_zoom: the widest map that shows it; of an area 0, because its size says."""

    kind: str
    dimensions: int
    least_zoom: int


_LOOKS = {
    "city": _Look("settlement", _POINT, 6), "town": _Look("settlement", _POINT, 8), "village": _Look("settlement", _POINT, 11),
    "suburb": _Look("settlement", _POINT, 11), "hamlet": _Look("settlement", _POINT, 13), "station": _Look("station", _POINT, 12),
    "motorway": _Look("road", _LINE, 6), "a_road": _Look("road", _LINE, 8), "b_road": _Look("road", _LINE, 10),
    "minor_road": _Look("road", _LINE, 11), "street": _Look("road", _LINE, 13), "path": _Look("road", _LINE, 14),
    "railway": _Look("rail", _LINE, 9), "river": _Look("waterway", _LINE, 9), "stream": _Look("waterway", _LINE, 13),
    "water": _Look("water", _AREA, 0), "park": _Look("green", _AREA, 0), "wood": _Look("green", _AREA, 0),
}  # fmt: skip


def screen(rows: Rows, write: BackgroundWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A feature needs a geometry that can be read."""
    import shapely

    geometry = _geometry(rows)
    for reason in sorted(set(rows.faults.values())):
        at_fault = np.zeros(len(rows), dtype=bool)
        at_fault[[i for i, why in rows.faults.items() if why == reason]] = True
        screening.reject(at_fault, LAYER, reason)
    screening.reject(shapely.is_missing(geometry) | shapely.is_empty(geometry), LAYER, "no geometry")
    return {}


def store(rows: Rows, write: BackgroundWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """Put the features of the region and of its surroundings in place of none: a delivery brings its own, and leaves others' alone."""
    import shapely

    drawn, names = _drawn(rows, write)
    found = np.flatnonzero(drawn != "")
    geometry = to_national_grid(_geometry(rows)[found], rows.epsg)
    # projecting can fold a sliver over itself, and nothing that is not valid can be cut into tiles
    geometry = _flat(repair(geometry)[0] if (shapely.get_dimensions(geometry) == _AREA).any() else geometry)
    looks = [_LOOKS[c] for c in drawn[found]]
    dimensions = np.array([look.dimensions for look in looks], dtype=np.int64)
    # the name of a place may be printed on its outline
    areal = (dimensions == _POINT) & (shapely.get_dimensions(geometry) == _AREA)
    geometry[areal] = shapely.point_on_surface(geometry[areal])
    fits = (shapely.get_dimensions(geometry) == dimensions) & ~shapely.is_empty(geometry)
    kept = fits & _near(geometry, arrival)
    at, geometry = found[kept], geometry[kept]
    zooms = np.array([look.least_zoom for look in looks], dtype=np.int64)[kept]
    of_areas = dimensions[kept] == _AREA
    zooms[of_areas] = _zoom_of_areas(shapely.area(geometry[of_areas]))
    count = len(at)
    staged = pa.table(
        {
            "kind": pa.array([look.kind for look, keep in zip(looks, kept, strict=True) if keep], pa.string()),
            "class": pa.array(drawn[at].tolist(), pa.string()),
            "name": pa.array(names[at].tolist(), pa.string()),
            "least_zoom": pa.array(zooms, pa.int64()),
            "delivery_id": constant(delivery_id, count),
            "geom": pa.array([shape.hex() for shape in ewkb(BACKGROUND.c.geom, geometry)], pa.string()),
        }
    )
    db.copy_arrow(arrival.connection, "place", "background", staged)
    notes: Notes = {
        "attribution": _INVENTED if arrival.scope.region.synthetic else write.attribution,
        "features_kept": count,
        "left_out_by_kind": len(rows) - len(found),
        "left_out_by_shape": int((~fits).sum()),
        "left_out_far_away": int((fits & ~kept).sum()),
    }
    return notes | nothing_kept(count, len(rows))


def remove(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the features of a retired delivery."""
    db.run_statement(connection, "feeds/delete/background", {"delivery_id": delivery_id})


def _geometry(rows: Rows) -> npt.NDArray[np.object_]:
    return np.full(len(rows), None, dtype=object) if rows.geometry is None else rows.geometry


def _drawn(rows: Rows, write: BackgroundWrite) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """The class of each row ('' for one that is not drawn), and its name: by the first rule that knows it."""
    drawn = np.full(len(rows), "", dtype=object)
    names = np.full(len(rows), "", dtype=object)
    layers = rows.text(LAYER)
    for rule in write.layers:
        of_layer = is_in(layers, [rule.layer])
        if not of_layer.any():
            continue
        classes = np.array(_classes(rows, rule), dtype=object)
        chosen = of_layer & (drawn == "") & (classes != "")
        drawn[chosen] = classes[chosen]
        for column in rule.name:
            texts = np.array(rows.text(column).to_pylist(), dtype=object)
            unnamed = chosen & (names == "")
            names[unnamed] = texts[unnamed]
    return drawn, names


def _classes(rows: Rows, rule: BackgroundLayer) -> list[str]:
    if rule.drawn:
        return [rule.drawn] * len(rows)
    column, _, name = rule.column.partition(".")
    texts = plain(tag(rows.text(column), name) if name else rows.text(column))
    return [rule.drawn_by.get(text, "") for text in texts.to_pylist()]


def _flat(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Rings as lines: a roundabout is a road."""
    import shapely

    rings = shapely.get_type_id(geometry) == shapely.GeometryType.LINEARRING
    flat = geometry.copy()
    flat[rings] = [shapely.LineString(ring.coords) for ring in geometry[rings]]
    return flat


def _near(geometry: npt.NDArray[np.object_], arrival: Arrival) -> Mask:
    """What lies in the region or near it; all of it while the region has no boundary."""
    outline: Any = arrival.scope.outline
    if outline is None:
        return np.ones(len(geometry), dtype=bool)
    import shapely

    around = outline.simplify(200.0).buffer(NEARBY_M)
    shapely.prepare(around)
    near: Mask = shapely.intersects(around, geometry)
    return near


def _zoom_of_areas(area_m2: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The widest map on which each of these areas is some pixels across."""
    across = np.sqrt(np.maximum(area_m2, 1.0))
    return np.clip(np.ceil(np.log2(_PIXEL_M * _LEAST_PIXELS / across)), _WIDEST, _CLOSEST).astype(np.int64)

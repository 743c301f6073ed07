"""Boundary bytes (GeoJSON, GeoPackage, zipped shapefile) to `Rows` with valid polygons, and those that are kept to EPSG:27700.

A national file is thinned before it is transformed, because transforming is what takes the time. The coordinate system must be said
by the file, be one that the catalogue allows for the feed, and agree with the coordinates.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.errors import FeedError
from feeds.catalogue.feed import Feed
from feeds.reading.kind import require_kind, require_rows_bound
from feeds.reading.layers import Layer, as_wanted, chosen, layers_of, unreadable
from feeds.reading.outlines import Outlines, read_outlines
from feeds.reading.rows import Rows
from feeds.reading.tabular import require_columns

# the United Kingdom with a margin: (least x, least y, greatest x, greatest y)
PLAUSIBLE = {WGS84: (-9.5, 49.0, 2.5, 61.5), BRITISH_NATIONAL_GRID: (-100_000.0, -50_000.0, 700_000.0, 1_300_000.0)}


def read_features(data: bytes, feed: Feed, label: str) -> Rows:
    """The features of a boundary file in its own coordinate system (`Rows.epsg`). Repaired polygons stand under remarks, by number."""
    if not data.strip():
        raise FeedError("the file is empty", where=label, hint="ask the publisher for the file again; nothing was stored.")
    require_kind(data, "vector", label)
    layer = chosen(layers := layers_of(data, feed, label), feed, label)
    meta, arrow = _read(layer, label)
    if arrow.num_rows == 0:
        raise FeedError("the file holds no features", where=label, hint="ask the publisher for the file again.")
    require_rows_bound(arrow.num_rows, label)
    wkb = meta["geometry_name"] or "wkb_geometry"
    attributes = [c for c in arrow.column_names if c not in {wkb, "OGC_FID", "fid"}]
    _texts_are_utf8(arrow, attributes, label)
    if wkb in arrow.column_names:
        found = read_outlines(arrow.column(wkb).to_numpy())
    else:
        found = Outlines(np.full(arrow.num_rows, None, dtype=object), np.array([], dtype=np.int64))
    geometry = found.geometry
    epsg = epsg_of(meta["crs"], feed, label)
    agrees_with_coordinates(geometry, epsg, label)
    renamed = as_wanted(attributes, feed.required_columns)
    columns = {renamed.get(c, c): as_text(arrow.column(c)) for c in attributes}
    if (points := _points_as_text(geometry, epsg)) is not None:
        columns |= points
    require_columns(list(columns), feed, label)
    told: list[str] = []
    remarks: dict[str, object] = {"crs": f"EPSG:{epsg}", "told": told}
    if len(found.repaired):
        remarks["repaired"] = [int(i) + 1 for i in found.repaired]
        told.append(f"{len(found.repaired):,} outlines mended")
    if found.taken_apart:
        told.append(f"of {found.taken_apart:,} collections the polygons were taken")
    if layer.encoding:
        remarks["encoding"] = layer.encoding
        told.append(f"its .dbf names no encoding and was read as {layer.encoding}")
    if others := [other.label for other in layers if other is not layer and other.has_geometry]:
        remarks["layers_not_used"] = others[:200]
        told.append(f"of its {len(others) + 1} layers only {layer.label} was read")
    line = np.arange(1, arrow.num_rows + 1, dtype=np.int64)
    return Rows(pa.table(columns), line, geometry=geometry, epsg=epsg, remarks=remarks, faults=found.faults)


def _read(layer: Layer, label: str) -> tuple[dict[str, Any], pa.Table]:
    """A layer's meta-data and features. FeedError for whatever GDAL has to say of bytes that it cannot read."""
    import pyogrio

    try:
        with warnings.catch_warnings():
            # GDAL remarks that bytes in memory have no file extension
            warnings.simplefilter("ignore")
            meta, arrow = pyogrio.read_arrow(layer.data, layer=layer.number, encoding=layer.encoding or None)
    except Exception as error:
        raise unreadable(label) from error
    return meta, arrow


def _texts_are_utf8(arrow: pa.Table, attributes: list[str], label: str) -> None:
    """FeedError where texts came through that are not UTF-8: the file says another encoding than it has, or none."""
    for name in attributes:
        try:
            arrow.column(name).validate(full=True)
        except pa.ArrowInvalid as error:
            raise FeedError(
                f"the texts of column {name} are not in the encoding that the file says (UTF-8 where it says none)",
                where=label,
                hint="a shapefile names its encoding in its .cpg; ask the publisher for the file as GeoPackage.",
            ) from error


def _points_as_text(geometry: npt.NDArray[np.object_], epsg: int) -> dict[str, pa.Array] | None:
    """Columns geometry.longitude and geometry.latitude of a file of points, in degrees; empty for a feature without one.

    So a layer of points feeds the same shapes as a table. None for a file that holds anything but points.
    """
    import shapely

    kinds = set(shapely.get_type_id(geometry[~shapely.is_missing(geometry)]))
    if kinds != {shapely.GeometryType.POINT}:
        return None
    x, y = shapely.get_x(geometry), shapely.get_y(geometry)
    if epsg != WGS84:
        from pyproj import Transformer

        x, y = Transformer.from_crs(epsg, WGS84, always_xy=True).transform(x, y)
        x, y = np.round(x, 7), np.round(y, 7)
    texts = [pa.array(["" if not np.isfinite(v) else repr(float(v)) for v in values], pa.string()) for values in (x, y)]
    return {"geometry.longitude": texts[0], "geometry.latitude": texts[1]}


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of whatever type as texts; '' for no value."""
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    try:
        return pc.fill_null(column.cast(pa.string()), "")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.chunked_array([pa.array(["" if v is None else str(v) for v in column.to_pylist()], pa.string())])


def epsg_of(crs: str | None, feed: Feed, label: str) -> int:
    """The number of the coordinate system that a file says. FeedError where it says none, or one that the feed does not allow."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not crs and feed.read.crs_of_format:
        return feed.read.crs_of_format
    if not crs:
        raise FeedError(
            "the file does not say its coordinate system",
            where=label,
            hint="a shapefile needs its .prj in the zip; ask the publisher for it.",
        )
    try:
        known = CRS.from_user_input(crs)
        found = known.to_epsg() or known.to_epsg(min_confidence=25)
    except CRSError as error:
        raise FeedError(
            "the file's coordinate system cannot be read", where=label, hint="it should be EPSG:4326 or EPSG:27700."
        ) from error
    # OGC:CRS84 is WGS84 with longitude first, which is how every reader here gives it
    if known.to_authority() == ("OGC", "CRS84"):
        found = WGS84
    if found not in feed.read.crs:
        raise FeedError(
            f"coordinate system {f'EPSG:{found}' if found else 'unknown'} is not one that feed {feed.id} allows",
            where=label,
            hint="feeds/catalogue.toml, read.crs, names those allowed.",
        )
    return int(found)


def agrees_with_coordinates(geometry: npt.NDArray[np.object_], epsg: int, label: str) -> None:
    """FeedError where coordinates cannot be of the declared system: metres called degrees, or latitude before longitude."""
    import shapely

    bounds = shapely.bounds(geometry)
    low_x, low_y, high_x, high_y = PLAUSIBLE[epsg]
    with np.errstate(invalid="ignore"):
        outside = (bounds[:, 0] < low_x) | (bounds[:, 1] < low_y) | (bounds[:, 2] > high_x) | (bounds[:, 3] > high_y)
        degrees = np.abs(bounds).max(axis=1) <= 180
    if epsg == BRITISH_NATIONAL_GRID:
        outside |= degrees
    if outside.any():
        raise FeedError(
            f"{int(outside.sum())} of {len(geometry)} features have coordinates that contradict the file's coordinate system, EPSG:{epsg}",
            where=label,
            hint="the file says one system and holds another (or latitude before longitude); ask the publisher for it again.",
        )


def to_national_grid(geometry: npt.NDArray[np.object_], epsg: int) -> npt.NDArray[np.object_]:
    """Geometries in EPSG:27700; all vertices are transformed in one call."""
    if epsg == BRITISH_NATIONAL_GRID:
        return geometry
    import shapely
    from pyproj import Transformer

    transformer = Transformer.from_crs(epsg, BRITISH_NATIONAL_GRID, always_xy=True)

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    projected: npt.NDArray[np.object_] = shapely.transform(geometry, project)
    return projected


def repair(geometry: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Geometries made valid, areal parts only (a repair can leave lines behind, which have no area). Second: which were changed."""
    import shapely

    invalid = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    if not len(invalid):
        return geometry, invalid
    fixed = geometry.copy()
    for i in invalid:
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(geometry[i])))
        areal = [p for p in parts if p.geom_type == "Polygon"]
        fixed[i] = shapely.multipolygons(areal) if areal else None
    return fixed, invalid


def as_multipolygons(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Polygons as multipolygons of one part, which is how place.area holds every area."""
    import shapely

    single = shapely.get_type_id(geometry) == shapely.GeometryType.POLYGON
    if not single.any():
        return geometry
    multi = geometry.copy()
    multi[single] = shapely.multipolygons(geometry[single][:, None])
    return multi


def ewkb_hex(geometry: npt.NDArray[np.object_]) -> pa.Array:
    """Outlines of areas as hexadecimal EWKB of the column that they go to, ready for COPY; None stays null."""
    from core.db.geometry import ewkb
    from core.db.tables import AREA

    return pa.array([None if outline is None else outline.hex() for outline in ewkb(AREA.c.geom, geometry)], pa.string())

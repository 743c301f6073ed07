"""Boundary bytes (GeoJSON, GeoPackage, zipped shapefile) to `Rows` with valid polygons, and those that are kept to EPSG:27700.

A national file is thinned before it is transformed, because transforming is what takes the time. The coordinate system must be said
by the file, be one that the catalogue allows for the feed, and agree with the coordinates.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.errors import FeedError
from feeds.catalogue.feed import Feed
from feeds.reading.rows import Rows
from feeds.reading.tabular import require_columns

# the United Kingdom with a margin: (least x, least y, greatest x, greatest y)
PLAUSIBLE = {WGS84: (-9.5, 49.0, 2.5, 61.5), BRITISH_NATIONAL_GRID: (-100_000.0, -50_000.0, 700_000.0, 1_300_000.0)}


def read_features(data: bytes, feed: Feed, label: str) -> Rows:
    """The features of a boundary file in its own coordinate system (`Rows.epsg`). Repaired polygons stand under remarks, by number."""
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    if not data.strip():
        raise FeedError("the file is empty", where=label, hint="ask the publisher for the file again; nothing was stored.")
    try:
        with warnings.catch_warnings():
            # GDAL remarks that bytes in memory have no file extension
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, arrow = pyogrio.read_arrow(data)
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        raise FeedError(
            "the boundary file cannot be read", where=label, hint="ask the publisher for the file again; it may be cut short."
        ) from error
    if arrow.num_rows == 0:
        raise FeedError("the file holds no features", where=label, hint="ask the publisher for the file again.")
    attributes = [c for c in arrow.column_names if c not in {meta["geometry_name"] or "wkb_geometry", "OGC_FID", "fid"}]
    geometry = shapely.from_wkb(arrow.column(meta["geometry_name"] or "wkb_geometry").to_numpy())
    epsg = _epsg(meta["crs"], feed, label)
    _agrees_with_coordinates(geometry, epsg, label)
    columns = {c: _as_text(arrow.column(c)) for c in attributes}
    if (points := _points_as_text(geometry, epsg)) is not None:
        columns |= points
    require_columns(list(columns), feed, label)
    table = pa.table(columns)
    line = np.arange(1, arrow.num_rows + 1, dtype=np.int64)
    geometry, repaired = repair(geometry)
    remarks: dict[str, object] = {"crs": f"EPSG:{epsg}"}
    if len(repaired):
        remarks["repaired"] = [int(i) + 1 for i in repaired]
    return Rows(table, line, geometry=geometry, epsg=epsg, remarks=remarks)


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


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    try:
        return pc.fill_null(column.cast(pa.string()), "")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.chunked_array([pa.array(["" if v is None else str(v) for v in column.to_pylist()], pa.string())])


def _epsg(crs: str | None, feed: Feed, label: str) -> int:
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


def _agrees_with_coordinates(geometry: npt.NDArray[np.object_], epsg: int, label: str) -> None:
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

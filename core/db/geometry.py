"""Geometry across the border of the database, whole arrays at a time: EWKB of shapes, shapes of EWKB, each held against its typed column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Column

from core.errors import InternalError

if TYPE_CHECKING:
    from geoalchemy2 import Geometry

_Shapes = npt.NDArray[np.object_]


def ewkb(column: Column[Any], shapes: Sequence[Any] | _Shapes) -> _Shapes:
    """Shapes in the column's reference system as EWKB in bytes, None where there is none.

    InternalError for a shape of another kind than the column's, or one that bears another reference system's number.
    """
    kind, given = _kind(column), np.asarray(shapes, dtype=object)
    there = given[~shapely.is_missing(given)]
    # a column of GEOMETRY holds any kind
    of_any = kind.geometry_type == "GEOMETRY"
    strange = there[:0] if of_any else there[shapely.get_type_id(there) != shapely.GeometryType[kind.geometry_type]]
    if strange.size:
        raise InternalError(f"{_named(column)} holds {kind.geometry_type}, {strange.size} shapes are none: {strange[0].geom_type}")
    # a shape that was never in a database bears no number, which shapely gives as 0
    _require_srid(column, there[shapely.get_srid(there) != 0])
    written: _Shapes = shapely.to_wkb(shapely.set_srid(given, kind.srid), include_srid=True)
    return written


def shapes_of(column: Column[Any], values: _Shapes) -> _Shapes:
    """Shapes of what a query gave for the column (EWKB, in bytes or hexadecimal). InternalError for another reference system than its own."""
    shapes: _Shapes = shapely.from_wkb(values)
    _require_srid(column, shapes[~shapely.is_missing(shapes)])
    return shapes


def srid_of(column: Column[Any]) -> int:
    """The column's reference system, an EPSG code."""
    return int(_kind(column).srid)


def _require_srid(column: Column[Any], shapes: _Shapes) -> None:
    if strange := set(np.unique(shapely.get_srid(shapes)).tolist()) - {srid_of(column)}:
        found = ", ".join(f"EPSG:{srid}" for srid in sorted(strange))
        raise InternalError(f"{_named(column)} is in EPSG:{srid_of(column)}, a shape in {found}")


def _kind(column: Column[Any]) -> Geometry:
    # a quarter of a second, which a process that meets no geometry need not wait for
    from geoalchemy2 import Geometry

    if not isinstance(column.type, Geometry):
        raise InternalError(f"{_named(column)} is no geometry")
    return column.type


def _named(column: Column[Any]) -> str:
    return f"{column.table.fullname}.{column.name}"

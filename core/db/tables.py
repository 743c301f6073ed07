"""The tables that hold geometry, as SQLAlchemy tables with GeoAlchemy2's typed columns: kind of shape and reference system.

sql/migrations/ makes them; a test compares these with what the migrations made. Code that reads a geometry (core.db.fetch_geo) or writes one
(core.db.geometry.ewkb) names its column here, so that the reference system comes from the column and never from whoever calls.
"""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Double, Integer, MetaData, SmallInteger, Table, Text

_TABLES = MetaData()


def _geom(kind: str, srid: int, *, nullable: bool) -> Column[str]:
    return Column("geom", Geometry(kind, srid, spatial_index=False), nullable=nullable)


AREA = Table(
    "area",
    _TABLES,
    Column("geography", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("local_name", Text, nullable=False),
    Column("detail", SmallInteger, nullable=False),
    Column("delivery_id", BigInteger),
    _geom("MULTIPOLYGON", 27700, nullable=True),
    Column("area_m2", Double),
    Column("around", Text, nullable=False),
    schema="place",
)

H3_CELL = Table(
    "h3_cell",
    _TABLES,
    Column("cell", BigInteger, primary_key=True),
    Column("resolution", SmallInteger, nullable=False),
    Column("lad_code", Text, nullable=False),
    Column("area_m2", Double, nullable=False),
    _geom("POLYGON", 27700, nullable=False),
    schema="place",
)

PATCH = Table(
    "patch",
    _TABLES,
    Column("patch_id", BigInteger, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("name", "source", "source_edition", "file_name", "sha256", "rule")),
    Column("people_reference", Text, nullable=False),
    *(Column(f"people_{whose}", Double, nullable=False) for whose in ("drawn", "members", "gained", "lost")),
    *(Column(f"{which}_m2", Double, nullable=False) for which in ("drawn", "members", "gained", "lost", "outside")),
    Column("added_at", DateTime(timezone=True), nullable=False),
    _geom("MULTIPOLYGON", 27700, nullable=False),
    schema="place",
)

PERSON_PATCH = Table(
    "patch",
    _TABLES,
    Column("patch_id", BigInteger, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("code", "person", "name", "source")),
    *(Column(name, ARRAY(Text), nullable=False) for name in ("districts", "members")),
    *(Column(name, DateTime(timezone=True), nullable=False) for name in ("made_at", "changed_at")),
    _geom("MULTIPOLYGON", 27700, nullable=False),
    schema="person",
)

HEXAGON_CELL = Table(
    "hexagon_cell",
    _TABLES,
    Column("grid_id", BigInteger, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("lad_code", Text, nullable=False),
    Column("locations", Integer, nullable=False),
    _geom("POLYGON", 27700, nullable=False),
    schema="analysis",
)

BACKGROUND = Table(
    "background",
    _TABLES,
    *(Column(name, Text, nullable=False) for name in ("kind", "class", "name")),
    Column("least_zoom", SmallInteger, nullable=False),
    Column("delivery_id", BigInteger, nullable=False),
    # points, lines and areas
    _geom("GEOMETRY", 27700, nullable=False),
    schema="place",
)

PUBLISHED_PLACE = Table(
    "place",
    _TABLES,
    Column("release_id", BigInteger, primary_key=True),
    Column("geography", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("place_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("local_name", Text, nullable=False),
    Column("parent_msoa", Text),
    Column("parent_lad", Text),
    Column("residents", Integer),
    Column("residents_reference", Text),
    Column("deprivation_decile", SmallInteger),
    Column("deprivation_reference", Text),
    _geom("MULTIPOLYGON", 4326, nullable=True),
    Column("supplier", Text),
    schema="published",
)

WITH_GEOMETRY = (AREA, H3_CELL, PATCH, PERSON_PATCH, HEXAGON_CELL, BACKGROUND, PUBLISHED_PLACE)

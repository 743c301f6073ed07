"""The typed tables are what the migrations made, and geometry keeps its reference system on the way in and out."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from sqlalchemy import Table, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from core import db
from core.db import Role
from core.db.geometry import ewkb, shapes_of
from core.db.tables import AREA, H3_CELL, PUBLISHED_PLACE, WITH_GEOMETRY
from core.errors import InternalError

pytestmark = pytest.mark.database
SQUARE = shapely.MultiPolygon([shapely.box(451_000, 206_000, 451_100, 206_100)])


def _names(table: Table) -> str:
    return table.fullname


def _written(kind: TypeEngine[object]) -> str:
    return kind.compile(dialect=postgresql.dialect())


@pytest.mark.parametrize("table", WITH_GEOMETRY, ids=_names)
def test_a_table_is_what_the_migrations_made(database: str, table: Table) -> None:
    with db.transaction(Role.OWNER) as connection:
        found = inspect(connection).get_columns(table.name, schema=table.schema)
        key = inspect(connection).get_pk_constraint(table.name, schema=table.schema)
    made = [(c["name"], _written(c["type"]), c["nullable"]) for c in found]
    assert [(c.name, _written(c.type), c.nullable) for c in table.columns] == made
    assert [c.name for c in table.primary_key.columns] == key["constrained_columns"]


def test_every_table_with_geometry_is_typed(database: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(
            text("SELECT f_table_schema || '.' || f_table_name || '.' || f_geometry_column FROM geometry_columns ORDER BY 1")
        ).scalars()
        assert list(found) == sorted(f"{t.fullname}.geom" for t in WITH_GEOMETRY)


def _store(outline: shapely.Geometry | None, code: str) -> None:
    row = {"geography": "ward", "edition": "2022", "code": code, "name": code}
    written = None if outline is None else ewkb(AREA.c.geom, [outline])[0].hex()
    with db.transaction(Role.PIPELINE) as connection:
        db.copy_rows(connection, "place", "area", [*row, "geom"], [[*row.values(), written]])


def test_a_frame_comes_back_in_the_reference_system_of_its_column(database: str) -> None:
    _store(SQUARE, "E05000001")
    with db.transaction(Role.PIPELINE) as connection:
        asked = {"geography": "ward", "edition": "2022"}
        frame = db.fetch_geo(connection, "boundaries/areas", AREA.c.geom, asked)
        empty = db.fetch_geo(connection, "boundaries/areas", AREA.c.geom, asked | {"edition": "2023"})
    assert frame.crs.to_epsg() == 27700
    assert frame.geometry.iloc[0].equals(SQUARE)
    # no row says what it is in; the column does
    assert empty.empty
    assert empty.crs.to_epsg() == 27700


def test_a_query_in_another_reference_system_than_the_column_is_refused(database: str) -> None:
    _store(SQUARE, "E05000001")
    with (
        db.transaction(Role.PIPELINE) as connection,
        pytest.raises(InternalError, match=r"published\.place\.geom is in EPSG:4326, a shape in EPSG:27700"),
    ):
        db.fetch_geo(connection, "boundaries/areas", PUBLISHED_PLACE.c.geom, {"geography": "ward", "edition": "2022"})


def test_a_query_without_the_column_is_refused(database: str) -> None:
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(InternalError, match="boundaries/cells gave no column geom"):
        db.fetch_geo(connection, "boundaries/cells", H3_CELL.c.geom)


def test_shapes_go_and_come_with_their_gaps() -> None:
    written = ewkb(AREA.c.geom, [SQUARE, None])
    back = shapes_of(AREA.c.geom, written)
    assert written[1] is None
    assert back[1] is None
    assert back[0].equals(SQUARE)
    assert shapely.get_srid(back[0]) == 27700
    assert shapes_of(AREA.c.geom, np.array([written[0].hex()], dtype=object))[0].equals(SQUARE)
    assert len(ewkb(AREA.c.geom, [])) == 0


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (SQUARE.geoms[0], "place.area.geom holds MULTIPOLYGON, 1 shapes are none: Polygon"),
        (shapely.set_srid(SQUARE, 4326), "place.area.geom is in EPSG:27700, a shape in EPSG:4326"),
    ],
)
def test_a_shape_that_the_column_cannot_hold_is_refused(shape: shapely.Geometry, said: str) -> None:
    with pytest.raises(InternalError, match=re.escape(said)):
        ewkb(AREA.c.geom, [SQUARE, shape])


def test_a_column_of_another_type_is_no_geometry() -> None:
    with pytest.raises(InternalError, match=r"place\.area\.code is no geometry"):
        ewkb(AREA.c.code, [SQUARE])


def test_a_shape_without_a_reference_system_cannot_have_come_from_a_table() -> None:
    bare = np.array([shapely.to_wkb(SQUARE)], dtype=object)
    with pytest.raises(InternalError, match="a shape in EPSG:0"):
        shapes_of(AREA.c.geom, bare)

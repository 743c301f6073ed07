"""Rows of a query in sql/, as a frame, a geographic frame or an Arrow table."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from sqlalchemy import Column, Connection, Row, text

from core.db.connect import COPY_BYTES, driver_connection
from core.db.geometry import shapes_of, srid_of
from core.db.sql import read_sql
from core.errors import InternalError

if TYPE_CHECKING:
    import geopandas as gpd


def fetch(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Rows of sql/NAME.sql as a frame; :name parameters are bound."""
    result = connection.execute(text(read_sql(name)), dict(params or {}))
    # plain tuples: pandas asks each of SQLAlchemy's own rows what kind of thing it is, ten times slower
    return pd.DataFrame(list(map(tuple, result.fetchall())), columns=list(result.keys()))


def rows(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> list[Row[*tuple[Any, ...]]]:
    """The rows of sql/NAME.sql with their columns as attributes, a missing value as None: for a few, quicker than a frame by far."""
    return list(connection.execute(text(read_sql(name)), dict(params or {})).fetchall())


def one(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> Row[*tuple[Any, ...]]:
    """The one row of sql/NAME.sql, with its columns as attributes. InternalError where there is none, or another beside it."""
    found = one_or_none(connection, name, params)
    if found is None:
        raise InternalError(f"{name} gave no row")
    return found


def one_or_none(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> Row[*tuple[Any, ...]] | None:
    """The same; None where there is no row."""
    rows = connection.execute(text(read_sql(name)), dict(params or {})).fetchall()
    if len(rows) > 1:
        raise InternalError(f"{name} gave more than one row")
    return rows[0] if rows else None


def scalar(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> Any:
    """The value of sql/NAME.sql, which gives one row of one column; None where it gives no row."""
    found = one_or_none(connection, name, params)
    return None if found is None else found[0]


def fetch_geo(connection: Connection, name: str, column: Column[Any], params: Mapping[str, Any] | None = None) -> gpd.GeoDataFrame:
    """Rows of sql/NAME.sql as a geographic frame in the reference system of a typed column (core.db.tables), which they must hold.

    Not geopandas.read_postgis: that looks the SRID up in spatial_ref_sys, which the public credential may not read. InternalError where
    the query gives no such column, or a shape in another reference system than the column's.
    """
    # here, for most processes read no shape, and it takes a third of the time in which a command starts
    import geopandas as gpd

    frame = fetch(connection, name, params)
    if column.name not in frame.columns:
        raise InternalError(f"{name} gave no column {column.name}")
    shapes = shapes_of(column, frame[column.name].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.assign(**{column.name: shapes}), geometry=column.name, crs=srid_of(column))


def run_statement(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> int:
    """Run one statement of sql/NAME.sql; returns the number of rows it touched."""
    return int(connection.execute(text(read_sql(name)), dict(params or {})).rowcount)


def run_script(connection: Connection, script: str) -> None:
    """Run a whole SQL text of several statements (migrations, functions, grants) without parameters."""
    with driver_connection(connection).cursor() as cursor:
        cursor.execute(script)


def fetch_arrow(
    connection: Connection, name: str, types: Mapping[str, pa.DataType], params: Mapping[str, Any] | None = None
) -> pa.Table:
    """Rows of sql/NAME.sql as an Arrow table, through COPY and without a Python object a value. types: its columns in order."""
    statement = text(read_sql(name).rstrip().rstrip(";")).compile(dialect=connection.dialect)
    driver = driver_connection(connection)
    stream = io.BytesIO()
    with driver.cursor() as cursor:
        query = cursor.mogrify(str(statement), dict(params or {})).decode()
        cursor.copy_expert(f"COPY (\n{query}\n) TO STDOUT WITH (FORMAT csv)", stream, COPY_BYTES)
    if not stream.tell():
        return pa.table({column: pa.array([], kind) for column, kind in types.items()})
    stream.seek(0)
    return arrow_csv.read_csv(
        stream,
        read_options=arrow_csv.ReadOptions(column_names=list(types)),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict(types), null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )


def code_of(error: BaseException) -> str:
    """PostgreSQL's code of an error (SQLSTATE), such as of a function of ours that refused something; '' where it has none."""
    return getattr(getattr(error, "orig", error), "pgcode", None) or ""

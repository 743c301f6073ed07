"""Database handles: the only module that imports the driver.

Each role has its own credential and its own pool. A connection that fails becomes one DatabaseUnavailable that names the
server (never the password) and says what to do.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg2
import pyarrow as pa
import pyarrow.csv as arrow_csv
import shapely
from psycopg2 import sql as pgsql
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from core.errors import DatabaseUnavailable, InternalError, UserError
from core.sql import read_sql

_NULL = "\x02"
# the driver asks for eight kilobytes at a time unless it is told otherwise
_COPY_BYTES = 1 << 20
# few enough that PostgreSQL soon has something to do, and many enough that handing over costs nothing
_COPY_ROWS = 8_192
# Arrow writes a thousand rows at a time unless it is told otherwise
_CSV_ROWS = 1 << 16


class Role(StrEnum):
    """The four database roles, each its own credential."""

    OWNER = "homeground_owner"
    PIPELINE = "homeground_pipeline"
    PROFESSIONAL = "homeground_professional"
    COMMUNITY = "homeground_community"


@lru_cache(maxsize=16)
def _engine_for(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=4, connect_args={"connect_timeout": 5})


def engine(role: Role) -> Engine:
    """The pool of one role; where that role's server is, core.credentials knows."""
    from core.credentials import url_for

    return _engine_for(url_for(role).render_as_string(hide_password=False))


def dispose_engines() -> None:
    """Close every pool: before the server stops, and after it was started anew."""
    for role in Role:
        try:
            engine(role).dispose()
        except UserError:
            continue
    _engine_for.cache_clear()


def describe(url: URL) -> str:
    """A server as one may print it: no password."""
    host = url.host or url.query.get("host") or "local socket"
    return f"database {url.database} on {host}"


@contextmanager
def transaction(
    role: Role, *, districts: str | None = None, analyst: bool = False, pool: Engine | None = None
) -> Iterator[Connection]:
    """One transaction of a role: commits at the end, rolls back on any error.

    districts: for the professional role, the districts that row-level security lets this person see
    ('*' or comma-separated codes); set for this transaction only. analyst: whether this person may also see models that no ethics board
    has approved (analysis.risk_model_open). pool: the role's, from engine(role), for many short transactions in a row: finding out where the
    server is takes longer than some of them.
    Raises DatabaseUnavailable when the server is down, UserError when the disk of the server is full.
    """
    handle = engine(role) if pool is None else pool
    try:
        connection = handle.connect()
    except OperationalError as error:
        raise unavailable(handle.url, error) from error
    try:
        with connection.begin():
            if districts is not None:
                connection.execute(text("SELECT set_config('homeground.districts', :d, TRUE)"), {"d": districts})
            if analyst:
                connection.execute(text("SELECT set_config('homeground.analyst', 'yes', TRUE)"))
            yield connection
    except DBAPIError as error:
        raise translated(handle.url, error) from error
    except psycopg2.Error as error:
        raise translated(handle.url, error) from error
    finally:
        connection.close()


@contextmanager
def read_elsewhere(address: str, name: str, *, timeout_s: int) -> Iterator[Connection]:
    """A connection to a partner's PostgreSQL that can only read: read-only transaction, server-side cursor, statement timeout.

    name stands for the address in messages. Raises DatabaseUnavailable where it does not answer; rolls back at the end.
    """
    options = f"-c default_transaction_read_only=on -c statement_timeout={timeout_s * 1000}"
    handle = create_engine(parse_url(address), poolclass=NullPool, connect_args={"connect_timeout": 10, "options": options})
    try:
        with handle.connect() as connection:
            connection = connection.execution_options(postgresql_readonly=True, stream_results=True)
            yield connection
            connection.rollback()
    except OperationalError as error:
        # a timeout of the statement is an answer; only a connection that fails is none
        if getattr(error.orig, "pgcode", None) is not None:
            raise
        raise DatabaseUnavailable(
            "the partner's database does not answer", where=name, hint="ask the partner, and check HOMEGROUND_PARTNER_DATABASES."
        ) from None
    finally:
        handle.dispose()


def unavailable(url: URL, error: Exception) -> DatabaseUnavailable:
    reason = str(getattr(error, "orig", error)).strip().splitlines()
    return DatabaseUnavailable(
        f"the database does not answer ({reason[0] if reason else 'no reason given'})",
        where=describe(url),
        hint="start it with 'homeground db up', or set HOMEGROUND_DATABASE_URL to a server that runs.",
    )


def translated(url: URL, error: Exception) -> Exception:
    """The driver's error as the person should meet it; the original where it is our defect."""
    original = getattr(error, "orig", error)
    code = getattr(original, "pgcode", None) or ""
    if code == "53100":  # disk_full
        return UserError(
            "the disk of the database is full; nothing of this step was stored",
            where=describe(url),
            hint="free some space, then run the same command again.",
        )
    if code.startswith(("57P", "08")) or getattr(error, "connection_invalidated", False):
        return unavailable(url, error)
    return error if isinstance(error, Exception) else InternalError(str(error))


def fetch(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Rows of sql/NAME.sql as a frame; :name parameters are bound."""
    result = connection.execute(text(read_sql(name)), dict(params or {}))
    # plain tuples: pandas asks each of SQLAlchemy's own rows what kind of thing it is, ten times slower
    return pd.DataFrame(list(map(tuple, result.fetchall())), columns=list(result.keys()))


def fetch_geo(
    connection: Connection, name: str, params: Mapping[str, Any] | None = None, *, geometry: str = "geom"
) -> gpd.GeoDataFrame:
    """Rows of sql/NAME.sql as a geographic frame; the CRS comes from the geometry's own SRID.

    Not geopandas.read_postgis: that looks the SRID up in spatial_ref_sys, which the public credential may not read.
    """
    frame = fetch(connection, name, params)
    if geometry not in frame.columns:
        raise InternalError(f"{name} gave no column {geometry}")
    shapes = shapely.from_wkb(frame[geometry].to_numpy(dtype=object))
    found = {int(srid) for srid in shapely.get_srid(shapes) if srid > 0}
    if len(found) > 1:
        raise InternalError(f"{name} mixes the reference systems {sorted(found)}")
    return gpd.GeoDataFrame(frame.assign(**{geometry: shapes}), geometry=geometry, crs=found.pop() if found else None)


def run_statement(connection: Connection, name: str, params: Mapping[str, Any] | None = None) -> int:
    """Run one statement of sql/NAME.sql; returns the number of rows it touched."""
    return int(connection.execute(text(read_sql(name)), dict(params or {})).rowcount)


def run_script(connection: Connection, script: str) -> None:
    """Run a whole SQL text of several statements (migrations, functions, grants) without parameters."""
    with _driver_connection(connection).cursor() as cursor:
        cursor.execute(script)


def _driver_connection(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    if driver is None:
        raise InternalError("connection is closed")
    return driver


def copy_rows(connection: Connection, schema: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY rows into a table inside this transaction; None becomes NULL. Returns how many rows went in."""
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return copy_frame(connection, schema, table, frame)


def copy_frame(connection: Connection, schema: str, table: str, frame: pd.DataFrame) -> int:
    """COPY a frame into the columns of the same names inside this transaction. Missing values become NULL, an empty text stays empty."""
    buffer = io.StringIO()
    # the usual \\N would itself be escaped by escapechar, so a control character stands for NULL here
    frame.to_csv(buffer, sep="\t", header=False, index=False, na_rep=_NULL, quoting=3, escapechar="\\", lineterminator="\n")
    buffer.seek(0)
    return copy_stream(connection, schema, table, list(frame.columns), buffer, null=_NULL)


def copy_stream(
    connection: Connection,
    schema: str,
    table: str,
    columns: Sequence[str],
    stream: io.TextIOBase | io.StringIO,
    *,
    null: str = "\\N",
) -> int:
    """COPY PostgreSQL text format from a stream. Identifiers go through the driver's composer."""
    statement = pgsql.SQL("COPY {}.{} ({}) FROM STDIN WITH (NULL {})").format(
        pgsql.Identifier(schema), pgsql.Identifier(table), pgsql.SQL(", ").join(map(pgsql.Identifier, columns)), pgsql.Literal(null)
    )
    driver = _driver_connection(connection)
    with driver.cursor() as cursor:
        cursor.copy_expert(statement.as_string(driver), stream)
        return int(cursor.rowcount)


def copy_arrow(connection: Connection, schema: str, table: str, rows: pa.Table, *, exact: bool = False) -> int:
    """COPY an Arrow table into the columns of the same names inside this transaction; null becomes NULL, an empty text stays empty.

    Arrow writes CSV in compiled code and quotes every text, so an unquoted nothing is NULL and a quoted one is ''. Geometry goes as
    hexadecimal EWKB. An empty schema means a temporary table of this session. exact: the columns have the types of the table's (BIGINT for
    int64, and so on), which goes faster (core.copy_binary).
    """
    parts = (rows.slice(at, _COPY_ROWS) for at in range(0, rows.num_rows, _COPY_ROWS))
    return copy_arrow_parts(connection, schema, table, parts, exact=exact)


def copy_arrow_parts(connection: Connection, schema: str, table: str, parts: Iterable[pa.Table], *, exact: bool = False) -> int:
    """The same for tables of the same columns, as one COPY: each is made and written out while PostgreSQL takes in the one before."""
    waiting = iter(parts)
    first = next(waiting, None)
    if first is None:
        return 0
    target = pgsql.Identifier(schema, table) if schema else pgsql.Identifier(table)
    columns = pgsql.SQL(", ").join(map(pgsql.Identifier, first.column_names))
    written = pgsql.SQL("binary" if exact else "csv")
    statement = pgsql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT {})").format(target, columns, written)
    driver = _driver_connection(connection)
    with ThreadPoolExecutor(1) as ahead, driver.cursor() as cursor:
        every = chain([first], waiting)
        contents = _as_binary(every) if exact else map(_as_csv, every)
        cursor.copy_expert(statement.as_string(driver), _Stream(ahead, contents), _COPY_BYTES)
        return int(cursor.rowcount)


class _Stream(io.RawIOBase):
    """What COPY reads: one content after the other, the next one made by another thread meanwhile."""

    def __init__(self, ahead: ThreadPoolExecutor, contents: Iterator[pa.Buffer]) -> None:
        self._ahead, self._contents = ahead, contents
        self._now: pa.BufferReader | None = None
        self._next = ahead.submit(next, contents, None)

    def read(self, size: int = -1) -> bytes:
        while True:
            if self._now is not None and (found := self._now.read(size)):
                return bytes(found)
            content = self._next.result()
            if content is None:
                return b""
            self._now = pa.BufferReader(content)
            self._next = self._ahead.submit(next, self._contents, None)


def _as_csv(rows: pa.Table) -> pa.Buffer:
    stream = pa.BufferOutputStream()
    arrow_csv.write_csv(rows, stream, arrow_csv.WriteOptions(include_header=False, quoting_style="needed", batch_size=_CSV_ROWS))
    return stream.getvalue()


def _as_binary(parts: Iterable[pa.Table]) -> Iterator[pa.Buffer]:
    # compiled code, which a process that copies nothing need not wait for
    from core.copy_binary import HEADER, TRAILER, encode

    yield pa.py_buffer(HEADER)
    yield from (pa.py_buffer(encode(rows)) for rows in parts)
    yield pa.py_buffer(TRAILER)


def fetch_arrow(
    connection: Connection, name: str, types: Mapping[str, pa.DataType], params: Mapping[str, Any] | None = None
) -> pa.Table:
    """Rows of sql/NAME.sql as an Arrow table, through COPY and without a Python object a value. types: its columns in order."""
    statement = text(read_sql(name).rstrip().rstrip(";")).compile(dialect=connection.dialect)
    driver = _driver_connection(connection)
    stream = io.BytesIO()
    with driver.cursor() as cursor:
        query = cursor.mogrify(str(statement), dict(params or {})).decode()
        cursor.copy_expert(f"COPY (\n{query}\n) TO STDOUT WITH (FORMAT csv)", stream, _COPY_BYTES)
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


@dataclass
class NewRows:
    """Takes frames with columns of a table, the same ones each time; rows counts them."""

    connection: Connection
    stage: str
    rows: int = 0
    columns: tuple[str, ...] = ()

    def add(self, frame: pd.DataFrame) -> None:
        self.columns = tuple(frame.columns)
        self.rows += copy_frame(self.connection, "pg_temp", self.stage, frame)


@contextmanager
def replaced_rows(
    connection: Connection, schema: str, table: str, *, where: Mapping[str, object], until: Mapping[str, object] | None = None
) -> Iterator[NewRows]:
    """Replace the rows whose columns equal `where` and are at most `until` (all rows, where both are empty) by what the block adds.

    An error leaves the old rows: the transaction ends with it. The rows go through a table of the transaction, because COPY refuses
    a table with row-level security.
    """
    stage = f"new_{table}"
    names = {"target": pgsql.Identifier(schema, table), "stage": pgsql.Identifier(stage)}
    tests = [(column, "=", value) for column, value in where.items()] + [
        (column, "<=", value) for column, value in (until or {}).items()
    ]
    chosen = [
        pgsql.SQL("TRUE"),
        *(pgsql.SQL(f"{{}} {sign} {{}}").format(pgsql.Identifier(column), pgsql.Literal(value)) for column, sign, value in tests),
    ]
    with _driver_connection(connection).cursor() as cursor:
        cursor.execute(pgsql.SQL("CREATE TEMP TABLE {stage} (LIKE {target}) ON COMMIT DROP").format(**names))
        new = NewRows(connection, stage)
        yield new
        cursor.execute(pgsql.SQL("DELETE FROM {target} WHERE {chosen}").format(chosen=pgsql.SQL(" AND ").join(chosen), **names))
        if new.rows:
            columns = pgsql.SQL(", ").join(map(pgsql.Identifier, new.columns))
            insert = pgsql.SQL("INSERT INTO {target} ({columns}) SELECT {columns} FROM {stage}")
            cursor.execute(insert.format(columns=columns, **names))
        cursor.execute(pgsql.SQL("DROP TABLE {stage}").format(**names))


def replace_rows(connection: Connection, schema: str, table: str, frame: pd.DataFrame, *, where: Mapping[str, object]) -> int:
    """Replace the rows whose columns equal `where` by those of one frame. Returns how many rows went in."""
    with replaced_rows(connection, schema, table, where=where) as new:
        new.add(frame)
    return new.rows


def truncate(connection: Connection, schema: str, *tables: str) -> None:
    """Empty tables inside this transaction."""
    names = pgsql.SQL(", ").join(pgsql.SQL("{}.{}").format(pgsql.Identifier(schema), pgsql.Identifier(t)) for t in tables)
    driver = _driver_connection(connection)
    with driver.cursor() as cursor:
        cursor.execute(pgsql.SQL("TRUNCATE {}").format(names))


def parse_url(value: str) -> URL:
    """A database URL with our driver; UserError for one that cannot be read."""
    try:
        url = make_url(value)
    except Exception as error:
        raise UserError(
            "HOMEGROUND_DATABASE_URL cannot be read", hint="write it as postgresql://user:password@host:port/name"
        ) from error
    if url.get_backend_name() != "postgresql":
        raise UserError(
            "HOMEGROUND_DATABASE_URL is not a PostgreSQL address", hint="write it as postgresql://user:password@host:port/name"
        )
    return url.set(drivername="postgresql+psycopg2")

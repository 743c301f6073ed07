"""Rows into tables: COPY inside the caller's transaction, identifiers through the driver's composer.

What is written here is SQL that no file in sql/ can hold, because it names the table and the columns that a caller gives: COPY, a temporary
table like another, the replacement of its rows. Two more such places are COPY of a query's rows (core.db.read) and the
statements for databases and roles (core.migrate), which take no bound parameters. Every other statement is a file in sql/, and
tests/architecture/test_sql_in_files.py finds one that is not.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from psycopg2 import sql as pgsql
from sqlalchemy import Connection

from core.db.connect import COPY_BYTES, driver_connection
from core.errors import InternalError

# few enough that PostgreSQL soon has something to do, and many enough that handing over costs nothing
_COPY_ROWS = 8_192
# Arrow writes a thousand rows at a time unless it is told otherwise
_CSV_ROWS = 1 << 16


def copy_rows(connection: Connection, schema: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY rows into a table inside this transaction; None becomes NULL. Returns how many rows went in."""
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return copy_frame(connection, schema, table, frame)


def copy_frame(connection: Connection, schema: str, table: str, frame: pd.DataFrame) -> int:
    """COPY a frame into the columns of the same names inside this transaction. Missing values become NULL, an empty text stays empty.

    It goes through Arrow, which writes numbers out twelve times as quick as pandas; until then that was a third of an analysis.
    """
    rows = pa.table({name: _column(frame[name]) for name in frame.columns})
    return copy_arrow(connection, schema, table, rows)


def _column(values: pd.Series) -> pa.Array | pa.ChunkedArray:
    """A column as Arrow writes it: numbers, truths and texts as they are, everything else as the text that Python makes of it."""
    if isinstance(values.dtype, pd.StringDtype) or values.dtype.kind in "biuf":
        return pa.array(values, from_pandas=True)
    held = values.astype(object)
    return pa.array([None if gone else str(value) for value, gone in zip(held, held.isna(), strict=True)], pa.string())


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
    driver = driver_connection(connection)
    with driver.cursor() as cursor:
        cursor.copy_expert(statement.as_string(driver), stream)
        return int(cursor.rowcount)


def copy_out(connection: Connection, schema: str, table: str, columns: Sequence[str], stream: io.TextIOBase) -> int:
    """The rows of a table as copy_stream takes them, in no order. Returns how many they are."""
    # of a table in parts PostgreSQL copies a query's rows only
    statement = pgsql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
        pgsql.SQL(", ").join(map(pgsql.Identifier, columns)), pgsql.Identifier(schema, table)
    )
    driver = driver_connection(connection)
    with driver.cursor() as cursor:
        cursor.copy_expert(statement.as_string(driver), stream)
        return int(cursor.rowcount)


def copy_arrow(connection: Connection, schema: str, table: str, rows: pa.Table, *, exact: bool = False) -> int:
    """COPY an Arrow table into the columns of the same names inside this transaction; null becomes NULL, an empty text stays empty.

    Arrow writes CSV in compiled code and quotes every text, so an unquoted nothing is NULL and a quoted one is ''. Geometry goes as
    hexadecimal EWKB. An empty schema means a temporary table of this session. exact: the columns have the types of the table's (BIGINT for
    int64, and so on), which goes faster: pgpq makes PostgreSQL's binary format of them and the server reads nothing as text. Then geometry
    goes as EWKB in bytes, and a moment in UTC whatever its Arrow type says; the server refuses a value of another length than its
    column's type.
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
    driver = driver_connection(connection)
    every = chain([first], waiting)
    contents = _as_binary(first.schema, every) if exact else map(_as_csv, every)
    with ThreadPoolExecutor(1) as ahead, driver.cursor() as cursor:
        cursor.copy_expert(statement.as_string(driver), _Stream(ahead, contents), COPY_BYTES)
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


def _as_binary(schema: pa.Schema, parts: Iterable[pa.Table]) -> Iterator[pa.Buffer]:
    """PostgreSQL's binary format. InternalError, before anything is copied, for a type that pgpq has no rule for."""
    # compiled code, which a process that copies nothing need not wait for
    from pgpq import ArrowToPostgresBinaryEncoder

    # it has none for dictionaries
    plain = pa.schema([pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema])
    try:
        encoder = ArrowToPostgresBinaryEncoder(plain)
    except ValueError as error:
        raise InternalError(f"rows that cannot be written as binary COPY: {error}") from error

    def written() -> Iterator[bytes]:
        yield encoder.write_header()
        for rows in parts:
            # one chunk a column, so that a part is one batch
            for batch in rows.cast(plain).combine_chunks().to_batches():
                yield encoder.write_batch(batch)
        yield encoder.finish()

    return map(pa.py_buffer, written())


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
    with driver_connection(connection).cursor() as cursor:
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
    driver = driver_connection(connection)
    with driver.cursor() as cursor:
        cursor.execute(pgsql.SQL("TRUNCATE {}").format(names))


def drop_temporary(connection: Connection, table: str) -> None:
    """Drop a temporary table of this session, so that the next of its name can be made."""
    with driver_connection(connection).cursor() as cursor:
        cursor.execute(pgsql.SQL("DROP TABLE {}").format(pgsql.Identifier("pg_temp", table)))

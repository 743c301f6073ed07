"""What goes in by COPY is what stands in the table: every type, nulls, empty texts, parts of larger arrays, frames of every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import psycopg2
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core import db
from core.db import Role
from core.errors import InternalError

pytestmark = pytest.mark.database

_COLUMNS = {
    "n": (pa.int64(), st.integers(-(2**63), 2**63 - 1), "BIGINT"),
    "i": (pa.int32(), st.integers(-(2**31), 2**31 - 1), "INTEGER"),
    "s": (pa.int16(), st.integers(-(2**15), 2**15 - 1), "SMALLINT"),
    "f": (pa.float64(), st.floats(allow_nan=False), "DOUBLE PRECISION"),
    "d": (pa.date32(), st.dates(date(1900, 1, 1), date(2100, 1, 1)), "DATE"),
    "b": (pa.bool_(), st.booleans(), "BOOLEAN"),
    "t": (pa.string(), st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12), "TEXT"),
    "m": (
        pa.timestamp("us", "UTC"),
        st.integers(0, 10**16).map(lambda us: datetime(1900, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)),
        "TIMESTAMPTZ",
    ),
    "y": (pa.binary(), st.binary(max_size=12), "BYTEA"),
    "k": (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["", "Robbery", 'Þéft, "quoted"\n']), "TEXT"),
}
_ROW = st.tuples(*(st.none() | values for _, values, _ in _COLUMNS.values()))


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = {
        name: pa.array([row[at] for row in rows], pa.string() if name == "k" else kind)
        for at, (name, (kind, _, _)) in enumerate(_COLUMNS.items())
    }
    return pa.table(columns | {"k": columns["k"].dictionary_encode()})


def _read_back(parts: list[pa.Table]) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        listed = ", ".join(f"{name} {kind}" for name, (_, _, kind) in _COLUMNS.items())
        connection.execute(text(f"CREATE TEMP TABLE copied (line BIGINT GENERATED ALWAYS AS IDENTITY, {listed}) ON COMMIT DROP"))
        copied = db.copy_arrow_parts(connection, "", "copied", parts, exact=True)
        found = connection.execute(text(f"SELECT {', '.join(_COLUMNS)} FROM copied ORDER BY line")).all()
    assert copied == len(found)
    return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in found]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROW, max_size=30), cut=st.integers(0, 30))
def test_rows_come_back_as_they_went_in(database: str, rows: list[tuple[object, ...]], cut: int) -> None:
    whole = _table(rows)
    assert _read_back([whole.slice(0, cut), whole.slice(cut)]) == rows


def test_no_rows_are_no_rows(database: str) -> None:
    assert _read_back([]) == []
    assert _read_back([_table([])]) == []


def test_more_rows_than_one_part_holds(database: str) -> None:
    count = 20_001
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("CREATE TEMP TABLE copied (n BIGINT, t TEXT) ON COMMIT DROP"))
        rows = pa.table({"n": np.arange(count), "t": [str(n) for n in range(count)]})
        assert db.copy_arrow(connection, "", "copied", rows, exact=True) == count
        assert connection.execute(text("SELECT count(*), sum(n) FROM copied WHERE n = cast(t AS BIGINT)")).one() == (
            count,
            count * (count - 1) // 2,
        )


def test_a_column_of_another_type_is_refused_and_nothing_stands(database: str) -> None:
    with pytest.raises(psycopg2.Error, match="incorrect binary data format"), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("CREATE TEMP TABLE copied (n INTEGER) ON COMMIT DROP"))
        db.copy_arrow(connection, "", "copied", pa.table({"n": pa.array([1], pa.int64())}), exact=True)


def test_a_type_without_a_rule_is_refused(database: str) -> None:
    with (
        pytest.raises(InternalError, match=r"cannot be written as binary COPY.*nothing"),
        db.transaction(Role.PIPELINE) as connection,
    ):
        connection.execute(text("CREATE TEMP TABLE copied (nothing TEXT) ON COMMIT DROP"))
        db.copy_arrow(connection, "", "copied", pa.table({"nothing": pa.nulls(2)}), exact=True)


def test_geometry_goes_as_ewkb(database: str) -> None:
    point = shapely.set_srid(shapely.Point(451_000.25, 206_000.5), 27700)
    rows = pa.table({"geom": pa.array([shapely.to_wkb(point, include_srid=True), None], pa.binary())})
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("CREATE TEMP TABLE copied (geom GEOMETRY (POINT, 27700)) ON COMMIT DROP"))
        db.copy_arrow(connection, "", "copied", rows, exact=True)
        found = connection.execute(text("SELECT st_asewkt(geom) FROM copied ORDER BY geom NULLS LAST")).scalars().all()
    assert found == ["SRID=27700;POINT(451000.25 206000.5)", None]


def test_geometry_of_another_reference_system_is_refused(database: str) -> None:
    point = shapely.to_wkb(shapely.set_srid(shapely.Point(-1.2, 51.7), 4326), include_srid=True)
    with pytest.raises(psycopg2.Error, match="SRID"), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("CREATE TEMP TABLE copied (geom GEOMETRY (POINT, 27700)) ON COMMIT DROP"))
        db.copy_arrow(connection, "", "copied", pa.table({"geom": pa.array([point], pa.binary())}), exact=True)


# a frame goes as text: the kinds of column that stages make, each with what stands for a missing value in it
_KINDS = {
    "n": ("int64", st.integers(-(2**63), 2**63 - 1), "BIGINT"),
    "f": ("float64", st.floats(allow_nan=True), "DOUBLE PRECISION"),
    "q": ("float64", st.sampled_from([0.1, 1e-300, 1.7976931348623157e308, -0.0, 5e-324, 1 / 3, 123456789.123456789]), "DOUBLE PRECISION"),
    "b": ("bool", st.booleans(), "BOOLEAN"),
    "i": ("Int64", st.none() | st.integers(-(2**63), 2**63 - 1), "BIGINT"),
    "g": ("Float64", st.none() | st.floats(allow_nan=False), "DOUBLE PRECISION"),
    "t": (None, st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12), "TEXT"),
    "x": ("object", st.none() | st.sampled_from(["", "\\N", "\\.", "\x02", 'a\tb\r\n"c"', "NULL"]), "TEXT"),
    "c": ("category", st.none() | st.sampled_from(["", "Robbery"]), "TEXT"),
    "d": ("object", st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)), "DATE"),
    "m": ("datetime64[us, UTC]", st.none() | _COLUMNS["m"][1], "TIMESTAMPTZ"),
    "o": ("object", st.none() | st.integers(-5, 5) | st.just(np.int64(7)), "INTEGER"),
}  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*(values for _, values, _ in _KINDS.values())), max_size=20))
def test_a_frame_comes_back_as_it_went_in(database: str, rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame({
        name: pd.Series([row[at] for row in rows], dtype=kind) for at, (name, (kind, _, _)) in enumerate(_KINDS.items())
    })  # fmt: skip
    listed = ", ".join(f"{name} {kind}" for name, (_, _, kind) in _KINDS.items())
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text(f"CREATE TEMP TABLE framed (line BIGINT GENERATED ALWAYS AS IDENTITY, {listed}) ON COMMIT DROP"))
        assert db.copy_frame(connection, "pg_temp", "framed", frame) == len(rows)
        found = connection.execute(text(f"SELECT {', '.join(_KINDS)} FROM framed ORDER BY line")).all()
    # NaN is how a frame says that a number is missing
    wanted = [tuple(None if isinstance(v, float) and np.isnan(v) else v for v in row) for row in rows]
    assert [tuple(row) for row in found] == wanted
    assert [str(row.q) for row in found] == [str(row[2]) for row in wanted]

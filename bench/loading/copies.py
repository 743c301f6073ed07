"""COPY of rows that need no work any more: bare, into a table with the partitions and keys of ours, and of everything that a load leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from core import db
from core.db import Role
from core.db.sql import read_sql

_COLUMNS = (
    "delivery_id", "line", "month", "crime_id", "category", "location_id", "location_label", "printed_lsoa", "outcome", "reported_by",
)  # fmt: skip
_INCIDENTS = "rows.txt"
# what a load leaves beside the incidents: the benchmark's name of each table, the table, its columns
_LEFT = {
    "location": ("record.location", ("location_id", "lon", "lat")),
    "location_place": (
        "place.location_place",
        ("location_id", "easting", "northing", "lsoa11_code", "lsoa21_code", "msoa21_code", "lad22_code", "h3_r9"),
    ),
    "count_month": ("analysis.count_month", ("geography", "edition", "code", "lad_code", "category", "month", "incidents")),
}


def write_out(folder: Path) -> tuple[int, int]:
    """What stands in the store as PostgreSQL's text for COPY: how many incidents, and how many rows in all."""
    rows = _written_out("record.incident", _COLUMNS, folder / _INCIDENTS)
    return rows, rows + sum(_written_out(*_LEFT[name], folder / f"{name}.txt") for name in _LEFT)


def copies(folder: Path) -> dict[str, Callable[[], None]]:
    """Each COPY of what was written out there, by its name; its tables are made anew in the same transaction."""
    return {
        "copy": partial(_bare, folder),
        "copy_equal": partial(_equal, folder, left=False),
        "copy_results": partial(_equal, folder, left=True),
    }


def _written_out(table: str, columns: tuple[str, ...], path: Path) -> int:
    schema, name = table.split(".")
    with db.transaction(Role.OWNER) as connection, path.open("w", encoding="utf-8") as handle:
        return db.copy_out(connection, schema, name, columns, handle)


def _bare(folder: Path) -> None:
    with db.transaction(Role.OWNER) as connection, (folder / _INCIDENTS).open(encoding="utf-8") as handle:
        db.run_script(connection, read_sql("bench/bare_table"))
        db.copy_stream(connection, "public", "bench_copy", _COLUMNS, handle)


def _equal(folder: Path, *, left: bool) -> None:
    with db.transaction(Role.OWNER) as connection:
        db.run_script(connection, read_sql("bench/equal_tables"))
        tables: dict[str, tuple[str, tuple[str, ...]]] = {"incident": (_INCIDENTS, _COLUMNS)}
        if left:
            tables |= {table: (f"{table}.txt", columns) for table, (_, columns) in _LEFT.items()}
        for table, (name, columns) in tables.items():
            with (folder / name).open(encoding="utf-8") as handle:
                db.copy_stream(connection, "bench", table, columns, handle)
        if left:
            db.run_script(connection, read_sql("bench/equal_keys"))

"""`homeground bench load`: files to placed, counted, queryable rows, against a bare COPY of the same rows into an equal table.

In turn, in a cluster of their own:

- ours: gzipped street files in; recognised, unpacked, screened, stored by month, each distinct location placed, and counted in every
  geography;
- copy: the same rows, already screened and written out as PostgreSQL's own text, COPY into a table with the columns of record.incident.

The peer does no part of the work but the writing, so it bounds what any loader of ours could reach. The ratio `copy/ours` is its time over
ours; the figure `ours_over_copy` is the same the other way round. The fixed costs of a load (what the store knows, statistics, indexes of
outlines) weigh most on few rows: `homeground bench national` asks the same of 18 million.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from analytics import pipeline
from bench.flow import scratch_cluster
from bench.result import BenchResult, machine
from core import db, migrate
from core.db import Role
from core.errors import InternalError
from core.settings import RegionSettings
from feeds.load import load_source

_ROUNDS = 3
_REFERENCE = ("boundaries", "lookups", "population")
_COLUMNS = (
    "delivery_id", "line", "month", "crime_id", "category", "location_id", "location_label", "printed_lsoa", "outcome", "reported_by",
)  # fmt: skip
_SEED = 20_260_101


def run(data: Path, *, rounds: int = _ROUNDS) -> BenchResult:
    """All real street months."""
    files = sorted((data / "police").glob("*-street.csv.gz"))
    figures: dict[str, float] = {"files": len(files)}
    with scratch_cluster() as settings, folder_of_files() as folder:
        migrate.prepare(settings)
        link_files(data, folder / "reference", *_REFERENCE)
        load_source(folder / "reference", region=RegionSettings())
        street = folder / "street"
        street.mkdir()
        for file in files:
            (street / file.name).symlink_to(file)
        context = pipeline.default_context(actor="bench")
        # derived areas of the region belong to the reference data
        pipeline.run_stages(_stages("geography"), context, say=lambda line: None)
        _ours(street, context)
        dump = folder / "rows.txt"
        figures["rows"] = store_as_copy_rows(dump)
        seconds = _in_turn(street, dump, context, rounds)
        figures |= {f"{name}_s": value for name, value in seconds.items()}
        figures["ours_rows_per_s"] = figures["rows"] / seconds["ours"]
        figures["ours_over_copy"] = seconds["ours"] / seconds["copy"]
    return BenchResult(
        name="load",
        machine=machine(),
        input=f"{len(files)} street files of police.uk, {figures['rows']:,.0f} rows",
        figures=figures,
        ratios={"copy/ours": seconds["copy"] / seconds["ours"]},
    )


@contextmanager
def folder_of_files() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hg-bench-files-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def link_files(data: Path, folder: Path, *parts: str) -> None:
    folder.mkdir()
    for part in parts:
        for file in (data / part).rglob("*"):
            if file.is_file() and file.suffix != ".md":
                place = folder / file.relative_to(data)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(file)


def _stages(*names: str) -> tuple[pipeline.Stage, ...]:
    return tuple(s for s in pipeline.ANALYSE_STAGES if s.name in names)


def _in_turn(street: Path, dump: Path, context: pipeline.Context, rounds: int) -> dict[str, float]:
    """Median seconds of both, round by round. Taking out what the round before stored is in nobody's time."""
    seconds: dict[str, list[float]] = {"ours": [], "copy": []}
    for _ in range(rounds):
        _empty()
        begun = time.perf_counter()
        _ours(street, context)
        seconds["ours"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        copy_rows_file(dump)
        seconds["copy"].append(time.perf_counter() - begun)
    return {name: statistics.median(times) for name, times in seconds.items()}


def _ours(street: Path, context: pipeline.Context) -> None:
    """From the files to counts that can be queried."""
    load_source(street, region=context.region)
    pipeline.run_stages(_stages("place", "count"), context, say=lambda line: None)


def _empty() -> None:
    with db.transaction(Role.PIPELINE) as connection:
        db.truncate(connection, "record", "incident")
        # their rejected rows go with them
        connection.execute(text("DELETE FROM raw.delivery WHERE feed LIKE 'police%'"))
        connection.execute(text("DELETE FROM place.location_place"))
        connection.execute(text("DELETE FROM record.location"))


def store_as_copy_rows(path: Path) -> int:
    """The stored rows as PostgreSQL's text for COPY, and how many they are."""
    statement = f"COPY (SELECT {', '.join(_COLUMNS)} FROM record.incident) TO STDOUT"  # noqa: S608 - names of our own columns
    with db.transaction(Role.OWNER) as connection, path.open("w", encoding="utf-8") as handle:
        driver = connection.connection.driver_connection
        if driver is None:
            raise InternalError("the connection is closed")
        with driver.cursor() as cursor:
            cursor.copy_expert(statement, handle)
            return int(cursor.rowcount)


def copy_rows_file(dump: Path) -> None:
    """The peer: a bare COPY of the dumped rows into a table of the columns of record.incident, made anew in the same transaction."""
    with db.transaction(Role.OWNER) as connection, dump.open(encoding="utf-8") as handle:
        db.run_script(connection, "DROP TABLE IF EXISTS public.bench_copy; CREATE TABLE public.bench_copy (LIKE record.incident)")
        db.copy_stream(connection, "public", "bench_copy", _COLUMNS, handle)

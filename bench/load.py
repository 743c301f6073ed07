"""`homeground bench load`: files to placed, counted, queryable rows, against COPY of rows that need no work any more.

In turn, in a cluster of their own:

- ours: gzipped street files in; recognised, unpacked, screened, stored by month, each distinct location placed, and counted in every
  geography;
- copy: the same rows, already screened and written out as PostgreSQL's own text, COPY into a bare table with the columns of
  record.incident;
- copy_equal: the same into an equal table, with the partitions, keys and indexes of record.incident;
- copy_results: everything that ours leaves, already made and written out: the incidents, their locations, where those lie and the counts
  (twice as many rows as incidents), COPY into equal tables, and their keys, indexes and foreign keys built.

The peers do no part of the work but the writing. So copy says what the rows cost alone; copy_results bounds what any program could reach
that leaves what ours leaves, if recognising, screening, placing and counting took no time. The ratio `copy/ours` is its time over ours; the
figure `ours_over_copy` is the same the other way round. Processor seconds are of this process and of PostgreSQL together. The fixed costs
of a load (what the store knows, statistics) weigh most on few rows: `homeground bench national` asks the same of 18 million.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from analytics import pipeline
from analytics import stage as analytics_stage
from bench.flow import scratch_cluster
from bench.processor_time import processor_seconds
from bench.result import BenchResult, machine
from core import db, migrate
from core.db import Role
from core.db.sql import read_sql
from core.settings import DatabaseSettings, RegionSettings
from feeds.loading.load import load_source

_ROUNDS = 3
_REFERENCE = ("boundaries", "lookups", "population")
_COLUMNS = (
    "delivery_id", "line", "month", "crime_id", "category", "location_id", "location_label", "printed_lsoa", "outcome", "reported_by",
)  # fmt: skip
# what a load leaves beside the incidents: the benchmark's name of each table, the table, its columns
_LEFT = {
    "location": ("record.location", ("location_id", "lon", "lat")),
    "location_place": (
        "place.location_place",
        ("location_id", "easting", "northing", "lsoa11_code", "lsoa21_code", "msoa21_code", "lad22_code", "h3_r9"),
    ),
    "count_month": ("analysis.count_month", ("geography", "edition", "code", "lad_code", "category", "month", "incidents")),
}
_PEERS = ("copy", "copy_equal", "copy_results")


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
        context = analytics_stage.default_context(actor="bench")
        # derived areas of the region belong to the reference data
        analytics_stage.run_stages(_stages("geography"), context, say=lambda line: None)
        _ours(street, context)
        figures["rows"] = store_as_copy_rows(folder / "rows.txt")
        figures["rows_left"] = figures["rows"] + sum(_dump(name, folder / f"{name}.txt") for name in _LEFT)
        figures["load_average_before"] = os.getloadavg()[0]
        seconds, processor = _in_turn(street, folder, context, rounds, settings)
        figures["load_average_after"] = os.getloadavg()[0]
        figures |= {f"{name}_s": value for name, value in seconds.items()}
        figures |= {f"{name}_processor_s": value for name, value in processor.items()}
        figures["ours_rows_per_s"] = figures["rows"] / seconds["ours"]
        figures |= {f"ours_over_{peer}": seconds["ours"] / seconds[peer] for peer in _PEERS}
    return BenchResult(
        name="load",
        machine=machine(),
        input=f"{len(files)} street files of police.uk, {figures['rows']:,.0f} rows",
        figures=figures,
        ratios={f"{peer}/ours": seconds[peer] / seconds["ours"] for peer in _PEERS},
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


def _stages(*names: str) -> tuple[analytics_stage.Stage, ...]:
    return tuple(s for s in pipeline.ANALYSE_STAGES if s.name in names)


def _in_turn(
    street: Path, dumps: Path, context: analytics_stage.Context, rounds: int, settings: DatabaseSettings
) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds of all, round by round, by the clock and of the processors; of ours, the stages' too.

    Taking out what the round before stored is in nobody's time.
    """
    seconds: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}

    def note(name: str, work: Callable[[], object]) -> None:
        used, begun = processor_seconds(settings), time.perf_counter()
        work()
        seconds.setdefault(name, []).append(time.perf_counter() - begun)
        if used is not None and (now := processor_seconds(settings)) is not None:
            processor.setdefault(name, []).append(now - used)

    for _ in range(rounds):
        _empty()
        note("load", partial(load_source, street, region=context.region))
        for stage in ("place", "count"):
            note(stage, partial(analytics_stage.run_stages, _stages(stage), context, say=lambda line: None))
        for times in filter(None, (seconds, processor)):
            times.setdefault("ours", []).append(sum(times[stage][-1] for stage in ("load", "place", "count")))
        note("copy", partial(copy_rows_file, dumps / "rows.txt"))
        note("copy_equal", partial(_copy_equal, dumps, left=False))
        note("copy_results", partial(_copy_equal, dumps, left=True))
    clock, used = ({name: statistics.median(times) for name, times in measured.items()} for measured in (seconds, processor))
    return clock, used


def _ours(street: Path, context: analytics_stage.Context) -> None:
    """From the files to counts that can be queried."""
    load_source(street, region=context.region)
    analytics_stage.run_stages(_stages("place", "count"), context, say=lambda line: None)


def _empty() -> None:
    with db.transaction(Role.PIPELINE) as connection:
        db.truncate(connection, "record", "incident")
        db.run_script(connection, read_sql("bench/empty_load"))


def store_as_copy_rows(path: Path) -> int:
    """The stored rows as PostgreSQL's text for COPY, and how many they are."""
    return _written_out("record.incident", _COLUMNS, path)


def _dump(table: str, path: Path) -> int:
    return _written_out(*_LEFT[table], path)


def _written_out(table: str, columns: tuple[str, ...], path: Path) -> int:
    schema, name = table.split(".")
    with db.transaction(Role.OWNER) as connection, path.open("w", encoding="utf-8") as handle:
        return db.copy_out(connection, schema, name, columns, handle)


def copy_rows_file(dump: Path) -> None:
    """The peer: a bare COPY of the dumped rows into a table of the columns of record.incident, made anew in the same transaction."""
    with db.transaction(Role.OWNER) as connection, dump.open(encoding="utf-8") as handle:
        db.run_script(connection, read_sql("bench/bare_table"))
        db.copy_stream(connection, "public", "bench_copy", _COLUMNS, handle)


def _copy_equal(dumps: Path, *, left: bool) -> None:
    """The peers that COPY into equal tables, made anew in the same transaction; left: everything that a load leaves, with its keys."""
    with db.transaction(Role.OWNER) as connection:
        db.run_script(connection, read_sql("bench/equal_tables"))
        tables: dict[str, tuple[str, tuple[str, ...]]] = {"incident": ("rows.txt", _COLUMNS)}
        if left:
            tables |= {table: (f"{table}.txt", columns) for table, (_, columns) in _LEFT.items()}
        for table, (name, columns) in tables.items():
            with (dumps / name).open(encoding="utf-8") as handle:
                db.copy_stream(connection, "bench", table, columns, handle)
        if left:
            db.run_script(connection, read_sql("bench/equal_keys"))

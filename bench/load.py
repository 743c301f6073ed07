"""`homeground bench load`: files to placed, counted, queryable rows, beside COPY of rows that need no work any more and two analysts.

In turn, round by round, in a cluster of their own:

- ours: gzipped street files in; recognised, unpacked, screened, stored by month, one crime set aside across months, each distinct location
  placed, and counted in every geography;
- copy: the same rows, already screened and written out as PostgreSQL's own text, COPY into a bare table with the columns of
  record.incident;
- copy_equal: the same into an equal table, with the partitions, keys and indexes of record.incident;
- copy_results: everything that ours leaves, already made and written out: the incidents, their locations, where those lie and the counts
  (twice as many rows as incidents), COPY into equal tables, and their keys, indexes and foreign keys built;
- geopandas: what an analyst would write with geopandas, pandas and to_postgis (bench.loading.by_geopandas);
- duckdb: what one would write with DuckDB and its spatial extension (bench.loading.by_duckdb).

The copies do no part of the work but the writing. So copy says what the rows cost alone; copy_results bounds what any program could reach
that leaves what ours leaves, if recognising, screening, placing and counting took no time. The analysts do less than ours: no screening, one
geography of eight, one edition of two, no record of what came from where. Processor seconds are of all processes at work, PostgreSQL's too.

Then the months one by one into an empty store, each until its counts can be queried (month_2_s and the like). `--rows N` takes the first
months that together hold about so many rows. The fixed costs of a load weigh most on few rows: `homeground bench national` asks the same
of 18 million.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from analytics import stage as analytics_stage
from bench.flow import scratch_cluster
from bench.loading.beside import ours_and_peers
from bench.loading.files import folder_of_files, link_each, link_files
from bench.loading.ours import one_by_one, run_stage, seconds_of_steps
from bench.result import BenchResult, machine
from core import migrate
from core.settings import RegionSettings
from feeds.loading.load import load_source

_ROUNDS = 3
_REFERENCE = ("boundaries", "lookups", "population")
_OUTLINES = "lsoa21_thames_valley_wgs84.geojson"
_ONE_BY_ONE = 12


def run(data: Path, *, rows: int = 0, rounds: int = _ROUNDS) -> BenchResult:
    """All real street months, or the first that hold `rows` rows."""
    files = first_files(sorted((data / "police").glob("*-street.csv.gz")), rows)
    with scratch_cluster() as settings, folder_of_files() as folder:
        migrate.prepare(settings)
        link_files(data, folder / "reference", *_REFERENCE)
        load_source(folder / "reference", region=RegionSettings())
        street = link_each(files, folder / "street")
        context = analytics_stage.default_context(actor="bench")
        # derived areas of the region belong to the reference data
        run_stage("geography", context)
        # what is made once for all loads, the indexes of the outlines among it, is in nobody's time
        seconds_of_steps(street, context)
        found = ours_and_peers(street, data / "boundaries" / _OUTLINES, folder, context, settings, rounds=rounds)
        figures = {"files": float(len(files))} | found.figures | one_by_one(files[:_ONE_BY_ONE], context)
    return BenchResult(
        name="load",
        machine=machine(),
        input=f"{len(files)} street files of police.uk, {figures['rows']:,.0f} rows",
        figures=figures,
        ratios=found.ratios,
        missing=found.missing,
        failed=found.failed,
    )


def first_files(files: list[Path], rows: int) -> list[Path]:
    """The first files that hold so many rows, two at least; all where no number is given."""
    held, taken = 0, 0
    while rows and taken < len(files) and (held < rows or taken < 2):
        with gzip.open(files[taken], "rb") as lines:
            held += sum(1 for _ in lines) - 1
        taken += 1
    return files[: taken or len(files)]

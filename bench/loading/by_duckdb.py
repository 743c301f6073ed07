"""What an analyst would write with DuckDB and its spatial extension: read the files, place each distinct point, count, in a database file.

No screening, one geography (LSOA 2021) and one edition; outlines are read beforehand, as ours has them in its store. The extension is
loaded from the file that its package brings, without a network. Run as bench.loading.by_geopandas is.
"""

from __future__ import annotations

import os
import time
from importlib import metadata
from pathlib import Path

from bench.loading.apart import seconds_between
from bench.loading.files import by_gdal
from core.db.sql import read_sql


def run(files: list[Path], outlines: Path, scratch: Path) -> dict[str, float]:
    """Seconds of each step, and how many incidents were counted; the database file is removed at the end."""
    import duckdb

    database = scratch / "analyst.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database), config={"threads": len(os.sched_getaffinity(0))}) as connection:
        connection.load_extension(str(_extension()))
        connection.execute(read_sql("bench/duckdb/area"), [by_gdal(outlines)])
        times = [time.perf_counter()]
        for step in ("read", "place", "count"):
            values = [[str(file) for file in files]] if step == "read" else []
            connection.execute(read_sql(f"bench/duckdb/{step}"), values)
            times.append(time.perf_counter())
        connection.checkpoint()
        times.append(time.perf_counter())
        (counted,) = connection.execute(read_sql("bench/duckdb/counted")).fetchone() or (0,)
    database.unlink()
    return seconds_between(times) | {"counted": float(counted)}


def _extension() -> Path:
    """The extension's file among those of its package."""
    files = metadata.files("duckdb-ext-spatial") or []
    return next(Path(str(file.locate())) for file in files if file.name == "spatial.duckdb_extension")

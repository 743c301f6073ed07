"""`homeground bench national`: a load of national size, 36 months over every LSOA of England and Wales, in a cluster of its own.

No national set of police.uk files is at hand, so one is drawn: each row is a real one (kind, outcome, wording, and whether it has a
place), drawn with replacement, and its real anchor point is copied to one of as many LSOAs of the national outlines as there are copies
of the real force area in the country. So anchor points repeat as they really do, 1.2 million of them. Every district belongs to one
invented force area, because an installation serves one. Drawing and writing the files is not timed.

The rows then go the way of any delivery: recognised, screened, stored by month, every distinct location placed, counted in every
geography. Printed: seconds, rows per second of the first and of the last months, the most memory of this process, and the time of a bare
COPY of the same stored rows into an equal table.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from analytics import pipeline
from analytics import stage as analytics_stage
from bench.flow import scratch_cluster
from bench.load import copy_rows_file, folder_of_files, link_files, store_as_copy_rows
from bench.result import BenchResult, machine
from core import db, migrate
from core.db import Role
from core.periods import add_months, month_from_text
from core.settings import RegionSettings
from feeds.loading.load import load_source

ROWS = 18_000_000
_MONTHS = 36
_SEED = 20_260_101
_COPIES_OF_THE_FORCE = 25  # 35,672 LSOAs over the 1,485 of the force area, rounded up
_FIRST_MONTH = "2020-01"
_AREA_NAME = "Thames Valley"
_OUTLINES = ("lsoa21_ew_bsc_wgs84.geojson.gz", "LSOA_Dec_2011_BSC_EW_V3.geojson.gz")
_FORCES = "lookup_ltla24_csp24_pfa24.csv"


@dataclass(frozen=True)
class Anchors:
    """National LSOAs as targets: code, centre in degrees and a length in degrees (n each)."""

    code: npt.NDArray[np.object_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    length: npt.NDArray[np.float64]


def run(data: Path, *, rows: int = ROWS) -> BenchResult:
    """`rows` rows in 36 months; the bench of 18 million takes about 20 GB of disk."""
    region = RegionSettings(force_area_name=_AREA_NAME)
    figures: dict[str, float] = {"rows": rows, "months": _MONTHS}
    with scratch_cluster() as settings, folder_of_files() as folder:
        migrate.prepare(settings)
        _reference(data, folder / "reference")
        figures["reference_s"] = _timed(lambda: load_source(folder / "reference", region=region))
        context = analytics_stage.default_context(actor="bench", region=region)
        figures["geography_s"] = _run(context, "geography")
        rates = _load(data, folder, rows, region)
        figures |= rates
        figures["place_s"] = _run(context, "place")
        figures["count_s"] = _run(context, "count")
        figures["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        figures |= _stored()
        figures["ours_s"] = figures["load_s"] + figures["place_s"] + figures["count_s"]
        figures["rows_per_s"] = rows / figures["ours_s"]
        dump = folder / "rows.txt"
        store_as_copy_rows(dump)
        figures["copy_s"] = statistics.median(_timed(lambda: copy_rows_file(dump)) for _ in range(2))
        figures["ours_over_copy"] = figures["ours_s"] / figures["copy_s"]
    return BenchResult(
        name="national",
        machine=machine(),
        input=f"{rows:,} rows drawn from police.uk over {len(_OUTLINES)} national boundary files, {_MONTHS} months",
        figures=figures,
        ratios={"copy/ours": figures["copy_s"] / figures["ours_s"]},
    )


def _reference(data: Path, folder: Path) -> None:
    link_files(data, folder, "lookups", "population")
    for name in _OUTLINES:
        (folder / name).symlink_to(data / "boundaries" / name)
    forces = pd.read_csv(data / "lookups" / _FORCES, dtype=str)
    forces["pfa24_code"], forces["pfa24_name"] = "E23000029", _AREA_NAME
    link = folder / "lookups" / _FORCES
    link.unlink()
    forces.to_csv(link, index=False)


def _load(data: Path, folder: Path, wanted: int, region: RegionSettings) -> dict[str, float]:
    """Seconds of all loads, and rows per second of the first and last three months."""
    real = _real_rows(data)
    anchors = _anchors(data)
    rng = np.random.default_rng(_SEED)
    a_month, rates, loaded = -(-wanted // _MONTHS), [], 0
    for k in range(_MONTHS):
        month = add_months(month_from_text(_FIRST_MONTH), k)
        path = folder / f"{month:%Y-%m}-thames-valley-street.csv"
        _write(path, real, anchors, rng, k, month, min(a_month, wanted - loaded))
        loaded += min(a_month, wanted - loaded)
        rates.append((min(a_month, wanted), _timed(partial(load_source, path, region=region))))
        path.unlink()
    return {
        "load_s": sum(s for _, s in rates),
        "first_rows_per_s": sum(n for n, _ in rates[:3]) / sum(s for _, s in rates[:3]),
        "last_rows_per_s": sum(n for n, _ in rates[-3:]) / sum(s for _, s in rates[-3:]),
    }


def _real_rows(data: Path) -> pa.Table:
    """All real rows with the number of their printed LSOA and of their anchor point (-1 for none)."""
    files = sorted((data / "police").glob("*-street.csv.gz"))
    frame = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
    placed = (frame["Longitude"] != "") & (frame["LSOA code"] != "")
    frame["area"] = np.where(placed, pd.factorize(frame["LSOA code"])[0], -1)
    frame["anchor"] = np.where(placed, pd.factorize(frame["Longitude"] + frame["Latitude"])[0], -1)
    return pa.Table.from_pandas(frame, preserve_index=False)


def _anchors(data: Path) -> Anchors:
    areas = gpd.read_file(f"/vsigzip/{data / 'boundaries' / _OUTLINES[0]}")
    code = areas[next(c for c in areas.columns if c.lower() in ("lsoa21_code", "lsoa21cd"))].to_numpy(dtype=object)
    points = areas.geometry.representative_point()
    return Anchors(code, points.x.to_numpy(), points.y.to_numpy(), np.sqrt(areas.geometry.area.to_numpy()))


def _write(path: Path, real: pa.Table, anchors: Anchors, rng: np.random.Generator, k: int, month: date, count: int) -> None:
    picked = real.take(pa.array(rng.integers(0, real.num_rows, count)))
    area, anchor = picked.column("area").to_numpy(), picked.column("anchor").to_numpy()
    copy = rng.integers(0, _COPIES_OF_THE_FORCE, count)
    target = (copy * (int(area.max()) + 1) + area) % len(anchors.code)
    # where an anchor point stands in its area: drawn once from its number, the same in every month
    shift = np.stack([np.modf(anchor * 0.6180339887)[0] - 0.5, np.modf(anchor * 0.7548776662)[0] - 0.5])
    lon = np.round(anchors.lon[target] + 0.4 * shift[0] * anchors.length[target], 6)
    lat = np.round(anchors.lat[target] + 0.4 * shift[1] * anchors.length[target], 6)
    nowhere = pa.array(area < 0)
    empty = pa.scalar("")
    identifiers = pc.utf8_lpad(pc.cast(pa.array(np.arange(count) + k * 10_000_000), pa.string()), 64, "0")
    columns = {
        "Crime ID": pc.if_else(pc.equal(picked.column("Crime ID"), ""), empty, identifiers),
        "Month": pa.repeat(f"{month:%Y-%m}", count),
        "Reported by": pa.repeat("Thames Valley Police", count),
        "Falls within": pa.repeat("Thames Valley Police", count),
        "Longitude": pc.if_else(nowhere, empty, pc.cast(pa.array(lon), pa.string())),
        "Latitude": pc.if_else(nowhere, empty, pc.cast(pa.array(lat), pa.string())),
        "Location": picked.column("Location"),
        "LSOA code": pc.if_else(nowhere, empty, pa.array(anchors.code[target], pa.string())),
        "LSOA name": pa.repeat("", count),
        **{name: picked.column(name) for name in ("Crime type", "Last outcome category", "Context")},
    }
    arrow_csv.write_csv(pa.table(columns), path, arrow_csv.WriteOptions(quoting_style="needed"))


def _run(context: analytics_stage.Context, name: str) -> float:
    stages = tuple(s for s in pipeline.ANALYSE_STAGES if s.name == name)
    return _timed(lambda: analytics_stage.run_stages(stages, context, say=lambda line: None))


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _stored() -> dict[str, float]:
    with db.transaction(Role.PIPELINE) as connection:
        return {k: float(v) for k, v in db.fetch(connection, "bench/national_stored").iloc[0].items()}

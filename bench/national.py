"""`homeground bench national`: a load of national size, 36 months over every LSOA of England and Wales, in a cluster of its own.

The rows are drawn from real ones (bench.loading.drawn), before anything is timed. Every district belongs to one invented force area,
because an installation serves one. The rows then go the way of any delivery, beside the peers of `homeground bench load` in the same
run: three rounds where they are up to a million, one where they are more. Then twelve of the months, one by one, into an empty store.

Printed: seconds of each step, rows per second of the first and of the last million (a sixth, of fewer than six), the most memory of this
process and of PostgreSQL, the peers' seconds and memory, and what each of the twelve months took. `--rows N` draws fewer; 18 million take
about 30 GB of disk.
"""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd

from analytics import stage as analytics_stage
from bench.flow import scratch_cluster
from bench.loading.apart import apart
from bench.loading.beside import ours_and_peers
from bench.loading.drawn import draw
from bench.loading.files import folder_of_files, link_files
from bench.loading.ours import one_by_one, run_stage
from bench.result import BenchResult, machine
from core import db, migrate
from core.db import Role
from core.settings import RegionSettings
from feeds.loading.load import load_source

ROWS = 18_000_000
_MONTHS = 36
_ONE_BY_ONE = 12
_ROUNDS, _SMALL = 3, 1_000_000
_AREA_NAME = "Thames Valley"
_OUTLINES = ("lsoa21_ew_bsc_wgs84.geojson.gz", "LSOA_Dec_2011_BSC_EW_V3.geojson.gz")
_FORCES = "lookup_ltla24_csp24_pfa24.csv"


def run(data: Path, *, rows: int = ROWS) -> BenchResult:
    """`rows` rows in 36 months."""
    region = RegionSettings(force_area_name=_AREA_NAME)
    outlines = data / "boundaries" / _OUTLINES[0]
    figures: dict[str, float] = {"months": _MONTHS}
    with scratch_cluster() as settings, folder_of_files() as folder:
        migrate.prepare(settings)
        _reference(data, folder / "reference")
        begun = time.perf_counter()
        load_source(folder / "reference", region=region)
        figures["reference_s"] = time.perf_counter() - begun
        context = analytics_stage.default_context(actor="bench", region=region)
        begun = time.perf_counter()
        run_stage("geography", context)
        figures["geography_s"] = time.perf_counter() - begun
        street = folder / "street"
        apart(draw, data, outlines, street, rows, _MONTHS)
        found = ours_and_peers(street, outlines, folder, context, settings, rounds=_ROUNDS if rows <= _SMALL else 1)
        figures |= found.figures | _stored()
        figures |= one_by_one(sorted(street.iterdir())[:_ONE_BY_ONE], context)
    return BenchResult(
        name="national",
        machine=machine(),
        input=f"{rows:,} rows drawn from police.uk over {len(_OUTLINES)} national boundary files, {_MONTHS} months",
        figures=figures,
        ratios=found.ratios,
        missing=found.missing,
        failed=found.failed,
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


def _stored() -> dict[str, float]:
    with db.transaction(Role.PIPELINE) as connection:
        return {k: float(v) for k, v in db.fetch(connection, "bench/national_stored").iloc[0].items()}

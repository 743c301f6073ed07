"""`homeground bench flow`: seconds of every stage on a folder of real files, in a database of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics import stage as analytics_stage
from analytics import up_to_date
from bench.result import BenchResult, machine
from core import db, local_postgis
from core.settings import DatabaseSettings


@contextmanager
def scratch_cluster() -> Iterator[DatabaseSettings]:
    """A private cluster in a folder of its own, removed at the end: a benchmark never touches a person's data."""
    folder = Path(tempfile.mkdtemp(prefix="hg-bench-"))
    folder.chmod(0o755)
    saved = {k: os.environ.pop(k) for k in list(os.environ) if k.startswith("HOMEGROUND_")}
    os.environ["HOMEGROUND_STATE_DIR"] = str(folder)
    db.dispose_engines()
    settings = DatabaseSettings()
    try:
        yield settings
    finally:
        db.dispose_engines()
        local_postgis.down(settings)
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ["HOMEGROUND_STATE_DIR"]
        os.environ.update(saved)


def run(data: Path) -> BenchResult:
    """The whole flow once, then once more on the same files (the second start of a demo)."""
    from analytics import pipeline
    from core import migrate
    from feeds.loading.load import status

    figures: dict[str, float] = {}
    with scratch_cluster() as settings:
        begun = time.perf_counter()
        migrate.prepare(settings)
        figures["cluster_and_migrations_s"] = time.perf_counter() - begun

        context = analytics_stage.default_context(actor="bench")
        begun = time.perf_counter()
        report = pipeline.load(data, context, say=lambda line: None)
        figures["load_s"] = time.perf_counter() - begun

        for stage in pipeline.analyse_and_release(context, say=lambda line: None):
            figures[f"{stage.name}_s"] = stage.seconds
        figures["total_s"] = sum(figures.values())

        begun = time.perf_counter()
        again = pipeline.load(data, context, say=lambda line: None)
        nothing_to_do = up_to_date.is_up_to_date(context)
        figures["second_start_s"] = time.perf_counter() - begun

        loaded = [f for f in report.files if f.status == "loaded"]
        figures["files_loaded"] = len(loaded)
        figures["rows_in"] = sum(d.rows_in for d in loaded)
        figures["rows_rejected"] = sum(d.rows_rejected for d in loaded)
        figures["second_start_files_loaded"] = sum(d.status == "loaded" for d in again.files)
        figures["second_start_up_to_date"] = float(nothing_to_do)
        street = [d for d in status() if d.feed == "police_uk_street" and d.status == "loaded"]
        figures["incident_rows_in"] = sum(d.rows_in for d in street)
    return BenchResult(name="flow", machine=machine(), input=f"{len(report.files)} files", figures=figures, ratios={}, missing=[])

"""Ours and everything that stands beside it, in turn, round by round."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from analytics import stage as analytics_stage
from bench.loading import by_duckdb, by_geopandas
from bench.loading.apart import STEPS, apart
from bench.loading.copies import copies, write_out
from bench.loading.memory import ServerMemory, peak_gb
from bench.loading.ours import Timed, counted, empty
from bench.peers import not_installed
from bench.processor_time import processor_seconds
from core.settings import DatabaseSettings

_ANALYSTS = {"geopandas": by_geopandas.run, "duckdb": by_duckdb.run}
# geopandas holds all rows at once, 3.3 kB each (measured by homeground bench load): more than these are not tried on a machine of 24 GB
_MOST_ROWS = {"geopandas": 4_000_000}
_READABLE = {"duckdb": "DuckDB (duckdb, duckdb-ext-spatial)"}


@dataclass
class _Measured:
    """Every round's figures by name; of each the median is told."""

    rounds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, figures: dict[str, float], prefix: str = "") -> None:
        for name, value in figures.items():
            self.rounds.setdefault(f"{prefix}{name}", []).append(value)

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(values) for name, values in self.rounds.items()}


@dataclass(frozen=True)
class Beside:
    """figures: medians of all rounds; ratios: peer over ours; missing: peers that are not installed; failed: peers that did not end."""

    figures: dict[str, float]
    ratios: dict[str, float]
    missing: list[str]
    failed: dict[str, str]


def ours_and_peers(
    street: Path, outlines: Path, scratch: Path, context: analytics_stage.Context, settings: DatabaseSettings, *, rounds: int
) -> Beside:
    """A folder of street files to counts, as ours, as COPY and as two analysts. The store is emptied before each of ours, in nobody's time.

    outlines: LSOA 2021 in degrees, for the analysts; ours has them in its store. scratch takes what the peers read and write.
    """
    files = sorted(street.iterdir())
    measured = _Measured()
    failed: dict[str, str] = {}
    missing = [_READABLE["duckdb"]] if not_installed("load") else []
    figures = {"rounds": float(rounds), "load_average_before": os.getloadavg()[0]}
    for number in range(rounds):
        empty()
        with ServerMemory(settings) as server:
            found, used = _with_processors(settings, partial(_ours, street, context))
        measured.note(found)
        measured.note(used, "ours_")
        measured.note({"ours_server_peak_gb": server.peak_gb})
        if not number:
            # before this process does anything but ours
            figures |= {"ours_peak_gb": peak_gb(), "ours_counted": counted()}
            figures["rows"], figures["rows_left"] = write_out(scratch)
        for name, copy in copies(scratch).items():
            found, used = _with_processors(settings, partial(_timed, copy))
            measured.note({f"{name}_s": found["s"]})
            measured.note(used, f"{name}_")
        for name, most in _MOST_ROWS.items():
            if figures["rows"] > most:
                failed[name] = f"not tried with over {most:,} rows: it holds all at once"
        for name, script in _ANALYSTS.items():
            if name in failed or (name == "duckdb" and missing):
                continue
            try:
                found, used = _with_processors(settings, partial(apart, script, files, outlines, scratch))
            except Exception as error:  # noqa: BLE001 - a peer that does not end takes nothing from the others, and its reason is printed
                failed[name] = f"{type(error).__name__}: {error}"
                continue
            found["s"] = sum(found[f"{step}_s"] for step in STEPS)
            found["processor_s"] += used.get("processor_s", 0.0)
            measured.note(found, f"{name}_")
    figures |= measured.medians() | {"load_average_after": os.getloadavg()[0]}
    figures["ours_rows_per_s"] = figures["rows"] / figures["ours_s"]
    figures |= {f"ours_over_{name}": figures["ours_s"] / figures[f"{name}_s"] for name in copies(scratch)}
    peers = [name for name in (*copies(scratch), *_ANALYSTS) if f"{name}_s" in figures]
    return Beside(figures, {f"{peer}/ours": figures[f"{peer}_s"] / figures["ours_s"] for peer in peers}, missing, failed)


def _ours(street: Path, context: analytics_stage.Context) -> dict[str, float]:
    timed = Timed.of(street, context)
    return {
        **{f"{step}_s": seconds for step, seconds in timed.seconds.items()},
        "ours_s": sum(timed.seconds.values()),
        "first_rows_per_s": timed.first,
        "last_rows_per_s": timed.last,
    }


def _timed(work: Callable[[], None]) -> dict[str, float]:
    begun = time.perf_counter()
    work()
    return {"s": time.perf_counter() - begun}


def _with_processors(settings: DatabaseSettings, work: Callable[[], dict[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """What it found, and the processor seconds of this process and the server where the system tells them."""
    before = processor_seconds(settings)
    found = work()
    after = processor_seconds(settings)
    return found, {} if before is None or after is None else {"processor_s": after - before}

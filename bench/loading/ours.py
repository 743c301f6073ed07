"""Ours: street files to placed, counted, queryable rows, as `homeground feeds load` and `homeground analyse` take them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from analytics import pipeline
from analytics import stage as analytics_stage
from core import db
from core.db import Role
from core.db.sql import read_sql
from feeds.loading.load import load_source

# from rows in the store to counts that can be queried, in the order of the flow
STAGES = ("crime", "place", "count")
STEPS = ("load", *STAGES)
_MILLION = 1_000_000


def seconds_of_steps(files: Path, context: analytics_stage.Context) -> dict[str, float]:
    """Load a file or a folder of files, then the stages; seconds of each step."""
    return Timed.of(files, context).seconds


@dataclass(frozen=True)
class Timed:
    """seconds of each step; first, last: rows per second of the first and of the last million of a load, or of a sixth of fewer."""

    seconds: dict[str, float]
    first: float
    last: float

    @staticmethod
    def of(files: Path, context: analytics_stage.Context) -> Timed:
        """Load and analyse, once."""
        begun = time.perf_counter()
        ends = [begun]
        report = load_source(files, region=context.region, say=lambda line: ends.append(time.perf_counter()))
        seconds = {"load": time.perf_counter() - begun}
        rows = [file.rows_in for file in report.files]
        for name in STAGES:
            begun = time.perf_counter()
            run_stage(name, context)
            seconds[name] = time.perf_counter() - begun
        took = [after - before for before, after in pairwise(ends)]
        return Timed(seconds, rate(rows, took), rate(rows[::-1], took[::-1]))


def rate(rows: list[int], seconds: list[float]) -> float:
    """Rows per second of the files that hold the first of these rows."""
    wanted = min(_MILLION, sum(rows) // 6)
    held, took = 0, 0.0
    for count, time_of_file in zip(rows, seconds, strict=True):
        held, took = held + count, took + time_of_file
        if held >= wanted:
            break
    return held / took


def run_stage(name: str, context: analytics_stage.Context) -> None:
    stages = tuple(s for s in pipeline.ANALYSE_STAGES if s.name == name)
    analytics_stage.run_stages(stages, context, say=lambda line: None)


def one_by_one(files: list[Path], context: analytics_stage.Context) -> dict[str, float]:
    """An empty store that takes in one month after the other: seconds until the rows of each can be queried, counted.

    month_2_s is the second, for the first also finds out what holds for all months (cells over the region); last_over_second says whether
    a month costs more the more there are before it.
    """
    empty()
    steps = [seconds_of_steps(file, context) for file in files]
    whole = [sum(found.values()) for found in steps]
    figures = {f"month_{n}_s": seconds for n, seconds in enumerate(whole, start=1)}
    figures |= {f"month_{n}_{step}_s": steps[n - 1][step] for n in (2, len(files)) for step in STEPS}
    return figures | {"last_month_over_second": whole[-1] / whole[1]}


def counted() -> float:
    """How many incidents the last count holds in LSOAs of 2021, as each analyst counts them."""
    with db.transaction(Role.PIPELINE) as connection:
        return float(db.scalar(connection, "bench/counted"))


def empty() -> None:
    """Take out what loads of police files have stored, and what was counted of it; outlines, lookups and kept indexes stay."""
    with db.transaction(Role.PIPELINE) as connection:
        db.truncate(connection, "record", "incident", "repeated_incident")
        db.run_script(connection, read_sql("bench/empty_load"))

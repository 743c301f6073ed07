"""`homeground bench ask`: what is known of an area of somebody's own choice, on the synthetic county and on real counts.

A release of the standard plan is made, and areas are asked for that were drawn at random: a neighbourhood alone, two, five, twenty and
eighty of one district. Each answer is compared with the true count. Seconds are those of one question about one category, the areas near it
included, after the release was read. Those of true counts below 5 stand apart, because the time must tell nothing of the count.

No peer does this: the programs that withhold cells of a table give no figures of areas that were not in it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.counts.definitions import load_definitions
from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, PublicationPlan, load_plan
from analytics.disclosure.policy import load_policy
from bench.histories import Source, read_source
from bench.result import BenchResult, machine
from core.errors import InternalError
from core.periods import Period
from core.settings import AnalysisSettings, ReleaseSettings
from published.own_area import Questions, Tables
from published.release import Cell, Place

QUESTIONS = 200
SIZES = (1, 2, 5, 20, 80)
SEED = 20_260_101


def run(data: Path) -> BenchResult:
    """The synthetic county over its last year, then the real months of 2025."""
    from feeds.synthetic.county import DEMO_SEED, write_county

    with tempfile.TemporaryDirectory() as folder:
        write_county(Path(folder) / "county", seed=DEMO_SEED)
        county = read_source("county", Path(folder) / "county", "*-street.csv.gz")
    figures = _figures(county)
    real = read_source("real", data, "2025-*-street.csv.gz")
    figures |= _figures(real)
    return BenchResult(
        name="ask",
        machine=machine(),
        input=f"{QUESTIONS} areas of the synthetic county ({len(county.areas)} LSOAs) and of Thames Valley ({len(real.areas):,} LSOAs), each"
        " asked of one category",
        figures=figures,
        missing=("any program that gives figures of areas that its tables do not hold",),
    )


def _figures(source: Source) -> dict[str, float]:
    months = source.months[-12:]
    definitions = load_definitions(AnalysisSettings().definitions)
    file = load_plan(ReleaseSettings().plan)
    groups = {g.id: frozenset(definitions.categories_of(g)) for g in definitions.group if g.kind in file.kinds}
    policy = load_policy(ReleaseSettings().policy)
    frame = source.frame[source.frame["month"].isin(months)]
    plan = PublicationPlan(file.levels, tuple(groups.items()), (Period(months[0], months[-1]),))
    tables = protect(plan, Counts(source.areas, frame, frozenset(months)), policy).frame
    begun = time.perf_counter()
    questions = Questions(printed(tables, source.areas, groups, policy.hidden_is_at_least))
    opened = time.perf_counter() - begun
    return {f"{source.name}_{name}": value for name, value in {"open_s": opened, **_ask(questions, source, frame, groups)}.items()}


def printed(frame: pd.DataFrame, areas: pd.DataFrame, groups: Mapping[str, frozenset[str]], least: int) -> Tables:
    """What the gate made, as a reader of the release holds it."""
    cells = {
        (str(r.geography), str(r.place_code), str(r.category)): Cell(None, str(r.symbol))
        if pd.isna(r.count)
        else Cell(int(r.count), None)
        for r in frame[["geography", "place_code", "category", "count", "symbol"]].itertuples(index=False, name="Row")
    }
    places = {
        ("lsoa", code): Place("lsoa", "2021", code, code, "", msoa, lad, None, "", None, "")
        for code, msoa, lad in areas[["lsoa 2021", "msoa 2021", "lad 2022"]].itertuples(index=False, name=None)
    }
    for geography, code, _ in cells:
        places.setdefault((geography, code), Place(geography, "", code, code, "", None, None, None, "", None, ""))
    return Tables(places, cells, groups, least)


def drawn(areas: pd.DataFrame, groups: Sequence[str]) -> Iterator[tuple[Any, pd.Index, str]]:
    """The questions: rows of areas of one district, those in the same local areas beside them, and a group; the same each time."""
    rng = np.random.default_rng(SEED)
    for number in range(QUESTIONS):
        category = str(rng.choice(list(groups)))
        inside = areas.index[areas["lad 2022"] == rng.choice(areas["lad 2022"])].to_numpy()
        size = min(SIZES[number % len(SIZES)], len(inside))
        members = rng.choice(inside, size=size, replace=False)
        yield members, areas.index[areas["msoa 2021"].isin(areas.loc[members, "msoa 2021"])].difference(members), category


def _ask(questions: Questions, source: Source, frame: pd.DataFrame, groups: Mapping[str, frozenset[str]]) -> dict[str, float]:
    areas = source.areas
    incidents = frame.groupby(["area", "category"])["incidents"].sum()
    small: list[float] = []
    other: list[float] = []
    width: list[int] = []
    exact = near = 0
    for members, touched, category in drawn(areas, list(groups)):
        begun = time.perf_counter()
        answer = questions.ask(1, areas.loc[members, "lsoa 2021"], list(areas.loc[touched, "lsoa 2021"]), categories=[category])
        seconds = time.perf_counter() - begun
        figure = answer.figures[0]
        pairs = pd.MultiIndex.from_product([members, sorted(groups[category])])
        truth = int(incidents.reindex(pairs, fill_value=0).sum())
        low, high = figure.possible.lowest, figure.possible.highest
        if truth < low or (high is not None and truth > high):
            raise InternalError(f"{truth} of {category} is not {figure.possible.words}")
        (small if truth < 5 else other).append(seconds)
        exact += figure.possible.exact
        near += not figure.possible.exact and figure.near is not None
        if high is not None and not figure.possible.exact:
            width.append(high - low)
    return {
        "median_s": statistics.median(small + other),
        "worst_s": max(small + other),
        "below_5": len(small),
        "below_5_median_s": statistics.median(small) if small else 0.0,
        "others_median_s": statistics.median(other) if other else 0.0,
        "exact": exact,
        "wide_with_an_exact_area_near": near,
        "wide_median_width": statistics.median(width) if width else 0.0,
    }

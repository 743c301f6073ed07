"""The track record: on every month that can be foretold, how much would the hot spot map have caught, beside the naive map and chance?

Reads record.incident (by location), analysis.month_status, place.h3_cell and place.area; writes analysis.track_record and
analysis.track_standing, one standing a map that people are shown (LSOAs by count and by smoothed rate, H3 cells of r9 and r8 with their
exact areas, chosen grids), and analysis.track_calibration; and the same on hexagon grids in EPSG:27700 laid many times over, shifted and
turned, because a hit rate moves when the grid does.

Study area of a laid grid: every cell whose centre lies in the region, and every other one that holds a location. Of H3: the stored cells,
which for r9 are those near a location; of a chosen grid: the cells of its area that hold one. So coverages are of different areas, and
grids are to be compared within themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numba
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.located import LocatedCounts, codes_of, read_located_counts
from analytics.counts.places import Group, deliveries_of, months_loaded, read_groups, read_residents
from analytics.hotspots.chosen_grids import ChosenGrid, inside_or_why_not, list_grids
from analytics.hotspots.grids import cells_with_locations
from analytics.hotspots.stage import RATE_GEOGRAPHIES
from analytics.neighbours.hexagon_grid import HexagonGrid, other_grids, rings
from analytics.neighbours.national_hexagons import cell_m2, grid_of_width
from analytics.neighbours.place_weights import place_weights
from analytics.statistics.accuracy import Accuracy, track
from analytics.statistics.tested_rate import deviations_of_rates
from analytics.trust.back_test import (
    FEWEST_EARLIER,
    MOST_EARLIER,
    Calibration,
    CalibrationRule,
    Foretold,
    Grid,
    Scale,
    Target,
    Verdict,
    back_test,
    beats_naive,
    calibrate,
    middle_of_offsets,
    targets,
)
from boundaries.areas import read_areas
from core.contracts import ALL_AREA, H3_R8, H3_R9, LSOA_2021, Geography
from core.db import fetch, replaced_rows
from core.errors import UserError
from core.periods import Period
from core.provenance import finish_run, start_run

GEOGRAPHIES = (LSOA_2021, H3_R9, H3_R8)
# km2: about a cell of H3 r9, and of r8
CELL_AREAS_KM2 = (0.1, 0.7)
OFFSETS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """Where one map stands against the naive one: verdicts, one a coverage."""

    grid: str
    measure: str
    group_id: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class TrackReport:
    """targets: months foretold. standings: of each map. behind_or_level: how many standings (map x coverage) do not beat the naive map."""

    targets: tuple[Target, ...]
    rows: int
    standings: tuple[Standing, ...]
    behind_or_level: int
    run_id: int


def compute_track_record(
    connection: Connection, *, period: Period, seed: int, offsets: int = OFFSETS, group_ids: Sequence[str] = ()
) -> TrackReport:
    """Back-test every month of a period that has enough unbroken months before it; replaces the record up to its end.

    group_ids: only these groups; none means all of hot spot input. UserError where no month can be foretold.
    """
    groups = [g for g in read_groups(connection) if g.hotspot_input and (not group_ids or g.id in group_ids)]
    months = months_loaded(connection, period)
    chosen = targets(months)
    if not chosen:
        raise UserError(
            f"no month of {period} has {FEWEST_EARLIER} loaded months right before it",
            where="analysis.month_status",
            hint="load more months in a row.",
        )
    parameters = {
        "targets": [target.month for target in chosen],
        "earlier_months": [FEWEST_EARLIER, MOST_EARLIER],
        "offsets": offsets,
        "cell_km2": list(CELL_AREAS_KM2),
    }
    run_id = start_run(connection, "track_record", seed=seed, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    record = back_test_region(connection, groups, months, chosen, seed=seed, offsets=offsets)
    standings = standings_of(record.lines, groups)
    with replaced_rows(connection, "analysis", "track_record", where={}, until={"target_month": period.end}) as result:
        result.add(track_rows(record.lines, groups).assign(run_id=run_id))
    with replaced_rows(connection, "analysis", "track_standing", where={}, until={"last_month": period.end}) as result_standing:
        result_standing.add(_standing_rows(standings, chosen).assign(run_id=run_id))
    with replaced_rows(
        connection, "analysis", "track_calibration", where={}, until={"last_month": period.end}
    ) as result_calibration:
        result_calibration.add(_calibration_rows(record.calibrations, groups, chosen).assign(run_id=run_id))
    finish_run(connection, run_id)
    lost = sum(v.standing in ("level", "behind") for standing in standings for v in standing.verdicts)
    return TrackReport(chosen, result.rows, standings, lost, run_id)


@dataclass(frozen=True)
class Line:
    """One group in one month on one kind of grid by one measure: the middle of its offsets, and both rules' extremes of the hit rate."""

    grid: str
    measure: str
    group: int
    target: Target
    offsets: int
    gi_star: Accuracy
    naive: Accuracy
    gi_star_range: tuple[Any, Any]
    naive_range: tuple[Any, Any]


@dataclass(frozen=True)
class Record:
    """lines: how the maps did. calibrations: of each stored geography, by (grid, group, rule)."""

    lines: tuple[Line, ...]
    calibrations: dict[tuple[str, int, CalibrationRule], Calibration]


def back_test_region(
    connection: Connection, groups: Sequence[Group], months: Sequence[date], chosen: Sequence[Target], *, seed: int, offsets: int
) -> Record:
    """Every map and every kind of grid; reads only."""
    located = read_located_counts(connection, groups, months)
    region = read_areas(connection, ALL_AREA).geometry.iloc[0]
    lines: list[Line] = []
    calibrations: dict[tuple[str, int, CalibrationRule], Calibration] = {}
    for geography in GEOGRAPHIES:
        counts, grid, scales = _stored_places(connection, geography, located)
        for measure, scale in scales.items():
            lines += merged(str(geography), [back_test(counts, located.months, grid, chosen, scale=scale)], measure=measure)
        for (group, rule), found in calibrate(counts, located.months, chosen).items():
            calibrations[str(geography), group, rule] = found
    for chosen_grid in list_grids(connection):
        within, why_not = inside_or_why_not(connection, chosen_grid.area, located)
        if why_not or not within.any():
            continue
        name = str(chosen_grid.geography)
        counts, grid = _chosen_cells(chosen_grid, located.only(within))
        lines += merged(name, [back_test(counts, located.months, grid, chosen)])
        for (group, rule), found in calibrate(counts, located.months, chosen).items():
            calibrations[name, group, rule] = found
    for number, cell_km2 in enumerate(CELL_AREAS_KM2):
        name = f"hexagon {cell_km2:g} km2"
        laid = other_grids(cell_km2, offsets, seed=seed + number)
        # grids have nothing to do with one another, and NumPy lets the other threads run
        with ThreadPoolExecutor(max_workers=numba.get_num_threads()) as pool:
            runs = list(pool.map(lambda grid: back_test(*_on_grid(grid, located, region), chosen), laid))
        lines += merged(name, runs)
    return Record(tuple(lines), calibrations)


def merged(grid: str, runs: Sequence[Sequence[Foretold]], *, measure: str = "count") -> list[Line]:
    """The runs of one kind of grid, an offset each, as one line a month and group."""
    together: dict[tuple[date, int], list[Foretold]] = defaultdict(list)
    for run in runs:
        for result in run:
            together[result.target.month, result.group].append(result)
    lines = []
    for results in together.values():
        ours, *ours_range = middle_of_offsets([result.gi_star for result in results])
        naive, *naive_range = middle_of_offsets([result.naive for result in results])
        first = results[0]
        ranges = (ours_range[0], ours_range[1]), (naive_range[0], naive_range[1])
        lines.append(Line(grid, measure, first.group, first.target, len(results), ours, naive, *ranges))
    return lines


def _stored_places(connection: Connection, geography: Geography, located: LocatedCounts) -> tuple[Floats, Grid, dict[str, Scale]]:
    """Counts (n x groups x months) of a geography's places, their areas and neighbours, and the scale of each measure that is mapped."""
    if geography.level == "h3":
        cells = fetch(connection, "trust/h3_cells", {"resolution": int(geography.edition[1:])})
        codes, area_m2 = list(cells["code"]), cells["area_m2"].to_numpy(dtype=np.float64)
        estimated = fetch(connection, "trust/cell_residents", {"edition": geography.edition}).set_index("code")
        # before stage weights ran nobody lives anywhere, and there is no map by rate
        residents = estimated["residents"].reindex(codes).fillna(0.0).to_numpy(dtype=np.float64)
    else:
        outlines = read_areas(connection, geography)
        known = read_residents(connection, geography)
        codes = [code for code in known.index if code in outlines.index]
        area_m2 = outlines.loc[codes].geometry.area.to_numpy()
        residents = known[codes].to_numpy(dtype=np.float64)
    counts = located.summed_by(pd.Index(codes).get_indexer(codes_of(located, geography)), len(codes))
    grid = Grid(area_m2 / 1e6, place_weights(connection, geography, codes).matrix)
    scales: dict[str, Scale] = {"count": np.log1p}
    if geography in RATE_GEOGRAPHIES and np.isfinite(residents).all() and residents.sum() > 0:
        scales["smoothed_rate"] = lambda before: deviations_of_rates(before, residents)
    return counts, grid, scales


def _chosen_cells(chosen: ChosenGrid, located: LocatedCounts) -> tuple[Floats, Grid]:
    """Counts and cells of a grid that a partnership chose, as its map has them: the cells of the area that hold a location."""
    cells = cells_with_locations(grid_of_width(chosen.width_m), located, np.ones(len(located), dtype=bool))
    n = len(cells.keys)
    return located.summed_by(cells.at, n), Grid(np.full(n, cell_m2(chosen.width_m) / 1e6), rings(cells.keys))


def _on_grid(grid: HexagonGrid, located: LocatedCounts, region: shapely.Geometry) -> tuple[Any, tuple[date, ...], Grid]:
    own = grid.cells_at(located.points_m)
    cells = np.union1d(cells_of_region(grid, region), own)
    counts = located.summed_by(np.searchsorted(cells, own), len(cells))
    return counts, located.months, Grid(np.full(len(cells), grid.cell_km2), rings(cells))


def cells_of_region(grid: HexagonGrid, region: shapely.Geometry) -> Any:
    """Cells whose centre lies in the region, in rising order. Several threads may ask of one region.

    Each asks of a copy of its own: GEOS makes the index of a geometry when it is first asked, in the geometry itself and without a lock. Two
    threads that did so at once wrote over each other's memory, and now and then the process was aborted.
    """
    region = shapely.from_wkb(shapely.to_wkb(region))
    west, south, east, north = region.bounds
    # the largest circle inside a cell has a radius of 0.87 sides, so points 1.2 sides apart leave no cell out
    step = 1.2 * grid.side_m
    margin = 2.0 * grid.side_m
    x, y = np.meshgrid(np.arange(west - margin, east + margin, step), np.arange(south - margin, north + margin, step))
    cells = np.unique(grid.cells_at(np.column_stack([x.ravel(), y.ravel()])))
    centres = grid.centres(cells)
    return cells[shapely.contains_xy(region, centres[:, 0], centres[:, 1])]


def standings_of(lines: Sequence[Line], groups: Sequence[Group]) -> tuple[Standing, ...]:
    """The verdict of each map over its months."""
    by_map: dict[tuple[str, str, int], list[Line]] = defaultdict(list)
    for line in lines:
        by_map[line.grid, line.measure, line.group].append(line)
    return tuple(
        Standing(
            grid,
            measure,
            groups[group].id,
            beats_naive(track([x.gi_star for x in some]), track([x.naive for x in some]), [x.target.month for x in some]),
        )
        for (grid, measure, group), some in by_map.items()
    )


def track_rows(lines: Sequence[Line], groups: Sequence[Group]) -> pd.DataFrame:
    """Rows of analysis.track_record without the run."""
    rows = []
    for line in lines:
        chance = _chance(line.naive)
        nothing = (line.naive.coverage, line.naive.coverage)
        for rule, found, (low, high) in (
            ("gi_star", line.gi_star, line.gi_star_range), ("naive", line.naive, line.naive_range), ("chance", chance, nothing),
        ):  # fmt: skip
            key = (
                line.grid,
                line.measure,
                groups[line.group].id,
                rule,
                line.target.month,
                len(line.target.earlier),
                int(found.incidents),
                line.offsets,
            )
            measures = (found.coverage, found.hit_rate, low, high, found.pai, found.pei, found.ser)
            rows += [(*key, *values) for values in zip(*measures, strict=True)]
    columns = (
        "grid", "measure", "group_id", "rule", "target_month", "earlier_months", "incidents", "offsets", "coverage", "hit_rate",
        "hit_rate_lowest", "hit_rate_highest", "pai", "pei", "ser",
    )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _chance(naive: Accuracy) -> Accuracy:
    """What a map drawn at random catches on average."""
    one = np.ones(len(naive.coverage))
    per_km2 = naive.incidents / naive.area_km2
    with np.errstate(divide="ignore", invalid="ignore"):
        pei = naive.coverage / naive.best_hit_rate
    return Accuracy(naive.coverage, naive.coverage, one, pei, one * per_km2, naive.best_hit_rate, naive.incidents, naive.area_km2)


def _standing_rows(standings: Sequence[Standing], chosen: Sequence[Target]) -> pd.DataFrame:
    rows = [
        (s.grid, s.measure, s.group_id, v.coverage, v.standing, v.months, v.gain, v.low, v.high, chosen[0].month, chosen[-1].month)
        for s in standings
        for v in s.verdicts
    ]
    columns = (
        "grid", "measure", "group_id", "coverage", "standing", "months", "gain", "gain_lower", "gain_upper", "first_month", "last_month",
    )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _calibration_rows(
    calibrations: Mapping[tuple[str, int, CalibrationRule], Calibration], groups: Sequence[Group], chosen: Sequence[Target]
) -> pd.DataFrame:
    rows = [
        (grid, groups[group].id, rule, number + 1, expected, observed, len(chosen), chosen[-1].month)
        for (grid, group, rule), found in calibrations.items()
        for number, (expected, observed) in enumerate(zip(found.expected, found.observed, strict=True))
    ]
    columns = ("grid", "group_id", "rule", "bin", "expected", "observed", "months", "last_month")
    return pd.DataFrame(rows, columns=columns)

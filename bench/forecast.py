"""`homeground bench forecast`: months foretold by the rule of decision 0100, beside the counts of the months before and two peers.

Each kind of crime at each share of the area, on LSOAs of 2021 and H3 cells of r9, over every month of the real files that can be scored;
or the same on files given later (--source), force by force. On the same places and months, in the same run:

    counts          the mean of the unbroken run of months before: what the rule has to beat
    kernel density  a quartic kernel of 500 m over the points of that run (Chainey, Tompson and Uhlig 2008), at the middle of each cell; of an
                    LSOA the mean of its cells
    ewma            an exponentially weighted mean of that run, 0.3 for the newest month
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import KDTree

from analytics.counts.definitions import Definitions, load_definitions
from analytics.foretelling.posterior import History, without_self
from analytics.foretelling.record import Foreteller, Scored, score_record
from analytics.foretelling.reliability import reliability
from analytics.foretelling.standing import paired_gain, standings, survives
from analytics.neighbours.weights import contiguity, hexagon_rings
from analytics.statistics.accuracy import COVERAGES, accuracy
from bench.result import BenchResult, machine
from boundaries.hexagons import cells_at, centres_of, outlines_of, ring_one
from boundaries.point_in_area import build_index
from boundaries.projection import to_national_grid
from core.contracts import BRITISH_NATIONAL_GRID
from core.errors import UserError
from core.periods import add_months, month_from_text

BANDWIDTH_M = 500.0
NEWEST = 0.3
# an LSOA belongs to a force where its district holds so large a share of the force's incidents
_OF_THE_FORCE = 0.02
_FEWEST_PLACES = 30

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ForecastResult(BenchResult):
    """The figures of every cell, and the same as a table. skipped: maps and forces that could not be scored, and why."""

    skipped: Sequence[str] = ()
    lines: Sequence[str] = field(default=())

    def to_json(self) -> str:
        """The six fields, and what was skipped; the table says the same as the figures."""
        return json.dumps({key: value for key, value in json.loads(super().to_json()).items() if key != "lines"})

    def as_text(self) -> str:
        return "\n".join([f"{self.name} on {self.input}", f"machine: {self.machine}", *self.lines, *self.skipped])


@dataclass(frozen=True)
class Placed:
    """Incidents of one force: located (L x groups x months) at points_m (L x 2), and each location's LSOA (row of `lsoas`) and cell."""

    force: str
    months: tuple[date, ...]
    located: NDArray[np.int32]
    points_m: Floats
    lsoa: NDArray[np.int64]
    cell: NDArray[np.int64]
    lsoas: gpd.GeoDataFrame


@dataclass(frozen=True)
class Map:
    """A history of places with their areas, and what turns counts at locations into the density of each place."""

    name: str
    history: History
    area_km2: Floats
    smooth: sparse.csr_matrix


def run(data: Path, *, source: Path | None = None) -> ForecastResult:
    """Every force of a folder; of the real data, Thames Valley's."""
    definitions = load_definitions()
    groups = [group for group in definitions.group if group.hot_spots]
    figures: dict[str, float] = {}
    lines: list[str] = []
    skipped: list[str] = []
    incidents = read_incidents(source or data / "police")
    begun = time.perf_counter()
    for force, rows in incidents.groupby("force"):
        placed = place(str(force), rows, data, definitions)
        for one in maps(placed, next(i for i, group in enumerate(groups) if group.kind == "total")):
            title = f"{force}, {one.name}"
            n = len(one.area_km2)
            if n < _FEWEST_PLACES:
                skipped.append(f"{title}: {n} places, at least {_FEWEST_PLACES} are needed")
                continue
            started = time.perf_counter()
            scored = score_record(one.history, one.area_km2, Foreteller(one.history))
            seconds = time.perf_counter() - started
            if not scored:
                skipped.append(
                    f"{title}: no month of {len(placed.months)} has 3 unbroken months before it and 2 to choose constants by"
                )
                continue
            found, table = _score(one, placed, scored, [group.id for group in groups])
            prefix = f"{str(force).replace(' ', '_')}_{one.name}"
            figures |= {f"{prefix}_{key}": value for key, value in found.items()} | {f"{prefix}_scored_s": seconds}
            months = ", ".join(f"{month.word.month:%Y-%m}" for month in scored)
            lines += [
                "",
                f"{title}: {n:,} places, {len(placed.months)} months, scored {len(scored)} ({months}) in {seconds:.1f} s",
                *table,
            ]
    figures["in_all_s"] = time.perf_counter() - begun
    text = f"{len(incidents):,} incidents with a point, {incidents['Month'].nunique()} months"
    return ForecastResult("forecast", machine(), text, figures, skipped=skipped, lines=lines)


def read_incidents(folder: Path) -> pd.DataFrame:
    """Rows with coordinates of every street file, with the force that the file is named after. UserError where there is none."""
    files = sorted(folder.rglob("*-street.csv*"))
    if not files:
        raise UserError("no street files", where=str(folder), hint="name a folder of police.uk files with --source DIR.")
    columns = ["Month", "Crime type", "Longitude", "Latitude"]
    frames = [
        pd.read_csv(f, usecols=columns).dropna().assign(force=f.name[8 : f.name.index("-street")].replace("-", " ")) for f in files
    ]
    return pd.concat(frames, ignore_index=True)


def place(force: str, rows: pd.DataFrame, data: Path, definitions: Definitions) -> Placed:
    """Put the incidents of one force into LSOAs and cells, and count them by location, group and month; what police find is left out."""
    lsoas = _lsoas(force, data)
    points = rows[["Longitude", "Latitude"]].drop_duplicates(ignore_index=True)
    easting, northing = to_national_grid(points["Longitude"], points["Latitude"])
    index = build_index(lsoas["LSOA21CD"].tolist(), list(lsoas.geometry))
    row = pd.Index(lsoas["LSOA21CD"]).get_indexer(pd.Index(index.codes_at(easting, northing)))
    location = points.assign(location=np.arange(len(points))).merge(rows, on=["Longitude", "Latitude"])
    # districts of which hardly any incident is this force's are its neighbours'
    district = lsoas["LAD22CD"].to_numpy()
    of = pd.Series(np.where(row >= 0, district[np.maximum(row, 0)], ""))[location["location"]].value_counts(normalize=True)
    wanted = set(of[of >= _OF_THE_FORCE].index) - {""}
    kept = lsoas[lsoas["LAD22CD"].isin(wanted)].reset_index(drop=True)
    at = pd.Index(kept["LSOA21CD"]).get_indexer(lsoas["LSOA21CD"].to_numpy()[np.maximum(row, 0)])
    at[row < 0] = -1
    months = tuple(month_from_text(text) for text in sorted(rows["Month"].unique()))
    step = pd.Index([f"{month:%Y-%m}" for month in months]).get_indexer(location["Month"])
    inside = at >= 0
    number = np.cumsum(inside) - 1
    groups = [group for group in definitions.group if group.hot_spots]
    counts = np.zeros((int(inside.sum()), len(groups), len(months)), dtype=np.int32)
    where, kind = location["location"].to_numpy(), location["Crime type"]
    for column, group in enumerate(groups):
        held = inside[where] & kind.isin(definitions.reported_categories(group)).to_numpy()
        np.add.at(counts, (number[where[held]], column, step[held]), 1)
    cells = cells_at(points["Longitude"], points["Latitude"])
    xy = np.column_stack([easting, northing])
    return Placed(force, months, counts, xy[inside], at[inside], cells[inside], kept)


def _lsoas(force: str, data: Path) -> gpd.GeoDataFrame:
    folder = data / "boundaries"
    if force == "thames valley":
        return gpd.read_file(folder / "lsoa21_thames_valley_bng.gpkg")
    return gpd.read_file(f"/vsigzip/{folder / 'lsoa21_ew_bsc_wgs84.geojson.gz'}").to_crs(BRITISH_NATIONAL_GRID)


def maps(placed: Placed, everything: int) -> list[Map]:
    """The LSOAs of the force, and the cells of r9 that are near a location, as the program stores them."""
    cells = sorted(ring_one(set(placed.cell.tolist())))
    cell_m2 = shapely.area(outlines_of(cells))
    centres = np.column_stack(centres_of(cells))
    kernel = _kernel(centres, placed.points_m)
    outlines = placed.lsoas.geometry.to_numpy()
    lsoa_m2 = shapely.area(outlines)
    codes = placed.lsoas["LSOA21CD"].tolist()
    held = pd.Index(codes).get_indexer(pd.Index(build_index(codes, list(outlines)).codes_at(centres[:, 0], centres[:, 1])))
    inside = held >= 0
    # the mean over an LSOA: the cells near no location have no density
    zonal = sparse.csr_matrix(
        (cell_m2[inside] / lsoa_m2[held[inside]], (held[inside], np.flatnonzero(inside))), shape=(len(codes), len(cells))
    )
    at_cell = np.searchsorted(np.asarray(cells), placed.cell)
    return [
        Map("lsoa", _history(placed, placed.lsoa, contiguity(outlines).matrix, everything), lsoa_m2 / 1e6, zonal @ kernel),
        Map("h3_r9", _history(placed, at_cell, hexagon_rings(cells).matrix, everything), cell_m2 / 1e6, kernel),
    ]


def _history(placed: Placed, position: NDArray[np.int64], star: sparse.csr_matrix, everything: int) -> History:
    n, locations = star.shape[0], len(placed.points_m)
    gather = sparse.csr_matrix((np.ones(locations), (position, np.arange(locations))), shape=(n, locations))
    by_month = np.stack([gather @ placed.located[:, :, step].astype(np.float64) for step in range(len(placed.months))])
    return History(by_month, placed.months, without_self(star), everything)


def _kernel(centres: Floats, points_m: Floats) -> sparse.csr_matrix:
    """Quartic weights of each location at each centre, (centres x locations)."""
    near = KDTree(centres).sparse_distance_matrix(KDTree(points_m), BANDWIDTH_M, output_type="coo_matrix")
    weight = (1.0 - (near.data / BANDWIDTH_M) ** 2) ** 2
    return sparse.csr_matrix((weight, (near.row, near.col)), shape=(len(centres), len(points_m)))


def _score(one: Map, placed: Placed, scored: Sequence[Scored], group_ids: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Figures of every cell by name, and lines of a table."""
    rates = {rule: _stack(scored, rule, "hit_rate") for rule in ("foretold", "counts")}
    peers = _peers(one, placed, scored)
    months = [one.word.month for one in scored]
    judged = standings(rates["foretold"], rates["counts"], months)
    words = judged.word.reshape(len(group_ids), len(COVERAGES))
    kept = survives(words)
    pai, pei = ({rule: _mean(_stack(scored, rule, name)) for rule in rates} for name in ("pai", "pei"))
    mean = {name: _mean(found) for name, found in {**rates, **peers}.items()}
    over = {name: paired_gain(rates["foretold"], found, months) for name, found in peers.items()}
    figures: dict[str, float] = {"scored_months": len(scored)}
    heads = f"{'group':<31}{'area':>5}{'rule':>7}{'counts':>7}{'gain':>7} {'95% interval':<16}{'word':<9}"
    lines = [f"{heads}{'PAI':>12}{'PEI':>12}{'kernel':>7}{'ewma':>6}"]
    for cell, (g, c) in enumerate((g, c) for g in range(len(group_ids)) for c in range(len(COVERAGES))):
        gain = judged.gain
        key = f"{group_ids[g]}_{100 * COVERAGES[c]:g}"
        figures |= {
            f"{key}_gain": 100 * gain.mean[cell], f"{key}_low": 100 * gain.low[cell], f"{key}_high": 100 * gain.high[cell],
            f"{key}_q": judged.q[cell], f"{key}_beats": float(words[g, c] == "beats"), f"{key}_behind": float(words[g, c] == "behind"),
            f"{key}_pai": pai["foretold"][cell], f"{key}_counts_pai": pai["counts"][cell],
            f"{key}_pei": pei["foretold"][cell], f"{key}_counts_pei": pei["counts"][cell],
        } | {f"{key}_{name}": 100 * found[cell] for name, found in mean.items()}  # fmt: skip
        for name, found in over.items():
            figures |= {f"{key}_over_{name}": 100 * found.mean[cell], f"{key}_over_{name}_low": 100 * found.low[cell]}
        lines.append(
            f"{group_ids[g]:<31}{100 * COVERAGES[c]:>4g}%{100 * mean['foretold'][cell]:>7.1f}{100 * mean['counts'][cell]:>7.1f}"
            f"{100 * gain.mean[cell]:>+7.1f} {f'{100 * gain.low[cell]:+.1f} to {100 * gain.high[cell]:+.1f}':<16}{words[g, c]:<9}"
            f"{pai['foretold'][cell]:>6.1f}{pai['counts'][cell]:>6.1f}{pei['foretold'][cell]:>6.2f}{pei['counts'][cell]:>6.2f}"
            f"{100 * mean['kernel_density'][cell]:>7.1f}{100 * mean['ewma'][cell]:>6.1f}"
        )
    flat = words.ravel()
    counted = {word: int((flat == word).sum()) for word in ("beats", "level", "behind", "too_few")}
    lines.append(f"{counted}; foretold by the rule: {', '.join(np.asarray(group_ids)[kept]) or 'no group'}")
    for name, found in over.items():
        lines.append(
            f"against {name}: ahead in {(found.low > 0).sum()}, behind in {(found.high < 0).sum()} of {len(flat)} by the interval alone"
        )
    more, told = _reliability(scored, group_ids)
    # a kind of which nothing came in these months has no figure
    figures = {key: value for key, value in (figures | more).items() if np.isfinite(value)}
    return figures | {f"cells_{word}": n for word, n in counted.items()}, lines + told


def _mean(rows: Floats) -> Floats:
    """Mean over the months that have the figure; NaN where none has."""
    held = ~np.isnan(rows)
    count = held.sum(axis=0)
    return np.asarray(np.divide(np.where(held, rows, 0.0).sum(axis=0), count, out=np.full(len(count), np.nan), where=count > 0))


def _stack(scored: Sequence[Scored], rule: Any, measure: str) -> Floats:
    """(months x cells), a cell a group at a share of the area."""
    return np.stack([np.concatenate([getattr(found, measure) for found in month.accuracies[rule]]) for month in scored])


def _peers(one: Map, placed: Placed, scored: Sequence[Scored]) -> Mapping[str, Floats]:
    found: dict[str, list[Floats]] = {"kernel_density": [], "ewma": []}
    for month in scored:
        run = one.history.run_before(month.word.month)
        located = sum(placed.located[:, :, placed.months.index(earlier)].astype(np.float64) for earlier in run)
        weights = [NEWEST * (1.0 - NEWEST) ** age for age in range(len(run))]
        mean = sum(w * one.history.at(add_months(month.word.month, -1 - age)) for age, w in enumerate(weights))
        scores = {"kernel_density": one.smooth @ located, "ewma": mean / one.area_km2[:, None]}
        for name, score in scores.items():
            columns = (accuracy(score[:, g], month.came[:, g], one.area_km2).hit_rate for g in range(month.came.shape[1]))
            found[name].append(np.concatenate(list(columns)))
    return {name: np.stack(rows) for name, rows in found.items()}


def _reliability(scored: Sequence[Scored], group_ids: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    found = reliability(scored, "foretold")
    lines = [f"{'came over expected':<31}{'before':>8}{'after':>7}{'busiest':>9}{'after':>7}{'in 90%':>8}{'busiest':>9}"]
    figures: dict[str, float] = {}
    for g, group in enumerate(group_ids):
        columns = (
            found.ratio_before,
            found.ratio_after,
            found.busiest_before,
            found.busiest_after,
            found.inside,
            found.busiest_inside,
        )
        before, after, top_before, top_after, inside, top_inside = (float(column[g]) for column in columns)
        lines.append(
            f"{group:<31}{before:>8.2f}{after:>7.2f}{top_before:>9.2f}{top_after:>7.2f}{100 * inside:>8.1f}{100 * top_inside:>9.1f}"
        )
        figures |= {f"{group}_came_over_expected": after, f"{group}_came_over_expected_busiest_before": top_before}
        figures |= {
            f"{group}_came_over_expected_busiest": top_after,
            f"{group}_inside": inside,
            f"{group}_inside_busiest": top_inside,
        }
    return figures, lines

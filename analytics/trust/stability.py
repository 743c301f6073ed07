"""How far a hot spot depends on where the grid was laid, how large its cells are, and one single address.

For each hot spot by count (95% or more) of analysis.hotspot, LSOAs and hexagons alike:

    grids   the same incidents on 20 hexagon grids in EPSG:27700, shifted and turned at random, at half, the same and double the cell area
            (an LSOA's cell area is the median LSOA's). A hot spot holds in a grid where at least half of its own incidents lie in
            cells that are hot there; with no incidents of its own, where the cell at its middle is.
    busiest the map is tested again without the busiest location of its neighbourhood, the way it was tested first: does it stay hot?

A laid grid is tested as the map was (docs/decisions/0030): log(1 + incidents), random permutations of the whole map, Benjamini-Hochberg;
with fewer permutations, because 60 grids are tested. Study area: cells that hold a location. Grids that a partnership chose
(analysis.grid_hotspot) are examined in the same way, within their own area. Writes analysis.stability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.located import LocatedCounts, codes_of, read_located_counts
from analytics.counts.monthly import read_monthly_counts
from analytics.counts.places import Group, deliveries_of, months_loaded, period_values, read_groups
from analytics.hotspots.chosen_grids import inside_or_why_not, list_grids
from analytics.hotspots.grids import cells_with_locations, districts_of_cells
from analytics.neighbours.hexagon_grid import HexagonGrid, other_grids, rings
from analytics.neighbours.national_hexagons import cell_codes, cell_m2, grid_of_width
from analytics.neighbours.place_weights import place_weights
from analytics.statistics.false_discovery import q_values
from analytics.statistics.gi_star import Floats, gi_star_z
from analytics.statistics.gi_star_permutation import permutation_p
from analytics.trust.busiest_location import still_hot
from boundaries.areas import read_areas
from core.contracts import H3_R8, H3_R9, LSOA_2021, Geography
from core.db import fetch, replaced_rows
from core.errors import UserError
from core.periods import Period
from core.provenance import finish_run, start_run

GEOGRAPHIES = (LSOA_2021, H3_R9, H3_R8)
GRIDS = 20
# cell area, in that of the place's own geography
SIZES = (0.5, 1.0, 2.0)
PERMUTATIONS = 9_999
ALPHA = 0.05

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stability:
    """h hot spots of one map.

    places: positions (h,). grids: (h x sizes), in how many grids each holds. without_busiest: (h,), 1 holds, 0 does not, -1 cannot be
    asked (a single location, or so near the border that with this many permutations it is not hot to begin with). busiest_share:
    (h,), that location's part of the neighbourhood's incidents; NaN for none.
    """

    places: Ints
    grids: Ints
    without_busiest: NDArray[np.int8]
    busiest_share: Floats


@dataclass(frozen=True)
class StabilityReport:
    """hot_spots: examined; in_most_grids: hot in at least half of the grids of every size; fell: no longer hot without one location."""

    hot_spots: int
    in_most_grids: int
    fell: int
    rows: int
    run_id: int


def compute_stability(
    connection: Connection,
    *,
    period: Period,
    seed: int,
    geographies: Sequence[Geography] | None = None,
    group_ids: Sequence[str] = (),
    grids: int = GRIDS,
    permutations: int = PERMUTATIONS,
) -> StabilityReport:
    """Examine every stored hot spot of a period; replaces what stood for its end. UserError where no hot spots were computed for it.

    geographies: only these; None means all, and the grids that a partnership chose.
    """
    groups = [g for g in read_groups(connection) if g.hotspot_input and (not group_ids or g.id in group_ids)]
    months = months_loaded(connection, period)
    found = fetch(connection, "trust/hot_places", period_values(period))
    if not int(found["maps"].iloc[0] if len(found) else 0):
        raise UserError(f"no hot spots of {period} are stored", where="analysis.hotspot", hint="run 'homeground analyse'.")
    located = read_located_counts(connection, groups, months)
    parameters = {"grids": grids, "sizes": list(SIZES), "permutations": permutations, "alpha": ALPHA, "months": list(months)}
    run_id = start_run(connection, "stability", seed=seed, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    total = most = fell = 0
    with replaced_rows(connection, "analysis", "stability", where={"period_end": period.end}) as result:
        for one in _tested_places(connection, geographies, groups, months, located):
            here = found[(found["geography"] == one.geography.level) & (found["edition"] == one.geography.edition)]
            asked = [column for column, group in enumerate(groups) if (here["group_id"] == group.id).any()]
            if not asked:
                continue
            index = pd.Index(one.codes)
            hot = [
                np.asarray(index.get_indexer(here.loc[here["group_id"] == groups[column].id, "code"].to_numpy(dtype=object)))
                for column in asked
            ]
            at_location = one.located.incidents[:, asked, :].sum(axis=2).astype(np.float64)
            options = {"grids": grids, "permutations": permutations, "seed": seed}
            answers = examine(hot, at_location, one.located.points_m, one.at, one.weights, one.cell_km2, **options)
            for column, answer in zip(asked, answers, strict=True):
                result.add(_rows(one, groups[column], answer, grids, period, run_id))
                total += len(answer.places)
                most += int((2 * answer.grids >= grids).all(axis=1).sum())
                fell += int((answer.without_busiest == 0).sum())
    finish_run(connection, run_id)
    return StabilityReport(total, most, fell, result.rows, run_id)


@dataclass(frozen=True)
class _TestedPlaces:
    """The n places of one kind of map, the locations that it is made of, and the place of each of those (L,)."""

    geography: Geography
    codes: Sequence[str]
    lad_codes: Sequence[str]
    weights: sparse.csr_matrix
    located: LocatedCounts
    at: Ints
    cell_km2: float


def _tested_places(
    connection: Connection,
    geographies: Sequence[Geography] | None,
    groups: Sequence[Group],
    months: Sequence[date],
    located: LocatedCounts,
) -> Iterator[_TestedPlaces]:
    for geography in GEOGRAPHIES if geographies is None else geographies:
        counts = read_monthly_counts(connection, geography, groups, months)
        at = np.asarray(pd.Index(counts.codes).get_indexer(codes_of(located, geography)))
        weights = place_weights(connection, geography, counts.codes).matrix
        yield _TestedPlaces(geography, counts.codes, counts.lad_codes, weights, located, at, _cell_km2(connection, geography))
    for chosen in list_grids(connection) if geographies is None else ():
        within, why_not = inside_or_why_not(connection, chosen.area, located)
        if why_not:
            continue
        own = located.only(within)
        cells = cells_with_locations(grid_of_width(chosen.width_m), own, np.ones(len(own), dtype=bool))
        codes, lads = cell_codes(chosen.width_m, cells.keys), districts_of_cells(cells, own.lad22)
        yield _TestedPlaces(chosen.geography, codes, lads, rings(cells.keys), own, cells.at, cell_m2(chosen.width_m) / 1e6)


def examine(
    hot: Sequence[Ints],
    at_location: Floats,
    points_m: Floats,
    place: Ints,
    weights: sparse.csr_matrix,
    cell_km2: float,
    *,
    grids: int,
    permutations: int,
    seed: int,
) -> tuple[Stability, ...]:
    """Both questions for the hot spots of m maps of the same places: a grid is laid once for all of them.

    hot: positions (h,) of the hot places of each map. at_location, points_m, place: (L x m), (L x 2), (L,) of each location: incidents,
    where, in which place (below 0: none). weights: (n x n) star weights of the places.
    """
    held = [np.zeros((len(places), len(SIZES)), dtype=np.int64) for places in hot]
    for size, times in enumerate(SIZES):
        for number, grid in enumerate(other_grids(cell_km2 * times, grids, seed=seed + size)):
            in_hot = hot_locations(grid, at_location, points_m, permutations=permutations, seed=seed + number)
            for m, places in enumerate(hot):
                held[m][:, size] += _holds(places, at_location[:, m], place, in_hot[:, m])
    answers = []
    for m, places in enumerate(hot):
        without, share = _without_busiest(places, at_location[:, m], place, weights, permutations=permutations, seed=seed)
        answers.append(Stability(places, held[m], without, share))
    return tuple(answers)


def hot_locations(grid: HexagonGrid, at_location: Floats, points_m: Floats, *, permutations: int, seed: int) -> Bools:
    """Which locations lie in a cell that is hot on this grid, (L x m) as at_location."""
    cells, own = np.unique(grid.cells_at(points_m), return_inverse=True)
    summed = sparse.csr_matrix((np.ones(len(own)), (own, np.arange(len(own)))), shape=(len(cells), len(own)))
    return np.asarray(hot_of_maps(summed @ at_location, rings(cells), permutations=permutations, seed=seed)[own])


def hot_of_maps(counts: Floats, weights: sparse.csr_matrix, *, permutations: int, seed: int) -> Bools:
    """Which places of each map of counts (n x m) are hot after false discovery control, the way analysis.hotspot is made."""
    values = np.log1p(counts)
    z = gi_star_z(values, weights)
    p = permutation_p(values, weights, permutations=permutations, seed=seed)
    q = q_values(np.where(np.isnan(z), np.nan, p))
    return np.asarray((q <= ALPHA) & (z > 0))


def _holds(hot: Ints, at_location: Floats, place: Ints, in_hot: Bools) -> Bools:
    inside = place >= 0
    n = int(max(place.max(initial=-1), hot.max(initial=-1))) + 1
    # a place without incidents of its own is judged by its locations alike, each counting the same
    total = np.bincount(place[inside], weights=at_location[inside], minlength=n)
    caught = np.bincount(place[inside], weights=(at_location * in_hot)[inside], minlength=n)
    points = np.bincount(place[inside], minlength=n)
    hot_points = np.bincount(place[inside], weights=in_hot[inside].astype(np.float64), minlength=n)
    own = total[hot] > 0
    return np.where(own, 2 * caught[hot] >= total[hot], (points[hot] > 0) & (2 * hot_points[hot] >= points[hot]))


def _without_busiest(
    hot: Ints, at_location: Floats, place: Ints, weights: sparse.csr_matrix, *, permutations: int, seed: int
) -> tuple[NDArray[np.int8], Floats]:
    """Neighbours share their busiest location, so each location is taken off once and the whole map tested again."""
    n = weights.shape[0]
    inside = np.flatnonzero(place >= 0)
    counts = np.bincount(place[inside], weights=at_location[inside], minlength=n).astype(np.float64)
    # the busiest location of each place, by a sort on place and then count; empty places have none
    order = inside[np.lexsort((at_location[inside], place[inside]))]
    last = np.append(np.flatnonzero(np.diff(place[order]) != 0), len(order) - 1) if len(order) else np.empty(0, dtype=np.int64)
    busiest_of = np.full(n, -1, dtype=np.int64)
    busiest_of[place[order[last]]] = order[last]
    active = np.bincount(place[inside], weights=(at_location[inside] > 0).astype(np.float64), minlength=n)

    busiest = np.full(len(hot), -1, dtype=np.int64)
    share = np.full(len(hot), np.nan)
    single = np.zeros(len(hot), dtype=bool)
    for k, i in enumerate(hot):
        near = weights.indices[weights.indptr[i] : weights.indptr[i + 1]]
        candidates = busiest_of[near]
        candidates = candidates[candidates >= 0]
        total = counts[near].sum()
        if len(candidates) and total > 0:
            busiest[k] = candidates[np.argmax(at_location[candidates])]
            share[k] = at_location[busiest[k]] / total
        single[k] = active[near].sum() <= 1
    answer = np.full(len(hot), -1, dtype=np.int8)
    to_begin_with = hot_of_maps(counts[:, None], weights, permutations=permutations, seed=seed)[hot, 0]
    asked = ~single & (busiest >= 0) & to_begin_with
    if asked.any():
        removed, which = np.unique(busiest[asked], return_inverse=True)
        answer[asked] = still_hot(
            counts,
            weights,
            place[removed],
            at_location[removed],
            hot[asked],
            which,
            permutations=permutations,
            seed=seed,
            alpha=ALPHA,
        )
    return answer, share


def _cell_km2(connection: Connection, geography: Geography) -> float:
    if geography.level == "h3":
        cells = fetch(connection, "trust/h3_cells", {"resolution": int(geography.edition[1:])})
        return float(cells["area_m2"].median() / 1e6)
    return float(read_areas(connection, geography).geometry.area.median() / 1e6)


def _rows(places: _TestedPlaces, group: Group, answer: Stability, grids: int, period: Period, run_id: int) -> pd.DataFrame:
    holds = pd.array([None if value < 0 else bool(value) for value in answer.without_busiest], dtype="boolean")
    return pd.DataFrame(
        {
            "geography": places.geography.level,
            "edition": places.geography.edition,
            "code": [places.codes[i] for i in answer.places],
            "lad_code": [places.lad_codes[i] for i in answer.places],
            "group_id": group.id,
            "grids": grids,
            "grids_half": answer.grids[:, 0],
            "grids_same": answer.grids[:, 1],
            "grids_double": answer.grids[:, 2],
            "holds_without_busiest": holds,
            "busiest_share": answer.busiest_share,
            **period_values(period),
            "run_id": run_id,
        }
    )
